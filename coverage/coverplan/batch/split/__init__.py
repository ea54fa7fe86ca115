"""A study of many areas cut into one folder for each, so that a batch answers what one big run would.

Other rooms use: `split_study`.
"""
