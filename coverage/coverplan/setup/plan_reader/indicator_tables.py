"""Tables of main indicators: rows with name, unit, base, target and attribute, also where copying lost the cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from coverplan.plan.schema import Attribute, Rule
from coverplan.setup.plan_reader.document import Line
from coverplan.setup.plan_reader.found import Found, Reading
from coverplan.setup.plan_reader.kinds import kind_of
from coverplan.setup.plan_reader.spelling import narrow
from coverplan.setup.plan_reader.terms import ATTRIBUTES, Thing, thing_of, units_of
from coverplan.vocabulary import MAX_PRINTED

_END = re.compile(r"^(约束性|预期性|完成|未完成|基本完成|部分完成)(指标)?$")
_NOTHING = re.compile(r"^(-+|/|无|\.\.\.|…+)$")
_UNIT = re.compile(
    r"^(%|‰|平方米|平方米/百户|张|个|家|所|人|万人|万个|万张|名|处|亩|万元|亿元|元/月|元/年|元|户|对|公里|项|/)$"
)
_PLAIN = re.compile(
    r"^(不低于|不少于|>=|≥|>|<=|≤|<|=)?\s*(\d+(?:,\d{3})*(?:\.\d+)?)\s*(%|以上|左右|万)?(以上|左右)?$"
)
_RANGE = re.compile(r"^\[?(\d+(?:\.\d+)?)\s*[-至]\s*(\d+(?:\.\d+)?)\]?\*?\s*(%)?$")
_LOST_RANGE = re.compile(r"^\[(\d{2})(\d{2})\]\*?$")
_NAME_UNIT = re.compile(r"^(.*?)[(]\s*(%|‰|平方米|[万亿]?[个张人家元所名])\s*[)]?$")
_WORDS_VALUE = re.compile(r"^(不低于|不少于|高于|达到|同步|保持).{2,40}$")


@dataclass(frozen=True, slots=True)
class Columns:
    """What the head of a table says: does a base come before the target, a growth rate or a result after it."""

    base: int | None
    target: int | None
    growth: bool
    result: bool


@dataclass(frozen=True, slots=True)
class Value:
    """A cell of the target column."""

    rule: Rule
    value: Decimal | None
    high: Decimal | None
    printed: str
    repaired: bool = False


def read_tables(lines: Sequence[Line], reading: Reading) -> set[int]:
    """Add the rows of all tables to a reading; positions of the lines that belong to tables are given back."""
    taken: set[int] = set()
    at = 0
    while at < len(lines):
        block = _block(lines, at)
        if block is None:
            at += 1
            continue
        columns, first, stop = block
        taken.update(range(at, stop))
        tokens = [
            (line, text) for line in lines[first:stop]
            for text in (line.cells if line.cells is not None else (line.text,)) if narrow(text).strip()
        ]  # fmt: skip
        reading.found.extend(_rows(tokens, columns))
        at = stop
    return taken


def _block(lines: Sequence[Line], at: int) -> tuple[Columns, int, int] | None:
    """Head, first row and end of a table that begins with the line at a position."""
    text = narrow(lines[at].text).replace(" ", "")
    if "指标" not in text or (len(text) > 60 and lines[at].cells is None):
        return None
    filled = [i for i in range(at, min(at + 80, len(lines))) if narrow(lines[i].text).strip()][:26]
    ends = [i for i, after in zip(filled[1:], [*filled[2:], at], strict=True)
            if _ends(lines[i]) and not narrow(lines[after].text).strip().startswith("情况")]  # fmt: skip
    if not ends:
        return None
    first = _first_row(lines, [i for i in filled if at <= i <= ends[0]])
    if first is None:
        return None
    head = narrow("|".join(lines[i].text for i in filled if i < first))
    stop, gap = ends[0] + 1, 0
    for i in range(ends[0] + 1, len(lines)):
        if not narrow(lines[i].text).strip():
            continue
        gap = 0 if _ends(lines[i]) else gap + 1
        if gap == 0:
            stop = i + 1
        elif gap > 9 or (len(lines[i].text) > 90 and lines[i].cells is None):
            break
    return _columns(head), first, stop


def _ends(line: Line) -> bool:
    cells = line.cells if line.cells is not None else (line.text,)
    return any(_END.match(narrow(cell).strip()) for cell in cells)


def _first_row(lines: Sequence[Line], positions: Sequence[int]) -> int | None:
    """The row before the first attribute: a running number 1, or else the name that stands last before its values."""
    if len(positions) == 1 or lines[positions[-1]].cells is not None:
        return positions[-1]
    for i in positions[1:]:
        if narrow(lines[i].text).strip() in {"1", "1.", "1、"}:
            return i
    names = [
        i for i in positions[1:-1] if _is_name(narrow(lines[i].text).strip()) and not _is_head(lines[i].text)
    ]
    return names[-1] if names else None


def _is_name(text: str) -> bool:
    return (
        not any(p.match(text) for p in (_END, _NOTHING, _UNIT, _PLAIN, _RANGE, _LOST_RANGE)) and len(text) > 3
    )


def _is_head(text: str) -> bool:
    return bool(re.search(r"目标值|完成值|数值|属性|序号|指标|单位|增长|情况|类型|年$", narrow(text)))


def _columns(head: str) -> Columns:
    years = [int(year) for year in re.findall(r"20\d\d", head)]
    target = max(years, default=None)
    result = "完成" in head
    base = None
    if result:
        base = min(years) if len(set(years)) > 1 else None
    elif len(set(years)) > 1:
        base = min(years)
    return Columns(base, target, "增长" in head, result)


def _rows(tokens: Sequence[tuple[Line, str]], columns: Columns) -> Iterator[Found]:
    row: list[tuple[Line, str]] = []
    for line, text in tokens:
        plain = narrow(text).strip()
        end = _END.match(plain)
        if end is None:
            row.append((line, text))
            continue
        found = _row(row, columns, end[1])
        if found is not None:
            yield found
        row = []


def _row(row: Sequence[tuple[Line, str]], columns: Columns, ended: str) -> Found | None:
    cells = [(line, narrow(text).strip(), text.strip()) for line, text in row]
    number = None
    if len(cells) > 1 and re.fullmatch(r"\d{1,2}[.、]?", cells[0][1]):
        number = int(re.sub(r"\D", "", cells[0][1]))
    if number is not None:
        cells = cells[1:]
    names: list[tuple[Line, str, str]] = []
    while cells and _is_name(cells[0][1]) and not (names and _WORDS_VALUE.match(cells[0][1])):
        names.append(cells.pop(0))
    if not names:
        return None
    first = names[0][0]
    name, measure = _named("".join(plain for _, plain, _ in names))
    if cells and _UNIT.match(cells[0][1]):
        measure = measure or cells[0][1].replace("/", "")
        cells = cells[1:]
    base, target = _values([plain for _, plain, _ in cells], columns)
    attribute: Attribute = "history" if columns.result else ATTRIBUTES[ended]  # type: ignore[assignment]
    thing = thing_of(name) or Thing(None)
    units = units_of(name)
    value = _value(target)
    printed = "".join(raw for _, _, raw in names)[:MAX_PRINTED]
    doubts = tuple(key for key, is_so in (
        ("no_value", value.value is None), ("lost_dash", value.repaired), ("no_measure", not measure),
    ) if is_so)  # fmt: skip
    return Found(
        line=first.number, page=first.page, start=0, stop=0, name=name, printed=printed, measure=measure or "?",
        rule=value.rule, value=value.value, high=value.high, year=columns.target,
        year_basis="printed" if columns.target else "none", attribute=attribute, thing=thing, units=units,
        kind=kind_of(name, measure, thing, units, value.value, every=measure == "%" and value.value == 100),
        base_year=columns.base, base=_number(base), row=number, repaired=value.repaired,
        printed_value=None if target is None else target, doubts=doubts,
    )  # fmt: skip


def _named(name: str) -> tuple[str, str]:
    match = _NAME_UNIT.match(name)
    return (name, "") if match is None else (match[1], match[2])


def _values(values: list[str], columns: Columns) -> tuple[str | None, str | None]:
    """Base and target among the cells of a row that hold values."""
    if columns.result:
        return (values[0] if len(values) > 2 else None), (values[-2] if len(values) > 1 else None)
    if columns.growth and not columns.base:
        return None, values[0] if values else None
    if columns.base is not None:
        return (values[0], values[1]) if len(values) > 1 else (None, values[0] if values else None)
    return None, values[0] if values else None


def _value(cell: str | None) -> Value:
    if cell is None or _NOTHING.match(cell):
        return Value("none", None, None, "")
    lost = _LOST_RANGE.match(cell)
    if lost:
        return Value("inside", Decimal(lost[1]), Decimal(lost[2]), cell, repaired=True)
    between = _RANGE.match(cell)
    if between:
        rule: Rule = "inside" if cell.startswith("[") else "at_least_low_end"
        return Value(rule, Decimal(between[1]), Decimal(between[2]), cell)
    plain = _PLAIN.match(cell)
    if plain:
        rule = ">" if plain[1] == ">" else "none" if plain[1] in {"<", "<=", "≤"} else ">="
        return Value(rule, Decimal(plain[2].replace(",", "")), None, cell)
    return Value(">=" if _WORDS_VALUE.match(cell) else "none", None, None, cell)


def _number(cell: str | None) -> Decimal | None:
    plain = None if cell is None else _PLAIN.match(cell)
    return None if plain is None else Decimal(plain[2].replace(",", ""))
