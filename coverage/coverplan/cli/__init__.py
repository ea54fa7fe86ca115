"""Command line: thin; every command calls what Python users call.

Other rooms use: `main`.
"""
