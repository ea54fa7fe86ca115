"""Every word that people read, in Chinese and English, and how a file of them is put down whole.

Other rooms use: `cells`, `problem_words`, `progress`, `typeface`, `version`, `words`, `writing`.
"""
