"""The programme of actions: what opens, changes, moves or closes in which year, so that the plan's targets are met.

Other rooms use: `answer_question`, `ask_check`, `ledger_programme`.
"""
