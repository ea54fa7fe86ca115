"""Styles in the GeoPackage: read back by GDAL, their rules tried out on the features themselves."""

from __future__ import annotations

import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from coverplan.errors import InputError
from coverplan.maps import colours, qml
from coverplan.maps.qgis import style_geopackage
from towns import maptown


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("package") / "layers.gpkg"
    for name, layer in maptown.town().layers.items():
        layer.to_file(path, layer=name, engine="pyogrio", driver="GPKG")
    return path


@pytest.fixture
def package(plain: Path, tmp_path: Path) -> Path:
    path = tmp_path / "layers.gpkg"
    shutil.copy(plain, path)
    style_geopackage(path, maptown.town(), "zh")
    return path


def styles(path: Path):
    return pyogrio.read_dataframe(path, layer="layer_styles")


def rules(text: str) -> list[tuple[str, str, dict[str, str]]]:
    """Filter, label and settings of each rule."""
    root = ET.fromstring(text.split("\n", 1)[1])  # noqa: S314 - our own text
    symbols = {
        symbol.get("name"): {o.get("name"): o.get("value") for o in symbol.iter("Option") if o.get("name")}
        for symbol in root.iter("symbol")
    }
    return [(r.get("filter", ""), r.get("label"), symbols[r.get("symbol")]) for r in root.iter("rule")]


def test_every_layer_has_one_default_style(package: Path) -> None:
    table = styles(package)
    layers = {name for name, kind in pyogrio.list_layers(package) if kind is not None}
    assert set(table["f_table_name"]) == layers
    assert set(table.loc[table["useAsDefault"].astype(bool), "f_table_name"].value_counts()) == {1}
    assert (table["f_geometry_column"] == "geom").all()
    assert (table["f_table_schema"] == "").all()


def test_the_layers_are_as_they_were(plain: Path, package: Path) -> None:
    for name in maptown.town().layers:
        before, after = pyogrio.read_dataframe(plain, layer=name), pyogrio.read_dataframe(package, layer=name)
        assert before.equals(after)


def test_people_fall_into_the_classes_of_the_maps(package: Path) -> None:
    result, table = maptown.town(), styles(package)
    text = table.loc[table["f_table_name"] == "demand", "styleQML"].iloc[0]
    demand = result.layers["demand"]
    standard = result.summary["standards"][0]
    expected = np.bincount(colours.time_classes(demand, standard), minlength=7)
    found = [len(pyogrio.read_dataframe(package, layer="demand", where=test)) for test, _, _ in rules(text)]
    assert found == expected.tolist()
    assert sum(found) == len(demand)
    assert rules(text)[2][2]["color"] == qml.rgba(colours.TIME_COLOURS[2])
    assert float(rules(text)[0][2]["size"]) == pytest.approx(72.0, abs=0.1)


@pytest.mark.parametrize("layer", ["units", "facilities"])
def test_every_feature_has_exactly_one_rule(package: Path, layer) -> None:
    table = styles(package)
    for text in table.loc[table["f_table_name"] == layer, "styleQML"]:
        counted = [len(pyogrio.read_dataframe(package, layer=layer, where=t)) for t, _, _ in rules(text)]
        assert sum(counted) == len(maptown.town().layers[layer])


def test_rings_stand_round_the_uncovered_people_of_the_standard_and_group(
    plain: Path, tmp_path: Path
) -> None:
    result, path = maptown.town(), tmp_path / "layers.gpkg"
    shutil.copy(plain, path)
    standards = result.summary["standards"][:2]
    rows = [
        {"standard": one["key"], "group": group} for one in standards for group in ("total", "age_60_plus")
    ]
    places = result.layers["demand"].geometry.iloc[: len(rows)].to_numpy()
    gpd.GeoDataFrame(rows, geometry=places, crs=result.layers["demand"].crs).to_file(path, layer="clusters")
    style_geopackage(path, result, "zh")
    table = styles(path)
    drawn = table.loc[table["f_table_name"] == "clusters", "styleQML"]
    assert len(drawn) == 2
    for text, standard in zip(drawn, standards, strict=True):
        ((condition, label, settings),) = rules(text)
        found = pyogrio.read_dataframe(path, layer="clusters", where=condition)
        assert found[["standard", "group"]].to_numpy().tolist() == [[standard["key"], standard["groups"][0]]]
        assert (label, settings["outline_color"]) == ("未覆盖人口集中处", qml.rgba("#c8102e"))


def test_styling_again_replaces_and_does_not_add(package: Path) -> None:
    before = styles(package)
    style_geopackage(package, maptown.town(), "zh")
    assert styles(package).equals(before)
    style_geopackage(package, maptown.town(), "en")
    assert len(styles(package)) == len(before)


def test_protected_standards_have_no_style_for_points(package: Path) -> None:
    table = styles(package)
    assert (table["f_table_name"] == "units").sum() == 3
    assert (table["f_table_name"] == "demand").sum() == 2
    assert not table["styleQML"].str.contains(maptown.HIDDEN).any()


def test_words_in_expressions_cannot_end_them() -> None:
    assert qml.literal("it's \\ '' OR 1=1 --") == "'it''s \\\\ '''' OR 1=1 --'"
    assert qml.field('a"b') == '"a""b"'
    text = qml.style("fill", [qml.Rule('<&">', "\"a\" = '<'", qml.fill_settings("#0072b2"))])
    assert rules(text)[0][:2] == ("\"a\" = '<'", '<&">')


def test_a_file_that_is_no_package_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "layers.gpkg"
    path.write_text("no package")
    with pytest.raises(InputError) as caught:
        style_geopackage(path, maptown.town(), "zh")
    assert caught.value.problems[0].code == "unwritable"
    assert path.read_text() == "no package"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_fields_have_names_in_the_readers_language(plain: Path, tmp_path: Path, language) -> None:
    import re
    import sqlite3
    from contextlib import closing

    path = tmp_path / "layers.gpkg"
    shutil.copy(plain, path)
    for _ in range(2):  # a second time replaces the first
        style_geopackage(path, maptown.town(), language)
    with closing(sqlite3.connect(path)) as package:
        rows = package.execute("SELECT table_name, column_name, name FROM gpkg_data_columns").fetchall()
        extension = package.execute(
            "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'"
        ).fetchone()[0]
    assert extension == 2
    named = {(table, field): name for table, field, name in rows}
    assert len({(table, name) for table, _, name in rows}) == len(rows)
    for layer in ("demand", "units", "facilities", "streets"):
        for field in pyogrio.read_info(path, layer=layer)["fields"]:
            assert (layer, field) in named, (layer, field)
            assert bool(re.search("[一-鿿]", named[layer, field])) == (language == "zh")
    text = styles(path).set_index("f_table_name").loc["facilities", "styleQML"]
    root = ET.fromstring(text.split("\n", 1)[1])  # noqa: S314
    aliases = {alias.get("field"): alias.get("name") for alias in root.iter("alias")}
    assert aliases["beds"] == named["facilities", "beds"]


def test_the_project_shows_every_layer_in_order(package: Path) -> None:
    project = ET.fromstring(package.with_suffix(".qgs").read_text("utf-8").split("\n", 1)[1])  # noqa: S314
    tree = [entry.get("id") for entry in project.iter("layer-tree-layer")]
    layers = {layer.findtext("id"): layer for layer in project.iter("maplayer")}
    assert list(layers) == tree
    # QGIS gives shorter ids up
    assert all(len(identifier) > 10 for identifier in tree)
    there = {name for name, kind in pyogrio.list_layers(package) if kind is not None}
    shown = [layer.findtext("datasource") for layer in layers.values()]
    assert {source.removeprefix("./layers.gpkg|layername=") for source in shown} == there
    groups = [group.get("name") for group in project.iter("layer-tree-group") if group.get("name")]
    assert len(groups) == len(maptown.town().summary["standards"]) + 1
    checked = [g.get("checked") for g in project.iter("layer-tree-group") if g.get("name")]
    assert checked == ["Qt::Checked", "Qt::Unchecked", "Qt::Unchecked", "Qt::Checked"]
    for layer in layers.values():
        assert layer.find("renderer-v2/rules/rule") is not None
        assert layer.findtext("srs/spatialrefsys/wkt")
    assert project.findtext("properties/Paths/Absolute") == "false"
