"""Rows that are appended to a workbook are read back by another library as they were given."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment

from coverplan.setup.sheet_rows import Row, append_rows


def test_rows_stand_below_those_that_are_there(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["名称", "行"])
    sheet["B1"].alignment = Alignment(wrap_text=True)
    book.create_sheet("另一张").append(["空"])
    book.save(tmp_path / "heads.xlsx")
    rows = [['<甲> & "乙"', 7], [" 两边 ", None], ["一\n二\r三", 2.5], ["'=1+1", "]]>"]]
    append_rows(
        tmp_path / "heads.xlsx",
        tmp_path / "whole.xlsx",
        {0: [Row(row, 29.0 if at == 2 else None) for at, row in enumerate(rows)], 1: []},
    )
    read = load_workbook(tmp_path / "whole.xlsx")
    assert [list(row) for row in read.worksheets[0].iter_rows(min_row=2, values_only=True)] == rows
    assert read.worksheets[0].row_dimensions[4].height == 29
    assert read.worksheets[0]["A4"].alignment.wrap_text
    assert not read.worksheets[0]["A3"].alignment.wrap_text
    assert read.worksheets[1].max_row == 1
