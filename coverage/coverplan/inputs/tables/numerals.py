"""Chinese numerals as numbers: 十二, 廿五, 一百零五, 一百二 and 百二 (120), 一万二, 三亿, 二〇〇, 壹佰贰拾, and mixed ones: 3千5."""

from __future__ import annotations

import re

_DIGITS = dict(
    zip("零〇○一二三四五六七八九两兩壹贰貳叁參肆伍陆陸柒捌玖", (0, 0, 0, *range(1, 10), 2, 2, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9), strict=True)
)  # fmt: skip
_NOUGHT = "零〇○"
_DIGIT = "[一二三四五六七八九两兩壹贰貳叁參肆伍陆陸柒捌玖]"
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
_SCORES = {"廿": "二十", "卅": "三十", "卌": "四十"}
#: Every sign that a numeral may hold.
SIGNS = "".join((*_DIGITS, *_TENS, *_MYRIADS, *_SCORES))
#: 百二 and 千五 leave out the one with which they begin.
_WITHOUT_ONE = re.compile(rf"[百佰千仟万萬](?={_DIGIT}|[{_NOUGHT}])")
#: Thousands, hundreds, tens and ones in this order, each at most once.
_SECTION = re.compile(
    rf"(?:{_DIGIT}[千仟])?[{_NOUGHT}]?(?:{_DIGIT}[百佰])?[{_NOUGHT}]?(?:{_DIGIT}?[十拾])?[{_NOUGHT}]?{_DIGIT}?"
)


def chinese_number(text: str) -> int | None:
    """The number that a text of numerals and nothing else states; None when it is no proper one."""
    if not text:
        return None
    for sign, said in _SCORES.items():
        text = text.replace(sign, said)
    if _WITHOUT_ONE.match(text):
        text = f"一{text}"
    if not any(sign in _TENS or sign in _MYRIADS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    return _with_myriads(text)


def mixed_number(text: str) -> int | None:
    """The number of digits and numerals together (3千5, 1万2, 3亿2000万), of four digits at most in a row; None for no proper one."""
    return chinese_number(re.sub(r"\d+", lambda found: _spelled(found.group()), text))


def _spelled(digits: str) -> str:
    """Up to four digits as a numeral: 1010 is 一千零一十."""
    numerals = digits.translate(str.maketrans("0123456789", "零一二三四五六七八九"))
    places = ("", "十", "百", "千")[len(digits) - 1 :: -1]
    said = "".join(one if one == "零" else one + place for one, place in zip(numerals, places, strict=True))
    return re.sub("零+", "零", said).rstrip("零")


def _with_myriads(text: str) -> int | None:
    """Parts below 亿 and 万; a single digit right behind one of them counts its thousands (一万二 is 12,000)."""
    total, scale = 0, 0
    for part in re.split("(?<=[亿億])|(?<=[万萬])", text):
        if not part:
            continue
        mark = _MYRIADS.get(part[-1], 1)
        if scale and mark >= scale:
            return None
        body = part if mark == 1 else part[:-1]
        number = _section(body)
        if number is None or (mark > 1 and not number):
            return None
        if mark == 1 and scale and re.fullmatch(_DIGIT, body):
            number *= scale // 10
        total, scale = total + number * mark, mark
    return total


def _section(text: str) -> int | None:
    """Number below 10,000; a last digit that follows 百 or 千 at once counts the next lower place (一百二 is 120)."""
    if not text or text in _NOUGHT or _SECTION.fullmatch(text) is None:
        return None
    total = digit = 0
    place = 1
    for sign in text:
        if sign in _TENS:
            total, digit, place = total + (digit or 1) * _TENS[sign], 0, _TENS[sign]
        elif sign in _NOUGHT:
            place = 1
        else:
            digit = _DIGITS[sign]
    return total + digit * max(place // 10, 1)
