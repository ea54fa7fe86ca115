"""Where a row is: coordinates, datums, declared units and names of units.

Other rooms use: `coordinate_digits`, `coordinates`, `datum`, `datum_detector`, `geometries`, `known_shift`,
`unit_names`.
"""
