"""What each file of a folder is for, as far as its name, header, geometry and values tell, with the reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from coverplan.errors import Problems
from coverplan.inputs.rasters.opening import OTHER_RASTERS, RASTER_ENDINGS
from coverplan.inputs.streets.line_columns import find_columns
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.gdal_door import ContentError, list_layers
from coverplan.inputs.tables.headers import FACILITY, OFFICIAL, PEOPLE, UNIT, parsed_header, recognise
from coverplan.inputs.tables.layer_kinds import FOLDERS
from coverplan.inputs.tables.read_table import LAYERS, TABLES, read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.inputs.tables.words import STATUS
from coverplan.scenario.study_file import Source
from coverplan.setup.found import Found, Role
from coverplan.setup.long_columns import long_columns
from coverplan.setup.people_columns import numbers_left, people_groups
from coverplan.setup.related_files import related
from coverplan.setup.unit_columns import are_units, guessed_units, words_by_column
from coverplan.text.folding import folded, meaning_of
from coverplan.text.type_words import TYPE, UNIT_TYPE
from coverplan.vocabulary import UNIT_TYPES

STREET_FILES = (".pbf", ".osm", ".graphml")
_LAYER_WORDS = {
    "elder_care": (
        "养老",
        "敬老",
        "老年",
        "老人",
        "养护",
        "长照",
        "高龄者",
        "介护",
        "特养",
        "elder",
        "aged",
        "senior",
        "pflege",
        "alten",
        "idoso",
        "anciano",
        "mayores",
        "anziani",
        "geriatr",
        "ehpad",
    ),
    "social_work": ("社工", "社会工作", "救助服务", "social"),
    "child_protection": ("未保", "未成年", "儿童", "兒童", "child", "minor"),
    "cemetery": (
        "殡葬",
        "公墓",
        "骨灰",
        "墓",
        "cemeter",
        "funeral",
        "cemit",
        "cementer",
        "cimeti",
        "cimiter",
        "friedhof",
    ),
    "civic": ("社区综合", "志愿", "福彩", "婚姻", "civic"),
}
_HEIGHT_WORDS = ("dem", "dsm", "elev", "height", "srtm", "高程", "海拔")
_WATER_WORDS = (
    "water",
    "river",
    "lake",
    "水系",
    "河流",
    "湖",
    "水域",
    "hidro",
    "hydro",
    "gewaess",
    "gewässer",
    "lagoa",
)
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
#: What units say of themselves too: those in which they lie.
_WITHIN = frozenset(("town", "village"))
_UNIT_FIELDS = ("code", "county", "town", "village")
#: What belongs to a file of another ending and the same name.
_MAINS = {
    **dict.fromkeys(
        (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".idm", ".ind"), (".shp", ".tab")
    ),
    ".prj": (".shp", ".tab", ".asc"),
    **dict.fromkeys((".dat", ".map", ".id"), (".tab",)),
    ".mid": (".mif",),
    **dict.fromkeys((".tfw", ".ovr", ".msk", ".aux"), (".tif", ".tiff", ".img")),
    **dict.fromkeys((".ige", ".rrd"), (".img",)),
}
#: Written by `split`: the units around an area, which are none of it.
_OURS = frozenset({"around.gpkg", "left-out.csv"})
_PACKED = (".zip", ".rar", ".7z", ".tar", ".gz")
_DOCUMENTS = (
    ".pdf",
    ".doc",
    ".docx",
    ".wps",
    ".ppt",
    ".pptx",
    ".jpg",
    ".jpeg",
    ".png",
    ".md",
    ".html",
    ".htm",
    ".qgz",
    ".mxd",
    ".ofd",
)
_AGE_HEADS = frozenset(("年龄", "年龄组", "年龄段", "age", "agegroup", "ageband"))
_NUMBER_HEADS = frozenset(
    ("人数", "人口", "人口数", "n", "count", "value", "数值", "数量", "people", "persons", "population")
)
#: No longitude or latitude is beyond it.
_MOST_DEGREES = 360.0
#: Two lists of fewer names may be alike by chance.
_FEWEST_OF_A_COPY = 3
_MOST_WORDS = 30
_STREET_WORDS = (
    "street", "road", "道路", "公路", "街巷", "村道", "路网", "路網", "街道中心线", "highway", "logradour", "viari", "calles", "voirie", "strasse", "straße",
)  # fmt: skip


def scan(folder: Path) -> list[Found]:
    """Every file of a folder and its subfolders, in name order, with what it is for or why it is for nothing.

    Passed over are links, hidden files, what belongs to another file (.dbf, .prj ...), our own files, results and
    subfolders that are studies of their own.
    """
    found: list[Found] = []
    for path in sorted(folder.rglob("*")):
        within = path.relative_to(folder)
        if path.is_symlink() or any(part.startswith((".", "~$")) for part in within.parts):
            continue
        if any(parent.suffix.lower() in FOLDERS or _is_result(folder / parent) for parent in within.parents):
            continue
        if any((folder / parent / "study.yaml").is_file() for parent in within.parents[:-1]):
            continue
        if path.suffix.lower() in FOLDERS or (path.is_file() and not _belongs(path)):
            found += _roles(path)
    return related(_without_copies(found))


def _is_result(folder: Path) -> bool:
    return (folder / "manifest.json").is_file() or (folder / "check.xlsx").is_file()


def _belongs(path: Path) -> bool:
    """Whether a file is a part of another one, or one of ours."""
    if (
        path.suffix.lower() in {".yaml", ".yml"}
        or path.name in _OURS
        or path.name.lower().endswith((".aux.xml", ".shp.xml"))
    ):
        return True
    mains = _MAINS.get(path.suffix.lower(), ())
    return any(
        path.with_suffix(as_written(main)).exists() for main in mains for as_written in (str.lower, str.upper)
    )


def _without_copies(found: list[Found]) -> list[Found]:
    """The list with every ledger that repeats the names of an earlier one marked as its copy."""
    first: dict[tuple[str | None, tuple[str, ...]], Found] = {}
    answer = []
    for one in found:
        key = (one.layer, one.rows)
        if one.role != "facilities" or len(one.rows) < _FEWEST_OF_A_COPY:
            answer.append(one)
        elif key in first:
            copied = first[key].path.name
            answer.append(replace(one, role="unused", why="copy", same_as=copied))
        else:
            first[key] = one
            answer.append(one)
    return answer


def _roles(path: Path) -> list[Found]:
    suffix = path.suffix.lower()
    if path.is_file() and not path.stat().st_size:
        return [Found(path, None, "unused", "empty")]
    if suffix in STREET_FILES:
        return [Found(path, None, "streets", "role_streets")]
    if suffix in RASTER_ENDINGS:
        high = any(word in path.stem.lower() for word in _HEIGHT_WORDS)
        role: Role = "elevation" if high else "population"
        return [Found(path, None, role, f"role_{role}")]
    if suffix in TABLES:
        return [_table_role(path)]
    if suffix in LAYERS:
        return [_layer_role(path, name) for name in _layer_names(path) or (None,)]
    kinds = {"packed": _PACKED, "document": _DOCUMENTS, "other_raster": OTHER_RASTERS}
    why = next((why for why, endings in kinds.items() if suffix in endings), "other_kind")
    return [Found(path, None, "unused", why)]


def _layer_names(path: Path) -> list[str]:
    try:
        return [name for name, _ in list_layers(path)]
    except ContentError:
        return []


def _unread(path: Path, name: str | None, problems: Problems, *, places: bool = False) -> Found:
    """A file that cannot be read, with what stops it."""
    return Found(
        path, name, "unused", "cannot_read", places=places, problem=next(iter(problems.errors), None)
    )


def _layer_role(path: Path, name: str | None) -> Found:
    problems = Problems()
    table = read_table(Source(file=path.name, table=name), path.parent, problems)
    if table is None and {problem.code for problem in problems.errors} == {"missing_crs"}:
        as_if = read_table(Source(file=path.name, table=name, crs="EPSG:4326"), path.parent, Problems())
        if as_if is not None and name is not None:
            found = _of_shapes(path, name, as_if)
            outlines = None if found.outlines is None else found.outlines.set_crs(None, allow_override=True)
            return replace(found, bare=True, outlines=outlines)
    if table is None or name is None:
        return _unread(path, name, problems, places=True)
    return _of_shapes(path, name, table)


def _of_shapes(path: Path, name: str, table: TableFile) -> Found:
    """What a layer is for, by its shapes, its name and its columns."""
    kinds = set(table.rows.geometry.geom_type.dropna())
    words = f"{path.stem} {name}".lower()
    if kinds and kinds <= {"LineString", "MultiLineString"}:
        return _line_role(path, name, table, words)
    areas = bool(kinds) and kinds <= {"Polygon", "MultiPolygon"}
    if areas and any(word in words for word in _WATER_WORDS):
        return Found(path, name, "water", "role_water", places=True)
    return _place_role(path, name, table, words, areas=areas)


def _line_role(path: Path, name: str, table: TableFile, words: str) -> Found:
    street = any(word in words for word in _STREET_WORDS) or "highway" in table.rows.columns
    kind = find_columns(table, {}, {}, Problems()).found_kind if street else None
    classes = {} if kind is None else {"kind": kind}
    found = Found(path, name, "streets", "role_streets", None, classes, places=True)
    return found if street else replace(found, role="unused", why="not_known")


def _place_role(path: Path, name: str, table: TableFile, words: str, *, areas: bool) -> Found:
    """Units, people or facilities: by what heads say, then, for areas, by what heads and values look like."""
    columns = [str(column) for column in table.rows.columns if column != "geometry"]
    units, groups = _single(columns, UNIT), people_groups(columns)
    if areas and not {"code", "name"} <= set(units):
        guessed = guessed_units(words_by_column(table), words)
        named = guessed.get("code") != guessed.get("name") or not groups
        telling = _TELLING & set(_single(columns, FACILITY))
        if guessed and named and (not telling or (telling <= _WITHIN and are_units(words))):
            units = {**guessed, **units}
    if areas and {"code", "name"} <= set(units):
        return _units_found(path, name, table, units, groups)
    if "total" in groups:
        people = _single(columns, PEOPLE)
        left = tuple(numbers_left(table.rows, people, groups))
        return Found(
            path, name, "population", "role_population", None, people, places=True, groups=groups, left=left
        )
    found = _ledger(path, name, table, words, places=True)
    if not areas or found.role != "unused":
        return found
    left = tuple(numbers_left(table.rows, {}, {}))
    return replace(found, why="cells_of_counts" if left else "areas_without_codes", left=left)


def _units_found(
    path: Path, name: str, table: TableFile, columns: dict[str, str], groups: dict[str, str | list[str]]
) -> Found:
    column = columns.get("type")
    words = set() if column is None else {word for word in texts(table, column) if word is not None}
    unknown = tuple(
        sorted(word for word in words if word not in UNIT_TYPES and meaning_of(word, UNIT_TYPE) is None)
    )
    outlines = gpd.GeoSeries(table.rows.geometry) if table.is_layer else None
    return Found(
        path, name, "units", "role_units", None, columns, places=True, groups=groups, unknown=unknown[:_MOST_WORDS],
        words=words_by_column(table), outlines=outlines,
    )  # fmt: skip


def _table_role(path: Path) -> Found:
    problems = Problems()
    table = read_table(Source(file=path.name), path.parent, problems)
    if table is None:
        return _unread(path, None, problems)
    columns = [str(column) for column in table.rows.columns]
    people, groups = _single(columns, PEOPLE), people_groups(columns)
    ledger = _ledger(path, None, table, path.stem.lower(), places=False)
    if ledger.role == "facilities" and not ("total" in groups and "type" not in ledger.columns):
        return ledger
    if "total" in groups and {"x", "y"} <= set(people):
        left = tuple(numbers_left(table.rows, people, groups))
        return Found(path, None, "population", "role_population", None, people, groups=groups, left=left)
    official = {
        field: column for field, column in _single(columns, OFFICIAL).items() if field in _UNIT_FIELDS
    }
    long = long_columns(table)
    if long is not None:
        groups = long.groups
    if "total" in groups:
        return Found(
            path, None, "official", "role_official", None, official, groups=groups, words=words_by_column(table),
            long=None if long is None else long.long,
        )  # fmt: skip
    return _no_list(ledger, table, columns, people)


def _no_list(ledger: Found, table: TableFile, columns: list[str], people: dict[str, str]) -> Found:
    """A table that is no list of facilities, people or totals, with the reason."""
    if _is_long(columns):
        return replace(ledger, role="unused", why="long_table")
    left = tuple(numbers_left(table.rows, people, {}))
    counts = ledger.why == "not_known" and left and {"x", "y"} <= set(people)
    return replace(ledger, why="cells_of_counts", left=left) if counts else ledger


def _is_long(columns: list[str]) -> bool:
    """Whether rows are one unit, one age and one number each, instead of one unit with a column for each age."""
    keys = {parsed_header(column).key for column in columns}
    return bool(keys & _AGE_HEADS) and bool(keys & _NUMBER_HEADS)


def _ledger(path: Path, name: str | None, table: TableFile, words: str, *, places: bool) -> Found:
    columns = _single([str(column) for column in table.rows.columns if column != "geometry"], FACILITY)
    points = places and set(table.rows.geometry.geom_type.dropna()) <= {"Point", "MultiPoint"}
    if "name" not in columns:
        return Found(path, name, "unused", "points_without_name" if points else "not_known", places=places)
    if not points and not _TELLING & set(columns):
        listed = not places and any(
            mark in folded(words) for marks in _LAYER_WORDS.values() for mark in marks
        )
        return Found(path, name, "unused", "names_alone" if listed else "not_known", places=places)
    return Found(
        path,
        name,
        "facilities",
        "role_points" if points and not _TELLING & set(columns) else "role_facilities",
        _layer_of(words, table, columns),
        columns,
        places,
        unknown=_unknown_statuses(table, columns.get("status")),
        rows=tuple(text or "" for text in texts(table, columns["name"])),
        middle=_middle(table, columns),
    )


def _middle(table: TableFile, columns: dict[str, str]) -> tuple[float, float] | None:
    """Median x and y where most of them are beyond any longitude and latitude."""
    if not {"x", "y"} <= set(columns):
        return None
    x, y = (pd.to_numeric(table.rows[columns[field]], errors="coerce").median() for field in ("x", "y"))
    return (float(x), float(y)) if max(abs(x), abs(y)) > _MOST_DEGREES else None


def _unknown_statuses(table: TableFile, column: str | None) -> tuple[str, ...]:
    words = [] if column is None else texts(table, column)
    return tuple(sorted({word for word in words if word is not None and meaning_of(word, STATUS) is None}))[
        :_MOST_WORDS
    ]


def _layer_of(words: str, table: TableFile, columns: dict[str, str]) -> str:
    """Layer by the name of the file, else by the words in the type and name columns, else civic."""
    file = folded(words)
    for layer, marks in _LAYER_WORDS.items():
        if any(mark in file for mark in marks):
            return layer
    scores = dict.fromkeys(_LAYER_WORDS, 0)
    kinds = table.rows[columns["type"]].head(500) if "type" in columns else pd.Series(dtype=object)
    for layer, known in TYPE.items():
        scores[layer] += sum(meaning_of(str(word), known) is not None for word in kinds)
    for name in filter(None, texts(table, columns["name"])[:500]):
        for layer, marks in _LAYER_WORDS.items():
            scores[layer] += any(mark in folded(name.lower()) for mark in marks)
    best = max(scores, key=lambda layer: scores[layer])
    return best if scores[best] else "civic"


def _single(columns: list[str], aliases: object) -> dict[str, str]:
    """Fields that one column alone can be."""
    return {name: found[0] for name, found in recognise(columns, aliases).items() if len(found) == 1}  # type: ignore[arg-type]
