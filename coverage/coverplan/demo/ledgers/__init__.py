"""Ledgers of the demo district, one module per kind of facility."""
