"""People at points: grids, cells on borders, age bands, official totals, projection to a plan year.

Other rooms use: `age_bands`, `border_cells`, `long_table`, `part_of_whole`, `population`, `scaling`.
"""
