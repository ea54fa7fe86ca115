"""Where points meet the streets: doors, entrances of areas, the nearest street piece, and an audit of it.

Other rooms use: `audit`, `components`, `doors`, `entrances`, `snap`, `street_index`.
"""
