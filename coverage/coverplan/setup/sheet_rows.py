"""Long bodies of a workbook's sheets, written as they stand in the file: a library that makes an object of each cell takes most of a check's time."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

_NUMBERS = (int, float)
_LAST_STYLE = re.compile(r'\bs="(\d+)"')
_END = b"</sheetData>"


class Row(NamedTuple):
    """Cells of a row, and its height in points where its texts stand on several lines, else None."""

    cells: Sequence[Any]
    height: float | None


def append_rows(source: Path, target: Path, bodies: Mapping[int, Sequence[Row]]) -> None:
    """Copy a workbook and append rows to its sheets.

    Parameters
    ----------
    source, target
        The workbook, and where the copy goes.
    bodies
        By position of the sheet from 0: rows that go below those that it has. Cells are text, numbers or None; those
        of rows with a height have the style of the last cell that the sheet has.
    """
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        names = {f"xl/worksheets/sheet{at + 1}.xml": rows for at, rows in bodies.items() if rows}
        for member in given.infolist():
            content = given.read(member)
            if member.filename in names:
                content = _with(content, names[member.filename])
            made.writestr(member, content, zipfile.ZIP_DEFLATED)


def _with(sheet: bytes, rows: Sequence[Row]) -> bytes:
    head, end, tail = sheet.rpartition(_END)
    written = head.decode("utf-8")
    style = _LAST_STYLE.findall(written)[-1]
    first = written.count("<row ") + 1
    known: dict[str, str] = {}
    body = "".join(_row(number, row, style, known) for number, row in enumerate(rows, start=first))
    return head + body.encode("utf-8") + end + tail


def _row(number: int, row: Row, style: str, known: dict[str, str]) -> str:
    tall = "" if row.height is None else f' ht="{row.height:g}" customHeight="1"'
    look = "" if row.height is None else f' s="{style}"'
    cells = [
        f'<c r="{_LETTERS[at]}{number}"{look}{_content(cell, known)}'
        for at, cell in enumerate(row.cells)
        if cell is not None
    ]
    return f'<row r="{number}"{tall}>{"".join(cells)}</row>'


def _content(cell: Any, known: dict[str, str]) -> str:
    if isinstance(cell, _NUMBERS) and not isinstance(cell, bool):
        return f' t="n"><v>{cell!r}</v></c>'
    text = str(cell)
    written = known.get(text)
    if written is None:
        safe = escape(text, quote=False).replace("\r", "&#13;")
        written = known[text] = f' t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'
    return written


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
