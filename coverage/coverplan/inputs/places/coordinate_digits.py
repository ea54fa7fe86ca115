"""How coordinates are printed, as weak evidence of where they come from.

The likelihoods below are a stated model, not a measurement: map services of the GCJ-02 family hand out six decimals,
Baidu's services many, GIS exports and all converted coordinates as many as a double has, and degrees, minutes and
seconds come from surveys, which no shifted map service writes. A whole column is one habit and hence counts once,
however many rows it has, and no habit is more than seven times as likely under one datum as under another, which
is far from what a decision asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import numpy as np

from coverplan.units import FloatArray

Habit = Literal["few", "six", "eight", "many", "seconds"]

#: Probability of each habit, by what the coordinates are in.
LIKELIHOODS: Mapping[str, Mapping[Habit, float]] = MappingProxyType(
    {
        "wgs84": {"few": 0.16, "six": 0.32, "eight": 0.22, "many": 0.23, "seconds": 0.07},
        "gcj02": {"few": 0.09, "six": 0.62, "eight": 0.12, "many": 0.16, "seconds": 0.01},
        "bd09": {"few": 0.09, "six": 0.36, "eight": 0.16, "many": 0.38, "seconds": 0.01},
        "converted": {"few": 0.09, "six": 0.24, "eight": 0.14, "many": 0.52, "seconds": 0.01},
    }
)
#: Fewer cells than this show no habit.
FEWEST_CELLS = 5
#: So large a part of the cells must show it.
_MOST = 0.8
_DECIMALS = re.compile(r"[+-]?\d{1,3}\.(\d+)")
_SECONDS = 3_600.0
_PACKED = re.compile(r"([+-]?)(\d{1,3})\.([0-5]\d)([0-5]\d)(\d*)")
#: By chance 0.6 of all numbers have digits that could be seconds, of so many different ones hardly ever all.
_MANY_PACKED = 20
#: A second that is printed with six decimals or more is off by less than this; of other numbers few are.
_SECOND_TOLERANCE = 0.005


def digit_habit(printed: Sequence[object]) -> Habit | None:
    """The habit that four of five cells of a column of degrees share, None where there is none or too few cells.

    Digits at the end that all cells share say nothing (zeros that a program added) and are not counted.

    Parameters
    ----------
    printed
        Cells as they stand in the file; cells that are no decimal degrees are left out.
    """
    tails = [found[1] for cell in printed if (found := _DECIMALS.fullmatch(str(cell).strip()))]
    if len(tails) < FEWEST_CELLS:
        return None
    values = np.array([float(f"0.{tail}") for tail in tails])
    lengths = np.array([len(tail) for tail in tails])
    seconds = np.abs(values * _SECONDS - np.rint(values * _SECONDS)) < _SECOND_TOLERANCE
    if (seconds & (lengths >= 6)).mean() >= _MOST:
        return "seconds"
    lengths -= _shared_tail(tails)
    classes = np.digitize(lengths, (5, 7, 9))
    names: tuple[Habit, ...] = ("few", "six", "eight", "many")
    # a last digit that happens to be zero is often not printed, so one class below belongs to the habit
    most = int(np.bincount(classes, minlength=4).argmax())
    shares = (classes == most) | (classes == most - 1)
    return names[most] if shares.mean() >= _MOST else None


def _shared_tail(tails: Sequence[str]) -> int:
    """Number of digits at the end that all cells have in common; none where all cells are the same."""
    if len(set(tails)) == 1:
        return 0
    shortest = min(map(len, tails))
    shared = 0
    while shared < shortest and len({tail[-1 - shared] for tail in tails}) == 1:
        shared += 1
    return shared


def log_odds(habit: Habit, datum: str) -> float:
    """Natural logarithm of a habit's likelihood under a datum against its mean under all of them."""
    kinds = LIKELIHOODS.get(datum, LIKELIHOODS["converted"])
    return float(np.log(kinds[habit] / np.mean([each[habit] for each in LIKELIHOODS.values()])))


def unpacked_degrees(printed: Sequence[object]) -> FloatArray | None:
    """Degrees of numbers that stand for degrees, minutes and seconds (120.3045 is 120°30′45″); None where one cannot.

    Parameters
    ----------
    printed
        Cells of one column as they stand in the file; most of them need four decimals.
    """
    texts = [str(cell).strip() for cell in printed]
    decimals = [len(text.partition(".")[2]) for text in texts]
    padded = [
        text.ljust(len(text) + max(4 - digits, 0), "0") for text, digits in zip(texts, decimals, strict=True)
    ]
    found = [_PACKED.fullmatch(text) for text in padded]
    if not found or sum(digits >= 4 for digits in decimals) < _MOST * len(found):
        return None
    degrees = [
        float(f"{one[1]}1") * (int(one[2]) + int(one[3]) / 60 + float(f"{one[4]}.{one[5] or 0}") / _SECONDS)
        for one in found
        if one is not None
    ]
    return np.array(degrees) if len(degrees) == len(found) else None


def surely_packed(*columns: Sequence[object]) -> bool:
    """Whether columns of degrees hold nothing but such numbers, too many different ones for chance."""
    if any(unpacked_degrees(column) is None for column in columns):
        return False
    tails = {
        (at, str(cell).strip().partition(".")[2][2:4]) for at, column in enumerate(columns) for cell in column
    }
    numbers = {str(cell).strip().partition(".")[2][:4] for column in columns for cell in column}
    return len(numbers) >= _MANY_PACKED and len(tails) >= _MANY_PACKED // 2
