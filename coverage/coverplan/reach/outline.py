"""Outline of the land around streets: grown, small gaps closed, as smooth polygons with holes, tile by tile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

from coverplan.reach.street_index import Geometries
from coverplan.units import Int64Array

_CELL_M = 10.0
_TILE_CELLS = 400
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
    Distances are measured on a grid of 10 m that lies the same everywhere, in tiles of 4 km that overlap as far as a
    street can matter, so that memory does not grow with the area and tiles join without a seam. The outline is right
    to within a cell.
    """
    points = shapely.get_coordinates(shapely.segmentize(streets, _CELL_M / 2))
    if not len(points):
        return shapely.MultiPolygon()
    column, row = np.floor(points / _CELL_M).astype(np.int64).T
    once = np.unique((column << 32) + row)
    cells = np.column_stack(((once + (1 << 31)) >> 32, ((once + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)))
    reach = int(np.ceil((pen.half_width_m + 2 * pen.closing_m) / _CELL_M)) + 4
    low = np.floor_divide(cells - reach, _TILE_CELLS).min(axis=0)
    high = np.floor_divide(cells + reach, _TILE_CELLS).max(axis=0)
    drawn: list[BaseGeometry] = []
    for column in range(low[0], high[0] + 1):
        for row in range(low[1], high[1] + 1):
            corner = np.array([column, row]) * _TILE_CELLS
            near = ((cells >= corner - reach) & (cells <= corner + _TILE_CELLS + reach)).all(axis=1)
            if near.any():
                drawn.extend(_tile(cells[near] - corner + reach, corner, reach, pen))
    return shapely.simplify(shapely.union_all(drawn), _SIMPLIFY_M)


def _tile(cells: Int64Array, corner: Int64Array, reach: int, pen: Pen) -> list[BaseGeometry]:
    """Polygons of one tile, cut at its border; `cells` count from the corner of the tile with its margin."""
    side = _TILE_CELLS + 2 * reach + 1
    away = np.ones((side, side), dtype=bool)
    away[cells[:, 1], cells[:, 0]] = False
    grown = distance_transform_edt(away) * _CELL_M <= pen.half_width_m + pen.closing_m
    depth_m = distance_transform_edt(grown) * _CELL_M
    # the border runs between the last cell inside and the first one outside, half a cell before its centre
    level = pen.closing_m + _CELL_M / 2
    inner = slice(reach, reach + _TILE_CELLS + 1)
    centres = (corner[:, None] + np.arange(_TILE_CELLS + 1) + 0.5) * _CELL_M
    lines = contour_generator(
        x=centres[0], y=centres[1], z=depth_m[inner, inner], fill_type=FillType.OuterOffset
    )
    made: list[BaseGeometry] = []
    for points, starts in zip(*lines.filled(level, np.inf), strict=True):
        outer, *holes = np.split(points, np.asarray(starts[1:-1], dtype=np.int64))
        made.append(shapely.make_valid(shapely.Polygon(outer, holes)))
    return made
