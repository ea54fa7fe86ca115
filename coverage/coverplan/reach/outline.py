"""Outline of the land around streets: grown, small gaps closed, as smooth polygons with holes, tile by tile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from coverplan.reach.snapping.street_index import Geometries, as_geometries
from coverplan.units import BoolArray, Int64Array

_CELL_M = 10.0
_TILE_CELLS = 2400
_SIMPLIFY_M = 2.0
#: Corners of a ring that has an area, the first one twice.
_LEAST_CORNERS = 4


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
    from coverplan.reach.kernels._drawing import cells_of_lines

    xy, line = shapely.get_coordinates(streets, return_index=True)
    if not len(xy):
        return shapely.MultiPolygon()
    xy /= _CELL_M
    reach = int(np.ceil((pen.half_width_m + 2 * pen.closing_m) / _CELL_M)) + 4
    low, high = (np.floor(ends).astype(np.int64) for ends in (xy.min(axis=0), xy.max(axis=0)))
    low, high = low - reach, high + reach
    counts = -(-(high - low + 1) // _TILE_CELLS)
    drawn: list[shapely.Polygon] = []
    for position in np.ndindex(*counts.tolist()):
        corner = low + np.asarray(position) * _TILE_CELLS
        size = np.minimum(high - corner + 1, _TILE_CELLS)
        columns, rows = (size + 2 * reach + 1).tolist()
        found = cells_of_lines(xy, line, *(corner - reach).tolist(), rows, columns)
        if found.any():
            drawn.extend(_tile(found, corner, size, reach, pen))
    if counts.prod() == 1:  # within a tile nothing touches
        return _simplified(shapely.MultiPolygon(drawn))
    parts = shapely.get_parts(shapely.union_all(shapely.make_valid(np.asarray(drawn, dtype=np.object_))))
    return _simplified(shapely.MultiPolygon(list(parts[shapely.get_dimensions(parts) == 2])))


def _simplified(area: shapely.MultiPolygon) -> shapely.Geometry:
    """Areas with fewer corners that do not cross themselves.

    Rings that are simplified each by itself hardly ever cross, and are ready in a fiftieth of the time.
    """
    polygons = shapely.get_parts(area)
    rings, polygon = shapely.get_rings(polygons, return_index=True)
    fewer = shapely.simplify(rings, _SIMPLIFY_M, preserve_topology=False)
    if (shapely.get_num_coordinates(fewer) >= _LEAST_CORNERS).all():
        quick = shapely.MultiPolygon(list(as_geometries(shapely.polygons(fewer, indices=polygon))))
        if quick.is_valid:
            return quick
    return shapely.simplify(shapely.make_valid(area), _SIMPLIFY_M)


def _tile(
    found: BoolArray, corner: Int64Array, size: Int64Array, reach: int, pen: Pen
) -> list[shapely.Polygon]:
    """Polygons of one tile, cut at its border; `found` are cells with streets, of the tile with its margin."""
    from coverplan.reach.kernels._distance import squared_cells
    from coverplan.reach.kernels._rings import rings_above

    # the border runs between the last cell inside and the first one outside, half a cell before its centre
    level = pen.closing_m / _CELL_M + 0.5
    widest = (pen.half_width_m + pen.closing_m) / _CELL_M
    beyond = squared_cells(found, int(widest) + 1) > widest**2
    depth = squared_cells(beyond, int(level) + 3)
    inner = depth[reach : reach + size[1] + 1, reach : reach + size[0] + 1]
    x, y, starts, areas = rings_above(inner, level)
    if not len(areas):
        return []
    points = (np.column_stack([x, y]) + corner + 0.5) * _CELL_M
    rings = as_geometries(shapely.linearrings(points, indices=_numbers(starts)))
    by_area = np.argsort(areas, kind="stable")
    return list(as_geometries(shapely.polygons(rings[by_area], indices=areas[by_area])))


def _numbers(starts: Int64Array) -> Int64Array:
    """To which part each thing belongs, where parts begin at these places; the last of them is the end."""
    return np.repeat(np.arange(len(starts) - 1), np.diff(starts))
