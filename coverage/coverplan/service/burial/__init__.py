"""When cemeteries and columbaria are full, with the dated figures that this is reckoned from.

Other rooms use: `figures`, `tables`.
"""
