"""Mended cells that a bureau sends back, put into the rows they belong to before anything is read; nothing is overwritten in silence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.amounts import is_blank
from coverplan.inputs.tables.books.workbooks import read_workbook
from coverplan.inputs.tables.header_row import table_of
from coverplan.inputs.tables.read_table import missing_file
from coverplan.inputs.tables.table_file import TableFile
from coverplan.text.folding import plain
from coverplan.text.reading import note_opened

#: Headers of a send-back sheet; both languages are read.
COLUMNS = {
    "file": ("文件", "file"),
    "sheet": ("工作表", "sheet"),
    "row": ("行", "row"),
    "column": ("列", "column"),
    "new": ("改为", "new value"),
}
_DELETE = frozenset({"删除", "delete"})


@dataclass(frozen=True, slots=True)
class Mend:
    """One mended cell.

    Parameters
    ----------
    file, sheet, row, column
        Where it stands; `sheet` is None where only one was read.
    value
        What is to stand there; None deletes the row.
    """

    file: str
    sheet: str | None
    row: int
    column: str
    value: object


def read_mends(path: Path, problems: Problems) -> list[Mend]:
    """Filled cells of the column "new value" of every send-back sheet of a workbook."""
    if not path.is_file():
        problems.add(missing_file(path))
        return []
    note_opened(path)
    mends: list[Mend] = []
    sheets = 0
    for grid in read_workbook(path, problems) or []:
        rows = table_of(grid, header_row=1).rows
        named = {
            key: next((word for word in words if word in rows.columns), None)
            for key, words in COLUMNS.items()
        }
        if any(name is None for name in named.values()):
            continue
        sheets += 1
        mends += _of_sheet(rows, {key: str(name) for key, name in named.items()}, path, problems)
    if not sheets and not problems.errors:
        problems.add(
            Problem(
                "no sheet of the workbook is a send-back sheet",
                path,
                expected=f"the columns {', '.join(words[0] for words in COLUMNS.values())}",
                remedy="fill the send-back sheets of check.xlsx and give that file",
                code="no_mends",
            )
        )
    return mends


def _of_sheet(rows: pd.DataFrame, named: dict[str, str], path: Path, problems: Problems) -> list[Mend]:
    mends = []
    for line, row in rows.iterrows():
        value = row[named["new"]]
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            number = int(float(str(row[named["row"]])))
        except ValueError:
            problems.add(
                Problem(
                    "the row number cannot be read", path, int(str(line)), named["row"], row[named["row"]],
                    severity="warning", code="mend_nowhere",
                )
            )  # fmt: skip
            continue
        sheet = None if is_blank(row[named["sheet"]]) else str(row[named["sheet"]]).strip()
        delete = isinstance(value, str) and plain(value).lower() in _DELETE
        column = _unmarked(str(row[named["column"]]))
        mends.append(Mend(str(row[named["file"]]).strip(), sheet, number, column, None if delete else value))
    return mends


def _unmarked(text: str) -> str:
    """Text without the mark that keeps a cell from being run as a formula."""
    return text[1:].strip() if text.startswith("'") else text.strip()


def with_mends(table: TableFile, mends: Iterable[Mend], problems: Problems) -> TableFile:
    """The table with its mended cells; each is noted with what stood there, and one that fits nowhere is a warning."""
    mine = [mend for mend in mends if mend.file == table.path.name]
    if not mine:
        return table
    rows = table.rows.copy()
    cells: dict[str, list[Any]] = {}
    place = {label: position for position, label in enumerate(table.labels())}
    gone: set[int] = set()
    for mend in mine:
        position = place.get((mend.sheet if table.sheets is not None else None, mend.row))
        if position is None or (mend.value is not None and mend.column not in rows.columns):
            problems.add(
                Problem(
                    "a mended cell fits no row or column of the table", table.path, mend.row, mend.column, mend.value,
                    expected="file, sheet, row and column as the send-back sheet names them", severity="warning",
                    code="mend_nowhere",
                )
            )  # fmt: skip
            continue
        before = None
        if mend.value is None:
            gone.add(position)
        else:
            column = cells.setdefault(mend.column, rows[mend.column].tolist())
            before, column[position] = column[position], mend.value
        problems.add(
            Problem(
                "the row was deleted by a mend" if mend.value is None else f"mended: {before!s} became {mend.value!s}",
                table.path, mend.row, mend.column, mend.value, severity="note", code="mended", details={"change": "×" if mend.value is None else f"{before!s} → {mend.value!s}"},
            )
        )  # fmt: skip
    for name, column in cells.items():
        rows[name] = pd.Series(column, index=rows.index, dtype=object)
    keep = [position for position in range(len(rows)) if position not in gone]
    sheets = None if table.sheets is None else tuple(table.sheets[position] for position in keep)
    return replace(table, rows=rows.iloc[keep], sheets=sheets, repairs=[], read_texts={}, different={})
