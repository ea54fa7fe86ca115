"""A study held against its plan: evidence, gaps, projects under way.

Other rooms use: `gaps`, `study_evidence`.
"""
