"""Setting a study up: proposing its file from a folder, checking its ledgers, sending rows back, empty templates.

Other rooms use: `check_files`, `next_targets`, `next_targets_files`, `proposal`, `scenario_proposal`,
`study_check`, `template`.
"""
