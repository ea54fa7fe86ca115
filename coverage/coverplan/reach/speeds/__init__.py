"""How fast a profile moves: presets, slope, and the time of each edge in whole milliseconds.

Other rooms use: `edge_times`, `profiles`.
"""
