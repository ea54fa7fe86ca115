"""A study held against its plan: evidence, gaps, projects under way.

Other rooms use: `certainty`, `gaps`, `study_evidence`, `verdict_date`.
"""
