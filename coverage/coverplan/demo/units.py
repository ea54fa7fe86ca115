"""Units: a district, six streets and 105 communities and villages that tile it without gap or overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from coverplan.demo.blocks import VILLAGES, ordered
from coverplan.demo.frame import DISTRICT_CODE, DISTRICT_NAME, Geometries, frame_polygon, on_grid
from coverplan.demo.names import COMMUNITY_NAMES, STREET_NAMES, VILLAGE_NAMES
from coverplan.demo.partition import Faces, Germ, connected_faces, grow, in_one_piece, spread
from coverplan.demo.roads import grid_lines, hill_margin, lake_margin, river_margin
from coverplan.demo.terrain import Terrain
from coverplan.units import BoolArray, FloatArray, Int64Array

UNIT_GRID_M = 1.0
BESIDE_M = (0.13, 0.29)  # keeps borders off the centres of population cells, which lie on whole metres
STREET_SEEDS = (
    (9_000, 10_900), (5_600, 8_700), (8_300, 15_300), (15_700, 12_700), (9_600, 5_000), (15_600, 5_200),
)  # fmt: skip
# how far each street's pull reaches; the old town's is small
STREET_PULL = (0.78, 1.05, 1.05, 1.2, 1.0, 1.0)
DIVIDING = (
    "tertiary",
    "unclassified",
    "track",
)  # classes of streets along which units may meet, beside the main roads
VILLAGE_COUNT = 7
UNIT_COUNT = 105
HEART_M = 220.0
RURAL = ("farm", "village", "forest", "park")
# so much land counts as much as one person when units grow: villages may be wide, communities not
VILLAGE_M2 = 40_000.0
COMMUNITY_M2 = 2_000.0


def make_faces(terrain: Terrain, streets: pd.DataFrame, *, seed: int) -> Faces:
    """Faces between main roads, collector streets, river, creek and railway, of the district alone."""
    grid = [line for _, _, line in grid_lines(seed=seed)]
    divides = streets["highway"].isin(DIVIDING) & ~streets["bridge"] & ~streets["tunnel"]
    lines = streets.loc[divides, "geometry"].to_numpy()
    lines = lines[~_follows(lines, terrain, grid)]
    edges = shapely.union_all(
        [*lines, *grid, terrain.river, terrain.creek, terrain.railway, frame_polygon().exterior],
        grid_size=UNIT_GRID_M,
    )
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(edges)))
    faces = on_grid(shapely.transform(faces, lambda xy: xy + BESIDE_M))
    faces = ordered(faces[shapely.contains(terrain.outline, shapely.point_on_surface(faces))])
    return connected_faces(faces)


def _follows(lines: Geometries, terrain: Terrain, grid: Sequence[shapely.LineString]) -> BoolArray:
    """Shape (lines,): runs along a main road, a bank or the railway, which divide units themselves."""
    beside = (
        (shapely.union_all(grid), 4.0),
        (shapely.boundary(river_margin(terrain)), 1.0),
        (shapely.boundary(lake_margin(terrain)), 1.0),
        (shapely.boundary(hill_margin(terrain)), 1.0),
        (terrain.railway, 61.0),
        (terrain.creek, 43.0),
    )
    places = [
        shapely.line_interpolate_point(lines, share, normalized=True) for share in (0.0, 0.25, 0.5, 0.75, 1.0)
    ]
    along = np.zeros(len(lines), dtype=np.bool_)
    for shape, within_m in beside:
        shapely.prepare(shape)
        along |= np.all([shapely.dwithin(place, shape, within_m) for place in places], axis=0)
    return along


def to_streets(faces: Faces) -> Int64Array:
    """Shape (faces,): number of the street that a face belongs to; every street is in one piece."""
    middle = shapely.get_coordinates(shapely.centroid(faces.polygons))
    seeds = np.array(STREET_SEEDS, dtype=np.float64)
    distance = np.hypot(*(middle[:, None, :] - seeds[None, :, :]).transpose(2, 0, 1)) / np.array(STREET_PULL)
    return in_one_piece(np.argmin(distance, axis=1), faces)


def to_communities(faces: Faces, street: Int64Array, people: FloatArray, use: Sequence[str]) -> Int64Array:
    """Shape (faces,): number of the community or village; streets in order, in each the villages first.

    Parameters
    ----------
    people
        Shape (faces,): about how many live on a face.
    use
        Shape (faces,): main use of the land; villages grow over fields alone.
    """
    area = shapely.area(faces.polygons)
    rural = np.isin(np.array(use), RURAL)
    hearts = _village_hearts(faces, street)
    taken = np.zeros(len(street), dtype=bool)
    taken[[face for heart in hearts for face in heart]] = True
    counts = _how_many(street, people)
    group = np.full(len(street), -1, dtype=np.int64)
    first = 0
    for number in range(len(STREET_SEEDS)):
        mine = street == number
        germs = [
            Germ(heart, rural & ~taken, people + area / VILLAGE_M2) for heart in hearts if mine[heart[0]]
        ]
        free = np.flatnonzero(mine & ~taken)
        middle = shapely.get_coordinates(shapely.centroid(faces.polygons[free]))
        seeds = free[spread(middle, (people[free] + 10.0) ** 0.75, counts[number])]
        germs += [Germ((int(face),), ~taken, people + area / COMMUNITY_M2) for face in seeds]
        group[mine] = first + grow(germs, faces, mine)[mine]
        first += len(germs)
    return in_one_piece(group, faces)


def _village_hearts(faces: Faces, street: Int64Array) -> list[tuple[int, ...]]:
    """Faces on which each village stands, the one that holds its middle first, all in one street."""
    tree = shapely.STRtree(faces.polygons)
    hearts = []
    for place in VILLAGES[:VILLAGE_COUNT]:
        middle = int(tree.nearest(shapely.Point(place)))
        near = tree.query(shapely.Point(place), predicate="dwithin", distance=HEART_M)
        hearts.append(
            (
                middle,
                *(int(face) for face in np.sort(near) if face != middle and street[face] == street[middle]),
            )
        )
    return hearts


def _how_many(street: Int64Array, people: FloatArray) -> list[int]:
    """Communities of each street beside its villages, in proportion to its people."""
    count = UNIT_COUNT - VILLAGE_COUNT
    share = np.bincount(street, weights=people, minlength=len(STREET_SEEDS)) / people.sum() * count
    whole = np.floor(share).astype(np.int64)
    whole[np.argsort(whole - share, kind="stable")[: count - whole.sum()]] += 1
    return [int(value) for value in whole]


def draw_units(faces: Faces, street: Int64Array, community: Int64Array) -> pd.DataFrame:
    """Outlines, codes and names of the district, its streets and its communities, in code order.

    Returns
    -------
    pandas.DataFrame
        ``code``, ``name``, ``name_en``, ``type``, ``parent`` (None for the district) and ``geometry``.
        Neighbours share every corner, so that nothing is between them and nothing is counted twice.
    """
    rows: list[tuple[str, str, str, str, str | None, shapely.Geometry]] = [
        (DISTRICT_CODE, *DISTRICT_NAME, "county", None, _outline(faces.polygons))
    ]
    tree = shapely.STRtree(faces.polygons)
    homes = {int(community[tree.nearest(shapely.Point(place))]): name
             for place, name in zip(VILLAGES, VILLAGE_NAMES, strict=False)}  # fmt: skip
    names = iter(COMMUNITY_NAMES)
    for number, (zh, en) in enumerate(STREET_NAMES):
        parent = f"{DISTRICT_CODE}{number + 1:03d}"
        rows.append((parent, zh, en, "street", DISTRICT_CODE, _outline(faces.polygons[street == number])))
        serial = {"community": 0, "village": 200}
        for group in np.unique(community[street == number]):
            kind = "village" if int(group) in homes else "community"
            serial[kind] += 1
            name, name_en = homes[int(group)] if kind == "village" else next(names)
            outline = _outline(faces.polygons[community == group])
            rows.append((f"{parent}{serial[kind]:03d}", name, name_en, kind, parent, outline))
    table = pd.DataFrame(rows, columns=["code", "name", "name_en", "type", "parent", "geometry"])
    return table.sort_values("code", ignore_index=True)


def _outline(faces: Geometries) -> shapely.Geometry:
    return shapely.normalize(shapely.coverage_union_all(faces))
