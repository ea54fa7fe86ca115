"""Who is served: travel times made, coverage counted, its sensitivity, clusters of the uncovered, outlines.

Other rooms use: `clusters`, `cover`, `fairness`, `live`, `measure`, `outlines`, `reached`, `sensitivity`.
"""
