"""People at points: grids, cells on borders, age bands, official totals, projection to a plan year."""
