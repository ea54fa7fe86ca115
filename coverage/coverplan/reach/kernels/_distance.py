"""How far each cell of a grid is from the nearest one of some, where it is near: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def distance_cells(found: NDArray[np.bool_], most: int) -> NDArray[np.float32]:
    """Distance in cells of each cell's centre to the nearest true cell, exact up to `most` and `most` beyond.

    Parameters
    ----------
    found
        Shape (rows, columns).
    most
        Cells beyond which it does not matter.

    Notes
    -----
    The distance down each column first, then the best of a row's columns that are near enough to matter
    (Meijster, Roerdink and Hesselink 2000, with a limit in place of their lower envelope).
    """
    rows, columns = found.shape
    down = np.empty((rows, columns), dtype=np.int32)
    for i in range(rows):
        for j in range(columns):
            if found[i, j]:
                down[i, j] = 0
            else:
                down[i, j] = most if i == 0 else min(most, down[i - 1, j] + 1)
    for i in range(rows - 2, -1, -1):
        for j in range(columns):
            down[i, j] = min(down[i, j], down[i + 1, j] + 1)
    away = np.empty((rows, columns), dtype=np.float32)
    limit = most * most
    roots = np.sqrt(np.arange(limit + 1)).astype(np.float32)
    ahead = np.empty(columns, dtype=np.int32)
    for i in range(rows):
        until = most  # columns to the next one that something stands near in
        for j in range(columns - 1, -1, -1):
            until = 0 if down[i, j] < most else min(most, until + 1)
            ahead[j] = until
        since = most
        for j in range(columns):
            since = 0 if down[i, j] < most else min(most, since + 1)
            best = min(limit, down[i, j] * down[i, j])
            step = max(1, min(since, ahead[j]))
            while step * step < best:
                if j >= step:
                    best = min(best, step * step + down[i, j - step] * down[i, j - step])
                if j + step < columns:
                    best = min(best, step * step + down[i, j + step] * down[i, j + step])
                step += 1
            away[i, j] = roots[best]
    return away
