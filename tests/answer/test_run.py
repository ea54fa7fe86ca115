"""From files to result: the toy town counted by hand, conservation, changes, determinism, nothing half-written."""

from __future__ import annotations

import copy
import json
import math
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import coverplan
from coverplan.errors import InputError
from coverplan.report.labels import Labels
from coverplan.report.tables.method import profiles
from coverplan.results.folders import default_folder
from makers import toyfiles
from makers.volume import examples
from towns import toytown

KEY = "elder_care-general-4min"


def run(path: Path, **options):
    return coverplan.run(path, write=False, **options)


def whole(result, key=KEY, group="total"):
    rows = result.of_standard(key, group)
    return rows[rows["unit_code"] == ""].iloc[0]


def test_who_is_within_four_minutes_of_the_corner(tmp_path: Path) -> None:
    result = coverplan.run(toyfiles.write_town(tmp_path), out=tmp_path / "out")
    # row + column <= 4: 15 of 25 points
    assert whole(result)[["people", "covered", "uncovered", "off_network"]].tolist() == [250, 150, 100, 0]
    assert whole(result, group="age_60_plus")["covered"] == 30
    by_unit = result.of_standard(KEY, "total").set_index("unit_code")["covered"]
    # columns 0 and 1 hold 5 + 4 of the 15 points, columns 2, 3, 4 hold 3 + 2 + 1
    assert by_unit.to_dict() == {"": 150, "001": 150, "001001": 90, "001002": 60}
    assert result.worst_units(KEY, "total", ("town", "street"))["unit_code"].tolist() == ["001002", "001001"]
    # mean of row + column over the grid is 4
    assert math.isclose(whole(result)["mean_minutes"], 4.0)
    written = json.loads((tmp_path / "out" / "result.json").read_text("utf-8"))
    assert written["standards"][0]["people"]["total"]["covered"] == 150
    assert written["study"]["synthetic"] is True
    read = coverplan.read_result(tmp_path / "out")
    pd.testing.assert_frame_equal(read.coverage, result.coverage, check_dtype=False)
    assert set(read.layers) == {"units", "demand", "facilities", "streets"}
    assert len(read.layers["demand"]) == 25


def test_equality_is_covered_and_a_millisecond_less_is_not(tmp_path: Path) -> None:
    at_limit = toyfiles.write_town(
        tmp_path / "a", scenario={"standards": [{"layer": "elder_care", "minutes": 4.0}]}
    )
    below = toyfiles.write_town(
        tmp_path / "b",
        scenario={"standards": [{"layer": "elder_care", "minutes": 4 - 1 / 60000, "name": KEY}]},
    )
    assert whole(run(at_limit))["covered"] == 150
    assert whole(run(below))["covered"] == 100


def test_a_facility_at_the_door_takes_zero_minutes(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    result = run(path)
    at_corner = result.layers["demand"].set_index("id").loc["d00"]
    assert at_corner[f"{KEY}|minutes"] == 0
    assert at_corner[f"{KEY}|reason"] == "covered"
    assert at_corner[f"{KEY}|nearest"] == "h0"


@pytest.mark.parametrize("profile", ["general", "older_adult", "oldest_old"])
def test_slower_people_get_less_far(tmp_path: Path, profile: str) -> None:
    standard = {"layer": "elder_care", "profile": profile, "minutes": 4, "name": KEY}
    result = run(toyfiles.write_town(tmp_path, scenario={"standards": [standard]}))
    # 288, 240 and 192 metres: 4, 3 and 2 whole streets
    expected = {"general": 4, "older_adult": 3, "oldest_old": 2}[profile]
    assert whole(result)["covered"] == 10 * toytown.WITHIN_MINUTES_OF_CORNER[expected]


def test_a_point_far_from_every_street_is_off_network_and_counted(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    people = toyfiles.people()
    x, y = toytown.xy(0, 0)
    far = pd.DataFrame([{"id": "far", "x": x - 30, "y": y - 301, "residents": 40, "older": 0}])
    pd.concat([people, far]).to_csv(tmp_path / "people.csv", index=False)
    study = copy.deepcopy(toyfiles.STUDY)
    del study["units"]
    toyfiles.write_yaml(tmp_path / "study.yaml", study)
    result = run(path)
    assert whole(result)[["people", "off_network", "covered", "uncovered"]].tolist() == [290, 40, 150, 100]
    assert result.summary["standards"][0]["points"]["off_network"] == 1
    # 40 of 290 is more than 5 %: said at the top
    assert [warning["code"] for warning in result.summary["warnings"]] == ["off_network_high"]


def hillside(path: Path) -> None:
    """Ground that rises by a metre in ten to the east, under the toy town and around it."""
    ramp = np.tile(np.arange(100, dtype=np.float32) * 2, (100, 1))
    west, north = toytown.CORNER[0] - 800, toytown.CORNER[1] + 1_200
    with rasterio.open(
        path, "w", driver="GTiff", width=100, height=100, count=1, dtype="float32", crs=toytown.CRS,
        transform=rasterio.Affine(20, 0, west, 0, -20, north),
    ) as target:  # fmt: skip
        target.write(ramp, 1)


def test_slope_is_felt_by_direction_and_its_mean_effect_is_said(tmp_path: Path) -> None:
    standards = [
        {"layer": "elder_care", "minutes": 4.1, "direction": way, "name": way} for way in ("toward", "from")
    ]
    path = toyfiles.write_town(
        tmp_path, scenario={"standards": standards}, study={"elevation": {"file": "hill.tif"}}
    )
    hillside(tmp_path / "hill.tif")
    result = run(path)
    # the home stands in the west: ten percent down takes as long as the flat, ten percent up exp(0.35) times as long
    assert whole(result, "toward")["covered"] == 150
    assert whole(result, "from")["covered"] == 10 * (5 + 3 + 2)
    effect = result.summary["standards"][0]["slope_effect"]
    assert effect == pytest.approx((1 + (1 + np.exp(0.35)) / 2) / 2, abs=1e-4)
    said = [row.values for row in profiles(result, Labels(result, "en")).rows]
    assert ["time × 1.105 on average, going and coming" in cells for cells in said] == [True]


def test_a_profile_of_the_scenarios_own_says_everything_for_itself(tmp_path: Path) -> None:
    own = {
        "name": "steady",
        "slope_response": "none",
        "crossing_s": 5,
        "access_first_m": 20,
        "source": "a count at the gate",
    }
    standards = [
        {"layer": "elder_care", "minutes": 4.1, "direction": "from", "profile": profile, "name": profile}
        for profile in ("steady", "general")
    ]
    path = toyfiles.write_town(tmp_path, scenario={"standards": standards, "profiles": [own]})
    hillside(tmp_path / "hill.tif")
    x, y = toytown.CORNER
    aside = pd.DataFrame([{"id": "aside", "x": x, "y": y - 25, "residents": 40, "older": 0}])
    pd.concat([toyfiles.people(), aside]).to_csv(tmp_path / "people.csv", index=False)
    study = {**toyfiles.STUDY, "elevation": {"file": "hill.tif"}}
    del study["units"]
    toyfiles.write_yaml(tmp_path / "study.yaml", study)
    result = run(path)
    assert whole(result, "steady")["off_network"] == 40
    assert whole(result, "steady")["covered"] == 150, "no slope is felt"
    assert whole(result, "general")["off_network"] == 0
    assert whole(result, "general")["covered"] == 140
    described = result.summary["standards"][0]
    assert described["slope_effect"] is None
    assert {key: described["profile"][key] for key in own} == own


def test_people_of_the_buffer_are_reported_beside(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    x, y = toytown.xy(0, -1)
    beyond = pd.DataFrame([{"id": "b", "x": x, "y": y, "residents": 7, "older": 1}])
    pd.concat([toyfiles.people(), beyond]).to_csv(tmp_path / "people.csv", index=False)
    result = run(path)
    assert whole(result)["people"] == 250
    assert result.summary["reconciliation"]["people"]["total"] == {"input": 257, "inside": 250, "buffer": 7}
    layer = result.layers["demand"]
    beyond = layer[~layer["inside"].to_numpy(dtype=bool)]
    assert len(beyond)
    names = ["minutes", "nearest", "within"]
    assert beyond[[f"{KEY}|{name}" for name in names]].isna().to_numpy().all()
    assert set(beyond[f"{KEY}|reason"]) == {"buffer"}


def test_people_inside_the_area_and_outside_every_unit_are_their_own_part(tmp_path: Path) -> None:
    import shapely

    path = toyfiles.write_town(tmp_path, study={"area": {"file": "area.gpkg"}})
    x0, y0 = toytown.xy(-2, -2)
    x1, y1 = toytown.xy(6, 6)
    gpd.GeoDataFrame(geometry=[shapely.box(x0, y0, x1, y1)], crs=toytown.CRS).to_file(tmp_path / "area.gpkg")
    x, y = toytown.xy(0, -1)
    beyond = pd.DataFrame([{"id": "b", "x": x, "y": y, "residents": 7, "older": 1}])
    pd.concat([toyfiles.people(), beyond]).to_csv(tmp_path / "people.csv", index=False)
    row = whole(run(path))
    assert row[["people", "outside_units", "covered", "uncovered"]].tolist() == [257, 7, 150, 100]


def test_changes_say_who_is_gained_and_lost(tmp_path: Path) -> None:
    x, y = toytown.xy(4, 4)
    change = {"move": {"layer": "elder_care", "id": "h0", "x": x, "y": y, "crs": toytown.CRS}}
    result = run(toyfiles.write_town(tmp_path, scenario={"changes": [change]}))
    row = whole(result)
    # from one corner to the opposite one: the five points of the diagonal row + column = 4 stay covered
    assert row[["covered_before", "covered", "gained", "lost"]].tolist() == [150, 150, 100, 100]


def test_opening_closing_and_years(tmp_path: Path) -> None:
    x, y = toytown.xy(4, 4)
    opening = {"layer": "elder_care", "id": "new", "x": x, "y": y, "crs": toytown.CRS}
    changes = [{"open": opening, "year": 2027}, {"close": {"layer": "elder_care", "id": "h0"}, "year": 2029}]
    covered = {}
    for year in (2026, 2027, 2029):
        path = toyfiles.write_town(tmp_path / str(year), scenario={"changes": changes, "year": year})
        result = run(path)
        covered[year] = whole(result)["covered"]
        assert len(result.summary["changes"]["later"]) == {2026: 2, 2027: 1, 2029: 0}[year]
    # the two corners together reach every point of the grid within 4 streets
    assert covered == {2026: 150, 2027: 250, 2029: 150}


def test_own_unit_counts_only_the_facilities_of_ones_own_town(tmp_path: Path) -> None:
    standards = [
        {"layer": "elder_care", "minutes": 4, "name": "everyone"},
        {"layer": "elder_care", "minutes": 4, "count": "own_unit", "name": "own"},
    ]
    result = run(toyfiles.write_town(tmp_path, scenario={"standards": standards}))
    assert whole(result, "everyone")["covered"] == 150
    # the home stands in town A, whose 9 points within 4 streets are the only ones it serves
    assert whole(result, "own")["covered"] == 90


def test_straight_lines_are_shortened_by_the_detour_factor(tmp_path: Path) -> None:
    standard = {"layer": "elder_care", "minutes": 4, "method": "euclidean", "name": KEY}
    study = {"streets": None}
    result = run(toyfiles.write_town(tmp_path, scenario={"standards": [standard]}, study=study))
    # 288 m of path / 1.3 = 221.5 m = 3.08 streets in a straight line: by hand 3 streets along the axes, and
    # (0,0) (0,1) (0,2) (0,3) (1,1) (1,2) (2,2) with their mirror images: 4 + 3 + 2 + ... = 11 points
    assert whole(result)["covered"] == 110
    assert result.summary["standards"][0]["method"] == "euclidean"


def test_two_homes_cover_twice(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    toyfiles.homes((0, 0), (0, 4)).to_csv(tmp_path / "homes.csv", index=False)
    result = run(path)
    # within 4 of (0,0) and of (0,4): row + column <= 4 and row + 4 - column <= 4, so row <= column <= 4 - row: 9 points
    assert whole(result)["covered_twice"] == 90
    # and by inclusion and exclusion 15 + 15 - 9 = 21 points are covered at all
    assert whole(result)["covered"] == 210


def test_the_same_inputs_give_the_same_bytes_outside_the_run_block(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    texts = []
    for name in ("one", "two"):
        coverplan.run(path, out=tmp_path / name)
        content = json.loads((tmp_path / name / "result.json").read_text("utf-8"))
        assert content.pop("run")["seconds"] > 0
        texts.append(json.dumps(content))
    assert texts[0] == texts[1]


def test_row_order_and_ids_change_nothing(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    toyfiles.homes((0, 0), (1, 3)).to_csv(tmp_path / "homes.csv", index=False)
    before = run(path).coverage
    rng = np.random.default_rng(5)
    people = toyfiles.people().sample(frac=1, random_state=3)
    people["id"] = [f"p{i}" for i in rng.permutation(len(people))]
    people.to_csv(tmp_path / "people.csv", index=False)
    homes = toyfiles.homes((1, 3), (0, 0))
    homes["id"] = ["z", "a"]
    homes.to_csv(tmp_path / "homes.csv", index=False)
    pd.testing.assert_frame_equal(run(path).coverage, before)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toyfiles.write_town(tmp_path_factory.mktemp("town")).parent


@settings(max_examples=examples(4, 12), deadline=None)
@given(
    places=st.lists(st.tuples(st.floats(0, 4), st.floats(0, 4)), min_size=1, max_size=4),
    minutes=st.floats(0.5, 9),
    speed=st.floats(0.4, 2),
)
def test_coverage_grows_with_minutes_speed_and_sites_and_people_are_conserved(
    town: Path, places: list[tuple[float, float]], minutes: float, speed: float
) -> None:
    def covered(sites, limit, pace):
        toyfiles.homes(*sites).to_csv(town / "homes.csv", index=False)
        profile = {"name": "own", "speed_m_s": pace, "source": "test"}
        standard = {"layer": "elder_care", "minutes": limit, "profile": "own", "name": KEY}
        toyfiles.write_yaml(
            town / "scenario.yaml", {**toyfiles.SCENARIO, "profiles": [profile], "standards": [standard]}
        )
        row = whole(run(town / "scenario.yaml"))
        assert (
            row["covered"] + row["uncovered"] + row["off_network"] + row["outside_units"]
            == row["people"]
            == 250
        )
        return row["covered"]

    base = covered(places, minutes, speed)
    assert covered(places, minutes * 1.3, speed) >= base
    assert covered(places, minutes, speed * 1.3) >= base
    assert covered([*places, (2.0, 2.0)], minutes, speed) >= base


def test_an_interrupted_write_leaves_the_last_good_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = toyfiles.write_town(tmp_path)
    out = tmp_path / "out"
    coverplan.run(path, out=out)
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}

    def breaks(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gpd.GeoDataFrame, "to_file", breaks)
    with pytest.raises(KeyboardInterrupt):
        coverplan.run(path, out=out)
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_a_folder_of_the_users_own_is_never_replaced(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    with pytest.raises(InputError, match="holds files and no result"):
        coverplan.run(path, out=tmp_path)
    assert (tmp_path / "people.csv").is_file()


def test_results_go_beside_the_scenarios(tmp_path: Path) -> None:
    assert default_folder(tmp_path / "scenarios" / "a.yaml") == tmp_path / "maps" / "a"
    assert default_folder(tmp_path / "a.yaml") == tmp_path / "maps" / "a"


def test_protected_places_appear_by_unit_only(tmp_path: Path) -> None:
    study = copy.deepcopy(toyfiles.STUDY)
    study["facilities"][0] |= {"layer": "child_protection", "type": "protection_centre"}
    scenario = {"standards": [{"layer": "child_protection", "minutes": 4, "name": KEY}]}
    out = tmp_path / "out"
    result = coverplan.run(toyfiles.write_town(tmp_path, study=study, scenario=scenario), out=out)
    assert whole(result)["covered"] == 150
    assert "facilities" not in result.layers
    assert not [column for column in result.layers["demand"].columns if column.startswith(KEY)]
    written = [file for file in out.rglob("*") if file.is_file()]
    assert len(written) > 4
    for file in written:
        assert b"Home 0" not in file.read_bytes()


def test_manifest_names_every_input_with_its_fingerprint(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path)
    result = run(path)
    files = {entry["file"]: entry["sha256"] for entry in result.manifest["inputs"]}
    assert set(files) == {"study.yaml", "people.csv", "homes.csv", "units.gpkg", "streets.graphml"}
    shutil.copy(tmp_path / "homes.csv", tmp_path / "copy.csv")
    assert all(len(digest) == 64 for digest in files.values())
    assert result.manifest["parameters"]["scenario"]["standards"][0]["minutes"] == 4
    assert result.manifest["versions"]["coverplan"] == coverplan.__version__


def test_gaps_are_joined_by_option_only_and_the_result_says_where(tmp_path: Path) -> None:
    ends = [[toytown.xy(*divmod(node, 5)) for node in street] for street in toytown.streets()]
    x, y = toytown.CORNER
    lines = shapely.linestrings([*ends, [(x + 30, y - 3), (x + 30, y - 60)]])
    gpd.GeoDataFrame(geometry=lines, crs=toytown.CRS).to_file(tmp_path / "s.gpkg")
    said = {}
    for name, option in (
        ("left", {}),
        ("joined", {"join_gaps": True}),
        ("from the cache", {"join_gaps": True}),
    ):
        path = toyfiles.write_town(tmp_path, study={"streets": {"file": "s.gpkg", **option}})
        problems = run(path).problems
        said[name] = [(p.code, str(p.value)[:5]) for p in problems if p.code in {"near_ends", "gaps_joined"}]
    assert said == {
        "left": [("near_ends", "3.0 m")],
        "joined": [("gaps_joined", "3.0 m")],
        "from the cache": [("gaps_joined", "3.0 m")],
    }


def test_a_second_run_reads_streets_from_the_cache_and_a_changed_street_never(
    tmp_path: Path, cache_folder: Path
) -> None:
    import networkx as nx

    path = toyfiles.write_town(tmp_path)
    first = run(path)
    kept = sorted(cache_folder.iterdir())
    assert len(kept) == 2  # streets, and the doors of the demand points
    pd.testing.assert_frame_equal(run(path).coverage, first.coverage)
    assert sorted(cache_folder.iterdir()) == kept
    graph = nx.read_graphml(tmp_path / "streets.graphml", force_multigraph=True)
    for u, v in ((toytown.node(0, 0), toytown.node(0, 1)), (toytown.node(0, 0), toytown.node(1, 0))):
        for a, b in ((str(u), str(v)), (str(v), str(u))):
            graph.edges[a, b, 0]["length"] = 2 * toytown.STREET_M
    nx.write_graphml(graph, tmp_path / "streets.graphml")
    # both streets at the corner are twice as long: row + column <= 3 beyond the first one
    assert whole(run(path))["covered"] == 100
