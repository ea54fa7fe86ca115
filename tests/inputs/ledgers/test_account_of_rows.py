"""What became of every row: left out by the study's condition, set aside, or used; and ids that a spreadsheet cut short."""

from __future__ import annotations

import pandas as pd
import pytest

from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.inputs.places.datum import in_china_box
from coverplan.scenario.study_file import FacilityLayer
from makers import toyfiles
from towns import toytown


def ledger_of(folder, rows: pd.DataFrame, **source):
    rows.to_csv(folder / "a.csv", index=False)
    problems = Problems()
    layer = FacilityLayer(file="a.csv", layer="elder_care", type="day_care", crs=toytown.CRS, **source)
    return read_ledger(
        layer, folder, crs=toytown.CRS, problems=problems, units=toytown.units().table
    ), problems


def test_rows_that_the_study_does_not_ask_for_are_counted(tmp_path):
    rows = toyfiles.homes((0, 0), (1, 1), (2, 2), (3, 3)).assign(
        kind=["a", "b", "b", "a"], status=["operating"] * 3 + ["嘎嘎"]
    )
    found, _ = ledger_of(tmp_path, rows, where={"column": "kind", "any_of": ["a"]})
    assert (found.table.read, found.left_out, len(found.rows), found.quarantined) == (4, 2, 1, (1,))


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        ("4.40301E+17", True), ("1e+15", True), ("4.4E17", False), ("440301199001011234", False), ("A-1", False), ("7E", False),
        ("12E+3", False), ("3.5", False),
    ],
)  # fmt: skip
def test_ids_that_lost_their_last_digits_are_told(written, cut, tmp_path):
    _, problems = ledger_of(tmp_path, toyfiles.homes((0, 0), (1, 1)).assign(id=[written, "h1"]))
    assert [one.line for one in problems if one.code == "shortened_id"] == ([2] if cut else [])


def test_ids_that_a_workbook_holds_as_long_numbers_are_told(tmp_path):
    rows = toyfiles.homes((0, 0), (1, 1), (2, 2)).astype({"id": object})
    rows["id"] = [440301199001011234.0, 999_999_999_999_999.0, 1e15]
    rows.to_excel(tmp_path / "a.xlsx", index=False)
    problems = Problems()
    layer = FacilityLayer(file="a.xlsx", layer="elder_care", type="day_care", crs=toytown.CRS)
    read_ledger(layer, tmp_path, crs=toytown.CRS, problems=problems, units=toytown.units().table)
    assert [one.line for one in problems if one.code == "shortened_id"] == [2, 4]


@pytest.mark.parametrize(
    ("lon", "lat", "inside"),
    [
        (72.0041, 30, True), (72.0039, 30, False), (137.8346, 30, True), (137.8348, 30, False),
        (100, 0.8294, True), (100, 0.8292, False), (100, 55.8270, True), (100, 55.8272, False), (116.4, 39.9, True),
    ],
)  # fmt: skip
def test_the_box_of_the_shifted_datum_is_the_published_one(lon, lat, inside):
    # eviltransform and coordtransform: 72.004 < lon < 137.8347 and 0.8293 < lat < 55.8271
    assert bool(in_china_box(lon, lat)) is inside
