"""Where next: candidates, problem, solution with status, bound and gap, independent check.

Other rooms use: `limit`, `objective`, `pairs`, `points`, `presets`, `problem`, `sites`, `solution`,
`solve`.
"""
