"""Outlines and names of units on small maps: made ready once for all maps of a report."""

from __future__ import annotations

from functools import cached_property

import geopandas as gpd
import numpy as np
import shapely

from coverplan.report.drawings.drawing import INK, Area, Points, Shape
from coverplan.report.drawings.frame import Frame
from coverplan.report.drawings.names import placed_names
from coverplan.report.drawings.plainer import Plainer
from coverplan.text.placing import Taken
from coverplan.units import FloatArray, Int64Array

#: Points by which a drawn border may leave its course.
TOLERANCE = 0.4
_POLYGON = 3


class UnitOutlines:
    """Units that have an outline, by their place in the layer.

    Parameters
    ----------
    layer
        One row for each unit with its ``name``; what else is asked of it must be there.
    """

    def __init__(self, layer: gpd.GeoDataFrame) -> None:
        self._table = layer[layer.geometry.notna()]
        self._shapes = self._table.geometry.to_numpy()
        self._plainer = Plainer(self._shapes)

    @property
    def all(self) -> Int64Array:
        """Every unit, in the layer's order."""
        return np.arange(len(self._shapes))

    def of_types(self, types: tuple[str, ...]) -> Int64Array:
        """Units of some types."""
        return np.flatnonzero(self._table["type"].isin(types))

    def called(self, code: str) -> Int64Array:
        """Units of a code."""
        return self._by("code", code)

    def below(self, code: str) -> Int64Array:
        """Units of which a code is the parent."""
        return self._by("parent", code)

    def bounds(self, chosen: Int64Array) -> tuple[float, float, float, float]:
        """Bounds of some units in metres: xmin, ymin, xmax, ymax."""
        low, high = self._bounds[chosen, :2].min(axis=0), self._bounds[chosen, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])

    def values(self, chosen: Int64Array, column: str) -> FloatArray:
        """Numbers of some units."""
        return self._table[column].to_numpy(dtype=np.float64)[chosen]

    def rings(self, chosen: Int64Array, frame: Frame) -> list[tuple[Points, ...]]:
        """Rings of each of some units on the paper, cut at its edge; none where nothing of a unit is on it."""
        shapes = self._plainer.of(chosen, TOLERANCE / frame.scale)
        x0, y0, x1, y1 = frame.bounds()
        low, high = self._bounds[chosen, :2], self._bounds[chosen, 2:]
        beyond = (low < (x0, y0)).any(axis=1) | (high > (x1, y1)).any(axis=1)
        shapes[beyond] = shapely.clip_by_rect(shapes[beyond], x0, y0, x1, y1)
        parts, of_unit = shapely.get_parts(shapes, return_index=True)
        areas = shapely.get_type_id(parts) == _POLYGON
        rings, of_part = shapely.get_rings(parts[areas], return_index=True)
        lengths = shapely.get_num_coordinates(rings)
        places = np.split(frame.place(shapely.get_coordinates(rings)), np.cumsum(lengths)[:-1])
        found: list[list[Points]] = [[] for _ in chosen]
        for unit, ring in zip(of_unit[areas][of_part].tolist(), places, strict=False):
            if len(ring) > 3:
                found[unit].append(ring[:-1])
        return [tuple(one) for one in found]

    def lines(self, chosen: Int64Array, frame: Frame, width: float) -> list[Shape]:
        """Borders of some units as lines of a width in points."""
        rings = tuple(ring for one in self.rings(chosen, frame) for ring in one)
        return [Area(rings, None, INK, width)] if rings else []

    def names(
        self, chosen: Int64Array, frame: Frame, taken: Taken, *, size: float, largest_first: bool = False
    ) -> list[Shape]:
        """Names of some units, each near the middle of its unit and on nothing that is taken."""
        if largest_first:
            chosen = chosen[np.argsort(-shapely.area(self._shapes[chosen]), kind="stable")]
        middles = frame.place(shapely.get_coordinates(shapely.point_on_surface(self._shapes[chosen])))
        told = self._table["name"].to_numpy(dtype=object)[chosen]
        return placed_names([str(name) for name in told], middles, taken, size=size)

    def _by(self, column: str, code: str) -> Int64Array:
        if column not in self._places:
            self._places[column] = self._table.groupby(column, sort=False).indices
        found = self._places[column].get(code)
        return np.empty(0, dtype=np.int64) if found is None else np.asarray(found, dtype=np.int64)

    @cached_property
    def _places(self) -> dict[str, dict[object, np.ndarray]]:
        """Places of units by column and what stands in it."""
        return {}

    @cached_property
    def _bounds(self) -> FloatArray:
        return np.asarray(shapely.bounds(self._shapes), dtype=np.float64)
