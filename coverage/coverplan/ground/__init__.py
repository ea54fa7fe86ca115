"""What stands in a place, as plain data in one CRS: area, units, demand, facilities, network, terrain; no files.

Other rooms use: `area`, `demand`, `earth`, `facilities`, `network`, `openness`, `shift_files`, `terrain`,
`transformers`, `units_tree`.
"""
