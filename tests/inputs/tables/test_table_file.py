"""Tables as bureaus send them, in every kind of file; what they hide is said."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import xlwt

from coverplan.errors import Problems
from coverplan.inputs.tables.column_values import blank, different_cells, numbers, texts
from coverplan.inputs.tables.encodings import detect_encoding
from coverplan.inputs.tables.grid import column_letters, column_number
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import Source
from makers.ledgers import CLEAN, HEADER, write

NEXT = ["A2", "康乐中心", "综合养老服务中心", "江溪街道", 50, 20, 2000, "在建", 120.36, 31.56, 2026]


def read(folder, name, **keys):
    problems = Problems()
    return read_table(Source(file=name, **keys), folder, problems), problems


def codes(problems):
    return {problem.code for problem in problems}


def test_cells_that_say_nothing_are_found_among_all_sorts_of_cells():
    """Words, numbers and what a spreadsheet leaves empty in one column; nought is said, and so is no."""
    cells = ["幸福", None, float("nan"), 0.0, "", "—", 0, False, "  ", "无", 2.5]
    table = TableFile(Path("a.csv"), pd.DataFrame({"a": pd.Series(cells, dtype=object)}), 1)
    assert [at for at, empty in enumerate(blank(table, "a")) if empty] == [1, 2, 4, 5, 8, 9]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xls", "ods"])
def test_the_same_rows_from_every_kind_of_file(tmp_path, kind):
    write(tmp_path / f"a.{kind}", [HEADER, CLEAN, NEXT])
    table, problems = read(tmp_path, f"a.{kind}")
    assert list(table.rows.columns) == HEADER
    assert list(table.rows.index) == [2, 3]
    assert texts(table, "机构名称") == ["幸福养老院", "康乐中心"]
    assert numbers(table, "床位数", problems).tolist() == [100, 50]
    assert not problems.errors


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings_are_told_and_said(tmp_path, encoding):
    write(tmp_path / "a.csv", [HEADER, CLEAN], encoding=encoding)
    table, problems = read(tmp_path, "a.csv")
    assert texts(table, "机构名称") == ["幸福养老院"]
    assert ("encoding_detected" in codes(problems)) == (encoding in {"gb18030", "utf-16"})


def test_bytes_of_no_encoding_stop_with_a_way_out(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"id,name\n1,\xff\xfe\x81\x00\xc3\n")
    table, problems = read(tmp_path, "a.csv")
    assert table is None
    assert "encoding: gb18030" in problems.errors[0].remedy


def test_too_little_text_is_not_guessed():
    assert detect_encoding("馨".encode("big5")).certain is False


@pytest.mark.truth
def test_changhua_is_big5(shared_data):
    found = detect_encoding((shared_data / "changhua" / "age_population.csv").read_bytes())
    assert (found.name, found.certain) == ("big5hkscs", True)


@pytest.mark.truth
def test_every_official_list_survives_gb18030(shared_data):
    for path in (shared_data / "china_admin").glob("*_villages.csv"):
        assert detect_encoding(path.read_text(encoding="utf-8").encode("gb18030")).name == "gb18030"


def test_header_below_titles_with_two_rows_and_totals(tmp_path):
    rows = [
        ["新吴区养老服务设施台账"], ["填报单位：民政局"],
        ["编号", "机构名称", "床位数", None, "状态"], [None, None, "总数", "护理型", None],
        ["A1", "幸福养老院", 100, 60, "运营"], ["A2", "康乐中心", 50, 20, "在建"],
        ["编号", "机构名称", "床位数", None, "状态"], ["A3", "安康中心", 30, 10, "运营"],
        ["合计", None, 180, 90, None], ["注：截至2024年底"],
    ]  # fmt: skip
    write(tmp_path / "a.xlsx", rows, merged=["A1:E1", "C3:D3", "A3:A4", "B3:B4", "E3:E4"])
    table, problems = read(tmp_path, "a.xlsx")
    assert list(table.rows.columns) == ["编号", "机构名称", "床位数/总数", "床位数/护理型", "状态"]
    assert list(table.rows.index) == [5, 6, 8]
    assert [(row.row, row.kind) for row in table.set_aside] == [(7, "header"), (9, "total"), (10, "note")]
    assert texts(table, "编号") == ["A1", "A2", "A3"]
    assert "header_found" in codes(problems)


def test_repeated_header_of_printed_pages_is_no_row(tmp_path):
    write(tmp_path / "a.csv", [HEADER, CLEAN, HEADER, NEXT])
    table, _ = read(tmp_path, "a.csv")
    assert [(row.row, row.kind) for row in table.set_aside] == [(3, "header")]
    assert list(table.rows.index) == [2, 4]


def test_a_home_named_like_a_total_is_kept(tmp_path):
    write(tmp_path / "a.csv", [HEADER, ["A1", "小计养老院", *CLEAN[2:]], NEXT])
    table, _ = read(tmp_path, "a.csv")
    assert len(table.rows) == 2
    assert table.set_aside == ()


def test_cells_merged_downwards_are_filled_and_numbers_known_to_be_shared(tmp_path):
    write(tmp_path / "a.xlsx", [HEADER, CLEAN, [*NEXT[:3], None, None, *NEXT[5:]]], merged=["D2:D3", "E2:E3"])
    table, _ = read(tmp_path, "a.xlsx")
    assert texts(table, "街道") == ["旺庄街道", "旺庄街道"]
    assert table.shared["床位数"] == {(None, 2), (None, 3)}


def test_sheets_with_the_same_header_are_read_together(tmp_path):
    book = openpyxl.Workbook()
    for name, row in (("旺庄", CLEAN), ("江溪", NEXT)):
        page = book.create_sheet(name)
        page.append(HEADER)
        page.append(row)
    book.create_sheet("说明").append(["填报", "说明"])
    book["说明"].append(["甲", "乙"])
    hidden = book.create_sheet("旧")
    hidden.append(HEADER)
    hidden.append(CLEAN)
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    table, problems = read(tmp_path, "a.xlsx")
    assert table.sheets == ("旺庄", "江溪")
    assert texts(table, "编号") == ["A1", "A2"]
    assert next(p.value for p in problems if p.code == "other_sheets") == "说明"
    one, _ = read(tmp_path, "a.xlsx", sheet="江溪")
    assert texts(one, "编号") == ["A2"]


def test_formulas_are_read_as_stored_and_said(tmp_path):
    write(tmp_path / "a.xlsx", [HEADER, [*CLEAN[:4], "=50+50", *CLEAN[5:]]])
    table, problems = read(tmp_path, "a.xlsx")
    assert texts(table, "床位数") == [None]
    place = next(p for p in problems if p.code == "formula_without_value")
    assert (place.line, place.field) == (2, "台账!E")


def test_thousands_are_read_and_kept_as_printed(tmp_path):
    write(tmp_path / "a.csv", [["name", "people"], ["a", "1,093"], ["b", "933"]])
    table, problems = read(tmp_path, "a.csv")
    assert numbers(table, "people", problems).tolist() == [1093, 933]
    assert [(r.row, r.printed, r.read_as, r.rule) for r in table.repairs] == [(2, "1,093", 1093, "thousands")]


def test_a_column_that_stands_twice_gets_a_name(tmp_path):
    write(tmp_path / "a.csv", [["名称", "名称", "", "床位"], ["a", "b", "c", "1"]])
    table, problems = read(tmp_path, "a.csv")
    assert list(table.rows.columns) == ["名称", "名称 (2)", "column C", "床位"]
    assert "header_named" in codes(problems)


@pytest.mark.parametrize("sign", ["\t", ";", "|"])
def test_separators(tmp_path, sign):
    (tmp_path / "a.csv").write_text(f"id{sign}name\n1{sign}a\n", encoding="utf-8")
    table, problems = read(tmp_path, "a.csv")
    assert list(table.rows.columns) == ["id", "name"]
    assert "separator" in codes(problems)


def test_header_row_can_be_said(tmp_path):
    write(tmp_path / "a.csv", [["x", "y"], ["id", "name"], ["1", "a"]])
    table, _ = read(tmp_path, "a.csv", header_row=2)
    assert list(table.rows.columns) == ["id", "name"]


def rewritten(path, changes):
    """The workbook with some members replaced or added."""
    with zipfile.ZipFile(path) as old:
        members = {info.filename: old.read(info) for info in old.infolist()} | changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in members.items():
            new.writestr(name, data)


def sheet_with(path, cells):
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>"
    ).encode()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"xl/sharedStrings.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><sst/>'}, "entities"),
        ({"../../evil.xml": b"x"}, "named"),
        ({"/etc/evil.xml": b"x"}, "named"),
        (
            {
                "xl/worksheets/sheet1.xml": sheet_with(
                    None,
                    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
                )
            },
            "reach to row",
        ),
        (
            {
                "xl/worksheets/sheet1.xml": sheet_with(
                    None, f'<row r="1"><c t="n" r="{"m" * 90}A1"><v>1</v></c></row>'
                )
            },
            "no spreadsheet has any",
        ),
        (
            {
                "xl/worksheets/sheet1.xml": sheet_with(
                    None, "<row><c\n r = 'a1'><v>1</v></c><c  r='xfd1048576'><v>1</v></c></row>"
                )
            },
            "reach to row",
        ),
    ],
)
def test_dangerous_workbooks_are_not_opened(tmp_path, changes, why):
    path = write(tmp_path / "a.xlsx", [HEADER, CLEAN])
    rewritten(path, changes)
    table, problems = read(tmp_path, "a.xlsx")
    assert table is None
    assert [p.code for p in problems.errors] == ["refused_file"]
    assert why in problems.errors[0].what


def test_a_bomb_that_lies_about_its_size_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr("coverplan.inputs.tables.books.zip_guard.MAX_INFLATED_BYTES", 5_000_000)
    path = write(tmp_path / "a.xlsx", [HEADER, CLEAN])
    rewritten(path, {"xl/media/a.bin": b"\0" * 20_000_000})
    data = bytearray(path.read_bytes())
    real, lie = struct.pack("<I", 20_000_000), struct.pack("<I", 10)
    crc = struct.pack("<I", zlib.crc32(b"\0" * 20_000_000))
    assert data.count(real) >= 1
    path.write_bytes(bytes(data).replace(real, lie).replace(crc, struct.pack("<I", zlib.crc32(b"\0" * 10))))
    table, problems = read(tmp_path, "a.xlsx")
    assert table is None
    assert "unpacks to more" in problems.errors[0].what


def test_macros_and_links_are_ignored_and_said(tmp_path):
    path = write(tmp_path / "a.xlsx", [HEADER, CLEAN])
    rewritten(path, {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": b"<x/>"})
    table, problems = read(tmp_path, "a.xlsx")
    assert len(table.rows) == 1
    assert {"macros_ignored", "links_ignored"} <= codes(problems)


def test_a_web_page_named_xls_is_refused_with_a_way_out(tmp_path):
    (tmp_path / "a.xls").write_text("<html><table><tr><td>1</td></tr></table></html>", encoding="utf-8")
    table, problems = read(tmp_path, "a.xls")
    assert table is None
    assert problems.errors[0].code == "disguised_file"


def test_ods_that_unfolds_to_too_much_or_defines_entities_is_refused(tmp_path):
    for old, new in (
        ("<table:table-row>", '<table:table-row table:number-rows-repeated="99999999">'),
        ("<office", "<!DOCTYPE a [<!ENTITY b 'c'>]><office"),
    ):
        path = write(tmp_path / "a.ods", [HEADER, CLEAN])
        with zipfile.ZipFile(path) as archive:
            content = archive.read("content.xml").decode()
        rewritten(path, {"content.xml": content.replace(old, new, 1).encode()})
        table, problems = read(tmp_path, "a.ods")
        assert table is None
        assert problems.errors


def test_ods_in_an_unknown_encoding_is_refused(tmp_path):
    path = write(tmp_path / "a.ods", [HEADER, CLEAN])
    rewritten(path, {"content.xml": b'<?xml version="1.0" encoding="UTF-3"?><a/>'})
    table, problems = read(tmp_path, "a.ods")
    assert table is None
    assert [p.code for p in problems.errors] == ["broken_file"]


def test_column_letters():
    assert [column_letters(n) for n in (0, 25, 26, 16383)] == ["A", "Z", "AA", "XFD"]
    assert column_number("XFD") == 16383


def test_gbk_shapefile_without_code_page(tmp_path):
    import geopandas as gpd
    import shapely

    frame = gpd.GeoDataFrame(
        {"机构名称": ["幸福养老院", "康乐中心"]}, geometry=[shapely.Point(120, 31)] * 2, crs="EPSG:4326"
    )
    frame.to_file(tmp_path / "a.shp", encoding="gb18030", engine="pyogrio")
    (tmp_path / "a.cpg").unlink()
    table, problems = read(tmp_path, "a.shp")
    assert isinstance(table.rows, pd.DataFrame)
    assert texts(table, "机构名称") == ["幸福养老院", "康乐中心"]
    assert "encoding_detected" in codes(problems)


def test_a_unit_in_the_title_counts_for_people_and_not_for_beds(tmp_path):
    rows = [
        ["各镇人口", None, None],
        ["单位：千人", None, None],
        ["名称", "常住人口", "床位数"],
        ["东河镇", 12.5, 30],
    ]
    write(tmp_path / "a.xlsx", rows)
    table, problems = read(tmp_path, "a.xlsx")
    assert numbers(table, "常住人口", problems, kind="people").tolist() == [12_500]
    assert numbers(table, "床位数", problems).tolist() == [30]


def test_a_head_in_another_measure_makes_the_column_unknown_and_says_so(tmp_path):
    write(tmp_path / "a.csv", [["名称", "人口（户）"], ["东河镇", 12], ["西河镇", 5]])
    table, problems = read(tmp_path, "a.csv")
    assert np.isnan(numbers(table, "人口（户）", problems, kind="people")).all()
    assert [problem.code for problem in problems.errors] == ["unit_of_head"]


def test_a_csv_row_with_more_cells_than_the_head_is_never_shifted(tmp_path):
    (tmp_path / "a.csv").write_text("id,people,town\na,500,x\nb,1,200,x\nc,7,x,\n", encoding="utf-8")
    table, problems = read(tmp_path, "a.csv")
    assert (table.read, texts(table, "id")) == (3, ["a", "c"])
    (error,) = problems.errors
    assert (error.line, error.code) == (3, "too_many_cells")
    assert '"1,200"' in error.remedy


@pytest.mark.parametrize(
    "word",
    "合计3家 总计：12家 合计数 共3家 小计（3家） 全区汇总 其中：公办 总人口 合计（2个小区） 东河镇小计 Total+beds Grand+total 総計 全县".split(),  # noqa: SIM905
)
def test_totals_under_other_names(tmp_path, word):
    write(tmp_path / "a.csv", [["名称", "床位数"], ["甲院", 10], ["乙院", 20], [word.replace("+", " "), 30]])
    table, _ = read(tmp_path, "a.csv")
    assert texts(table, "名称") == ["甲院", "乙院"]
    assert [row.kind for row in table.set_aside] == ["total"]


@pytest.mark.parametrize(
    "name", ["全福养老院", "总参干休所", "共和街道", "Total Care Home", "设计院", "合计社区", "全国社区"]
)
def test_names_that_begin_like_totals_are_places(tmp_path, name):
    write(tmp_path / "a.csv", [["名称", "床位数"], [name, 30]])
    assert texts(read(tmp_path, "a.csv")[0], "名称") == [name]


def ods(path, *tables, styles=""):
    """An ods file of sheets given as (attributes, rows of XML)."""
    spaces = {
        "office": "office",
        "table": "table",
        "text": "text",
        "style": "style",
        "draw": "drawing",
        "svg": "svg-compatible",
    }
    names = "".join(
        f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{word}:1.0"' for n, word in spaces.items()
    )
    sheets = "".join(f"<table:table {attributes}>{rows}</table:table>" for attributes, rows in tables)
    body = f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>{sheets}</office:spreadsheet></office:body>"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", f"<office:document-content{names}>{body}</office:document-content>")


def ods_row(*cells):
    inner = "".join(
        f'<table:table-cell office:value-type="string">{cell}</table:table-cell>' for cell in cells
    )
    return f"<table:table-row>{inner}</table:table-row>"


def test_comments_pictures_and_shapes_of_ods_cells_are_no_text(tmp_path):
    note = "<office:annotation><dc>王</dc><text:p>请核对</text:p></office:annotation>"
    shape = (
        "<draw:frame><draw:image><text:p>旧</text:p></draw:image><svg:desc>门牌12号</svg:desc></draw:frame>"
    )
    rows = ods_row("<text:p>编号</text:p>", "<text:p>名称</text:p>", "<text:p>照片</text:p>") + ods_row(
        f"{note}<text:p>YL<text:span>001</text:span></text:p>",
        f"<text:p><text:a>康<text:s text:c='2'/>宁</text:a>{shape}</text:p>",
        shape,
    )
    loose = f"<table:shapes>{shape}</table:shapes>"
    ods(tmp_path / "a.ods", ('table:name="a"', loose + rows))
    table, _ = read(tmp_path, "a.ods")
    assert table.rows.to_numpy().tolist() == [["YL001", "康  宁", None]]


def hidden_books(folder):
    """The same two sheets, the second one hidden, as xlsx, xls and ods."""
    book = openpyxl.Workbook()
    for name, value in (("今年", "甲院"), ("去年", "乙院")):
        page = book.create_sheet(name)
        page.append(["名称", "床位数"])
        page.append([value, 30])
    del book["Sheet"]
    book["去年"].sheet_state = "hidden"
    book.save(folder / "a.xlsx")
    old = xlwt.Workbook(encoding="utf-8")
    for name, value in (("今年", "甲院"), ("去年", "乙院")):
        page = old.add_sheet(name)
        for r, row in enumerate((["名称", "床位数"], [value, 30])):
            for c, cell in enumerate(row):
                page.write(r, c, cell)
        page.visibility = int(name == "去年")
    old.save(str(folder / "a.xls"))
    head = ods_row("<text:p>名称</text:p>", "<text:p>床位数</text:p>")
    style = '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>'
    ods(
        folder / "a.ods",
        ('table:name="今年"', head + ods_row("<text:p>甲院</text:p>", "<text:p>30</text:p>")),
        (
            'table:name="去年" table:style-name="h"',
            head + ods_row("<text:p>乙院</text:p>", "<text:p>30</text:p>"),
        ),
        styles=style,
    )


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_hidden_sheets_are_said_and_read_when_asked_for(tmp_path, kind):
    hidden_books(tmp_path)
    table, problems = read(tmp_path, f"a.{kind}")
    assert texts(table, "名称") == ["甲院"]
    assert [(p.code, p.value) for p in problems if p.severity == "warning"] == [("hidden_sheets", "去年")]
    assert texts(read(tmp_path, f"a.{kind}", sheet="去年")[0], "名称") == ["乙院"]


def test_a_stray_blank_far_out_makes_no_columns(tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    for row in (["名称", None, "床位数"], ["甲院", None, 30]):
        page.append(row)
    page["XFD1"] = " "
    book.save(tmp_path / "a.xlsx")
    assert list(read(tmp_path, "a.xlsx")[0].rows.columns) == ["名称", "床位数"]


def test_a_number_merged_over_rows_is_unknown_in_each_unless_it_says_the_same_of_all(tmp_path):
    book = openpyxl.Workbook()
    for row in (["name", "beds"], ["a", 30], ["b", None], ["c", 5]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "a.xlsx")
    table, problems = read(tmp_path, "a.xlsx")
    found = numbers(table, "beds", problems, severity="warning")
    assert np.isnan(found).tolist() == [True, True, False]
    assert [one.line for one in problems if one.code == "shared_number"] == [2, 3]
    assert numbers(table, "beds", problems, for_all=True).tolist() == [30, 30, 5]


def test_one_point_before_three_digits_is_doubted_where_it_may_stand_for_thousands(tmp_path):
    (tmp_path / "a.csv").write_text(
        "id,beds,cost,area(亩)\n1,1.200,1.200,1.200\n2,3.500,3.500,3.500\n", encoding="utf-8"
    )
    table, problems = read(tmp_path, "a.csv")
    for column, kind in (("beds", "count"), ("cost", "money"), ("area(亩)", "area")):
        numbers(table, column, problems, kind=kind)
    assert [one.field for one in problems if one.code == "points_of_thousands"] == ["beds"]


def test_what_was_read_loosely_is_a_warning_and_the_rest_a_note(tmp_path):
    (tmp_path / "a.csv").write_text(
        "id,beds\n1,约300\n2,300张\n3,300以上\n4,300-350\n5,三百\n", encoding="utf-8"
    )
    table, problems = read(tmp_path, "a.csv")
    numbers(table, "beds", problems)
    said = {one.details["rule"]: one.severity for one in problems if one.code == "repaired"}
    assert said == {
        "about": "warning",
        "unit": "note",
        "bound": "warning",
        "range": "warning",
        "numeral": "note",
    }


def test_no_and_nought_are_different_cells(tmp_path):
    book = openpyxl.Workbook()
    for row in (["id", "said"], ["a", 0], ["b", False], ["c", 0.0], ["d", 0]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    table, _ = read(tmp_path, "a.xlsx")
    codes_, different = different_cells(table, "said")
    assert [isinstance(different[code], bool) for code in codes_] == [False, True, False, False]


def test_a_header_with_gaps_is_the_header_and_a_note_ends_where_a_row_follows(tmp_path):
    rows = [
        ["标题"], ["甲", "乙", "丙", "丁", "", "", "戊"], *[[f"r{i}", 2, 3, 4, 5, 6, 7] for i in range(4)],
        ["注：以上为初步数"], ["后续说明"], ["r9", 2, 3, 4, 5, 6, 7], ["r10", 3],
    ]  # fmt: skip
    write(tmp_path / "a.xlsx", rows)
    table, _ = read(tmp_path, "a.xlsx")
    assert list(table.rows["甲"]) == ["r0", "r1", "r2", "r3", "r9", "r10"]
    assert [(one.row, one.kind) for one in table.set_aside] == [(7, "note"), (8, "note")]
