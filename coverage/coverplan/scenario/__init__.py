"""What is asked and what is on the ground, as the user writes it: schemas, loading, changes."""
