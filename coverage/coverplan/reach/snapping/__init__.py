"""Where points meet the streets: doors, entrances of areas, the nearest street piece, and an audit of it."""
