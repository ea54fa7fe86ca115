"""Workbooks: every table on a sheet of its own with heads, filters and frozen rows; a report sheet by sheet."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Hashable, Sequence
from copy import copy
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from coverplan.report.cellformat import absent, excel_format
from coverplan.report.content import (
    Blank,
    Block,
    Bullets,
    Column,
    Contents,
    Document,
    Figure,
    Gallery,
    Head,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    RowKind,
    Table,
    Tone,
    Value,
)
from coverplan.report.documents.sheet_body import Bodies
from coverplan.report.drawings.png import Pictures
from coverplan.text.cells import as_text, text_lines
from coverplan.text.words import UNKNOWN, Words

#: Excel allows no longer sheet name, and none of these characters.
LONGEST_NAME = 31
FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
#: Characters that no XML file may hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
WIDEST = 60
#: How wide a column may grow for a table that stands below another one on the same sheet.
WIDEST_BELOW = 26
#: Tallest row that a spreadsheet takes.
TALLEST_POINTS = 400.0
POINTS_PER_PIXEL = 0.75
ROW_POINTS = 15.0
#: A line of wrapped text; Chinese type stands higher than a row of Latin.
LINE_POINTS = 16.5
#: Columns that a paragraph spans, and the width of one that no table widened.
MERGED, USUAL_WIDTH = 10, 8.43

#: Looks of one workbook by what they are for.
Looks = dict[Hashable, Any]

_THIN, _THICK = Side(style="thin", color="C9CDD2"), Side(style="medium", color="1A1A1A")
_HEAD = PatternFill("solid", fgColor="E3E8ED")
_TOTAL = PatternFill("solid", fgColor="F3F4F6")
_REPORTED = PatternFill("lightUp", fgColor="BBBBBB")
_COLOURS: dict[Tone, str] = {
    "good": "0B4F79",
    "fair": "0B4F79",
    "warn": "7A5200",
    "bad": "9C2F00",
    "muted": "5F6368",
}


def write_table_book(tables: Sequence[Table], path: Path, *, head: Head, words: Words) -> None:
    """A workbook with a first sheet that says what it is, and one table to a sheet."""
    book, bodies = Workbook(), Bodies(_cell_value)
    about = book.active
    assert isinstance(about, Worksheet)  # a new workbook has one
    about.title = words("report.book.about")
    for table in tables:
        sheet = book.create_sheet(_sheet_name(table.name or table.caption, table.key, book.sheetnames))
        _table_sheet(sheet, table, head.mark, words, bodies)
    _about(about, head, words, list(zip(book.sheetnames[1:], tables, strict=True)))
    bodies.save(book, path)


def write_report_book(document: Document, path: Path, pictures: Pictures) -> None:
    """A workbook of a report: one sheet for each of its sections, in reading order."""
    words = Words(document.language)
    book, shared = Workbook(), (Looks(), Bodies(_cell_value))
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # a new workbook has one
    sheet.title = words("report.section.summary")
    page = _Page(sheet, document, pictures, *shared)
    sheet.page_setup.fitToHeight = 1  # the summary is one page
    page.cover()
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1 and block.key != "summary":
            page.finish()
            sheet = book.create_sheet(_sheet_name(block.text, block.key, book.sheetnames))
            page = _Page(sheet, document, pictures, *shared)
        page.add(block)
    page.finish()
    shared[-1].save(book, path)


class _Page:
    """Fills one sheet of a report from the top down."""

    def __init__(
        self, sheet: Worksheet, document: Document, pictures: Pictures, looks: Looks, bodies: Bodies
    ) -> None:
        self._sheet, self._document, self._pictures = sheet, document, pictures
        self._looks, self._bodies = looks, bodies
        self._words = Words(document.language)
        self._row = 1
        self._tables: list[tuple[Table, int]] = []
        self._paragraphs: list[tuple[int, str, float]] = []
        self._begun = False
        _print_setup(sheet, document.head.mark)
        if document.head.mark:
            self._line(document.head.mark, bold=True, colour="8A3B00")

    def cover(self) -> None:
        self._line(self._document.head.title, bold=True, size=18)
        self._line(self._document.head.subtitle, size=13)
        for fact in self._document.head.facts:
            self._line(fact, colour="5F6368")

    def add(self, block: Block) -> None:
        """Write a block; the list of contents is the row of sheets itself."""
        writers: dict[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Blank: self._blank,
            Figure: self._figure,
            Gallery: self._gallery,
            Table: self._table,
            PageBreak: self._page,
            Contents: lambda _: None,
        }
        writers[type(block)](block)
        self._begun |= not isinstance(block, PageBreak | Contents)

    def finish(self) -> None:
        """Write the rows of all tables and set the heights of paragraphs, once no column grows any more."""
        known = self._sheet.column_dimensions
        letters = [get_column_letter(at) for at in range(1, MERGED + 1)]
        room = sum(known[letter].width if letter in known else USUAL_WIDTH for letter in letters)
        for row, text, points in self._paragraphs:
            self._sheet.row_dimensions[row].height = text_lines(text, room) * points
        for table, top in self._tables:
            _fill(self._sheet, table, top, self._bodies)

    def _heading(self, heading: Heading) -> None:
        self._row += 1
        self._line(heading.text, bold=True, size={1: 15, 2: 12}.get(heading.level, 11), colour="0B4F79")

    def _paragraph(self, paragraph: Paragraph) -> None:
        bold = paragraph.style in {"lead", "brief", "warning"}
        colour = "5F6368" if paragraph.style == "note" else None
        self._line(paragraph.text, bold=bold, colour=colour, wrap=True)

    def _bullets(self, bullets: Bullets) -> None:
        for item in bullets.items:
            self._line(f"• {item}", wrap=True)

    def _blank(self, blank: Blank) -> None:
        self._line(blank.title, bold=True)
        self._row += blank.lines

    def _gallery(self, gallery: Gallery) -> None:
        for figure in gallery.figures:
            self._figure(figure)

    def _page(self, _: PageBreak) -> None:
        if self._begun:  # a cover is no page of its own
            self._sheet.row_breaks.append(Break(id=self._row - 1))

    def _table(self, table: Table) -> None:
        self._row += 1
        caption = self._words("report.web.table", number=table.number, caption=table.caption)
        self._line(caption, bold=True)
        _widen(self._sheet, table, WIDEST_BELOW if self._tables else WIDEST)
        self._tables.append((table, self._row))
        self._row += len(table.rows) + 1
        if table.note:
            self._line(table.note, size=9, colour="5F6368", wrap=True)

    def _figure(self, figure: Figure) -> None:
        picture = Image(io.BytesIO(self._pictures.png(figure)))
        picture.width = round(figure.drawing.width / POINTS_PER_PIXEL)
        picture.height = round(figure.drawing.height / POINTS_PER_PIXEL)
        self._row += 1
        self._sheet.add_image(picture, f"A{self._row}")
        self._row += int(figure.drawing.height / ROW_POINTS) + 1
        caption = self._words("report.web.figure", number=figure.number, caption=figure.caption)
        self._line(caption, bold=True)

    def _line(
        self,
        text: str,
        *,
        bold: bool = False,
        size: float | None = None,
        colour: str | None = None,
        wrap: bool = False,
    ) -> None:
        cell = self._sheet.cell(self._row, 1, _cell_value(text))
        look = bold, size, colour, wrap
        if not _known(cell, look, self._looks):
            cell.font = Font(bold=bold, size=size, color=colour)
            if wrap:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            self._looks[look] = copy(cell._style)  # noqa: SLF001
        points = max(LINE_POINTS if wrap else ROW_POINTS, 1.5 * (size or 0))
        if wrap:
            # the library's own way makes an object of each cell that nobody sees any more
            self._sheet.merged_cells.ranges.add(CellRange(None, 1, self._row, MERGED, self._row))
            self._paragraphs.append((self._row, text, points))
        self._sheet.row_dimensions[self._row].height = points
        self._row += 1


def _about(sheet: Worksheet, head: Head, words: Words, tables: list[tuple[str, Table]]) -> None:
    mark = head.mark
    lines = [
        head.title,
        *([mark] if mark else []),
        *head.facts,
        words("report.book.how"),
        words("report.legend_values"),
    ]
    for row, text in enumerate(lines, start=1):
        cell = sheet.cell(row, 1, _cell_value(text))
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=3)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.row_dimensions[row].height = ROW_POINTS * (1 + len(text) // 50)
    sheet["A1"].font = Font(bold=True, size=15)
    sheet.row_dimensions[1].height = 24
    if mark:
        sheet["A2"].font = Font(bold=True, color="8A3B00")
    _print_setup(sheet, mark)
    row = len(lines) + 2
    heads = (words("report.book.sheet"), words("report.column.is"), words("report.book.rows"))
    for column, text in enumerate(heads, start=1):
        _style_head(sheet.cell(row, column, text))
    for name, table in tables:
        row += 1
        link = sheet.cell(row, 1, _cell_value(name))
        link.hyperlink = f"#'{name}'!A1"
        link.font = Font(underline="single", color="0B4F79")
        sheet.cell(row, 2, _cell_value(table.caption))
        sheet.cell(row, 3, len(table.rows))
    for letter, width in zip("ABC", (30, 60, 10), strict=True):
        sheet.column_dimensions[letter].width = width


def _table_sheet(sheet: Worksheet, table: Table, mark: str | None, words: Words, bodies: Bodies) -> None:
    """Caption and note in the first rows, heads in the third, frozen and with filters."""
    sheet["A1"] = _cell_value(table.caption + (f"　{mark}" if mark else ""))
    sheet["A1"].font = Font(bold=True, size=13, color="8A3B00" if mark else None)
    sheet["A2"] = _cell_value(table.note or words("report.internal"))
    sheet["A2"].font = Font(size=9, color="5F6368")
    _widen(sheet, table, WIDEST)
    _fill(sheet, table, 3, bodies)
    body = [position for position, row in enumerate(table.rows) if row.kind == "body"]
    last = 4 + max(body, default=0) if len(table.rows) == len(body) + 1 else 3 + len(table.rows)
    sheet.auto_filter.ref = f"A3:{get_column_letter(len(table.columns))}{max(last, 4)}"
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"
    _print_setup(sheet, mark)


def _fill(sheet: Worksheet, table: Table, top: int, bodies: Bodies) -> None:
    """Put a table's heads and rows below `top`, as tall as their longest text needs; not every program does so by itself."""
    columns = table.columns
    widths = [sheet.column_dimensions[get_column_letter(i)].width for i in range(1, len(columns) + 1)]
    heads = [column.head for column in columns]
    if "head" not in bodies.looks:
        _style_head(cell := Cell(sheet, row=1, column=1))
        bodies.looks["head"] = cell.style_id
    bodies.add(sheet, top, [(head, bodies.looks["head"]) for head in heads], _height(heads, widths))
    for number, row in enumerate(table.rows, start=top + 1):
        cells = [
            (value, _number(sheet, row, column, value, bodies))
            for value, column in zip(row.values, columns, strict=True)
        ]
        bodies.add(sheet, number, cells, _height(row.values, widths))


def _height(values: Sequence[Value], widths: Sequence[float]) -> float | None:
    """Points of a row whose longest text takes several lines, else None."""
    lines = max(
        (
            text_lines(text, width)
            for text, width in zip(values, widths, strict=True)
            if isinstance(text, str)
        ),
        default=1,
    )
    return min(TALLEST_POINTS, lines * LINE_POINTS) if lines > 1 else None


def _style_head(cell: Any) -> None:
    cell.font, cell.fill = Font(bold=True), _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
    cell.border = Border(bottom=_THICK, top=_THICK)


def _known(cell: Any, key: Hashable, looks: Looks) -> bool:
    """Give a cell a look that the workbook has already; making one anew costs most of a workbook's time."""
    if key not in looks:
        return False
    cell._style = copy(looks[key])  # noqa: SLF001 - openpyxl's own way of copying a look
    return True


def _number(sheet: Worksheet, row: Row, column: Column, value: Value, bodies: Bodies) -> int:
    """Number of the look of a table's cell in its workbook."""
    text = isinstance(value, str)
    form = None if absent(value) else excel_format(value, column, row.decimals)
    key = (row.kind, row.tones.get(column.key), column.numeric, text, form)
    if key not in bodies.looks:
        cell = Cell(sheet, row=1, column=1)
        cell.font, cell.alignment, cell.border, cell.fill = _look(*key[:4])
        if form is not None:
            cell.number_format = form
        bodies.looks[key] = cell.style_id
    return bodies.looks[key]


def _look(
    kind: RowKind, tone: Tone | None, numeric: object, text: object
) -> tuple[Font, Alignment, Border, PatternFill]:
    """Font, alignment, border and fill of a kind of cell, as a key of looks says."""
    total = kind == "total"
    strong = total or tone in {"good", "warn", "bad"}
    italic = tone in {"reported", "muted"} or kind == "rest"
    fill = _REPORTED if tone == "reported" else _TOTAL if total else PatternFill()
    return (
        Font(bold=strong, italic=italic, color=_COLOURS.get(tone) if tone else None),
        # a number keeps off the text of the next column
        Alignment(
            wrap_text=text, vertical="top", horizontal="right" if numeric else "left", indent=bool(numeric)
        ),
        Border(bottom=_THIN, top=_THICK if total else None),
        fill,
    )


def _cell_value(value: Value) -> Any:
    """A value as a workbook keeps it: numbers as numbers, text that nobody runs."""
    if absent(value):
        return UNKNOWN
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str):
        return as_text(UNPRINTABLE.sub("\ufffd", value))
    return value if isinstance(value, (int, float, dt.date)) else str(value)


def _widen(sheet: Worksheet, table: Table, widest: float) -> None:
    for position, column in enumerate(table.columns, start=1):
        letter = get_column_letter(position)
        wanted = min(widest, max(column.width, column.least) * 1.25 + 3)
        known = sheet.column_dimensions[letter].width if letter in sheet.column_dimensions else 0.0
        sheet.column_dimensions[letter].width = max(known, wanted)


def _sheet_name(caption: str, key: str, taken: Sequence[str]) -> str:
    """A name that Excel takes: short, without forbidden characters, used once whatever its case."""
    whole = FORBIDDEN.sub(" ", UNPRINTABLE.sub(" ", caption)).strip()
    name = whole[:LONGEST_NAME].strip() or key[:LONGEST_NAME]
    if name != whole and name.isascii() and whole[len(name) : len(name) + 1].isalnum():
        words = name.rpartition(" ")[0].strip()
        name = words if len(words) > LONGEST_NAME // 2 else name  # not within a word
    used = {other.casefold() for other in taken}
    number = 2
    chosen = name
    while chosen.casefold() in used:
        ending = f" {number}"
        chosen = name[: LONGEST_NAME - len(ending)] + ending
        number += 1
    return chosen


def _print_setup(sheet: Worksheet, mark: str | None, *, wide: bool = True) -> None:
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    # openpyxl reads these as codes: an ampersand of our own is doubled
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="&P / &N"))
    if mark:
        sheet.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=mark.replace("&", "&&")))
