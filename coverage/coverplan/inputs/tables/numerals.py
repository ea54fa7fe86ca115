"""Chinese numerals as numbers: 十二, 一百零五, 一百二 (120), 两千五 (2,500), 一万二, 三亿, 二〇〇, 壹佰贰拾."""

from __future__ import annotations

import re

_DIGITS = dict(
    zip("零〇○一二三四五六七八九两兩壹贰貳叁參肆伍陆陸柒捌玖", (0, 0, 0, *range(1, 10), 2, 2, 1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9), strict=True)
)  # fmt: skip
_NOUGHT = "零〇○"
_DIGIT = "[一二三四五六七八九两兩壹贰貳叁參肆伍陆陸柒捌玖]"
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "亿": 10**8, "億": 10**8}
#: Every sign that a numeral may hold.
SIGNS = "".join((*_DIGITS, *_TENS, *_MYRIADS))
#: Thousands, hundreds, tens and ones in this order, each at most once.
_SECTION = re.compile(
    rf"(?:{_DIGIT}[千仟])?[{_NOUGHT}]?(?:{_DIGIT}[百佰])?[{_NOUGHT}]?(?:{_DIGIT}?[十拾])?[{_NOUGHT}]?{_DIGIT}?"
)


def chinese_number(text: str) -> int | None:
    """The number that a text of numerals and nothing else states; None when it is no proper one."""
    if not text:
        return None
    if not any(sign in _TENS or sign in _MYRIADS for sign in text):
        return int("".join(str(_DIGITS[sign]) for sign in text))
    return _with_myriads(text)


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
