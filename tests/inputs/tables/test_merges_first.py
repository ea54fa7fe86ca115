"""Large workbooks are read from a copy whose sheets begin with their merged cells: the same cells, in half the time."""

from __future__ import annotations

import zipfile

import openpyxl
import pytest

from coverplan.errors import Problems
from coverplan.inputs.tables.books import workbooks
from coverplan.inputs.tables.books.merges_first import merges_first
from coverplan.inputs.tables.books.zip_guard import guarded


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("books") / "养老.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["养老机构台账", None, None])
    sheet.append(["编号", "乡镇", "床位"])
    for at in range(40):
        sheet.append([f"A{at}", "mergeCells <mergeCell" if at == 3 else f"第{at // 2}镇", at])
    sheet.merge_cells("A1:C1")
    sheet.merge_cells("B3:B4")
    book.create_sheet("二").append(["名称", 1.5])
    book.save(path)
    return path


def _read(path, monkeypatch, least):
    monkeypatch.setattr(workbooks, "LEAST_BYTES", least)
    problems = Problems()
    grids = workbooks.read_workbook(path, problems)
    assert not list(problems)
    return grids


def test_the_copy_reads_as_the_workbook_does_and_as_openpyxl_does(book, monkeypatch):
    used = []
    monkeypatch.setattr(workbooks, "merges_first", lambda *said: used.append(said) or merges_first(*said))
    grids = _read(book, monkeypatch, 0)
    assert len(used) == 1
    assert grids == _read(book, monkeypatch, 10**9)
    assert len(used) == 1
    sheets = openpyxl.load_workbook(book).worksheets
    for grid, sheet in zip(grids, sheets, strict=True):
        printed = [
            ["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)
        ]
        assert grid.cells == printed
        merged = {
            (m.min_row - 1, m.min_col - 1, m.max_row - 1, m.max_col - 1) for m in sheet.merged_cells.ranges
        }
        assert set(grid.merged) == merged
    assert grids[0].merged


def test_the_copy_is_a_sound_archive_of_the_same_parts(book):
    scanned = guarded(book, Problems())
    copy = merges_first(book, {name: scan.merged for name, scan in scanned.items()})
    with zipfile.ZipFile(copy) as made, zipfile.ZipFile(book) as given:
        assert made.testzip() is None
        assert made.namelist() == given.namelist()
        for name in given.namelist():
            text = made.read(name)
            assert text.endswith(given.read(name))
            start = text.removesuffix(given.read(name))
            assert start.startswith(b"<mergeCells>") == (name in scanned)
    assert scanned["xl/worksheets/sheet1.xml"].merged == (b"A1:C1", b"B3:B4")
    assert scanned["xl/worksheets/sheet2.xml"].merged == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<mergeCell ref="B3:B4"/>', b"<mergeCell xmlns='' ref='B3:B4'/>"),
        (b"<mergeCells ", b"<!-- <mergeCells> --><mergeCells "),
    ],
)
def test_merged_cells_in_unusual_writing_are_left_to_the_reader(book, tmp_path, monkeypatch, old, new):
    path = tmp_path / "unusual.xlsx"
    with zipfile.ZipFile(book) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(name, given.read(name).replace(old, new))
    scan = guarded(path, Problems())["xl/worksheets/sheet1.xml"]
    assert scan.merged is None
    assert set(_read(path, monkeypatch, 0)[0].merged) == {(0, 0, 0, 2), (2, 1, 3, 1)}
