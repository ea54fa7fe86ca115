"""From a name to a study, against a server on this machine: what is kept, what is read, what the same recipe gives."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import yaml
from shapely import box
from typer.testing import CliRunner

import coverplan
from coverplan.cli.main import app
from coverplan.errors import InputError
from coverplan.fetch.addresses import Addresses
from coverplan.fetch.countries import iso3_of
from coverplan.fetch.facility_tags import layer_and_type
from coverplan.fetch.recipe import Recipe, load_recipe
from coverplan.fetch.run_recipe import Fetch
from coverplan.fetch.web import Web
from coverplan.report import write_report
from fetch import farworld
from fetch.farserver import Far, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def far(tmp_path_factory):
    import pytest_socket

    pytest_socket.enable_socket()
    with serving(Far()) as found:
        found.mirrors = farworld.world(found, tmp_path_factory.mktemp("far"))
        yield found


def asked(far, **more) -> Recipe:
    return Recipe.model_validate(
        {
            "place": {"name": "Kleinort"},
            "streets": {"geofabrik": "land"},
            "mirrors": far.mirrors,
            "buffer_m": 500,
            **more,
        }
    )


def fetched(recipe, folder, **more) -> tuple[Path, ...]:
    return Fetch(recipe, folder, base=folder, web=Web(tries=2, pause_s=0.01), **more).run()


@pytest.fixture(scope="module")
def study(far, tmp_path_factory) -> Path:
    import pytest_socket

    pytest_socket.enable_socket()
    folder = tmp_path_factory.mktemp("study")
    fetched(asked(far), folder)
    return folder


def test_the_people_are_those_of_the_cells_whose_centres_lie_in_the_place(study):
    # counted on the grid of the whole country, not on the window
    whole = farworld.people()
    size, west, north = farworld.CELL, farworld.GRID_WEST, farworld.GRID_NORTH
    x = west + (np.arange(farworld.GRID_SIZE) + 0.5) * size
    y = north - (np.arange(farworld.GRID_SIZE) + 0.5) * size
    inside = ((y > farworld.SOUTH) & (y < farworld.NORTH))[:, None] & (
        (x > farworld.WEST) & (x < farworld.EAST)
    )
    wanted = whole[inside & (whole >= 0)].sum(dtype=float)
    with rasterio.open(study / "population.tif") as grid:
        bands = grid.read(masked=True).astype(float)
    assert bands[0].sum() == pytest.approx(wanted, rel=1e-6)
    groups = yaml.safe_load((study / "study.yaml").read_text("utf-8"))["population"]["groups"]
    assert groups == {"total": 1, "age_0_14": 2, "age_60_plus": 3, "age_65_plus": 4, "age_80_plus": 5}
    # every age group of the place holds 3 % of its people; seven are 60 and over
    assert bands[2].sum() == pytest.approx(0.21 * wanted, rel=1e-4)


def test_only_the_window_of_a_country_is_read(far, study):
    lock = {entry["file"]: entry for entry in json.loads((study / "recipe.lock").read_text("utf-8"))["files"]}
    path = lock["people_2025.tif"]["address"].removeprefix(far.base)
    assert lock["people_2025.tif"]["bytes"] < len(far.files[path]) / 2
    with rasterio.open(study / "raw" / "people_2025.tif") as window:
        assert window.shape == (36, 48)


def test_streets_and_facilities_are_those_of_the_area(study):
    import osmium

    ways = {thing.id for thing in osmium.FileProcessor(str(study / "streets.osm.pbf"), osmium.osm.WAY)}
    # 500 m round the place: rows of streets from 50.0 to 50.03 north, columns from 9.995 to 10.045 east
    assert ways == {*range(3, 10), *range(101, 112), 200}
    rows = (study / "elder_care.csv").read_text("utf-8-sig").splitlines()
    assert rows[1:] == ["n900,夕阳红,institution,10.011,50.011,OpenStreetMap"]
    assert (study / "civic.csv").exists()
    assert "public_cemetery" in (study / "cemetery.csv").read_text("utf-8-sig")


def test_heights_stand_where_they_stood(study):
    with rasterio.open(study / "dem.tif") as grid:
        (found,) = next(grid.sample([(10.02, 50.015)]))
    assert found == pytest.approx(100 + 100 * int(0.02 * 360) / 359, abs=0.01)


def test_a_fetched_study_is_checked_run_and_reported(study):
    done = CliRunner().invoke(app, ["check", str(study / "study.yaml")])
    assert done.exit_code == 0, done.output
    result = coverplan.run(study / "scenario.yaml", write=False)
    assert result.summary["study"]["streets"] > 0
    assert 0 < result.share("elder_care-15min", "age_60_plus") < 1
    (report,) = write_report(result, study / "out", language="zh", formats=("html",))
    assert "partial" not in report.read_text("utf-8")


def test_the_same_recipe_gives_the_same_bytes_without_a_network(far, study, tmp_path):
    before = {path.name: path.read_bytes() for path in study.iterdir() if path.is_file()}
    count = sum(far.asked.values())
    recipe = load_recipe(study / "recipe.yaml")
    fetched(recipe, study)
    assert sum(far.asked.values()) == count
    assert {path.name: path.read_bytes() for path in study.iterdir() if path.is_file()} == before


def test_a_raw_file_that_was_changed_is_said(study):
    path = study / "raw" / "people_2025.tif"
    whole = path.read_bytes()
    path.write_bytes(whole + b"x")
    try:
        with pytest.raises(InputError, match="lock"):
            fetched(load_recipe(study / "recipe.yaml"), study)
    finally:
        path.write_bytes(whole)


def test_sources_name_licence_and_date_of_everything(study):
    text = (study / "SOURCES.md").read_text("utf-8")
    for word in ("ODbL", "CC BY 4.0", "WorldPop", "Copernicus", "OpenStreetMap contributors", "不完整"):
        assert word in text
    assert yaml.safe_load((study / "study.yaml").read_text("utf-8"))["partial"] == [
        "cemetery",
        "civic",
        "elder_care",
    ]


def test_a_dry_run_says_sizes_and_fetches_the_outline_alone(far, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(yaml.safe_dump(asked(far).model_dump(mode="json", exclude_none=True)), encoding="utf-8")
    sent = far.sent
    done = CliRunner().invoke(app, ["fetch", str(recipe), "--dry-run", "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "download: streets.osm.pbf, 0.0 MB" in done.output
    assert "window" in done.output
    assert far.sent - sent == len(far.files["/nominatim/search"])
    assert {path.name for path in tmp_path.iterdir()} == {"recipe.yaml", "recipe.lock", "raw"}


def test_a_box_asks_which_country_it_lies_in_and_overpass_for_its_streets(far, tmp_path):
    elements = [
        {"type": "way", "id": 5, "nodes": [1, 2], "tags": {"highway": "residential"}},
        {"type": "node", "id": 2, "lon": 10.02, "lat": 50.01},
        {"type": "node", "id": 1, "lon": 10.01, "lat": 50.01, "tags": {"amenity": "nursing_home"}},
        {"type": "node", "id": 1, "lon": 10.01, "lat": 50.01, "tags": {"amenity": "nursing_home"}},
    ]
    far.put("/overpass/interpreter", {"elements": elements})
    box_ = {"bbox": [farworld.WEST, farworld.SOUTH, farworld.EAST, farworld.NORTH]}
    written = fetched(
        asked(far, place=box_, streets={"overpass": True}, heights=False, people={"ages": False}), tmp_path
    )
    assert [path.name for path in written] == ["study.yaml", "scenario.yaml", "SOURCES.md"]
    assert b"out+body" in far.bodies[-1]
    assert "n1,,institution,10.01,50.01" in (tmp_path / "elder_care.csv").read_text("utf-8-sig")
    far.put("/overpass/interpreter", {"elements": [], "remark": "runtime error: Query timed out"})
    with pytest.raises(InputError, match="timed out"):
        fetched(
            asked(far, place=box_, streets={"overpass": True}, heights=False, people=None), tmp_path / "b"
        )


def test_a_large_area_is_not_asked_of_overpass(far, tmp_path):
    wide = {"bbox": [9.6, 49.8, 10.3, 50.3]}
    with pytest.raises(InputError, match="too large"):
        fetched(asked(far, place=wide, streets={"overpass": True}, heights=False, people=None), tmp_path)


def test_a_file_of_ones_own_and_an_extract_of_ones_own_need_no_network_at_all(far, tmp_path):
    outline = gpd.GeoDataFrame(
        {"name": ["甲", "乙"]},
        geometry=[box(10.0, 50.0, 10.02, 50.03), box(10.02, 50.0, 10.04, 50.03)],
        crs="EPSG:4326",
    )
    outline.to_file(tmp_path / "place.geojson")
    farworld.extract(tmp_path / "own.osm.pbf")
    count = sum(far.asked.values())
    recipe = Recipe.model_validate(
        {
            "place": {"file": "place.geojson"},
            "streets": {"pbf": "own.osm.pbf"},
            "people": None,
            "heights": False,
        }
    )
    fetched(recipe, tmp_path)
    assert sum(far.asked.values()) == count
    units = gpd.read_file(tmp_path / "units.geojson")
    assert list(units["name"]) == ["甲", "乙"]
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")  # to another machine, without the files of one's own
    tmp_path.rename(moved)
    for name in ("place.geojson", "own.osm.pbf"):
        (moved / name).unlink()
    done = CliRunner().invoke(app, ["fetch", str(moved / "recipe.yaml"), "--lang", "en"])
    assert done.exit_code == 0, done.output
    for path in moved.iterdir():
        assert not path.is_file() or path.read_bytes() == before[path.name]
    moved.rename(tmp_path)
    assert str(tmp_path) not in (tmp_path / "SOURCES.md").read_text("utf-8")
    assert not (tmp_path / "scenario.yaml").exists()  # without people nothing can be asked


def test_counts_in_mollweide_stay_in_their_cells(far, tmp_path):
    place = gpd.GeoSeries([box(10.0, 50.0, 10.04, 50.03)], crs="EPSG:4326").to_crs("ESRI:54009").total_bounds
    left, top = np.floor(place[0] / 100) * 100 - 1000, np.ceil(place[3] / 100) * 100 + 1000
    cells = np.arange(100 * 100, dtype="float64").reshape(100, 100) % 13
    address = Addresses(far.mirrors).ghs_pop(2025, 4, 19)
    farworld.mollweide(far, address, cells, left, top)
    recipe = asked(far, people={"source": "ghs_pop", "year": 2025}, streets={}, heights=False)
    fetched(recipe, tmp_path)
    with rasterio.open(tmp_path / "population.tif") as grid:
        found, place_of = grid.read(1, masked=True), grid.transform
        assert grid.crs.to_string() == "ESRI:54009"
    row, column = round((top - place_of.f) / 100), round((place_of.c - left) / 100)
    known = ~found.mask
    assert known.sum() > 500
    assert np.array_equal(
        found[known], cells[row : row + found.shape[0], column : column + found.shape[1]][known]
    )
    assert not list((tmp_path / "raw").glob("*.zip"))


@pytest.mark.parametrize(
    ("place", "files", "words"),
    [
        ({"name": "nirgends"}, {"/nominatim/search": []}, "not found"),
        ({"geoboundaries": {"iso": "DEU", "level": "ADM3", "name": "X"}}, {}, "404"),
    ],
)
def test_a_place_that_is_not_found_is_said(far, tmp_path, place, files, words):
    kept = dict(far.files)
    for path, content in files.items():
        far.put(path, content)
    try:
        with pytest.raises(InputError, match=words):
            fetched(asked(far, place=place), tmp_path)
    finally:
        far.files = kept


def test_a_division_of_geoboundaries(far, tmp_path):
    far.put("/geoboundaries/DEU/ADM3/", {"gjDownloadURL": f"{far.base}/gb.geojson"})
    ring = [[10.0, 50.0], [10.04, 50.0], [10.04, 50.03], [10.0, 50.0]]
    feature = {
        "type": "Feature",
        "properties": {"shapeName": "Drittort", "shapeID": "D3"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    far.put("/gb.geojson", {"type": "FeatureCollection", "features": [feature]})
    place = {"geoboundaries": {"iso": "DEU", "level": "ADM3", "name": "Drittort"}}
    fetched(asked(far, place=place, streets={}, people=None, heights=False), tmp_path)
    assert gpd.read_file(tmp_path / "units.geojson")["code"].tolist() == ["D3"]
    with pytest.raises(InputError, match="Drittort"):
        fetched(asked(far, place={"geoboundaries": {**place["geoboundaries"], "name": "Y"}}), tmp_path / "b")


def test_addresses_are_those_of_the_issue():
    addresses = Addresses({})
    start = "https://data.worldpop.org/GIS/"
    end = "Global_2015_2030/R2025A/2030/CHN/v1/100m/constrained/chn_"
    assert addresses.worldpop_people("CHN", 2030) == f"{start}Population/{end}pop_2030_CN_100m_R2025A_v1.tif"
    assert (
        addresses.worldpop_age("CHN", 2030, 5)
        == f"{start}AgeSex_structures/{end}t_05_2030_CN_100m_R2025A_v1.tif"
    )
    assert addresses.glo30(-31, -52).endswith("S31_00_W052_00_DEM.tif")
    assert iso3_of("br") == "BRA"


@pytest.mark.parametrize(
    ("tags", "found"),
    [
        (
            {
                "amenity": "social_facility",
                "social_facility": "day_care",
                "social_facility:for": "senior;disabled",
            },
            ("elder_care", "day_care"),
        ),
        ({"amenity": "social_facility", "social_facility:for": "child"}, ("child_protection", "child_home")),
        ({"amenity": "cafe"}, None),
        ({}, None),
    ],
)
def test_places_by_their_tags(tags, found):
    assert layer_and_type(tags) == found


def test_every_recipe_of_the_project_is_right():
    recipes = sorted((ROOT / "data" / "recipes").glob("*.yaml"))
    assert len(recipes) >= 10
    for path in recipes:
        assert load_recipe(path).place


def test_a_wrong_recipe_is_said_all_at_once(tmp_path):
    (tmp_path / "recipe.yaml").write_text(
        "place: {name: a, bbox: [1, 2, 3, 4]}\npeople: {source: ghs_pop, year: 2023}\nmirrors: {nobody: x}\nextra: 1\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as error:
        load_recipe(tmp_path / "recipe.yaml")
    told = str(error.value)
    assert "one of name, file, bbox, geoboundaries, overture" in told
    assert "5 divides" in told
    assert "extra" in told
