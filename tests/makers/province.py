"""An invented province: counties of towns in a row or a block, streets across their borders, cells of people, a ledger."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import pyproj
import rasterio
import shapely
from affine import Affine

from makers.toyfiles import write_yaml

CRS = "EPSG:32650"
WEST, NORTH = 500_000.0, 3_400_000.0
STREET_M, CELL_M = 250.0, 200.0
SCENARIO = {
    "name": {"zh": "虚构省", "en": "Invented province"},
    "study": "study.yaml",
    "language": "zh",
    "search_minutes": 60,
    "uncertainty": {"draws": 10},
    "standards": [{"layer": "elder_care", "groups": ["total", "age_60_plus"], "minutes": 15}],
}


def write_province(
    folder: Path, *, across: int, down: int = 1, wide_m: float = 8_000.0, high_m: float = 1_000.0, seed: int = 7, homes: int = 4
) -> Path:  # fmt: skip
    """Write the study and a scenario of counties that lie `across` and `down`; returns the scenario's path.

    A county has two towns, a western and an eastern one, so many homes, one at its eastern border, one that says no
    place but its town, one inside; one county in ten has none, the second first. Streets lie 250 m apart, some missing,
    with squares that are relations and gates; cells of 200 m do not end at the borders.
    """
    rng = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    extent = (across * wide_m, down * high_m)
    _units(across, down, wide_m, high_m).to_file(folder / "units.gpkg", layer="units")
    _people(folder / "people.tif", extent, rng)
    _streets(folder / "streets.osm.pbf", extent, rng)
    _homes(across, down, (wide_m, high_m), homes, rng).to_csv(folder / "homes.csv", index=False)
    study = {
        "name": {"zh": "虚构省", "en": "Invented province"},
        "synthetic": True,
        "crs": CRS,
        "units": {"file": "units.gpkg"},
        "population": {"file": "people.tif", "base": "resident", "groups": {"total": 1, "age_60_plus": 2}},
        "streets": {"file": "streets.osm.pbf"},
        "facilities": [{"layer": "elder_care", "file": "homes.csv", "crs": CRS, "type": "day_care"}],
    }
    write_yaml(folder / "study.yaml", study)
    return write_yaml(folder / "scenario.yaml", SCENARIO)


def county_code(column: int, row: int) -> str:
    """Six digits, a hundred counties to a row of numbers."""
    return f"99{row + 20 * (column // 100):02d}{column % 100:02d}"


def _units(across: int, down: int, wide_m: float, high_m: float) -> gpd.GeoDataFrame:
    rows = [("99", "虚构省", "city", None, _box(0, 0, across * wide_m, down * high_m))]
    for row in range(down):
        for column in range(across):
            code, name = (
                county_code(column, row),
                f"{'甲乙丙丁戊己庚辛壬癸'[column % 10]}{column // 10 + 10 * row + 1}县",
            )
            west, north = column * wide_m, row * high_m
            rows.append((code, name, "county", "99", _box(west, north, wide_m, high_m)))
            for half, side in enumerate("西东"):
                town = _box(west + half * wide_m / 2, north, wide_m / 2, high_m)
                rows.append((f"{code}{half + 1}", f"{name[:-1]}{side}镇", "town", code, town))
    return gpd.GeoDataFrame(
        rows, columns=["code", "name", "type", "parent", "geometry"], geometry="geometry", crs=CRS
    )


def _box(west: float, south: float, wide: float, high: float) -> shapely.Polygon:
    """A box so many metres east and south of the province's corner."""
    return shapely.box(WEST + west, NORTH - south - high, WEST + west + wide, NORTH - south)


def _people(path: Path, extent: tuple[float, float], rng: np.random.Generator) -> None:
    columns, rows = int(extent[0] // CELL_M) + 2, int(extent[1] // CELL_M) + 2
    total = rng.integers(0, 40, (rows, columns)).astype("float32")
    bands = np.stack([total, np.floor(total * rng.random((rows, columns))).astype("float32")])
    place = Affine(CELL_M, 0, WEST - 70, 0, -CELL_M, NORTH + 70)
    kind = {"dtype": "float32", "count": 2, "height": rows, "width": columns, "nodata": -1.0}
    with rasterio.open(path, "w", driver="GTiff", crs=CRS, transform=place, **kind) as target:
        target.write(bands)


def _streets(path: Path, extent: tuple[float, float], rng: np.random.Generator) -> None:
    columns, rows = int(extent[0] // STREET_M) + 1, int(extent[1] // STREET_M) + 1
    back = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    down, over = np.mgrid[0:rows, 0:columns]
    lon, lat = back.transform(WEST + over.ravel() * STREET_M, NORTH - down.ravel() * STREET_M)
    number = np.arange(rows * columns).reshape(rows, columns) + 1
    ways = [(number[r, :].tolist(), "residential", True) for r in range(rows)]
    ways += [(number[:, c].tolist(), "footway", False) for c in range(columns)]
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for key, x, y in zip(number.ravel().tolist(), lon.tolist(), lat.tolist(), strict=True):
            tags = {"barrier": "gate", "access": "no"} if key % 31 == 0 else {}
            writer.add_node(osmium.osm.mutable.Node(id=key, location=(round(x, 7), round(y, 7)), tags=tags))
        key, rims = 0, []
        for nodes, kind, broken in ways:
            gaps = (
                set((rng.integers(0, max(1, len(nodes) - 1), len(nodes) // 12)).tolist()) if broken else set()
            )
            for at in range(0, len(nodes) - 1, 4):
                some = nodes[at : at + 5]
                if at in gaps or len(some) < 2:
                    continue
                key += 1
                tags = {"highway": kind} if key % 17 else {"area": "yes"}
                rims += [] if key % 17 else [key]
                writer.add_way(osmium.osm.mutable.Way(id=key, nodes=some, tags=tags))
        for at, rim in enumerate(rims, 1):
            tags = {"type": "multipolygon", "highway": "pedestrian"}
            writer.add_relation(osmium.osm.mutable.Relation(id=at, members=[("w", rim, "outer")], tags=tags))


def _homes(
    across: int, down: int, size_m: tuple[float, float], homes: int, rng: np.random.Generator
) -> pd.DataFrame:
    rows = []
    wide_m, high_m = size_m
    for row in range(down):
        for column in range(across):
            if (row * across + column) % 10 == 1:
                continue
            code = county_code(column, row)
            for at in range(homes):
                east = column * wide_m + {0: wide_m - 20, 2: 0.4 * wide_m}.get(at, rng.random() * wide_m)
                south = row * high_m + rng.random() * high_m
                place = (round(WEST + east, 1), round(NORTH - south, 1)) if at != 1 else (None, None)
                rows.append(
                    (f"{code}-{at}", f"{code}敬老院{at}", *place, f"{code}1" if at == 1 else None, 10 + at)
                )
    return pd.DataFrame(rows, columns=["id", "name", "x", "y", "unit_code", "beds"])
