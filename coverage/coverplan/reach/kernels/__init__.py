"""Compiled loops over arrays: numpy and numba alone.

Other rooms use: `curve`.
"""
