"""Units of several files: parents by code, by name, or by the ground on which a unit lies."""

from __future__ import annotations

import geopandas as gpd
import pyproj
import shapely

from coverplan.errors import Problems
from coverplan.inputs.ledgers.unit_table import read_units, report_overlaps, without_overlaps
from coverplan.scenario.study_file import Units

CRS = pyproj.CRS.from_epsg(4549)


def layer(folder, name, rows, crs=4549):
    """Rows of code, name, parent and x from which a square of a kilometre begins."""
    shapes = [shapely.box(500_000 + x, 3_800_000, 501_000 + x, 3_801_000 + 10 * x) for *_, x in rows]
    columns = {key: [row[at] for row in rows] for at, key in enumerate(("code", "name", "parent"))}
    columns = {key: values for key, values in columns.items() if any(values)}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4549).to_crs(crs).to_file(folder / name, engine="pyogrio")


def read(folder, **more):
    problems = Problems()
    entries = {"file": "a.gpkg", "type": "county", "more": [{"file": "b.gpkg", "type": "town", **more}]}
    return read_units(Units.model_validate(entries), folder, crs=CRS, problems=problems), problems


def test_the_parent_is_named_by_its_name(tmp_path):
    layer(tmp_path, "a.gpkg", [("N", "北区", None, 0), ("S", "南区", None, 5000)])
    layer(tmp_path, "b.gpkg", [("t1", "甲镇", "南区", 0), ("t2", "乙镇", "N", 0)])
    units, problems = read(tmp_path)
    assert not problems.errors
    assert units["parent"].to_dict() == {"N": None, "S": None, "t1": "S", "t2": "N"}


def test_a_kind_of_units_that_nobody_says_is_asked_for(tmp_path):
    layer(tmp_path, "a.gpkg", [("N", "北区", None, 0)])
    problems = Problems()
    source = Units.model_validate({"file": "a.gpkg", "type": None})
    assert read_units(source, tmp_path, crs=CRS, problems=problems) is None
    assert [(one.code, one.field) for one in problems.errors] == [("no_unit_type", "type")]


def test_without_a_column_the_ground_says_it_whatever_the_crs(tmp_path):
    layer(tmp_path, "a.gpkg", [("N", "北区", None, 0), ("S", "南区", None, 5000)], crs=4326)
    layer(
        tmp_path, "b.gpkg", [("x", "甲镇", None, 5000), ("y", "乙镇", None, 0), ("z", "丙镇", None, 90_000)]
    )
    units, problems = read(tmp_path)
    assert not problems.errors
    assert units["parent"].to_dict() == {"N": None, "S": None, "x": "S", "y": "N", "z": None}


def test_official_codes_nest_across_files_and_a_code_in_both_is_told(tmp_path):
    layer(tmp_path, "a.gpkg", [("340602", "北区", None, 0)])
    layer(tmp_path, "b.gpkg", [("340602001", "甲镇", None, 9000)])
    assert read(tmp_path)[0]["parent"].to_dict() == {"340602": None, "340602001": "340602"}
    layer(tmp_path, "b.gpkg", [("340602", "甲镇", None, 9000)])
    units, problems = read(tmp_path)
    assert units is None
    assert [one.code for one in problems.errors] == ["duplicate_code"]


def test_a_parent_that_is_nobody_is_told_with_its_row(tmp_path):
    layer(tmp_path, "a.gpkg", [("N", "北区", None, 0)])
    layer(tmp_path, "b.gpkg", [("t1", "甲镇", "东区", 0)])
    _, problems = read(tmp_path)
    assert [(one.code, one.value) for one in problems.errors] == [("unknown_parent", "东区")]


def test_shared_ground_is_refused_with_its_area_or_left_to_the_smaller_unit(tmp_path):
    shapes = [
        shapely.box(0, 0, 1000, 1000),
        shapely.box(900, 0, 1400, 1000),
        shapely.box(3000, 0, 4000, 1000),
    ]
    columns = {"code": ["a", "b", "c"], "name": ["甲", "乙", "丙"], "type": ["town"] * 3}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=4549).to_file(tmp_path / "u.gpkg", engine="pyogrio")
    units = read_units(Units(file="u.gpkg"), tmp_path, crs=CRS, problems=Problems())
    problems = Problems()
    report_overlaps(units, tmp_path / "u.gpkg", problems)
    assert [(one.code, one.value) for one in problems] == [
        ("overlapping_units", "100000 m2, 20.0% of the smaller")
    ]
    problems = Problems()
    mended = without_overlaps(units, tmp_path / "u.gpkg", problems)
    report_overlaps(mended, tmp_path / "u.gpkg", problems)
    assert [(one.code, one.severity) for one in problems] == [("overlaps_to_smaller", "warning")]
    assert mended.geometry.area.to_dict() == {"a": 900_000, "b": 500_000, "c": 1_000_000}
    assert mended.geometry.area.sum() == units.union_all().area
