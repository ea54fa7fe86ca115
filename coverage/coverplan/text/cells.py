"""Text that goes into a cell of a table: never read as a formula by whoever opens it, and as tall as it needs."""

from __future__ import annotations

import math
import unicodedata

#: Lines end at words, before their column does.
_WORDS_BREAK = 1.1
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(value: object) -> object:
    """A value for a cell; text that a spreadsheet would run as a formula is marked as text.

    Numbers and None pass as they are. The mark is a leading apostrophe, which spreadsheets hide.
    """
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def text_lines(text: str, letters: float) -> int:
    """Lines that a text takes in a column so many letters wide, about; a Chinese letter is two wide."""
    if "\n" not in text and (
        2 * len(text) <= letters or (text.isascii() and _WORDS_BREAK * len(text) <= letters)
    ):
        return 1
    across = (
        sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)
        for line in text.split("\n")
    )
    return sum(max(1, math.ceil(_WORDS_BREAK * width / letters)) for width in across)
