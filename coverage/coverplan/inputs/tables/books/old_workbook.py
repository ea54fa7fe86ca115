"""Workbooks of the old kind (xls), read by a reader in plain Python: a damaged one raises and never takes the machine."""

from __future__ import annotations

import io
from pathlib import Path
from struct import unpack_from
from typing import Any

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.grid import MAX_CELLS, ErrorCell, Grid

#: Records of the file: begin and end of a part (charts stand within sheets), and a cell's formula with its result.
_BEGIN, _END = 0x0809, 0x000A
_FORMULA = frozenset((0x0006, 0x0206, 0x0406))
_FORMULA_BYTES, _NOTHING = 16, 3
#: Earlier versions have one sheet and other records.
_OF_SHEETS = 50


def read_old_workbook(path: Path, problems: Problems) -> list[Grid] | None:
    """Sheets of an xls file; None, with the reason in `problems`, when it cannot be read."""
    import xlrd

    try:
        book = xlrd.open_workbook(
            str(path), logfile=io.StringIO(), formatting_info=True, ragged_rows=True, on_demand=True
        )
        formulas = [_formulas(book, number) for number in range(book.nsheets)]
        sheets = [book.sheet_by_index(number) for number in range(book.nsheets)]
        return [_grid(sheet, book.datemode, *some) for sheet, some in zip(sheets, formulas, strict=True)]
    except Exception as error:  # noqa: BLE001  (a damaged workbook raises anything from struct.error to AssertionError)
        problems.add(
            Problem(
                f"the workbook cannot be read: {str(error)[:200]}",
                path,
                remedy="open it in a spreadsheet program and save it again as .xlsx",
                code="broken_file",
            )
        )
        return None


def _formulas(book: Any, sheet: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """How many cells of a sheet hold formulas, and which of these without a result, by its records; its reader tells neither."""
    count, unstored, deep = 0, [], 0
    if book.biff_version < _OF_SHEETS:
        return 0, ()
    at, data = book._sh_abs_posn[sheet], book.mem  # noqa: SLF001  (where a sheet begins stands nowhere else)
    while at + 4 <= len(data):
        kind, length = unpack_from("<HH", data, at)
        if kind == _BEGIN:
            deep += 1
        elif kind == _END:
            deep -= 1
            if deep <= 0:
                break
        elif deep == 1 and kind in _FORMULA and length >= _FORMULA_BYTES:
            row, column, _, result = unpack_from("<HHH8s", data, at + 4)
            count += 1
            if result[6:] == b"\xff\xff" and result[0] == _NOTHING:
                unstored.append((row, column))
        at += 4 + length
    return count, tuple(unstored)


def _grid(sheet: Any, date_mode: int, formulas: int, unstored: tuple[tuple[int, int], ...]) -> Grid:
    if sheet.nrows * max(sheet.ncols, 1) > MAX_CELLS:
        raise ValueError(f"the sheet reaches to row {sheet.nrows}")
    cells = [[_value(cell, date_mode) for cell in sheet.row(row)] for row in range(sheet.nrows)]
    merged = tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return Grid(
        sheet.name,
        cells,
        merged,
        formulas,
        unstored,
        hidden=sheet.visibility != 0,
        hidden_rows=frozenset(row for row, how in sheet.rowinfo_map.items() if how.hidden),
        hidden_columns=frozenset(column for column, how in sheet.colinfo_map.items() if how.hidden),
        errors=_errors(sheet),
    )


def _errors(sheet: Any) -> tuple[ErrorCell, ...]:
    import xlrd

    return tuple(
        (row, column, xlrd.error_text_from_code.get(sheet.cell_value(row, column), "#?"))
        for row in range(sheet.nrows)
        for column, kind in enumerate(sheet.row_types(row))
        if kind == xlrd.XL_CELL_ERROR
    )


def _value(cell: Any, date_mode: int) -> object:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype == xlrd.XL_CELL_NUMBER:
        number = float(cell.value)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, date_mode)
    return bool(cell.value) if cell.ctype == xlrd.XL_CELL_BOOLEAN else None
