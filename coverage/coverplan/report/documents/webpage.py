"""The report as one web page that needs nothing else and prints on A4."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from coverplan.report.cellformat import written
from coverplan.report.content import Block, Document, Figure, Heading, PageBreak, Table, spread
from coverplan.report.drawings.svg import svg
from coverplan.text.words import Words

#: Letters of a table's column widths that fill an upright and a wide page.
UPRIGHT_LETTERS, WIDE_LETTERS = 92.0, 140.0
#: Letters of a code that is not broken, and of the room at its sides; its letters are as wide as those of the text.
MOST_LETTERS_WHOLE, CODE_MARGIN = 14, 3.0
#: Words that are not broken where a page has room for all of its table's.
LATIN_WORD = re.compile("[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Blocks that stand on pages of one kind."""

    wide: bool
    blocks: tuple[Block, ...]


def write_page(document: Document, path: Path) -> None:
    """Write the web page of a report."""
    path.write_text(webpage(document), encoding="utf-8", newline="\n")


def webpage(document: Document) -> str:
    """HTML of a report; every name in it is escaped."""
    words = Words(document.language)
    headings = [block for block in document.blocks if isinstance(block, Heading) and block.level <= 2]
    return _template().render(
        document=document,
        sheets=sheets(document),
        headings=headings,
        words=words,
        written=lambda value, column, row: written(value, column, words, row.decimals),
    )


@cache
def _template() -> Template:
    """The template, read and compiled once for all documents."""
    environment = Environment(
        loader=PackageLoader("coverplan.report.documents", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.globals |= {"picture": _picture, "layout": layout, "anchor": anchor}
    return environment.get_template("report.html")


def sheets(document: Document) -> list[Sheet]:
    """Blocks cut where a new page begins."""
    found: list[tuple[bool, list[Block]]] = [(False, [])]
    for block in document.blocks:
        if isinstance(block, PageBreak):
            found.append((block.wide, []))
        else:
            found[-1][1].append(block)
    return [Sheet(wide, tuple(blocks)) for wide, blocks in found if blocks]


def layout(table: Table, wide: bool) -> tuple[float, list[float]]:  # noqa: FBT001 - called from the template
    """Per cent of the page that a table takes, and per cent of the table that each column takes."""
    room = WIDE_LETTERS if wide else UPRIGHT_LETTERS
    least = [max(column.least, _code_letters(table, at)) for at, column in enumerate(table.columns)]
    whole_words = [max(low, _word_letters(table, at)) for at, low in enumerate(least)]
    parts = spread(table.columns, room, whole_words if sum(whole_words) < room else least)
    whole = sum(parts)
    return round(100 * whole, 1), [round(100 * part / whole, 2) for part in parts]


def _code_letters(table: Table, at: int) -> float:
    """Letters of the longest code of a column, which is not broken, with its margins; 0 of other columns."""
    if table.columns[at].format != "code":
        return 0.0
    codes = (row.values[at] for row in table.rows)
    told = (len(code) for code in codes if isinstance(code, str) and len(code) <= MOST_LETTERS_WHOLE)
    return max(told, default=-CODE_MARGIN) + CODE_MARGIN


def _word_letters(table: Table, at: int) -> float:
    """Letters of the longest Latin word of a column of text, with its margins; 0 of other columns."""
    if table.columns[at].format != "text":
        return 0.0
    words = (word for row in table.rows for word in LATIN_WORD.findall(str(row.values[at])))
    # letters of a proportional face are narrower than those of a code
    return max((0.9 * len(word) + 2.0 for word in words if len(word) <= MOST_LETTERS_WHOLE), default=0.0)


def anchor(heading: Heading) -> str:
    """Name of a heading for links, made of plain letters whatever its key holds."""
    return "h-" + "".join(c if c.isascii() and c.isalnum() else f"-{ord(c):x}-" for c in heading.key)


def _picture(figure: Figure) -> Markup:
    # our own SVG, whose texts are escaped where it is written
    return Markup(svg(figure.drawing, alt=figure.alt))  # noqa: S704
