"""Coordinates as people write them: 121.5, 121°30′15″E, 121度30分15秒, E121.5, and both in one cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from coverplan.text.folding import plain

_DECIMAL = re.compile(r"([+-]?)(\d{1,9}(?:\.\d*)?)(?:°|度)?")
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[+-]?\d{1,3},(\d+)")
_PARTS = re.compile(
    r"(\d{1,3})(?:°|度|d|[:\s-])\s*(\d{1,2}(?:\.\d+)?)(?:(?:['′’‘]|分|m|[:\s-])\s*(?:(\d{1,2}(?:\.\d+)?)(?:[\"″”]|''|′′|秒|s)?)?)?"
)
_HEMISPHERE = re.compile(r"^(东经|東經|北纬|北緯|西经|南纬|[nesw])[:\s]*|[:\s]*([nesw])$")
_NUMBER = (int, float)
_NEGATIVE = frozenset({"s", "w", "西经", "南纬"})


@dataclass(frozen=True, slots=True)
class Angle:
    """A coordinate, and how it was read (None when it stood there as a plain number)."""

    value: float
    rule: str | None


def parse_angle(value: object) -> Angle | None:
    """The degrees (or metres) that a cell states, or None when it states none."""
    if isinstance(value, _NUMBER) and not isinstance(value, bool):
        return Angle(float(value), None) if abs(value) < 1e9 else None
    if not isinstance(value, str) or len(value) > 60:
        return None
    text = re.sub(r"\s+", " ", plain(value).lower())
    found = _HEMISPHERE.search(text)
    word = "" if found is None else found[1] or found[2]
    body = _HEMISPHERE.sub("", text).strip()
    if _THOUSANDS.fullmatch(body):
        body = body.replace(",", "")
    sign = -1.0 if word in _NEGATIVE else 1.0
    number = _DECIMAL.fullmatch(body)
    if number is not None:
        return Angle(sign * float(number[1] + number[2]), None if body == value.strip() else "degrees")
    degrees = _degrees(body)
    return None if degrees is None else Angle(sign * degrees, "dms")


def commas_are_points(*columns: Iterable[object]) -> bool:
    """Whether every text of some columns is a number of degrees with a decimal comma (7,003), which at least one shows.

    Three digits behind each comma may be thousands of metres, so they alone decide nothing.
    """
    cells = [plain(cell) for column in columns for cell in column if isinstance(cell, str) and cell.strip()]
    found = [_COMMA.fullmatch(cell) for cell in cells]
    return all(found) and any(len(one[1]) != 3 for one in found if one)


def comma_angle(value: object) -> Angle | None:
    """The degrees of a cell with a decimal comma."""
    if isinstance(value, str) and _COMMA.fullmatch(plain(value)):
        return Angle(float(plain(value).replace(",", ".")), "decimal_comma")
    return parse_angle(value)


def _degrees(text: str) -> float | None:
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    degrees, minutes, seconds = float(parts[1]), float(parts[2]), float(parts[3] or 0)
    return (
        None if minutes >= 60 or seconds >= 60 or degrees > 180 else degrees + minutes / 60 + seconds / 3600
    )


def split_pair(value: object) -> tuple[str, str] | None:
    """Both coordinates of a cell that holds two, in the order in which they stand."""
    if not isinstance(value, str) or len(value) > 120:
        return None
    text = plain(value).strip("()[] ")
    parts = [part.strip() for part in re.split(r"[,;、|]", text)]
    if len(parts) == 1:
        parts = re.split(r"\s+", text)
    return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else None
