"""A table as WordprocessingML: written as text at once, since cell by cell costs seconds for long tables."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from docx.oxml.ns import nsdecls

from coverplan.report.cellformat import written
from coverplan.report.content import Column, Row, Table, Tone, Value
from coverplan.report.documents.word_fields import run_xml, text_xml
from coverplan.report.documents.word_letters import bold_width
from coverplan.report.drawings.drawing import text_width
from coverplan.text.words import Words

#: Characters that no XML file may hold.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
CELL_STYLE = "Cell"
HEAD_FILL, TOTAL_FILL, REPORTED_FILL = "E3E8ED", "F3F4F6", "E8E8E8"
#: Twentieths of a point between a cell's edge and its text.
CELL_MARGIN = 60
CELL_PT = 8.0
KEPT = "<w:keepNext/>"
#: Rows at either end of a table that stand together, those at its end with what follows: fewer would look lost on a page.
KEPT_AT_START, KEPT_AT_END = 3, 4
#: Lines of a table that stands on one page from its caption to its note: a longer one would leave a third of a page white.
MOST_LINES_TOGETHER = 10
#: A number that stands as a text, such as one with a mark behind it.
FIGURE = re.compile(r"[-−]?[\d,.]+[＊*%]?")
#: Letters of a number or code that is not broken; what is longer is a sentence in its place.
MOST_LETTERS_WHOLE = 14
#: A word in a text, up to where a line may end: at a space, a hyphen or a Chinese letter.
WORD = re.compile(r"[!-,./-~\u00c0-\u024f]+-?")
#: Points more than the letters of a head need.
SPARE_PT = 1.0
#: How much wider a number is in bold: its per cent sign is.
BOLDER = 1.08
#: Lines of a row that a page surely holds below a head.
MOST_LINES_WHOLE = 30
COLOURS: dict[Tone, str] = {
    "good": "0B4F79",
    "fair": "0B4F79",
    "warn": "7A5200",
    "bad": "9C2F00",
    "muted": "5F6368",
}


def clean(text: str) -> str:
    """Text without characters that no XML file may hold."""
    return UNPRINTABLE.sub("\ufffd", text)


def table_xml(table: Table, widths: Sequence[int], words: Words) -> str:
    """XML of a table with heads that repeat on every page and rows that stand whole on one.

    The head keeps with the first rows, the last rows keep with what follows: none of them has a page to itself. A short table
    is not split at all.

    Parameters
    ----------
    table
        What to write.
    widths
        Width of each column in twentieths of a point.
    words
        Of the reader's language.
    """
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = (_head_cell(column, width) for column, width in zip(table.columns, widths, strict=True))
    head = _row(list(heads), "<w:cantSplit/><w:tblHeader/>")
    texts = [_texts(row, table.columns, words) for row in table.rows]
    lines = [max(map(_lines, told, widths), default=1) for told in texts]
    together = sum(lines) <= MOST_LINES_TOGETHER
    rows = [
        _body_row(row, told, table.columns, widths, high, kept=together or _at_an_end(place, len(table.rows)))
        for place, (row, told, high) in enumerate(zip(table.rows, texts, lines, strict=True))
    ]
    return f"<w:tbl {nsdecls('w')}>{_properties(sum(widths))}<w:tblGrid>{grid}</w:tblGrid>{head}{''.join(rows)}</w:tbl>"


def _at_an_end(place: int, rows: int) -> bool:
    """Whether a row keeps with the one below it, or with what follows the table."""
    return place < KEPT_AT_START - 1 or rows - place <= KEPT_AT_END


def note_xml(style: str, text: str, *, kept: bool) -> str:
    """XML of the paragraph below a table, as low as can be where it says nothing.

    Parameters
    ----------
    style
        Id of its style.
    kept
        Whether it stands on a page with what follows.
    """
    line = "" if text else ' w:line="20" w:lineRule="exact"'
    spacing = f'<w:spacing w:before="40" w:after="160"{line}/>'
    said = run_xml(text) if text else ""
    keep = "<w:keepNext/>" if kept else '<w:keepNext w:val="0"/>'
    return f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/>{keep}{spacing}</w:pPr>{said}</w:p>'


def whole_points(table: Table, words: Words) -> list[float]:
    """Points that each column needs so that no number, code or word of a text is broken, but for very long ones.

    Words that stand in place of a number may be broken.
    """
    return [_whole(table.rows, at, column, words) for at, column in enumerate(table.columns)]


def head_points(table: Table) -> list[float]:
    """Points that each column needs so that no Latin word of its head is broken."""
    words = ([word for word in column.head.split() if word.isascii()] for column in table.columns)
    return [
        max((bold_width(word, CELL_PT) for word in one), default=0.0) + 2 * CELL_MARGIN / 20 + SPARE_PT
        for one in words
    ]


def _whole(rows: Sequence[Row], at: int, column: Column, words: Words) -> float:
    texts = [
        (part, BOLDER if _bold(row, column) else 1.0)
        for row in rows
        for value in row.values[at : at + 1]
        for part in _parts(value, column, words, row.decimals)
    ]
    whole = [(text, more) for text, more in texts if len(text) <= MOST_LETTERS_WHOLE]
    return max((more * text_width(text, CELL_PT) + 2 * CELL_MARGIN / 20 for text, more in whole), default=0.0)


def _parts(value: Value, column: Column, words: Words, decimals: int | None) -> list[str]:
    """What of a cell is not to be broken: a number or code, of a text its Latin words."""
    if column.format == "text":
        return WORD.findall(value) if isinstance(value, str) else []
    if column.format != "code" and isinstance(value, str) and not FIGURE.fullmatch(value):
        return []
    return [written(value, column, words, decimals)]


def blank_xml(title: str, lines: int, width: int) -> str:
    """XML of a box to write into: a title and some empty lines, all on one page.

    Parameters
    ----------
    width
        Twentieths of a point.
    """
    head = _blank_row(title, width, KEPT if lines else "", "<w:b/>")
    rows = [_blank_row("", width, KEPT if line + 1 < lines else "", "") for line in range(lines)]
    return (
        f'<w:tbl {nsdecls("w")}>{_properties(width)}<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>'
        f"{head}{''.join(rows)}</w:tbl>"
    )


def _blank_row(text: str, width: int, kept: str, look: str) -> str:
    height = "" if text else '<w:trHeight w:val="510" w:hRule="atLeast"/>'
    return _row([_raw_cell(text, width, kept, look, None)], "<w:cantSplit/>" + height)


def _properties(width: int) -> str:
    """Fixed layout, thin lines, strong ones above and below."""
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{8 if side in {"top", "bottom"} else 4}" w:space="0" '
        f'w:color="{"1A1A1A" if side in {"top", "bottom"} else "B5BAC0"}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = "".join(f'<w:{side} w:w="{CELL_MARGIN}" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tblPr><w:tblW w:w="{width}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
    )


def _row(cells: Sequence[str], properties: str) -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def _head_cell(column: Column, width: int) -> str:
    head, own = column.head, f" ({column.told_unit})"
    fits = text_width(head, CELL_PT) <= (width - 2 * CELL_MARGIN) / 20
    if not fits and head.endswith(own):
        # a unit that does not stand beside its name stands whole on a line of its own
        head = f"{head.removesuffix(own)}\n{own.strip()}"
    return _raw_cell(head, width, KEPT + _side(column), "<w:b/>", HEAD_FILL)


def _texts(row: Row, columns: Sequence[Column], words: Words) -> list[str]:
    """What stands in each cell of a row."""
    values = zip(row.values, columns, strict=True)
    return [written(value, column, words, row.decimals) for value, column in values]


def _body_row(
    row: Row,
    texts: Sequence[str],
    columns: Sequence[Column],
    widths: Sequence[int],
    lines: int,
    *,
    kept: bool,
) -> str:
    cells = [
        _cell(text, row, column, width, kept)
        for text, column, width in zip(texts, columns, widths, strict=True)
    ]
    # what is taller than a page is split by any program, so it may as well begin where there is room
    return _row(cells, "<w:cantSplit/>" if lines <= MOST_LINES_WHOLE else "")


def _lines(text: str, width: int) -> int:
    """About how many lines a text takes in a column."""
    room = max(width - 2 * CELL_MARGIN, 1) / 20
    return sum(max(1, math.ceil(text_width(line, CELL_PT) / room)) for line in text.split("\n"))


def _side(column: Column) -> str:
    return '<w:jc w:val="right"/>' if column.numeric else ""


def _bold(row: Row, column: Column) -> bool:
    return row.kind == "total" or row.tones.get(column.key) in {"good", "warn", "bad"}


def _cell(text: str, row: Row, column: Column, width: int, kept: bool) -> str:  # noqa: FBT001 - one question
    tone = row.tones.get(column.key)
    look = ""
    if _bold(row, column):
        look += "<w:b/>"
    if row.kind == "rest" or tone in {"reported", "muted"}:
        look += "<w:i/>"
    if tone in COLOURS:
        look += f'<w:color w:val="{COLOURS[tone]}"/>'
    fill = TOTAL_FILL if row.kind == "total" else REPORTED_FILL if tone == "reported" else None
    return _raw_cell(text, width, (KEPT if kept else "") + _side(column), look, fill)


def _raw_cell(text: str, width: int, paragraph: str, look: str, fill: str | None) -> str:
    shade = "" if fill is None else f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'
    lines = text_xml(clean(text))
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{shade}</w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="{CELL_STYLE}"/>{paragraph}</w:pPr><w:r><w:rPr>{look}</w:rPr>{lines}</w:r></w:p></w:tc>'
    )
