"""The report as a Word file: real headings, captions, contents, page numbers and repeated table heads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement, parse_xml
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from coverplan.report.content import (
    LEAST_WIDTH,
    Blank,
    Block,
    Bullets,
    Contents,
    Document,
    Figure,
    Gallery,
    Heading,
    PageBreak,
    Paragraph,
    Table,
    spread,
)
from coverplan.report.documents.word_end import WordEnd
from coverplan.report.documents.word_fields import (
    add_bookmarked,
    add_entry,
    add_field,
    add_text,
    close_field,
    numbered_xml,
    open_field,
)
from coverplan.report.documents.word_masthead import add_masthead
from coverplan.report.documents.word_pages import MOST_HEADINGS, office, pages_of
from coverplan.report.documents.word_styles import ALARM, NOTE_PT, set_styles
from coverplan.report.documents.word_table import (
    blank_xml,
    clean,
    head_points,
    note_xml,
    table_xml,
    whole_points,
)
from coverplan.report.drawings.png import Pictures
from coverplan.text.words import Words

#: A4 and its margins.
SHORT_MM, LONG_MM = 210, 297
UPRIGHT_MARGINS_MM, WIDE_MARGINS_MM = (25, 20), (18, 20)
#: Letters of column widths that fill an upright and a wide page.
UPRIGHT_LETTERS, WIDE_LETTERS = 92.0, 140.0

#: Width of a picture beside sentences, which take more room in English.
BESIDE_PT = {"zh": 185.0, "en": 136.0}
#: Headings of these levels stand in the contents.
LISTED_LEVELS = 2
#: Who is named as the author.
MAKER = "coverplan"
#: How much wider the letters of a number may be where the font is another and the numbers are bold.
EASE = 1.25
#: Letters that a property of the file may have.
LONGEST_PROPERTY = 255

#: Names of the styles that are no body text.
_STYLES = {"lead": "Lead", "brief": "Brief", "warning": "Warning", "note": "Note", "close": "Closing Line"}


def write_word(document: Document, path: Path, pictures: Pictures) -> None:
    """Write the Word file of a report."""
    _Writer(document, pictures).write(path)


class _Writer:
    """Writes block after block into one Word file."""

    def __init__(self, document: Document, pictures: Pictures) -> None:
        self._document, self._pictures = document, pictures
        self._words = Words(document.language)
        self._file: WordDocument = docx.Document()
        self._wide = self._break = self._headed = False
        self._next: tuple[Block, ...] = ()
        # blocks that stand in the file already, beside one before them
        self._written = 0
        self._headings = [block for block in document.blocks if isinstance(block, Heading)]
        self._bookmarks = 0
        self._entries: dict[int, WordParagraph] = {}
        self._end = WordEnd(self._file)

    def write(self, path: Path) -> None:
        set_styles(self._file, self._document.language, _room(wide=False))
        _set_page(self._file.sections[0], wide=False)
        self._edges(self._file.sections[0])
        add_masthead(self._end, self._document.head, _room(wide=False).pt, self._document.language)
        blocks = self._document.blocks
        for place, block in enumerate(blocks):
            self._next = blocks[place + 1 :]
            # the first section stands below the head of its page
            if place == 0 and isinstance(block, PageBreak) and not (block.wide and _needs_width(self._next)):
                continue
            if self._written:
                self._written -= 1
            else:
                self._block(block)
        self._properties()
        texts = [clean(heading.text) for heading in self._headings]
        program = office() if self._entries and len(texts) <= MOST_HEADINGS else None
        pages = None
        if program is not None:
            # numbers that are not known yet take the room of those that will stand there
            self._fill([0] * len(texts))
            self._save(path)
            pages = pages_of(path, texts, program)
        self._fill(pages)
        self._save(path)

    def _save(self, path: Path) -> None:
        with path.open("wb") as file:
            self._file.save(file)

    def _properties(self) -> None:
        """Who made it, of what and when, as a program shows it beside the file."""
        head, core = self._document.head, self._file.core_properties
        core.title, core.subject = (
            clean(head.title)[:LONGEST_PROPERTY],
            clean(head.subtitle)[:LONGEST_PROPERTY],
        )
        core.author = core.last_modified_by = MAKER
        core.comments, core.language = "", {"zh": "zh-CN", "en": "en-US"}[self._document.language]
        core.created = core.modified = (head.made or dt.datetime.now(dt.UTC)).astimezone(dt.UTC)

    def _add(self, place: Any, text: str, style: str) -> WordParagraph:
        """A paragraph of a style at the end of the file or of a cell."""
        if place is self._file:
            return self._end.paragraph(clean(text), style)
        paragraph: WordParagraph = place.add_paragraph()
        add_text(paragraph, clean(text))
        paragraph._p.style = self._end.style(style)  # noqa: SLF001
        return paragraph

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
        writers: dict[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Bullets: self._bullets,
            Table: self._table,
            Figure: self._figure,
            Gallery: self._gallery,
            PageBreak: self._page,
            Contents: self._contents,
            Blank: self._blank,
        }
        writers[type(block)](block)
        self._headed = isinstance(block, Heading)

    def _bullets(self, bullets: Bullets) -> None:
        for item in bullets.items:
            self._add(self._file, item, "List Number" if bullets.ordered else "List Bullet")

    def _heading(self, heading: Heading) -> None:
        paragraph = self._end.paragraph(style=f"Heading {heading.level}")
        if self._break:
            paragraph.paragraph_format.page_break_before, self._break = True, False
        if heading is self._headings[0]:
            paragraph.paragraph_format.space_before = Pt(
                4
            )  # it stands close below the head of the first page
        self._bookmarks += 1
        add_bookmarked(paragraph, clean(heading.text), _bookmark(self._bookmarks), self._bookmarks)

    def _paragraph(self, paragraph: Paragraph) -> None:
        style = _STYLES.get(paragraph.style, "Body Text")
        added = self._add(self._file, paragraph.text, style)
        # a heading with its first words does not stand alone below a page whose table is on the next
        if self._headed and self._next and isinstance(self._next[0], Table | Figure | Gallery):
            added.paragraph_format.keep_with_next = True

    def _page(self, page: PageBreak) -> None:
        """A new page, turned only where a table up to the next one needs it.

        A paragraph of its own for the break would itself stand alone on a page wherever the one before is full.
        """
        wide = page.wide and _needs_width(self._next)
        if wide != self._wide:
            self._wide = wide
            _set_page(self._file.add_section(WD_SECTION.NEW_PAGE), wide=wide)
        elif self._next and isinstance(self._next[0], Heading):
            self._break = True
        else:
            self._end.paragraph().add_run().add_break(WD_BREAK.PAGE)

    def _contents(self, contents: Contents) -> None:
        """Title of the contents and a line for each heading that they name; `_fill` writes the lines."""
        title = self._add(self._file, contents.title, "Contents Title")
        title.paragraph_format.page_break_before = True
        for number, heading in enumerate(self._headings, start=1):
            if heading.level <= LISTED_LEVELS:
                self._entries[number] = self._add(self._file, "", f"TOC {heading.level}")

    def _fill(self, pages: Sequence[int] | None) -> None:
        """Write the lines of the contents anew, with the page of each heading where it is known."""
        lines = list(self._entries.values())
        for line in lines:
            line._p[:] = [] if line._p.pPr is None else [line._p.pPr]  # noqa: SLF001
        if not lines:
            return
        open_field(lines[0], f'TOC \\o "1-{LISTED_LEVELS}" \\h \\z \\u')
        for number, line in self._entries.items():
            page = None if pages is None else str(pages[number - 1])
            add_entry(line, clean(self._headings[number - 1].text), _bookmark(number), page)
        close_field(lines[-1])

    def _table(self, table: Table) -> None:
        self._caption("report.web.table", table.number, table.caption, before=True)
        self._end.raw(parse_xml(table_xml(table, self._widths(table), self._words)))
        # a box to write into stands on a page with the rows before it
        kept = bool(self._next) and isinstance(self._next[0], Blank)
        self._end.raw(parse_xml(note_xml(self._end.style("Note"), clean(table.note or ""), kept=kept)))

    def _widths(self, table: Table) -> list[int]:
        """Twentieths of a point for each column, together no wider than the page's text; numbers stay on one line."""
        room, letters = _room(self._wide).pt, WIDE_LETTERS if self._wide else UPRIGHT_LETTERS
        points, heads = whole_points(table, self._words), head_points(table)
        # where a page is too narrow for everything, columns of text give way first, then heads break, and numbers never
        for ease, whole, giving in (
            (EASE, True, False),
            (1.0, True, False),
            (1.0, True, True),
            (1.0, False, True),
        ):
            least = [
                max(LEAST_WIDTH, max(ease * needed, head if whole else 0.0) * letters / room)
                for head, needed in zip(heads, points, strict=True)
            ]
            wanted = (0.0 if giving else column.width for column in table.columns)
            if sum(map(max, wanted, least)) <= letters:
                break
        return [int(20 * room * part) for part in spread(table.columns, letters, least)]

    def _gallery(self, gallery: Gallery) -> None:
        """Pictures two in a row, in a table without lines; the last row has none of its own page."""
        grid = self._file.add_table(rows=-(-len(gallery.figures) // 2), cols=2)
        grid.alignment = WD_TABLE_ALIGNMENT.CENTER
        for row in grid.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001
        width = Emu(int(_room(self._wide) / 2 - Mm(4)))
        for position, figure in enumerate(gallery.figures):
            cell = grid.cell(position // 2, position % 2)
            self._picture(cell.paragraphs[0], figure, width)
            self._captioned(cell, figure)
        for cell in grid.rows[-2].cells if len(grid.rows) > 1 else ():
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
        if gallery.note:
            self._add(self._file, gallery.note, "Note")

    def _beside(self, figure: Figure) -> None:
        """Brief sentences on the left of a picture, in a table without lines."""
        told = [b.text for b in takewhile(_is_brief, self._next) if isinstance(b, Paragraph)]
        self._written = len(told)
        grid = self._file.add_table(rows=1, cols=2)
        grid.autofit = False
        shown = Emu(Pt(BESIDE_PT[self._document.language]))
        right = Emu(shown + Pt(12))
        left, place = grid.rows[0].cells
        left.width, place.width = Emu(_room(self._wide) - right), right
        grid.columns[0].width, grid.columns[1].width = left.width, place.width
        for text in told:
            self._add(left, text, "Brief")
        first = left.paragraphs[0]._p  # noqa: SLF001 - a new cell has an empty paragraph
        first.getparent().remove(first)
        self._picture(place.paragraphs[0], figure, shown)
        # below both columns: in the narrow one it would take more lines than the sentences
        self._caption("report.web.figure", figure.number, figure.caption, before=bool(figure.note))
        if figure.note:
            self._add(self._file, figure.note, "Note")

    def _figure(self, figure: Figure) -> None:
        if figure.beside and any(map(_is_brief, self._next[:1])):
            self._beside(figure)
            return
        paragraph = self._end.paragraph()
        paragraph.paragraph_format.keep_with_next = True
        self._picture(paragraph, figure, _room(self._wide))
        self._caption("report.web.figure", figure.number, figure.caption, before=bool(figure.note))
        if figure.note:
            self._add(self._file, figure.note, "Note")

    def _picture(self, paragraph: WordParagraph, figure: Figure, room: Emu) -> None:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        width = min(Pt(figure.drawing.width), room)
        self._end.picture(paragraph, self._pictures.png(figure), width=width, told=clean(figure.alt))

    def _caption(self, key: str, number: int, caption: str, *, before: bool) -> None:
        self._end.raw(parse_xml(self._caption_xml(key, number, caption, kept=before)))

    def _caption_xml(self, key: str, number: int, caption: str, *, kept: bool | None) -> str:
        """Number as a field that Word counts, with the number that it will find."""
        start, _, end = self._words(key, number="\0", caption=caption).partition("\0")
        field = f"SEQ {start.strip()} \\* ARABIC", str(number)
        return numbered_xml(self._end.style("Caption"), clean(start), field, clean(end), kept=kept)

    def _captioned(self, cell: Any, figure: Figure) -> None:
        """Caption of a figure at the end of a cell."""
        xml = self._caption_xml("report.web.figure", figure.number, figure.caption, kept=None)
        cell._tc.append(parse_xml(xml))  # noqa: SLF001

    def _blank(self, blank: Blank) -> None:
        self._end.raw(parse_xml(blank_xml(clean(blank.title), blank.lines, int(20 * _room(self._wide).pt))))


def _is_brief(block: Block) -> bool:
    return isinstance(block, Paragraph) and block.style == "brief"


def _bookmark(number: int) -> str:
    """Name of a heading's bookmark, of the kind that Word gives itself."""
    return f"_Toc{number:06d}"


def _set_page(section: Any, *, wide: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (Mm(LONG_MM), Mm(SHORT_MM)) if wide else (Mm(SHORT_MM), Mm(LONG_MM))
    )
    sides, ends = WIDE_MARGINS_MM if wide else UPRIGHT_MARGINS_MM
    section.left_margin = section.right_margin = Mm(sides)
    section.top_margin = section.bottom_margin = Mm(ends)


def _needs_width(blocks: Sequence[Block]) -> bool:
    """Whether a table before the next page wants more than an upright page has."""
    section = takewhile(lambda block: not isinstance(block, PageBreak), blocks)
    return any(
        sum(max(column.width, column.least) for column in block.columns) > UPRIGHT_LETTERS
        for block in section
        if isinstance(block, Table)
    )


def _room(wide: bool) -> Emu:  # noqa: FBT001 - one question
    """Width between the margins."""
    margins = WIDE_MARGINS_MM if wide else UPRIGHT_MARGINS_MM
    return Emu(int(Mm((LONG_MM if wide else SHORT_MM) - 2 * margins[0])))
