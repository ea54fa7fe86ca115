"""What a report holds, whatever file it becomes: typed blocks in reading order.

Web page, Word file and workbook are made from the same blocks, so that they cannot say different things.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import count
from typing import Literal

from coverplan.report.drawings.drawing import Drawing
from coverplan.text.words import Language

Value = str | int | float | Decimal | dt.date | None
#: How a column's values are written: ``people`` are whole, ``share`` is 0 to 1, ``percent`` 0 to 100.
Format = Literal["text", "code", "people", "number", "value", "share", "percent", "minutes", "year"]
#: What a cell is, told by more than its colour: each renderer also changes the letters.
Tone = Literal["computed", "reported", "good", "fair", "warn", "bad", "muted"]
RowKind = Literal["body", "rest", "total"]
#: ``brief`` is a leading sentence that must share one page with others, ``close`` a closing line.
Style = Literal["body", "lead", "brief", "warning", "note", "mark", "close"]


#: Latin letters that the narrowest column has room for.
LEAST_WIDTH = 4.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    key
        Name of the column in data frames.
    title, unit
        What people read in its head.
    format
        How its values are written.
    width
        Width in Latin letters that it would like to have.
    decimals
        Digits after the point of each ``value``; given by `coverplan.report.cellformat.evened`, None where each
        value has its own.
    """

    key: str
    title: str
    format: Format = "text"
    unit: str | None = None
    width: float = 10.0
    decimals: int | None = None

    @property
    def numeric(self) -> bool:
        """Its values stand on the right."""
        return self.format not in {"text", "code"}

    @property
    def told_unit(self) -> str | None:
        """The unit to write behind the title; None where the title says it: ``People``, not ``People (people)``."""
        if self.unit and self.unit.isascii() and self.unit.lower() in self.title.lower().split():
            return None
        return self.unit

    @property
    def head(self) -> str:
        """Title and unit on one line."""
        return f"{self.title} ({self.told_unit})" if self.told_unit else self.title

    @property
    def least(self) -> float:
        """Width in Latin letters that keeps every word of its head whole, its unit's included."""
        words = [word for word in self.head.split() if word.isascii()]
        return max(LEAST_WIDTH, *(1.05 * len(word) + 1.8 for word in words)) if words else LEAST_WIDTH


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: a value for each column; tones by column key.

    ``rest`` is what belongs to no other row, ``total`` the sum of all rows that it stands under. ``decimals`` are
    those of each ``value`` of a row that has a unit of its own.
    """

    values: tuple[Value, ...]
    kind: RowKind = "body"
    tones: Mapping[str, Tone] = field(default_factory=dict)
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; ``key`` is unique in a document, ``number`` is given by `numbered`.

    ``even`` says what has one unit, and so one number of decimals: each column, each row, or only a cell. ``name`` is what
    the sheet of a workbook is called where the caption says more.
    """

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str | None = None
    number: int = 0
    even: Literal["columns", "rows", "cells"] = "columns"
    name: str | None = None

    def column(self, key: str) -> list[Value]:
        """Values of a column, all rows."""
        position = [column.key for column in self.columns].index(key)
        return [row.values[position] for row in self.rows]

    def without(self, *dropped: str, key: str, caption: str, note: str | None = None) -> Table:
        """The same rows with fewer columns, as a table of another key and caption."""
        kept = [column.key for column in self.columns if column.key not in dropped]
        return self.only(*kept, key=key, caption=caption, note=note)

    def only(
        self,
        *kept: str,
        key: str,
        caption: str,
        note: str | None = None,
        titles: Mapping[str, str] | None = None,
    ) -> Table:
        """The same rows with these columns in this order, as another table; `titles` are new heads by column."""
        at = {column.key: i for i, column in enumerate(self.columns)}
        order = [at[name] for name in kept if name in at]
        rows = tuple(
            Row(tuple(row.values[i] for i in order), row.kind, row.tones, row.decimals) for row in self.rows
        )
        named = titles or {}
        columns = (self.columns[i] for i in order)
        told = tuple(replace(column, title=named.get(column.key, column.title)) for column in columns)
        return Table(key, caption, told, rows, note, even=self.even)


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption; ``alt`` says in words what it shows.

    ``beside`` stands on the right of the ``brief`` sentences that follow, where a page has two columns.
    """

    key: str
    caption: str
    drawing: Drawing
    alt: str
    note: str | None = None
    number: int = 0
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Gallery:
    """Small figures side by side, two in a row, with one note for all."""

    figures: tuple[Figure, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3; ``key`` is unique in a document."""

    key: str
    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences; a ``mark`` stands out on every page that has one (R14)."""

    text: str
    style: Style = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Short items, numbered where their order matters."""

    items: tuple[str, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Blank:
    """A place to write by hand, with what belongs there."""

    title: str
    lines: int = 3


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page; ``wide`` turns that page and all that follow."""

    wide: bool = False


@dataclass(frozen=True, slots=True)
class Contents:
    """Table of contents."""

    title: str


Block = Table | Figure | Gallery | Heading | Paragraph | Bullets | Blank | PageBreak | Contents


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on the first page and at the edges of all others.

    Parameters
    ----------
    title, subtitle
        What the report is.
    facts
        Lines under the title: date, plan and the like.
    mark
        Stands on every page, where there is one (R14).
    foot
        Stands at the foot of every page.
    made
        When what it tells was computed.
    """

    title: str
    subtitle: str
    facts: tuple[str, ...]
    mark: str | None
    foot: str
    made: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report in one language: its head and its blocks in reading order."""

    head: Head
    language: Language
    blocks: tuple[Block, ...]

    def tables(self) -> tuple[Table, ...]:
        """Every table, in reading order."""
        return tuple(block for block in self.blocks if isinstance(block, Table))

    def table(self, key: str) -> Table:
        """Table of a key; raises KeyError."""
        for table in self.tables():
            if table.key == key:
                return table
        raise KeyError(key)


def spread(columns: Sequence[Column], letters: float, least: Sequence[float] | None = None) -> list[float]:
    """Part of a page that is `letters` wide for each column; together 1 where they want more than there is.

    Columns shrink towards what the words of their heads need, or towards `least` letters, before any of them breaks a word.
    """
    least = [column.least for column in columns] if least is None else least
    wanted = [max(column.width, low) for column, low in zip(columns, least, strict=True)]
    if sum(wanted) > letters > sum(least):
        part = (letters - sum(least)) / (sum(wanted) - sum(least))
        wanted = [low + part * (wish - low) for low, wish in zip(least, wanted, strict=True)]
    return [wish / max(letters, sum(wanted)) for wish in wanted]


def numbered(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks with tables and figures numbered from 1, each in its own row."""
    tables, figures = count(1), count(1)
    found: list[Block] = []
    for block in blocks:
        if isinstance(block, Table):
            found.append(replace(block, number=next(tables)))
        elif isinstance(block, Figure):
            found.append(replace(block, number=next(figures)))
        elif isinstance(block, Gallery):
            shown = tuple(replace(figure, number=next(figures)) for figure in block.figures)
            found.append(replace(block, figures=shown))
        else:
            found.append(block)
    return tuple(found)
