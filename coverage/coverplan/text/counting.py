"""How many of something, in English."""

from __future__ import annotations


def many(count: int, one: str, several: str) -> str:
    """The count, with its separators of thousands, and what it counts: ``1 place is``, ``2,345 places are``."""
    return f"{count:,} {one if count == 1 else several}"
