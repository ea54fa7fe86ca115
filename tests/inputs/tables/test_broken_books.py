"""Workbooks and text tables that are damaged, too large or no tables: one reason each, and never a traceback."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
import xlwt

from coverplan.errors import Problems
from coverplan.inputs.tables import text_table
from coverplan.inputs.tables.books import old_workbook, workbooks
from coverplan.inputs.tables.books.old_workbook import read_old_workbook
from coverplan.inputs.tables.books.workbooks import read_workbook
from coverplan.inputs.tables.text_table import read_text_table

READERS = {"xls": read_workbook, "xlsx": read_workbook, "ods": read_workbook, "csv": read_text_table}


def refused(path: Path, **options) -> tuple[str, str]:
    """Code and words of the one problem with which a file is refused."""
    problems = Problems()
    assert READERS[path.suffix[1:]](path, problems, **options) is None
    (problem,) = problems.errors
    assert problem.file == path
    return problem.code or "", problem.what


def old_book() -> bytes:
    """A workbook of the old kind with a formula, a date, an error, a whole and a broken number, and truth."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("一")
    sheet.write(0, 0, "名称")
    sheet.write(0, 1, 12.0)
    sheet.write(0, 2, 1.5)
    sheet.write(0, 3, dt.date(2025, 12, 31), xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    sheet.write(0, 4, xlwt.Formula("1/0"))
    sheet.row(0).set_cell_boolean(5, True)
    sheet.row(0).set_cell_error(6, "#DIV/0!")
    sheet.row(0).set_cell_blank(7)
    sheet.write(0, 8, 2.0**60)
    sheet.write_merge(1, 2, 0, 1, "合并")
    sheet.row(3).hidden = True
    sheet.write(3, 0, "x")
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_every_kind_of_cell_of_an_old_workbook(tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(old_book())
    (grid,) = read_old_workbook(path, Problems()) or []
    first = grid.cells[0]
    assert first[:4] == ["名称", 12, 1.5, dt.datetime(2025, 12, 31)]  # noqa: DTZ001 - as cells hold them
    assert [type(first[at]) for at in (1, 2, 5)] == [int, float, bool]
    assert (first[5], first[7], first[8]) == (True, None, 2.0**60)
    assert isinstance(first[8], float)  # beyond what a whole number of a cell can say exactly
    assert grid.merged == ((1, 0, 2, 1),)
    assert grid.hidden_rows == {3}
    assert (grid.formulas, grid.errors) == (1, ((0, 6, "#DIV/0!"),))


def test_an_old_workbook_that_is_damaged_or_reaches_too_far_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.xls"
    content = old_book()
    path.write_bytes(content[: len(content) // 3])
    assert refused(path)[0] == "broken_file"
    path.write_bytes(content)
    monkeypatch.setattr(old_workbook, "MAX_CELLS", 3)
    assert refused(path) == ("broken_file", "the workbook cannot be read: the sheet reaches to row 4")


def test_a_book_of_one_sheet_of_long_ago_tells_of_no_formulas():
    assert old_workbook._formulas(SimpleNamespace(biff_version=45), 0) == (0, ())


def new_book(path: Path, *, chart: bool = False) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "名称"
    book.active["A2"] = "x"
    if chart:
        book.create_chartsheet("chart")
        book.create_sheet("third")["A1"] = "y"
    book.save(path)
    return path


def test_a_sheet_that_is_a_chart_is_no_table_and_the_others_are(tmp_path):
    grids = read_workbook(new_book(tmp_path / "a.xlsx", chart=True), Problems())
    assert [grid.name for grid in grids or []] == ["Sheet", "third"]


def test_a_workbook_that_is_too_large_disguised_damaged_or_reaches_too_far_is_refused(tmp_path, monkeypatch):
    path = new_book(tmp_path / "a.xlsx")
    whole = path.read_bytes()
    with monkeypatch.context() as small:
        small.setattr(workbooks, "MAX_CELLS", 1)
        assert refused(path) == (
            "broken_file",
            "the workbook cannot be read: the sheet Sheet reaches to row 2",
        )
        small.setattr(workbooks, "MAX_FILE_BYTES", len(whole) - 1)
        assert refused(path)[0] == "too_large"
        small.setattr(workbooks, "MAX_FILE_BYTES", len(whole))
        assert refused(path)[0] == "broken_file"
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, b"<workbook" if name == "xl/workbook.xml" else content)
    assert refused(path)[0] == "broken_file"
    path.write_bytes(b"name,beds\nx,1\n")
    assert refused(path) == ("disguised_file", "the file is named .xlsx and is no workbook")
    path.write_bytes(b"<HTML><table></table>")
    assert refused(path) == ("disguised_file", "the file is named .xlsx and is a web page")


def test_what_is_no_fault_of_a_workbook_passes(tmp_path, monkeypatch):
    import python_calamine

    def interrupted(_):
        raise KeyboardInterrupt

    path = new_book(tmp_path / "a.xlsx")
    monkeypatch.setattr(python_calamine.CalamineWorkbook, "from_path", interrupted)
    with pytest.raises(KeyboardInterrupt):
        read_workbook(path, Problems())


def test_a_text_table_that_is_too_large_none_or_badly_quoted_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,beds\nx,1\n\x00,2\n")
    assert refused(path, encoding="utf-8") == ("broken_file", "the file is not a text table")
    assert refused(path)[0] == "encoding"
    path.write_text("name,beds\n" + "x,1\n" * 3)
    with monkeypatch.context() as small:
        small.setattr(text_table, "MAX_CELLS", 7)
        assert refused(path)[0] == "too_large"
        small.setattr(text_table, "MAX_CELLS", 8)
        assert read_text_table(path, Problems()) is not None
        small.setattr(text_table, "MAX_FILE_BYTES", path.stat().st_size - 1)
        assert refused(path)[0] == "too_large"
        small.setattr(text_table, "MAX_FILE_BYTES", path.stat().st_size)
        assert read_text_table(path, Problems()) is not None
    path.write_text("name,beds\n" + "x" * 1_000_001 + ",1\n")
    code, what = refused(path)
    assert (code, "field larger than field limit" in what) == ("broken_file", True)


def test_an_encoding_that_is_named_is_the_one_that_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes("名称,床位\n南桥,1\n".encode("gb18030"))
    grid = read_text_table(path, Problems(), encoding="gb18030")
    assert grid is not None
    assert grid.cells == [["名称", "床位"], ["南桥", "1"]]
    for named, what in (("utf-8", "the file is not utf-8 text"), ("klingon", "the file is not klingon text")):
        assert refused(path, encoding=named) == ("encoding", what)
    path.write_bytes("\ufeff名称,床位\n".encode())
    for named in ("utf-8", "UTF_8", "utf8"):
        grid = read_text_table(path, Problems(), encoding=named)
        assert grid is not None
        assert grid.cells == [["名称", "床位"]]


def test_a_text_of_nothing_is_a_table_of_nothing(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("\n \n")
    grid = read_text_table(path, Problems())
    assert grid is not None
    assert not any(cell.strip() for row in grid.cells for cell in row)
