"""From a sheet to a table: the header below titles, merged cells, total rows and footnotes, none of it in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median_high

import numpy as np
import pandas as pd

from coverplan.inputs.tables.grid import Grid, column_letters, filled
from coverplan.inputs.tables.headers import FACILITY, OFFICIAL, PEOPLE, UNIT, recognised_count
from coverplan.inputs.tables.measures import units_of_title
from coverplan.text.folding import plain

_KINDS = (FACILITY, UNIT, PEOPLE, OFFICIAL)
_LOOKED_AT = 30
#: A later row must read like this many more headers than the first full row to be taken for the header.
_CLEARLY_BETTER = 2
#: Every word for a total has one of these.
_LONGEST_TOTAL = 24
#: So many of the first filled cells of a row tell whether it is data.
_TELLING = 4
_TOTAL_SIGN = re.compile("[计計数數汇彙总總共全其lL和]")
#: A text without white space and without any sign of a total.
_NO_TOTAL = re.compile(rf"[^\s{_TOTAL_SIGN.pattern[1:-1]}]+").fullmatch
#: Texts line by line of which some may be a total, be blank or have white space.
_SOME_TELL = re.compile(rf"[{_TOTAL_SIGN.pattern[1:-1]}]|[^\S\n]|(?:\A|\n)(?:\n|\Z)").search
_THINGS = r"(?:个?[家個个處处所座張张人名户戶村镇街]|个?(?:小区|社区|街道|乡镇|单位|机构|网格|床位?))?"
_COUNTED = rf"[数數]?(?:[(\[][^()\[\]]{{0,12}}[)\]]|:?共?\d+{_THINGS})?"
_TOTAL = re.compile(
    rf"(?:[^0-9:]{{0,12}}?)(?:合计|合計|总计|總計|小计|小計|共计|共計|总数|總數|総数|総計|汇总表?|彙總表?|累计|总和|总人口|总人数|总户数|总床位数?){_COUNTED}:?"
    rf"|[共总]计?\d+{_THINGS}:?|计:?|計:?|全[区县縣市镇鎮乡鄉省州國国]|全街道|其中[::].{{0,16}}|其中"
    r"|(?:grand|sub)?-?totals?(?:of|all|number|beds?|facilities|places|people|persons|population|sites|homes|units|rows|count|\(.{0,16}\)|\d+|:)*",
    re.IGNORECASE,
)
#: What a total is called in the third or fourth column, below the names of its units.
_BARE_TOTALS = frozenset(("合计", "合計", "小计", "小計", "总计", "總計", "共计", "汇总"))
_NOTE = re.compile(
    r"(?:注|备注|说明|填表人|填报人|填表单位|审核|制表|联系人|联系电话|note|source)\d*\s*[::]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that is no data: a total, a note or a repeated header.

    Parameters
    ----------
    sheet, row
        Where it stands, as a person counts.
    kind
        ``total``, ``note`` or ``header``.
    text
        Its first words.
    """

    sheet: str | None
    row: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SheetTable:
    """The table of one sheet.

    Parameters
    ----------
    rows
        Index: row number as a person counts. Columns: headers in the order of the sheet.
    header_row
        Row number of the (last row of the) header; 0 when the sheet has none.
    set_aside
        Rows that are no data.
    shared
        By column: row numbers whose cell is merged with that of another row.
    renamed
        Headers that stood twice or not at all, by the name that they were given.
    units
        Units of measure that a title above the header states for the whole table.
    wide
        Rows of a text table with more cells than the header, by row number, as they stand there: nobody knows which
        cell belongs to which column, so that all of them are blank in `rows`.
    """

    rows: pd.DataFrame
    header_row: int
    set_aside: tuple[SetAside, ...]
    shared: dict[str, frozenset[int]]
    renamed: tuple[str, ...]
    units: tuple[str, ...] = ()
    wide: dict[int, str] = field(default_factory=dict)


def table_of(grid: Grid, *, header_row: int | None = None) -> SheetTable:
    """Find the header of a sheet, or take the given row (counted from 1), and the data below it."""
    cells = grid.cells
    first = _first_header_row(cells) if header_row is None else header_row - 1
    if first is None or first >= len(cells):
        return SheetTable(pd.DataFrame(), 0, (), {}, ())
    last = first + 1 if _has_second_row(grid, first) else first
    names, renamed = _names(grid, first, last)
    shared = _fill_merged(grid, last, names)
    numbers, kept, aside, wide = _data(grid, (first, last), len(names))
    rows = pd.DataFrame(kept, columns=names, index=pd.Index(numbers, dtype="int64"), dtype=object)
    unused = [name for name in renamed if name.startswith("column ") and not any(map(filled, rows[name]))]
    rows, renamed = rows.drop(columns=unused), [name for name in renamed if name not in unused]
    titles = [cell for row in cells[:first] for cell in row if isinstance(cell, str)]
    units = tuple(dict.fromkeys(unit for title in titles for unit in units_of_title(title)))
    return SheetTable(rows, last + 1, tuple(aside), shared, tuple(renamed), units, wide)


def _first_header_row(cells: Sequence[Sequence[object]]) -> int | None:
    widths = [sum(map(filled, row)) for row in cells[:200]]
    if not any(widths):
        return None
    usual = median_high([width for width in widths if width])
    looked_at = range(min(_LOOKED_AT, len(widths)))
    full = [at for at in looked_at if widths[at] >= max(1, 0.6 * usual)]
    base = full[0] if full else next(at for at, width in enumerate(widths) if width)
    scores = {
        at: recognised_count(cells[at], _KINDS) for at in looked_at if widths[at] and _all_words(cells[at])
    }
    best = max(scores, key=lambda at: (scores[at], -at), default=base)
    return best if scores.get(best, 0) >= scores.get(base, 0) + _CLEARLY_BETTER else base


def _all_words(row: Sequence[object]) -> bool:
    """Whether no cell of a row is a number, as in a header."""
    return not any(
        isinstance(cell, int | float) or (isinstance(cell, str) and re.fullmatch(r"[\d.,\s]+", cell))
        for cell in row
    )


def _has_second_row(grid: Grid, first: int) -> bool:
    """Whether the header goes on below: a merged heading over several columns with texts under it."""
    if first + 1 >= len(grid.cells):
        return False
    over = [m for m in grid.merged if m[0] <= first <= m[2] and m[3] > m[1] and m[2] == first]
    below = grid.cells[first + 1]
    spans = [below[c] for m in over for c in range(m[1], min(m[3] + 1, len(below)))]
    if spans:
        return any(map(filled, spans)) and all(isinstance(cell, str) or not filled(cell) for cell in spans)
    return not grid.merged and _interlocks(grid.cells[first], below)


def _interlocks(above: Sequence[object], below: Sequence[object]) -> bool:
    """Texts below stand in at least two columns of which only the first has a heading, as exported merges look."""
    width = max(len(above), len(below))
    top = [filled(cell) for cell in [*above, *[None] * (width - len(above))]]
    sub = [filled(cell) for cell in [*below, *[None] * (width - len(below))]]
    gaps = [c for c in range(1, width) if not top[c] and sub[c]]
    texts = all(
        isinstance(cell, str) and not re.fullmatch(r"[\d.,\s]+", cell) for cell in below if filled(cell)
    )
    free = [c for c in range(width) if top[c] and not sub[c]]
    return bool(gaps) and bool(free) and texts and recognised_count(below, _KINDS) >= 1


def _names(grid: Grid, first: int, last: int) -> tuple[list[str], list[str]]:
    head = grid.cells[first : last + 1]
    width = max(map(len, head), default=0) if grid.name is None else _reach(head, grid.cells[last + 1 :])
    lines = []
    for at in range(first, last + 1):
        row = list(grid.cells[at]) + [None] * (width - len(grid.cells[at]))
        for top, left, bottom, right in grid.merged:
            if (
                top <= at <= bottom
                and left < width
                and filled(grid.cells[top][left] if left < len(grid.cells[top]) else None)
            ):
                row[left : right + 1] = [grid.cells[top][left]] * (min(right, width - 1) - left + 1)
        lines.append(row)
    if last > first and not grid.merged:
        lines[0] = _carried(lines[0], lines[1])
    names: list[str] = []
    renamed: list[str] = []
    for column in range(width):
        parts = [str(line[column]).strip() for line in lines if filled(line[column])]
        name = "/".join(dict.fromkeys(re.sub(r"\s*\n\s*", "", part) for part in parts))
        unique = name or f"column {column_letters(column)}"
        copies = 1
        while unique in names:
            copies += 1
            unique = f"{name} ({copies})"
        if unique != name:
            renamed.append(unique)
        names.append(unique)
    return names, renamed


def _reach(head: Sequence[Sequence[object]], rows: Sequence[Sequence[object]]) -> int:
    """Columns up to the last one that has a heading or any data; a blank that somebody typed far out is neither."""
    width = max((at + 1 for row in head for at, cell in enumerate(row) if filled(cell)), default=0)
    for row in rows:
        while len(row) > width and any(map(filled, row[width:])):
            width = (
                len(row) if filled(row[-1]) else max(at for at, cell in enumerate(row) if filled(cell)) + 1
            )
    return width


def _carried(above: list[object], below: list[object]) -> list[object]:
    """A heading goes on to the right over texts that have none of their own."""
    carried: list[object] = []
    for top, sub in zip(above, below, strict=True):
        carried.append(carried[-1] if carried and not filled(top) and filled(sub) else top)
    return carried


def _fill_merged(grid: Grid, header: int, names: list[str]) -> dict[str, frozenset[int]]:
    """Write the value of a cell merged over several rows into each of them, and say which those are."""
    shared: dict[str, set[int]] = {}
    for top, left, bottom, right in grid.merged:
        if top <= header or bottom == top or left >= len(names):
            continue
        end = min(bottom, len(grid.cells) - 1)
        value = grid.cells[top][left] if top < len(grid.cells) and left < len(grid.cells[top]) else None
        for column in range(left, min(right, len(names) - 1) + 1):
            for at in range(top, end + 1):
                row = grid.cells[at]
                row += [None] * (column + 1 - len(row))
                row[column] = value
                shared.setdefault(names[column], set()).add(at + 1)
    return {name: frozenset(rows) for name, rows in shared.items()}


def _data(
    grid: Grid, header: tuple[int, int], width: int
) -> tuple[list[int], list[list[object]], list[SetAside], dict[int, str]]:
    """Row numbers, rows, rows set aside, and rows of a text table that are wider than its header."""
    heads = [_words(grid.cells[at]) for at in range(header[0], header[1] + 1)]
    numbers: list[int] = []
    kept: list[list[object]] = []
    aside: list[SetAside] = []
    wide: dict[int, str] = {}
    plain_data = _plain_data(grid.cells[header[1] + 1 :], width, heads)
    for at, sure in enumerate(plain_data, start=header[1] + 1):
        row = grid.cells[at]
        if sure:
            numbers.append(at + 1)
            kept.append(row)
            continue
        there = [cell for cell in row if cell is not None and cell != ""]
        if not there or not (filled(there[0]) or any(map(filled, there))):
            continue
        kind = _kind(there, heads)
        if kind is not None:
            words = " ".join(str(cell) for cell in there)[:60]
            aside.append(SetAside(grid.name, at + 1, kind, words))
            continue
        numbers.append(at + 1)
        if grid.name is None and len(row) > width and any(map(filled, row[width:])):
            wide[at + 1] = ",".join(str(cell) for cell in row)
            kept.append([None] * width)
            continue
        kept.append(row if len(row) == width else [*row[:width], *[None] * (width - len(row))])
    return numbers, kept, aside, wide


def _plain_data(rows: list[list[object]], width: int, heads: list[list[str]]) -> list[bool]:
    """Which rows are surely data: as wide as the head, with four first cells of which none could make it anything else.

    Sheets repeat themselves, so that each different cell is asked once; the rows that remain are looked at one by one.
    """
    if width < _TELLING or set(map(len, rows)) != {width}:
        return [False] * len(rows)
    starts = {head[0] for head in heads if head}
    sure = np.ones(len(rows), dtype=bool)
    for at in range(_TELLING):
        cells = [row[at] for row in rows]
        different = set(cells)
        doubtful = different & {*starts, None}
        texts = [cell for cell in different if type(cell) is str]
        if texts and _SOME_TELL("\n".join(texts)):
            doubtful |= {cell for cell in texts if not _NO_TOTAL(cell) and _could_tell(cell, starts)}
        if doubtful:
            sure &= np.array([cell not in doubtful for cell in cells], dtype=bool)
    return sure.tolist()


def _could_tell(cell: str, starts: set[str]) -> bool:
    """Whether a row with this text among its first could be blank there, a total or a header; notes have fewer cells."""
    text = cell.strip()
    return (
        not text
        or text in starts
        or text in _BARE_TOTALS
        or (len(cell) <= _LONGEST_TOTAL and _is_total(cell))
    )


def _kind(there: Sequence[object], heads: list[list[str]]) -> str | None:
    """Why a row with these filled cells is no data, or None."""
    texts = [cell for cell in there[:_TELLING] if isinstance(cell, str)]
    if not texts:
        return None
    if len(there) <= 2 and _NOTE.match(plain(texts[0])):
        return "note"
    for at, text in enumerate(texts):
        if len(text) <= _LONGEST_TOTAL and (_is_total(text) if at < 2 else text.strip() in _BARE_TOTALS):
            return "total"
    first = texts[0].strip()
    for head in heads:
        if head and first == head[0] and _words(there) == head:
            return "header"
    return None


def _is_total(text: str) -> bool:
    if _TOTAL_SIGN.search(text) is None:
        return False
    return _TOTAL.fullmatch(re.sub(r"\s+", "", plain(text))) is not None


def _words(row: Iterable[object]) -> list[str]:
    return [str(cell).strip() for cell in row if filled(cell)]
