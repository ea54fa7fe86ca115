"""Official numbers of people by unit and group, from a census table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.people.long_table import read_wide
from coverplan.inputs.places.declared_unit import declared_units
from coverplan.inputs.places.unit_names import LEVEL_TYPES, UnitNames
from coverplan.inputs.tables.column_values import has_columns, numbers, report_rows
from coverplan.inputs.tables.columns import columns_of
from coverplan.inputs.tables.headers import OFFICIAL
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import OfficialTotals
from coverplan.units import FloatArray

_NAMED = ("county", "town", "village")
_TWO = 2


def read_official_totals(
    source: OfficialTotals,
    folder: Path,
    *,
    units: pd.DataFrame,
    aliases: Mapping[str, str],
    problems: Problems,
) -> pd.DataFrame | None:
    """Official totals: index code (ascending), one column for each group; None when they cannot be used.

    Rows of one unit (men and women) are added. A row whose unit is not known is an error: its people would be lost.
    """
    table = read_wide(source, folder, problems)
    if table is None:
        return None
    said = {str(field): str(name) for field, name in source.columns.items()}
    column = columns_of(table, said, OFFICIAL, problems, fields=("code", "county", "town", "village"))
    if column is None:
        return None
    if "code" in column:
        column["unit_code"] = column.pop("code")
    column = _at_a_level(column, units)
    before = len(problems.errors)
    found = declared_units(table, column, UnitNames(units, aliases), problems)
    report_rows(
        table, next(iter(column.values()), None), ~found.known, problems, what="the row is of no unit of the study",
        expected="the code or the names of a unit", code="unknown_unit",
        remedy="mend it, or say its code under `units: aliases:`, or leave the row out with `where:`",
    )  # fmt: skip
    groups = {group: _group(table, columns, problems) for group, columns in source.groups.items()}
    if len(problems.errors) > before or any(values is None for values in groups.values()):
        return None
    frame = pd.DataFrame({"code": found.codes, **groups})
    _report_added(frame, table, problems)
    if len(problems.errors) > before:
        return None
    return frame.groupby("code", sort=True).sum(min_count=1)


def _report_added(frame: pd.DataFrame, table: TableFile, problems: Problems) -> None:
    """Say that rows of one unit are added, as those of men and women; an error where one of them is the total of the others."""
    sizes = frame.groupby("code").size()
    if (sizes <= 1).all():
        return
    units = sizes[sizes > 1].index
    several = frame[frame["code"].isin(units)].set_index("code").astype(float)
    whole, most = several.groupby("code").sum(), several.groupby("code").max()
    doubled = bool((sizes[units] > _TWO).all() and np.allclose(whole, 2 * most, rtol=1e-6))
    problems.add(
        Problem(
            "the rows of one unit are added, and one of them is the total of the others"
            if doubled
            else "the rows of one unit are added",
            table.path,
            value=f"{len(units)} units, such as {units[0]}",
            expected="rows that add up, as those of men and women",
            remedy="leave the total out with `where:`"
            if doubled
            else "nothing if they are parts of the unit's people",
            severity="error" if doubled else "warning",
            code="total_among_rows" if doubled else "rows_added",
            details={"count": len(units), "unit": str(units[0])},
        )
    )


def _at_a_level(column: dict[str, str], units: pd.DataFrame) -> dict[str, str]:
    """Columns with a single name put at the lowest level of the study where it has no units of the level said."""
    there = [level for level, kinds in LEVEL_TYPES.items() if not kinds.isdisjoint(units["type"])]
    named = [field for field in column if field in _NAMED]
    lowest = next((level for level in reversed(there) if level in _NAMED), None)
    if len(named) != 1 or named[0] in there or lowest is None:
        return column
    return {lowest if field == named[0] else field: name for field, name in column.items()}


def _group(table: TableFile, columns: str | tuple[str, ...], problems: Problems) -> FloatArray | None:
    """Sum of the columns of a group; unknown where all of them are."""
    names = columns_between(table, (columns,) if isinstance(columns, str) else columns, problems)
    if names is None:
        return None
    values = np.column_stack(
        [numbers(table, name, problems, what="a number of people", kind="people") for name in names]
    )
    for name, column in zip(names, values.T, strict=True):
        for what, wrong, code in (
            ("the number of people is missing", np.isnan(column), "missing_population"),
            ("the number of people is negative", column < 0, "negative_population"),
        ):
            report_rows(table, name, wrong, problems, what=what, expected="zero or more", code=code)
    return np.asarray(values.sum(axis=1))


def columns_between(table: TableFile, columns: tuple[str, ...], problems: Problems) -> list[str] | None:
    """Names of columns, with "first..last" unfolded in the order of the table; None when one does not exist."""
    known = [str(name) for name in table.rows.columns]
    names: list[str] = []
    for column in columns:
        ends = [end.strip() for end in column.split("..")] if column not in known else [column]
        if not has_columns(table, ends, problems):
            return None
        if len(ends) == 1:
            names.append(ends[0])
            continue
        first, last = known.index(ends[0]), known.index(ends[-1])
        if last < first or len(ends) != 2:
            problems.add(
                Problem(
                    "the columns stand in the other order",
                    table.path,
                    field=column,
                    expected='"first..last" from left to right',
                    code="column_range",
                )
            )
            return None
        names += known[first : last + 1]
    return names
