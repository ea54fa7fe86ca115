"""Everything that people look at, made from one result.

Other rooms use: `outputs`, `paged_run`.
"""
