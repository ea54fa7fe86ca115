"""Who is told how far a long command has come."""

from __future__ import annotations

from collections.abc import Callable

#: Called with the key of a step (in the words of ``text``) and its details as it begins.
Progress = Callable[[str, dict[str, str]], None]


def tell_nobody(step: str, details: dict[str, str]) -> None:
    """Progress for when nobody watches."""
