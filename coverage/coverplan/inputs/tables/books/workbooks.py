"""Workbooks (xlsx, xlsm, xls, ods): stored values only; no formula is computed, no macro run, no link followed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.books.merges_first import LEAST_BYTES, merges_first
from coverplan.inputs.tables.books.old_workbook import read_old_workbook
from coverplan.inputs.tables.books.open_document import read_open_document
from coverplan.inputs.tables.books.zip_guard import Scanned, guarded, sheet_members
from coverplan.inputs.tables.grid import MAX_CELLS, MAX_FILE_BYTES, Grid

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


def looks_like(path: Path) -> str:
    """What a file's first bytes say it is: ``zip``, ``ole``, ``html`` or ``text``."""
    with path.open("rb") as file:
        start = file.read(2048)
    if start.startswith(_ZIP):
        return "zip"
    if start.startswith(_OLE):
        return "ole"
    if any(mark in start.lower() for mark in (b"<html", b"<table", b"<?xml", b"<!doctype")):
        return "html"
    return "text"


def read_workbook(path: Path, problems: Problems) -> list[Grid] | None:
    """Sheets of a workbook in their order, hidden ones marked; None, with the reason in `problems`, when it cannot be read."""
    if path.stat().st_size > MAX_FILE_BYTES:
        problems.add(Problem("the workbook is too large", path, value=path.stat().st_size, code="too_large"))
        return None
    kind = looks_like(path)
    if kind not in {"zip", "ole"}:
        problems.add(
            Problem(
                f"the file is named {path.suffix} and is {'a web page' if kind == 'html' else 'no workbook'}",
                path,
                expected="a workbook",
                remedy="open it in a spreadsheet program and save it as .xlsx",
                code="disguised_file",
                details={"ending": path.suffix, "kind": "html" if kind == "html" else "?"},
            )
        )
        return None
    if kind == "ole":
        return read_old_workbook(path, problems)
    scanned = guarded(path, problems)
    if scanned is None:
        return None
    if _is_open_document(path):
        return read_open_document(path, problems)
    return _calamine(path, scanned, problems)


def _is_open_document(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        return "content.xml" in archive.namelist()


def _calamine(path: Path, scanned: dict[str, Scanned], problems: Problems) -> list[Grid] | None:
    from python_calamine import CalamineWorkbook

    try:
        copy = _copy(path, scanned)
        book = CalamineWorkbook.from_path(str(path)) if copy is None else CalamineWorkbook.from_filelike(copy)
        members = sheet_members(path) if scanned else []
        members += [""] * (len(book.sheet_names) - len(members))
        scans = [scanned.get(member) for member in members]
        return [
            _grid(book, sheet, scan)
            for sheet, scan in zip(book.sheets_metadata, scans, strict=True)
            if "Work" in str(sheet.typ)
        ]
    except BaseException as error:
        # A damaged workbook raises anything; a panic of the compiled reader is no Exception, and stays in it.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        problems.add(
            Problem(
                f"the workbook cannot be read: {str(error)[:200]}",
                path,
                remedy="open it in a spreadsheet program and save it again as .xlsx",
                code="broken_file",
            )
        )
        return None


def _copy(path: Path, scanned: dict[str, Scanned]) -> io.BytesIO | None:
    """A copy of a large workbook that is read faster; None where the workbook is as fast."""
    merged = {
        member: scan.merged
        for member, scan in scanned.items()
        if scan.length >= LEAST_BYTES and scan.merged is not None
    }
    return merges_first(path, merged) if merged else None


def _grid(book: Any, sheet: Any, scan: Scanned | None) -> Grid:
    found = book.get_sheet_by_name(sheet.name)
    last_row, last_column = found.end or (-1, -1)  # counted from 0, as its total height and width are
    if (last_row + 1) * (last_column + 1) > MAX_CELLS:
        raise ValueError(f"the sheet {sheet.name} reaches to row {last_row + 1}")
    merged = tuple((first[0], first[1], last[0], last[1]) for first, last in found.merged_cell_ranges or ())
    cells = found.to_python(skip_empty_area=False)
    hidden = not str(sheet.visible).endswith("Visible")
    scan = scan or Scanned(0, ())
    return Grid(
        sheet.name,
        cells,
        merged,
        scan.count,
        scan.unstored,
        hidden,
        scan.hidden_rows,
        scan.hidden_columns,
        scan.errors,
    )
