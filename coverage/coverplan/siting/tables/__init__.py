"""Tables that people have at hand: cost matrices, layers of points, ids, marks and values; never guessed."""
