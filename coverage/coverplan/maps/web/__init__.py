"""The interactive map: one page that opens without a network."""
