"""Makes the Parquet files of this folder in the shape of Overture's releases: places are invented.

Run by hand: ``pip install pyarrow``, then ``python make.py``. Written by another library than the one that reads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

FOLDER = Path(__file__).parent
RELEASE = "release/2026-10-21.0/theme=divisions/type="
BUCKET = "overturemaps-us-west-2"
BOX = pa.struct([(name, pa.float32()) for name in ("xmin", "xmax", "ymin", "ymax")])
TEXT = pa.string()
RULE = pa.struct([("variant", TEXT), ("language", TEXT), ("value", TEXT)])
NAMES = pa.struct([("primary", TEXT), ("common", pa.map_(TEXT, TEXT)), ("rules", pa.list_(RULE))])
SOURCE = pa.struct([("property", TEXT), ("dataset", TEXT), ("record_id", TEXT)])
AREAS = pa.schema(
    [
        ("id", TEXT),
        ("geometry", pa.binary()),
        ("bbox", BOX),
        ("country", TEXT),
        ("version", pa.int32()),
        ("sources", pa.list_(SOURCE)),
        ("subtype", TEXT),
        ("class", TEXT),
        ("names", NAMES),
        ("is_land", pa.bool_()),
        ("is_territorial", pa.bool_()),
        ("region", TEXT),
        ("division_id", TEXT),
    ]
)
HREF = pa.struct([("href", TEXT)])
AWS = pa.struct([("href", TEXT), ("type", TEXT), ("alternate", pa.struct([("s3", HREF)]))])
INDEX = pa.schema(
    [
        ("type", TEXT),
        ("id", TEXT),
        ("collection", TEXT),
        ("bbox", BOX),
        ("assets", pa.struct([("aws", AWS)])),
    ]
)


def area(number: int, country: str, subtype: str, name: str | None, outline: Any, **more: Any) -> dict:
    west, south, east, north = outline.bounds
    kind = more.get("kind", "land")
    common = [("en", more["en"])] if "en" in more else None
    rules = [{"variant": "short", "language": None, "value": str(name)[:2]}]
    return {
        "id": f"{number:08d}-0000-4000-8000-000000000000",
        "geometry": shapely.to_wkb(outline),
        "bbox": {"xmin": west, "xmax": east, "ymin": south, "ymax": north},
        "country": country,
        "version": 1,
        "sources": [{"property": "", "dataset": "OpenStreetMap", "record_id": f"r{number}"}],
        "subtype": subtype,
        "class": kind,
        "names": {"primary": name, "common": common, "rules": rules if number % 2 else None},
        "is_land": kind == "land",
        "is_territorial": kind != "land",
        "region": f"{country}-1",
        "division_id": f"{more.get('of', number):08d}-1111-4000-8000-000000000000",
    }


def item(kind: str, collection: str, number: str, key: str) -> dict:
    return {
        "type": kind,
        "id": number,
        "collection": collection,
        "bbox": {"xmin": -180, "xmax": 180, "ymin": -90, "ymax": 90},
        "assets": {
            "aws": {
                "href": f"https://{BUCKET}.s3.us-west-2.amazonaws.com/{key}",
                "type": "application/vnd.apache.parquet",
                "alternate": {"s3": {"href": f"s3://{BUCKET}/{key}"}},
            }
        },
    }


def write(name: str, rows: list[dict], schema: pa.Schema, group: int) -> None:
    table = pa.Table.from_pylist(rows, schema=schema)
    pq.write_table(table, FOLDER / name, compression="zstd", row_group_size=group)


box = shapely.box
corner = shapely.Polygon([(10.0, 50.0), (10.04, 50.0), (10.04, 50.03), (10.0, 50.0)])
villages = [
    area(100 + i, "DE", "locality", f"Dorf {i}", box(11 + i / 100, 51, 11.01 + i / 100, 51.01))
    for i in range(40)
]
write("far.parquet", villages, AREAS, 20)
write(
    "mine.parquet",
    [
        area(5, "AT", "county", "Drittort", box(14, 47, 14.1, 47.1)),
        area(7, "AT", "locality", "Viertort", box(14, 47, 14.02, 47.02)),
        area(3, "DE", "locality", "Zweimal", box(10, 50, 10.02, 50.02)),
        area(4, "DE", "locality", "Zweimal", box(10.5, 50, 10.52, 50.02)),
        area(6, "DE", "locality", None, box(12, 47, 12.1, 47.1)),
        area(1, "DE", "county", "Drittort", corner, en="Third Place"),
        area(2, "DE", "county", "Drittort", box(9.9, 49.9, 10.2, 50.2), kind="maritime", of=1),
    ],
    AREAS,
    2,
)
write(
    "collections.parquet",
    [
        item("Feature", "division_area", "00000", f"{RELEASE}division_area/far.parquet"),
        item("Feature", "division_area", "00001", f"{RELEASE}division_area/mine.parquet"),
        item("Feature", "division", "00000", f"{RELEASE}division/none.parquet"),
        item("Collection", "division_area", "all", f"{RELEASE}none"),
    ],
    INDEX,
    10,
)
