"""Print maps: sheets of paper with a map, a legend and what belongs on them.

Other rooms use: `ground`, `paper`, `print_map`, `standard_sheet`.
"""
