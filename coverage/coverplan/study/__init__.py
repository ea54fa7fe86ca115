"""What is on the ground of one place, read and put together from the study file or the ledger.

Other rooms use: `changes`, `facility_layers`, `kept_streets`, `ledger`, `load`, `people`, `place_names`,
`printed`, `readable_part`, `stand_in_crs`, `standing`, `stock`, `streets`.
"""
