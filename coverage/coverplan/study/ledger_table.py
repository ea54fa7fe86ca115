"""Facilities of a ledger without coordinates: a table whose columns are named as the fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from coverplan.errors import Problems
from coverplan.ground.openness import may_be_shown
from coverplan.ground.units_tree import UnitTree
from coverplan.inputs.ledgers import facility_cells as cells
from coverplan.inputs.ledgers.shown_places import openness_columns, said_public
from coverplan.inputs.tables.column_values import has_columns, report_rows
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import Source
from coverplan.vocabulary import LAYER_TYPES, NUMBER_FIELDS, PRECISIONS, STATUSES

_TEXTS = ("id", "layer", "name", "type", "grade", "status", "unit_code", "premises_id", "precision", "source")
_YEARS = ("opened", "closes")
_NUMBERS = (*NUMBER_FIELDS, *_YEARS)
_SETS = ("functions", "serves_units")
_KNOWN = {*_TEXTS, *_NUMBERS, *_SETS, "funded", "public"}


def read_ledger_table(name: str, folder: Path, units: UnitTree, problems: Problems) -> list[dict[str, Any]]:
    """Rows of a facility table by field; columns that are no field are kept with the prefix ``own:``."""
    table = read_table(Source(file=name), folder, problems)
    if table is None or not has_columns(table, ["id", "layer", "type"], problems):
        return []
    rows = _rows(table, problems)
    _check(table, rows, units, problems)
    return rows


def facility_frame(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Facilities with every column of `Facilities` but the geometry; what a row does not say is unknown."""
    rows = list(rows)
    own = list(dict.fromkeys(key for row in rows for key in row if key.startswith("own:")))
    unknown = {
        **dict.fromkeys(_TEXTS),
        "functions": None,
        "serves_units": (),
        **dict.fromkeys(_NUMBERS, np.nan),
        "funded": None,
        "public": None,
        "unit": None,
        **dict.fromkeys(own),
    }
    full: list[dict[str, Any]] = [{**unknown, **row} for row in rows]
    for row in full:
        row["status"] = row["status"] or "operating"
        row["precision"] = row["precision"] or "none"
        functions = row["functions"] or ()
        said = _said(row["public"])
        row["public"] = may_be_shown(row["type"], row["name"], row["layer"], *functions, said=said)
    frame = pd.DataFrame(full, columns=list(unknown), dtype=object)
    frame = frame.astype(dict.fromkeys(_NUMBERS, np.float64))
    return frame.astype({"public": bool})


def _said(public: object) -> bool | None:
    return None if public is None else bool(public)


def _rows(table: TableFile, problems: Problems) -> list[dict[str, Any]]:
    columns = list(map(str, table.rows.columns))
    columns_read: dict[str, Sequence[Any]] = {}
    for column in columns:
        if column == "public":
            continue
        name = column if column in _KNOWN else f"own:{column}"
        columns_read[name] = cells.field_values(table, column, column, problems, severity="error")
    open_, secret = openness_columns(columns, but=_KNOWN - {"public"})
    if open_ or secret:
        columns_read["public"] = said_public(table, open_, problems, secret=secret)
    return [
        dict(zip(columns_read, values, strict=True)) for values in zip(*columns_read.values(), strict=True)
    ]


def _check(table: TableFile, rows: list[dict[str, Any]], units: UnitTree, problems: Problems) -> None:
    codes = set(units.codes)
    checks: dict[str, tuple[str, str, Callable[[dict[str, Any]], bool]]] = {
        "id": ("the facility has no id", "an id", lambda row: row["id"] is not None),
        "layer": ("the layer is unknown", ", ".join(LAYER_TYPES), lambda row: row["layer"] in LAYER_TYPES),
        "type": (
            "the type is not one of the layer",
            "a type of the layer",
            lambda row: row["type"] is None or row["type"] in LAYER_TYPES.get(row["layer"] or "", ()),
        ),
        "status": (
            "the status is unknown",
            ", ".join(STATUSES),
            lambda row: row["status"] in (None, *STATUSES),
        ),
        "precision": (
            "the precision is unknown",
            ", ".join(PRECISIONS),
            lambda row: row["precision"] in (None, *PRECISIONS),
        ),
        "unit_code": (
            "the roster has no such unit",
            "a code of the roster",
            lambda row: row["unit_code"] is None or row["unit_code"] in codes,
        ),
        "serves_units": (
            "the roster has no such unit",
            "codes of the roster, with ; between them",
            lambda row: set(row["serves_units"]) <= codes,
        ),
    }
    for column, (what, expected, right) in checks.items():
        if column in table.rows.columns:
            wrong = [not right(row) for row in rows]
            report_rows(
                table,
                column,
                wrong,
                problems,
                what=what,
                expected=expected,
                code=f"bad_{column}",
                remedy="mend the cell",
            )
