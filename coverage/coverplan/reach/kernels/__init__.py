"""Compiled loops over arrays: numpy and numba alone."""
