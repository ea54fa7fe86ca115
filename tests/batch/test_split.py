"""A province cut into areas: every person is told what one big run tells; whatever cannot be cut so is refused."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
import yaml
from affine import Affine

import coverplan
from coverplan.batch.area_worker import answer_area
from coverplan.batch.batch_file import load_batch
from coverplan.batch.split import piece
from coverplan.batch.split.split_study import split_study
from coverplan.cli.main import main
from coverplan.errors import InputError
from coverplan.setup.proposal import init_folder
from makers import province, toyfiles
from makers.province import write_province
from makers.volume import gate_only

KEY = "elder_care-general-15min"


def command(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return left.value.code


def persons(result: coverplan.Result) -> pd.DataFrame:
    """Who lives where, whether they are served, how many minutes they need and to whom they go, by place."""
    layer = result.layers["demand"]
    layer = layer[layer["inside"]]
    place = shapely.get_coordinates(layer.geometry.to_numpy()).round(3)
    columns = [
        "unit_code",
        "people|total",
        "people|age_60_plus",
        f"{KEY}|within",
        f"{KEY}|minutes",
        f"{KEY}|nearest",
    ]
    return (
        pd.DataFrame(layer[columns])
        .assign(x=place[:, 0], y=place[:, 1])
        .sort_values(["x", "y"], ignore_index=True)
    )


@pytest.fixture(scope="module")
def cut(tmp_path_factory):
    """A row of three counties of 8 km, cut with a rim so thin that their ends do not see each other."""
    folder = tmp_path_factory.mktemp("province")
    scenario = write_province(folder / "whole", across=3, homes=3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(piece, "_RIM_M", 500.0)
        done = split_study(scenario, folder / "parts")
    return scenario, done


def test_every_person_is_told_what_one_big_run_tells(cut, tmp_path):
    scenario, done = cut
    whole = coverplan.run(scenario, out=tmp_path / "whole")
    jobs = load_batch(done.batch).jobs
    assert [answer_area(job).status for job in jobs] == ["done"] * 3
    parts = [coverplan.read_result(job.folder) for job in jobs]
    together = pd.concat(map(persons, parts)).sort_values(["x", "y"], ignore_index=True)
    alone = persons(whole)
    assert len(alone) > 500
    assert alone[f"{KEY}|within"].any()
    assert not alone[f"{KEY}|within"].all()
    pd.testing.assert_frame_equal(together, alone, check_exact=False, rtol=0, atol=1e-6, check_dtype=False)
    assert alone[f"{KEY}|minutes"].max() > 45  # farther than a run of its own reads streets
    served_from_next_door = alone[f"{KEY}|nearest"].str[:6] != alone["unit_code"].str[:6]
    assert (served_from_next_door & alone[f"{KEY}|within"]).any()
    for part in parts:  # units too, which count by the same people
        mine = part.coverage[part.coverage["unit_code"].fillna("") != ""].set_index(["unit_code", "group"])
        same = whole.coverage.set_index(["unit_code", "group"]).loc[mine.index]
        np.testing.assert_allclose(mine["covered"], same["covered"])


@gate_only
def test_supply_barriers_and_slopes_are_those_of_one_big_run(tmp_path):
    """Doors whose people come from three limits away, a river along a border, hills; with a rim that sees no farther."""
    scenario = write_province(tmp_path / "whole", across=3, wide_m=2_000, homes=40)
    folder = scenario.parent
    west, north = province.WEST, province.NORTH
    river = shapely.MultiLineString([[(west + 2_040, north + 500), (west + 2_040, north - 1_500)]])
    gpd.GeoDataFrame(geometry=[river], crs=province.CRS).to_file(folder / "river.gpkg", layer="river")
    down, over = np.mgrid[0:200, 0:400]
    heights = (60 * np.sin(over / 7) * np.cos(down / 5)).astype("float32")
    place = Affine(50, 0, west - 5_000, 0, -50, north + 5_000)
    kind = {"driver": "GTiff", "dtype": "float32", "count": 1, "height": 200, "width": 400}
    with rasterio.open(folder / "dem.tif", "w", crs=province.CRS, transform=place, **kind) as target:
        target.write(heights, 1)
    study = yaml.safe_load((folder / "study.yaml").read_text(encoding="utf-8"))
    study |= {"barriers": [{"file": "river.gpkg"}], "elevation": {"file": "dem.tif"}}
    toyfiles.write_yaml(folder / "study.yaml", study)
    asked = {"layer": "elder_care", "groups": ["total"], "profile": "older_adult"}
    plain = {"minutes": 8, "supply": {"field": "beds", "per_1000": 20}}
    shared = {"minutes": 8, "supply": {"field": "beds", "per_1000": 20, "method": "3sfca"}}
    toyfiles.write_yaml(
        scenario,
        {**province.SCENARIO, "search_minutes": 8, "uncertainty": {"draws": 0},
         "standards": [{**asked, **plain, "name": "plain"}, {**asked, **shared, "name": "shared"}]},
    )  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(piece, "_RIM_M", 100.0)
        done = split_study(scenario, tmp_path / "parts")
    assert done.beyond_m < 3_000
    whole = coverplan.run(scenario, out=tmp_path / "big")
    jobs = load_batch(done.batch).jobs
    assert [answer_area(job).status for job in jobs] == ["done"] * 3
    columns = [f"{name}|{what}" for name in ("plain", "shared") for what in ("minutes", "supply_per_1000")]
    alone, *parts = (
        _of_people(coverplan.read_result(one), columns)
        for one in (tmp_path / "big", *(job.folder for job in jobs))
    )
    together = pd.concat(parts).sort_values(["x", "y"], ignore_index=True)
    pd.testing.assert_frame_equal(together, alone, check_exact=False, rtol=1e-9, atol=1e-6, check_dtype=False)
    assert (alone["shared|supply_per_1000"] > 0).sum() > 20
    assert "places_by_area" in {problem.code for problem in done.problems}
    flat = coverplan.run(_without(scenario, "elevation"), write=False)  # hills and river are felt
    dry = coverplan.run(_without(scenario, "barriers"), write=False)
    for other in (flat, dry):
        assert not np.allclose(
            other.layers["demand"]["plain|minutes"], whole.layers["demand"]["plain|minutes"], equal_nan=True
        )


def _of_people(result: coverplan.Result, columns: list[str]) -> pd.DataFrame:
    layer = result.layers["demand"]
    layer = layer[layer["inside"]]
    place = shapely.get_coordinates(layer.geometry.to_numpy()).round(3)
    table = pd.DataFrame(layer[["people|total", *columns]]).assign(x=place[:, 0], y=place[:, 1])
    return table.sort_values(["x", "y"], ignore_index=True)


def _without(scenario: Path, key: str) -> Path:
    """The same scenario of a study that lacks something."""
    study = yaml.safe_load((scenario.parent / "study.yaml").read_text(encoding="utf-8"))
    study.pop(key)
    toyfiles.write_yaml(scenario.parent / f"no-{key}.yaml", study)
    asked = yaml.safe_load(scenario.read_text(encoding="utf-8")) | {"study": f"no-{key}.yaml"}
    return toyfiles.write_yaml(scenario.parent / f"scenario-no-{key}.yaml", asked)


def test_parts_are_small_and_can_be_checked(cut, capsys):
    scenario, done = cut
    whole = (scenario.parent / "streets.osm.pbf").stat().st_size
    assert done.areas == ("甲1县", "乙1县", "丙1县")
    areas = sorted((done.batch.parent / "areas").iterdir())
    assert (areas[0] / "streets.osm.pbf").stat().st_size < 0.8 * whole
    for area in areas:
        assert command("check", str(area / "scenario.yaml"), "--lang", "en") == 0
    capsys.readouterr()


def test_a_proposal_for_an_area_is_made_of_its_own_units_and_none_is_made_for_all_areas(cut, tmp_path):
    _, done = cut
    parts = tmp_path / "parts"
    shutil.copytree(done.batch.parent, parts, ignore=shutil.ignore_patterns("results"))
    with pytest.raises(InputError) as error:
        init_folder(parts)
    assert [problem.code for problem in error.value.problems] == ["folder_of_areas"]
    (parts / "batch.yaml").unlink()
    with pytest.raises(InputError) as error:
        init_folder(parts)  # each area is a study of its own
    assert [problem.code for problem in error.value.problems] == ["empty_folder"]
    area = parts / "areas" / "990001"
    proposed = yaml.safe_load(init_folder(area).study.read_text(encoding="utf-8"))
    written = yaml.safe_load((area / "study.yaml").read_text(encoding="utf-8"))
    assert proposed["units"]["file"] == written["units"]["file"]
    assert "more" not in proposed["units"]
    for key in ("population", "streets"):
        assert proposed[key]["file"] == written[key]["file"]


def test_an_area_without_any_facility_has_the_nearest_one_and_rows_of_no_area_are_listed(tmp_path):
    scenario = write_province(tmp_path / "whole", across=3)
    homes = pd.read_csv(scenario.parent / "homes.csv", dtype=str)
    first = homes[homes["id"] == "990000-0"].assign(x=str(province.WEST + 10))
    far = first.assign(id="far", x=str(province.WEST + 90_000))
    wrong = first.assign(id=None)
    pd.concat([first, far, wrong]).to_csv(scenario.parent / "homes.csv", index=False)
    done = split_study(scenario, tmp_path / "parts")
    rows = {
        area.name: pd.read_csv(area / "elder_care-1.csv")["id"].tolist()
        for area in sorted((tmp_path / "parts" / "areas").iterdir())
    }
    assert rows == {"990000": ["990000-0"], "990001": ["990000-0"], "990002": ["990000-0"]}
    with (tmp_path / "parts" / "left-out.csv").open(encoding="utf-8-sig", newline="") as listed:
        assert [(row["row"], row["unusable"]) for row in csv.DictReader(listed)] == [
            ("3", "False"),
            ("4", "True"),
        ]
    assert len(done.left_out) == 2


def test_people_of_a_table_on_a_border_live_on_one_side(tmp_path):
    scenario = write_province(tmp_path / "whole", across=2)
    border = province.WEST + 8_000
    people = pd.DataFrame(
        {
            "id": ["a", "b", "c", "d"],
            "x": [border - 1, border, border + 1, border + 5_000],
            "y": province.NORTH - 500,
        }
    ).assign(n=1)
    people.to_csv(scenario.parent / "people.csv", index=False)
    study = yaml.safe_load((scenario.parent / "study.yaml").read_text(encoding="utf-8"))
    study["population"] = {
        "file": "people.csv", "id": "id", "x": "x", "y": "y", "crs": province.CRS, "base": "resident",
        "groups": {"total": "n", "age_60_plus": "n"},
    }  # fmt: skip
    toyfiles.write_yaml(scenario.parent / "study.yaml", study)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(piece, "_RIM_M", 0.0)
        split_study(scenario, tmp_path / "parts", beyond_m=1_000)
    areas = tmp_path / "parts" / "areas"
    assert pd.read_csv(areas / "990000" / "people.csv")["id"].tolist() == ["a", "b", "c"]
    assert pd.read_csv(areas / "990001" / "people.csv")["id"].tolist() == ["a", "c", "d"]


def test_streets_of_lines_keep_their_columns_and_graphs_are_read_where_they_are(tmp_path):
    scenario = toyfiles.write_town(tmp_path / "whole")
    split_study(scenario, tmp_path / "graph", by="county")
    (area,) = (tmp_path / "graph" / "areas").iterdir()
    named = yaml.safe_load((area / "study.yaml").read_text(encoding="utf-8"))["streets"]["file"]
    assert (area / named).resolve() == (scenario.parent / "streets.graphml").resolve()
    lines = gpd.GeoDataFrame(
        {"class": ["residential", "footway"]},
        geometry=[shapely.LineString([(0, 0), (10, 0)]), shapely.LineString([(9e5, 0), (9e5, 10)])],
        crs=toyfiles.STUDY["crs"],
    )
    box = gpd.read_file(scenario.parent / "units.gpkg").total_bounds
    lines.geometry = lines.geometry.translate(box[0], box[1])
    lines.to_file(scenario.parent / "lines.gpkg", layer="lines")
    toyfiles.write_yaml(scenario.parent / "study.yaml", {**toyfiles.STUDY, "streets": {"file": "lines.gpkg"}})
    split_study(scenario, tmp_path / "lines", by="county")
    (area,) = (tmp_path / "lines" / "areas").iterdir()
    assert gpd.read_file(area / "streets.gpkg")["class"].tolist() == ["residential"]


@pytest.mark.parametrize(
    ("study", "scenario", "by", "code"),
    [
        ({"units": None}, {}, "county", "no_units_to_cut"),
        ({}, {}, "village", "no_area_units"),
        ({}, {"changes": [{"close": {"layer": "elder_care", "id": "h0"}}]}, "county", "changes_not_cut"),
        ({"streets": {"file": "gone.osm.pbf"}}, {}, "county", "missing_file"),
    ],
)
def test_what_cannot_be_cut_is_refused_and_nothing_is_left_behind(tmp_path, study, scenario, by, code):
    path = toyfiles.write_town(tmp_path / "whole", study=study, scenario=scenario)
    with pytest.raises(InputError) as error:
        split_study(path, tmp_path / "parts", by=by)
    assert code in {problem.code for problem in error.value.problems}
    assert [one.name for one in tmp_path.iterdir()] == ["whole"]


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    path = toyfiles.write_town(tmp_path / "whole")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError) as error:
        split_study(path, tmp_path / "parts")
    assert [problem.code for problem in error.value.problems] == ["folder_not_empty"]
    assert [one.name for one in (tmp_path / "parts").iterdir()] == ["mine.txt"]


def test_the_command_says_what_is_about_the_whole(tmp_path, capsys):
    path = toyfiles.write_town(tmp_path / "whole", scenario={"plan": "plan.yaml"})
    assert command("split", str(path), "--out", str(tmp_path / "parts"), "--lang", "en") == 0
    said = capsys.readouterr().out
    assert "not written into the areas: plan" in said
    assert "Cut into 1 area" in said
