"""Heights of the ground on a regular grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverplan.units import FloatArray

Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Terrain:
    """A height model.

    Parameters
    ----------
    height_m
        Shape (rows, columns): metres at the centre of each cell, NaN where unknown.
    transform
        ``a, b, c, d, e, f``: column and row of a cell's upper left corner give x = a column + b row + c and
        y = d column + e row + f.
    crs
        CRS of x and y.
    """

    height_m: NDArray[np.floating]
    transform: Affine
    crs: str

    def heights(self, x: FloatArray, y: FloatArray, crs: str) -> FloatArray:
        """Heights of points given in any CRS, shape (points,): metres, bilinear between the centres of cells.

        Within half a cell of the edge of the grid the outermost centres count. NaN outside the grid and wherever a
        cell that is needed is unknown.
        """
        there_x, there_y = self._in_own_crs(x, y, crs)
        a, b, c, d, e, f = self.transform
        east = np.where(np.isfinite(there_x), there_x - c, np.nan)
        north = np.where(np.isfinite(there_y), there_y - f, np.nan)
        size = a * e - b * d
        column, row = (e * east - b * north) / size, (a * north - d * east) / size
        rows, columns = self.height_m.shape
        inside = (column >= 0) & (column <= columns) & (row >= 0) & (row <= rows)
        column = np.clip(np.where(inside, column, 0.0) - 0.5, 0.0, columns - 1.0)
        row = np.clip(np.where(inside, row, 0.0) - 0.5, 0.0, rows - 1.0)
        left, upper = column.astype(np.int64), row.astype(np.int64)
        right, lower = np.minimum(left + 1, columns - 1), np.minimum(upper + 1, rows - 1)
        over, down = column - left, row - upper
        height_m = np.zeros(column.shape)
        for share, i, j in (
            ((1 - down) * (1 - over), upper, left),
            ((1 - down) * over, upper, right),
            (down * (1 - over), lower, left),
            (down * over, lower, right),
        ):
            height_m += np.where(share > 0, share * self.height_m[i, j], 0.0)
        return np.where(inside, height_m, np.nan)

    def slope_percent(self, x: FloatArray, y: FloatArray, crs: str) -> FloatArray:
        """Slope of the ground at points of a projected CRS in metres, in percent of rise to run.

        The rise is taken over two cells of the grid in both directions (central differences); NaN where one of the
        four heights is unknown.
        """
        if not len(x):
            return np.zeros(0)
        a, b, c, d, e, f = self.transform
        row, column = self.height_m.shape[0] / 2, self.height_m.shape[1] / 2
        step = self._cell_m(a * column + b * row + c, d * column + e * row + f)
        east = self.heights(x + step, y, crs) - self.heights(x - step, y, crs)
        north = self.heights(x, y + step, crs) - self.heights(x, y - step, crs)
        return np.asarray(np.hypot(east, north) / (2 * step) * 100)

    def cell_m(self, x: FloatArray, y: FloatArray, crs: str) -> float:
        """Larger side of a cell in metres, in the middle of points given in any CRS."""
        there_x, there_y = self._in_own_crs(x, y, crs)
        return self._cell_m(float(np.median(there_x)), float(np.median(there_y)))

    def _cell_m(self, x: float, y: float) -> float:
        """Larger side of a cell in metres at a place in the grid's own CRS."""
        import pyproj

        a, b, _, d, e, _ = self.transform
        if not pyproj.CRS.from_user_input(self.crs).is_geographic:
            return float(max(np.hypot(a, d), np.hypot(b, e)))
        geod = pyproj.Geod(ellps="WGS84")
        return float(max(geod.inv(x, y, *end)[2] for end in ((x + a, y + d), (x + b, y + e))))

    def _in_own_crs(self, x: FloatArray, y: FloatArray, crs: str) -> tuple[FloatArray, FloatArray]:
        if crs == self.crs:
            return x, y
        from coverplan.ground.transformers import transformer

        change = transformer(crs, self.crs)
        there_x, there_y = change.transform(x, y)
        return np.asarray(there_x, dtype=np.float64), np.asarray(there_y, dtype=np.float64)
