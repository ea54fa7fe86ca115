"""Columns of a table as values; nothing is converted in silence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from itertools import count as counter
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems, Severity
from coverplan.inputs.tables.amounts import all_surely_say, is_blank, parse_amount, surely_says
from coverplan.inputs.tables.headers import parsed_header
from coverplan.inputs.tables.measures import Kind, factor
from coverplan.inputs.tables.table_file import Repair, TableFile
from coverplan.text.counting import many
from coverplan.units import BoolArray, FloatArray, Int64Array

Parsed = TypeVar("Parsed")
#: Words before the cell that a note on cells read by a rule shows.
EXAMPLE = ", such as "
#: Where so many cells at the start are all different, those of the whole column may be.
_FIRST = 500
#: One point before three digits: 1.200 is 1200 in some offices, and 1.2 in others.
_THOUSANDS = re.compile(r"\s*[1-9]\d{0,2}\.\d{3}\D{0,4}")


def has_columns(table: TableFile, columns: Sequence[str | None], problems: Problems) -> bool:
    """Whether all named columns exist; those that do not are reported with the nearest name."""
    missing = [column for column in columns if column is not None and column not in table.rows.columns]
    known = [str(column) for column in table.rows.columns if column != "geometry"]
    for column in missing:
        near = get_close_matches(column, known, n=1)
        problems.add(
            Problem(
                "the column does not exist",
                table.path,
                1 if not table.is_layer else None,
                column,
                expected=f"one of {', '.join(known[:30])}",
                remedy=f"did you mean {near[0]}?" if near else "name the column in the study file",
                code="missing_column",
            )
        )
    return not missing


def printed_cell(cell: object) -> str:
    """A cell as it stands there, empty where nothing does."""
    nothing = cell is None or cell is pd.NA or cell is pd.NaT or cell != cell  # noqa: PLR0124  (NaN)
    return "" if nothing else str(cell).strip()


def parsed_column(table: TableFile, column: str, parse: Callable[[Any], Parsed]) -> list[Parsed]:
    """A column through a parser that is asked once for each different value."""
    codes, different = different_cells(table, column)
    told = [parse(cell) for cell in different]
    return of_rows(told, codes)


def of_rows(told: list[Parsed], codes: Int64Array) -> list[Parsed]:
    """What is told of each different value, row by row."""
    # as many as there are rows: each stands in its own row
    return told if len(told) == len(codes) else list(map(told.__getitem__, codes.tolist()))


def different_cells(table: TableFile, column: str) -> tuple[Int64Array, list[Any]]:
    """Which different value stands in each row, and the different values; True, 1 and 1.0 are not the same."""
    if column not in table.different:
        table.different[column] = _different(table.rows[column].tolist())
    return table.different[column]


def _different(cells: list[Any]) -> tuple[Int64Array, list[Any]]:
    if len(set(cells[:_FIRST])) == len(cells[:_FIRST]) and len(set(cells)) == len(cells):
        return np.arange(len(cells)), cells
    codes, different = _numbered(cells)
    if (0 in different or 1 in different) and bool in set(map(type, cells)):
        codes, pairs = _numbered(list(zip(map(type, cells), cells, strict=True)))
        return codes, [cell for _, cell in pairs]
    return codes, list(different)


def _numbered(keys: list[Any]) -> tuple[Int64Array, Collection[Any]]:
    """A number for each different key in the order of their first places, and these keys."""
    place: defaultdict[Any, int] = defaultdict(counter().__next__)
    return np.fromiter(map(place.__getitem__, keys), dtype=np.int64, count=len(keys)), place.keys()


def blank(table: TableFile, column: str) -> BoolArray:
    """Shape (rows,): which cells of a column say nothing."""
    codes, different = different_cells(table, column)
    if all_surely_say(different):
        return np.zeros(len(codes), dtype=bool)
    nothing = [cell != cell if type(cell) is float else _says_nothing(cell) for cell in different]  # noqa: PLR0124  (NaN)
    return np.array(nothing, dtype=bool)[codes]


def numbers(
    table: TableFile,
    column: str,
    problems: Problems,
    *,
    what: str = "a number",
    kind: Kind = "count",
    severity: Any = "error",
    for_all: bool = False,
) -> FloatArray:
    """Shape (rows,): a column as float64, NaN where blank; what cannot be read is reported row by row.

    A number that is merged over several rows is unknown in each of them, unless it says the same of all (`for_all`).

    Cells that were read otherwise than printed (1.5万, 300张) are in the table's `repairs`, with one note a column.
    """
    unit = unit_of_column(table, column, kind)
    if factor(unit, kind) is None:
        _report_unit(table, column, (unit, what), problems, severity)
        return np.full(len(table.rows), np.nan)
    codes, different = different_cells(table, column)
    amounts = [
        None if _says_nothing(cell) else parse_amount(cell, kind, header_unit=unit) for cell in different
    ]
    unreadable = [
        amount is None and not _says_nothing(cell) for amount, cell in zip(amounts, different, strict=True)
    ]
    report_rows(
        table,
        column,
        np.array(unreadable, dtype=bool)[codes],
        problems,
        what="not a number",
        expected=what,
        code="not_a_number",
        remedy="mend the cell",
        severity=severity,
    )
    read = np.array([np.nan if amount is None else amount.value for amount in amounts], dtype=np.float64)
    if kind != "money" and factor(unit, kind) == 1:
        _report_points(table, column, different, problems)
    rules = np.array([None, *(amount and amount.rule for amount in amounts)], dtype=object)[1:]
    note_repairs(table, column, rules[codes].tolist(), read[codes], problems)
    values = read[codes]
    together = np.zeros(len(values), dtype=bool) if for_all else shared_rows(table, column)
    report_rows(
        table, column, together, problems, what="one number stands for several rows", code="shared_number",
        expected="a number for each row", remedy="unmerge the cells and write each row's own", severity=severity,
    )  # fmt: skip
    values[together] = np.nan
    return values


def shared_rows(table: TableFile, column: str) -> BoolArray:
    """Shape (rows,): whose cell of a column is merged with that of another row."""
    shared = table.shared.get(column, frozenset())
    if not shared:
        return np.zeros(len(table.rows), dtype=bool)
    return np.array([label in shared for label in table.labels()], dtype=bool)


def points_of_thousands(cell: object) -> bool:
    """Whether a cell's text has one point, before three digits, so that it may stand for thousands."""
    return isinstance(cell, str) and _THOUSANDS.fullmatch(cell) is not None


def _report_points(table: TableFile, column: str, different: list[Any], problems: Problems) -> None:
    """Warn where all points in the texts of a column stand before three digits: 1.200 may be 1200 elsewhere."""
    pointed = [cell for cell in different if isinstance(cell, str) and "." in cell]
    if pointed and all(map(points_of_thousands, pointed)):
        problems.add(
            Problem(
                f"points before three digits were read as decimal ones, such as {pointed[0].strip()}",
                table.path,
                field=column,
                value=pointed[0],
                expected="1200 for a thousand and two hundred",
                remedy="take the points away if they stand for thousands, and export again",
                severity="warning",
                code="points_of_thousands",
                details={"count": len(pointed), "printed": pointed[0].strip()},
            )
        )


def unit_of_column(table: TableFile, column: str, kind: Kind) -> str:
    """Unit of measure of a column: its head's, else that of the title above the table where it measures such things."""
    unit = parsed_header(column).unit
    if unit or kind == "count":
        return unit
    return next((said for said in table.units if factor(said, kind) is not None), "")


def _report_unit(
    table: TableFile, column: str, said: tuple[str, str], problems: Problems, severity: Severity
) -> None:
    unit, what = said
    problems.add(
        Problem(
            f"the head's unit {unit} cannot be read as {what}, so that the whole column is unknown",
            table.path,
            field=column,
            value=unit,
            expected=f"{what} in a unit that is known, such as 人, 千人, 万人, 张, 元, 万元, 平方米, 亩, 公顷",
            remedy="write the column in such a unit, and the unit in its head",
            severity=severity,
            code="unit_of_head",
            details={"unit": unit},
        )
    )


def note_repairs(
    table: TableFile,
    column: str,
    rules: Sequence[str | None],
    read_as: Sequence[Any] | FloatArray,
    problems: Problems,
) -> None:
    """Keep the printed form of every cell that was read by a rule, with one note for each rule and column."""
    if not any(rules):
        return
    positions = [position for position, rule in enumerate(rules) if rule is not None]
    values = table.rows[column].tolist()
    read = read_as.tolist() if isinstance(read_as, np.ndarray) else read_as
    repairs = [
        Repair(position, row, sheet, column, values[position], read[position], str(rules[position]))
        for position, (sheet, row) in zip(positions, table.labels_at(positions), strict=True)
    ]
    table.repairs.extend(repairs)
    counts = Counter(repair.rule for repair in repairs)
    examples = {repair.rule: (repair.printed, repair.read_as) for repair in reversed(repairs)}
    for rule, count in counts.items():
        printed, read = examples[rule]
        problems.add(
            Problem(
                f"{many(count, 'cell was read', 'cells were read')} by the rule {rule}{EXAMPLE}{printed!s} as {read!s}",
                table.path,
                field=column,
                severity="warning" if {"range", "bound", "about"} & set(rule.split("+")) else "note",
                code="repaired",
                details={"count": count, "rule": rule, "printed": printed, "read_as": read},
            )
        )


def report_rows(
    table: TableFile,
    column: str | None,
    wrong: Any,
    problems: Problems,
    *,
    what: str,
    code: str,
    expected: str | None = None,
    remedy: str | None = None,
    severity: Any = "error",
) -> None:
    """One problem for each row that is wrong, so that nothing is summed up into "some rows"."""
    bad = np.flatnonzero(np.asarray(wrong, dtype=bool))
    if not len(bad):
        return
    values = None if column is None or column == "geometry" else table.rows[column].tolist()
    for position, (sheet, row) in zip(bad.tolist(), table.labels_at(bad.tolist()), strict=True):
        value = None if values is None else values[position]
        problems.add(
            Problem(
                what,
                table.path,
                row,
                column if sheet is None else f"{sheet}!{column}",
                None if value is None or (isinstance(value, float) and np.isnan(value)) else value,
                expected,
                remedy,
                severity,
                code,
            )
        )


def texts(table: TableFile, column: str) -> list[str | None]:
    """A column as stripped text, None where blank."""
    if column not in table.read_texts:
        codes, different = different_cells(table, column)
        said = (
            different
            if all_surely_say(different)
            else [
                cell if type(cell) is str and surely_says(cell) else _text_or_nothing(cell)
                for cell in different
            ]
        )
        table.read_texts[column] = of_rows(said, codes)
    return list(table.read_texts[column])


def _text_or_nothing(cell: object) -> str | None:
    if type(cell) is float:
        return None if cell != cell else cell_text(cell)  # noqa: PLR0124  (NaN)
    return None if _says_nothing(cell) else cell_text(cell)


def cell_text(value: object) -> str:
    """A cell as text; a code that a spreadsheet turned into a number loses its decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _says_nothing(value: object) -> bool:
    return is_blank(value) or value is pd.NaT or value is pd.NA
