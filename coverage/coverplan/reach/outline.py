"""Outline of the land around streets: grown, small gaps closed, as smooth polygons with holes, tile by tile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from shapely.geometry.base import BaseGeometry

from coverplan.reach.snapping.street_index import Geometries
from coverplan.reach.snapping.stretches import points_along
from coverplan.units import Int64Array

_CELL_M = 10.0
_TILE_CELLS = 2400
_SIMPLIFY_M = 2.0


@dataclass(frozen=True, slots=True)
class Pen:
    """How streets are drawn.

    Parameters
    ----------
    half_width_m
        Half the width of a street with its houses.
    closing_m
        Gaps and holes narrower than twice this are closed; wider ones stay open.
    """

    half_width_m: float
    closing_m: float


def outline(streets: Geometries, pen: Pen) -> shapely.Geometry:
    """Land within half a width of the streets, closed.

    Parameters
    ----------
    streets
        Lines, in metres.
    pen
        How they are drawn; both widths should be some cells of 10 m wide.

    Notes
    -----
    Distances are measured on a grid of 10 m that lies the same everywhere, in tiles of 24 km that overlap as far as a
    street can matter, so that memory does not grow with the area and tiles join without a seam. The outline is right
    to within a cell.
    """
    points = points_along(streets, _CELL_M / 2)
    if not len(points):
        return shapely.MultiPolygon()
    column, row = np.floor(points / _CELL_M).astype(np.int64).T
    once = np.unique((column << 32) + row)
    cells = np.column_stack(((once + (1 << 31)) >> 32, ((once + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)))
    reach = int(np.ceil((pen.half_width_m + 2 * pen.closing_m) / _CELL_M)) + 4
    low, high = cells.min(axis=0) - reach, cells.max(axis=0) + reach
    counts = -(-(high - low + 1) // _TILE_CELLS)
    drawn: list[BaseGeometry] = []
    for position in np.ndindex(*counts.tolist()):
        corner = low + np.asarray(position) * _TILE_CELLS
        size = np.minimum(high - corner + 1, _TILE_CELLS)
        near = ((cells >= corner - reach) & (cells <= corner + size + reach)).all(axis=1)
        if near.any():
            drawn.extend(_tile(cells[near] - corner + reach, corner, size, reach, pen))
    # within a tile nothing touches
    parts = shapely.get_parts(np.asarray(drawn, dtype=np.object_))
    area = shapely.union_all(parts) if counts.prod() > 1 else shapely.MultiPolygon(list(parts))
    return shapely.simplify(area, _SIMPLIFY_M)


def _tile(
    cells: Int64Array, corner: Int64Array, size: Int64Array, reach: int, pen: Pen
) -> list[BaseGeometry]:
    """Polygons of one tile, cut at its border; `cells` count from the corner of the tile with its margin."""
    from coverplan.reach.kernels._distance import distance_cells

    columns, rows = (size + 2 * reach + 1).tolist()
    found = np.zeros((rows, columns), dtype=np.bool_)
    found[cells[:, 1], cells[:, 0]] = True
    # the border runs between the last cell inside and the first one outside, half a cell before its centre
    level = pen.closing_m / _CELL_M + 0.5
    widest = (pen.half_width_m + pen.closing_m) / _CELL_M
    beyond = distance_cells(found, int(widest) + 1) > widest
    depth = distance_cells(beyond, int(level) + 3)
    x, y = ((corner[axis] + np.arange(size[axis] + 1) + 0.5) * _CELL_M for axis in (0, 1))
    inner = depth[reach : reach + len(y), reach : reach + len(x)]
    lines = contour_generator(x=x, y=y, z=inner, fill_type=FillType.OuterOffset)
    made: list[BaseGeometry] = []
    for points, starts in zip(*lines.filled(level, np.inf), strict=True):
        outer, *holes = np.split(points, np.asarray(starts[1:-1], dtype=np.int64))
        made.append(shapely.make_valid(shapely.Polygon(outer, holes)))
    return made
