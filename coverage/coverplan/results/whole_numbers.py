"""Whole numbers that add up: rounded up or down so that a row, or a whole table, keeps its sums."""

from __future__ import annotations

from itertools import pairwise, permutations

import numpy as np

from coverplan.units import FloatArray

#: Part of a number below which it is what summing left of a whole one.
NOISE = 1e-9


def rounded_to(numbers: FloatArray, total: int) -> FloatArray:
    """Whole numbers next to `numbers` that add up to `total`: the largest remainders are rounded up, ties in order.

    Parameters
    ----------
    numbers
        None below 0.
    total
        At most one for each number from their sum.
    """
    low = np.floor(numbers + NOISE * np.maximum(numbers, 1.0))
    short = round(total - low.sum())
    order = np.argsort(low - numbers, kind="stable")
    if short < 0:
        order = order[::-1][low[order[::-1]] > 0]
    low[order[: abs(short)]] += np.sign(short)
    return low


def whole_after(numbers: FloatArray, before: FloatArray, whole_before: FloatArray, total: int) -> FloatArray:
    """Whole numbers next to `numbers` that add up to `total` and tell the change from `before` truly.

    What is the same as before stays the whole number that it was; what grew is none smaller, what shrank none larger.

    Parameters
    ----------
    numbers, before
        None below 0.
    whole_before
        Whole numbers of `before`, as they are shown.
    total
        At most one for each number from their sum.
    """
    near = NOISE * np.maximum(numbers, 1.0)
    same = np.abs(numbers - before) <= near
    low, high = np.floor(numbers + near), np.ceil(numbers - near)
    low = np.where(numbers > before, np.maximum(low, whole_before), low)
    high = np.where(numbers < before, np.minimum(high, whole_before), high)
    low, high = np.where(numbers < before, np.minimum(low, high), low), np.maximum(low, high)
    return within_bounds(
        numbers, np.where(same, whole_before, low), np.where(same, whole_before, high), total
    )


def within_bounds(numbers: FloatArray, low: FloatArray, high: FloatArray, total: int) -> FloatArray:
    """Whole numbers as near to `numbers` as whole bounds let them be, that add up to `total` where the bounds let them.

    Where they do not, the sum is as near to `total` as it can be.
    """
    found = np.clip(np.rint(numbers), low, high)
    while (step := np.sign(total - found.sum())) != 0:
        cost = np.abs(found + step - numbers) - np.abs(found - numbers)
        cost[(found + step < low) | (found + step > high)] = np.inf
        place = int(np.argmin(cost))
        if not np.isfinite(cost[place]):
            break
        found[place] += step
    return found


def whole_table(numbers: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Whole numbers next to those of a table that add up to whole `rows` and `columns` (controlled rounding).

    Each row is rounded by its largest remainders; then single people move within rows, where that is nearest to the
    numbers, until the columns add up too. Nobody is put where there was nobody.

    Parameters
    ----------
    numbers
        Rows by columns, none below 0.
    rows, columns
        Whole sums, with one sum of their own.
    """
    found = np.array([rounded_to(line, round(total)) for line, total in zip(numbers, rows, strict=True)])
    found = found.reshape(numbers.shape)
    while (off := found.sum(axis=0) - columns).any():
        way = _way(found, numbers, off)
        if way is None:
            break
        for row, taken, given in way:
            found[row, taken] -= 1
            found[row, given] += 1
    return found


def _way(found: FloatArray, numbers: FloatArray, off: FloatArray) -> list[tuple[int, int, int]] | None:
    """Moves (row, from, to) that take one from a column with too many to one with too few, straight if they can."""
    for count in range(2, len(off) + 1):
        best: tuple[float, list[tuple[int, int, int]]] | None = None
        for path in permutations(range(len(off)), count):
            if off[path[0]] <= 0 or off[path[-1]] >= 0:
                continue
            moves = [_move(found, numbers, taken, given) for taken, given in pairwise(path)]
            cost = sum(move[0] for move in moves)
            if cost < np.inf and (best is None or cost < best[0]):
                best = cost, [move[1] for move in moves]
        if best is not None:
            return best[1]
    return None


def _move(
    found: FloatArray, numbers: FloatArray, taken: int, given: int
) -> tuple[float, tuple[int, int, int]]:
    """What the cheapest move between two columns costs, and where it is; infinite where there is none."""
    away, there = numbers[:, taken], numbers[:, given]
    cost = np.abs(found[:, taken] - 1 - away) - np.abs(found[:, taken] - away)
    cost = cost + np.abs(found[:, given] + 1 - there) - np.abs(found[:, given] - there)
    cost[(found[:, taken] < 1) | (there <= NOISE)] = np.inf
    row = int(np.argmin(cost))
    return float(cost[row]), (row, taken, given)
