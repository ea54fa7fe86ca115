"""One number of decimals for values of one unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from coverplan.report.cellformat import absent, decimals_of
from coverplan.report.content import Table, Value


def evened(table: Table) -> Table:
    """The table with the decimals that its columns (those of one unit together), or its rows, need to say all of each value.

    Only values of format ``value`` are concerned: others have decimals of their own.
    """
    if table.even == "cells":
        return table
    measured = [at for at, column in enumerate(table.columns) if column.format == "value"]
    if table.even == "rows":
        rows = (replace(row, decimals=most_decimals(row.values[at] for at in measured)) for row in table.rows)
        return replace(table, rows=tuple(rows))
    columns = list(table.columns)
    for at in measured:
        unit = columns[at].unit
        alike = [one for one in measured if columns[one].unit == unit] if unit else [at]
        values = (row.values[one] for row in table.rows for one in alike)
        columns[at] = replace(columns[at], decimals=most_decimals(values))
    return replace(table, columns=tuple(columns))


def most_decimals(values: Iterable[Value]) -> int:
    """Digits after the point that the longest of some values needs; texts and unknown ones ask for none."""
    return max(
        (
            decimals_of(value)
            for value in values
            if isinstance(value, int | float | Decimal) and not absent(value)
        ),
        default=0,
    )
