"""Main roads: a bent and thinned grid, rings, roads along the water, few bridges and underpasses, an expressway."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import shapely

from coverplan.demo.frame import (
    HEIGHT_M,
    WIDTH_M,
    Point,
    chance,
    frame_polygon,
)
from coverplan.demo.names import (
    HILL_ROAD_NAME,
    LAKE_ROAD_NAME,
    RAILSIDE_NAME,
    RING_NAME,
    RIVERSIDE_NAME,
    road_name,
)
from coverplan.demo.terrain import CREEK_WIDTH_M, RIVER_WIDTH_M, Terrain
from coverplan.units import FloatArray

OLD_TOWN: Point = (9_000.0, 10_900.0)
BANK_M = 32.0  # from the water's edge to the road along it
CREEK_BANK_M = 20.0
RAIL_ROAD_M = 55.0  # from the track to the road along it
SWIRL_RADIUS_M = 2_600.0
STEP_M = 150.0
# the lines of the grid, metres from the old town's centre, denser near it
OFFSETS_M = (0, 620, 1_300, 2_150, 3_050, 4_100, 5_150, 6_350, 7_700, 9_200, 11_000)
BRIDGED = {("u", -3), ("u", -1), ("u", 0), ("u", 2), ("u", 4), ("u", 6), ("u", -6), ("v", 7)}


@dataclass(frozen=True, slots=True)
class Road:
    """One line of the street network before it is cut at the junctions.

    Parameters
    ----------
    line
        Its shape, on whole centimetres.
    highway
        Class, in the words of OpenStreetMap.
    bridge, tunnel
        Crosses over or under what it meets and joins other lines at its own ends alone.
    oneway
        For vehicles, from the first vertex to the last.
    maxspeed_kmh
        For vehicles; 0 is unposted.
    name
        In Chinese and in English; empty for paths and ramps.
    """

    line: shapely.LineString
    highway: str
    bridge: bool = False
    tunnel: bool = False
    oneway: bool = False
    maxspeed_kmh: int = 0
    name: tuple[str, str] = ("", "")


def _bend(u: FloatArray, v: FloatArray) -> FloatArray:
    """Grid coordinates to places: tilted, waved, and twisted round the old town."""
    wave_u = 300.0 * np.sin(v / 2_900.0 + 0.7) + 140.0 * np.sin((u + v) / 1_500.0)
    wave_v = 330.0 * np.sin(u / 3_300.0 - 0.4) + 120.0 * np.cos((u - 2.0 * v) / 1_900.0)
    u, v = u + wave_u, v + wave_v
    turn = -0.16 + 0.42 * np.exp(-(u**2 + v**2) / SWIRL_RADIUS_M**2)
    x = OLD_TOWN[0] + np.cos(turn) * u - np.sin(turn) * v
    y = OLD_TOWN[1] + np.sin(turn) * u + np.cos(turn) * v
    return np.asarray(np.round(np.column_stack([x, y]), 2), dtype=np.float64)


def grid_lines(*, seed: int) -> Iterator[tuple[str, int, shapely.LineString]]:
    """Lines of the bent grid with their family (u: northward, v: eastward) and their number from the centre."""
    rng = chance(seed, "grid")
    along = np.arange(-12_500.0, 12_500.0, STEP_M)
    for family in ("u", "v"):
        for number in range(-len(OFFSETS_M) + 1, len(OFFSETS_M)):
            offset = np.sign(number) * OFFSETS_M[abs(number)] + rng.uniform(-90.0, 90.0)
            fixed = np.full_like(along, offset)
            xy = _bend(fixed, along) if family == "u" else _bend(along, fixed)
            yield family, number, shapely.LineString(xy)


def _parts(geometry: shapely.Geometry) -> list[shapely.LineString]:
    """The line parts of a geometry, shreds left out."""
    parts = shapely.get_parts(geometry)
    lines = parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]
    return [line for line in lines if line.length > 1.0]


def _class_of(number: int) -> tuple[str, int]:
    """Highway class and posted speed of a line of the grid."""
    if number % 3 == 0:
        return "primary", 60
    return ("secondary", 50) if abs(number) < 7 else ("tertiary", 40)


def _thinned(
    line: shapely.LineString, crossings: shapely.Geometry, rng: np.random.Generator
) -> shapely.Geometry:
    """A line of the grid with stretches left out where the town ends; whole between two crossings."""
    stretches = shapely.get_parts(shapely.node(shapely.union_all([line, crossings])))
    stretches = stretches[shapely.covered_by(shapely.line_interpolate_point(stretches, 0.5, normalized=True),
                                             line.buffer(0.05))]  # fmt: skip
    middle = shapely.line_interpolate_point(stretches, 0.5, normalized=True)
    far = np.hypot(shapely.get_x(middle) - OLD_TOWN[0], shapely.get_y(middle) - OLD_TOWN[1])
    kept = rng.random(len(stretches)) > np.clip((far - 4_500.0) / 9_000.0, 0.0, 0.45)
    return shapely.line_merge(shapely.union_all(stretches[kept]))


def _cross(line: shapely.Geometry, strip: shapely.Geometry, longest_m: float) -> list[shapely.LineString]:
    """Parts of a road inside the strip of a river or railway that lead from one side to the other.

    Parts longer than `longest_m` run along the strip and are none.
    """
    edge = shapely.boundary(strip)
    parts = np.array(
        [p for p in _parts(shapely.intersection(line, strip)) if p.length < longest_m], dtype=object
    )
    across = shapely.dwithin(shapely.get_point(parts, 0), edge, 0.05) & shapely.dwithin(
        shapely.get_point(parts, -1), edge, 0.05
    )
    return list(parts[across])


def river_margin(terrain: Terrain) -> shapely.Geometry:
    """The river and its banks, up to the roads along it."""
    return terrain.river.buffer(RIVER_WIDTH_M / 2 + BANK_M).simplify(2.0)


def creek_margin(terrain: Terrain) -> shapely.Geometry:
    """The creek and its banks, up to the roads along it."""
    return terrain.creek.buffer(CREEK_WIDTH_M / 2 + CREEK_BANK_M).simplify(2.0)


def rail_margin(terrain: Terrain) -> shapely.Geometry:
    """The railway and the strip on both sides that is kept free, up to the roads along it."""
    return terrain.railway.buffer(RAIL_ROAD_M).simplify(2.0)


def lake_margin(terrain: Terrain) -> shapely.Geometry:
    """The lake and the park round it, up to the road round the park."""
    return terrain.lake.buffer(220.0).simplify(2.0)


def hill_margin(terrain: Terrain) -> shapely.Geometry:
    """The hill and its foot, up to the road round it."""
    return terrain.hill.buffer(120.0).simplify(2.0)


def main_roads(terrain: Terrain, *, seed: int) -> list[Road]:
    """All roads that bound superblocks, plus bridges, underpasses and the expressway with its ramps."""
    rng = chance(seed, "roads")
    river_strip = river_margin(terrain)
    creek_strip = creek_margin(terrain)
    rail_strip = rail_margin(terrain)
    dry = shapely.difference(frame_polygon(), shapely.union_all([
        river_strip, creek_strip, rail_strip, lake_margin(terrain), hill_margin(terrain),
    ]))  # fmt: skip
    grid = list(grid_lines(seed=seed))
    wet_strip = shapely.union_all([river_strip, creek_strip])
    roads = []
    for order, (family, number, line) in enumerate(grid):
        others = shapely.union_all([other for kind, _, other in grid if kind != family])
        highway, speed = _class_of(number)
        whole = line if highway == "primary" else _thinned(line, others, rng)
        model = Road(line, highway, maxspeed_kmh=speed, name=road_name(7 * order, highway))
        roads += [replace(model, line=part) for part in _parts(shapely.intersection(whole, dry))]
        if (family, number) in BRIDGED:
            roads += [replace(model, line=part, bridge=True) for part in _cross(whole, river_strip, 420.0)]
        if number % 2 == 0 or highway == "primary":
            over = _cross(whole, shapely.difference(creek_strip, river_strip), 180.0)
            under = _cross(whole, shapely.difference(rail_strip, river_strip), 260.0)
            roads += [replace(model, line=part, bridge=True) for part in over]
            roads += [replace(model, line=part, tunnel=True) for part in under]
    roads += _along(wet_strip, rail_strip, RIVERSIDE_NAME)
    roads += _along(rail_strip, wet_strip, RAILSIDE_NAME)
    roads += _along(lake_margin(terrain), rail_strip, LAKE_ROAD_NAME)
    roads += _along(hill_margin(terrain), rail_strip, HILL_ROAD_NAME)
    return roads + _ring(dry)


def _along(strip: shapely.Geometry, without: shapely.Geometry, name: tuple[str, str]) -> list[Road]:
    """Roads along the edge of a river, railway, lake or hill, interrupted where another strip passes."""
    inside = shapely.box(50.0, 50.0, WIDTH_M - 50.0, HEIGHT_M - 50.0)
    sides = shapely.intersection(shapely.difference(shapely.boundary(strip), without), inside)
    return [Road(part, "tertiary", maxspeed_kmh=40, name=name) for part in _parts(sides)]


def _ring(dry: shapely.Geometry) -> list[Road]:
    """The inner ring on the line of the old wall."""
    angle = np.linspace(0.0, 2.0 * np.pi, 49)
    uv = np.column_stack([1_650.0 * np.cos(angle), 1_430.0 * np.sin(angle)])
    ring = shapely.LineString(_bend(uv[:, 0], uv[:, 1]))
    return [Road(part, "secondary", maxspeed_kmh=40, name=RING_NAME)
            for part in _parts(shapely.intersection(ring, dry))]  # fmt: skip
