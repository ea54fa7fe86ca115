"""Results to be drawn: the toy town with hostile names, a protected place and everything that maps show."""

from __future__ import annotations

import dataclasses
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

import coverplan
from coverplan.results.result import Result
from makers import toyfiles
from towns import toysiting, toytown

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example")',
    '"};alert(1)//',
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "$\\frac{$ 长" + "名" * 55,
)
#: Name and id of the place that nobody may see.
HIDDEN = "秘密庇护所"
HIDDEN_ID = "secret-77"
NEW = "新设 <b>日间</b> 照料"
CARE, STRAIGHT, SHELTER = "care", "straight", "shelter"

_STUDY: dict[str, Any] = {
    "as_of": "2025-06-30",
    "sources": ["人口：<b onmouseover=alert(1)>玩具镇统计</b>", "道路：手工绘制"],
    "facilities": [
        {"layer": "elder_care", "file": "homes.csv", "crs": toytown.CRS},
        {"layer": "civic", "file": "shelters.csv", "crs": toytown.CRS},
    ],
}
_SCENARIO: dict[str, Any] = {
    "language": "zh",
    "year": 2025,
    "standards": [
        {"name": CARE, "layer": "elder_care", "groups": ["total", "age_60_plus"], "minutes": 2},
        {"name": STRAIGHT, "layer": "elder_care", "types": ["day_care"], "method": "euclidean", "minutes": 3},
        {"name": SHELTER, "layer": "civic", "types": ["rescue_station"], "minutes": 6},
    ],
}


def write_files(folder: Path, **more: Any) -> Path:
    """The town's files, with more in the scenario; returns the scenario's path."""
    path = toyfiles.write_town(folder, study=_STUDY, scenario={**_SCENARIO, **more})
    units = toytown.units().table.reset_index()
    units.loc[units["code"] == "001002", "name"] = HOSTILE[0]
    units.to_file(folder / "units.gpkg", layer="units")
    homes = toyfiles.homes((0, 0), (0, 1), (2, 2), (4, 4), (4, 0), (1, 4))
    homes["name"] = HOSTILE
    homes["type"] = ["day_care", "canteen", "day_care", "institution", "day_care", "canteen"]
    homes["status"] = ["operating", "planned", "operating", "closed", "operating", "building"]
    homes.to_csv(folder / "homes.csv", index=False)
    shelter = toyfiles.homes((3, 3)).assign(id=HIDDEN_ID, name=HIDDEN, type="rescue_station")
    shelter.to_csv(folder / "shelters.csv", index=False)
    return path


@cache
def town() -> Result:
    """Result of the hostile town with service areas, clusters, base layers and a plan's shortfall."""
    with tempfile.TemporaryDirectory() as folder:
        result = coverplan.run(write_files(Path(folder)), write=False)
    return dataclasses.replace(
        result, layers={**result.layers, **_drawn()}, tables={**result.tables, **_judged()}
    )


@cache
def changed() -> Result:
    """The hostile town in 2027 with a site opened, one moved and a protected one opened."""
    place = {"crs": toytown.CRS, "x": toytown.xy(3, 3)[0], "y": toytown.xy(3, 3)[1]}
    offers = {"name": NEW, "type": "day_care", "cost": 12.5}
    changes = [
        {"open": {"layer": "elder_care", "id": "new", **place, "offers": offers}, "year": 2026},
        {"move": {"layer": "elder_care", "id": "h1", **place, "x": place["x"] - 150}},
        {
            "open": {
                "layer": "civic",
                "id": "s2",
                **place,
                "offers": {"type": "rescue_station", "name": HIDDEN},
            }
        },
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = write_files(Path(folder), changes=changes, year=2027)
        result = coverplan.run(path, write=False)
    return dataclasses.replace(result, layers={**result.layers, **_drawn()})


def _drawn() -> dict[str, gpd.GeoDataFrame]:
    x0, y0 = toytown.xy(0, 0)
    ring = shapely.Point(x0 + 150, y0 + 150).buffer(200) - shapely.Point(x0 + 150, y0 + 150).buffer(60)
    areas = gpd.GeoDataFrame({"standard": [CARE], "minutes": [2.0]}, geometry=[ring], crs=toytown.CRS)
    water = gpd.GeoDataFrame(
        {"name": [HOSTILE[3]]}, geometry=[shapely.box(*_corner(-1, -1))], crs=toytown.CRS
    )
    rail = gpd.GeoDataFrame(geometry=[shapely.LineString([(x0, y0), toytown.xy(4, 4)])], crs=toytown.CRS)
    return {"service_areas": areas, "water": water, "railway": rail}


def _corner(row: float, column: float) -> tuple[float, float, float, float]:
    x, y = toytown.xy(row, column)
    return x, y, x + 100, y + 100


def _judged() -> dict[str, pd.DataFrame]:
    clusters = gpd.GeoDataFrame(
        {
            "standard": [CARE],
            "group": ["total"],
            "cluster": [1],
            "people": [40.0],
            "points": [4],
            "unit": ["001002"],
            "unit_name": [HOSTILE[0]],
            "street": [HOSTILE[2]],
            "street_m": [3.0],
        },
        geometry=[shapely.Point(*toytown.xy(3, 4))],
        crs=toytown.CRS,
    )
    gaps = pd.DataFrame(
        {"name_zh": ["指标" + HOSTILE[0]], "name_en": ["Target " + HOSTILE[0]]},
        index=pd.Index(["T1"], name="target_id"),
    )
    shortfall = pd.DataFrame(
        {"target_id": ["T1"], "code": ["001002"], "name": [HOSTILE[0]], "state": ["short"]}
    )
    return {"clusters": clusters, "gaps": gaps, "shortfall": shortfall}


@cache
def sited(count: int = 7, candidates: int = 40) -> Result:
    """The hostile town with a made-up siting answer on it."""
    return toysiting.sited(town(), names=HOSTILE[:4], count=count, candidates=candidates)


def without(result: Result, *layers: str) -> Result:
    """The result without some layers."""
    kept = {name: layer for name, layer in result.layers.items() if name not in layers}
    return dataclasses.replace(result, layers=kept)


def with_standards(result: Result, count: int) -> Result:
    """The result with its first standard and its facilities copied into many layers."""
    first = result.summary["standards"][0]
    keys = [f"many-{i:02d}" for i in range(count)]
    summary = dict(result.summary)
    summary["standards"] = [{**first, "key": key, "layer": f"layer_{key}"} for key in keys]
    of_first = result.coverage[result.coverage["standard"] == first["key"]]
    demand, facilities = result.layers["demand"], result.layers["facilities"]
    columns = {
        f"{key}|{part}": demand[f"{first['key']}|{part}"]
        for key in keys
        for part in ("minutes", "reason", "within", "nearest")
    }
    layers = {
        **result.layers,
        "demand": gpd.GeoDataFrame(pd.concat([demand, pd.DataFrame(columns)], axis=1), crs=demand.crs),
        "facilities": gpd.GeoDataFrame(
            pd.concat([facilities.assign(layer=f"layer_{key}") for key in keys], ignore_index=True),
            crs=facilities.crs,
        ),
    }
    coverage = pd.concat([of_first.assign(standard=key) for key in keys], ignore_index=True)
    summary["units"] = [
        {**unit, "coverage": {key: unit["coverage"].get(first["key"], {}) for key in keys}}
        for unit in result.summary["units"]
    ]
    return dataclasses.replace(result, summary=summary, coverage=coverage, layers=layers, tables={})
