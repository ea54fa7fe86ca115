"""Every word that people read, in Chinese and English.

Other rooms use: `cells`, `problem_words`, `progress`, `typeface`, `version`, `words`.
"""
