"""What the desk keeps beside the study: ideas with every step, in one SQLite file."""
