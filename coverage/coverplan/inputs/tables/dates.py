"""Years and dates as people write them: 2019, 2019年5月, 2019.05.01, 20190501, 二〇一九年, 民國108年, 43586."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from coverplan.text.folding import plain

_NUMBERS = (int, float)
EARLIEST, LATEST = 1900, 2200
_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_YEAR_FIRST = re.compile(
    r"(?:公元)?(\d{4})(?:年|[-/.])?(?:(\d{1,2})(?:月|[-/.])?(?:份)?(?:(\d{1,2})(?:日|号)?)?)?(?:[t\s]?\d{1,2}:.*)?"
)
_YEAR_LAST = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.](\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_WORDS = re.compile(
    r"(\d{4})年?(?:初|底|末|上半年|下半年|春|夏|秋|冬|第?[一二三四1-4]季度|[上中下]旬|起|q[1-4])"
)
_MINGUO = re.compile(r"(?:民國|民国)(\d{1,3})年?.*")
#: Serial days of spreadsheets between 1955 and 2119; a year is never that large.
_SERIAL = (20_000, 80_000)
_EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Year:
    """A year that a cell states, and how it was read (None when it stood there as such)."""

    year: int
    rule: str | None


def parse_year(value: object) -> Year | None:
    """The year of a cell that is not blank, or None when it cannot be told."""
    if isinstance(value, bool):
        return None
    if isinstance(value, dt.date):
        return _within(value.year, "date")
    if isinstance(value, _NUMBERS):
        return _from_number(float(value))
    return _from_text(value) if isinstance(value, str) and len(value) <= 40 else None


def _from_number(number: float) -> Year | None:
    if _SERIAL[0] <= number < _SERIAL[1]:
        return _within((_EPOCH + dt.timedelta(days=int(number))).year, "serial")
    if number.is_integer() and len(str(int(number))) in {6, 8}:
        return _compact(str(int(number)))
    if EARLIEST <= number <= LATEST:
        return Year(int(number), None if number.is_integer() else "date")  # 2019.5 is May or October of 2019
    return None


def _from_text(printed: str) -> Year | None:
    text = re.sub(r"\s*(?=[年月日号\-/.])|(?<=[年月\-/.])\s*", "", plain(printed).lower())
    if re.fullmatch(r"\d{4}", text):
        return _within(int(text), None if text == printed.strip() else "digits")
    if re.fullmatch(r"\d{5}", text):
        return _from_number(float(text))
    if compact := _compact(text):
        return compact
    if minguo := _MINGUO.fullmatch(text):
        return _within(int(minguo[1]) + 1911, "minguo")
    chinese = re.match(r"[〇零○一二三四五六七八九]{4}(?=年)", text)
    if chinese is not None:
        text = chinese.group().translate(_CHINESE) + text[4:]
        text = text if _YEAR_FIRST.fullmatch(text) else text[:5]
    for pattern in (_YEAR_FIRST, _YEAR_LAST, _WORDS):
        if found := pattern.fullmatch(text):
            return _dated(found, "numeral" if chinese else "date")
    return None


def _dated(found: re.Match[str], rule: str) -> Year | None:
    parts = found.groups()
    month, day = ([*parts, None, None])[1:3]
    if month is not None and not 1 <= int(month) <= 12:
        return None
    if day is not None and not 1 <= int(day) <= 31:
        return None
    return _within(int(parts[0]), rule)


def _compact(text: str) -> Year | None:
    found = _COMPACT.fullmatch(text)
    return None if found is None else _dated(found, "date")


def _within(year: int, rule: str | None) -> Year | None:
    return Year(year, rule) if EARLIEST <= year <= LATEST else None
