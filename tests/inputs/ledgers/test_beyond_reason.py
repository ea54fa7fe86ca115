"""Numbers that can be read and cannot be meant, and rows that name no facility."""

from __future__ import annotations

import numpy as np
import openpyxl
import pyproj
import pytest

from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.scenario.study_file import FacilityLayer
from makers.ledgers import UNITS


def ledger(folder, text, **entry):
    (folder / "a.csv").write_text(text, encoding="utf-8")
    problems = Problems()
    source = FacilityLayer(
        file="a.csv", layer="elder_care", type="day_care", **({"crs": "EPSG:4549"} | entry)
    )
    return read_ledger(source, folder, crs=pyproj.CRS(4549), problems=problems), problems


def told(problems, code):
    return [p.line for p in problems if p.code == code]


@pytest.mark.parametrize(
    ("cost", "beds", "floor", "doubted"),
    [
        ("2220000", "50", "", True),  # yuan under a head of 万元
        ("222", "50", "", False),
        ("222万", "50", "", False),  # 222 万元
        ("85000", "20", "", True),  # 850 million for 20 beds
        ("85000", "2000", "", False),  # a large home
        ("85000", "", "1500", True),
        ("85000", "", "60000", False),
    ],
)
def test_money_in_yuan_under_a_head_of_myriads_is_doubted(tmp_path, cost, beds, floor, doubted):
    text = f"编号,名称,床位数,建筑面积,总投资（万元）,x,y\nE1,甲站,{beds},{floor},{cost},554000,3868000\n"
    found, problems = ledger(tmp_path, text)
    assert told(problems, "beyond_reason") == ([2] if doubted else [])
    assert found.rows["cost"].notna().all()


def test_areas_and_beds_beyond_all_facilities_are_doubted(tmp_path):
    text = "编号,名称,床位数,建筑面积（万平方米）,占地面积（亩）,x,y\nE1,甲站,50,12000,20,554000,3868000\nE2,乙站,120000,1.2,20,554000,3868000\n"
    _, problems = ledger(tmp_path, text)
    assert sorted(told(problems, "beyond_reason")) == [2, 3]


@pytest.mark.parametrize(
    ("cells", "read", "warned"),
    [
        (("1.200", "950"), (np.nan, 950), True),
        (("1.200张", "12.5"), (np.nan, np.nan), False),
        (("2.000", "3.000"), (np.nan, np.nan), True),
        (("1,200", "950"), (1200, 950), False),
        (("1200.0", "950"), (1200, 950), False),
    ],
)
def test_beds_are_whole_and_points_may_be_of_thousands(tmp_path, cells, read, warned):
    rows = "".join(f'E{at},站{at},"{cell}",554000,3868000\n' for at, cell in enumerate(cells))
    found, problems = ledger(tmp_path, f"编号,名称,床位数,x,y\n{rows}")
    np.testing.assert_array_equal(found.rows["beds"], read)
    assert bool([p for p in problems if p.code == "points_of_thousands"]) == warned
    assert len(told(problems, "not_whole")) == int(np.isnan(read).sum())


def test_people_may_work_part_of_the_time(tmp_path):
    found, problems = ledger(tmp_path, "编号,名称,社工,x,y\nE1,甲站,1.5,554000,3868000\n")
    assert found.rows["social_workers"].tolist() == [1.5]
    assert not told(problems, "not_whole")


def test_a_number_of_a_unit_without_a_name_is_no_facility(tmp_path):
    text = "名称,街道,床位数,x,y\n甲站,旺庄街道,10,554000,3868000\n乙站,旺庄街道,20,,\n,旺庄街道,30,,\n,旺庄街道,5,554100,3868000\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    problems = Problems()
    source = FacilityLayer(file="a.csv", layer="elder_care", type="day_care", crs="EPSG:4549")
    found = read_ledger(source, tmp_path, crs=pyproj.CRS(4549), problems=problems, units=UNITS)
    assert found.rows["beds"].tolist() == [10, 20, 5]
    assert told(problems, "nameless") == [4]
    assert [p.details["count"] for p in problems if p.code == "without_site"] == [1]
    assert len(found.rows) + len(found.quarantined) == found.table.read


def test_a_name_that_stands_for_several_rows_is_said(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ["编号", "名称", "街道"],
        ["1", "甲院", "旺庄街道"],
        ["2", None, "旺庄街道"],
        ["3", "乙院", "旺庄街道"],
    ):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "a.xlsx")
    problems = Problems()
    source = FacilityLayer(layer="elder_care", file="a.xlsx", type="day_care")
    read_ledger(source, tmp_path, crs=pyproj.CRS(4549), problems=problems, units=UNITS)
    assert told(problems, "shared_name") == [2, 3]
