"""Rows of a workbook's tables, written as they stand in the file: a library that makes an object of each cell takes most of a long workbook's time."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from html import escape
from os import PathLike
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

_ROW = re.compile(rb'<row\b[^>]*\br="(\d+)"[^>]*/>|<row\b[^>]*\br="(\d+)"[^>]*>.*?</row>', re.DOTALL)
_EXTENT = re.compile(rb'<dimension ref="([^"]*)"')
_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>(.*?)</sheetData>", re.DOTALL)

#: A cell: its value, and the number of its look in the workbook.
Cell = tuple[Any, int]


class Bodies:
    """Rows of all sheets of a workbook that its library does not see; they join it when it is saved.

    Parameters
    ----------
    kept
        A value as a workbook keeps it: texts, whole and other numbers, dates. Asked once for each text.
    """

    def __init__(self, kept: Callable[[Any], Any]) -> None:
        self._kept = kept
        #: Numbers that the workbook gives to looks, by what they are for.
        self.looks: dict[Hashable, int] = {}
        self._rows: defaultdict[str, dict[int, bytes]] = defaultdict(dict)
        self._widest: defaultdict[str, int] = defaultdict(int)
        self._texts: dict[str, str] = {}
        self._letters = [get_column_letter(at) for at in range(1, 101)]

    def add(self, sheet: Worksheet, number: int, cells: Sequence[Cell], height: float | None) -> None:
        """Put a row at a number, from the first column on; its height in points where it is not the usual one."""
        while len(self._letters) < len(cells):
            self._letters.append(get_column_letter(len(self._letters) + 1))
        tall = "" if height is None else f' ht="{height:g}" customHeight="1"'
        told = "".join(
            f'<c r="{letter}{number}" s="{look}"{self._content(value)}'
            for letter, (value, look) in zip(self._letters, cells, strict=False)
        )
        self._rows[sheet.title][number] = f'<row r="{number}"{tall}>{told}</row>'.encode()
        self._widest[sheet.title] = max(self._widest[sheet.title], len(cells))

    def _content(self, value: Any) -> str:
        if isinstance(value, str):
            if value not in self._texts:
                self._texts[value] = _text(self._kept(value))
            return self._texts[value]
        value = self._kept(value)
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, bool):
            return f' t="b"><v>{int(value)}</v></c>'
        if isinstance(value, dt.date):
            return f"><v>{to_excel(value)}</v></c>"  # type: ignore[no-untyped-call]  # openpyxl has no types
        # a number of numpy says its type in its own words
        return f"><v>{value if isinstance(value, int) else float(value)!r}</v></c>"

    def save(self, book: Workbook, path: Path) -> None:
        """Write the workbook with these rows in their places among those that it has."""
        sheets = {
            f"xl/worksheets/sheet{at}.xml": (self._rows[sheet.title], self._widest[sheet.title])
            for at, sheet in enumerate(book.worksheets, start=1)
            if sheet.title in self._rows
        }
        with _Archive(path, sheets) as archive:
            ExcelWriter(book, archive).save()


def _text(text: str) -> str:
    safe = escape(text, quote=False).replace("\r", "&#13;")
    return f' t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


class _Archive(zipfile.ZipFile):
    """The file of a workbook, in which sheets get their further rows on the way, and pictures stand as they are."""

    def __init__(self, path: Path, sheets: Mapping[str, tuple[Mapping[int, bytes], int]]) -> None:
        super().__init__(path, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._sheets = sheets

    def write(
        self,
        filename: str | PathLike[str],
        arcname: str | PathLike[str] | None = None,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a file; one of the sheets with its rows."""
        rows = self._sheets.get(str(arcname))
        if rows is None:
            super().write(filename, arcname, compress_type, compresslevel)
            return
        self.writestr(str(arcname), _joined(Path(filename).read_bytes(), *rows), compress_type, compresslevel)

    def writestr(
        self,
        zinfo_or_arcname: str | zipfile.ZipInfo,
        data: Any,
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add what a file holds; pictures are packed already."""
        if str(zinfo_or_arcname).endswith(".png"):
            compress_type = zipfile.ZIP_STORED
        super().writestr(zinfo_or_arcname, data, compress_type, compresslevel)


def _joined(sheet: bytes, rows: Mapping[int, bytes], widest: int) -> bytes:
    """A sheet's own rows and the further ones, in their order."""
    data = _DATA.search(sheet)
    assert data is not None  # every sheet has its data
    own = {int(one[1] or one[2]): one[0] for one in _ROW.finditer(data[1] or b"")}
    both = {**own, **rows}
    body = b"".join(both[number] for number in sorted(both))
    head = sheet[: data.start()]
    known = _EXTENT.search(head)
    if known is not None:
        across = max(widest, range_boundaries(known[1].decode())[2] or 1)
        extent = f"A1:{get_column_letter(across)}{max(both)}".encode()
        head = head[: known.start(1)] + extent + head[known.end(1) :]
    return b"".join([head, b"<sheetData>", body, b"</sheetData>", sheet[data.end() :]])
