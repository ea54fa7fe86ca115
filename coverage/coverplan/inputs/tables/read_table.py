"""Tables and layers from files of any kind, and the rows that a condition keeps."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.column_values import cell_text, has_columns, numbers, report_rows, texts
from coverplan.inputs.tables.grid import Grid, column_letters
from coverplan.inputs.tables.header_row import SetAside, SheetTable, table_of
from coverplan.inputs.tables.layer_file import read_layer
from coverplan.inputs.tables.table_file import TableFile, kept_rows
from coverplan.scenario.study_file import Condition, Source

TEXT_TABLES = (".csv", ".tsv", ".txt")


WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


TABLES = TEXT_TABLES + WORKBOOKS


LAYERS = (".gpkg", ".geojson", ".json", ".shp")


def read_table(source: Source, folder: Path, problems: Problems) -> TableFile | None:
    """Read a table or layer and keep the rows that its condition asks for.

    None, with reasons in `problems`, when the file is missing, of an unknown kind, broken or empty.
    """
    path = (folder / source.file).resolve()
    if not path.is_file():
        problems.add(missing_file(path))
        return None
    suffix = path.suffix.lower()
    if suffix in TABLES:
        table = _read_sheets(path, source, problems)
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
    if source.where is not None:
        return _kept(table, source.where, problems)
    return table


def missing_file(path: Path) -> Problem:
    """The problem of a file that is not there, with the name of its most similar neighbour."""
    neighbours = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
    near = get_close_matches(path.name, neighbours, n=1)
    remedy = f"did you mean {near[0]}?" if near else "check the name; paths start at the file that names them"
    return Problem("the file does not exist", path, remedy=remedy, code="missing_file")


def _read_sheets(path: Path, source: Source, problems: Problems) -> TableFile | None:
    grids = _grids(path, source, problems)
    if grids is None:
        return None
    for grid in grids:
        _notice_formulas(grid, path, problems)
    tables = [(grid, table_of(grid, header_row=source.header_row)) for grid in grids]
    tables = [(grid, table) for grid, table in tables if len(table.rows) or len(grids) == 1]
    if not tables:
        return TableFile(path, pd.DataFrame(), 0)
    chosen = _alike(tables, path, problems)
    rows = chosen[0][1].rows if len(chosen) == 1 else pd.concat([table.rows for _, table in chosen])
    several = len(chosen) > 1
    sheets = (
        tuple(str(grid.name) for grid, table in chosen for _ in range(len(table.rows))) if several else None
    )
    shared: dict[str, frozenset[tuple[str | None, int]]] = {}
    for grid, table in chosen:
        for column, places in table.shared.items():
            labels = frozenset((grid.name if several else None, row) for row in places)
            shared[column] = shared.get(column, frozenset()) | labels
    aside = tuple(row for _, table in chosen for row in table.set_aside)
    _notice_tables(path, chosen, aside, problems)
    return TableFile(path, rows, len(rows), sheets, aside, shared)


def _grids(path: Path, source: Source, problems: Problems) -> list[Grid] | None:
    from coverplan.inputs.tables.text_table import read_text_table
    from coverplan.inputs.tables.workbooks import read_workbook

    if path.suffix.lower() in TEXT_TABLES:
        grid = read_text_table(path, problems, encoding=source.encoding)
        return None if grid is None else [grid]
    grids = read_workbook(path, problems)
    if grids is None or source.sheet is None:
        return grids
    named = [grid for grid in grids if grid.name == source.sheet]
    if not named:
        problems.add(
            Problem(
                "the workbook has no such sheet",
                path,
                field=source.sheet,
                expected=f"one of {', '.join(str(grid.name) for grid in grids)}",
                code="missing_sheet",
            )
        )
        return None
    return named


def _alike(
    tables: list[tuple[Grid, SheetTable]], path: Path, problems: Problems
) -> list[tuple[Grid, SheetTable]]:
    """The first sheet and all that have the same header; the others are named."""
    head = list(tables[0][1].rows.columns)
    alike = [pair for pair in tables if list(pair[1].rows.columns) == head]
    others = [str(grid.name) for grid, table in tables if list(table.rows.columns) != head]
    if others:
        problems.add(
            Problem(
                f"only the sheets like {tables[0][0].name} were read",
                path,
                value=", ".join(others),
                expected="sheets with the same header",
                remedy="name another sheet with `sheet:`",
                severity="warning",
                code="other_sheets",
            )
        )
    return alike


def _notice_formulas(grid: Grid, path: Path, problems: Problems) -> None:
    if grid.formulas:
        problems.add(
            Problem(
                f"{grid.formulas} cells hold formulas; their stored results were read",
                path,
                field=grid.name,
                severity="note",
                code="formulas",
                details={"count": grid.formulas},
            )
        )
    for row, column in grid.unstored:
        problems.add(
            Problem(
                "the formula has no stored result and reads as blank",
                path,
                row + 1,
                f"{grid.name}!{column_letters(column)}",
                expected="a value",
                remedy="open the workbook in a spreadsheet program and save it, or write the value",
                severity="warning",
                code="formula_without_value",
            )
        )


def _notice_tables(
    path: Path, chosen: list[tuple[Grid, SheetTable]], aside: tuple[SetAside, ...], problems: Problems
) -> None:
    for grid, table in chosen:
        if table.header_row > 1:
            problems.add(
                Problem(
                    f"the header was found in row {table.header_row}",
                    path,
                    table.header_row,
                    grid.name,
                    severity="note",
                    code="header_found",
                    details={"row": table.header_row},
                )
            )
        problems.extend(
            Problem(
                "a header stood twice or not at all and was given this name",
                path,
                table.header_row,
                name,
                severity="note",
                code="header_named",
            )
            for name in table.renamed
        )
    problems.extend(
        Problem(
            f"the row is no data ({row.kind})",
            path,
            row.row,
            row.sheet,
            row.text,
            severity="note",
            code="set_aside",
        )
        for row in aside
    )


def _kept(table: TableFile, where: Condition, problems: Problems) -> TableFile | None:
    if not has_columns(table, [where.column], problems):
        return None
    keep = np.ones(len(table.rows), dtype=bool)
    if where.above is not None or where.at_least is not None:
        values = numbers(table, where.column, problems)
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
