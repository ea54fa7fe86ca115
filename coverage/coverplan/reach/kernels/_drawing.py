"""Lines drawn on a grid of cells: arrays in, arrays out."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

#: Points of a line that are looked at stand no farther apart, in cells.
STEP = 0.5


@njit(cache=True, nogil=True)
def cells_of_lines(
    xy: NDArray[np.float64], line: NDArray[np.int64], west: int, south: int, rows: int, columns: int
) -> NDArray[np.bool_]:
    """Cells in which a line has a vertex, or a point that is looked at between two.

    Parameters
    ----------
    xy
        Shape (vertices, 2), in widths of a cell.
    line
        Shape (vertices,): to which line each vertex belongs; a line of one vertex is its place.
    west, south
        The first cell of the grid.
    rows, columns
        How many cells it has; what lies outside is left out.
    """
    found = np.zeros((rows, columns), dtype=np.bool_)
    for i in range(len(xy)):
        x, y = xy[i, 0] - west, xy[i, 1] - south
        joined = i + 1 < len(xy) and line[i + 1] == line[i]
        to_x, to_y = (xy[i + 1, 0] - west, xy[i + 1, 1] - south) if joined else (x, y)
        if max(x, to_x) < 0 or max(y, to_y) < 0 or min(x, to_x) >= columns or min(y, to_y) >= rows:
            continue
        parts = max(1, int(np.ceil(np.hypot(to_x - x, to_y - y) / STEP)))
        for part in range(parts):
            column = int(np.floor(x + (to_x - x) * part / parts))
            row = int(np.floor(y + (to_y - y) * part / parts))
            if 0 <= row < rows and 0 <= column < columns:
                found[row, column] = True
    return found
