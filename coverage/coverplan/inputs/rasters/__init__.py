"""Rasters: people in cells, which become points with weights, and heights of the ground.

Other rooms use: `heights`, `opening`, `population_cells`, `windows`.
"""
