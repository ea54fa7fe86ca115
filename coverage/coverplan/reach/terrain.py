"""Heights of the ground on a regular grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyproj

from coverplan.network import Network
from coverplan.units import FloatArray

Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Terrain:
    """A height model.

    Parameters
    ----------
    height_m
        Shape (rows, columns): metres, NaN where unknown.
    transform
        ``a, b, c, d, e, f``: column and row of a cell's upper left corner give x = a column + b row + c and
        y = d column + e row + f.
    crs
        CRS of x and y.
    """

    height_m: FloatArray
    transform: Affine
    crs: str

    def heights(self, x: FloatArray, y: FloatArray, crs: str) -> FloatArray:
        """Heights of points given in any CRS, bilinear between the centres of cells.

        Within half a cell of the edge of the grid the outermost centres count. NaN outside the grid and wherever a
        cell that is needed is unknown.
        """
        there_x, there_y = self._in_own_crs(x, y, crs)
        a, b, c, d, e, f = self.transform
        size = a * e - b * d
        column = (e * (there_x - c) - b * (there_y - f)) / size
        row = (a * (there_y - f) - d * (there_x - c)) / size
        rows, columns = self.height_m.shape
        with np.errstate(invalid="ignore"):
            inside = (column >= 0) & (column <= columns) & (row >= 0) & (row <= rows)
        column = np.clip(np.where(inside, column, 0.0) - 0.5, 0.0, columns - 1.0)
        row = np.clip(np.where(inside, row, 0.0) - 0.5, 0.0, rows - 1.0)
        left, upper = column.astype(np.int64), row.astype(np.int64)
        right, lower = np.minimum(left + 1, columns - 1), np.minimum(upper + 1, rows - 1)
        east, south = column - left, row - upper
        height_m = np.zeros(len(column))
        for weight, i, j in (
            ((1 - south) * (1 - east), upper, left),
            ((1 - south) * east, upper, right),
            (south * (1 - east), lower, left),
            (south * east, lower, right),
        ):
            height_m += np.where(weight > 0, weight * self.height_m[i, j], 0.0)
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

    def cell_m(self, network: Network) -> float:
        """Larger side of a cell in metres, in the middle of a network."""
        x, y = self._in_own_crs(network.node_x, network.node_y, network.crs)
        return self._cell_m(float(np.median(x)), float(np.median(y)))

    def _cell_m(self, x: float, y: float) -> float:
        """Larger side of a cell in metres at a place in the grid's own CRS."""
        a, b, _, d, e, _ = self.transform
        if not pyproj.CRS.from_user_input(self.crs).is_geographic:
            return float(max(np.hypot(a, d), np.hypot(b, e)))
        geod = pyproj.Geod(ellps="WGS84")
        return float(max(geod.inv(x, y, *end)[2] for end in ((x + a, y + d), (x + b, y + e))))

    def _in_own_crs(self, x: FloatArray, y: FloatArray, crs: str) -> tuple[FloatArray, FloatArray]:
        if crs == self.crs:
            return x, y
        change = pyproj.Transformer.from_crs(crs, self.crs, always_xy=True)
        there_x, there_y = change.transform(x, y)
        return np.asarray(there_x, dtype=np.float64), np.asarray(there_y, dtype=np.float64)
