"""Where something may be opened, and why not.

Other rooms use: `exclusion`, `nearness`, `pool`, `sources`, `street_places`.
"""
