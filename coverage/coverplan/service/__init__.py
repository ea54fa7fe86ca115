"""Who is served: travel times made, coverage counted, its sensitivity, clusters of the uncovered, outlines."""
