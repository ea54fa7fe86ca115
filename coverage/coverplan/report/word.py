"""The report as a Word file: real headings, captions, contents, page numbers and repeated table heads."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from coverplan.report.cellformat import written
from coverplan.report.content import (
    Blank,
    Block,
    Bullets,
    Column,
    Contents,
    Document,
    Figure,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Table,
    Tone,
)
from coverplan.report.png import png
from coverplan.text.words import Words

#: Fonts that Word has on every Chinese PC: letters of the text, of headings, and Latin ones. None is embedded.
SONG, HEI, LATIN = "宋体", "黑体", "Times New Roman"
#: A4 and its margins.
SHORT_MM, LONG_MM = 210, 297
UPRIGHT_MARGINS_MM, WIDE_MARGINS_MM = (25, 25), (18, 20)
BODY_PT, TABLE_PT, NOTE_PT = 10.5, 8.0, 8.5
#: Letters of column widths that fill an upright and a wide page.
UPRIGHT_LETTERS, WIDE_LETTERS = 92.0, 140.0
#: Characters that no XML file may hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

ACCENT, SOFT, ALARM = RGBColor(0x0B, 0x4F, 0x79), RGBColor(0x5F, 0x63, 0x68), RGBColor(0x8A, 0x3B, 0x00)
_COLOURS: dict[Tone, RGBColor] = {
    "good": ACCENT,
    "fair": ACCENT,
    "warn": RGBColor(0x7A, 0x52, 0x00),
    "bad": RGBColor(0x9C, 0x2F, 0x00),
    "muted": SOFT,
}


def write_word(document: Document, path: Path) -> None:
    """Write the Word file of a report."""
    _Writer(document).write(path)


class _Writer:
    """Writes block after block into one Word file."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._words = Words(document.language)
        self._file: WordDocument = docx.Document()
        self._wide = False
        self._bookmarks = 0

    def write(self, path: Path) -> None:
        _set_styles(self._file, self._document.language)
        _set_page(self._file.sections[0], wide=False)
        self._edges(self._file.sections[0])
        self._cover()
        for block in self._document.blocks:
            self._block(block)
        _keep_fields_fresh(self._file)
        core = self._file.core_properties
        core.title, core.author, core.comments = clean(self._document.head.title), "coverplan", ""
        with path.open("wb") as file:
            self._file.save(file)

    def _cover(self) -> None:
        head = self._document.head
        for _ in range(5):
            self._file.add_paragraph()
        self._file.add_paragraph(clean(head.title), style="Title")
        self._centred(head.subtitle, 15)
        if head.mark:
            self._centred(head.mark, 11, colour=ALARM, bold=True)
        for _ in range(3):
            self._file.add_paragraph()
        for fact in head.facts:
            self._centred(fact, 11, colour=SOFT)

    def _centred(self, text: str, size: float, *, colour: RGBColor | None = None, bold: bool = False) -> None:
        paragraph = self._file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(clean(text))
        run.font.size, run.bold = Pt(size), bold
        if colour is not None:
            run.font.color.rgb = colour

    def _edges(self, section: Any) -> None:
        """Mark at the top, name and page number at the foot; later sections follow the first."""
        if self._document.head.mark:
            top = section.header.paragraphs[0]
            top.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = top.add_run(self._document.head.mark)
            run.font.size, run.bold, run.font.color.rgb = Pt(NOTE_PT), True, ALARM
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = foot.add_run(clean(self._document.head.foot) + "   ")
        run.font.size = Pt(NOTE_PT)
        add_field(foot, "PAGE", "1")

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Bullets):
            style = "List Number" if block.ordered else "List Bullet"
            for item in block.items:
                self._file.add_paragraph(clean(item), style=style)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Figure):
            self._figure(block)
        elif isinstance(block, PageBreak):
            self._page(block)
        elif isinstance(block, Contents):
            self._contents(block)
        elif isinstance(block, Blank):
            self._blank(block)

    def _heading(self, heading: Heading) -> None:
        paragraph = self._file.add_heading(level=heading.level)
        self._bookmarks += 1
        _bookmarked(paragraph, clean(heading.text), f"_Toc{self._bookmarks:06d}", self._bookmarks)

    def _paragraph(self, paragraph: Paragraph) -> None:
        style = {"lead": "Lead", "warning": "Warning", "note": "Note"}.get(paragraph.style, "Body Text")
        self._file.add_paragraph(clean(paragraph.text), style=style)

    def _page(self, page: PageBreak) -> None:
        if page.wide == self._wide:
            self._file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
            return
        self._wide = page.wide
        _set_page(self._file.add_section(WD_SECTION.NEW_PAGE), wide=page.wide)

    def _contents(self, contents: Contents) -> None:
        """A field that Word fills; until then it shows the headings with links to them."""
        self._file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        self._file.add_paragraph(clean(contents.title), style="Contents Title")
        headings = [b for b in self._document.blocks if isinstance(b, Heading)]
        shown = [(i, h) for i, h in enumerate(headings, start=1) if h.level <= 2]
        paragraphs = [self._file.add_paragraph(style=f"TOC {h.level}") for _, h in shown]
        if not paragraphs:
            return
        _open_field(paragraphs[0], 'TOC \\o "1-2" \\h \\z \\u')
        for paragraph, (number, heading) in zip(paragraphs, shown, strict=True):
            _link(paragraph, clean(heading.text), f"_Toc{number:06d}")
        _close_field(paragraphs[-1])

    def _table(self, table: Table) -> None:
        self._caption("report.web.table", table.number, table.caption, before=True)
        grid = self._file.add_table(rows=1, cols=len(table.columns))
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        widths = self._widths(table.columns)
        _frame(grid, widths)
        _fill_head(grid, table.columns)
        for row in table.rows:
            self._row(grid, row, table.columns)
        for row_of_grid in grid.rows:
            for cell, width in zip(row_of_grid._tr.tc_lst, widths, strict=True):  # noqa: SLF001 - see _row
                cell.width = width
        note = self._file.add_paragraph(clean(table.note or ""), style="Note")
        note.paragraph_format.space_after = Pt(8)

    def _widths(self, columns: tuple[Column, ...]) -> list[Emu]:
        """Widths of columns that fit between the margins of the page."""
        letters = sum(column.width for column in columns)
        room = _room(self._wide) * min(1.0, letters / (WIDE_LETTERS if self._wide else UPRIGHT_LETTERS))
        return [Emu(int(room * column.width / letters)) for column in columns]

    def _row(self, grid: WordTable, row: Row, columns: tuple[Column, ...]) -> None:
        # one cell at a time from the row's own element: python-docx's cells cost the square of the rows
        line = grid.add_row()  # type: ignore[no-untyped-call]
        _never_split(line._tr)  # noqa: SLF001
        for element, value, column in zip(line._tr.tc_lst, row.values, columns, strict=True):  # noqa: SLF001
            paragraph = WordParagraph(element.p_lst[0], line)
            paragraph.style = self._file.styles["Cell"]
            if column.numeric and not isinstance(value, str):
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            run = paragraph.add_run(clean(written(value, column, self._words)))
            _set_tone(run, row.tones.get(column.key), row.kind)
            if row.kind == "total":
                _shade(element, "F3F4F6")
            elif row.tones.get(column.key) == "reported":
                _shade(element, "E8E8E8")

    def _figure(self, figure: Figure) -> None:
        paragraph = self._file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        width = min(Pt(figure.drawing.width), _room(self._wide))
        picture = paragraph.add_run().add_picture(io.BytesIO(png(figure.drawing)), width=width)
        picture._inline.docPr.set("descr", clean(figure.alt))  # noqa: SLF001 - python-docx has no door for it
        self._caption("report.web.figure", figure.number, figure.caption, before=False)
        if figure.note:
            self._file.add_paragraph(clean(figure.note), style="Note")

    def _caption(self, key: str, number: int, caption: str, *, before: bool) -> None:
        """Number as a field that Word counts, with the number it will find."""
        paragraph = self._file.add_paragraph(style="Caption")
        paragraph.paragraph_format.keep_with_next = before
        start, _, end = self._words(key, number="\0", caption=caption).partition("\0")
        paragraph.add_run(clean(start))
        add_field(paragraph, f"SEQ {start.strip()} \\* ARABIC", str(number))
        paragraph.add_run(clean(end))

    def _blank(self, blank: Blank) -> None:
        grid = self._file.add_table(rows=1 + blank.lines, cols=1)
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        _frame(grid, [Emu(int(_room(self._wide)))])
        cell = grid.rows[0].cells[0]
        cell.paragraphs[0].style = self._file.styles["Cell"]
        cell.paragraphs[0].add_run(clean(blank.title)).bold = True
        for row in grid.rows[1:]:
            row.height = Mm(9)


def clean(text: str) -> str:
    """Text without characters that no XML file may hold."""
    return UNPRINTABLE.sub("\ufffd", text)


def add_field(paragraph: WordParagraph, code: str, shown: str) -> None:
    """A field such as PAGE, with what it shows until Word counts again."""
    _open_field(paragraph, code)
    paragraph.add_run(shown)
    _close_field(paragraph)


def _open_field(paragraph: WordParagraph, code: str) -> None:
    _field_mark(paragraph, "begin")
    instruction = OxmlElement("w:instrText")
    instruction.set(qn("xml:space"), "preserve")
    instruction.text = f" {code} "
    paragraph.add_run()._r.append(instruction)  # noqa: SLF001 - fields are made of raw elements
    _field_mark(paragraph, "separate")


def _close_field(paragraph: WordParagraph) -> None:
    _field_mark(paragraph, "end")


def _field_mark(paragraph: WordParagraph, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)  # noqa: SLF001


def _link(paragraph: WordParagraph, text: str, bookmark: str) -> None:
    """A line of the contents that leads to its heading, with the page on which it stands as a field."""
    link = OxmlElement("w:hyperlink")
    link.set(qn("w:anchor"), bookmark)
    link.set(qn("w:history"), "1")
    first = len(paragraph._p)  # noqa: SLF001
    paragraph.add_run(text + "\t")
    add_field(paragraph, f"PAGEREF {bookmark} \\h", "")
    moved = list(paragraph._p)[first:]  # noqa: SLF001
    paragraph._p.append(link)  # noqa: SLF001
    link.extend(moved)


def _bookmarked(paragraph: WordParagraph, text: str, name: str, number: int) -> None:
    start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    start.set(qn("w:id"), str(number))
    start.set(qn("w:name"), name)
    end.set(qn("w:id"), str(number))
    paragraph._p.append(start)  # noqa: SLF001
    paragraph.add_run(text)
    paragraph._p.append(end)  # noqa: SLF001


def _fill_head(grid: WordTable, columns: tuple[Column, ...]) -> None:
    """Heads in bold on grey, repeated on every page."""
    row = grid.rows[0]
    again = OxmlElement("w:tblHeader")
    again.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(again)  # noqa: SLF001
    _never_split(row._tr)  # noqa: SLF001
    for cell, column in zip(row.cells, columns, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.style = "Cell"
        paragraph.paragraph_format.keep_with_next = True
        title = column.title + (f" ({column.unit})" if column.unit else "")
        paragraph.add_run(clean(title)).bold = True
        if column.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _shade(cell._tc, "E3E8ED")  # noqa: SLF001


def _frame(grid: WordTable, widths: Iterable[Emu]) -> None:
    """Fixed layout, thin lines, narrow cell margins; the widths also stand in the grid."""
    properties = grid._tbl.tblPr  # noqa: SLF001
    grid.autofit = False
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        border = OxmlElement(f"w:{side}")
        strong = side in {"top", "bottom"}
        border.set(qn("w:val"), "single")
        border.set(qn("w:sz"), "8" if strong else "4")
        border.set(qn("w:color"), "1A1A1A" if strong else "B5BAC0")
        borders.append(border)
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.insert_element_before(margins, "w:tblLook")
    for column, width in zip(grid._tbl.tblGrid.gridCol_lst, widths, strict=True):  # noqa: SLF001
        column.w = width


def _never_split(row: Any) -> None:
    whole = OxmlElement("w:cantSplit")
    whole.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(whole)


def _shade(cell: Any, fill: str) -> None:
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), fill)
    cell.get_or_add_tcPr().append(shade)


def _set_tone(run: Run, tone: Tone | None, kind: str) -> None:
    run.bold = kind == "total" or tone in {"good", "warn", "bad"}
    run.italic = kind == "rest" or tone in {"reported", "muted"}
    if tone in _COLOURS:
        run.font.color.rgb = _COLOURS[tone]


def _set_page(section: Any, *, wide: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (Mm(LONG_MM), Mm(SHORT_MM)) if wide else (Mm(SHORT_MM), Mm(LONG_MM))
    )
    sides, ends = WIDE_MARGINS_MM if wide else UPRIGHT_MARGINS_MM
    section.left_margin = section.right_margin = Mm(sides)
    section.top_margin = section.bottom_margin = Mm(ends)


def _room(wide: bool) -> Emu:  # noqa: FBT001 - one question
    """Width between the margins."""
    margins = WIDE_MARGINS_MM if wide else UPRIGHT_MARGINS_MM
    return Emu(int(Mm((LONG_MM if wide else SHORT_MM) - 2 * margins[0])))


def _set_styles(file: WordDocument, language: str) -> None:
    """Fonts, sizes and distances of every style that is used; East Asian letters have a font of their own."""
    _style(file, "Normal", SONG, BODY_PT)
    _style(file, "Title", HEI, 22, colour=ACCENT).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for level, size in ((1, 16), (2, 13), (3, 11)):
        style = _style(file, f"Heading {level}", HEI, size, colour=ACCENT, bold=False)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12), Pt(6)
        style.paragraph_format.keep_with_next = True
    body = _style(file, "Body Text", SONG, BODY_PT)
    body.paragraph_format.space_after = Pt(6)
    caption = _style(file, "Caption", HEI, 9, colour=RGBColor(0x1A, 0x1A, 0x1A), bold=False)
    caption.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(8), Pt(3)
    lead = _style(file, "Lead", "仿宋", 13, add=True)
    lead.paragraph_format.space_after, lead.paragraph_format.line_spacing = Pt(8), 1.5
    if language == "zh":
        lead.paragraph_format.first_line_indent = Pt(26)
    _style(file, "Warning", HEI, 11, colour=ALARM, add=True).paragraph_format.space_after = Pt(8)
    note = _style(file, "Note", SONG, NOTE_PT, colour=SOFT, add=True)
    note.paragraph_format.space_after = Pt(4)
    cell = _style(file, "Cell", SONG, TABLE_PT, add=True)
    cell.paragraph_format.space_after = cell.paragraph_format.space_before = Pt(1)
    _style(file, "Contents Title", HEI, 16, colour=ACCENT, add=True).paragraph_format.space_after = Pt(10)
    for level in (1, 2):
        entry = _style(file, f"TOC {level}", SONG, BODY_PT, add=True)
        entry.paragraph_format.left_indent = Pt(14 * (level - 1))
        _dotted_tab(entry)
    for name in ("List Number", "List Bullet"):
        _style(file, name, SONG, BODY_PT)


def _style(
    file: WordDocument,
    name: str,
    font: str,
    size: float,
    *,
    colour: RGBColor | None = None,
    bold: bool | None = None,
    add: bool = False,
) -> Any:
    style: Any = file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH) if add else file.styles[name]
    style.font.name, style.font.size = LATIN, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    if colour is not None:
        style.font.color.rgb = colour
    if bold is not None:
        style.font.bold = bold
    style.font.italic = False
    return style


def _dotted_tab(style: Any) -> None:
    """Page numbers stand at the right edge, with dots before them."""
    stops = style.paragraph_format.tab_stops
    stops.add_tab_stop(_room(False), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _keep_fields_fresh(file: WordDocument) -> None:
    """Word counts pages and contents anew when the file is opened."""
    update = OxmlElement("w:updateFields")
    update.set(qn("w:val"), "true")
    later = ("w:hdrShapeDefaults", "w:footnotePr", "w:endnotePr", "w:compat", "w:rsids", "m:mathPr")
    file.settings.element.insert_element_before(update, *later)
