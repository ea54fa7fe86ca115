"""What a demand point is drawn as: the cell of the grid that the points stand on."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely

from coverplan.units import FloatArray

#: In a square grid the fifth neighbour is sqrt(2) times as far as the first, in a hexagonal one just as far.
HEXAGONAL_BELOW = 1.2
#: Points that stand alone are drawn as squares of at most this width in metres.
WIDEST_M = 1_000.0
#: Points looked at to find the grid; more would not change the median.
SAMPLE = 4_000


def cell_outline(xy: FloatArray) -> FloatArray:
    """Corners of one cell, as offsets in metres from its centre.

    Parameters
    ----------
    xy
        Shape (points, 2): centres in metres. They may leave gaps, as populated cells do.

    Returns
    -------
    FloatArray
        Shape (4, 2) for square grids and scattered points, (6, 2) for hexagonal grids.
    """
    return _found(np.ascontiguousarray(xy, dtype=np.float64).tobytes()).copy()


@lru_cache(maxsize=2)
def _found(content: bytes) -> FloatArray:
    """The cell of points given as bytes: the pages of a result ask for the same points several times."""
    xy = np.frombuffer(content).reshape(-1, 2)
    if len(xy) < 2:
        return _square(WIDEST_M / 10, 0.0)
    east, north = xy.T
    order = np.lexsort((north, east))
    places = xy[order]
    places = places[np.concatenate([[True], (places[1:] != places[:-1]).any(axis=1)])]
    if len(places) < 2:
        return _square(WIDEST_M / 10, 0.0)
    chosen = places[:: max(1, len(places) // SAMPLE)]
    points, tree = shapely.points(chosen), shapely.STRtree(np.asarray(shapely.points(places)))
    (of, position), distance = tree.query_nearest(
        points, exclusive=True, return_distance=True, all_matches=False
    )
    spacing = float(np.median(distance))
    close = distance < spacing * 1.05
    direction = places[position[close]] - chosen[of[close]]
    angles = np.arctan2(direction[:, 1], direction[:, 0])
    of, position = tree.query(points, predicate="dwithin", distance=HEXAGONAL_BELOW * spacing)
    near = places[position] - chosen[of]
    other = near.any(axis=1)
    if np.mean(np.bincount(of[other], minlength=len(chosen)) >= 5) > 0.5:
        return _hexagon(near[other], _common_angle(angles, np.pi / 3))
    return _square(min(spacing, WIDEST_M), _common_angle(angles, np.pi / 2))


def _common_angle(angles: FloatArray, period: float) -> float:
    """Direction that angles share modulo a period; 0 where they share none."""
    mean = np.exp(1j * angles * (2 * np.pi / period)).mean()
    if abs(mean) < 0.5:
        return 0.0
    return float(np.angle(mean) * period / (2 * np.pi))


def _square(width: float, angle: float) -> FloatArray:
    corners = angle + np.pi / 4 + np.arange(4) * np.pi / 2
    return width / np.sqrt(2) * np.column_stack([np.cos(corners), np.sin(corners)])


def _hexagon(offsets: FloatArray, angle: float) -> FloatArray:
    """Cell between neighbours that may lie a little nearer on one side than on another, as projected ones do."""
    direction = np.arctan2(offsets[:, 1], offsets[:, 0]) - angle
    sector = np.rint(direction / (np.pi / 3)).astype(np.int64) % 6
    # opposite neighbours are one direction of the grid: half of them may be missing
    sides = [np.median(np.r_[offsets[sector == i], -offsets[sector == i + 3]], axis=0) for i in range(3)]
    ring = np.array([*sides, *(-side for side in sides)])
    return (ring + np.roll(ring, -1, axis=0)) / 3
