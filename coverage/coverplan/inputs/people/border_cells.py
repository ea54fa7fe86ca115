"""Areas with people that a border cuts: one part for each unit, with people by the parts' areas (R6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from coverplan.units import FloatArray, Int64Array

#: Points have bodies only so many at a time: one takes twenty times the memory of its two numbers.
_POINTS_AT_ONCE = 100_000
#: A part smaller than this share of its area is the rounding of coordinates, not ground.
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Parts:
    """What is left of areas after they were cut.

    Parameters
    ----------
    source
        Shape (parts,): position of the area that a part comes from.
    code
        Shape (parts,), object: code of the deepest unit that holds it, ``""`` outside every unit, None for an area
        that no border cuts.
    shapes
        Shape (parts,): outlines.
    share
        Shape (parts,): part of the area; the shares of one area add up to 1.
    """

    source: Int64Array
    code: NDArray[np.object_]
    shapes: NDArray[np.object_]
    share: FloatArray

    def ids(self, ids: NDArray[np.object_]) -> NDArray[np.object_]:
        """Shape (parts,): ``id#code`` for parts; an area that was not cut keeps its id."""
        pairs = zip(ids[self.source], self.code, strict=True)
        return np.array([i if code is None else f"{i}#{code}" for i, code in pairs], dtype=object)


def near_borders(x: FloatArray, y: FloatArray, units: gpd.GeoDataFrame, reach_m: float) -> Int64Array:
    """Positions, ascending, of points nearer than `reach_m` to the outline of any unit."""
    outlines = _drawn(units)
    if not len(outlines) or not len(x):
        return np.empty(0, dtype=np.int64)
    lines = shapely.get_parts(shapely.boundary(outlines))
    corners, line = shapely.get_coordinates(lines, return_index=True)
    onward = np.flatnonzero(line[1:] == line[:-1])
    pieces = np.asarray(
        shapely.linestrings(np.stack([corners[onward], corners[onward + 1]], axis=1)), dtype=object
    )
    tree, near = shapely.STRtree(pieces), []
    for first in range(0, len(x), _POINTS_AT_ONCE):
        some = slice(first, first + _POINTS_AT_ONCE)
        point, _ = tree.query(shapely.points(x[some], y[some]), predicate="dwithin", distance=reach_m)
        near.append(np.unique(point).astype(np.int64) + first)
    return np.concatenate(near)


def cut_at_borders(shapes: NDArray[np.object_], units: gpd.GeoDataFrame) -> Parts:
    """Cut areas at the borders between units, the deepest units first.

    What the children of a unit leave over belongs to the unit itself, and what no unit holds is a part of its own, so
    that every square metre is in exactly one part. Where outlines overlap by a sliver the shares are made to add up.

    Parameters
    ----------
    shapes
        Shape (areas,): polygons in the CRS of `units`; anything else is never cut.
    units
        Index ``code``; columns ``parent`` and ``geometry``.
    """
    whole = shapely.area(shapes)
    left = shapes.copy()
    open_ = np.flatnonzero(whole > 0)
    pieces: list[tuple[Int64Array, NDArray[np.object_], NDArray[np.object_]]] = []
    for codes, outlines in _levels(units):
        row, unit = shapely.STRtree(outlines).query(left[open_], predicate="intersects")
        row = open_[row]
        inside = shapely.covers(outlines[unit], left[row])
        parts = left[row]
        parts[~inside] = shapely.intersection(left[row[~inside]], outlines[unit[~inside]])
        solid = shapely.area(parts) > _NOTHING * whole[row]
        row, unit, parts = row[solid], unit[solid], parts[solid]
        pieces.append((row.astype(np.int64), codes[unit], parts))
        taken = np.bincount(row, weights=shapely.area(parts), minlength=len(shapes))
        rest = shapely.area(left) - taken
        touched = np.unique(row)
        for at in touched[rest[touched] > _NOTHING * whole[touched]]:
            left[at] = shapely.difference(left[at], shapely.union_all(parts[row == at]))
        full = touched[rest[touched] <= _NOTHING * whole[touched]]
        left[full] = shapely.Polygon()
        open_ = open_[shapely.area(left[open_]) > _NOTHING * whole[open_]]
    pieces.append((open_.astype(np.int64), np.full(len(open_), "", dtype=object), left[open_]))
    return _parts(shapes, pieces)


def _parts(
    shapes: NDArray[np.object_],
    pieces: Sequence[tuple[Int64Array, NDArray[np.object_], NDArray[np.object_]]],
) -> Parts:
    source = np.concatenate([row for row, _, _ in pieces])
    code = np.concatenate([codes for _, codes, _ in pieces])
    cut = np.concatenate([parts for _, _, parts in pieces])
    single = np.bincount(source, minlength=len(shapes)) <= 1
    many = ~single[source]
    kept = np.flatnonzero(single)
    source = np.concatenate([kept, source[many]])
    code = np.concatenate([np.full(len(kept), None, dtype=object), code[many]])
    cut = np.concatenate([shapes[kept], cut[many]])
    area = np.concatenate([np.ones(len(kept)), shapely.area(cut[len(kept) :])])
    share = area / np.bincount(source, weights=area, minlength=len(shapes))[source]
    return Parts(source, code, cut, share)


def _levels(units: gpd.GeoDataFrame) -> list[tuple[NDArray[np.object_], NDArray[np.object_]]]:
    """Codes and outlines of the drawn units of each depth, the deepest first."""
    above = {str(code): None if pd.isna(parent) else str(parent) for code, parent in units["parent"].items()}
    depth = np.array([_depth(str(code), above) for code in units.index], dtype=np.int64)
    shapes = units.geometry.to_numpy()
    drawn = np.array([shape is not None and not shape.is_empty for shape in shapes], dtype=bool)
    chosen = [np.flatnonzero(drawn & (depth == level)) for level in sorted(set(depth[drawn]), reverse=True)]
    return [(units.index.to_numpy()[rows], np.asarray(shapes[rows])) for rows in chosen]


def _depth(code: str, above: dict[str, str | None]) -> int:
    """Number of units above one; parents are known not to run in circles."""
    steps = 0
    while (parent := above.get(code)) is not None:
        code, steps = parent, steps + 1
    return steps


def _drawn(units: gpd.GeoDataFrame) -> NDArray[np.object_]:
    shapes = units.geometry.to_numpy()
    return np.asarray(shapes[[shape is not None and not shape.is_empty for shape in shapes]], dtype=object)


def points_inside(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """A point for each shape; for an area the centroid where it lies inside, else a point that does."""
    centres = shapely.centroid(shapes)
    outside = ~shapely.intersects(shapes, centres)
    centres[outside] = shapely.point_on_surface(shapes[outside])
    return np.asarray(centres, dtype=object)
