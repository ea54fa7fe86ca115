"""What is asked and what is on the ground, as the user writes it: schemas, loading, changes.

Other rooms use: `base`, `candidate_file`, `change_file`, `known_words`, `ledger_scenario`, `load`,
`printed`, `readable_scenario`, `report_head`, `scenario_file`, `siting_file`, `study_file`, `supply_ask`.
"""
