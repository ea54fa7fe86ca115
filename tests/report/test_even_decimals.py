"""Values of one unit are written with one number of decimals."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from coverplan.report.build import build
from coverplan.report.cellformat import excel_format, written
from coverplan.report.content import Column, Row, Table
from coverplan.report.even import evened
from coverplan.text.words import Words
from towns import toysiting

FIGURE = re.compile(r"-?[\d,]+(?:\.(\d+))?\*?＊?")
COLUMNS = (
    Column("name", "n"),
    Column("a", "a", "value"),
    Column("b", "b", "value"),
    Column("p", "p", "people"),
)


def shown(table: Table) -> list[list[str]]:
    words = Words("en")
    return [
        [written(v, c, words, row.decimals) for v, c in zip(row.values, table.columns, strict=True)]
        for row in table.rows
    ]


def test_a_column_or_a_row_has_the_decimals_of_its_longest_value():
    rows = (Row(("x", 390, 0.5, 3)), Row(("y", Decimal("52.25"), None, 4)), Row(("z", "none", 0.46, 5)))
    by_column = evened(Table("t", "", COLUMNS, rows))
    assert shown(by_column) == [
        ["x", "390.00", "0.50", "3"],
        ["y", "52.25", "—", "4"],
        ["z", "none", "0.46", "5"],
    ]
    assert excel_format(390, by_column.columns[1], by_column.rows[0].decimals) == "#,##0.00"
    by_row = evened(Table("t", "", COLUMNS, rows, even="rows"))
    assert shown(by_row) == [
        ["x", "390.0", "0.5", "3"],
        ["y", "52.25", "—", "4"],
        ["z", "none", "0.46", "5"],
    ]


def test_columns_of_one_unit_have_one_number_of_decimals():
    columns = (
        Column("y1", "2026", "value", "万元"),
        Column("y2", "2028", "value", "万元"),
        Column("m", "m", "value"),
    )
    table = evened(Table("t", "", columns, (Row((1759.89, 390.0, 1.5)), Row((0.0, 60.0, 2.0)))))
    assert shown(table) == [["1,759.89", "390.00", "1.5"], ["0.00", "60.00", "2.0"]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_finished_table_mixes_decimals_of_one_unit(toy, language):
    checked = 0
    for table in build(toysiting.sited(toy), language=language).tables():
        if table.even == "cells":
            continue
        at = [
            i for i, column in enumerate(table.columns) if column.format == "value" and column.key != "goal"
        ]
        cells = shown(table)
        lines = cells if table.even == "rows" else list(zip(*cells, strict=True))
        groups = [[line[i] for i in at] for line in lines] if table.even == "rows" else [lines[i] for i in at]
        for group in groups:
            found = [hit for text in group if (hit := FIGURE.fullmatch(text))]
            checked += len(found) > 1
            assert len({len(hit[1] or "") for hit in found}) <= 1, (table.key, group)
    assert checked
