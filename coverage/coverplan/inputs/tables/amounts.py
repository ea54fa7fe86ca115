"""Numbers as people write them: 300张, 1.5万, 30亩, 1,093, １２, 十二, 约300, 300-350, 无, 待定."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from coverplan.inputs.tables.measures import SCALES, Kind, factor, scale_of, without_scale
from coverplan.inputs.tables.numerals import SIGNS, chinese_number, mixed_number
from coverplan.text.folding import plain

#: What a cell says that says nothing.
BLANK = frozenset(
    {
        *("", "nan", "none", "null", "na", "n/a", "<na>", "nil", "tbd"),
        *("-", "--", "---", "—", "——", "–", "―", "/", "\\", "·", "...", "…", "?", "？", "*", "#n/a"),
        *(
            "无",
            "無",
            "暂无",
            "没有",
            "待定",
            "未定",
            "不详",
            "未知",
            "不明",
            "空",
            "空白",
            "缺",
            "待补",
            "待填",
        ),
    }
)
_NUMBERS = (int, float)
_LONGEST_BLANK = max(map(len, BLANK))
#: A text of signs that never read otherwise, longer than any that says nothing.
surely_says = re.compile(f"[0-9A-Za-z\u4e00-\u9fff]{{{_LONGEST_BLANK + 1},}}").fullmatch
_ALL_SURELY_SAY = re.compile(rf"(?:[0-9A-Za-z\u4e00-\u9fff]{{{_LONGEST_BLANK + 1},}}\0)*").fullmatch
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?"
_NUMERAL = re.compile(f"[{SIGNS}]+")
_ONE = re.compile(rf"([+-]?{_NUMBER})([十百千万萬亿億]?)")
_MIXED = re.compile(r"(?:[1-9]\d{0,3}[十百千万萬亿億])+\d{1,4}(?!\d)(?:[十百千万萬](?=\D|$))?")
#: Groups of three digits between spaces that do not break a line, or more than two such groups: two numbers in one cell
#: (120 150) look like a single group between ordinary spaces.
_SPACED = re.compile(r"(?<!\d)\d{1,3}(?:(?:[\u00a0\u2009\u202f]\d{3})+|(?:\s\d{3}){2,})(?!\d)")
_RANGE = re.compile(
    rf"({_NUMBER})([万萬亿億]?)([^\d\s.,~到至—–-]*)(?:-|~|—|–|到|至)({_NUMBER})([万萬亿億]?)(\D*)"
)
_HALVED = re.compile("亩|畝|市亩|公亩|公顷|公頃|平方公里|坪")
_HALF = re.compile(rf"(\d{{1,6}}|[{SIGNS}]+)({_HALVED.pattern})半")
_ABOUT = re.compile(
    r"^(?:约|約|大约|大約|近|approx\.?|about|ca\.?|~|≈)|(?:左右|上下|余|餘|多)$"
    r"|(?<=[\d十百千万萬亿億])(?:余|餘|多)(?=[^\d余餘多]{1,3}$)"
)
_BOUND = re.compile(r"^(?:不少于|不低于|至少|≥|>=|>|大于)|(?:以上|及以上|\+)$")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number that a text states.

    Parameters
    ----------
    value
        Square metres for areas, 万元 for money that names its unit, else the number itself; the low end of a range.
    rule
        How it was read, None when it stood there as a plain number: ``digits`` (full width), ``thousands``, ``unit``,
        ``scale`` (万), ``numeral`` (十二), ``about``, ``bound`` (300以上), ``range``; several joined with ``+``.
    high
        The high end of a range, else the value.
    """

    value: float
    rule: str | None
    high: float


def all_surely_say(values: Sequence[object]) -> bool:
    """Whether all values are texts that surely say something, and have no white space at their ends."""
    if set(map(type, values)) != {str}:
        return False
    return _ALL_SURELY_SAY("\0".join([*values, ""])) is not None  # type: ignore[list-item]


def is_blank(value: object) -> bool:
    """Whether a cell says nothing (R15)."""
    if isinstance(value, str):
        return surely_says(value) is None and plain(value).lower() in BLANK
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124  (NaN, without importing numpy)


def parse_amount(value: object, kind: Kind = "count", *, header_unit: str | None = None) -> Amount | None:
    """The number that a cell states, or None when it states none that can be trusted.

    Parameters
    ----------
    value
        A cell that is not blank.
    kind
        What is measured; a unit of another kind (300平方米 of beds) makes the cell unreadable.
    header_unit
        Unit named in the column's header, used where the cell names none. A cell that brings its own 万 or 亿 (222万
        under 万元) is not multiplied by the header's once more.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, _NUMBERS):
        worth = factor(header_unit or "", kind)
        if worth is None or abs(value) == float("inf"):
            return None
        if worth == 1:
            return Amount(float(value), None, float(value))
        number = _scaled(str(value), worth)
        return Amount(number, "header_unit", number)
    if not isinstance(value, str) or len(value) > 60:
        return None
    return _from_text(value, kind, header_unit or "")


@dataclass(frozen=True, slots=True)
class _Ends:
    """Low and high end of what a text states, the scale signs that it brings, its unit, the rules, and the low end's unit."""

    low: Decimal
    high: Decimal
    scale: str
    unit: str
    rules: tuple[str, ...]
    unit_of_low: str = ""


def _from_text(printed: str, kind: Kind, header_unit: str) -> Amount | None:
    rules = []
    grouped = _SPACED.sub(lambda found: re.sub(r"\s", ",", found.group()), printed)
    if grouped != printed:
        return _from_text(grouped, kind, header_unit)
    text = re.sub(r"\s+", "", plain(printed)).lower()
    if text != printed.strip().lower():
        if re.search(r"\d\s+\d", plain(printed)):
            return None  # 3040 or 30-40: a separator was lost, or two numbers share the cell
        rules.append("digits")
    for name, marks in (("about", _ABOUT), ("bound", _BOUND)):
        shorter = marks.sub("", text)
        if shorter != text:
            rules.append(name)
            text = shorter
    ends = _ends(_with_half(text) if kind == "area" else text)
    worth = None if ends is None else _worth(ends, kind, header_unit)
    if ends is None or worth is None:
        return None
    rules += ends.rules
    if ends.unit:
        rules.append("unit")
    elif header_unit and worth != 1:
        rules.append("header_unit")
    low, high = _scaled(ends.low, worth), _scaled(ends.high, worth)
    return None if high < low else Amount(low, "+".join(rules) or None, high)


def _worth(ends: _Ends, kind: Kind, header_unit: str) -> Decimal | None:
    """What the cell's numbers are worth; None when two units or scales cannot both be meant."""
    if ends.unit_of_low and factor(ends.unit_of_low, kind) != factor(ends.unit, kind):
        return None  # 1亩-2公顷
    if ends.unit:
        return factor(ends.unit, kind)
    if not ends.scale:
        return factor(header_unit, kind)
    above = scale_of(header_unit)
    if SCALES[ends.scale] < 10_000 and above > 1 and SCALES[ends.scale] != above:
        return None  # 5千 under 万元
    base = without_scale(header_unit)
    if kind == "money" and not base:
        base = "元" if SCALES[ends.scale] >= 10_000 or above > 1 else ""
    return factor(base, kind)


def _ends(text: str) -> _Ends | None:
    """What a narrow, lower-case text states."""
    both = _RANGE.fullmatch(text)
    if both is not None:
        first, first_scale, unit, last, last_scale, last_unit = both.groups()
        scale = first_scale or last_scale
        low, high = _decimal(first, scale), _decimal(last, last_scale)
        return _Ends(low, high, scale, last_unit or unit, ("range",), unit)
    if _MIXED.match(text):
        return _numeral(text)
    one = _ONE.match(text)
    if one is None:
        return _numeral(text)
    digits, scale = one.groups()
    rules = (*(("thousands",) if "," in digits else ()), *(("scale",) if scale else ()))
    number = _decimal(digits, scale)
    return _Ends(number, number, scale, text[one.end() :], rules)


def _numeral(text: str) -> _Ends | None:
    """十二, 三百, 一千二百张, 3千5; a numeral of myriads (三百万) brings its scale, and so do digits with a sign behind them."""
    mixed = _MIXED.match(text)
    found = mixed or _NUMERAL.match(text)
    number = None if found is None else (mixed_number if mixed else chinese_number)(found.group())
    if found is None or number is None:
        return None
    scale = next((sign for sign in ("亿億万萬千百" if mixed else "亿億万萬") if sign in found.group()), "")
    return _Ends(Decimal(number), Decimal(number), scale, text[found.end() :], ("numeral",))


def _with_half(text: str) -> str:
    """An area with the half that is said last (十二亩半) or alone (半亩) as digits; other texts as they are."""
    if text.startswith("半") and _HALVED.fullmatch(text[1:]):
        return f"0.5{text[1:]}"
    found = _HALF.fullmatch(text)
    if found is None:
        return text
    number = found[1] if found[1].isascii() else chinese_number(found[1])
    return text if number is None else f"{number}.5{found[2]}"


def _decimal(digits: str, scale: str) -> Decimal:
    return Decimal(digits.replace(",", "")) * (SCALES[scale] if scale else 1)


def _scaled(number: str | Decimal, worth: Decimal | int) -> float:
    return float(Decimal(number) * worth)
