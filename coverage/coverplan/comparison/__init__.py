"""Two or three answers side by side: who gains and loses, which targets turn, what it costs, how far from the best.

Other rooms use: `compare`, `sentences`, `side`, `wording`.
"""
