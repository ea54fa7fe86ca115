"""Every word that people read, in Chinese and English, and how files are put down whole and noted when opened.

Other rooms use: `cells`, `problem_words`, `progress`, `reading`, `typeface`, `version`, `words`, `writing`.
"""
