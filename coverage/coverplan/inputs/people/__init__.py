"""People at points: grids, cells on borders, age bands, official totals, projection to a plan year.

Other rooms use: `border_cells`, `population`, `scaling`.
"""
