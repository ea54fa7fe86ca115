"""Administrative units: codes, types, nesting and, where known, their outlines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from coverplan.units import FloatArray, Int32Array, Int64Array

OUTSIDE = np.int32(-1)
#: Points have bodies only so many at a time: one takes twenty times the memory of its two numbers.
_POINTS_AT_ONCE = 100_000
#: So few outlines are sooner asked one by one than sought in a tree of points.
_FEW_UNITS = 64


@dataclass(frozen=True)
class UnitTree:
    """Units in code order (R11).

    Parameters
    ----------
    table
        Index ``code`` (str, unique, ascending); columns ``name`` (str), ``type`` (one of `coverplan.vocabulary.UNIT_TYPES`),
        ``parent`` (code or None), ``households`` (float, NaN where unknown) and ``geometry``
        (None where a unit has no outline).
    """

    table: gpd.GeoDataFrame

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes in ascending order; positions in arrays refer to this order."""
        return tuple(self.table.index)

    def of_types(self, types: Iterable[str]) -> tuple[str, ...]:
        """Codes of the units of the given types, ascending."""
        return tuple(self.table.index[self.table["type"].isin(list(types))])

    def children(self, code: str) -> tuple[str, ...]:
        """Codes of the direct children of a unit, ascending."""
        return tuple(self.table.index[self.table["parent"] == code])

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The unit itself, its parent, its parent's parent ... up to the top."""
        chain = [code]
        while (parent := self._parents[chain[-1]]) is not None:
            chain.append(parent)
        return tuple(chain)

    def ancestor_of_type(self, code: str, types: Iterable[str]) -> str | None:
        """Nearest of a unit and its ancestors that is of one of the types, or None."""
        wanted = set(types)
        return next((c for c in self.ancestors(code) if self._types[c] in wanted), None)

    @cached_property
    def _parents(self) -> Mapping[str, str | None]:
        """Parent of every unit; a cell of a frame takes far longer to read than an entry of a dict."""
        parents = zip(self.table.index, self.table["parent"], strict=True)
        return {code: None if pd.isna(parent) else str(parent) for code, parent in parents}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Name of every unit by code."""
        return {code: str(name) for code, name in zip(self.table.index, self.table["name"], strict=True)}

    @cached_property
    def _types(self) -> Mapping[str, str]:
        return dict(zip(self.table.index, self.table["type"], strict=True))

    def leaves(self) -> tuple[str, ...]:
        """Codes of the units that are nobody's parent, ascending."""
        return tuple(self.table.index[~self.table.index.isin(self.table["parent"].dropna())])

    @cached_property
    def _drawn(self) -> tuple[Int64Array, Int64Array, shapely.STRtree]:
        """Positions of the units that have an outline, how deep each unit lies, and these outlines to be looked in."""
        outlines = self.table.geometry.to_numpy()
        known = np.flatnonzero([outline is not None and not outline.is_empty for outline in outlines])
        depth = np.zeros(len(outlines), dtype=np.int64)
        depth[known] = [len(self.ancestors(str(code))) for code in self.table.index[known]]
        return known, depth, shapely.STRtree(outlines[known])

    def locate(self, x: FloatArray, y: FloatArray) -> Int32Array:
        """Shape (points,): position of the deepest unit whose outline covers a point, else `OUTSIDE`.

        A point on a shared border belongs to the unit with the lower code (R11).
        """
        found = np.full(len(x), OUTSIDE, dtype=np.int32)
        known, depth, tree = self._drawn
        if not len(known) or not len(x):
            return found
        if len(known) <= _FEW_UNITS < len(x):
            return self._among_few(x, y)
        for start in range(0, len(x), _POINTS_AT_ONCE):
            some = slice(start, start + _POINTS_AT_ONCE)
            hit, point = _held(tree, np.asarray(shapely.points(x[some], y[some])))
            unit = known[hit]
            order = np.lexsort((unit, -depth[unit], point))
            points, first = np.unique(point[order], return_index=True)
            found[points + start] = unit[order][first]
        return found

    def _among_few(self, x: FloatArray, y: FloatArray) -> Int32Array:
        """The same unit by unit, the deepest and lowest first; each asks only points in its bounds that none has had."""
        found = np.full(len(x), OUTSIDE, dtype=np.int32)
        outlines = self.table.geometry.to_numpy()
        known, depth, _ = self._drawn
        for unit in known[np.lexsort((known, -depth[known]))].tolist():
            west, south, east, north = shapely.bounds(outlines[unit])
            near = (found == OUTSIDE) & (x >= west) & (x <= east) & (y >= south) & (y <= north)
            asked = np.flatnonzero(near)
            shapely.prepare(outlines[unit])
            found[asked[shapely.intersects_xy(outlines[unit], x[asked], y[asked])]] = unit
        return found


def _held(outlines: shapely.STRtree, points: NDArray[np.object_]) -> NDArray[np.int64]:
    """Shape (2, pairs): outline and point in it. What is asked is prepared for many questions, so that the few ask the many."""
    if len(points) < len(outlines.geometries):
        return np.asarray(outlines.query(points, predicate="intersects")[::-1])
    return np.asarray(shapely.STRtree(points).query(outlines.geometries, predicate="intersects"))
