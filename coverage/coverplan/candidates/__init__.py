"""Where something may be opened, and why not.

Other rooms use: `exclusion`, `nearness`, `place_check`, `place_files`, `pool`, `street_places`.
"""
