"""The only room that knows the order of things: from a scenario to its result.

Other rooms use: `computed`, `layers`, `ledger_runner`, `named_plan`, `prepared`, `study_runner`, `summary`,
`withheld`.
"""
