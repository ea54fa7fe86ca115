"""Entrances: where one may go in, of buildings, and of parks and cemeteries that have no single door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import shapely

from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.snap import Snapper, Snaps
from coverplan.reach.snapping.street_index import Geometries, as_geometries
from coverplan.reach.snapping.stretches import points_along
from coverplan.units import BoolArray, FloatArray, Int64Array

#: Where no street reaches an area, its outline may be entered at points this far apart.
OUTLINE_STEP_M = 25.0
#: Streets, steps and slopes included, are walked at a fifth of the speed of legs at least.
_SLOWEST_SHARE = 5.0
#: Legs that differ by less are equal.
_SAME_M = 1e-6


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
        where none does, points of its outline, all that are not reached better through another on the same street. Its
        middle is never a door.
    """
    known = entrances or {}
    points = [
        entrance_points(snapper, known.get(identifier, geometry))
        for identifier, geometry in zip(ids, geometries, strict=True)
    ]
    place = np.repeat(np.arange(len(ids)), [len(found) for found in points])
    xy = np.concatenate([np.zeros((0, 2)), *points])
    point, snaps = snapper.all_doors(xy[:, 0].copy(), xy[:, 1].copy())
    place = place[point]
    keep = _not_better_reached(place, snaps, snapper.length_m)
    return Doors.of_rows(ids, place[keep], snaps.take(keep))


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
    return as_geometries(shapely.points(points_along(shapely.get_parts(outline), OUTLINE_STEP_M)))


def _not_better_reached(place: Int64Array, snaps: Snaps, length_m: FloatArray) -> Int64Array:
    """Rows to keep: doors of one place on one edge that no other of them makes needless, in order of place.

    A door is needless when the leg of another one, and the way along the street to it at a fifth of the speed of
    legs, is no longer than its own leg.
    """
    edge = snaps.edge.astype(np.int64)
    along = np.nan_to_num(snaps.fraction) * np.append(length_m, 0.0)[edge] * _SLOWEST_SHARE
    order = np.lexsort((np.arange(len(place)), along, edge, place))
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(place[order]) != 0) | (np.diff(edge[order]) != 0)
    keep = new.copy()
    for first, end in zip(*_runs(new), strict=True):
        rows = order[first:end]
        leg, at = snaps.leg_m[rows], along[rows]
        if edge[rows[0]] < 0:  # off network: the nearest is told, as information
            keep[first:end] = np.arange(end - first) == np.argmin(leg)
            continue
        before = np.minimum.accumulate(np.append(np.inf, leg - at)[:-1])
        behind = np.minimum.accumulate(np.append(leg + at, np.inf)[:0:-1])[::-1]
        keep[first:end] = (before + at > leg + _SAME_M) & (behind - at >= leg - _SAME_M)
    kept = order[keep]
    return kept[np.lexsort((kept, place[kept]))]


def _runs(new: BoolArray) -> tuple[Int64Array, Int64Array]:
    """First and end of every run of more than one row."""
    first = np.flatnonzero(new)
    end = np.append(first[1:], len(new))
    several = end - first > 1
    return first[several], end[several]
