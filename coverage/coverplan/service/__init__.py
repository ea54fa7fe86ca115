"""Who is served: travel times made, coverage counted, its sensitivity, clusters of the uncovered, outlines.

Other rooms use: `asked_profiles`, `clusters`, `cover`, `fairness`, `live`, `measure`, `outlines`,
`reached`, `sensitivity`.
"""
