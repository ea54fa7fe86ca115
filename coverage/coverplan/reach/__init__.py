"""Travel times from sites to demand points, only where they lie within a limit."""
