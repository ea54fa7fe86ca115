"""Which columns of a table are people, also where several add up: men and women, or bands of age."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from coverplan.inputs.people.age_bands import ages_of
from coverplan.inputs.tables.headers import PEOPLE, recognise
from coverplan.text.folding import folded, plain
from coverplan.vocabulary import GROUPS

_PEOPLE = r"(?:年龄|age|ages|pop|população|poblacion|población|population|人口|idade|edad)?_*(?:de_*)?"
_YEARS = r"_*(?:岁|years?|yrs?|anos?|años?|ans?|anni|jahren?|jaar)?"
_BAND = re.compile(
    rf"{_PEOPLE}(\d{{1,3}}){_YEARS}(?:[-~—–_至到]|_*(?:to|a|à|bis|tot|até)_*)(\d{{1,3}}){_YEARS}(?:人口|人)?"
)
_OPEN = re.compile(
    rf"{_PEOPLE}(\d{{1,3}}){_YEARS}_*(?:及?以上|\+|(?:and|ou|o|e|y|et|und|en|_)*"
    r"(?:plus|over|above|older|mais|más|mas|più|piu|mehr|älter|aelter|ouder)|以上人口)岁?(?:人口|人)?"
)
#: A year of age by itself.
_ONE = re.compile(r"(?:age|pop|f|m)?_*(\d{1,3})(?:岁|years?)?")
_SEXES = (
    ("男", "女"),
    ("男性", "女性"),
    ("男性人口", "女性人口"),
    ("male", "female"),
    ("men", "women"),
    ("m", "f"),
)
#: What programs write of the cells themselves.
_BOOKKEEPING = re.compile(
    r".*id|.*code|.*代码|.*编号|.*编码|.*序号|fid_?\d*|(?:row|col|column)_?(?:index)?|left|right|top|bottom|perimeter|周长"
    r"|(?:shape_?|st_)?(?:area|leng|length)(?:_?k?m2?|\(.*\))?|面积.*|x|y|z|lon|lat|h3.*|.*index|.*年份|year"
)
_LEAST_CODE = 100_000
#: Older than anybody.
_NO_END = 999
_FEWEST_BANDS = 3


def people_groups(columns: Sequence[str]) -> dict[str, str | list[str]]:
    """Column, or columns that are added, of each demand group; those that one column holds as its head says come first."""
    found: dict[str, str | list[str]] = {
        group: names[0]
        for group, names in recognise(columns, PEOPLE).items()
        if group in GROUPS and len(names) == 1
    }
    bands = _bands(columns)
    for group in GROUPS:
        ages = ages_of(group)
        if group not in found and ages is not None and (inside := _exactly(bands, ages)):
            found[group] = inside
        elif group not in found and ages is not None and (alone := _alone(columns, ages)):
            found[group] = alone
    if "total" not in found and (sexes := _sexes(columns)):
        found["total"] = sexes
    return {group: found[group] for group in GROUPS if group in found}


def numbers_left(
    rows: pd.DataFrame, taken: Mapping[str, str], groups: Mapping[str, str | list[str]]
) -> list[str]:
    """Columns of numbers that are taken for nothing: what else a table says of each of its places, as counts of clinics.

    Parameters
    ----------
    rows
        The table.
    taken
        Column of each field that was recognised.
    groups
        Columns of the people of each demand group.
    """
    used = {*taken.values()}
    for columns in groups.values():
        used |= {columns} if isinstance(columns, str) else set(columns)
    return [
        str(column)
        for column in rows.columns
        if column not in used
        and column != "geometry"
        and _BOOKKEEPING.fullmatch(_key(str(column))) is None
        and _are_numbers(rows[column])
    ]


def _are_numbers(cells: pd.Series[Any]) -> bool:
    there = cells.dropna()
    if not len(there) or (numbers := pd.to_numeric(there, errors="coerce")).isna().any():
        return False
    # a code is as long in every row, and another one in each
    return not (len(there) > 1 and there.is_unique and numbers.min() >= _LEAST_CODE)


def _bands(columns: Sequence[str]) -> list[tuple[int, int, str]]:
    """First age, age after the last one, and column, of bands that follow each other from birth to an open one."""
    bands = []
    for column in columns:
        text = _key(column)
        if closed := _BAND.fullmatch(text):
            bands.append((int(closed[1]), int(closed[2]) + 1, column))
        elif last := _OPEN.fullmatch(text):
            bands.append((int(last[1]), _NO_END, column))
        elif one := _ONE.fullmatch(text):
            bands.append((int(one[1]), int(one[1]) + 1, column))
    closed_bands = sorted(band for band in bands if band[1] != _NO_END)
    whole: list[tuple[int, int, str]] = []
    for band in closed_bands:
        if band[0] == (whole[-1][1] if whole else 0):
            whole.append(band)
    end = next((band for band in bands if whole and band[0] == whole[-1][1] and band[1] == _NO_END), None)
    return [*whole, end] if end is not None and len(whole) >= _FEWEST_BANDS else []


def _key(column: str) -> str:
    return folded(re.sub(r"\s+", "", plain(column).lower())).replace("周岁", "岁")


def _alone(columns: Sequence[str], ages: tuple[int, int]) -> str | None:
    """The one column that holds just these ages; None where several say so."""
    first, end = ages
    fits = []
    for column in columns:
        open_band, closed = _OPEN.fullmatch(_key(column)), _BAND.fullmatch(_key(column))
        if (open_band and int(open_band[1]) == first and end >= _NO_END) or (
            closed and (int(closed[1]), int(closed[2]) + 1) == ages
        ):
            fits.append(column)
    return fits[0] if len(fits) == 1 else None


def _exactly(bands: Sequence[tuple[int, int, str]], ages: tuple[int, int]) -> list[str]:
    """Columns of the bands that make up some ages, empty where a band crosses their ends."""
    first, end = ages
    inside = [band for band in bands if band[0] >= first and band[1] <= end]
    if not inside or inside[0][0] != first or (inside[-1][1] != end and end < _NO_END):
        return []
    return [column for _, _, column in inside]


def _sexes(columns: Sequence[str]) -> list[str]:
    by_key = {plain(column).lower().strip(): column for column in columns}
    return next(([by_key[man], by_key[woman]] for man, woman in _SEXES if {man, woman} <= set(by_key)), [])
