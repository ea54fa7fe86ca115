"""The demo folder as a whole: the same content every time, small, marked as synthetic, complete."""

from __future__ import annotations

import zipfile

import geopandas as gpd
import pyogrio
import pytest
import rasterio
import shapely
import yaml
from openpyxl import load_workbook

from coverplan import demo
from coverplan.demo.people import TOTALS
from makers.volume import gate_only

BUILT_WITH_GEOS = (3, 14)
TEXTS = ("study.yaml", "costs.yaml")


def layers_of(path):
    return {str(name): gpd.read_file(path, layer=name) for name in pyogrio.list_layers(path)[:, 0]}


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    demo.build(folder)
    return folder


@gate_only
def test_a_new_build_has_the_content_that_is_stored(rebuilt, demo_folder):
    if shapely.geos_version[:2] != BUILT_WITH_GEOS:
        pytest.skip(
            f"the stored files were built with GEOS {BUILT_WITH_GEOS}; another GEOS may order edges differently"
        )
    names = {str(path.relative_to(rebuilt)) for path in rebuilt.rglob("*.*")}
    assert names <= {str(path.relative_to(demo_folder)) for path in demo_folder.rglob("*.*")}
    for name in sorted(names):
        new, stored = rebuilt / name, demo_folder / name
        if name.endswith(".gpkg"):
            old_layers = layers_of(stored)
            for layer, table in layers_of(new).items():
                assert table.equals(old_layers[layer]), (name, layer)
        elif name.endswith(".tif"):
            with rasterio.open(new) as a, rasterio.open(stored) as b:
                assert a.profile == b.profile
                assert (a.read() == b.read()).all()
        elif name.endswith(".xlsx"):
            for sheet, other in zip(load_workbook(new), load_workbook(stored), strict=True):
                assert list(sheet.values) == list(other.values), name
        else:
            assert new.read_text("utf-8") == stored.read_text("utf-8")


@gate_only
def test_nothing_carries_the_time_of_building(rebuilt):
    for path in rebuilt.glob("ledgers/*.xlsx"):
        with zipfile.ZipFile(path) as book:
            assert {entry.date_time for entry in book.infolist()} == {(2025, 6, 30, 0, 0, 0)}
            assert b"2025-06-30T00:00:00Z</dcterms:modified>" in book.read("docProps/core.xml")
    for path in rebuilt.glob("*.gpkg"):
        assert b"2025-06-30T00:00:00.000Z" in path.read_bytes()


def test_the_folder_is_small(demo_folder):
    assert sum(path.stat().st_size for path in demo_folder.rglob("*.*")) < 5_000_000


def test_every_file_says_that_it_is_synthetic(demo_folder):
    for path in demo_folder.glob("*.gpkg"):
        for layer in pyogrio.list_layers(path)[:, 0]:
            assert "synthetic" in pyogrio.read_info(path, layer=layer)["layer_metadata"]["DESCRIPTION"]
    for path in demo_folder.glob("*.tif"):
        with rasterio.open(path) as raster:
            assert raster.tags()["synthetic"] == "true"
    for path in demo_folder.glob("ledgers/*.xlsx"):
        rows = list(load_workbook(path).worksheets[0].values)
        assert rows[0][-1] in {"数据来源", "source"}
        assert {row[-1] for row in rows[1:]} <= {"虚构数据", "synthetic"}
    for name in TEXTS:
        assert yaml.safe_load((demo_folder / name).read_text("utf-8"))["synthetic"] is True


def files_named(value):
    """Every file and, where there is one, the layer in it."""
    if isinstance(value, dict):
        if "file" in value:
            yield value["file"], value.get("table")
        for part in value.values():
            yield from files_named(part)
    elif isinstance(value, list):
        for part in value:
            yield from files_named(part)


def test_the_study_file_names_what_is_there(demo_folder):
    study = yaml.safe_load((demo_folder / "study.yaml").read_text("utf-8"))
    named = list(files_named(study))
    assert len(named) > 15
    for file, layer in named:
        assert (demo_folder / file).is_file()
        if layer is not None:
            assert layer in pyogrio.list_layers(demo_folder / file)[:, 0]
    with rasterio.open(demo_folder / study["population"]["file"]) as raster:
        assert {raster.descriptions[band - 1]: band for band in raster.indexes} == study["population"][
            "groups"
        ]
        assert set(study["population"]["groups"]) == set(TOTALS)
        assert raster.crs.to_string() == study["crs"]


def test_heights_are_those_of_a_plain_with_a_hill(demo_folder):
    with rasterio.open(demo_folder / "dem.tif") as raster:
        height = raster.read(1)
        assert raster.crs.to_epsg() == 4549
    assert height.min() > 0
    assert 180 < height.max() < 260
    assert 0.02 < (height > 20).mean() < 0.2


def test_candidates_and_exclusions(demo_folder, units, streets):
    district = units.geometry.loc["990101"]
    vacant = gpd.read_file(demo_folder / "candidates.gpkg")
    assert len(vacant) >= 300
    assert vacant["id"].is_unique
    assert vacant.within(district).all()
    assert 0 < vacant["floor_area_m2"].isna().sum() < 50
    nodes = shapely.get_point(streets.geometry.to_numpy(), 0)
    assert len({(p.x, p.y) for p in nodes[shapely.within(nodes, district)]}) > 2_000
    excluded = gpd.read_file(demo_folder / "exclusions.gpkg")
    assert set(excluded["kind"]) == {"farmland", "forest", "water_source"}
    assert excluded.geometry.is_valid.all()
    assert (
        0.05 < shapely.intersection(shapely.union_all(excluded.geometry), district).area / district.area < 0.5
    )


@gate_only
def test_another_seed_gives_another_district_with_the_same_totals():
    from coverplan.demo.district import make_district, unit_of_cells

    district = make_district(seed=3)
    cell = unit_of_cells(district.units)
    assert {g: int(people[cell >= 0].sum()) for g, people in district.population.groups.items()} == TOTALS
    assert district.units["type"].value_counts().to_dict() == {
        "community": 98,
        "village": 7,
        "street": 6,
        "county": 1,
    }
