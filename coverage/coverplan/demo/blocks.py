"""Blocks: the land between the main roads, what it is used for, and the streets that cut it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.ops import split

from coverplan.demo.frame import Geometries, Point, chance, frame_polygon, on_grid, smooth_ring
from coverplan.demo.names import road_kind, road_name
from coverplan.demo.roads import Road, creek_margin, hill_margin, lake_margin, rail_margin, river_margin
from coverplan.demo.terrain import Terrain
from coverplan.units import FloatArray

# Where a use of land gathers: x, y, radius in metres, weight. The strongest at a place wins.
CENTRES: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "old": ((9_000, 10_900, 1_500, 1.6), (5_000, 15_000, 520, 1.1), (16_600, 5_700, 560, 1.1), (1_000, 17_600, 700, 1.0)),
    "estate": ((9_200, 11_200, 3_400, 1.0), (6_900, 8_600, 1_700, 0.8), (11_900, 7_000, 1_300, 0.9), (11_800, 9_200, 1_200, 0.9),
               (5_200, 15_000, 1_000, 0.9), (20_000, 9_000, 1_300, 1.0)),
    "new": ((9_700, 4_600, 2_300, 1.1), (4_300, 10_300, 1_900, 1.0), (9_300, 14_900, 1_500, 0.95),
            (17_200, 9_700, 1_000, 0.9), (12_900, 4_400, 1_500, 0.95),
            (14_500, 6_300, 1_300, 1.05)),
    "industry": ((15_900, 12_300, 2_900, 1.25), (13_900, 15_200, 1_800, 1.0), (6_400, 5_000, 900, 1.15),
                 (1_500, 9_200, 1_300, 0.9), (12_200, 1_600, 900, 0.9)),
}  # fmt: skip
FARM_BELOW = 0.36
# blocks smaller than this (hectares) are not cut again
TARGET_HA = {"old": 1.9, "estate": 7.0, "new": 12.5, "industry": 19.0, "farm": 85.0, "village": 0.9}
PUBLIC_SHARE = 0.13
# classes of the streets that cut pieces larger than so many hectares
CLASSES: dict[str, tuple[tuple[float, str, int], ...]] = {
    "old": ((18.0, "tertiary", 30), (4.5, "residential", 30), (0.0, "living_street", 20)),
    "estate": ((26.0, "tertiary", 40), (0.0, "residential", 30)),
    "new": ((34.0, "tertiary", 40), (0.0, "residential", 30)),
    "industry": ((60.0, "tertiary", 40), (0.0, "unclassified", 40)),
    "farm": ((190.0, "unclassified", 40), (0.0, "track", 0)),
    "village": ((0.0, "residential", 20),),
}
# the middle of every village: seven of the district, the rest beyond its border
VILLAGES: tuple[Point, ...] = (
    (10_600, 17_400), (8_700, 16_900), (3_700, 14_700), (15_300, 9_500), (17_000, 3_300), (5_700, 3_600),
    (16_000, 7_400), (1_000, 12_500), (400, 5_000), (8_400, 800), (15_600, 600), (19_700, 5_200), (19_600, 13_000),
    (12_400, 18_900), (5_200, 17_700), (18_300, 17_200),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of land that no street crosses.

    Parameters
    ----------
    polygon
        Its outline in local metres.
    use
        ``old`` (quarters of lanes), ``estate`` (walled, of the 1980s to 2000s), ``new`` (walled towers),
        ``industry``, ``farm``, ``village``, ``public`` (schools, markets, offices), ``park`` or ``forest``.
    """

    polygon: shapely.Polygon
    use: str


def _uses(x: FloatArray, y: FloatArray, rng: np.random.Generator) -> list[str]:
    """Use of the land at points: the nearest strong centre, with some chance at the seams."""
    kinds = sorted(CENTRES)
    score = np.zeros((len(kinds), len(x)))
    for row, kind in enumerate(kinds):
        for centre_x, centre_y, radius, weight in CENTRES[kind]:
            squared = ((x - centre_x) ** 2 + (y - centre_y) ** 2) / radius**2
            score[row] = np.maximum(score[row], weight * np.exp(-squared))
    score *= rng.uniform(0.82, 1.18, score.shape)
    best = np.argmax(score, axis=0)
    return [kinds[row] if score[row, i] > FARM_BELOW else "farm" for i, row in enumerate(best)]


def _bent_cut(piece: shapely.Polygon, rng: np.random.Generator) -> shapely.LineString:
    """A slightly bent line across the short side of a piece, near its middle."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(piece))
    sides = np.diff(corners[:3], axis=0)
    lengths = np.hypot(*sides.T)
    long, short = (sides[0], sides[1]) if lengths[0] >= lengths[1] else (sides[1], sides[0])
    origin = corners[:4].mean(axis=0) - long / 2 - short / 2
    share, tilt, bow = rng.uniform(0.38, 0.62), rng.uniform(-0.09, 0.09), rng.uniform(-0.035, 0.035)
    ends = [origin + (share - tilt) * long - 0.1 * short, origin + (share + tilt) * long + 1.1 * short]
    middle = origin + (share + bow) * long + 0.5 * short
    return shapely.LineString([ends[0], middle, ends[1]])


def cut_up(
    piece: shapely.Polygon, use: str, rng: np.random.Generator
) -> tuple[list[shapely.Polygon], list[Road]]:
    """Blocks of a piece of land and the streets between them, by cutting it in two again and again."""
    waiting, blocks, streets = [piece], [], []
    while waiting:
        polygon = waiting.pop()
        hectares = polygon.area / 1e4
        if hectares < TARGET_HA[use] * rng.uniform(0.7, 1.5):
            blocks.append(polygon)
            continue
        cut = _bent_cut(polygon, rng)
        halves = _split(polygon, cut)
        if len(halves) < 2:
            blocks.append(polygon)
            continue
        highway, speed = next((name, kmh) for above, name, kmh in CLASSES[use] if hectares > above)
        within = shapely.get_parts(shapely.intersection(cut, polygon))
        streets += [Road(line, highway, maxspeed_kmh=speed) for line in within if line.length > 5.0]
        waiting += halves
    return blocks, streets


def _split(polygon: shapely.Polygon, cut: shapely.LineString) -> list[shapely.Polygon]:
    """Parts of a polygon on the two sides of a line; none smaller than a tenth of a hectare."""
    parts = shapely.get_parts(split(polygon, cut))
    return [part for part in parts if part.area > 1e3 and part.is_valid]


def superblocks(terrain: Terrain, roads: Sequence[Road]) -> Geometries:
    """Faces between the main roads, the water, the railway and the hill, in a fixed order."""
    lines: list[shapely.Geometry] = [road.line for road in roads if not road.bridge and not road.tunnel]
    banks, verges = shapely.union_all([river_margin(terrain), creek_margin(terrain)]), rail_margin(terrain)
    # where river and railway cross, the roads along both are interrupted; the land beside them is not
    lines += [
        shapely.intersection(shapely.boundary(banks), verges),
        shapely.intersection(shapely.boundary(verges), banks),
    ]
    edges = shapely.union_all([
        *lines, frame_polygon().exterior, on_grid(shapely.boundary(terrain.water)), terrain.hill.exterior,
        on_grid(shapely.boundary(terrain.rail_bed)),
    ], grid_size=0.01)  # fmt: skip
    return ordered(shapely.get_parts(shapely.polygonize(shapely.get_parts(edges))))


def ordered(geometries: Geometries) -> Geometries:
    """Geometries from south to north and west to east by a point inside them (R11)."""
    point = shapely.point_on_surface(geometries)
    x, y = np.round(shapely.get_x(point), 1), np.round(shapely.get_y(point), 1)
    return geometries[np.lexsort((x, y))]


def _village_outline(centre: Point, rng: np.random.Generator) -> shapely.Polygon:
    """The built-up shape of a village, 6 to 20 hectares."""
    angle = np.linspace(0.0, 2.0 * np.pi, 9)[:-1] + rng.uniform(-0.25, 0.25, 8)
    radius = rng.uniform(190.0, 330.0) * rng.uniform(0.7, 1.3, 8)
    return smooth_ring([(centre[0] + r * np.cos(a), centre[1] + r * np.sin(a)) for r, a in zip(radius, angle, strict=True)],
                       rounds=2)  # fmt: skip


def make_blocks(terrain: Terrain, roads: Sequence[Road], *, seed: int) -> tuple[list[Block], list[Road]]:
    """All blocks of the sheet and the streets, lanes and tracks between them."""
    rng = chance(seed, "blocks")
    faces = superblocks(terrain, roads)
    inside = shapely.point_on_surface(faces)
    uses = np.array(_uses(shapely.get_x(inside), shapely.get_y(inside), rng), dtype=object)
    kept_free = (lake_margin, river_margin, creek_margin, rail_margin)
    uses[shapely.within(inside, shapely.union_all([margin(terrain) for margin in kept_free]))] = "park"
    uses[shapely.within(inside, hill_margin(terrain))] = "forest"
    uses[shapely.STRtree(shapely.points(VILLAGES)).query(faces, predicate="contains")[0]] = "farm"
    barred = shapely.within(inside, shapely.union_all([terrain.water, terrain.rail_bed]))
    near = shapely.dwithin(inside, terrain.outline, 2_200.0)
    pieces: list[Block] = []
    streets: list[Road] = []
    for face, use in zip(faces[~barred & near], uses[~barred & near], strict=True):
        parts, cuts = ([face], []) if use in {"park", "forest"} else cut_up(face, use, rng)
        pieces += [Block(part, use) for part in parts]
        streets += cuts
    on_ground = [road.line for road in (*roads, *streets) if not road.bridge and not road.tunnel]
    villages = _village_outlines(shapely.union_all(on_ground), rng)
    blocks: list[Block] = []
    for piece in pieces:
        if piece.use == "farm":
            found, lanes = _with_village(piece.polygon, villages, rng)
            blocks += found
            streets += lanes
        else:
            public = piece.use in {"old", "estate", "new"} and rng.random() < PUBLIC_SHARE
            blocks.append(Block(piece.polygon, "public") if public else piece)
    return blocks, named(streets)


def named(streets: Sequence[Road]) -> list[Road]:
    """Streets with a name each, where their class has names."""
    seen: dict[str, int] = {}
    result = []
    for road in streets:
        kind = road_kind(road.highway)
        number = seen[kind] = seen.get(kind, 100) + 1
        result.append(replace(road, name=road_name(number, road.highway)))
    return result


def _village_outlines(streets: shapely.Geometry, rng: np.random.Generator) -> shapely.Geometry:
    """Built-up shapes of all villages, each on the street nearest to its place."""
    outlines = []
    for place in VILLAGES:
        nearest = shapely.line_interpolate_point(
            parts := shapely.get_parts(streets), shapely.line_locate_point(parts, shapely.Point(place))
        )
        middle = nearest[np.argmin(shapely.distance(nearest, shapely.Point(place)))]
        outlines.append(_village_outline((middle.x, middle.y), rng))
    return shapely.union_all(outlines)


def _with_village(
    field: shapely.Polygon, villages: shapely.Geometry, rng: np.random.Generator
) -> tuple[list[Block], list[Road]]:
    """A field, and where a village stands on it the village's blocks, its lanes and the lane round it."""
    if not shapely.intersects(field, villages):
        return [Block(field, "farm")], []
    blocks = [Block(part, "farm") for part in _polygons(shapely.difference(field, villages))]
    streets = []
    for part in _polygons(shapely.intersection(field, villages)):
        houses, lanes = cut_up(part, "village", rng)
        blocks += [Block(house, "village") for house in houses]
        edge = shapely.difference(part.exterior, field.exterior.buffer(0.01))
        streets += lanes + [
            Road(line, "living_street", maxspeed_kmh=20)
            for line in shapely.get_parts(edge)
            if line.length > 1.0
        ]
    return blocks, streets


def _polygons(geometry: shapely.Geometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(geometry)
    return [part for part in parts if part.geom_type == "Polygon" and part.area > 100.0]
