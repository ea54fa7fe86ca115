"""Numbers of facilities that can be read and cannot be meant, as money in yuan under a head of 万元."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.column_values import unit_of_column
from coverplan.inputs.tables.headers import MEASURED
from coverplan.inputs.tables.table_file import TableFile
from coverplan.units import BoolArray, FloatArray

#: More than any facility has, in the unit that is kept: cost in 万元, areas in m2.
_MOST: Mapping[str, float] = {
    "cost": 100_000.0,
    "floor_area_m2": 1_000_000.0,
    "land_m2": 20_000_000.0,
    "beds": 20_000.0,
    "nursing_beds": 20_000.0,
    "places": 100_000.0,
    "staff": 20_000.0,
    "social_workers": 20_000.0,
}
#: 万元 a bed and a square metre; homes cost some 10 to 50 a bed, buildings some 0.3 to 2 a square metre.
_MOST_A_BED, _MOST_A_M2 = 500.0, 20.0
_KEPT = {"cost": "万元", "floor_area_m2": "m2", "land_m2": "m2"}


def report_beyond_reason(
    table: TableFile, column: Mapping[str, str], rows: Mapping[str, Any], problems: Problems
) -> None:
    """Warn of numbers that are larger than any facility's; they are kept as they are read.

    Parameters
    ----------
    table
        The ledger.
    column
        Column of each field.
    rows
        Values of each field, shape (rows,), NaN where unknown.
    problems
        One warning for each row and field.
    """
    for field, most in _MOST.items():
        if field not in column:
            continue
        values: FloatArray = np.asarray(rows[field], dtype=np.float64)
        beyond = values > most
        if field == "cost":
            beyond |= _too_dear(values, rows)
        for position in np.flatnonzero(beyond).tolist():
            problems.add(_doubt(table, field, column[field], position, float(values[position])))


def _too_dear(cost: FloatArray, rows: Mapping[str, Any]) -> BoolArray:
    """Shape (rows,): costs of some size that are too high for the beds or the floor that they bought."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a_bed = cost / np.asarray(rows["beds"], dtype=np.float64)
        a_m2 = cost / np.asarray(rows["floor_area_m2"], dtype=np.float64)
    large = cost > _MOST_A_BED
    return large & np.isfinite(a_bed) & (a_bed > _MOST_A_BED) | large & np.isfinite(a_m2) & (
        a_m2 > _MOST_A_M2
    )


def _doubt(table: TableFile, field: str, column: str, position: int, value: float) -> Problem:
    sheet, row = table.label(position)
    unit = unit_of_column(table, column, MEASURED.get(field, "count")) or _KEPT.get(field, "")
    amount = f"{value:,.0f} {_KEPT.get(field, '')}".strip()
    return Problem(
        f"{amount} is more than any facility has",
        table.path,
        row,
        column if sheet is None else f"{sheet}!{column}",
        table.rows[column].iloc[position],
        expected=f"a number in {unit}" if unit else "a number of things that are there",
        remedy="write the unit in which the numbers are in the head, such as 总投资（元）, or mend the cell",
        severity="warning",
        code="beyond_reason",
        details={"amount": amount},
    )
