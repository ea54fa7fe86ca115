"""How evenly something is shared among people, each of whom counts once; None where that cannot be judged.

Nobody there, nothing shared out, or less than nothing: such a place has no inequality to speak of, and it is said so
instead of calling it equal.

References
----------
Gini (1912); Theil (1967); Atkinson (1970); Hoover (1936); Cobham and Sumner (2013) for the ratio of Palma; Kakwani,
Wagstaff and van Doorslaer (1997) for the concentration index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.units import FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class Theil:
    """Theil's T, and its parts within and between groups, which add up to it."""

    total: float
    within: float
    between: float


def lorenz(values: FloatArray, people: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Share of the people with least, and their share of the whole, both from 0 to 1.

    Parameters
    ----------
    values, people
        Shape (places,): amount for each person, and people; places without people or with an unknown amount (NaN)
        are left out.

    Returns
    -------
    Two arrays of shape (places with people + 1,), or None where it cannot be judged.
    """
    known = _known(values, people)
    if known is None:
        return None
    amount, crowd = known
    order = np.argsort(amount, kind="stable")
    amount, crowd = amount[order], crowd[order]
    below = np.concatenate(([0.0], np.cumsum(crowd)))
    has = np.concatenate(([0.0], np.cumsum(crowd * amount)))
    return below / below[-1], has / has[-1]


def gini(values: FloatArray, people: FloatArray) -> float | None:
    """Gini coefficient: sum of p p' |a - a'| / (2 mean) over all pairs, 0 (all alike) to below 1.

    Arguments as in `lorenz`.
    """
    curve = lorenz(values, people)
    if curve is None:
        return None
    x, y = curve
    return float(max(0.0, 1 - np.sum(np.diff(x) * (y[1:] + y[:-1]))))


def palma(values: FloatArray, people: FloatArray) -> float | None:
    """What the tenth with most has, over what the four tenths with least have; None where those have nothing.

    Arguments as in `lorenz`; a place on the border is split by people.
    """
    curve = lorenz(values, people)
    if curve is None:
        return None
    least, rest = np.interp([0.4, 0.9], *curve)
    return float((1 - rest) / least) if least > 0 else None


def hoover(values: FloatArray, people: FloatArray) -> float | None:
    """Share of the whole that would have to change hands to make all alike; arguments as in `lorenz`."""
    known = _known(values, people)
    if known is None:
        return None
    amount, crowd = known
    mean = _sum(crowd, amount) / crowd.sum()
    return float(_sum(crowd, np.abs(amount - mean)) / (2 * mean * crowd.sum()))


def theil(values: FloatArray, people: FloatArray, groups: Sequence[object] | Int64Array) -> Theil | None:
    """Theil's T, within and between groups of places; arguments as in `lorenz`, `groups` of shape (places,)."""
    known = _known(values, people)
    if known is None:
        return None
    amount, crowd = known
    part = np.asarray(crowd / crowd.sum())
    ratio = amount / _sum(part, amount)
    names = np.asarray(groups)[_use(values, people)]
    label = np.unique(names if names.dtype.kind in "iu" else names.astype(str), return_inverse=True)[1]
    of_group = np.asarray(np.bincount(label, part), dtype=np.float64)
    has = np.bincount(label, part * ratio)
    between = float(_entropy(of_group, has / of_group))
    total = float(_entropy(part, ratio))
    return Theil(total, total - between, between)


def atkinson(values: FloatArray, people: FloatArray, aversion: float) -> float | None:
    """Atkinson's index: the share that could be given up if the rest were shared evenly; arguments as in `lorenz`.

    With an aversion of 1 or more it is 1 as soon as anybody has nothing.

    Raises
    ------
    ValueError
        If `aversion` is not above zero.
    """
    if not aversion > 0:
        raise ValueError("aversion must be above zero")
    known = _known(values, people)
    if known is None:
        return None
    amount, crowd = known
    part = crowd / crowd.sum()
    ratio = amount / _sum(part, amount)
    if aversion >= 1 and not ratio.min() > 0:
        return 1.0
    if aversion == 1:
        return float(1 - np.exp(_sum(part, np.log(ratio))))
    power = 1 - aversion
    return float(1 - _sum(part, ratio**power) ** (1 / power))


def concentration(values: FloatArray, people: FloatArray, attribute: FloatArray) -> float | None:
    """Concentration index: above 0 where those with a high attribute have more, below 0 where they have less.

    Arguments as in `lorenz`; `attribute`, shape (places,), ranks the people, equal ones share a rank, and those
    without (NaN) are left out.
    """
    ranked = np.where(np.isnan(attribute), np.nan, values)
    known = _known(ranked, people)
    if known is None:
        return None
    amount, crowd = known
    part = crowd / crowd.sum()
    label = np.unique(attribute[_use(ranked, people)], return_inverse=True)[1]
    of_rank = np.bincount(label, part)
    rank = (np.cumsum(of_rank) - of_rank / 2)[label]
    return float(2 * _sum(part, amount * rank) / _sum(part, amount) - 1)


def _use(values: FloatArray, people: FloatArray) -> Int64Array:
    return np.flatnonzero((people > 0) & ~np.isnan(values))


def _known(values: FloatArray, people: FloatArray) -> tuple[FloatArray, FloatArray] | None:
    """Amounts and people where both are known; None where nobody is there or nothing is shared out."""
    use = _use(values, people)
    amount, crowd = values[use], people[use]
    if len(amount) and amount.min() < 0:
        raise ValueError("an amount is negative; shares of such a whole mean nothing")
    return (amount, crowd) if len(amount) and _sum(crowd, amount) > 0 else None


def _sum(weights: FloatArray, values: FloatArray) -> np.float64:
    """Sum of products, to the last digit the same however many cores a machine has (R11).

    What multiplies matrices shares long sums out among the cores that are there, and keeps them busy waiting.
    """
    return np.float64(np.sum(weights * values))


def _entropy(part: FloatArray, ratio: FloatArray) -> float:
    """Sum of part x ratio x log(ratio); nothing adds nothing."""
    some = ratio > 0
    return float(np.sum(part[some] * ratio[some] * np.log(ratio[some])))
