"""Whether what tables add up does add up: totals over their parts, and in every row the parts of the people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pytest

from coverplan.report.content import Row, Table, Value

PARTS = ("covered", "uncovered", "off_network", "outside_units")
#: Formats of what is counted or paid, and columns of these that are a rate or a range.
SUMS, RATES = frozenset({"people", "value"}), frozenset({"per_1000", "low", "middle", "high", "value"})


def wrong_totals(tables: Iterable[Table], level_of: Mapping[str, str]) -> tuple[list[str], int]:
    """Totals that no group of their table's rows adds up to, and how many totals were looked at.

    A total stands below its parts or above them; where a table holds several levels of units, each adds up to it; the
    last one may be the sum of those before it. What is not known is not added.
    """
    wrong, seen = [], 0
    for table in tables:
        added = [at for at, c in enumerate(table.columns) if c.format in SUMS and c.key not in RATES]
        totals = [at for at, row in enumerate(table.rows) if row.kind == "total"]
        for place, at in enumerate(totals):
            asked = [column for column in added if _number(table.rows[at].values[column])]
            if not asked:
                continue
            seen += 1
            groups = _groups(table, totals, place, level_of)
            if not any(_fits(table.rows[at], group, asked) for group in groups):
                wrong.append(f"{table.key}: {table.rows[at].values}")
    return wrong, seen


def wrong_rows(tables: Iterable[Table]) -> tuple[list[str], int]:
    """Rows in which those covered, not covered and beside both are not all people, and how many were looked at."""
    wrong, seen = [], 0
    for table in tables:
        keys = [column.key for column in table.columns]
        if not {"people", "covered", "uncovered"} <= set(keys):
            continue
        for row in table.rows:
            of = dict(zip(keys, row.values, strict=True))
            seen += 1
            if sum(of.get(part) or 0 for part in PARTS) != pytest.approx(of["people"], abs=1e-6):
                wrong.append(f"{table.key}: {row.values}")
    return wrong, seen


def broken_people(tables: Iterable[Table]) -> list[str]:
    """Numbers of covered and other people in finished tables that are not whole: printed, they might not add up."""
    return [
        f"{table.key}: {column.key} {row.values}"
        for table in tables
        if {"people", "covered", "uncovered"} <= {column.key for column in table.columns}
        for row in table.rows
        for column, value in zip(table.columns, row.values, strict=True)
        if column.key in {"people", *PARTS} and value is not None and value != round(value)
    ]


def _groups(
    table: Table, totals: Sequence[int], place: int, level_of: Mapping[str, str]
) -> Iterator[list[Row]]:
    rows, at = list(table.rows), totals[place]
    above = rows[totals[place - 1] + 1 if place else 0 : at]
    below = rows[at + 1 : totals[place + 1] if place + 1 < len(totals) else len(rows)]
    yield from (above, below)
    if _are_sums(above, [at for at, c in enumerate(table.columns) if c.key == "cost"]):
        yield [row for row in above if row.kind == "body"]
    keys = [column.key for column in table.columns]
    if "unit_code" in keys:
        code = keys.index("unit_code")
        for level in sorted(set(level_of.values())):
            yield from (
                [row for row in group if level_of.get(row.values[code]) == level] for group in (above, below)
            )
    yield [rows[one] for one in totals[:place]]


def _are_sums(rows: Sequence[Row], columns: Sequence[int]) -> bool:
    """Whether every row that is no body row, as that of a year, is what the body rows before it add up to."""
    begun = 0
    for at, row in enumerate(rows):
        if row.kind != "body":
            if not columns or not _fits(row, rows[begun:at], columns):
                return False
            begun = at + 1
    return begun > 0


def _fits(total: Row, group: Sequence[Row], columns: Sequence[int]) -> bool:
    return bool(group) and all(
        sum(row.values[at] for row in group if _number(row.values[at]))
        == pytest.approx(total.values[at], rel=1e-9, abs=1e-6)
        for at in columns
    )


def _number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)
