"""How values are written: as text for pages, as number formats for workbooks."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

from coverplan.report.content import Column, Format, Value
from coverplan.text.words import UNKNOWN, Words

#: Digits after the point that a measured value is shown with, at most.
MOST_DECIMALS = 2
#: Number format of a workbook for each format; ``value`` depends on the value.
EXCEL_FORMATS: dict[Format, str] = {
    "people": "#,##0",
    "number": "#,##0.0",
    "share": "0.0%",
    "percent": '0.0"%"',
    "minutes": "0.0",
    "year": "0",
    "code": "@",
}


def written(value: Value, column: Column, words: Words, decimals: int | None = None) -> str:
    """A value of a column as people read it, a ``value`` with the decimals of its row, else of its column."""
    if absent(value):
        return UNKNOWN
    if isinstance(value, str):
        return value
    if isinstance(value, dt.date):
        return words.date(value)
    assert value is not None  # absent above
    if column.format == "value":
        return measured(value, words, column.decimals if decimals is None else decimals)
    return _number(value, column.format, words)


def _number(value: float | Decimal, form: Format, words: Words) -> str:
    if form == "share":
        return words.share(float(value))
    if form == "percent":
        return words.share(float(value) / 100)
    if form == "year":
        return str(int(value))
    if form in {"number", "minutes"}:
        return words.number(float(value), 1)
    return words.number(float(value))


def measured(value: float | Decimal | None, words: Words, decimals: int | None = None) -> str:
    """A figure in a plan's own unit: with as many decimals as asked, else those that it has, two at most."""
    if value is None or absent(value):
        return UNKNOWN
    return words.number(float(value), decimals_of(value) if decimals is None else decimals)


def decimals_of(value: float | Decimal) -> int:
    """Digits after the point that say all of a value, `MOST_DECIMALS` at most."""
    text = f"{float(value):.{MOST_DECIMALS}f}".rstrip("0")
    return len(text.partition(".")[2])


def excel_format(value: Value, column: Column, decimals: int | None = None) -> str | None:
    """Number format of a workbook's cell, None for plain text."""
    if isinstance(value, dt.date):
        return "yyyy-mm-dd"
    if column.format == "value" and not absent(value) and not isinstance(value, str):
        assert value is not None  # absent above
        asked = column.decimals if decimals is None else decimals
        decimals = decimals_of(value) if asked is None else asked
        return "#,##0" + ("." + "0" * decimals if decimals else "")
    return None if isinstance(value, str) and column.format != "code" else EXCEL_FORMATS.get(column.format)


def absent(value: object) -> bool:
    """Nothing is known: None or NaN."""
    return value is None or (isinstance(value, (float, Decimal)) and math.isnan(value))
