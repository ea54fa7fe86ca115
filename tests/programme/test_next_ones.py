"""Where the next ones should go, without a plan: counted by hand and by trying every choice."""

from __future__ import annotations

from itertools import combinations, product

import pytest
import yaml

import coverplan
from coverplan.errors import InputError
from coverplan.report.build import build
from makers import toyfiles
from towns import toytown

MINUTES = 2
ASK = {
    "most_people": {"standard": "near", "new": 3},
    "candidates": [{"name": "homes", "kind": "cells"}],
}
STANDARD = {
    "layer": "elder_care",
    "types": ["day_care"],
    "groups": ["total"],
    "minutes": MINUTES,
    "name": "near",
}


def town(folder, **siting):
    folder.mkdir(exist_ok=True)
    return toyfiles.write_town(
        folder, scenario={"year": 2025, "standards": [STANDARD], "siting": {**ASK, **siting}}
    )


def near(at: tuple[int, int]) -> set[tuple[int, int]]:
    """Points of the grid within the minutes on foot, a minute a street."""
    points = product(range(toytown.SIDE), repeat=2)
    return {one for one in points if abs(one[0] - at[0]) + abs(one[1] - at[1]) <= MINUTES}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("next")
    return coverplan.run(town(folder), out=folder / "out")


def test_no_other_choice_of_three_reaches_more(found) -> None:
    served = near((0, 0))
    best = max(
        len(served.union(*map(near, chosen)))
        for chosen in combinations(product(range(toytown.SIDE), repeat=2), 3)
    )
    asked = found.summary["siting"]["question"]["most_people"]
    assert (asked["covered_without"], asked["covered"]) == (10 * len(served), 10 * best)
    assert found.summary["siting"]["status"] == "optimal"
    assert [stage["bound"] for stage in found.summary["siting"]["stages"]] == pytest.approx([10 * best])
    assert len(found.tables["actions"]) == 3


def test_the_scenario_that_comes_out_gives_what_was_promised(found) -> None:
    chosen = coverplan.run(found.folder / "chosen.yaml", write=False)
    assert found.coverage.equals(chosen.coverage)


def test_the_scenario_that_comes_out_names_new_places_as_the_tables_do(found) -> None:
    said = yaml.safe_load((found.folder / "chosen.yaml").read_text("utf-8"))["changes"]
    named = {one["open"]["id"]: one["open"].get("offers", {}).get("name") for one in said}
    actions = found.tables["actions"]
    assert named == dict(zip(actions["facility"], actions["name"], strict=True))
    assert all(named.values())
    assert not set(named) & set(named.values())


def test_the_report_says_who_is_reached_and_nothing_of_targets(found) -> None:
    asked = found.summary["siting"]["question"]["most_people"]
    for language, gained, kept in (
        (
            "en",
            f"bring {asked['covered'] - asked['covered_without']:.0f} more people",
            "Only the given candidates",
        ),
        ("zh", f"新增覆盖 {asked['covered'] - asked['covered_without']:.0f} 人", "选址只比较给定的候选点"),
    ):
        text = repr(build(found, language=language))
        assert gained in text
        assert kept in text
        assert "siting_targets" not in text


def test_one_that_would_bring_nobody_is_left_out(tmp_path) -> None:
    result = coverplan.run(town(tmp_path, most_people={"standard": "near", "new": 20}), write=False)
    assert result.summary["siting"]["question"]["most_people"]["covered"] == 250
    reached = result.tables["actions"]["people_needed"]
    assert len(reached) < 20
    assert (reached > 0).all()


def test_exclusions_rule_places_out(tmp_path) -> None:
    import geopandas as gpd
    import shapely

    # nothing may stand east of the first two columns
    edge = shapely.box(*toytown.xy(-1, 1.5), *toytown.xy(6, 6))
    gpd.GeoDataFrame({"what": ["east"]}, geometry=[edge], crs=toytown.CRS).to_file(tmp_path / "east.gpkg")
    result = coverplan.run(town(tmp_path, exclusions=[{"name": "east", "file": "east.gpkg"}]), write=False)
    assert (result.layers["actions"].geometry.x < toytown.xy(0, 1.5)[0]).all()
    assert result.summary["siting"]["candidates"]["usable"] == 10


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"standard": "nobody", "new": 2}, "unknown_standard"),
        ({"standard": "near", "new": 2, "type": "canteen"}, "type_not_counted"),
        ({"standard": "near", "new": 2, "type": "cinema"}, "unknown_type"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_before_anything_is_computed(tmp_path, ask, code) -> None:
    with pytest.raises(InputError) as caught:
        coverplan.run(town(tmp_path, most_people=ask), write=False)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_the_year_must_be_said(tmp_path) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"standards": [STANDARD], "siting": ASK})
    with pytest.raises(InputError) as caught:
        coverplan.run(path, write=False)
    assert [problem.code for problem in caught.value.problems] == ["missing_year"]
