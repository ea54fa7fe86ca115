"""Three-valued answers to a question about each facility: yes, no, or nobody knows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.indicators.context import exact
from coverplan.indicators.measurement import Present

NO, UNKNOWN, YES = np.int8(0), np.int8(1), np.int8(2)
Answers = NDArray[np.int8]  # "and" is the minimum, "or" the maximum
_PRESENT: tuple[Present, ...] = (False, None, True)

YES_WORDS = frozenset({"yes", "y", "true", "1", "是", "有"})
NO_WORDS = frozenset({"no", "n", "false", "0", "否", "无"})


def absent(value: Any) -> bool:
    """Nothing stands there: None, NaN or pandas' NA."""
    return value is None or value is pd.NA or bool(value != value)  # noqa: PLR0124 - only NaN differs from itself


def written(value: Any) -> Decimal | None:
    """A number as it would be written down, or the one that a text of the user's own column writes; other text is none."""
    try:
        read = None if absent(value) else Decimal(str(value))
    except InvalidOperation:
        return None
    return read if read is not None and read.is_finite() else None


def number(value: Any) -> Fraction | None:
    """The same number as a fraction."""
    try:
        return None if absent(value) else exact(value)
    except (InvalidOperation, OverflowError, ValueError):  # words; endless and no number
        return None


def certain(yes: Iterable[bool]) -> Answers:
    """Answers to a question that is never open."""
    whole = isinstance(yes, np.ndarray | pd.Series)
    return np.where(np.asarray(yes if whole else list(yes), dtype=bool), YES, NO)


def answer(yes: Present) -> np.int8:
    """One answer of yes, no or None."""
    return UNKNOWN if yes is None else YES if yes else NO


def presents(found: Answers) -> list[Present]:
    """Yes, no or None of every answer."""
    return [_PRESENT[one] for one in found.tolist()]


def has_all(values: Iterable[Any], wanted: Iterable[str]) -> Answers:
    """Whether the set holds all of those wanted."""
    needed = frozenset(wanted)
    return np.array([answer(None if absent(one) else needed <= one) for one in values], dtype=np.int8)


def at_least(values: Iterable[Fraction | None], bound: Fraction) -> Answers:
    """Whether the number is at least so large."""
    return np.array([answer(None if value is None else value >= bound) for value in values], dtype=np.int8)


def flagged(values: Iterable[Any]) -> Answers:
    """Whether a column of the user's own says yes, as a person writes it."""
    return np.array([answer(_yes_or_no(value)) for value in values], dtype=np.int8)


def _yes_or_no(value: Any) -> Present:
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in YES_WORDS else False if word in NO_WORDS else None
    return None if absent(value) else bool(value)
