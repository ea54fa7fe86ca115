"""What a run leaves behind: the result, its files and tables, the manifest, the chosen scenario.

Other rooms use: `cautions`, `changed`, `chosen`, `crs_words`, `files`, `folders`, `internal`, `manifest`,
`redaction`, `result`, `tables`, `tense`, `titles`, `whole_numbers`, `whole_people`, `withheld_words`,
`wording`.
"""
