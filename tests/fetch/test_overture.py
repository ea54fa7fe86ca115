"""A division of Overture, from files that another library wrote, on a server on this machine."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import geopandas as gpd
import pytest
from shapely import Polygon

from coverplan.cli.fetch import place_of
from coverplan.errors import InputError
from coverplan.fetch.recipe import Recipe
from coverplan.fetch.run_recipe import Fetch
from coverplan.fetch.web import Web
from fetch.farserver import Far, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
FILES = Path(__file__).parent / "overture"
RELEASE = "2026-10-21.0"
MINE = f"/files/release/{RELEASE}/theme=divisions/type=division_area/mine.parquet"
CORNER = Polygon([(10.0, 50.0), (10.04, 50.0), (10.04, 50.03), (10.0, 50.0)])


@pytest.fixture
def far():
    with serving(Far()) as found:
        found.put("/stac/catalog.json", {"latest": RELEASE, "links": []})
        found.put(f"/stac/{RELEASE}/collections.parquet", (FILES / "collections.parquet").read_bytes())
        for name in ("far", "mine"):
            found.put(MINE.replace("mine", name), (FILES / f"{name}.parquet").read_bytes())
        yield found


def fetched(far: Far, folder: Path, **division: str) -> Path:
    recipe = Recipe.model_validate(
        {
            "place": {"overture": {"country": "DE", **division}},
            "people": None,
            "heights": False,
            "mirrors": {"overture": f"{far.base}/stac", "overture_files": f"{far.base}/files"},
        }
    )
    Fetch(recipe, folder, base=folder, web=Web(tries=2, pause_s=0.01)).run()
    return folder


def test_the_land_of_a_division_is_the_outline_and_is_kept(far, tmp_path):
    folder = fetched(far, tmp_path, name="Drittort")
    units = gpd.read_file(folder / "units.geojson")
    assert units["name"].tolist() == ["Drittort"]
    assert units["code"].tolist() == ["00000001-1111-4000-8000-000000000000"]
    # the county of Austria has the same name, the sea of ours is another row of the same division
    assert units.geometry.iloc[0].symmetric_difference(CORNER).area == pytest.approx(0, abs=1e-12)
    (entry,) = json.loads((folder / "recipe.lock").read_text("utf-8"))["files"]
    assert (entry["service"], entry["release"]) == ("overture", RELEASE)
    assert "Overture" in (folder / "SOURCES.md").read_text("utf-8")
    before, asked = (folder / "units.geojson").read_bytes(), sum(far.asked.values())
    fetched(far, folder, name="Drittort")
    assert (folder / "units.geojson").read_bytes() == before
    assert sum(far.asked.values()) == asked


@pytest.mark.parametrize(
    "name", ["00000004-1111-4000-8000-000000000000", "00000004-0000-4000-8000-000000000000"]
)
def test_an_id_names_one_of_two(far, tmp_path, name):
    with pytest.raises(InputError, match="several divisions") as error:
        fetched(far, tmp_path / "both", name="Zweimal")
    (problem,) = error.value.problems
    assert "00000003-1111" in str(problem.expected)
    assert "00000004-1111" in str(problem.expected)
    units = gpd.read_file(fetched(far, tmp_path / "one", name=name) / "units.geojson")
    assert units.total_bounds.tolist() == pytest.approx([10.5, 50, 10.52, 50.02])


def test_a_release_that_is_named_is_the_one_that_is_asked(far, tmp_path):
    fetched(far, tmp_path, name="Drittort", subtype="county", release=RELEASE)
    assert far.asked["/stac/catalog.json"] == 0
    with pytest.raises(InputError, match="404"):
        fetched(far, tmp_path / "old", name="Drittort", release="2020-01-01.0")


@pytest.mark.parametrize(
    ("division", "code"),
    [
        ({"name": "Nirgends"}, "fetch_no_place"),
        ({"name": "Drittort", "subtype": "region"}, "fetch_no_place"),
        ({"name": "Dorf 1", "country": "AT"}, "fetch_no_place"),
    ],
)
def test_what_is_not_there_is_said(far, tmp_path, division, code):
    with pytest.raises(InputError) as error:
        fetched(far, tmp_path, **division)
    assert [one.code for one in error.value.problems] == [code]


def test_parts_are_asked_again_and_what_is_no_parquet_is_said(far, tmp_path):
    far.faults[MINE] = ["503", "cut"]
    far.faults[f"/stac/{RELEASE}/collections.parquet"] = ["cut"]
    fetched(far, tmp_path / "again", name="Drittort")
    far.put(MINE, b"<html>the page is not here</html>")
    with pytest.raises(InputError, match="no Parquet"):
        fetched(far, tmp_path / "broken", name="Drittort")
    far.put(MINE, (FILES / "collections.parquet").read_bytes())
    with pytest.raises(InputError, match="no column division_id"):
        fetched(far, tmp_path / "other", name="Drittort")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        (
            "overture:CN/county/鸠江区",
            {"overture": {"country": "CN", "subtype": "county", "name": "鸠江区"}},
        ),
        (
            "geoboundaries:CHN/ADM3/A/B",
            {"geoboundaries": {"iso": "CHN", "level": "ADM3", "name": "A/B"}},
        ),
        ("overture: a town", {"name": "overture: a town"}),
        ("10,50,11,51", {"bbox": [10, 50, 11, 51]}),
    ],
)
def test_a_place_on_the_command_line(said, place):
    assert place_of(said) == place


def test_without_the_reader_it_is_said_what_to_install(far, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "fastparquet", None)
    with pytest.raises(InputError) as error:
        fetched(far, tmp_path, name="Drittort")
    assert "coverplan[overture]" in str(error.value)
    assert not far.asked
