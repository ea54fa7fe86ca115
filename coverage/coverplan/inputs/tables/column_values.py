"""Columns of a table as values; nothing is converted in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems, Severity
from coverplan.inputs.tables.amounts import is_blank, parse_amount
from coverplan.inputs.tables.headers import parsed_header
from coverplan.inputs.tables.measures import Kind, factor
from coverplan.inputs.tables.table_file import Repair, TableFile
from coverplan.units import BoolArray, FloatArray

Parsed = TypeVar("Parsed")


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


def parsed_column(values: pd.Series[Any], parse: Callable[[Any], Parsed]) -> list[Parsed]:
    """A column through a parser that is asked once for each different value."""
    cells = values.tolist()
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:  # one kind: equal means the same
        codes, different = pd.factorize(values.to_numpy(), use_na_sentinel=False)
        told = [parse(cell) for cell in different.tolist()]
        return [told[code] for code in codes.tolist()]
    keys = (
        list(zip(map(type, cells), cells, strict=True)) if bool in kinds else cells
    )  # True, 1 and 1.0 are equal
    answers = {}
    for key, cell in zip(keys, cells, strict=True):
        if key not in answers:
            answers[key] = parse(cell)
    return [answers[key] for key in keys]


def blank(values: pd.Series[Any]) -> BoolArray:
    """Shape (rows,): which values say nothing."""
    return np.array(parsed_column(values, _says_nothing), dtype=bool)


def numbers(
    table: TableFile,
    column: str,
    problems: Problems,
    *,
    what: str = "a number",
    kind: Kind = "count",
    severity: Any = "error",
) -> FloatArray:
    """Shape (rows,): a column as float64, NaN where blank; what cannot be read is reported row by row.

    Cells that were read otherwise than printed (1.5万, 300张) are in the table's `repairs`, with one note a column.
    """
    values = table.rows[column]
    unit = unit_of_column(table, column, kind)
    if factor(unit, kind) is None:
        _report_unit(table, column, (unit, what), problems, severity)
        return np.full(len(values), np.nan)
    amounts = parsed_column(values, lambda cell: parse_amount(cell, kind, header_unit=unit))
    says = ~blank(values)
    unreadable = says & np.array([amount is None for amount in amounts], dtype=bool)
    report_rows(
        table,
        column,
        unreadable,
        problems,
        what="not a number",
        expected=what,
        code="not_a_number",
        remedy="mend the cell",
        severity=severity,
    )
    read = [
        amount.value if told and amount is not None else np.nan
        for amount, told in zip(amounts, says, strict=True)
    ]
    note_repairs(
        table,
        column,
        [amount.rule if told and amount else None for amount, told in zip(amounts, says, strict=True)],
        read,
        problems,
    )
    return np.array(read, dtype=np.float64)


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
    table: TableFile, column: str, rules: Sequence[str | None], read_as: Sequence[Any], problems: Problems
) -> None:
    """Keep the printed form of every cell that was read by a rule, with one note for each rule and column."""
    if not any(rules):
        return
    values, labels = table.rows[column].tolist(), table.labels()
    examples: dict[str, tuple[object, object]] = {}
    counts: Counter[str] = Counter()
    for position, rule in enumerate(rules):
        if rule is None:
            continue
        sheet, row = labels[position]
        table.repairs.append(Repair(position, row, sheet, column, values[position], read_as[position], rule))
        counts[rule] += 1
        examples.setdefault(rule, (values[position], read_as[position]))
    for rule, count in counts.items():
        printed, read = examples[rule]
        problems.add(
            Problem(
                f"{count} cells were read by the rule {rule}, such as {printed!s} as {read!s}",
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
    labels = table.labels()
    for position in bad.tolist():
        value = None if values is None else values[position]
        sheet, row = labels[position]
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
        table.read_texts[column] = parsed_column(table.rows[column], _text_or_nothing)
    return list(table.read_texts[column])


def _text_or_nothing(cell: object) -> str | None:
    return None if _says_nothing(cell) else cell_text(cell)


def cell_text(value: object) -> str:
    """A cell as text; a code that a spreadsheet turned into a number loses its decimal point."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _says_nothing(value: object) -> bool:
    return is_blank(value) or value is pd.NaT or value is pd.NA
