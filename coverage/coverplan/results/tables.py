"""Tables of a result beside its coverage, as csv files that read back with their types."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from coverplan.text.cells import as_text

#: Columns that name the rows of a table.
INDEXES: Mapping[str, str] = {"gaps": "target_id"}
#: Columns that hold a list of texts; each cell is written as JSON, so that no name can break it.
LISTS = frozenset(
    {"short", "unsure", "flagged", "conflicts_with", "findings", "targets", "serves"}
    | {"causes", "units", "unit_names", "facility_ids", "example"}
)
DECIMALS = frozenset(
    {
        "base",
        "present",
        "target",
        "target_high",
        "gap",
        "completion_percent",
        "elapsed_percent",
        "numerator",
        "denominator",
        "value",
        "pace",
        "needed_per_year",
        "actual_per_year",
        "goal",
        "now",
        "without",
        "promised",
    }
)
#: Columns of decimals that are plain numbers in some tables.
PLAIN_IN = frozenset({("siting_frontier", "value")})
#: Columns in which an empty text is the code of the whole area.
WHOLE_AREA_IN = frozenset({("supply", "unit_code"), ("uncertainty", "unit_code")})
NUMBERS = frozenset(
    {
        "row",
        "base_year",
        "target_year",
        "units_missing",
        "listed",
        "printed_count",
        "unknown",
        "line",
        "asked",
        "passed",
        "year",
        "cluster",
        "people",
        "points",
        "street_m",
        "x",
        "y",
        "facilities",
        "planned",
        "places",
        "beds",
        "beds_unknown",
        "floor_area_m2",
        "floor_area_unknown",
        "cost",
        "opened",
        "due",
        "nursing_beds",
        "saving",
        "people_reached",
        "people_needed",
        "reached",
        "needed",
        "extra_cost",
        "people_difference",
        "budget",
        "spent",
        "left",
        "actions",
        "covered",
        "covered_without",
        "count",
        "bound",
        "at",
        "share",
        "at_most",
        "amount",
        "amount_before",
        "served",
        "no_place",
        "place_unknown",
        "not_reached",
        "per_1000",
        "only_here",
        "capacity",
        "used",
        "wanted",
        "years_gained",
        "need_first",
        "left_known",
        "short_year",
        "short_year_without",
        "unmet",
        "unmet_without",
        "opens",
        "full_year",
        "full_year_without",
        "low",
        "middle",
        "high",
        "draws",
        "same",
        "met",
        "on_track",
        "behind",
        "not_met",
        "cannot_be_judged",
        "at_low",
        "at_high",
    }
)
DATES = frozenset({"as_of"})
FLAGS = frozenset({"base_suspect", "repaired", "funded", "public", "possible", "chosen"})
#: Columns that say yes or no in some tables and count in others.
FLAGS_IN = frozenset({("siting_variants", "met")})


def write_tables_csv(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[Path]:
    """Write each table to ``<name>.csv``; points become the columns ``x`` and ``y``."""
    if tables:
        folder.mkdir(exist_ok=True)
    return [_write(table, folder / f"{name}.csv") for name, table in tables.items()]


def read_tables_csv(folder: Path, wanted: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
    """Tables of a folder by name, all or those wanted, with decimals, lists, dates and None as they were written."""
    paths = sorted(folder.glob("*.csv"))
    return {path.stem: _read(path) for path in paths if wanted is None or path.stem in wanted}


def without_geometry(table: pd.DataFrame) -> pd.DataFrame:
    """The table as plain columns: its named index as the first, its points as ``x`` and ``y``."""
    plain = table.reset_index() if table.index.name is not None else table
    if isinstance(plain, gpd.GeoDataFrame):
        points = plain.geometry
        plain = pd.DataFrame(plain.drop(columns=points.name)).assign(x=points.x, y=points.y)
    return plain


def _write(table: pd.DataFrame, path: Path) -> Path:
    cells = without_geometry(table).copy()
    for column in cells.columns:
        if column in LISTS:
            cells[column] = [json.dumps(list(items), ensure_ascii=False) for items in cells[column]]
        elif column not in NUMBERS:
            texts = [None if _absent(value) else as_text(value) for value in cells[column]]
            cells[column] = pd.Series(texts, index=cells.index, dtype=object)
    # a byte order mark, for spreadsheets on Chinese Windows
    cells.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")
    return path


def _read(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False, na_values={}, encoding="utf-8-sig")
    for column in table.columns:
        place = path.stem, column
        if place in PLAIN_IN or (column in NUMBERS and place not in FLAGS_IN):
            table[column] = pd.to_numeric(table[column], errors="coerce")
        else:
            kept, read = place in WHOLE_AREA_IN, _flag if place in FLAGS_IN else _reader(column)
            values = [None if text == "" and not kept else read(text) for text in table[column]]
            table[column] = pd.Series(values, index=table.index, dtype=object)
    index = INDEXES.get(path.stem)
    return table if index is None else table.set_index(index)


def _reader(column: str) -> Callable[[str], Any]:
    if column in LISTS:
        return lambda text: tuple(json.loads(text))
    if column in DECIMALS:
        return Decimal
    if column in DATES:
        return dt.date.fromisoformat
    if column in FLAGS:
        return _flag
    return _unmarked


def _flag(text: str) -> bool:
    return text == "True"


def _unmarked(text: str) -> str:
    """Text without the mark that keeps spreadsheets from running it."""
    return text[1:] if text.startswith("'") and as_text(text[1:]) == text else text


def _absent(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value))
