"""Files that say their CRS, and a study file that says another one: never in silence, and never for the same place."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import rasterio
import shapely

from coverplan.errors import Problems
from coverplan.inputs.places.coordinates import System, read_coordinates
from coverplan.inputs.rasters.opening import opened_raster
from coverplan.inputs.streets.read import read_streets
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source, Streets
from makers import toyfiles
from towns import toytown

PLACE = (554_000.0, 3_868_000.0)


def layer(folder, own, **said):
    gpd.GeoDataFrame({"name": ["甲站"]}, geometry=[shapely.Point(PLACE)], crs=4549).to_crs(own).to_file(
        folder / "a.gpkg", engine="pyogrio"
    )
    problems = Problems()
    table = read_table(Source(file="a.gpkg", **said), folder, problems)
    return table, [(p.code, p.field) for p in problems.errors]


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (4549, {"crs": "EPSG:4549"}),
        (4326, {"crs": "EPSG:4490"}),  # the same place within a metre
        (4549, {"datum": "wgs84"}),  # a datum says nothing of the projection
        (4549, {"datum": "cgcs2000"}),
        (4326, {"datum": "gcj02"}),
        (4549, {}),
    ],
)
def test_two_names_of_one_place_are_no_contradiction(tmp_path, own, said):
    assert layer(tmp_path, own, **said)[1] == []


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (4326, {"crs": "EPSG:4549"}),
        (4549, {"crs": "EPSG:4326"}),
        (4549, {"crs": "EPSG:4548"}),  # another meridian
        (
            4549,
            {"crs": "EPSG:2385"},
        ),  # PROJ knows no shift from Xian 1980: the same numbers, and not the same place
        (2437, {"datum": "wgs84"}),
        (4549, {"datum": "EPSG:4528"}),  # the zone before the easting
    ],
)
def test_two_places_are_a_contradiction(tmp_path, own, said):
    assert layer(tmp_path, own, **said)[1] == [("crs_contradiction", next(iter(said)))]


def test_a_system_that_does_not_exist_is_said_though_the_layer_has_its_own(tmp_path):
    assert [code for code, _ in layer(tmp_path, 4549, crs="EPSG:999999")[1]] == ["unknown_crs"]


def test_geojson_in_metres_is_read_as_the_study_says(tmp_path):
    place = {"type": "Point", "coordinates": PLACE}
    row = {"type": "Feature", "properties": {"name": "甲站"}, "geometry": place}
    (tmp_path / "a.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [row]}))
    problems = Problems()
    table = read_table(Source(file="a.geojson", crs="EPSG:4549"), tmp_path, problems)
    assert not problems.errors
    assert table.rows.crs == pyproj.CRS(4549)
    assert tuple(table.rows.geometry.iloc[0].coords[0]) == PLACE


@pytest.mark.parametrize(("said", "codes"), [("EPSG:4549", ["crs_contradiction"]), ("EPSG:4490", [])])
def test_rasters_that_say_another_one(tmp_path, said, codes):
    with rasterio.open(
        tmp_path / "a.tif", "w", driver="GTiff", height=2, width=2, count=1, dtype="uint8", crs=4326,
        transform=rasterio.Affine(0.01, 0, 120, 0, -0.01, 35),
    ) as target:  # fmt: skip
        target.write(np.ones((1, 2, 2), dtype=np.uint8))
    problems = Problems()
    with opened_raster(tmp_path / "a.tif", problems, crs=said):
        pass
    assert [p.code for p in problems.errors] == codes


OSM = (
    "<osm version='0.6'><node id='1' lat='35' lon='120'/><node id='2' lat='35.001' lon='120'/>"
    "<way id='1'><nd ref='1'/><nd ref='2'/><tag k='highway' v='residential'/></way></osm>"
)


@pytest.mark.parametrize(("said", "codes"), [("EPSG:4549", ["crs_contradiction"]), ("EPSG:4326", [])])
def test_streets_that_say_another_one(tmp_path, said, codes):
    (tmp_path / "a.osm").write_text(OSM)
    problems = Problems()
    read_streets(
        tmp_path / "a.osm", crs="EPSG:4549", problems=problems, source=Streets(file="a.osm", crs=said)
    )
    assert [p.code for p in problems.errors] == codes


@pytest.mark.parametrize(("said", "codes"), [("EPSG:4326", ["crs_contradiction"]), (toytown.CRS, [])])
def test_graphs_that_say_another_one(tmp_path, said, codes):
    toyfiles.write_streets(tmp_path / "a.graphml")
    problems = Problems()
    read_streets(
        tmp_path / "a.graphml", crs=toytown.CRS, problems=problems, source=Streets(file="a.graphml", crs=said)
    )
    assert [p.code for p in problems.errors] == codes


@pytest.mark.parametrize("code", [3857, 2277, 3035, 2154])
def test_metres_of_other_projections_are_no_zones_of_china(tmp_path, code):
    """Easting 13,423,529 of EPSG:3857 begins with no zone 13; northings of Texas in feet exceed ten million."""
    lon, lat = {3857: (120.59, 34.94), 2277: (-97.7, 30.3), 3035: (9.0, 50.0), 2154: (2.35, 48.85)}[code]
    x, y = pyproj.Transformer.from_crs(4326, code, always_xy=True).transform(lon, lat)
    (tmp_path / "a.csv").write_text(f"name,x,y\n甲站,{x},{y}\n", encoding="utf-8")
    problems = Problems()
    table = read_table(Source(file="a.csv"), tmp_path, problems)
    found = read_coordinates(
        table, ("x", "y"), System(pyproj.CRS(code)), target=pyproj.CRS(4326), problems=problems
    )
    assert not [p for p in problems if p.severity != "note" or p.code == "repaired"]
    np.testing.assert_allclose((found.x[0], found.y[0]), (lon, lat), atol=1e-6)
