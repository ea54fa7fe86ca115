"""Questions where sites have limited room."""
