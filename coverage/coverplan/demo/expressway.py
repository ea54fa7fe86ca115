"""The elevated expressway: a bar for nobody on foot, of no use to anybody on foot."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely

from coverplan.demo.frame import Geometries, Point, on_grid, smooth_line
from coverplan.demo.names import EXPRESSWAY_NAME
from coverplan.demo.roads import Road
from coverplan.units import FloatArray

EXPRESSWAY = ((13_700, -200), (13_300, 2_400), (12_500, 5_600), (13_300, 8_300), (14_700, 11_200), (14_400, 14_200),
              (15_300, 17_200), (15_200, 20_000))  # fmt: skip
HALF_WIDTH_M = 9.0
RAMP_M = 350.0
RAMP_GAP_M = 3_000.0


def expressway(ground: Geometries) -> list[Road]:
    """The elevated expressway, one line for each direction, joined to the ground by ramps alone.

    Parameters
    ----------
    ground
        Junctions of primary roads, at which ramps may come down.
    """
    middle = smooth_line(EXPRESSWAY)
    near = ground[shapely.dwithin(ground, middle, 600.0) & ~shapely.dwithin(ground, middle, 100.0)]
    feet = _apart(near, middle)
    roads = []
    for side in (1.0, -1.0):
        curve = shapely.get_coordinates(shapely.offset_curve(middle, HALF_WIDTH_M * side))
        roads += _carriageway(shapely.LineString(curve if side < 0 else curve[::-1]), feet)
    return roads


def _carriageway(heading: shapely.LineString, feet: Geometries) -> list[Road]:
    """One direction with a ramp off before each junction and a ramp on after it."""
    for ahead in (-RAMP_M, RAMP_M):
        heading = shapely.LineString(_with_stops(heading, shapely.line_locate_point(heading, feet) + ahead))
    heading = on_grid(heading)
    stops: set[Point] = set()
    roads = []
    for foot in feet:
        at_m = float(shapely.line_locate_point(heading, foot))
        off, on = (_vertex_near(heading, at_m + ahead) for ahead in (-RAMP_M, RAMP_M))
        stops |= {off, on}
        roads += [Road(shapely.LineString(pair), "motorway_link", bridge=True, oneway=True, maxspeed_kmh=40)
                  for pair in ((off, (foot.x, foot.y)), ((foot.x, foot.y), on))]  # fmt: skip
    roads += [Road(part, "motorway", bridge=True, oneway=True, maxspeed_kmh=80, name=EXPRESSWAY_NAME)
              for part in _cut_at(heading, stops)]  # fmt: skip
    return roads


def _apart(points: Geometries, line: shapely.LineString) -> Geometries:
    """Points at least `RAMP_GAP_M` from each other along a line, the first ones first."""
    measure = shapely.line_locate_point(line, points)
    chosen: list[int] = []
    for position in np.argsort(measure, kind="stable"):
        if all(measure[position] - measure[other] > RAMP_GAP_M for other in chosen):
            chosen.append(int(position))
    return points[chosen]


def _with_stops(line: shapely.LineString, at_m: FloatArray) -> FloatArray:
    """Vertices of a line and the points at the given distances along it, in order."""
    xy = shapely.get_coordinates(line)
    measure = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T).cumsum()])
    at_m = at_m[(at_m > 1.0) & (at_m < line.length - 1.0)]
    stops = shapely.get_coordinates(shapely.line_interpolate_point(line, at_m))
    order = np.argsort(np.concatenate([measure, at_m]), kind="stable")
    return np.asarray(np.vstack([xy, stops])[order])


def _vertex_near(line: shapely.LineString, at_m: float) -> Point:
    """The vertex of a line nearest to a distance along it."""
    xy = shapely.get_coordinates(line)
    measure = np.concatenate([[0.0], np.hypot(*np.diff(xy, axis=0).T).cumsum()])
    x, y = xy[np.argmin(np.abs(measure - at_m))]
    return float(x), float(y)


def _cut_at(line: shapely.LineString, stops: set[Point]) -> list[shapely.LineString]:
    """A line cut at some of its own vertices."""
    xy = [(float(x), float(y)) for x, y in shapely.get_coordinates(line)]
    cuts = [0, *(i for i in range(1, len(xy) - 1) if xy[i] in stops), len(xy) - 1]
    return [shapely.LineString(xy[a : b + 1]) for a, b in pairwise(cuts)]
