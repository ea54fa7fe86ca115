"""From a sheet to a table: the header below titles, merged cells, total rows and footnotes, none of it in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from statistics import median_high

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.inputs.tables.grid import Grid, column_letters, filled
from coverplan.inputs.tables.headers import FACILITY, OFFICIAL, PEOPLE, UNIT, recognise, recognised_count
from coverplan.inputs.tables.measures import units_of_title
from coverplan.text.folding import plain

_KINDS = (FACILITY, UNIT, PEOPLE, OFFICIAL)
_LOOKED_AT = 30
_MOST_HEADER_ROWS = 4
#: A later row must read like this many more headers than the first full row to be taken for the header.
_CLEARLY_BETTER = 2
#: Every word for a total has one of these.
_LONGEST_TOTAL = 24
#: So many of the first filled cells of a row tell whether it is data.
_TELLING = 4
_TOTAL_SIGN = re.compile("[计計数數汇彙总總共全其均lLmMvV和∑Σ值]")
#: A text without white space and without any sign of a total.
_NO_TOTAL = re.compile(rf"[^\s{_TOTAL_SIGN.pattern[1:-1]}]+").fullmatch
_TOTAL_SIGNS = frozenset(_TOTAL_SIGN.pattern[1:-1])
_THINGS = r"(?:个?[家個个處处所座張张人名户戶村镇街]|个?(?:小区|社区|街道|乡镇|单位|机构|网格|床位?))?"
_COUNTED = rf"[数數]?(?:[(\[][^()\[\]]{{0,12}}[)\]]|:?共?\d+{_THINGS})?"
_TOTAL = re.compile(
    rf"(?:[^0-9:]{{0,12}}?)(?:合计|合計|总计|總計|小计|小計|总計|総计|共计|共計|总数|總數|総数|総計|汇总表?|彙總表?|累计|总和|总人口|总人数|总户数|总床位数?){_COUNTED}:?"
    rf"|[共总]计?\d+{_THINGS}:?|计:?|計:?|平均[数值]?:?|均值:?|中位[数數]|最[大小]值|[∑Σ]|全(?:[区县縣市镇鎮乡鄉省州國国村街]|街道)(?:共?\d+{_THINGS})?|其中[::].{{0,16}}|其中"
    r"|(?:[合总小]计/)?(?:grand|sub|sum|overall)?-?totals?(?:of|all|number|beds?|facilities|places|people|persons|population|sites|homes|units|rows|count|\(.{0,16}\)|\d+|:)*"
    r"|(?:sum|average|avg\.?|mean|median|all|overall|all(?:facilities|sites|places|homes|units)):?",
    re.IGNORECASE,
)
#: What a total is called in the third or fourth column, below the names of its units.
_BARE_TOTALS = frozenset(("合计", "合計", "小计", "小計", "总计", "總計", "共计", "汇总"))
_NOTE = re.compile(
    r"(?:注|备注|附注|说明|填表说明|填[表报](?:人|单位|日期|时间)|审[核批]人?|制表人?|复核人?|负责人|单位负责人|"
    r"经办人|联系人|联系电话|数据来源|资料来源|来源|截至时间|截止时间|note|notes|source|remarks?)\d*\s*[::]",
    re.IGNORECASE,
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
    last = _last_header_row(grid, first)
    names, renamed = _names(grid, first, last)
    shared = _fill_merged(grid, last, names)
    numbers, kept, aside, wide = _data(grid, (first, last), names)
    labels = pd.Index(numbers, dtype="int64")
    rows = pd.DataFrame(kept, columns=names, index=labels, dtype=object, copy=False)
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


def _last_header_row(grid: Grid, first: int) -> int:
    """Last row of a header that goes on below its first row."""
    last = first
    while last - first < _MOST_HEADER_ROWS - 1 and _goes_on(grid, first, last):
        last += 1
    return last


def _goes_on(grid: Grid, first: int, last: int) -> bool:
    """Whether the header goes on below a row: a merged heading over several columns with texts under it."""
    if last + 1 >= len(grid.cells):
        return False
    over = [m for m in grid.merged if first <= m[0] <= m[2] == last and m[3] > m[1]]
    below = grid.cells[last + 1]
    spans = [below[c] for m in over for c in range(m[1], min(m[3] + 1, len(below)))]
    if spans:
        return any(map(filled, spans)) and all(isinstance(cell, str) or not filled(cell) for cell in spans)
    if grid.merged:
        return False
    if last > first and any(
        filled(sub) and not filled(top) and filled(start)
        for start, top, sub in zip(grid.cells[first], grid.cells[last], below, strict=False)
    ):
        return False  # texts below names that stand over one column: data
    return _interlocks(grid.cells[last], below)


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
        for at in range(len(lines) - 2, -1, -1):
            lines[at] = _carried(lines[at], lines[at + 1])
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
    if max(map(len, rows), default=0) <= width:
        return width
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


#: A place may serve all of a district: a column of places has totals under fewer names than one of facilities.
_NAMING = frozenset(("id", "name", "code"))
_PLACING = frozenset(("county", "town", "village", "type"))


def _telling_columns(names: Sequence[str]) -> dict[int, bool]:
    """Columns in which totals stand under any name, by what their heads mean, and whether they name facilities."""
    at = {name: place for place, name in enumerate(names)}
    return {
        at[column]: field in _NAMING
        for kind in (UNIT, FACILITY)
        for field, columns in recognise(names, kind).items()
        if field in _NAMING | _PLACING
        for column in columns
    }


def _data(
    grid: Grid, header: tuple[int, int], names: Sequence[str]
) -> tuple[list[int], NDArray[np.object_], list[SetAside], dict[int, str]]:
    """Row numbers, cells, rows set aside, and rows of a text table that are wider than its header."""
    heads = [_words(grid.cells[at]) for at in range(header[0], header[1] + 1)]
    numbers: list[int] = []
    kept: list[list[object]] = []
    aside: list[SetAside] = []
    wide: dict[int, str] = {}
    width, telling = len(names), _telling_columns(names)
    below = grid.cells[header[1] + 1 :]
    whole = _array(below, width) if set(map(len, below)) == {width} else None
    plain_data = [False] * len(below) if whole is None else _plain_data(whole, heads, telling)
    if whole is not None and all(plain_data):
        return [*range(header[1] + 2, len(grid.cells) + 1)], whole, aside, wide
    for at, sure in enumerate(plain_data, start=header[1] + 1):
        row = grid.cells[at]
        if sure:
            numbers.append(at + 1)
            kept.append(row)
            continue
        there = [cell for cell in row if cell is not None and cell != ""]
        if not there or not (filled(there[0]) or any(map(filled, there))):
            continue
        kind = _kind(there, heads) or _total_in(row, telling) or _note_below(there, aside, at, width)
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
    return numbers, _array(kept, width), aside, wide


def _array(rows: Sequence[Sequence[object]], width: int) -> NDArray[np.object_]:
    """Shape (rows, width): rows of one width."""
    cells = chain.from_iterable(rows)
    return np.fromiter(cells, dtype=object, count=len(rows) * width).reshape(len(rows), width)


def _plain_data(rows: NDArray[np.object_], heads: list[list[str]], telling: Mapping[int, bool]) -> list[bool]:
    """Which rows, as wide as the head, are surely data: none of their cells could make them anything else.

    Sheets repeat themselves, so that each different cell is asked once; the rows that remain are looked at one by one.
    """
    sure = np.full(len(rows), rows.shape[1] >= _TELLING)
    starts = {head[0] for head in heads if head}
    for at in sorted({*range(_TELLING), *telling}) if sure.any() else ():
        cells = rows[:, at].tolist()
        different = set(cells)
        types = set(map(type, different))
        doubtful = different & {*starts, None} if at < _TELLING else set()
        texts = [*different] if types <= {str} else [cell for cell in different if type(cell) is str]
        if texts and _some_tell(texts):
            doubtful |= {cell for cell in texts if not _NO_TOTAL(cell) and _could_tell(cell, starts)}
        if doubtful:
            sure &= np.array([cell not in doubtful for cell in cells], dtype=bool)
    return sure.tolist()


def _some_tell(texts: list[str]) -> bool:
    """Whether some of different texts may be a total, be blank or have white space."""
    signs = set("".join(texts))
    return not signs.isdisjoint(_TOTAL_SIGNS) or any(map(str.isspace, signs)) or "" in texts


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


def _note_below(there: Sequence[object], aside: Sequence[SetAside], at: int, width: int) -> str | None:
    """Whether a row with hardly a cell stands right below a note, and goes on with it."""
    below = bool(aside) and aside[-1].kind == "note" and aside[-1].row == at
    return "note" if below and len(there) <= 2 < width - 1 and isinstance(there[0], str) else None


def _total_in(row: Sequence[object], telling: Mapping[int, bool]) -> str | None:
    """Whether a cell that names a facility, or says where it is, is that of a total."""
    for at, names in telling.items():
        cell = row[at] if at < len(row) else None
        if (
            isinstance(cell, str)
            and len(cell) <= _LONGEST_TOTAL
            and _is_total(cell)
            and (names or not cell.startswith("全"))
        ):
            return "total"
    return None


def _is_total(text: str) -> bool:
    if _TOTAL_SIGN.search(text) is None:
        return False
    return _TOTAL.fullmatch(re.sub(r"\s+", "", plain(text))) is not None


def _words(row: Iterable[object]) -> list[str]:
    return [str(cell).strip() for cell in row if filled(cell)]
