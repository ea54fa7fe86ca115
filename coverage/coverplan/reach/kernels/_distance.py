"""How far each cell of a grid is from the nearest one of some, where it is near: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def squared_cells(found: NDArray[np.bool_], most: int) -> NDArray[np.uint16]:
    """Square of each cell's distance in cells to the nearest true cell, exact up to `most` and its square beyond.

    Parameters
    ----------
    found
        Shape (rows, columns).
    most
        Cells beyond which it does not matter, at most 255.

    Notes
    -----
    The distance down each column first, then the best of a row's columns that are near enough to matter
    (Meijster, Roerdink and Hesselink 2000, with a limit in place of their lower envelope).
    """
    rows, columns = found.shape
    down = np.empty((rows, columns), dtype=np.uint8)
    near = np.zeros(rows, dtype=np.bool_)  # rows in which something is near enough to matter
    for i in range(rows):
        for j in range(columns):
            above = most if i == 0 else min(most, down[i - 1, j] + 1)
            down[i, j] = 0 if found[i, j] else above
    for i in range(rows - 1, -1, -1):
        least = most
        for j in range(columns):
            if i < rows - 1:
                down[i, j] = min(down[i, j], down[i + 1, j] + 1)
            least = min(least, down[i, j])
        near[i] = least < most
    limit = most * most
    squares = np.empty((rows, columns), dtype=np.uint16)
    ahead = np.empty(columns, dtype=np.int32)
    for i in range(rows):
        if not near[i]:
            squares[i] = limit
            continue
        until = most  # columns to the next one that something stands near in
        for j in range(columns - 1, -1, -1):
            until = 0 if down[i, j] < most else min(most, until + 1)
            ahead[j] = until
        since = most
        for j in range(columns):
            since = 0 if down[i, j] < most else min(most, since + 1)
            best = np.int64(down[i, j]) * down[i, j]
            step = max(1, min(since, ahead[j]))
            while step * step < best:
                if j >= step:
                    best = min(best, step * step + np.int64(down[i, j - step]) * down[i, j - step])
                if j + step < columns:
                    best = min(best, step * step + np.int64(down[i, j + step]) * down[i, j + step])
                step += 1
            squares[i, j] = best
    return squares
