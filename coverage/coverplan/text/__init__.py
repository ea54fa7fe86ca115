"""Every word that people read, in Chinese and English, and how files are put down whole and noted when opened.

Other rooms use: `attribute_words`, `cells`, `counting`, `folding`, `garbage`, `part_names`, `placing`,
`problem_words`, `progress`, `reading`, `schema_keys`, `type_words`, `typeface`, `version`, `words`,
`writing`, `yaml_nodes`, `yes_for_number`.
"""
