"""Facility ledgers: every row is used or quarantined, every repair keeps its printed form."""

from __future__ import annotations

import re

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from coverplan.errors import Problems
from coverplan.inputs.ledgers.facility_table import read_ledger
from coverplan.inputs.places.datum import from_wgs84
from coverplan.scenario.study_file import FacilityLayer
from makers.ledgers import CLEAN, HEADER, UNITS, write
from makers.volume import examples

CRS = pyproj.CRS.from_epsg(4549)
LONLAT = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)


def ledger(folder, rows, *, name="a.csv", units=UNITS, merged=(), **keys):
    write(folder / name, rows, merged=merged)
    problems = Problems()
    source = FacilityLayer(**{"file": name, "layer": "elder_care", "datum": "wgs84", **keys})
    return read_ledger(source, folder, crs=CRS, problems=problems, units=units), problems


def changed(**cells):
    """The clean row with some cells changed."""
    return [cells.get(name, value) for name, value in zip(HEADER, CLEAN, strict=True)]


def codes(problems):
    return {problem.code for problem in problems if problem.severity != "note"}


def test_a_clean_row(tmp_path):
    found, problems = ledger(tmp_path, [HEADER, CLEAN])
    row = found.rows.iloc[0]
    assert (row["id"], row["name"], row["type"], row["status"], row["precision"]) == (
        "A1",
        "幸福养老院",
        "institution",
        "operating",
        "site",
    )
    assert (row["unit_code"], row["beds"], row["nursing_beds"], row["floor_area_m2"], row["opened"]) == (
        "320214050",
        100,
        60,
        4000,
        2015,
    )
    assert LONLAT.transform(row.geometry.x, row.geometry.y) == pytest.approx((120.35, 31.55), abs=1e-9)
    assert codes(problems) == set()


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_declared_datum_is_undone_and_said(tmp_path, datum):
    lon, lat = (float(value) for value in from_wgs84(120.35, 31.55, datum))
    found, problems = ledger(tmp_path, [HEADER, changed(经度=lon, 纬度=lat)], datum=datum)
    place = found.rows.geometry.iloc[0]
    assert LONLAT.transform(place.x, place.y) == pytest.approx((120.35, 31.55), abs=1e-9)
    said = next(p.value for p in problems if p.code == "datum_converted")
    metres = int(re.fullmatch(r"median shift (\d+) m", said)[1])
    assert metres == pytest.approx(
        {"gcj02": 487, "bd09": 1169}[datum], abs=6
    )  # as measured for this district


@pytest.mark.parametrize(
    ("x", "y", "rule"),
    [
        (31.55, 120.35, "swapped_axes"),
        ("120°21′00″", "31°33′00″", "dms"),
        ("E120.35", "N31.55", "degrees"),
    ],
)
def test_degrees_in_other_dress(tmp_path, x, y, rule):
    found, _ = ledger(tmp_path, [HEADER, changed(经度=x, 纬度=y)])
    place = found.rows.geometry.iloc[0]
    assert LONLAT.transform(place.x, place.y) == pytest.approx((120.35, 31.55), abs=1e-9)
    assert rule in {repair.rule for repair in found.table.repairs}
    assert found.rows["own:经度"].iloc[0] == str(x)


def metres(code):
    return pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(120.35, 31.55)


@pytest.mark.parametrize("zone_code", [4528, 4498])
def test_eastings_that_name_their_zone(tmp_path, zone_code):
    # zone 40 of 3 degrees (EPSG:4528), zone 21 of 6 degrees (EPSG:4499) and 20 (EPSG:4498)
    x, y = metres(zone_code)
    found, _ = ledger(tmp_path, [HEADER, changed(经度=x, 纬度=y)], datum="cgcs2000")
    place = found.rows.geometry.iloc[0]
    assert LONLAT.transform(place.x, place.y) == pytest.approx((120.35, 31.55), abs=1e-7)
    assert f"zone_{int(x // 1e6)}" in {repair.rule for repair in found.table.repairs}


def test_zone_number_is_taken_off_where_the_named_crs_has_none(tmp_path):
    x, y = metres(4528)
    found, _ = ledger(tmp_path, [HEADER, changed(经度=y, 纬度=x)], datum="EPSG:4549")
    assert {repair.rule for repair in found.table.repairs} >= {"zone_prefix"}
    place = found.rows.geometry.iloc[0]
    assert (place.x, place.y) == pytest.approx(metres(4549), abs=1e-3)


def test_another_zone_than_named_is_no_place(tmp_path):
    x, y = metres(4527)
    found, problems = ledger(tmp_path, [HEADER, changed(经度=x, 纬度=y)], datum="EPSG:4549")
    assert found.rows.geometry.iloc[0] is None
    assert "EPSG:4527" in next(p.what for p in problems if p.code == "impossible_coordinates")


def test_both_coordinates_in_one_cell(tmp_path):
    header = [*HEADER[:8], "经纬度", HEADER[10]]
    found, _ = ledger(tmp_path, [header, [*CLEAN[:8], "120.35，31.55", 2015]])
    place = found.rows.geometry.iloc[0]
    assert LONLAT.transform(place.x, place.y) == pytest.approx((120.35, 31.55), abs=1e-9)


def test_a_place_without_coordinates_counts_for_its_unit_only(tmp_path):
    found, problems = ledger(tmp_path, [HEADER, CLEAN, changed(编号="A2", 经度="", 纬度="", 街道="江溪街道")])
    row = found.rows.iloc[1]
    assert (row.geometry, row["unit_code"], row["precision"]) == (None, "320214052", "town")
    assert "without_site" in codes(problems)
    assert found.quarantined == ()


def test_a_vague_place_is_never_a_site(tmp_path):
    found, _ = ledger(tmp_path, [[*HEADER, "定位精度"], [*CLEAN, "村级"], [*changed(编号="A2"), "门牌"]])
    assert [place is None for place in found.rows.geometry] == [True, False]
    assert found.rows["precision"].tolist() == ["village", "site"]
    assert found.rows["own:经度"].tolist() == ["120.35", "120.35"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"编号": ""}, "missing_id"),
        ({"编号": "A0"}, "duplicate_id"),
        ({"状态": "已建未运营"}, "unknown_status"),
        ({"经度": "", "纬度": "", "街道": "没有的街道"}, "no_place"),
        ({"经度": 0, "纬度": 0, "街道": ""}, "no_place"),
        ({"经度": 1203.5, "街道": ""}, "no_place"),
    ],
)
def test_rows_that_cannot_be_used_are_quarantined(tmp_path, cells, code):
    found, problems = ledger(tmp_path, [HEADER, changed(编号="A0"), changed(**cells)])
    assert found.quarantined == (1,)
    assert code in {one.problem.code for one in found.problems if one.refused}
    assert len(found.rows) + len(found.quarantined) == found.table.read
    assert not problems.errors


@pytest.mark.parametrize(
    ("given", "cut"),
    [("4.40E+17", True), ("4.4e+17", True), (440106199001011200.0, True), ("440106199001011234", False),
     (1234567890, False), ("A4E+1", False)],
)  # fmt: skip
def test_an_id_that_a_spreadsheet_cut_short_is_sent_back_and_its_row_is_used(tmp_path, given, cut):
    found, _ = ledger(tmp_path, [HEADER, changed(编号=given)])
    assert ("shortened_id" in {one.problem.code for one in found.problems}) is cut
    assert len(found.rows) == 1


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"床位数": "若干"}, "beds", "not_a_number"),
        ({"床位数": "-3"}, "beds", "negative_number"),
        ({"床位数": "300平方米"}, "beds", "not_a_number"),
        ({"开业时间": "很久以前"}, "opened", "not_a_year"),
    ],
)
def test_a_cell_that_cannot_be_read_is_unknown_and_its_row_is_used(tmp_path, cells, field, code):
    found, problems = ledger(tmp_path, [HEADER, changed(**cells)])
    assert np.isnan(found.rows[field].iloc[0])
    assert code in codes(problems)
    assert found.quarantined == ()


def test_one_number_for_two_homes_is_known_of_neither(tmp_path):
    found, problems = ledger(
        tmp_path, [HEADER, CLEAN, changed(编号="A2", 床位数=None)], name="a.xlsx", merged=["E2:E3"]
    )
    assert np.isnan(found.rows["beds"]).all()
    assert "shared_number" in codes(problems)


def test_unknown_columns_and_ids_come_out_again(tmp_path):
    found, _ = ledger(tmp_path, [[*HEADER, "负责人", "备注"], [*CLEAN, "王某", "=1+1"]])
    assert found.rows["own:负责人"].tolist() == ["王某"]
    assert found.rows["own:备注"].tolist() == ["=1+1"]


def test_columns_of_the_study_file_override_the_headers(tmp_path):
    found, _ = ledger(
        tmp_path, [[*HEADER, "核定床位"], [*CLEAN, 80]], columns={"beds": "核定床位"}, ignore=["护理床位"]
    )
    assert found.rows["beds"].tolist() == [80]
    assert np.isnan(found.rows["nursing_beds"]).all()
    assert found.rows["own:护理床位"].tolist() == ["60"]


def test_two_columns_that_could_be_beds_are_not_guessed(tmp_path):
    found, problems = ledger(tmp_path, [[*HEADER, "核定床位"], [*CLEAN, 80]])
    assert np.isnan(found.rows["beds"]).all()
    assert "ambiguous_column" in codes(problems)


def test_no_datum_is_no_guess(tmp_path):
    found, problems = ledger(tmp_path, [HEADER, CLEAN], datum=None)
    assert found is None
    assert [p.code for p in problems.errors] == ["missing_crs"]


CELLS = st.one_of(
    st.none(),
    st.integers(-10, 10**9),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from([*CLEAN, "无", "合计", "1.5万", "=1+1"]),
)


@given(rows=st.lists(st.lists(CELLS, max_size=12), max_size=8), kind=st.sampled_from(["csv", "xlsx"]))
@settings(max_examples=examples(12, 40), deadline=None)
def test_no_damage_loses_a_row_or_raises(tmp_path_factory, rows, kind):
    folder = tmp_path_factory.mktemp("damaged")
    try:
        write(folder / f"a.{kind}", [HEADER, CLEAN, *rows])
    except (ValueError, IllegalCharacterError):  # no such file can exist
        return
    problems = Problems()
    source = FacilityLayer(file=f"a.{kind}", layer="elder_care", datum="wgs84")
    found = read_ledger(source, folder, crs=CRS, problems=problems, units=UNITS)
    if found is None:
        assert problems.errors
        return
    assert len(found.rows) + len(found.quarantined) == found.table.read
    filled = sum(any(str(cell).strip() for cell in row if cell is not None) for row in rows)
    assert found.table.read + len(found.table.set_aside) <= filled + 1


def test_unknown_words_are_listed_once_as_a_line_to_paste(tmp_path):
    rows = [[*CLEAN[:7], word, *CLEAN[8:]] for word in ("Functional", "Functional", "Half-built", "运营")]
    rows = [[f"A{i}", *row[1:]] for i, row in enumerate(rows)]
    found, problems = ledger(tmp_path, [HEADER, *rows])
    (listed,) = [problem for problem in problems if problem.code == "unknown_words"]
    assert listed.remedy.endswith("statuses: {Functional: operating, Half-built: ?}")
    assert len(found.quarantined) == 3
    said = {"Functional": "operating", "Half-built": "building"}
    assert not ledger(tmp_path, [HEADER, *rows], statuses=said)[0].quarantined


def test_a_blank_column_of_ids_is_no_column_of_ids(tmp_path):
    rows = [["", *CLEAN[1:]], ["", "康乐中心", *CLEAN[2:]]]
    found, problems = ledger(tmp_path, [HEADER, *rows])
    assert found.rows["id"].tolist() == ["elder_care-2", "elder_care-3"]
    assert "blank_ids" in codes(problems)


def test_an_outline_as_large_as_a_country_is_no_facility(tmp_path):
    across, up = middle = (500_000, 3_500_000)
    shapes = [shapely.box(across, up, across + 90, up + 60), shapely.Point(middle).buffer(400_000)]
    columns = {"id": ["1", "2"], "name": ["甲", "乙"], "type": "institution"}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS).to_file(tmp_path / "a.gpkg", engine="pyogrio")
    problems = Problems()
    source = FacilityLayer(file="a.gpkg", layer="elder_care")
    found = read_ledger(source, tmp_path, crs=CRS, problems=problems, units=UNITS)
    assert found.rows["id"].tolist() == ["1"]
    assert "outline_too_large" in codes(problems)
    assert {one.problem.code for one in found.problems if one.refused} == {"outline_too_large", "no_place"}


@pytest.mark.parametrize(
    ("numbers", "ids"),
    [
        (["YL01", "YL02"], ["YL01", "YL02"]),
        (["1", "2"], ["elder_care-2", "elder_care-3"]),
        (["YL01", "YL01"], ["elder_care-2", "elder_care-3"]),
        (["YL01", ""], ["elder_care-2", "elder_care-3"]),
    ],
)
def test_codes_in_a_column_of_serial_numbers_are_ids(tmp_path, numbers, ids):
    heads = ["序号" if name == "编号" else name for name in HEADER]
    assert "序号" in heads
    at = heads.index("序号")
    rows = [[number if place == at else cell for place, cell in enumerate(CLEAN)] for number in numbers]
    found, problems = ledger(tmp_path, [heads, *rows])
    assert found.rows["id"].tolist() == ids
    taken = [one.field for one in problems if one.details.get("field") == "id"]
    assert taken == (["序号"] if ids[0] == numbers[0] else [])
