"""Workbooks of the old kind (xls), read by a reader in plain Python: a damaged one raises and never takes the machine."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.grid import MAX_CELLS, ErrorCell, Grid


def read_old_workbook(path: Path, problems: Problems) -> list[Grid] | None:
    """Sheets of an xls file; None, with the reason in `problems`, when it cannot be read."""
    import xlrd

    try:
        book = xlrd.open_workbook(str(path), logfile=io.StringIO(), formatting_info=True, ragged_rows=True)
        return [_grid(sheet, book.datemode) for sheet in book.sheets()]
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


def _grid(sheet: Any, date_mode: int) -> Grid:
    if sheet.nrows * max(sheet.ncols, 1) > MAX_CELLS:
        raise ValueError(f"the sheet reaches to row {sheet.nrows}")
    cells = [[_value(cell, date_mode) for cell in sheet.row(row)] for row in range(sheet.nrows)]
    merged = tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells)
    return Grid(
        sheet.name,
        cells,
        merged,
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
