"""Streets of OpenStreetMap, GraphML and line layers, brought to one network.

Other rooms use: `build`, `line_columns`, `osm`, `osm_parts`, `read`, `wording`.
"""
