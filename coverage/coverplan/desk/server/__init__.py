"""The desk's server: an API under /api/v1 and the page that uses it, for this machine alone by default.

Other rooms use: `serve`.
"""
