"""Which actions: the model, its stages, and the choice.

Other rooms use: `choose`.
"""
