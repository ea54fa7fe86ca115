"""Entrances: where one may go in, of buildings, and of parks and cemeteries that have no single door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.snap import Snapper
from coverplan.reach.snapping.street_index import Geometries, as_geometries
from coverplan.units import FloatArray, Int64Array

#: Where no street reaches an area, its outline may be entered at points this far apart.
OUTLINE_STEP_M = 25.0


def place_doors(
    snapper: Snapper,
    ids: Sequence[str],
    geometries: Sequence[shapely.Geometry | None],
    *,
    entrances: Mapping[str, shapely.Geometry] | None = None,
) -> Doors:
    """Doors of places of any shape.

    Parameters
    ----------
    snapper
        Streets to attach to.
    ids
        Ids of the places, each unique.
    geometries
        Shape of each place in the CRS of the network; None where it is unknown, which gives no door.
    entrances
        Points at which a place is entered, by id; they go before everything else.

    Returns
    -------
    Doors
        A point has one door, several points have several. An area has a door wherever a street crosses its outline;
        where none does, the nearest points of its outline, one for each street. Its middle is never a door.
    """
    known = entrances or {}
    points = [
        entrance_points(snapper, known.get(identifier, geometry))
        for identifier, geometry in zip(ids, geometries, strict=True)
    ]
    place = np.repeat(np.arange(len(ids)), [len(found) for found in points])
    xy = np.concatenate([np.zeros((0, 2)), *points])
    snaps = snapper.snap(xy[:, 0].copy(), xy[:, 1].copy())
    keep = _nearest_of_each_street(place, snaps.edge.astype(np.int64), snaps.leg_m)
    start = np.searchsorted(place[keep], np.arange(len(ids) + 1))
    return Doors(tuple(ids), start, snaps.take(keep))


def entrance_points(snapper: Snapper, geometry: shapely.Geometry | None) -> FloatArray:
    """Shape (points, 2): where a place of this shape may be entered."""
    if geometry is None or shapely.is_empty(geometry):
        return np.zeros((0, 2))
    if shapely.get_dimensions(geometry) == 0:
        return np.asarray(shapely.get_coordinates(geometry))
    outline = shapely.boundary(geometry) if shapely.get_dimensions(geometry) == 2 else geometry
    met = snapper.streets.crossed_by(outline)
    return np.asarray(shapely.get_coordinates(met if len(met) else _along(outline)))


def _along(outline: shapely.Geometry) -> Geometries:
    """Points along a line, its vertices included."""
    return as_geometries(shapely.points(shapely.get_coordinates(shapely.segmentize(outline, OUTLINE_STEP_M))))


def _nearest_of_each_street(place: Int64Array, edge: Int64Array, leg_m: FloatArray) -> Int64Array:
    """Rows to keep: of the doors of one place on one edge only the nearest, in order of place."""
    order = np.lexsort((np.arange(len(place)), leg_m, edge, place))
    first = np.ones(len(order), dtype=bool)
    same_place = np.diff(place[order]) == 0
    first[1:] = ~(same_place & (np.diff(edge[order]) == 0))
    kept = order[first]
    return kept[np.lexsort((kept, place[kept]))]
