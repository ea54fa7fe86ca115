"""How a siting question is answered: fast roads for the classic models, HiGHS for the rest, bounds for all.

Other rooms use: `_exact`, `cells`, `found`, `model`, `search`, `tightening`.
"""
