"""What stands before the details: one page for the director, all streets at one glance, and the letter that asks for data."""
