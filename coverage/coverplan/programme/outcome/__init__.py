"""What the choice means: reasons, recount, frontier, robustness, tables."""
