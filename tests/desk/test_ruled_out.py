"""Zones of the scenario in which nothing may be opened: said of a place, and kept out of proposals; bare studies."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import geopandas as gpd
import numpy as np
import pytest
import shapely

import coverplan
from coverplan.desk.server.bare_study import scenario_of
from coverplan.desk.server.places import Places
from coverplan.desk.workbench import proposal
from coverplan.desk.workbench.bench import Workbench
from coverplan.desk.workbench.proposal import affordable, propose
from coverplan.errors import InputError
from desk.desktown import degrees, toy
from makers import toyfiles
from towns import toytown

#: Everything east of this column is ruled out.
EDGE = 1.5


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    folder = tmp_path_factory.mktemp("zones")
    east = shapely.box(*toytown.xy(-1, EDGE), *toytown.xy(6, 6))
    gpd.GeoDataFrame({"what": ["east"]}, geometry=[east], crs=toytown.CRS).to_file(folder / "east.gpkg")
    zone = {
        "name": "east",
        "file": "east.gpkg",
        "types": ["day_care"],
        "reason": {"zh": "水源地", "en": "water"},
    }
    siting = {"most_people": {"standard": "all", "new": 1}, "exclusions": [zone]}
    return Workbench.open(toy(folder, siting=siting))


@pytest.mark.parametrize(("column", "said"), [(1, []), (3, ["水源地"])])
def test_a_place_in_a_zone_is_said_with_its_name(bench, column, said) -> None:
    place = degrees(2, column)
    spot = Places(bench.ground).spot(place["x"], place["y"], "zh")
    assert spot["excluded"] == said
    assert spot["reasons"] == []


def test_proposals_keep_out_of_the_zone_for_the_types_it_speaks_of(bench) -> None:
    standard = bench.idea.standards[0]
    east = toytown.xy(0, EDGE)[0]
    inside = propose(bench.ground, bench.idea, standard, 1, kind="day_care")
    assert np.all(inside.x < east)
    # the far corner is best, and nothing speaks against other types there
    anywhere = propose(bench.ground, bench.idea, standard, 1, kind="town_centre")
    assert anywhere.x.max() > east
    assert (inside.total, anywhere.total) == (90, 100)


@pytest.mark.parametrize("budget", [60, 100, 150, 180, 215])
def test_money_is_spent_on_types_and_places_as_well_as_by_trying_all(bench, budget, monkeypatch) -> None:
    monkeypatch.setattr(proposal, "SPACING_M", 50.0)  # every corner of the town is asked about
    prices = {"day_care": 60.0, "town_centre": 90.0}
    standard = bench.idea.standards[0].model_copy(update={"minutes": 2.0})
    idea = replace(bench.idea, standards=(standard, *bench.idea.standards[1:]))
    answer = bench.ground.answer(idea).standards[0]
    nodes = list(product(range(toytown.SIDE), repeat=2))
    reached = len(nodes) * answer.people["total"]["covered"][0] / answer.people["total"]["people"][0]
    # the old one in the corner reaches a triangle, whose side says how many streets that are
    streets = next(far for far in range(9) if (far + 1) * (far + 2) / 2 == reached)

    def near(at):
        return {one for one in nodes if abs(one[0] - at[0]) + abs(one[1] - at[1]) <= streets}

    def price(at) -> float:
        return prices["town_centre" if at[1] > EDGE else "day_care"]

    choices = (some for number in range(1, 4) for some in combinations(nodes, number))
    payable = (some for some in choices if sum(map(price, some)) <= budget)
    left = set(nodes) - near((0, 0))
    best = max(10 * len(left & set().union(*map(near, some))) for some in payable)
    found = affordable(bench.ground, idea, standard, budget, prices=prices)
    assert (found.total, found.bound) == (best, pytest.approx(best))
    east = found.x > toytown.xy(0, EDGE)[0]
    assert [kind == "town_centre" for kind in found.kinds] == east.tolist()
    assert sum(prices[kind] for kind in found.kinds) <= budget


def test_money_that_builds_nothing_is_said(bench) -> None:
    with pytest.raises(InputError) as caught:
        affordable(bench.ground, bench.idea, bench.idea.standards[0], 59, prices={"day_care": 60.0})
    assert [problem.code for problem in caught.value.problems] == ["builds_nothing"]


def test_a_scenario_without_a_question_rules_nothing_out(tmp_path) -> None:
    bench = Workbench.open(toy(tmp_path))
    assert bench.ground.ruled_out.at(*toytown.xy(2, 3)) == ()


def test_a_bare_study_is_asked_the_usual_standards(tmp_path) -> None:
    toyfiles.write_town(tmp_path)
    path = scenario_of(tmp_path / "study.yaml", None)
    assert path == tmp_path / "desk" / "scenario.yaml"
    result = coverplan.run(path, write=False)
    # fifteen minutes reach every corner of the town
    assert result.coverage.loc[result.coverage["unit_code"] == "", "share"].tolist() == [1.0]
    path.write_text(path.read_text("utf-8").replace("minutes: 15", "minutes: 4"), encoding="utf-8")
    assert scenario_of(tmp_path / "study.yaml", None) == path
    assert "minutes: 4" in path.read_text("utf-8")
    assert scenario_of(tmp_path / "scenario.yaml", None) == tmp_path / "scenario.yaml"
    assert scenario_of(tmp_path / "nothing.yaml", None) == tmp_path / "nothing.yaml"


def test_stations_of_villages_stand_in_no_community_and_the_other_way_round(bench, monkeypatch) -> None:
    monkeypatch.setattr(proposal, "SPACING_M", 50.0)
    kinds = ("village", "community", "town")
    monkeypatch.setattr(
        proposal, "_unit_types", lambda _, x, __: np.array([kinds[at % 3] for at in range(len(x))])
    )
    standard = bench.idea.standards[0].model_copy(update={"minutes": 1.0})
    prices = {"village_station": 30.0, "community_station": 40.0}
    found = affordable(bench.ground, bench.idea, standard, 5000, prices=prices)
    x, y = proposal.corners(bench.ground, tuple(prices))
    at = [int(np.flatnonzero((x == px) & (y == py))[0]) for px, py in zip(found.x, found.y, strict=True)]
    # in a town either may stand, and the less costly one does
    said = {"village": "village_station", "community": "community_station", "town": "village_station"}
    assert set(found.kinds) == set(prices)
    assert list(found.kinds) == [said[kinds[one % 3]] for one in at]
