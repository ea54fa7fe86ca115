"""Where something may be opened, and why not.

Other rooms use: `pool`, `street_places`.
"""
