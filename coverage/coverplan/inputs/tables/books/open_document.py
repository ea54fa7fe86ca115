"""OpenDocument spreadsheets (ods), read as a stream with limits on what its repeat counts may unfold to."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from xml.parsers import expat

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.grid import MAX_CELLS, MAX_COLUMNS, Grid, Range

_NUMBERS = frozenset({"float", "currency", "percentage"})
_MAX_ROWS = 1_100_000
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
#: Parts that stand among a sheet's rows or a cell's texts and are none of them.
_NOT_SPOKEN = frozenset(
    {"table:shapes", "table:tracked-changes", "office:forms", "text:ruby-text", "text:note"}
)
_MOST_BLANKS = 1_000
_BLANKS = re.compile(r"[ \t\r\n]+")


def read_open_document(path: Path, problems: Problems) -> list[Grid] | None:
    """Sheets of an ods file; None, with the reason in `problems`, when it cannot be read."""
    reader = _Reader()
    try:
        with zipfile.ZipFile(path) as archive, archive.open("content.xml") as content:
            reader.parse(content)
    except (expat.ExpatError, LookupError, ValueError, OSError, zipfile.BadZipFile) as error:
        problems.add(
            Problem(f"the workbook cannot be read: {error}", path, remedy="save it again", code="broken_file")
        )
        return None
    return reader.grids


class _Reader:
    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self._cells: list[list[object]] = []
        self._merged: list[Range] = []
        self._row: list[object] = []
        self._row_repeat = 1
        self._cell: dict[str, str] | None = None
        self._text: list[str] = []
        self._name = ""
        self._hidden = False
        self._count = 0
        self._foreign = 0
        self._style = ""
        self._hiding: set[str] = set()
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._column = 0
        self._row_shown = True

    def parse(self, content: object) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = _refuse
        parser.ParseFile(content)  # type: ignore[arg-type]

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._foreign or (self._cell is not None and not tag.startswith("text:")) or tag in _NOT_SPOKEN:
            self._foreign += 1  # a comment, a picture or a shape of a cell: none of their texts is the cell's
        elif tag == "style:style":
            self._style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self._hiding.add(self._style)
        elif tag == "table:table":
            self._name, self._cells, self._merged = attributes.get("table:name", ""), [], []
            self._hidden = attributes.get("table:style-name") in self._hiding
            self._hidden_rows, self._hidden_columns, self._column = set(), set(), 0
        elif tag == "table:table-column":
            self._pass_columns(attributes)
        elif tag == "table:table-row":
            self._row, self._row_repeat = [], _repeat(attributes, "table:number-rows-repeated")
            self._row_shown = _shown(attributes)
        elif tag in _CELLS:
            self._cell, self._text = attributes, []
        elif self._cell is not None:
            self._text_part(tag, attributes)

    def _pass_columns(self, attributes: dict[str, str]) -> None:
        last = self._column + _repeat(attributes, "table:number-columns-repeated")
        if not _shown(attributes):
            self._hidden_columns.update(range(self._column, min(last, MAX_COLUMNS)))
        self._column = last

    def _text_part(self, tag: str, attributes: dict[str, str]) -> None:
        if (tag == "text:p" and self._text) or tag == "text:line-break":
            self._text.append("\n")
        elif tag == "text:s":
            self._text.append(" " * min(_repeat(attributes, "text:c"), _MOST_BLANKS))
        elif tag == "text:tab":
            self._text.append("\t")

    def _characters(self, text: str) -> None:
        if self._cell is not None and not self._foreign:
            self._text.append(_BLANKS.sub(" ", text))

    def _end(self, tag: str) -> None:
        if self._foreign:
            self._foreign -= 1
        elif tag in _CELLS and self._cell is not None:
            self._add_cell(self._cell)
            self._cell = None
        elif tag == "table:table-row":
            self._add_row()
        elif tag == "table:table":
            while self._cells and not self._cells[-1]:
                self._cells.pop()
            self.grids.append(
                Grid(
                    self._name,
                    self._cells,
                    tuple(self._merged),
                    hidden=self._hidden,
                    hidden_rows=frozenset(self._hidden_rows),
                    hidden_columns=frozenset(self._hidden_columns),
                )
            )

    def _add_cell(self, attributes: dict[str, str]) -> None:
        value = _value(attributes, "".join(self._text))
        repeat = _repeat(attributes, "table:number-columns-repeated")
        down = _repeat(attributes, "table:number-rows-spanned")
        across = _repeat(attributes, "table:number-columns-spanned")
        if down > 1 or across > 1:
            row, column = len(self._cells), len(self._row)
            self._merged.append((row, column, row + down - 1, column + across - 1))
        if value is not None and repeat > MAX_COLUMNS:
            raise ValueError("a cell is repeated too often")
        self._row += [value] * min(repeat, MAX_COLUMNS)

    def _add_row(self) -> None:
        row = self._row[:MAX_COLUMNS]
        while row and row[-1] is None:
            row.pop()
        if not row and self._row_repeat > 1000:
            return  # the empty rest of the sheet
        self._count += max(len(row), 1) * self._row_repeat
        if self._count > MAX_CELLS or len(self._cells) + self._row_repeat > _MAX_ROWS:
            raise ValueError("its rows unfold to more cells than a sheet can hold")
        if not self._row_shown:
            self._hidden_rows.update(range(len(self._cells), len(self._cells) + self._row_repeat))
        self._cells += [list(row) for _ in range(self._row_repeat)]


def _value(attributes: dict[str, str], text: str) -> object:
    kind = attributes.get("office:value-type", "")
    if kind in _NUMBERS:
        number = float(attributes.get("office:value", "nan"))
        return int(number) if number.is_integer() else number
    if kind == "date":
        return dt.datetime.fromisoformat(attributes.get("office:date-value", ""))
    if kind == "boolean":
        return attributes.get("office:boolean-value") == "true"
    return text or None


def _shown(attributes: dict[str, str]) -> bool:
    """Whether a row or column is shown; it may be hidden by hand or by a filter."""
    return attributes.get("table:visibility", "visible") == "visible"


def _repeat(attributes: dict[str, str], name: str) -> int:
    count = int(attributes.get(name, "1"))
    if not 1 <= count <= _MAX_ROWS:
        raise ValueError(f"{name} is {count}")
    return count


def _refuse(*_: object) -> None:
    raise ValueError("it defines XML entities")
