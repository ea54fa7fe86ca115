"""Parts of streets: many lines cut at once."""

from __future__ import annotations

import numpy as np
import shapely

from coverplan.reach.snapping.street_index import Geometries, as_geometries
from coverplan.units import FloatArray


def stretches(lines: Geometries, start: FloatArray, end: FloatArray) -> Geometries:
    """Parts of lines between two shares of their lengths, as :func:`shapely.ops.substring` cuts them one by one.

    Parameters
    ----------
    lines
        Lines, any number of times each.
    start, end
        Shares of the length of each from 0 to 1, the second larger than the first.
    """
    if not len(lines):
        return lines
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    along = np.cumsum(step)
    along -= along[first][owner]
    length = along[np.append(first[1:], len(along)) - 1]
    share = along / np.where(length > 0, length, 1.0)[owner]
    inner = (share > start[owner]) & (share < end[owner])
    ends = [shapely.line_interpolate_point(lines, at, normalized=True) for at in (start, end)]
    at_ends = [shapely.get_coordinates(points) for points in ends]
    piece = np.concatenate([owner[inner], np.arange(len(lines)), np.arange(len(lines))])
    order = np.lexsort((np.concatenate([share[inner], start, end]), piece))
    return as_geometries(
        shapely.linestrings(np.concatenate([xy[inner], *at_ends])[order], indices=piece[order])
    )


def points_along(lines: Geometries, step_m: float) -> FloatArray:
    """Shape (points, 2): points of lines no farther apart than a step, vertices included.

    A line that rounding leaves without length is its place; it cannot be divided.
    """
    long = shapely.length(lines) > 0
    divided = shapely.segmentize(lines[long], step_m)
    return np.asarray(shapely.get_coordinates(np.concatenate([divided, lines[~long]])))
