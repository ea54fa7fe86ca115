"""Facilities of one layer from a file, in the words of the vocabulary; unknown stays unknown (R15)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj

from coverplan.errors import Problems
from coverplan.inputs.places import points_of
from coverplan.inputs.table_file import TableFile, has_columns, numbers, read_table, report_rows, texts
from coverplan.scenario.study_file import FacilityLayer
from coverplan.vocabulary import NUMBER_FIELDS, PRECISIONS, PRIVATE_TYPES, STATUSES

_SPLIT = re.compile(r"[;,；，、|]")
_YES = frozenset({"yes", "y", "true", "1", "是", "有"})
_NO = frozenset({"no", "n", "false", "0", "否", "无"})
_TEXT_FIELDS = ("name", "name_en", "grade", "unit_code", "premises_id", "source")


def read_facilities(
    source: FacilityLayer, folder: Path, *, crs: pyproj.CRS, problems: Problems
) -> gpd.GeoDataFrame | None:
    """Read one facility layer as rows of a `coverplan.facilities.Facilities` table, without its ``unit`` column.

    None when the file cannot be used, with every bad row in `problems`.
    """
    table = read_table(source, folder, problems)
    if table is None:
        return None
    if not has_columns(table, list(source.columns.values()), problems):
        return None
    column = {str(field): str(name) for field, name in source.columns.items()}
    for field in (*_TEXT_FIELDS, *NUMBER_FIELDS, *_OTHER_FIELDS):
        if field not in column and field in table.rows.columns:
            column[field] = field
    before = len(problems.errors)
    geometry = points_of(
        table,
        x=column.get("x"),
        y=column.get("y"),
        crs=source.system,
        target=crs,
        problems=problems,
        required=False,
    )
    rows = _fields(table, column, source, problems)
    if geometry is not None:
        report_rows(
            table,
            column.get("x"),
            [place is None for place in geometry],
            problems,
            what="the facility has no coordinates: it counts for its unit and takes no part in travel times",
            expected="longitude and latitude, or x and y",
            remedy="find its place",
            severity="warning",
            code="no_place",
        )
    if len(problems.errors) > before or geometry is None:
        return None
    used = set(column.values()) | {"geometry"}
    own = {f"own:{name}": texts(table, name) for name in map(str, table.rows.columns) if name not in used}
    return gpd.GeoDataFrame({**rows, **own}, geometry=geometry, crs=crs)


_OTHER_FIELDS = (
    "id",
    "x",
    "y",
    "type",
    "functions",
    "status",
    "serves_units",
    "opened",
    "closes",
    "funded",
    "precision",
    "public",
)


def _fields(
    table: TableFile, column: dict[str, str], source: FacilityLayer, problems: Problems
) -> dict[str, Any]:
    count = len(table.rows)
    nothing: list[str | None] = [None] * count
    text = {field: texts(table, column[field]) if field in column else nothing for field in _TEXT_FIELDS}
    kinds = _types(table, column.get("type"), source)
    rows: dict[str, Any] = {
        "id": _ids(table, column.get("id"), source.layer, problems),
        "layer": [source.layer] * count,
        "type": kinds,
        **{field: pd.Series(values, dtype=object) for field, values in text.items()},
        "functions": pd.Series(_functions(table, column.get("functions"), source), dtype=object),
        "status": _words(
            table, column.get("status"), source.statuses, source.status, known=STATUSES, problems=problems
        ),
        "serves_units": pd.Series(
            [tuple(sorted(part)) if part else () for part in _sets(table, column.get("serves_units"))],
            dtype=object,
        ),
        "precision": _words(table, column.get("precision"), {}, "site", known=PRECISIONS, problems=problems),
        "opened": _years(table, column.get("opened"), problems),
        "closes": _years(table, column.get("closes"), problems),
        "funded": pd.Series(_yes_no(table, column.get("funded"), problems), dtype=object),
        "public": _public(table, column.get("public"), source, kinds, problems),
    }
    for field in NUMBER_FIELDS:
        rows[field] = _amount(table, column.get(field), problems)
    return rows


def _ids(table: TableFile, column: str | None, layer: str, problems: Problems) -> list[str]:
    if column is None:
        width = len(str(table.rows.index.max()))
        return [f"{layer}-{row:0{width}d}" for row in table.rows.index]
    ids = texts(table, column)
    report_rows(
        table,
        column,
        [i is None for i in ids],
        problems,
        what="the facility has no id",
        code="missing_id",
        expected="an id that is unique in its layer",
    )
    known = pd.Series(ids)
    report_rows(
        table,
        column,
        (known.duplicated() & known.notna()).to_numpy(),
        problems,
        what="the id stands in an earlier row too",
        expected="each id once in its layer",
        code="duplicate_id",
    )
    return [i or "" for i in ids]


def _types(table: TableFile, column: str | None, source: FacilityLayer) -> list[str | None]:
    if column is None:
        return [source.type] * len(table.rows)
    return [source.types.get(word, word) if word else source.type for word in texts(table, column)]


def _words(
    table: TableFile,
    column: str | None,
    meaning: dict[str, Any],
    default: str,
    *,
    known: tuple[str, ...],
    problems: Problems,
) -> list[str]:
    if column is None:
        return [default] * len(table.rows)
    words = [default if word is None else str(meaning.get(word, word)) for word in texts(table, column)]
    report_rows(
        table,
        column,
        [word not in known for word in words],
        problems,
        what="the word is not known",
        expected=f"one of {', '.join(known)}",
        remedy="say in the study file what the word means",
        code="unknown_word",
    )
    return words


def _sets(table: TableFile, column: str | None) -> list[frozenset[str] | None]:
    if column is None:
        return [None] * len(table.rows)
    return [
        None if text is None else frozenset(part.strip() for part in _SPLIT.split(text) if part.strip())
        for text in texts(table, column)
    ]


def _functions(table: TableFile, column: str | None, source: FacilityLayer) -> list[frozenset[str] | None]:
    return [
        None if words is None else frozenset(source.functions.get(word, word) for word in words)
        for words in _sets(table, column)
    ]


def _amount(table: TableFile, column: str | None, problems: Problems) -> np.ndarray:
    if column is None:
        return np.full(len(table.rows), np.nan)
    values = numbers(table, column, problems)
    report_rows(
        table,
        column,
        values < 0,
        problems,
        what="the number is negative",
        expected="zero or more",
        code="negative_number",
    )
    return values


def _years(table: TableFile, column: str | None, problems: Problems) -> np.ndarray:
    if column is None:
        return np.full(len(table.rows), np.nan)
    found = [None if text is None else re.match(r"\d{4}(?!\d)", text) for text in texts(table, column)]
    unreadable = [
        text is not None and year is None for text, year in zip(texts(table, column), found, strict=True)
    ]
    report_rows(
        table,
        column,
        unreadable,
        problems,
        what="the year cannot be read",
        expected="a year or a date",
        code="not_a_year",
    )
    return np.array([np.nan if year is None else float(year.group()) for year in found])


def _yes_no(table: TableFile, column: str | None, problems: Problems) -> list[bool | None]:
    if column is None:
        return [None] * len(table.rows)
    words = [None if text is None else text.lower() for text in texts(table, column)]
    report_rows(
        table,
        column,
        [word is not None and word not in _YES | _NO for word in words],
        problems,
        what="neither yes nor no",
        expected="yes or no (是 or 否)",
        code="not_yes_no",
    )
    return [None if word is None else word in _YES for word in words]


def _public(
    table: TableFile, column: str | None, source: FacilityLayer, kinds: list[str | None], problems: Problems
) -> list[bool]:
    said = _yes_no(table, column, problems)
    by_layer = source.public
    return [
        word if word is not None else (kind not in PRIVATE_TYPES if by_layer is None else by_layer)
        for word, kind in zip(said, kinds, strict=True)
    ]
