"""Command line: thin; every command calls what Python users call."""
