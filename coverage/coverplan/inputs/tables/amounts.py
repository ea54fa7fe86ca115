"""Numbers as people write them: 300张, 1.5万, 30亩, 1,093, １２, 十二, 约300, 300-350, 无, 待定."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["count", "area", "money"]

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
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1_000, "万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_AREA = {
    **dict.fromkeys(("平方米", "平米", "平方", "平", "m2", "m²", "sqm", "平方公尺"), "1"),
    **dict.fromkeys(("亩", "畝"), "666.6666666666666667"),
    **dict.fromkeys(("公顷", "公頃", "ha"), "10000"),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km²"), "1000000"),
}
#: Money is kept in 万元, the unit of every plan and budget.
_MONEY = {
    **dict.fromkeys(("元", "圆", "圓", "rmb", "yuan", "cny"), "0.0001"),
    **dict.fromkeys(("万元", "萬元"), "1"),
    **dict.fromkeys(("亿元", "億元"), "10000"),
}
_COUNT = frozenset(
    [
        "张",
        "張",
        "个",
        "個",
        "人",
        "名",
        "位",
        "床",
        "床位",
        "张床",
        "张床位",
        "穴",
        "格",
        "座",
        "处",
        "處",
        "间",
        "間",
        "所",
        "家",
        "户",
        "戶",
        "套",
        "盒",
        "岁",
        "beds",
        "bed",
        "people",
        "persons",
    ]
)
_DIGITS = dict(zip("零〇一二三四五六七八九两兩", (0, *range(10), 2, 2), strict=True))
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?"
_ONE = re.compile(rf"([+-]?{_NUMBER})([十百千万萬亿億]?)")
_RANGE = re.compile(
    rf"({_NUMBER})([万萬亿億]?)([^\d\s.,~到至—–-]*)(?:-|~|—|–|到|至)({_NUMBER})([万萬亿億]?)(\D*)"
)
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


def is_blank(value: object) -> bool:
    """Whether a cell says nothing (R15)."""
    if value is None or (isinstance(value, float) and value != value):  # noqa: PLR0124  (NaN, without importing numpy)
        return True
    return isinstance(value, str) and plain(value).lower() in BLANK


def plain(text: str) -> str:
    """Text with full-width signs made narrow and white space trimmed."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").strip()


def parse_amount(value: object, kind: Kind = "count", *, header_unit: str | None = None) -> Amount | None:
    """The number that a cell states, or None when it states none that can be trusted.

    Parameters
    ----------
    value
        A cell that is not blank.
    kind
        What is measured; a unit of another kind (300平方米 of beds) makes the cell unreadable.
    header_unit
        Unit named in the column's header, used where the cell names none.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        factor = _factor(header_unit or "", kind)
        if factor is None or abs(value) == float("inf"):
            return None
        number = _scaled(str(value), factor)
        return Amount(number, "header_unit" if factor != 1 else None, number)
    if not isinstance(value, str) or len(value) > 60:
        return None
    return _from_text(value, kind, header_unit or "")


def _from_text(printed: str, kind: Kind, header_unit: str) -> Amount | None:
    rules = []
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
    ends = _ends(text)
    if ends is None:
        return None
    low, high, unit, rule = ends
    factor = _factor(unit or header_unit, kind)
    if factor is None:
        return None
    rules += rule
    if unit:
        rules.append("unit")
    elif factor != 1:
        rules.append("header_unit")
    low_value, high_value = _scaled(low, factor), _scaled(high, factor)
    return None if high_value < low_value else Amount(low_value, "+".join(rules) or None, high_value)


def _ends(text: str) -> tuple[Decimal, Decimal, str, list[str]] | None:
    """Low end, high end, unit and rules of a narrow, lower-case text."""
    both = _RANGE.fullmatch(text)
    if both is not None:
        first, first_scale, unit, last, last_scale, last_unit = both.groups()
        scale = first_scale or last_scale
        low, high = _decimal(first, scale), _decimal(last, last_scale)
        return low, high, last_unit or unit, ["range"]
    one = _ONE.match(text)
    if one is None:
        return _numeral(text)
    digits, scale = one.groups()
    unit = text[one.end() :]
    rules = ["thousands"] if "," in digits else []
    if scale:
        rules.append("scale")
    number = _decimal(digits, scale)
    return number, number, unit, rules


def _numeral(text: str) -> tuple[Decimal, Decimal, str, list[str]] | None:
    """十二, 三百, 一千二百张."""
    found = re.match(r"[零〇一二三四五六七八九两兩十百千万萬]+", text)
    if found is None:
        return None
    total = section = digit = 0
    for sign in found.group():
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in "万萬":
            total, section, digit = (total + section + digit) * 10_000, 0, 0
        else:
            section += (digit or 1) * _SCALES[sign]
            digit = 0
    number = Decimal(total + section + digit)
    return number, number, text[found.end() :], ["numeral"]


def _decimal(digits: str, scale: str) -> Decimal:
    return Decimal(digits.replace(",", "")) * _SCALES[scale]


def _scaled(number: str | Decimal, factor: Decimal | int) -> float:
    return float(Decimal(number) * factor)


def _factor(unit: str, kind: Kind) -> Decimal | int | None:
    """Factor to the unit that is kept; None when the unit does not measure this kind of thing."""
    unit = unit.rstrip("。.;；")
    if not unit:
        return 1
    scale: Decimal | int = 1
    table = {"area": _AREA, "money": _MONEY}.get(kind, {})
    if unit in table:
        return Decimal(table[unit])
    if unit[0] in "万萬亿億":
        scale, unit = _SCALES[unit[0]], unit[1:]
    if kind == "count":
        return scale if not unit or unit in _COUNT else None
    return scale * Decimal(table[unit]) if unit in table else None
