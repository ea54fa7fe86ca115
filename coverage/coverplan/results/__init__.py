"""What a run leaves behind: the result, its files and tables, the manifest, the chosen scenario.

Other rooms use: `chosen`, `files`, `manifest`, `result`, `tables`.
"""
