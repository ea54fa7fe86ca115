"""Tables of a report, one module per part."""
