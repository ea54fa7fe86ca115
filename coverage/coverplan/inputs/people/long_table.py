"""Tables with one row for each unit and age: turned into one row a unit with a column for each age."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.column_values import has_columns, numbers, report_rows, texts
from coverplan.inputs.tables.headers import OFFICIAL, parsed_header, recognise
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.table_file import TableFile, kept_rows
from coverplan.scenario.study_file import AgeTable, LongTable, OfficialTotals

#: Words of a row that counts other rows of its unit and age again.
TOTAL_WORDS = frozenset(
    [
        "合计",
        "合計",
        "总计",
        "总数",
        "小计",
        "计",
        "計",
        "总",
        "男女计",
        "男女合计",
        "不分性别",
        "総数",
        "計総数",
        "total",
        "all",
        "both",
        "bothsexes",
        "both_sexes",
        "t",
        "gesamt",
        "insgesamt",
    ]
)
#: Heads of columns whose words are years or months of counting: each counts everybody again.
TIME_HEADS = frozenset(
    ["年", "年份", "年度", "年月", "月份", "统计年月", "时间", "year", "time", "date", "period", "jahr"]
)
_UNIT_FIELDS = ("code", "county", "town", "village")


def read_wide(source: OfficialTotals | AgeTable, folder: Path, problems: Problems) -> TableFile | None:
    """The table of some totals with one row a unit, whatever its form; None when it cannot be used."""
    table = read_table(source, folder, problems)
    if table is None or source.long is None:
        return table
    return unfolded(table, source.long, unit_columns(table, source.columns), problems)


def unit_columns(table: TableFile, said: object = None) -> list[str]:
    """Columns that say of which unit a row is: those that are named, else those whose heads say so."""
    columns = [str(column) for column in table.rows.columns]
    named = dict(said) if isinstance(said, dict) else {}
    found = {field: names[0] for field, names in recognise(columns, OFFICIAL).items() if len(names) == 1}
    found.update({str(field): str(name) for field, name in named.items()})
    return [found[field] for field in _UNIT_FIELDS if field in found and found[field] in columns]


def counting_twice(table: TableFile, long: LongTable, units: Sequence[str]) -> dict[str, str]:
    """The word to keep in each column that counts people several times: the total, or the latest time."""
    found = {}
    for column in map(str, table.rows.columns):
        if column in {long.ages, long.people, *units, *map(str, long.only)}:
            continue
        words = {word for word in texts(table, column) if word is not None}
        totals = sorted(word for word in words if is_total(word))
        if len(words) > 1 and parsed_header(column).key in TIME_HEADS:
            found[column] = max(words)
        elif len(words) > 1 and len(totals) == 1:
            found[column] = totals[0]
    return found


def is_total(word: str) -> bool:
    """Whether a word stands for all others of its column together."""
    return "".join(word.lower().split()) in TOTAL_WORDS


def unfolded(table: TableFile, long: LongTable, units: Sequence[str], problems: Problems) -> TableFile | None:
    """One row for each unit, with a column for each word of ages; rows of one unit and age are added.

    A unit without a row of some age has nobody of it, which is said. Columns that would count people several times are an
    error with the rows to keep.
    """
    named = [long.ages, long.people, *map(str, long.only)]
    if not has_columns(table, named, problems):
        return None
    for column, word in long.only.items():
        table = kept_rows(table, np.array([text == str(word) for text in texts(table, column)], dtype=bool))
    if not len(table.rows) or not units:
        problems.add(_no_rows(table, long, units))
        return None
    twice = counting_twice(table, long, units)
    for column, word in twice.items():
        problems.add(
            Problem(
                f"the column {column} counts people several times",
                table.path,
                field=column,
                value=", ".join(sorted({text for text in texts(table, column) if text})[:5]),
                expected="rows that count everybody once",
                remedy=f"write under long: only: {{{column}: {word}}}",
                code="counted_twice",
                details={"column": column, "word": word},
            )
        )
    people = numbers(table, long.people, problems, what="a number of people", kind="people")
    ages = texts(table, long.ages)
    blank = [age is None for age in ages]
    report_rows(
        table, long.ages, blank, problems, what="the row has no age", expected="an age", code="no_age"
    )
    if twice or any(blank):
        return None
    return _pivoted(table, units, [age or "" for age in ages], people, problems)


def _pivoted(
    table: TableFile, units: Sequence[str], ages: Sequence[str], people: np.ndarray, problems: Problems
) -> TableFile:
    keys = list(zip(*(texts(table, column) for column in units), strict=True))
    first: dict[tuple[str | None, ...], int] = {}
    for at, key in enumerate(keys):
        first.setdefault(key, at)
    rows = {key: row for row, key in enumerate(first)}
    columns = {age: at for at, age in enumerate(sorted(dict.fromkeys(ages), key=_age_order))}
    counts = np.zeros((len(rows), len(columns)))
    there = np.zeros(counts.shape, dtype=bool)
    place = [rows[key] for key in keys], [columns[age] for age in ages]
    np.add.at(counts, place, people)
    there[place] = True
    kept = kept_rows(table, np.isin(np.arange(len(keys)), list(first.values())))
    wide = kept.rows[list(units)].copy()
    for age, at in columns.items():
        wide[age] = counts[:, at]
    missing = int((~there).sum())
    if missing:
        problems.add(
            Problem(
                f"{missing} pairs of unit and age have no row and count as nobody",
                table.path,
                severity="note",
                code="no_row_of_age",
                details={"count": missing},
            )
        )
    return replace(kept, rows=pd.DataFrame(wide), repairs=[], read_texts={})


def _age_order(word: str) -> float:
    """First age of a word, so that "first..last" means what it says in any order of rows; totals last."""
    number = re.search(r"\d+", word)
    return math.inf if number is None else int(number[0])


def _no_rows(table: TableFile, long: LongTable, units: Sequence[str]) -> Problem:
    if not units:
        return Problem(
            "no column says of which unit a row is",
            table.path,
            expected="a column of codes or names of units",
            remedy="name it under `columns:`",
            code="no_unit_column",
        )
    said = ", ".join(f"{column}: {word}" for column, word in long.only.items())
    return Problem("no row fits the condition", table.path, field=said, code="empty_layer")
