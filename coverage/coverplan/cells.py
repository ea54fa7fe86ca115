"""Text that goes into a cell of a table: never read as a formula by whoever opens it."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(value: object) -> object:
    """A value for a cell; text that a spreadsheet would run as a formula is marked as text.

    Numbers and None pass as they are. The mark is a leading apostrophe, which spreadsheets hide.
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + value
    return value
