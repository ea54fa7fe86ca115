"""Charts and sketch maps of a report as drawings, svg or png.

Other rooms use: `drawing`, `frame`, `names`, `sketch_map`, `street_lines`, `unit_outlines`.
"""
