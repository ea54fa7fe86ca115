"""Units of measure and what they are worth: in cells (300张, 1.5万平方米) and in heads (人口（千人）, 总投资（万元）)."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Kind = Literal["count", "people", "households", "area", "money"]

#: Signs that multiply whatever follows them.
SCALES = {
    "十": 10,
    "拾": 10,
    "百": 100,
    "佰": 100,
    "千": 1_000,
    "仟": 1_000,
    "万": 10_000,
    "萬": 10_000,
    "亿": 10**8,
    "億": 10**8,
}
_ENGLISH_SCALES = {
    **dict.fromkeys(("hundred", "hundreds", "00", "'00", "00s", "100s"), 100),
    **dict.fromkeys(("thousand", "thousands", "000", "'000", "000s", "1000s", "1000", "k"), 1_000),
    **dict.fromkeys(("10000", "10k"), 10_000),
    "100000": 100_000,
    "1000000": 10**6,
    **dict.fromkeys(("million", "millions", "mn", "mio"), 10**6),
    **dict.fromkeys(("billion", "billions", "bn"), 10**9),
}
_AREA = {
    **dict.fromkeys(
        (
            "平方米", "平米", "平方", "平", "平方公尺", "m2", "m^2", "m²", "㎡", "sqm", "sq.m", "sq.m.",
            "squaremetre", "squaremetres", "squaremeter", "squaremeters",
        ),
        "1",
    ),
    **dict.fromkeys(("亩", "畝", "市亩", "市畝", "mu"), "666.6666666666666667"),
    **dict.fromkeys(("公亩", "公畝"), "100"),
    **dict.fromkeys(("公顷", "公頃", "ha", "hm2", "hm²", "hm^2", "hectare", "hectares"), "10000"),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km^2", "km²", "㎢", "sqkm", "sq.km"), "1000000"),
    "坪": "3.305785123966942149",
}  # fmt: skip
#: Money is kept in 万元, the unit of every plan and budget.
_MONEY = dict.fromkeys(
    ("元", "圆", "圓", "块", "rmb", "yuan", "cny", "元人民币", "人民币元", "人民币"), "0.0001"
)
_PEOPLE = frozenset("人 名 位 口 个人 people persons person residents inhabitants".split())  # noqa: SIM905
_HOUSEHOLDS = frozenset("户 戶 家 户数 家庭 家庭户 households hh".split())  # noqa: SIM905
_COUNT = _PEOPLE | frozenset(
    "张 張 个 個 床 床位 张床 张床位 穴 格 座 处 處 间 間 所 家 户 戶 套 盒 岁 beds bed".split()  # noqa: SIM905
)
_UNITS: dict[Kind, dict[str, str]] = {
    "count": dict.fromkeys(_COUNT, "1"),
    "people": dict.fromkeys(_PEOPLE, "1"),
    "households": dict.fromkeys(_HOUSEHOLDS, "1"),
    "area": _AREA,
    "money": _MONEY,
}
#: What measures something that is kept in no field: a column in it is unknown.
_FOREIGN = frozenset(
    [
        "美元",
        "港元",
        "港币",
        "澳元",
        "欧元",
        "日元",
        "日圆",
        "英镑",
        "韩元",
        "台币",
        "新台币",
        "新臺幣",
        "卢布",
        "usd",
        "hkd",
        "eur",
        "twd",
        "ntd",
        "nt$",
        "us$",
        "$",
        "€",
        "£",
        "gbp",
        "jpy",
        "平方英尺",
        "平方尺",
        "平方呎",
        "英亩",
        "平方英里",
        "平方码",
        "sqft",
        "sq.ft",
        "sq.ft.",
        "ft2",
        "ft²",
        "acre",
        "acres",
        "squarefeet",
        "squarefoot",
        "mi2",
        "sqmi",
        "立方米",
        "m3",
        "m³",
        "米",
        "公里",
        "千米",
        "里",
        "%",
        "‰",
        "%",
        "percent",
        "per1000",
        "人次",
        "人/平方公里",
        "人/km2",
        "人/公顷",
        "吨",
        "打",
    ]
)
#: A head may end in these without stating a unit.
_COUNTED = _COUNT | _HOUSEHOLDS | frozenset("元 圆 圓 块 里 米".split())  # noqa: SIM905
_KNOWN = frozenset().union(*_UNITS.values(), _FOREIGN)
#: Long ones first, so that 千 in 千克 or 元 in 美元 never cuts a word.
_WORDS = "|".join(sorted(map(re.escape, _KNOWN), key=lambda word: (-len(word), word)))
_SIGNS = f"[{''.join(SCALES)}]"
_CHINESE_SCALE = f"{_SIGNS}{{0,3}}"
_MEASURE = re.compile(rf"{_CHINESE_SCALE}(?:{_WORDS})|{_SIGNS}{{1,3}}")
#: A scale as a power of ten: 10^4人; small raised digits are read as ordinary ones (104m2).
_POWER = re.compile(r"10(?:\^([2-9])|([34568])(?=\D))(.*)")
#: What ends in these is a share or a rate, whatever it begins with.
_RATE = re.compile(r"(?:占比|比例|比重|百分比|密度|percent|percentage|density)$")
_SAID = re.compile(r"^(?:计量|數據|数据)?(?:单位|單位|unit|units)(?:为|[:=])")
_ASKS_FOR_UNIT = re.compile(r"[,;_-]?(?:计量)?(?:单位|單位|units?)$")
#: What stands before a unit in brackets: (in thousands), (x 1000), (×千人).
_BEFORE_UNIT = re.compile(r"^(?:in|[x×*]|1(?=[百千万萬亿億]))+")
#: Another country's money before a number of its units: 港币万元.
_OF_ABROAD = re.compile(
    rf"(?:港币|港元|美元|美金|欧元|日元|日圆|英镑|韩元|澳元|澳门元|台币|新台币|卢布|usd|hkd|eur|gbp|jpy|twd){_SIGNS}{{0,3}}(?:元|圆|圓)?"
)
#: What is said before a unit with its scale (含税亿元, 常住千人), and is neither a number, a rate nor a currency.
_REMARK = re.compile(
    r"^(?!.*(?:[每均按币幣金镑]|[一二两三四五六七八九十\d]+[百千万亿]))[\u4e00-\u9fff]{1,6}?"
    rf"(?={_SIGNS}{{1,3}}(?:元|人|户|张|床|亩|平方米|平米|公顷|m2)$)"
)
#: A scale behind a name: 人口×1000.
_TIMES = re.compile(r"(?<=[^a-z\d])[×*x](1000|10000|100000|1000000)$")
_IN_TITLE = re.compile(r"(?:单位|單位|units?):([^()\[\]{}]+?)[)\]}]?$")
_BRACKETS = re.compile(r"[(\[{【]([^()\[\]{}【】]*)[)\]}】]")
#: A unit that stands behind the name without brackets: 人口/千人, 总投资万元, 占地面积_亩; 每千人 is no unit.
_BEHIND = re.compile(
    rf"(?<!每)(?:(?P<mark>[/:_,、-])(?P<marked>(?:单位:?)?{_CHINESE_SCALE}(?:{_WORDS})|[千万萬亿億]|(?:')?000s?|thousands?|millions?)"
    rf"|(?P<bare>(?<=人口|人数|投资|造价|金额)[千万萬亿億]|{_SIGNS}{{1,2}}(?:人|户|戶|元|美元|张|床|平方米|平米|㎡|m2|亩)|平方米|平方公里|公顷|公頃|㎡|m2|km2))$"
)


@lru_cache(maxsize=1_000)
def factor(unit: str, kind: Kind) -> Decimal | None:
    """What one of a unit is worth in the unit that is kept (m², 万元, else 1); None when it measures something else.

    An empty unit is the kept one; a scale alone (万) counts the plain unit, which for money is 元.
    """
    unit = unit.rstrip("。.;；") or unit
    if not unit:
        return Decimal(1)
    known = _UNITS[kind]
    for scale, rest in _splits(unit):
        if rest in known:
            return scale * Decimal(known[rest])
        if not rest:
            return scale * (Decimal(_MONEY["元"]) if kind == "money" else 1)
    return None


def kind_of(unit: str) -> Kind:
    """The first kind of thing that a unit measures; ``count`` where it measures none."""
    return next((kind for kind in _UNITS if factor(unit, kind) is not None), "count")


def scale_of(unit: str) -> int:
    """The scale with which a unit begins: 10,000 for 万元, 1 for 元."""
    scale = 1
    while unit and unit[0] in SCALES:
        scale, unit = scale * SCALES[unit[0]], unit[1:]
    return scale


def without_scale(unit: str) -> str:
    """A unit without the scale with which it begins: 元 for 万元."""
    return unit.lstrip("".join(SCALES))


def _splits(unit: str) -> list[tuple[Decimal, str]]:
    """A unit as a scale and the rest, the unit as it stands first: 平方 is no scale, 千 in 千克 is."""
    found = [(Decimal(1), unit)]
    power = _POWER.fullmatch(unit)
    if power is not None:
        found.append((Decimal(10) ** int(power[1] or power[2]), power[3]))
    rest = unit.removeprefix("人民币").removesuffix("人民币")
    if rest not in {unit, ""}:
        found.append((Decimal(scale_of(rest)), without_scale(rest)))
    if unit[0] in SCALES:
        found.append((Decimal(scale_of(unit)), without_scale(unit)))
    for word, worth in _ENGLISH_SCALES.items():
        if unit == word or unit.startswith(word):
            found.append((Decimal(worth), unit[len(word) :].lstrip("-")))
        elif unit.endswith(word) and word.isalpha() and len(word) > 1:
            found.append((Decimal(worth), unit[: -len(word)].rstrip("-")))
    return found


def is_measure(text: str) -> bool:
    """Whether a text in brackets names a unit of measure, known or not, and is no remark; a rate is one of none that is kept."""
    if "/" in text[1:]:
        return is_measure(text.split("/", 1)[0])
    if text in _KNOWN or _MEASURE.fullmatch(text) or _OF_ABROAD.fullmatch(text) or _is_english(text):
        return True
    return text.startswith("每") and any(text.endswith(word) for word in _PEOPLE)


def _is_english(text: str) -> bool:
    return any(rest == "" or rest in _KNOWN for scale, rest in _splits(text) if scale != 1) if text else False


def split_unit(text: str) -> tuple[str, str]:
    """A head (narrow, lower case, no white space) in its name and the unit that it states, which may be of any measure.

    Brackets that hold no unit stay with the name.
    """
    for found in reversed(list(_BRACKETS.finditer(text))):
        unit = _unit_among(found[1])
        if unit is not None:
            return text[: found.start()] + text[found.end() :], unit
    if _RATE.search(text):
        return text, "%"
    if (times := _TIMES.search(text)) is not None:
        return text[: times.start()], times[1]
    behind = _BEHIND.search(text)
    if behind is not None and behind.start() > 0:
        name = text[: behind.start()]
        if behind["mark"] == ":":
            name = _ASKS_FOR_UNIT.sub("", name) or name
        return name, _SAID.sub("", behind["marked"] or behind["bare"]).removeprefix("单位")
    return text, ""


def unit_behind_space(text: str) -> tuple[str, str]:
    """The same where white space stands before the unit: 占地面积 ha, floor area sq m, population in thousands.

    A bare word for what is counted (beds, 口) is a part of the name, and so is a number, which may be a year.
    """
    words = text.split()
    for count in (2, 1):
        unit = "".join(words[-count:])
        name = words[:-count]
        said = len(name) > 1 and name[-1] == "in"
        if name and unit not in _COUNTED and (said or not unit.isdigit()) and is_measure(unit):
            name = name[:-1] if said else name
            return "".join(name).rstrip(",;:"), unit
    return "".join(words), ""


def _unit_among(words: str) -> str | None:
    """The unit among remarks in brackets (2020年,千人), one with a scale first; whatever follows 单位: is one."""
    found = []
    for word in re.split("[,、;]", words):
        said = _SAID.sub("", word)
        bare = _REMARK.sub("", _BEFORE_UNIT.sub("", said))
        if said != word or is_measure(bare):
            found.append(bare if is_measure(bare) else said)
    scaled = [unit for unit in found if any(scale != 1 for scale, _ in _splits(unit))]
    return next(iter((*scaled, *found)), None)


def units_of_title(text: str) -> tuple[str, ...]:
    """Units that a title above a table states for all of it (单位：千人、万元); none where it speaks of an office."""
    narrow = unicodedata.normalize("NFKC", text).lower()
    found = _IN_TITLE.search(re.sub(r"\s+", "", narrow))
    words = [] if found is None else [word for word in re.split("[,、;和及]", found[1]) if word]
    return tuple(words) if words and all(map(is_measure, words)) else ()
