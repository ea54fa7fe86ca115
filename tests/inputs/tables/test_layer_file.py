"""Layers as bureaus hand them over: Shapefiles with parts missing or wrong, KML, file geodatabases, MapInfo."""

from __future__ import annotations

import json
import warnings
import zipfile

import geopandas as gpd
import pytest
import shapely

from coverplan.errors import Problems
from coverplan.inputs.tables.column_values import texts
from coverplan.inputs.tables.headers import FACILITY, recognise
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source

HOMES = {"编号": ["E1", "E2"], "名称": ["甲敬老院", "乙敬老院"], "类型": ["养老院", "日间照料中心"]}


def read(folder, name, **keys):
    problems = Problems()
    return read_table(Source(file=name, **keys), folder, problems), problems


def shapefile(folder, encoding, columns=HOMES):
    layer = gpd.GeoDataFrame(columns, geometry=[shapely.Point(0, 0), shapely.Point(9, 0)], crs="EPSG:4549")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # heads that a Shapefile cuts
        layer.to_file(folder / "e.shp", encoding=encoding, engine="pyogrio")


@pytest.mark.parametrize("said", ["ISO-8859-1", "1252", "UTF-8", "ANSI 1252"])
def test_a_cpg_file_of_another_export_is_not_believed(tmp_path, said):
    shapefile(tmp_path, "gb18030")
    (tmp_path / "e.cpg").write_text(said)
    table, problems = read(tmp_path, "e.shp")
    assert texts(table, "名称") == ["甲敬老院", "乙敬老院"]
    assert [p.code for p in problems if p.severity == "warning"] == ["wrong_code_page"]


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", "UTF-8"), ("gb18030", "GBK"), ("gb18030", None)])
def test_a_cpg_file_that_is_right_or_absent_needs_no_warning(tmp_path, encoding, said):
    shapefile(tmp_path, encoding)
    (tmp_path / "e.cpg").unlink()
    if said:
        (tmp_path / "e.cpg").write_text(said)
    table, problems = read(tmp_path, "e.shp")
    assert texts(table, "名称") == ["甲敬老院", "乙敬老院"]
    assert not [p for p in problems if p.severity != "note"]


def test_french_names_stay_french(tmp_path):
    shapefile(tmp_path, "ISO-8859-1", {"name": ["Résidence été", "Épernay"]})
    (tmp_path / "e.cpg").write_text("ISO-8859-1")
    table, problems = read(tmp_path, "e.shp")
    assert texts(table, "name") == ["Résidence été", "Épernay"]
    assert not list(problems)


def test_heads_that_are_cut_within_a_character_are_read_and_recognised(tmp_path):
    shapefile(
        tmp_path,
        "utf-8",
        {"机构名称": ["甲院", "乙院"], "设施类型": ["养老院"] * 2, "行政区划代码": ["990201001"] * 2},
    )
    table, problems = read(tmp_path, "e.shp")
    assert not problems.errors
    assert recognise(map(str, table.rows.columns), FACILITY) == {
        "name": ["机构名…"], "type": ["设施类…"], "unit_code": ["行政区…"],
    }  # fmt: skip
    assert texts(table, "机构名…") == ["甲院", "乙院"]


def test_a_shapefile_without_its_index_or_its_table_says_so(tmp_path):
    shapefile(tmp_path, "utf-8")
    (tmp_path / "e.dbf").unlink()
    table, problems = read(tmp_path, "e.shp")
    assert len(table.rows) == 2
    assert [(p.severity, p.code) for p in problems] == [("warning", "missing_part")]
    (tmp_path / "e.shx").unlink()
    table, problems = read(tmp_path, "e.shp")
    assert table is None
    assert "e.shx" in problems.errors[0].what


@pytest.mark.parametrize("kind", ["gdb", "tab", "mif", "fgb", "kml"])
def test_other_kinds_of_layer_are_read(tmp_path, kind):
    layer = gpd.GeoDataFrame(
        {"Name": ["甲敬老院", "乙敬老院"]},
        geometry=[shapely.Point(117, 35), shapely.Point(117.1, 35)],
        crs="EPSG:4326",
    )
    drivers = {
        "gdb": "OpenFileGDB",
        "tab": "MapInfo File",
        "mif": "MapInfo File",
        "fgb": "FlatGeobuf",
        "kml": "KML",
    }
    layer.to_file(tmp_path / f"e.{kind}", driver=drivers[kind], engine="pyogrio", encoding="utf-8")
    table, problems = read(tmp_path, f"e.{kind}")
    assert not problems.errors
    found = dict(zip(texts(table, "Name"), table.rows.geometry.x.round(6), strict=True))
    assert (table.rows.crs.to_epsg(), found) == (4326, {"甲敬老院": 117, "乙敬老院": 117.1})
    if kind == "kml":
        with zipfile.ZipFile(tmp_path / "e.kmz", "w") as archive:
            archive.write(tmp_path / "e.kml", "doc.kml")
        assert texts(read(tmp_path, "e.kmz")[0], "Name") == ["甲敬老院", "乙敬老院"]


def test_heads_that_were_cut_to_the_same_letters_are_said_and_not_read(tmp_path):
    shapes = [shapely.Point(117, 35)]
    gpd.GeoDataFrame({"abcdefghij": ["x"], "abcdefghik": ["y"]}, geometry=shapes, crs=4326).to_file(
        tmp_path / "a.shp"
    )
    data = (tmp_path / "a.dbf").read_bytes()
    (tmp_path / "a.dbf").write_bytes(data.replace(b"abcdefghik", b"abcdefghij"))
    problems = Problems()
    table = read_table(Source(file="a.shp"), tmp_path, problems)
    assert list(table.rows.columns) == ["geometry"]
    assert [(one.code, one.value) for one in problems] == [("same_heads", "abcdefghij")]


def test_lists_and_mappings_within_cells_are_text(tmp_path):
    inside = {"type": "Feature", "properties": {"names": {"primary": "甲站"}, "tags": ["a", "b"], "n": 1}, "geometry": {"type": "Point", "coordinates": [117, 35]}}  # fmt: skip
    whole = {
        "type": "FeatureCollection",
        "features": [inside, {**inside, "properties": {"names": None, "n": 2}}],
    }
    (tmp_path / "a.geojson").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    table = read_table(Source(file="a.geojson"), tmp_path, Problems())
    assert json.loads(texts(table, "names")[0]) == {"primary": "甲站"}
    assert texts(table, "names")[1] is None
    assert json.loads(texts(table, "tags")[0]) == ["a", "b"]
