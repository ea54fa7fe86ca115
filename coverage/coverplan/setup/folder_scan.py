"""What each file of a folder is for, as far as its name, header, geometry and values tell, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from coverplan.errors import Problems
from coverplan.inputs.rasters.opening import RASTER_ENDINGS
from coverplan.inputs.tables.gdal_door import ContentError, list_layers
from coverplan.inputs.tables.headers import FACILITY, OFFICIAL, PEOPLE, UNIT, recognise
from coverplan.inputs.tables.read_table import LAYERS, TABLES, read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.inputs.tables.words import TYPE, meaning_of
from coverplan.scenario.study_file import Source

Role = Literal["units", "population", "official", "streets", "elevation", "water", "facilities", "unused"]
STREET_FILES = (".pbf", ".osm", ".graphml")
_LAYER_WORDS = {
    "elder_care": ("养老", "敬老", "老年", "elder", "aged", "senior"),
    "social_work": ("社工", "社会工作", "救助服务", "social"),
    "child_protection": ("未保", "未成年", "儿童", "child", "minor"),
    "cemetery": ("殡葬", "公墓", "骨灰", "墓", "cemeter", "funeral"),
    "civic": ("社区综合", "志愿", "福彩", "婚姻", "civic"),
}
_HEIGHT_WORDS = ("dem", "dsm", "elev", "height", "srtm", "高程", "海拔")
_WATER_WORDS = ("water", "river", "lake", "水系", "河流", "湖", "水域")
_OTHER_WORDS = ("candidate", "exclusion", "备选", "候选", "禁建", "空置")
#: Fields that tell a ledger of facilities from another table with names.
_TELLING = frozenset(
    {
        "type",
        "beds",
        "nursing_beds",
        "status",
        "floor_area_m2",
        "niches",
        "opened",
        "x",
        "xy",
        "village",
        "town",
    }
)
_STREET_WORDS = ("street", "road", "道路", "路网", "街道中心线", "highway")


@dataclass(frozen=True, slots=True)
class Found:
    """One file (or one layer of it) and what it is for.

    Parameters
    ----------
    path, table
        The file, and the layer inside it where it holds several.
    role
        What it is for.
    why
        Key of the reason in the texts (``setup.role_units``).
    layer
        Facility layer, for ledgers.
    columns
        Column of each field that was recognised.
    places
        Whether it has geometries of its own.
    """

    path: Path
    table: str | None
    role: Role
    why: str
    layer: str | None = None
    columns: dict[str, str] = field(default_factory=dict)
    places: bool = False


def scan(folder: Path) -> list[Found]:
    """Every file of a folder and its subfolders, in name order; links and hidden files are passed over."""
    found: list[Found] = []
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_symlink() or not path.is_file() or any(part.startswith((".", "~$")) for part in parts):
            continue
        found += _roles(path)
    return found


def _roles(path: Path) -> list[Found]:
    suffix = path.suffix.lower()
    if suffix in STREET_FILES:
        return [Found(path, None, "streets", "role_streets")]
    if suffix in RASTER_ENDINGS:
        high = any(word in path.stem.lower() for word in _HEIGHT_WORDS)
        return [
            Found(
                path,
                None,
                "elevation" if high else "population",
                f"role_{'elevation' if high else 'population'}",
            )
        ]
    if suffix in TABLES:
        return [_table_role(path)]
    if suffix in LAYERS:
        return [_layer_role(path, name) for name in _layer_names(path)] or [
            Found(path, None, "unused", "cannot_read")
        ]
    return []


def _layer_names(path: Path) -> list[str]:
    try:
        return [name for name, _ in list_layers(path)]
    except ContentError:
        return []


def _layer_role(path: Path, name: str) -> Found:
    table = read_table(Source(file=path.name, table=name, crs="EPSG:4326"), path.parent, Problems())
    if table is None:
        return Found(path, name, "unused", "cannot_read", places=True)
    kinds = set(table.rows.geometry.geom_type.dropna())
    words = f"{path.stem} {name}".lower()
    columns = [str(column) for column in table.rows.columns if column != "geometry"]
    if kinds <= {"LineString", "MultiLineString"}:
        street = any(word in words for word in _STREET_WORDS) or "highway" in columns
        return Found(
            path, name, *(("streets", "role_streets") if street else ("unused", "not_known")), places=True
        )
    if kinds <= {"Polygon", "MultiPolygon"} and any(word in words for word in _WATER_WORDS):
        return Found(path, name, "water", "role_water", places=True)
    units, people = _single(columns, UNIT), _single(columns, PEOPLE)
    found = _ledger(path, name, table, words, places=True)
    if kinds <= {"Polygon", "MultiPolygon"} and {"code", "name"} <= set(units):
        found = Found(path, name, "units", "role_units", None, units, places=True)
    elif "total" in people:
        found = Found(path, name, "population", "role_population", None, people, places=True)
    return found


def _table_role(path: Path) -> Found:
    table = read_table(Source(file=path.name), path.parent, Problems())
    if table is None:
        return Found(path, None, "unused", "cannot_read")
    columns = [str(column) for column in table.rows.columns]
    people = _single(columns, PEOPLE)
    ledger = _ledger(path, None, table, path.stem.lower(), places=False)
    if ledger.role == "facilities" and not ({"total"} <= set(people) and "type" not in ledger.columns):
        return ledger
    if {"total", "x", "y"} <= set(people):
        return Found(path, None, "population", "role_population", None, people)
    official = _single(columns, OFFICIAL)
    if "total" in official and {"code", "town"} & set(official):
        return Found(path, None, "official", "role_official", None, official)
    return ledger


def _ledger(path: Path, name: str | None, table: TableFile, words: str, *, places: bool) -> Found:
    columns = _single([str(column) for column in table.rows.columns if column != "geometry"], FACILITY)
    telling = {
        "type",
        "beds",
        "nursing_beds",
        "status",
        "floor_area_m2",
        "niches",
        "opened",
        "x",
        "village",
        "town",
    }
    if "name" not in columns or not telling & set(columns):
        return Found(path, name, "unused", "not_known", places=places)
    return Found(
        path, name, "facilities", "role_facilities", _layer_of(words, table, columns), columns, places
    )


def _layer_of(words: str, table: TableFile, columns: dict[str, str]) -> str:
    """Layer by the name of the file, else by the words in the type and name columns, else civic."""
    for layer, marks in _LAYER_WORDS.items():
        if any(mark in words for mark in marks):
            return layer
    scores = dict.fromkeys(_LAYER_WORDS, 0)
    kinds = table.rows[columns["type"]].head(500) if "type" in columns else pd.Series(dtype=object)
    for layer, known in TYPE.items():
        scores[layer] += sum(meaning_of(str(word), known) is not None for word in kinds)
    for name in table.rows[columns["name"]].head(500).astype(str):
        for layer, marks in _LAYER_WORDS.items():
            scores[layer] += any(mark in name for mark in marks)
    best = max(scores, key=lambda layer: scores[layer])
    return best if scores[best] else "civic"


def _single(columns: list[str], aliases: object) -> dict[str, str]:
    """Fields that one column alone can be."""
    return {name: found[0] for name, found in recognise(columns, aliases).items() if len(found) == 1}  # type: ignore[arg-type]
