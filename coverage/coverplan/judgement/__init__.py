"""A study held against its plan: evidence, gaps, projects under way."""
