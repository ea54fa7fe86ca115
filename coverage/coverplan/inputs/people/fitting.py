"""Iterative proportional fitting: a table is scaled until its sums are what they must be, and nothing else changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverplan.units import FloatArray, Int64Array

#: Relative difference between a margin and its target that counts as none.
TOLERANCE = 1e-10
_MOST_ROUNDS = 10_000
#: Margins that contradict each other stop getting nearer; this relative gain a round is none.
_STUCK = 1e-9


@dataclass(frozen=True, slots=True)
class Margin:
    """Sums that a table must have.

    Parameters
    ----------
    part
        Shape of the table: number of the sum to which a cell belongs, -1 for none.
    targets
        Shape (sums,): what each sum must be; zero or more.
    """

    part: NDArray[np.int64]
    targets: FloatArray

    def sums(self, table: FloatArray) -> FloatArray:
        """Shape (sums,): what each sum is."""
        inside = self.part >= 0
        found = np.bincount(self.part[inside], weights=table[inside], minlength=len(self.targets))
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted table.

    Parameters
    ----------
    table
        The table.
    rounds
        How often all margins were gone through.
    worst
        Largest relative difference between a sum and its target that is left.
    """

    table: FloatArray
    rounds: int
    worst: float


def fit(seed: FloatArray, margins: Sequence[Margin], *, tolerance: float = TOLERANCE) -> Fit:
    """Scale a table to margins by iterative proportional fitting (Deming and Stephan, 1940).

    A cell of zero stays zero. The result has the odds ratios of `seed`; where margins contradict each other or a zero
    stands in the way, `worst` says how far the answer is off.

    Raises
    ------
    ValueError
        If a cell or a target is negative or not finite.
    """
    if not (np.isfinite(seed).all() and (seed >= 0).all()):
        raise ValueError("cells must be finite and not negative")
    if not all(np.isfinite(m.targets).all() and (m.targets >= 0).all() for m in margins):
        raise ValueError("targets must be finite and not negative")
    table = seed.astype(np.float64, copy=True)
    worst = np.inf
    for number in range(1, _MOST_ROUNDS + 1):
        for margin in margins:
            _scale(table, margin)
        before, worst = worst, max((_off(table, margin) for margin in margins), default=0.0)
        if worst <= tolerance or (number > 50 and before - worst < _STUCK * worst):
            break
    return Fit(table, number, worst)


def part_of_rows(rows: Int64Array, columns: int) -> NDArray[np.int64]:
    """Shape (rows, columns): every cell of a row belongs to the sum of that row."""
    return np.repeat(np.asarray(rows, dtype=np.int64)[:, None], columns, axis=1)


def _scale(table: FloatArray, margin: Margin) -> None:
    sums = margin.sums(table)
    factors = np.divide(margin.targets, sums, out=np.ones_like(sums), where=sums > 0)
    inside = margin.part >= 0
    table[inside] *= factors[margin.part[inside]]


def _off(table: FloatArray, margin: Margin) -> float:
    sums = margin.sums(table)
    return float(
        np.max(
            np.abs(sums - margin.targets) / np.maximum(margin.targets, 1e-300),
            initial=0.0,
            where=margin.targets > 0,
        )
    )
