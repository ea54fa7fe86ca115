"""Land for siting and for the map's base: exclusion areas, vacant public buildings, water, green, walls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import shapely

from coverplan.demo.district import BUFFER_M, District, outlines
from coverplan.demo.frame import CENTIMETRE, chance, frame_polygon
from coverplan.demo.ground import Ground, rounded
from coverplan.demo.roads import creek_margin, lake_margin, rail_margin, river_margin
from coverplan.demo.terrain import CREEK_WIDTH_M, RIVER_WIDTH_M

VACANT_BUILDINGS = 340
FARMLAND_SHARE = 0.6
WATER_SOURCE_M = 500.0
FORMER_USES = (
    ("闲置小学", "former school"), ("原卫生院", "former clinic"), ("闲置办公楼", "idle offices"),
    ("原供销社", "former supply co-operative"), ("闲置厂房", "idle workshop"), ("原文化站", "former culture station"),
    ("小区配套用房", "estate service rooms"),
)  # fmt: skip
URBAN = {
    "old": ("旧城", "old town"),
    "estate": ("老住区", "older estates"),
    "new": ("新住区", "new estates"),
    "industry": ("工业区", "works"),
    "village": ("村庄", "villages"),
    "public": ("公共设施", "public land"),
}


def exclusions(district: District, *, seed: int) -> pd.DataFrame:
    """Where nothing may be built: basic farmland, the hill's forest, the protected shore of the lake.

    Returns
    -------
    pandas.DataFrame
        ``id``, ``kind`` (``farmland``, ``forest``, ``water_source``), ``name``, ``name_en``, ``synthetic``, ``geometry``.
    """
    rng = chance(seed, "exclusions")
    border = outlines(district.units)[0]
    fields = [
        block.polygon for block in district.blocks if block.use == "farm" and rng.random() < FARMLAND_SHARE
    ]
    fields = [field for field in fields if shapely.intersects(field, border)]
    shore = shapely.difference(
        district.terrain.lake.buffer(WATER_SOURCE_M).simplify(2.0), district.terrain.lake
    )
    areas: list[tuple[str, str, str, shapely.Geometry]] = [
        ("farmland", "永久基本农田", "basic farmland", shapely.buffer(field, -8.0)) for field in fields
    ]
    areas.append(("forest", "砚山公益林", "Yanshan protected forest", district.terrain.hill))
    areas.append(("water_source", "菱湖水源保护区", "Ling Lake water source protection area", shore))
    areas = [(*area[:3], shapely.set_precision(area[3], CENTIMETRE)) for area in areas]
    areas = [area for area in areas if not shapely.is_empty(area[3])]
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
    terrain = district.terrain
    near = outlines(district.units)[0].buffer(BUFFER_M).simplify(50.0)
    sheet = shapely.intersection(frame_polygon(), near)
    river = terrain.river.buffer(RIVER_WIDTH_M / 2).simplify(1.0)
    creek = shapely.difference(terrain.creek.buffer(CREEK_WIDTH_M / 2).simplify(1.0), river)
    parks = shapely.union_all([block.polygon for block in district.blocks if block.use == "park"])
    # at the edge of the sheet a strip of green can run out into open land
    strips = (river_margin, creek_margin, rail_margin, lake_margin)
    parks = shapely.intersection(parks, shapely.union_all([margin(terrain) for margin in strips]))
    rows: dict[str, list[tuple[str, str, shapely.Geometry]]] = {
        "water": [
            ("澄河", "Cheng River", shapely.intersection(river, sheet)),
            ("栖溪", "Qi Creek", shapely.intersection(creek, sheet)),
            ("菱湖", "Ling Lake", terrain.lake),
        ],
        "railway": [("澄湾铁路", "Chengwan Railway", shapely.intersection(terrain.railway, sheet))],
        "green": [
            (
                "滨水绿地",
                "Waterside Park",
                shapely.difference(shapely.intersection(parks, sheet), terrain.water),
            ),
            ("砚山", "Yanshan Hill", terrain.hill),
        ],
        "built_up": [(zh, en, _generalised(district, use, sheet)) for use, (zh, en) in URBAN.items()],
        "walls": [("围墙", "wall", compound.wall) for compound in district.compounds],
    }
    return {layer: _layer(table) for layer, table in rows.items()}


def _layer(rows: Sequence[tuple[str, str, shapely.Geometry]]) -> pd.DataFrame:
    """Rows of names and shapes; the shapes valid on whole centimetres."""
    return pd.DataFrame(
        {
            "name": [zh for zh, _, _ in rows],
            "name_en": [en for _, en, _ in rows],
            "synthetic": True,
            "geometry": [shapely.set_precision(shape, CENTIMETRE) for _, _, shape in rows],
        }
    )


def _generalised(district: District, use: str, sheet: shapely.Geometry) -> shapely.Geometry:
    """Land of one use without the streets between its blocks."""
    blocks = np.array([block.polygon for block in district.blocks if block.use == use], dtype=object)
    joined = shapely.union_all(shapely.buffer(blocks, 12.0, join_style="mitre")).buffer(
        -10.0, join_style="mitre"
    )
    return shapely.intersection(shapely.simplify(joined, 8.0), sheet)
