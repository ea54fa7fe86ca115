"""Which actions: the model, its stages, and the choice."""
