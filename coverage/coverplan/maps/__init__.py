"""Maps to look at and to hand in; drawn from a result, computing nothing.

Other rooms use: `before`, `colours`, `qgis`.
"""
