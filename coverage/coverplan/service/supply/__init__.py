"""Supply against demand on the pairs that reach each other: decays, floating catchments, who gets a place.

Other rooms use: `places`, `tables`.
"""
