"""Walled compounds: the wall round a block, the few gates in it, and the paths inside that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from coverplan.demo.blocks import Block
from coverplan.demo.frame import Geometries, chance, on_grid
from coverplan.demo.roads import Road
from coverplan.demo.terrain import Terrain
from coverplan.units import BoolArray, FloatArray

WALL_INSET_M = 9.0
RING_INSET_M = 24.0
GATE_HALF_M = 4.0
LONGEST_APPROACH_M = 90.0
SMALLEST_HA = 1.3
# metres between the lanes inside: rows of slabs stand closer than towers
LANE_GAP_M = {"estate": 150.0, "new": 210.0}
WALLED_SHARE = {"estate": 0.72, "new": 0.86}


@dataclass(frozen=True, slots=True)
class Compound:
    """A walled block with paths inside.

    Parameters
    ----------
    wall
        The wall as lines; it is open at the gates.
    paths
        Everything to walk on inside, and from the gates to the street.
    """

    wall: shapely.Geometry
    paths: tuple[Road, ...]


def make_compounds(
    terrain: Terrain, blocks: Sequence[Block], streets: Sequence[Road], *, seed: int
) -> list[Compound]:
    """Walls, gates and inner paths of the housing blocks of the district.

    A block without a street at the end of one of its paths stays open, so that nobody is locked in, and so
    does one into which a road leads that ends in it.
    """
    rng = chance(seed, "compounds")
    open_streets = np.array(
        [road.line for road in streets if not road.bridge and not road.tunnel], dtype=object
    )
    tree = shapely.STRtree(open_streets)
    compounds = []
    for block in blocks:
        walled = rng.random() < WALLED_SHARE.get(block.use, 0.0) and block.polygon.area > SMALLEST_HA * 1e4
        if not walled or not shapely.dwithin(block.polygon, terrain.outline, 200.0):
            continue
        made = _compound(block, tree, rng)
        if made is not None:
            compounds.append(made)
    return compounds


def _axes(polygon: shapely.Polygon) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Centre of a polygon and the half sides of the narrowest rectangle round it, the longer one first."""
    corners = shapely.get_coordinates(shapely.oriented_envelope(polygon))[:4]
    sides = corners[1] - corners[0], corners[2] - corners[1]
    long, short = sorted(sides, key=lambda side: -float(np.hypot(*side)))
    return corners.mean(axis=0), long / 2, short / 2


def _compound(block: Block, streets: shapely.STRtree, rng: np.random.Generator) -> Compound | None:
    """One walled block, or None where its shape or its surroundings allow none."""
    wall = shapely.buffer(block.polygon, -WALL_INSET_M, join_style="mitre")
    core = shapely.buffer(block.polygon, -RING_INSET_M, join_style="mitre")
    if core.geom_type != "Polygon" or core.area < 3_000.0 or wall.geom_type != "Polygon":
        return None
    ring = on_grid(shapely.simplify(core, 6.0))
    through = streets.query(wall, predicate="intersects")
    if len(through) or not ring.is_valid or not shapely.contains_properly(wall, ring):
        return None
    lanes, approaches = _lanes(block.polygon, ring, LANE_GAP_M[block.use])
    approaches = approaches[_usable(approaches, wall, streets)]
    if not len(approaches):
        return None
    wanted = 1 + int(rng.random() < block.polygon.area / 8e4) + int(rng.random() < block.polygon.area / 16e4)
    chosen = approaches[np.sort(rng.permutation(len(approaches))[:wanted])]
    gates = shapely.intersection(chosen, wall.exterior)
    open_wall = shapely.difference(wall.exterior, shapely.union_all(shapely.buffer(gates, GATE_HALF_M)))
    paths = [Road(lane, "footway") for lane in lanes]
    if block.use == "new":
        paths.append(Road(ring.exterior, "service", maxspeed_kmh=10))
    paths += [Road(approach, "service", maxspeed_kmh=10) for approach in chosen]
    return Compound(on_grid(open_wall), tuple(paths))


def _lanes(block: shapely.Polygon, ring: shapely.Polygon, gap_m: float) -> tuple[Geometries, Geometries]:
    """Lanes from side to side of the ring path, and their straight continuations to the block's edge."""
    centre, long, short = _axes(ring)
    count = max(1, int(2.0 * np.hypot(*long) / gap_m))
    shares = (np.arange(count) + 0.5) / count * 2.0 - 1.0
    rays = [(centre, 3.0 * long), *((centre + share * long, 3.0 * short) for share in shares)]
    lanes, approaches = [], []
    for middle, half in rays:
        ray = shapely.LineString([middle - half, middle + half])
        inner, outer = _hits(ray, ring), _hits(ray, block)
        if inner is None or outer is None:
            continue
        lanes.append(shapely.LineString(inner))
        approaches += [shapely.LineString([outer[end], inner[end]]) for end in (0, 1)]
    return np.array(lanes, dtype=object), np.array(approaches, dtype=object)


def _hits(ray: shapely.LineString, polygon: shapely.Polygon) -> FloatArray | None:
    """Where a ray enters and leaves a polygon, in the ray's direction; None if more often."""
    points = shapely.get_parts(shapely.intersection(ray, polygon.exterior))
    if len(points) != 2 or np.any(shapely.get_type_id(points) != shapely.GeometryType.POINT):
        return None
    order = np.argsort(shapely.line_locate_point(ray, points))
    return np.asarray(shapely.get_coordinates(points[order]))


def _usable(approaches: Geometries, wall: shapely.Polygon, streets: shapely.STRtree) -> BoolArray:
    """Shape (approaches,): begins on a street, is short, and passes the wall once."""
    usable = np.zeros(len(approaches), dtype=bool)
    usable[streets.query(shapely.get_point(approaches, 0), predicate="dwithin", distance=0.03)[0]] = True
    once = shapely.get_type_id(shapely.intersection(approaches, wall.exterior)) == shapely.GeometryType.POINT
    return usable & once & (shapely.length(approaches) < LONGEST_APPROACH_M)
