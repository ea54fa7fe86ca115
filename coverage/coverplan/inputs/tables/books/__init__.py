"""Workbooks of every kind, opened without trust in what they hold."""
