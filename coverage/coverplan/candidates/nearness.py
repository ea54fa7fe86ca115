"""Which points lie near shapes, without drawing buffers."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.units import BoolArray

Shapes = NDArray[np.object_]
#: Shapes that are looked at together, to bound the memory for the points near them.
_GROUP = 100


def within_distance(points: Shapes, shapes: Shapes, limit_m: float) -> BoolArray:
    """Shape (points,): at most so many metres from a shape or inside one, the limit included.

    Parameters
    ----------
    points, shapes
        Geometries in one projected CRS; shapes that are None or empty are passed over.
    limit_m
        Metres, zero or more.

    Notes
    -----
    Time and memory grow with the shapes and with the points that lie near them, never with points times shapes.
    """
    near = np.zeros(len(points), dtype=bool)
    for start in range(0, len(shapes), _GROUP):
        left = np.flatnonzero(~near)
        tree = shapely.STRtree(points[left])
        found = tree.query(shapes[start : start + _GROUP], predicate="dwithin", distance=limit_m)
        near[left[found[1]]] = True
    return near


def nearer_than(points: Shapes, shapes: Shapes, limit_m: float) -> BoolArray:
    """Shape (points,): less than so many metres from a shape; at the very distance is far enough."""
    return within_distance(points, shapes, float(np.nextafter(limit_m, 0.0)))
