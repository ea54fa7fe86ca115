"""Outlines that touch or cross themselves: what of them is inside whatever one thinks, and how much is in doubt."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from coverplan.units import FloatArray


class Untangled(NamedTuple):
    """A broken outline taken apart.

    Parameters
    ----------
    shape
        Valid outline of the ground that is inside.
    twice
        Area that the outline goes round more than once; it is inside, as no hole runs in the direction of its border.
    doubtful
        Area that the outline goes round against its own direction: half of a figure of eight, a hole outside its border.
    """

    shape: shapely.Geometry
    twice: float
    doubtful: float

    @property
    def doubt(self) -> float:
        """Doubtful area in proportion to the area of the outline with it."""
        return self.doubtful / float(shapely.area(self.shape) + self.doubtful)


def untangled(shape: shapely.Geometry) -> Untangled | None:
    """Take a broken polygon or multipolygon apart by the number of times it goes round each piece of ground.

    Returns
    -------
    Untangled or None
        Areas in the square of the coordinates' unit. None where nothing is inside, or the shape is no polygon.

    Notes
    -----
    Borders count once round for each time, holes once less; each ring in the direction in which most of it runs, so
    that files that draw borders clockwise and counter-clockwise are read alike.
    """
    if not isinstance(shape, shapely.Polygon | shapely.MultiPolygon):
        return None
    rings = [
        (shapely.get_coordinates(ring), 1 if ring is border else -1)
        for part in shapely.get_parts(shape)
        for border in [part.exterior]
        for ring in [border, *part.interiors]
    ]
    lines = shapely.node(shapely.MultiLineString([ring for ring, _ in rings]))
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    if not len(pieces):
        return None
    inner = shapely.get_coordinates(shapely.point_on_surface(pieces))
    times = np.sum([sign * _times_round(ring, inner) for ring, sign in rings], axis=0)
    if not (times > 0).any():
        return None
    areas = shapely.area(pieces)
    whole = shapely.union_all(pieces[times > 0])
    return Untangled(whole, float(areas[times > 1].sum()), float(areas[times < 0].sum()))


def _times_round(ring: FloatArray, points: FloatArray) -> FloatArray:
    """Shape (points,): how often a ring goes round each point, in the direction in which most of it runs."""
    (x0, y0), (x1, y1) = ring[:-1].T, ring[1:].T
    middle = ring.mean(axis=0)
    doubled = np.sum((x0 - middle[0]) * (y1 - middle[1]) - (x1 - middle[0]) * (y0 - middle[1]))
    times = np.zeros(len(points))
    for at, (x, y) in enumerate(points):
        left = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        up, down = (y0 <= y) & (y1 > y) & (left > 0), (y0 > y) & (y1 <= y) & (left < 0)
        times[at] = up.sum() - down.sum()
    return times if doubled >= 0 else -times
