"""Rows are told by sheet and number, whatever signs the names of sheets and columns hold."""

from __future__ import annotations

from openpyxl import Workbook

from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.scenario.study_file import FacilityLayer
from towns import toytown


def test_signs_in_names_of_sheets_let_no_bad_row_through(tmp_path):
    book = Workbook()
    book.active.title = "A"
    for title in ("A", "A!1"):
        sheet = book["A"] if title == "A" else book.create_sheet(title)
        sheet.append(["id", "name", "1!x", "x", "y", "status"])
        sheet.append([f"{title}-good", "g", "", *toytown.xy(1, 1), "operating"])
        sheet.append([f"{title}-bad", "b", "", *toytown.xy(2, 2), "嘎嘎"])
    book.save(tmp_path / "a.xlsx")
    source = FacilityLayer(file="a.xlsx", layer="elder_care", type="day_care", crs=toytown.CRS)
    ledger = read_ledger(source, tmp_path, crs=toytown.CRS, problems=Problems(), units=toytown.units().table)
    assert ledger.rows["id"].tolist() == ["A-good", "A!1-good"]
    assert ledger.quarantined == (1, 3)


def test_a_column_that_sounds_like_the_end_of_a_sheet_s_name_is_one_of_the_shorter_sheet(tmp_path):
    """``A!1!status`` is the column ``1!status`` of the sheet A, where no sheet has a column ``status``."""
    book = Workbook()
    book.active.title = "A"
    for title, status in (("A", "嘎嘎"), ("A!1", "operating")):
        sheet = book["A"] if title == "A" else book.create_sheet(title)
        sheet.append(["id", "name", "1!status", "x", "y"])
        sheet.append([f"{title}-one", "g", "operating", *toytown.xy(1, 1)])
        sheet.append([f"{title}-two", "b", status, *toytown.xy(2, 2)])
    book.save(tmp_path / "a.xlsx")
    source = FacilityLayer(
        file="a.xlsx", layer="elder_care", type="day_care", crs=toytown.CRS, columns={"status": "1!status"}
    )
    ledger = read_ledger(source, tmp_path, crs=toytown.CRS, problems=Problems(), units=toytown.units().table)
    assert ledger.rows["id"].tolist() == ["A-one", "A!1-one", "A!1-two"]
    assert ledger.quarantined == (1,)
