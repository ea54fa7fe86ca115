"""Outline of what is reached, drawn on a fine grid: pictures only (R5)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.reach.street_index import Geometries, as_geometries
from coverplan.units import FloatArray

#: Half the width of a street with its houses, as it is drawn.
STREET_HALF_WIDTH_M = 40.0
#: Gaps and holes narrower than twice this are closed; wider ones, a park or a lake, stay open.
CLOSING_M = 60.0
#: Width of the cells on which outlines are drawn, and the most cells along a side before they grow wider.
CELL_M = 5.0
MOST_CELLS = 1_000
_SIMPLIFY_M = 2.0


def outline(streets: Geometries) -> Geometries:
    """Parts of the area within `STREET_HALF_WIDTH_M` of the lines, small gaps closed.

    A morphological closing by distance fields: cells within half width plus `CLOSING_M` of a line, of which those
    stay that lie at least `CLOSING_M` inside. The outline is true to about a cell (`CELL_M`, wider only where an
    area is more than `MOST_CELLS` cells across).

    Parameters
    ----------
    streets
        Lines in metres; empty ones are passed over.

    Returns
    -------
    Geometries
        Polygons with holes.
    """
    from rasterio.features import rasterize
    from scipy.ndimage import distance_transform_edt

    streets = streets[~shapely.is_empty(streets)] if len(streets) else streets
    if not len(streets):
        return np.zeros(0, dtype=object)
    grown_m = STREET_HALF_WIDTH_M + CLOSING_M
    west, south, east, north = shapely.total_bounds(streets)
    cell_m = max(CELL_M, (max(east - west, north - south) + 2 * grown_m) / MOST_CELLS)
    rim_m = grown_m + 3 * cell_m
    columns = int(np.ceil((east - west + 2 * rim_m) / cell_m))
    rows = int(np.ceil((north - south + 2 * rim_m) / cell_m))
    corner_x, corner_y = west - rim_m, south - rim_m
    drawn = rasterize(
        streets.tolist(),
        out_shape=(rows, columns),
        transform=(cell_m, 0.0, corner_x, 0.0, cell_m, corner_y),
        all_touched=True,
        dtype=np.uint8,
    )
    grown = distance_transform_edt(drawn == 0, sampling=cell_m) <= grown_m
    inside_m = distance_transform_edt(grown, sampling=cell_m)
    centres_x = corner_x + (np.arange(columns) + 0.5) * cell_m
    centres_y = corner_y + (np.arange(rows) + 0.5) * cell_m
    # a touched cell may lie half a cell beside its line; the mean error is taken off
    return _contour(centres_x, centres_y, inside_m, CLOSING_M + cell_m / 2)


def _contour(x: FloatArray, y: FloatArray, field: FloatArray, level: float) -> Geometries:
    """Areas in which a field is at least `level`."""
    from contourpy import FillType, contour_generator

    generator = contour_generator(x, y, field, fill_type=FillType.OuterOffset)
    filled: Any = generator.filled(level, np.inf)
    areas = [_polygon(xy, at) for xy, at in zip(*filled, strict=True)]
    if not areas:
        return np.zeros(0, dtype=object)
    mended = shapely.make_valid(shapely.simplify(np.array(areas, dtype=object), _SIMPLIFY_M))
    parts = as_geometries(shapely.get_parts(mended))
    return parts[shapely.get_dimensions(parts) == 2]


def _polygon(xy: NDArray[np.float64], offsets: NDArray[np.uint32]) -> shapely.Polygon:
    rings = [xy[a:b] for a, b in pairwise(offsets)]
    return shapely.Polygon(rings[0], rings[1:])
