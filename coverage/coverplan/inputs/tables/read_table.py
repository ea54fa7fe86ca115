"""Tables and layers from files of any kind, and the rows that a condition keeps."""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from coverplan.errors import Problem, Problems, Severity
from coverplan.inputs.tables.column_values import cell_text, has_columns, numbers, report_rows, texts
from coverplan.inputs.tables.headers import parsed_header
from coverplan.inputs.tables.layer_file import read_layer
from coverplan.inputs.tables.layer_kinds import FOLDERS
from coverplan.inputs.tables.layer_kinds import KINDS as LAYER_KINDS
from coverplan.inputs.tables.measures import kind_of
from coverplan.inputs.tables.sheets import TEXT_TABLES, read_sheets
from coverplan.inputs.tables.table_file import TableFile, kept_rows
from coverplan.scenario.study_file import Condition, Source
from coverplan.text.reading import note_opened, whole_path

#: ``.et`` is what WPS writes: a workbook of either kind under another name.
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".et", ".ett")


TABLES = TEXT_TABLES + WORKBOOKS


LAYERS = (".gpkg", ".geojson", ".json", ".shp", *LAYER_KINDS)

#: A number with its thousands apart, as a row without quotes splits it.
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3},\d{3}(?![\d.])")


def read_table(
    source: Source, folder: Path, problems: Problems, *, row_by_row: bool = False
) -> TableFile | None:
    """Read a table or layer and keep the rows that its condition asks for.

    None, with reasons in `problems`, when the file is missing, of an unknown kind, broken or empty. Rows with more
    cells than the header are errors; with `row_by_row` they are left to the caller in `wide`.
    """
    path = whole_path(folder / source.file)
    suffix = path.suffix.lower()
    if not is_there(path):
        problems.add(missing_file(path))
        return None
    note_opened(path)
    if suffix in TABLES:
        table = _from_sheets(path, source, problems)
    elif suffix in LAYERS:
        rows = read_layer(path, source, problems)
        table = None if rows is None else TableFile(path, rows, len(rows))
    else:
        problems.add(
            Problem(
                "the kind of file is not known",
                path,
                value=suffix,
                expected=f"one of {', '.join(TABLES + LAYERS)}",
                code="unknown_file_kind",
            )
        )
        return None
    if table is None:
        return None
    if not len(table.rows):
        problems.add(Problem("the file has no rows", path, expected="at least one row", code="empty_layer"))
        return None
    if table.wide and not row_by_row:
        report_wide(table, problems, severity="error")
        table = kept_rows(table, np.array([label not in table.wide for label in table.labels()], dtype=bool))
    if source.where is not None:
        return _kept(table, source.where, problems)
    return table


def _from_sheets(path: Path, source: Source, problems: Problems) -> TableFile | None:
    found = read_sheets(path, source, problems)
    if found is None:
        return None
    return TableFile(
        path,
        found.rows,
        len(found.rows),
        found.sheets,
        found.set_aside,
        found.shared,
        units=found.units,
        wide=found.wide,
    )


def report_wide(table: TableFile, problems: Problems, *, severity: Severity) -> None:
    """One problem for each row that has more cells than the header."""
    width = len(table.rows.columns)
    for (sheet, row), text in table.wide.items():
        hint = _THOUSANDS.search(text)
        problems.add(
            Problem(
                "the row has more cells than the header",
                table.path,
                row,
                sheet,
                text[:200],
                f"{width} cells",
                f'put {hint[0]} in quotes, as in "{hint[0]}"'
                if hint
                else "put texts that hold a comma in quotes",
                severity,
                "too_many_cells",
                {"count": width},
            )
        )


def is_there(path: Path) -> bool:
    """Whether a file exists, or the folder that is one layer."""
    return path.is_dir() if path.suffix.lower() in FOLDERS else path.is_file()


def missing_file(path: Path) -> Problem:
    """The problem of a file that is not there, with the name of its most similar neighbour."""
    neighbours = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, neighbours, n=1)
    remedy = f"did you mean {near[0]}?" if near else "check the name; paths start at the file that names them"
    return Problem("the file does not exist", path, remedy=remedy, code="missing_file")


def _kept(table: TableFile, where: Condition, problems: Problems) -> TableFile | None:
    if not has_columns(table, [where.column], problems):
        return None
    keep = np.ones(len(table.rows), dtype=bool)
    if where.above is not None or where.at_least is not None:
        kind = kind_of(parsed_header(where.column).unit)
        values = numbers(table, where.column, problems, kind=kind, for_all=True)
        unknown = np.isnan(values)
        report_rows(
            table,
            where.column,
            unknown,
            problems,
            what="the row was left out: its value in the condition's column is unknown",
            code="unknown_condition",
            severity="note",
        )
        floor = -np.inf if where.above is None else where.above
        least = -np.inf if where.at_least is None else where.at_least
        keep &= ~unknown & (np.nan_to_num(values) > floor) & (np.nan_to_num(values) >= least)
    if where.any_of is not None:
        wanted = {cell_text(value) for value in where.any_of}
        keep &= np.array([text in wanted for text in texts(table, where.column)])
    if not keep.any():
        problems.add(Problem("no row fits the condition", table.path, field=where.column, code="empty_layer"))
        return None
    return kept_rows(table, keep)
