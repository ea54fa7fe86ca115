"""All sheets of a file that belong to one table, put one below the other, and what has to be said of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.grid import Grid, column_letters, filled
from coverplan.inputs.tables.header_row import SetAside, SheetTable, table_of
from coverplan.inputs.tables.headers import (
    FACILITY,
    OFFICIAL,
    PEOPLE,
    UNIT,
    Aliases,
    recognise,
    recognised_count,
)
from coverplan.scenario.study_file import Source
from coverplan.text.counting import many

#: So many hidden rows and columns are named.
_SHOWN = 10
#: So many heads that stand again are no slip; so many fields below each other are the heads of a table on its side.
_AGAIN, _FIELDS = 2, 3
#: No table on its side has more fields.
_MOST_FIELDS = 100
_KINDS = (FACILITY, UNIT, PEOPLE, OFFICIAL)
TEXT_TABLES = (".csv", ".tsv", ".txt")

#: Sheet, where several were read, and row number as a person counts.
Label = tuple[str | None, int]


@dataclass(frozen=True, slots=True)
class Sheets:
    """Rows of one file.

    Parameters
    ----------
    rows
        As those of `SheetTable`.
    sheets
        Sheet of each row where several were read, else None.
    set_aside, units
        As those of `SheetTable`.
    shared
        By column: labels of cells that are merged over several rows.
    wide
        As that of `SheetTable`, by label.
    """

    rows: pd.DataFrame
    sheets: tuple[str, ...] | None
    set_aside: tuple[SetAside, ...]
    shared: dict[str, frozenset[Label]]
    units: tuple[str, ...]
    wide: dict[Label, str]


def read_sheets(path: Path, source: Source, problems: Problems) -> Sheets | None:
    """The rows of the sheets of a text table or workbook; None, with the reason in `problems`, when it cannot be read."""
    grids = _grids(path, source, problems)
    if grids is None:
        return None
    for grid in grids:
        _notice_formulas(grid, path, problems)
        _notice_hidden(grid, path, problems)
    tables = [(grid, table_of(grid, header_row=source.header_row)) for grid in grids]
    tables = [(grid, table) for grid, table in tables if len(table.rows) or len(grids) == 1]
    if not tables:
        return Sheets(pd.DataFrame(), None, (), {}, (), {})
    chosen = _alike(tables, path, problems)
    if _is_no_list(*chosen[0], path, problems):
        return None
    rows = chosen[0][1].rows if len(chosen) == 1 else pd.concat([table.rows for _, table in chosen])
    several = len(chosen) > 1
    sheets = (
        tuple(str(grid.name) for grid, table in chosen for _ in range(len(table.rows))) if several else None
    )
    shared: dict[str, frozenset[Label]] = {}
    wide: dict[Label, str] = {}
    for grid, table in chosen:
        sheet = grid.name if several else None
        wide |= {(sheet, row): text for row, text in table.wide.items()}
        for column, places in table.shared.items():
            shared[column] = shared.get(column, frozenset()) | {(sheet, row) for row in places}
    aside = tuple(row for _, table in chosen for row in table.set_aside)
    _notice_tables(path, chosen, aside, problems)
    return Sheets(rows, sheets, aside, shared, _units(chosen, path, problems), wide)


def _is_no_list(grid: Grid, table: SheetTable, path: Path, problems: Problems) -> bool:
    """Whether a sheet is no list from top to bottom: the same table twice beside each other, or one on its side.

    A blank column between two parts of the header is warned of, since what is behind it may be another table.
    """
    heads = [str(name) for name in table.rows.columns]
    again = [name for name in table.renamed if name.endswith(" (2)")]
    naming = {name for kind in (FACILITY, UNIT) for name in _naming(heads, kind)}
    if len(again) >= _AGAIN and any(name[: -len(" (2)")] in naming for name in again):
        columns = ", ".join(name[: -len(" (2)")] for name in again)
        problems.add(
            Problem(
                "the same header stands twice in the sheet: tables beside each other",
                path,
                table.header_row,
                grid.name,
                columns,
                "one table, from top to bottom",
                "put the rows of the right table below those of the left one",
                code="side_by_side",
                details={"columns": columns},
            )
        )
        return True
    narrow = len(heads) > 1 and len(table.rows) <= _MOST_FIELDS
    first = table.rows.iloc[:, 0].tolist() if narrow else []
    fields = [cell for cell in [heads[0], *first] if isinstance(cell, str) and cell.strip()] if first else []
    along = recognised_count(fields, _KINDS)
    if along >= _FIELDS and 2 * along >= len(fields) and not recognised_count(heads[1:], _KINDS):
        problems.add(
            Problem(
                "the table lies on its side: what heads say stands in its first column",
                path,
                table.header_row,
                grid.name,
                ", ".join(fields[:_SHOWN]),
                "one row for each facility, unit or place, below a header",
                "turn it (copy, paste special, transpose)",
                code="on_its_side",
            )
        )
        return True
    _notice_gap(grid, table, path, problems)
    return False


def _naming(heads: list[str], kind: Aliases) -> list[str]:
    found = recognise(heads, kind)
    return [column for field in ("id", "code", "name") for column in found.get(field, ())]


def _notice_gap(grid: Grid, table: SheetTable, path: Path, problems: Problems) -> None:
    """Warn of a column without header and data in the midst of a table."""
    if not 0 < table.header_row <= len(grid.cells):
        return
    head = grid.cells[table.header_row - 1]
    spanned = {at for _, left, _, right in grid.merged for at in range(left, right + 1)}
    for at in range(1, len(head) - _FIELDS + 1):
        blank = not filled(head[at]) and at not in spanned and filled(head[at - 1])
        if (
            blank
            and sum(map(filled, head[at + 1 :])) >= _AGAIN
            and not any(at < len(row) and filled(row[at]) for row in grid.cells[table.header_row - 1 :])
        ):
            problems.add(
                Problem(
                    "a blank column parts the sheet; what is right of it was read into the same rows",
                    path,
                    table.header_row,
                    grid.name,
                    column_letters(at),
                    "one table in a sheet",
                    "give a second table its own sheet, or delete the blank column",
                    "warning",
                    "parted_sheet",
                    {"column": column_letters(at)},
                )
            )
            return


def _units(chosen: list[tuple[Grid, SheetTable]], path: Path, problems: Problems) -> tuple[str, ...]:
    """Units of measure that the titles of all sheets state; an error where they differ."""
    said = {table.units for _, table in chosen}
    if len(said) > 1:
        problems.add(
            Problem(
                "the titles of the sheets state different units of measure",
                path,
                value="; ".join(f"{grid.name}: {', '.join(table.units) or '?'}" for grid, table in chosen),
                expected="one unit for all of them",
                remedy="read one sheet at a time with `sheet:`",
                code="units_of_sheets",
            )
        )
    return chosen[0][1].units


def _grids(path: Path, source: Source, problems: Problems) -> list[Grid] | None:
    from coverplan.inputs.tables.books.workbooks import read_workbook
    from coverplan.inputs.tables.text_table import read_text_table

    if path.suffix.lower() in TEXT_TABLES:
        grid = read_text_table(path, problems, encoding=source.encoding)
        return None if grid is None else [grid]
    grids = read_workbook(path, problems)
    if grids is None or source.sheet is None:
        return None if grids is None else _shown(grids, path, problems)
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


def _shown(grids: list[Grid], path: Path, problems: Problems) -> list[Grid]:
    """The sheets that the workbook shows; those that it hides are named where they hold anything."""
    hidden = [
        str(grid.name) for grid in grids if grid.hidden and any(any(map(filled, row)) for row in grid.cells)
    ]
    if hidden:
        problems.add(
            Problem(
                "hidden sheets were not read",
                path,
                value=", ".join(hidden),
                remedy="show them in the spreadsheet program if they count, or name one with `sheet:`",
                severity="warning",
                code="hidden_sheets",
            )
        )
    return [grid for grid in grids if not grid.hidden]


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
                details={"sheet": tables[0][0].name, "others": ", ".join(others)},
            )
        )
    return alike


def _notice_hidden(grid: Grid, path: Path, problems: Problems) -> None:
    """Say that rows and columns that a sheet hides, perhaps by a filter that was left on, were read like all others."""
    rows = [
        at for at in sorted(grid.hidden_rows) if at < len(grid.cells) and any(map(filled, grid.cells[at]))
    ]
    columns = [
        at
        for at in sorted(grid.hidden_columns)
        if any(at < len(row) and filled(row[at]) for row in grid.cells)
    ]
    if not rows and not columns:
        return
    named = ", ".join([*(str(at + 1) for at in rows[:_SHOWN]), *(["..."] if len(rows) > _SHOWN else [])])
    letters = ", ".join(column_letters(at) for at in columns[:_SHOWN])
    problems.add(
        Problem(
            f"{len(rows)} rows and {len(columns)} columns that the sheet hides were read like the others",
            path,
            field=grid.name,
            value="; ".join(part for part in (named, letters) if part),
            remedy="delete what does not count, or show it, so that everybody sees what is read",
            severity="warning",
            code="hidden_cells",
            details={"rows": len(rows), "columns": len(columns)},
        )
    )


def _notice_formulas(grid: Grid, path: Path, problems: Problems) -> None:
    if grid.formulas:
        problems.add(
            Problem(
                many(
                    grid.formulas,
                    "cell holds a formula; its stored result was read",
                    "cells hold formulas; their stored results were read",
                ),
                path,
                field=grid.name,
                severity="note",
                code="formulas",
                details={"count": grid.formulas},
            )
        )
    for row, column, text in grid.errors:
        problems.add(
            Problem(
                "the cell holds the error of a formula and reads as blank",
                path,
                row + 1,
                f"{grid.name}!{column_letters(column)}",
                text,
                expected="a value",
                remedy="mend the formula, or write the value",
                severity="warning",
                code="error_cell",
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
            details={"kind": row.kind},
        )
        for row in aside
    )
