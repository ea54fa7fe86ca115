"""Tables that are no list from top to bottom, or not the same in every row: read right, or refused in words."""

from __future__ import annotations

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.errors import Problems
from coverplan.inputs.tables.column_values import numbers
from coverplan.inputs.tables.encodings import detect_encoding
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source

HEAD = ["编号", "名称", "类型", "街道", "床位"]
ROWS = [
    ["E1", "甲站", "日间照料", "南桥街道", 10],
    ["E2", "乙站", "日间照料", "北桥街道", 20],
    ["E3", "丙站", "日间照料", "北桥街道", 30],
]
LINES = [",".join(map(str, row)) for row in [HEAD, *ROWS]]


def read(folder, name):
    problems = Problems()
    return read_table(Source(file=name), folder, problems), problems


def codes(problems):
    return {problem.code for problem in problems if problem.severity != "note"}


def write(path, rows, *, merged=()):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for cells in merged:
        book.active.merge_cells(cells)
    book.save(path)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_does_not_say_so_is_told(tmp_path, encoding):
    (tmp_path / "t.csv").write_bytes("\r\n".join(LINES).encode(encoding))
    table, problems = read(tmp_path, "t.csv")
    assert table.rows.to_numpy().tolist() == [list(map(str, row)) for row in ROWS]
    assert not codes(problems)
    assert [p.details["encoding"] for p in problems if p.code == "encoding_detected"] == [encoding]


@given(
    st.text("南桥街道养老院日间照料abc,;0123456789\n", min_size=20).filter(lambda text: "\n" in text),
    st.sampled_from(["utf-16-le", "utf-16-be"]),
)
@settings(max_examples=60, deadline=None)
def test_the_order_of_bytes_is_told_from_the_text(text, encoding):
    found = detect_encoding(text.encode(encoding))
    assert found is not None
    assert found.name == encoding


@given(st.binary(min_size=1, max_size=400))
@settings(max_examples=60, deadline=None)
def test_other_bytes_with_zeros_are_no_text(tail):
    assert detect_encoding(b"\x89PNG\x00\x00\x00\x0d" + tail) is None


@pytest.mark.parametrize("sign", [";", "\t", "|", "，"])
def test_rows_parted_by_another_sign_are_refused(tmp_path, sign):
    lines = [*LINES[:2], LINES[2].replace(",", sign), LINES[3]]
    (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    table, problems = read(tmp_path, "t.csv")
    assert table is None
    assert [(p.code, p.line) for p in problems.errors] == [("mixed_separators", 3)]


def test_a_lost_cell_is_said_and_notes_and_titles_are_none(tmp_path):
    lines = ["养老设施一览", LINES[0], LINES[1].replace("日间照料,", ""), *LINES[2:], "填表人：张,李"]
    (tmp_path / "t.csv").write_text("\n".join(lines), encoding="utf-8")
    table, problems = read(tmp_path, "t.csv")
    assert len(table.rows) == 3
    assert [(p.code, p.line) for p in problems if p.severity == "warning"] == [("too_few_cells", 3)]
    (tmp_path / "t.csv").write_text("\n".join(LINES), encoding="utf-8")
    assert not codes(read(tmp_path, "t.csv")[1])


def test_the_same_table_twice_beside_each_other_is_refused(tmp_path):
    write(tmp_path / "t.xlsx", [[*HEAD, None, *HEAD], *[[*row, None, *row] for row in ROWS]])
    table, problems = read(tmp_path, "t.xlsx")
    assert table is None
    assert codes(problems) == {"side_by_side"}
    write(tmp_path / "t.xlsx", [[*HEAD, "备注", "备注"], *[[*row, "a", "b"] for row in ROWS]])
    assert not codes(read(tmp_path, "t.xlsx")[1])


def test_another_table_behind_a_blank_column_is_said(tmp_path):
    beside = [["街道", "人口"], ["南桥街道", 100], ["北桥街道", 300], [None, None]]
    write(tmp_path / "t.xlsx", [[*a, None, *b] for a, b in zip([HEAD, *ROWS], beside, strict=True)])
    table, problems = read(tmp_path, "t.xlsx")
    assert len(table.rows) == 3
    assert [p.details["column"] for p in problems if p.code == "parted_sheet"] == ["F"]
    # a column whose head somebody forgot parts nothing
    write(
        tmp_path / "t.xlsx",
        [[*a, c, *b] for a, b, c in zip([HEAD, *ROWS], beside, [None, 1, 2, 3], strict=True)],
    )
    assert "parted_sheet" not in codes(read(tmp_path, "t.xlsx")[1])


@pytest.mark.parametrize(
    "rows",
    [
        [*map(list, zip(HEAD, *ROWS, strict=True))],
        [["指标", "南桥街道", "北桥街道"], ["常住人口", 100, 200], ["60岁以上", 10, 20], ["80岁以上", 1, 2]],
    ],
)
def test_a_table_on_its_side_is_refused(tmp_path, rows):
    write(tmp_path / "t.xlsx", rows)
    table, problems = read(tmp_path, "t.xlsx")
    assert table is None
    assert codes(problems) == {"on_its_side"}


def test_ages_below_each_other_are_a_long_table(tmp_path):
    write(tmp_path / "t.xlsx", [["年龄", "人数"], ["0-14岁", 1], ["60岁以上", 2], ["80岁以上", 3]])
    table, problems = read(tmp_path, "t.xlsx")
    assert len(table.rows) == 3
    assert not codes(problems)


def test_a_number_merged_over_rows_is_nobody_s(tmp_path):
    write(tmp_path / "t.xlsx", [["编号", "人口"], ["a", 100], ["b", None], ["c", 7]], merged=["B2:B3"])
    table, _ = read(tmp_path, "t.xlsx")
    problems = Problems()
    assert str(numbers(table, "人口", problems).tolist()) == "[nan, nan, 7.0]"
    assert [(p.code, p.line) for p in problems.errors] == [("shared_number", 2), ("shared_number", 3)]
    assert numbers(table, "人口", Problems(), for_all=True).tolist() == [100, 100, 7]


def test_formulas_of_old_workbooks_without_results_are_said(tmp_path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("养老")
    for at, row in enumerate([HEAD, *ROWS]):
        for column, cell in enumerate(row[:4]):
            sheet.write(at, column, cell)
    sheet.write(0, 4, "床位")
    sheet.write(1, 4, xlwt.Formula("5+5"))  # xlwt computes nothing
    sheet.write(2, 4, "")
    sheet.write(3, 4, 30)
    book.save(str(tmp_path / "t.xls"))
    table, problems = read(tmp_path, "t.xls")
    assert len(table.rows) == 3
    assert [(p.line, p.field) for p in problems if p.code == "formula_without_value"] == [(2, "养老!E")]
    assert [p.details["count"] for p in problems if p.code == "formulas"] == [1]
