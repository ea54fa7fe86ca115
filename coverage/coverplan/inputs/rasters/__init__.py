"""Rasters: people in cells, which become points with weights, and heights of the ground."""
