"""coverplan: who is served within fifteen minutes, how far from the plan, where next."""

__version__ = "0.1.0"
