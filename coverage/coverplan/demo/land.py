"""Land for siting and for the map's base: exclusion areas, vacant public buildings, water, green, walls."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from coverplan.demo.district import BUFFER_M, District
from coverplan.demo.frame import chance, frame_polygon
from coverplan.demo.ground import Ground, rounded
from coverplan.demo.terrain import CREEK_WIDTH_M, RIVER_WIDTH_M

VACANT_BUILDINGS = 340
FARMLAND_SHARE = 0.6
WATER_SOURCE_M = 500.0
FORMER_USES = (
    ("闲置小学", "former school"), ("原卫生院", "former clinic"), ("闲置办公楼", "idle offices"),
    ("原供销社", "former supply co-operative"), ("闲置厂房", "idle workshop"), ("原文化站", "former culture station"),
    ("小区配套用房", "estate service rooms"),
)  # fmt: skip
URBAN = ("old", "estate", "new", "industry", "village", "public")


def exclusions(district: District, *, seed: int) -> pd.DataFrame:
    """Where nothing may be built: basic farmland, the hill's forest, the protected shore of the lake.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``kind`` (``farmland``, ``forest``, ``water_source``), ``name``, ``name_en``, ``synthetic``, ``geometry``.
    """
    rng = chance(seed, "exclusions")
    border = district.units.loc[0, "geometry"]
    fields = [
        block.polygon for block in district.blocks if block.use == "farm" and rng.random() < FARMLAND_SHARE
    ]
    fields = [field for field in fields if shapely.intersects(field, border)]
    shore = shapely.difference(
        district.terrain.lake.buffer(WATER_SOURCE_M).simplify(2.0), district.terrain.lake
    )
    areas = [("farmland", "永久基本农田", "basic farmland", shapely.buffer(field, -8.0)) for field in fields]
    areas.append(("forest", "砚山公益林", "Yanshan protected forest", district.terrain.hill))
    areas.append(("water_source", "菱湖水源保护区", "Ling Lake water source protection area", shore))
    areas = [area for area in areas if not area[3].is_empty]
    return pd.DataFrame(
        {
            "id": [f"X{number + 1:03d}" for number in range(len(areas))],
            "kind": [area[0] for area in areas],
            "name": [area[1] for area in areas],
            "name_en": [area[2] for area in areas],
            "synthetic": True,
            "geometry": [area[3] for area in areas],
        }
    )


def vacant_buildings(ground: Ground) -> pd.DataFrame:
    """Public buildings that stand empty: candidates for new sites.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``name``, ``name_en``, ``unit_code``, ``former_use``, ``floor_area_m2`` (NaN unknown), ``floors``,
        ``ground_floor`` (a floor at street level is free), ``synthetic`` and ``geometry`` (points).
    """
    rows = []
    for number in range(VACANT_BUILDINGS):
        spot = ground.chooser.choose(weight=(ground.spots.people + 25.0) ** 0.5)
        unit = int(ground.spots.unit[spot])
        zh, en = ground.name(unit)
        use, use_en = FORMER_USES[int(ground.rng.integers(len(FORMER_USES)))]
        area = rounded(float(ground.rng.lognormal(6.5, 0.65)), 10)
        rows.append({
            "id": f"V{number + 1:03d}", "name": f"{zh}{use}", "name_en": f"{en} {use_en}",
            "unit_code": ground.code(unit), "former_use": use_en,
            "floor_area_m2": float(max(area, 90)) if ground.rng.random() < 0.93 else np.nan,
            "floors": int(ground.rng.integers(1, 6)), "ground_floor": bool(ground.rng.random() < 0.8),
            "synthetic": True, "geometry": shapely.Point(ground.spots.x[spot], ground.spots.y[spot]),
        })  # fmt: skip
    return pd.DataFrame(rows)


def base_layers(district: District) -> dict[str, pd.DataFrame]:
    """What the map draws beneath everything, and the walls: water, railway, green, built_up, walls."""
    terrain, sheet = district.terrain, frame_polygon()
    near = district.units.loc[0, "geometry"].buffer(BUFFER_M)
    sheet = shapely.intersection(sheet, near.simplify(50.0))
    water = [
        (
            "澄河",
            "Cheng River",
            shapely.intersection(terrain.river.buffer(RIVER_WIDTH_M / 2).simplify(1.0), sheet),
        ),
        (
            "栖溪",
            "Qi Creek",
            shapely.intersection(terrain.creek.buffer(CREEK_WIDTH_M / 2).simplify(1.0), sheet),
        ),
        ("菱湖", "Ling Lake", terrain.lake),
    ]
    railway = [("澄湾铁路", "Chengwan Railway", shapely.intersection(terrain.railway, sheet))]
    parks = [block.polygon for block in district.blocks if block.use == "park"]
    green = [
        (
            "滨水绿地",
            "waterside park",
            shapely.difference(shapely.union_all(parks).intersection(sheet), terrain.water),
        ),
        ("砚山", "Yanshan Hill", terrain.hill),
    ]
    built = [(use, use, _generalised(district, use, sheet)) for use in URBAN]
    walls = [("围墙", "wall", compound.wall) for compound in district.compounds]
    layers = {"water": water, "railway": railway, "green": green, "built_up": built, "walls": walls}
    return {
        layer: pd.DataFrame([
            {"name": zh, "name_en": en, "synthetic": True, "geometry": geometry} for zh, en, geometry in rows
        ])
        for layer, rows in layers.items()
    }  # fmt: skip


def _generalised(district: District, use: str, sheet: shapely.Geometry) -> shapely.Geometry:
    """Land of one use without the streets between its blocks."""
    blocks = np.array([block.polygon for block in district.blocks if block.use == use], dtype=object)
    joined = shapely.union_all(shapely.buffer(blocks, 12.0, join_style="mitre")).buffer(
        -10.0, join_style="mitre"
    )
    return shapely.intersection(shapely.simplify(joined, 8.0), sheet)
