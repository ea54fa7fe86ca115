"""Rings around the cells of a grid that are more than so far from something: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coverplan.reach.kernels._growing import doubled

#: Corners of the square between four cells, round it against the clock, as rows and columns from its first.
_ROWS = (0, 0, 1, 1)
_COLUMNS = (0, 1, 1, 0)


@njit(cache=True, nogil=True)
def _at(squares: NDArray[np.uint16], row: int, column: int) -> int:
    """Square of a cell's distance, -1 outside the grid."""
    if 0 <= row < squares.shape[0] and 0 <= column < squares.shape[1]:
        square: int = squares[row, column]
        return square
    return -1


@njit(cache=True, nogil=True)
def _beside(inside: int, outside: int, level: float) -> float:
    """Share of the way from a cell inside to its neighbour outside at which the distance is the level's."""
    if outside < 0:  # the grid ends: so does the ring
        return 0.0
    here: float = np.sqrt(inside)
    beyond: float = np.sqrt(outside)
    return (here - level) / (here - beyond)


@njit(cache=True, nogil=True)
def _onward(
    squares: NDArray[np.uint16], row: int, column: int, way: int, level: float
) -> tuple[float, float, int]:
    """Where a ring leaves the square above and right of a cell, and which way.

    It came in to the right (0), upwards (1), to the left (2) or downwards (3), with what it encloses on its left.
    """
    first = way + 3  # corner on the left of one who comes in; the next are right, ahead right, ahead left
    left = _at(squares, row + _ROWS[first & 3], column + _COLUMNS[first & 3])
    right = _at(squares, row + _ROWS[way & 3], column + _COLUMNS[way & 3])
    ahead_right = _at(squares, row + _ROWS[(way + 1) & 3], column + _COLUMNS[(way + 1) & 3])
    ahead_left = _at(squares, row + _ROWS[(way + 2) & 3], column + _COLUMNS[(way + 2) & 3])
    least = level * level
    joined = ahead_right >= least
    if joined and ahead_left < least:
        total = np.sqrt(left) + np.sqrt(right) + np.sqrt(ahead_right) + np.sqrt(ahead_left)
        joined = total >= 4 * level
    if joined:
        turn, inside, outside, share = -1, way + 1, way, _beside(ahead_right, right, level)
    elif ahead_left >= least:
        turn, inside, outside, share = 0, way + 2, way + 1, _beside(ahead_left, ahead_right, level)
    else:
        turn, inside, outside, share = 1, first, way + 2, _beside(left, ahead_left, level)
    inside, outside = inside & 3, outside & 3
    return (
        column + _COLUMNS[inside] + share * (_COLUMNS[outside] - _COLUMNS[inside]),
        row + _ROWS[inside] + share * (_ROWS[outside] - _ROWS[inside]),
        (way + turn) & 3,
    )


@njit(cache=True, nogil=True)
def rings_above(
    squares: NDArray[np.uint16], level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Rings around all cells whose distance is `level` or more, with what they enclose on their left.

    Parameters
    ----------
    squares
        Squares of distances, shape (rows, columns).
    level
        Distance, greater than 0.

    Returns
    -------
    columns, rows
        Corners of all rings one after the other, counted in cells from the centre of the first; straight between
        neighbouring cells, and at the centres of the outermost cells where the grid ends.
    starts
        Where each ring begins, and at last where they end.
    areas
        To which area each ring belongs; the outer ring of an area comes before its holes.

    Notes
    -----
    Marching squares (Lorensen and Cline 1987, in the plane); where two cells inside face each other across a square,
    the mean of its four cells says whether they are joined. To which area a hole belongs is known from the ring that is
    met last to the left of it in its lowest row (Suzuki and Abe 1985).
    """
    least = level * level
    high, wide = squares.shape
    ring_of = np.zeros(
        (high, wide + 1), dtype=np.int32
    )  # of the ring between a cell and the one before it, from 1
    xs, ys = np.empty(1024), np.empty(1024)
    starts, areas = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int64)
    count = rings = found = 0
    for row in range(high):
        before = False
        last = 0
        for column in range(wide + 1):
            inside = column < wide and squares[row, column] >= least
            if inside == before:
                continue
            before = inside
            if not ring_of[row, column]:
                if rings + 1 == len(starts):
                    starts, areas = doubled(starts), doubled(areas)
                starts[rings] = count
                if inside:
                    areas[rings] = found
                    found += 1
                else:
                    areas[rings] = areas[last - 1]
                rings += 1
                # down into the square below where the cell to the right is inside, else up into the one above
                way = 3 if inside else 1
                i, j = (row - 1 if inside else row), column - 1
                ring_of[row, column] = rings
                while True:
                    if count == len(xs):
                        xs, ys = doubled(xs), doubled(ys)
                    xs[count], ys[count], way = _onward(squares, i, j, way, level)
                    count += 1
                    if way == 1 or way == 3:  # noqa: PLR1714  (across a row of cells)
                        across = i + 1 if way == 1 else i
                        if ring_of[across, j + 1]:
                            break  # back where it began
                        ring_of[across, j + 1] = rings
                    i += (way == 1) - (way == 3)
                    j += (way == 0) - (way == 2)
            last = ring_of[row, column]
    starts[rings] = count
    return xs[:count].copy(), ys[:count].copy(), starts[: rings + 1].copy(), areas[:rings].copy()
