"""The lists that bureaus keep: facilities, units, rosters, estates, and what looks suspicious in them.

Other rooms use: `estate_table`, `facility_cells`, `facility_table`, `layer_files`, `roster`,
`shown_places`, `suspicion`, `unit_table`.
"""
