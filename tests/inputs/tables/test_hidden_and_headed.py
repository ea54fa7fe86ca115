"""Sheets as offices keep them: hidden rows, headers of several rows, totals in any column, marks that are not closed."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest
import xlwt

from coverplan.errors import Problems
from coverplan.inputs.tables.grid import Grid
from coverplan.inputs.tables.header_row import table_of
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source

HEAD = ["编号", "街道", "社区", "名称", "类型", "床位数"]
ROWS = [
    ["E1", "南桥街道", "东港社区", "甲站", "日间照料", 10],
    ["E2", "南桥街道", "东港社区", "乙站", "日间照料", 20],
    ["E3", "南桥街道", "西港社区", "丙站", "日间照料", 30],
]


def read(folder, name):
    problems = Problems()
    return read_table(Source(file=name), folder, problems), problems


def write_xlsx(path):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [HEAD, *ROWS]:
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    sheet.row_dimensions[9].hidden = True  # nothing stands there
    sheet.column_dimensions["F"].hidden = True
    book.save(path)


def write_xls(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("养老")
    for at, row in enumerate([HEAD, *ROWS]):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    sheet.row(2).hidden = True
    sheet.col(5).hidden = True
    book.save(str(path))


def write_ods(path):
    def cell(value):
        kind = (
            f'office:value-type="float" office:value="{value}"'
            if isinstance(value, int)
            else 'office:value-type="string"'
        )
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    hidden = ' table:visibility="filter"'
    rows = "".join(
        f"<table:table-row{hidden if at == 2 else ''}>{''.join(map(cell, row))}</table:table-row>"
        for at, row in enumerate([HEAD, *ROWS])
    )
    columns = '<table:table-column table:number-columns-repeated="5"/><table:table-column table:visibility="collapse"/>'
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text")
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="养老">{columns}{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)


@pytest.mark.parametrize(
    ("name", "write"), [("a.xlsx", write_xlsx), ("a.xls", write_xls), ("a.ods", write_ods)]
)
def test_hidden_rows_and_columns_are_read_and_said(tmp_path, name, write):
    write(tmp_path / name)
    table, problems = read(tmp_path, name)
    assert table.rows["床位数"].tolist() == [10, 20, 30]
    told = [(p.severity, p.value) for p in problems if p.code == "hidden_cells"]
    assert told == [("warning", "3; F")]


def test_a_sheet_that_hides_nothing_says_nothing(tmp_path):
    book = openpyxl.Workbook()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    book.active.column_dimensions["F"].width = 30
    book.save(tmp_path / "a.xlsx")
    assert not [p for p in read(tmp_path, "a.xlsx")[1] if p.code == "hidden_cells"]


LINES = [
    ["编号", "名称", "床位数", None, None, "坐标", None],
    [None, None, "合计", "其中", None, "经度", "纬度"],
    [None, None, None, "护理型", "普通", None, None],
]
MERGED = (
    (0, 0, 2, 0),
    (0, 1, 2, 1),
    (0, 2, 0, 4),
    (1, 2, 2, 2),
    (1, 3, 1, 4),
    (0, 5, 0, 6),
    (1, 5, 2, 5),
    (1, 6, 2, 6),
)
DATA = [["E1", "甲站", 10, 4, 6, 120.1, 35.1], ["E2", "乙站", 20, 5, 15, 120.2, 35.2]]


@pytest.mark.parametrize("merged", [MERGED, ()])
def test_three_rows_of_header_name_the_columns(merged):
    table = table_of(Grid("养老", [*map(list, LINES), *map(list, DATA)], merged))
    assert table.header_row == 3
    assert list(table.rows.columns) == [
        "编号", "名称", "床位数/合计", "床位数/其中/护理型", "床位数/其中/普通", "坐标/经度", "坐标/纬度",
    ]  # fmt: skip
    assert table.rows["床位数/其中/护理型"].tolist() == [4, 5]


def test_a_merged_cell_reaches_rows_that_end_before_it():
    lines = [["编号", "名称", "街道"], ["E1", "甲站", "南桥"], ["E2"], ["E3", "丙站", "北桥"]]
    table = table_of(Grid("养老", lines, [(1, 2, 2, 2)]))
    assert table.rows["街道"].tolist() == ["南桥", "南桥", "北桥"]
    assert table.rows["名称"].tolist() == ["甲站", None, "丙站"]
    assert table.shared == {"街道": frozenset({2, 3})}


def test_texts_below_a_header_of_two_rows_are_data():
    lines = [["名称", "街道", "床位", None], [None, None, "总数", "护理型"], ["甲站", "南桥", "十", "四"]]
    table = table_of(Grid("养老", lines))
    assert (table.header_row, len(table.rows)) == (2, 1)


@pytest.mark.parametrize(
    "row",
    [
        [None, "南桥街道", "东港社区", "小计（3家）", None, 60],
        [4, "南桥街道", "东港社区", "南桥街道合计", "日间照料", 60],
        [4, "南桥街道", "东港社区", "共 3 家", "日间照料", 60],
        ["E4", "南桥街道", "合计3处", "", "日间照料", 60],
        [4, "南桥街道", "东港社区", "平均", None, 20],
        ["Sum", None, None, None, None, 60],
        ["Average", None, None, None, None, 20],
    ],
)
def test_totals_and_means_are_no_places_wherever_they_stand(row):
    table = table_of(Grid("养老", [HEAD, *map(list, ROWS), row]))
    assert [aside.kind for aside in table.set_aside] == ["total"]
    assert len(table.rows) == len(ROWS)


@pytest.mark.parametrize("place", ["全区", "全街道"])
def test_a_place_that_serves_the_whole_district_is_a_place(place):
    table = table_of(
        Grid(
            "养老",
            [["编号", "镇街", "社区", "名称", "类型", "床位数"], ["E4", "南桥", place, "丁站", "日间", 5]],
        )
    )
    assert len(table.rows) == 1


def test_what_goes_on_below_a_note_is_a_note():
    below = [["注：1. 床位为核定床位；"], ["2. 数据来源：民政局"], ["制表人：张三", None, None, "审核：李四"]]
    table = table_of(Grid("养老", [HEAD, *map(list, ROWS), *below]))
    assert [aside.kind for aside in table.set_aside] == ["note"] * 3


@pytest.mark.parametrize(
    "rows",
    [
        ['E1,甲站,10,"未闭合', "E2,乙站,20,x", "E3,丙站,30,y"],
        ['E1,甲站,10,"未闭合', "E2,乙站,20,x", 'E3,丙站,30,"y"'],
        ['E1,"甲站,10,x', 'E2,"乙站,20,x', "E3,丙站,30,y"],
    ],
)
def test_a_mark_that_nobody_closes_swallows_no_rows(tmp_path, rows):
    (tmp_path / "a.csv").write_text("\n".join(["编号,名称,床位数,备注", *rows]), encoding="utf-8")
    table, problems = read(tmp_path, "a.csv")
    assert table is None
    assert [(p.code, p.line) for p in problems.errors] == [("open_quote", 2)]


def test_a_text_of_several_lines_and_commas_is_one_cell(tmp_path):
    rows = ['E1,甲站,10,"一,二,三,四,五\n六,七"', 'E2,乙站,20,"a ""b"" c\nd"']
    (tmp_path / "a.csv").write_text("\n".join(["编号,名称,床位数,备注", *rows]), encoding="utf-8")
    table, problems = read(tmp_path, "a.csv")
    assert not problems.errors
    assert table.rows["备注"].tolist() == ["一,二,三,四,五\n六,七", 'a "b" c\nd']


def broken_xlsx(path):
    book = openpyxl.Workbook()
    for row in [HEAD, *ROWS]:
        book.active.append(row)
    book.active["F3"] = "#REF!"
    book.save(path)


def broken_xls(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for at, row in enumerate([HEAD, *ROWS]):
        for column, cell in enumerate(row):
            if (at, column) != (2, 5):
                sheet.write(at, column, cell)
    sheet.row(2).set_cell_error(5, "#REF!")
    book.save(str(path))


@pytest.mark.parametrize(("name", "write"), [("a.xlsx", broken_xlsx), ("a.xls", broken_xls)])
def test_errors_of_formulas_are_said(tmp_path, name, write):
    write(tmp_path / name)
    table, problems = read(tmp_path, name)
    assert [(p.line, p.field, p.value) for p in problems if p.code == "error_cell"] == [
        (3, "Sheet!F", "#REF!")
    ]
    assert table.rows["床位数"].iloc[1] in {None, ""}


HOMES = [["E1", "甲站", 10, 4, "无"], ["E2", "乙站", 20, 5, "无"]]


def test_names_beside_merged_ones_are_not_carried_on():
    """Where cells are merged, an empty cell beside them is empty; where none are, it goes on with the name before it."""
    lines = [["编号", "名称", "床位数", None, None], [None, None, "合计", "护理型", "备注"], *HOMES]
    merged = ((0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3))
    table = table_of(Grid("养老", [list(row) for row in lines], merged))
    assert list(table.rows.columns) == ["编号", "名称", "床位数/合计", "床位数/护理型", "备注"]
    table = table_of(Grid("养老", [list(row) for row in lines], ()))
    assert list(table.rows.columns) == ["编号", "名称", "床位数/合计", "床位数/护理型", "床位数/备注"]
