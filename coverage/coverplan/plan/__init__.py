"""What was promised: the schema of a plan file, loading and checking it."""
