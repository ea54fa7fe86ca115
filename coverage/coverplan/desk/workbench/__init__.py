"""A prepared study in memory and ideas tried on it; the same numbers as a run, without a run and without a page."""
