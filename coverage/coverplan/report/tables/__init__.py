"""Tables of a report, one module per part.

Other rooms use: `coverage`, `plan`.
"""
