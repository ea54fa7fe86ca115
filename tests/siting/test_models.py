"""The classic models by name, with the order and names of spopt, the newer models, and answers as tables."""

from __future__ import annotations

import doctest
import importlib
import itertools
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import coverplan.siting as room
from coverplan.errors import InputError
from coverplan.siting import CFLP, LSCP, MCLP, UFLP, PCenter, PDispersion, PMedian, Search
from siting.random_questions import roads_for_small_questions

rng = np.random.default_rng(4)
COSTS = rng.integers(1, 30, (9, 6)).astype(float)
PEOPLE = rng.integers(1, 9, 9).astype(float)


def refused(call):
    with pytest.raises(InputError) as caught:
        call()
    return str(caught.value)


def test_every_name_of_the_room_is_there():
    for name in room.__all__:
        assert getattr(room, name).__name__ == name
    assert set(room.__all__) <= set(dir(room))
    with pytest.raises(AttributeError):
        _ = room.MCPL


def test_importing_the_room_is_light():
    code = (
        "import sys; import coverplan.siting; print(sorted({'numpy', 'pandas', 'numba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_order_of_spopt():
    for one, other in (
        (MCLP.from_cost_matrix(COSTS, PEOPLE, 8, 2), MCLP.from_cost_matrix(COSTS, weights=PEOPLE, service_radius=8, p_facilities=2)),
        (LSCP.from_cost_matrix(COSTS, 20), LSCP.from_cost_matrix(COSTS, service_radius=20)),
        (PMedian.from_cost_matrix(COSTS, PEOPLE, 2), PMedian.from_cost_matrix(COSTS, weights=PEOPLE, p_facilities=2)),
        (PCenter.from_cost_matrix(COSTS, 2), PCenter.from_cost_matrix(COSTS, p_facilities=2)),
    ):  # fmt: skip
        assert one.solve().objective == other.solve().objective
        assert one.problem.limits == other.problem.limits
    marks = np.array([0, 0, 1, 0, 0, 0])
    chosen = PMedian.from_cost_matrix(COSTS, PEOPLE, 2, predefined_facilities_arr=marks).solve().selected
    assert "2" in chosen


def test_arguments_that_are_not_known_are_named():
    assert "p_facilities?" in refused(lambda: PMedian.from_cost_matrix(COSTS, PEOPLE, p_facility=2))
    assert "twice" in refused(lambda: MCLP.from_cost_matrix(COSTS, PEOPLE, 8, 2, weights=PEOPLE))
    assert "without a name" in refused(lambda: PCenter.from_cost_matrix(COSTS, 2, None, 3))
    assert "no solver is passed" in refused(lambda: PMedian.from_cost_matrix(COSTS, PEOPLE, 2).solve("CBC"))
    assert PMedian.from_cost_matrix(COSTS, PEOPLE, 2).solve(Search(gap=0.1)).solution.has_answer


@pytest.mark.parametrize("by_way", [0.1, 1.0])
def test_facilities_of_fixed_cost_against_every_set(by_way):
    costs_of_sites = np.array([40.0, 25, 60, 10, 35, 20])
    answer = UFLP.from_cost_matrix(COSTS, PEOPLE, costs_of_sites, cost_of_way=by_way).solve()
    best = min(
        costs_of_sites[list(some)].sum() + by_way * PEOPLE @ COSTS[:, list(some)].min(axis=1)
        for size in range(1, 7)
        for some in itertools.combinations(range(6), size)
    )
    assert answer.objective == pytest.approx(best)
    assert answer.solution.status == "optimal"


def test_facilities_of_fixed_cost_with_room():
    """Two points of 4 and 3 people; the cheap place has room for 5: one person of the second goes elsewhere."""
    costs = pd.DataFrame({"x": [1.0, 2.0], "y": [9.0, 5.0]}, index=["a", "b"])
    answer = CFLP.from_cost_matrix(
        costs,
        {"a": 4, "b": 3},
        {"x": 10, "y": 20},
        {"x": 5, "y": 9},
    ).solve()
    assert answer.objective == 10 + 20 + 4 * 1 + 1 * 2 + 2 * 5
    assert answer.allocation_frame().to_dict("list") == {
        "point": ["a", "b", "b"],
        "site": ["x", "x", "y"],
        "people": [4.0, 1.0, 2.0],
        "cost": [1.0, 2.0, 5.0],
    }


@pytest.mark.parametrize("number", [2, 3, 4])
def test_dispersion_against_every_set(number):
    places = np.random.default_rng(number).uniform(0, 9, (9, 2))
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    answer = PDispersion.from_cost_matrix(apart, number).solve()
    best = max(
        min(apart[a, b] for a, b in itertools.combinations(some, 2))
        for some in itertools.combinations(range(9), number)
    )
    assert answer.objective == pytest.approx(best)
    assert answer.bound == pytest.approx(best)
    assert answer.status == "optimal"
    assert "infinite" not in refused(lambda: PDispersion.from_cost_matrix(apart[:, :4], number))
    stopped = PDispersion.from_cost_matrix(apart, number).solve(Search(time_limit_s=1e-9))
    assert stopped.objective <= best <= stopped.bound


def test_answers_as_tables():
    costs = pd.DataFrame({"x": [1.0, 9, 9], "y": [2.0, 1, 9]}, index=["a", "b", "c"])
    answer = MCLP.from_cost_matrix(costs, {"a": 5, "b": 6, "c": 7}, 3, 2).solve()
    sites = answer.sites_frame()
    assert sites["site"].tolist() == ["x", "y"]
    assert sites["people"].tolist() == [5.0, 11.0]  # a is covered by both
    assert sites["mean_cost"].tolist() == pytest.approx([1.0, (5 * 2 + 6 * 1) / 11])
    rows = answer.allocation_frame()
    assert rows["point"].tolist() == ["a", "a", "b", "c"]
    assert rows["site"].tolist()[:3] == ["x", "y", "y"]
    assert answer.perc_cov == pytest.approx(200 / 3)  # points
    assert answer.perc_people == pytest.approx(100 * 11 / 18)  # people


def test_existing_facilities_in_a_layer():
    demand = gpd.GeoDataFrame({"d": ["a", "b"]}, geometry=shapely.points([0, 100], 0), crs="EPSG:32650")
    sites = gpd.GeoDataFrame(
        {"f": ["x", "y"], "stands": ["是", "否"]}, geometry=shapely.points([0, 100], 0), crs="EPSG:32650"
    )
    answer = MCLP.from_geodataframe(
        demand, sites, "d", "f", service_radius=50, p_facilities=1, existing_facility_col="stands"
    ).solve()
    assert answer.selected == ("y",)
    assert answer.objective == 2


@pytest.mark.parametrize("home", ["presets", "dispersion", "further_models"])
def test_the_examples_in_the_docstrings_are_true(home):
    module = importlib.import_module(f"coverplan.siting.{home}")
    models = {name for name, where in room._HOMES.items() if where == home}
    shown = {test.name.split(".")[-1] for test in doctest.DocTestFinder().find(module) if test.examples}
    assert models <= shown
    assert doctest.testmod(module).failed == 0


def test_attendance_against_trying_everything():
    answer = room.MostAttendance.from_cost_matrix(COSTS, PEOPLE, 20, 2).solve()
    come = [
        sum(PEOPLE * np.maximum(0, 1 - COSTS[:, pair].min(axis=1) / 20))
        for pair in itertools.combinations(range(6), 2)
    ]
    assert answer.attendance == pytest.approx(max(come))
    assert answer.objective == pytest.approx(20 * (PEOPLE.sum() - max(come)))


def test_sites_that_repel_each_other():
    free = PMedian.from_cost_matrix(COSTS, PEOPLE, 2).solve()
    kept = PMedian.from_cost_matrix(COSTS, PEOPLE, 2, apart=[free.selected]).solve()
    best = min(
        sum(PEOPLE * COSTS[:, pair].min(axis=1))
        for pair in itertools.combinations(range(6), 2)
        if tuple(map(str, pair)) != free.selected
    )
    assert kept.objective == pytest.approx(best)
    assert (
        "site" in refused(lambda: PMedian.from_cost_matrix(COSTS, PEOPLE, 2, apart=[("0", "nine")])).lower()
    )


def test_facilities_too_near_to_each_other_are_not_both_opened():
    x = np.array([0.0, 100, 1000])
    layer = gpd.GeoDataFrame({"id": list("abc")}, geometry=shapely.points(x, 0 * x), crs=32650)
    near = gpd.GeoDataFrame(
        {"id": list("pqr"), "people": [9, 8, 1]},
        geometry=shapely.points([0.0, 100, 990], [0.0, 0, 0]),
        crs=32650,
    )
    asked = {"weights_cols": "people", "service_radius": 50, "p_facilities": 2}
    assert MCLP.from_geodataframe(near, layer, "id", "id", **asked).solve().selected == ("a", "b")
    assert MCLP.from_geodataframe(near, layer, "id", "id", **asked, least_apart=150).solve().selected == (
        "a",
        "c",
    )


def test_existing_sites_on_the_fast_roads_of_medians_and_centers():
    rng = np.random.default_rng(8)
    costs = np.floor(rng.random((90, 80)) * 1000)
    people = rng.integers(1, 9, 90).astype(float)
    for model, arguments in ((PMedian, {"weights": people}), (PCenter, {})):
        asked = model.from_cost_matrix(costs, p_facilities=2, existing_facilities=["05"], **arguments)
        with roads_for_small_questions():
            answer = asked.solve()
        assert answer.solution.method in {"median", "center"}
        ways = [
            np.minimum(costs[:, 5], costs[:, pair].min(axis=1))
            for pair in itertools.combinations(range(80), 2)
        ]
        best = min((people @ way if model is PMedian else way.max()) for way in ways)
        assert (answer.objective, answer.solution.status) == (best, "optimal")


def each_choice(count):
    """Every set of `count` of the six sites, with how many of them are within 12 of each point."""
    near = COSTS <= 12
    return [near[:, list(some)].sum(axis=1) for some in itertools.combinations(range(6), count)]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_several_coverings_against_every_set(times):
    answer = room.MultipleMCLP.from_cost_matrix(COSTS, PEOPLE, 12, 4, times=times).solve()
    assert answer.objective == max(PEOPLE[counts >= times].sum() for counts in each_choice(4))
    assert answer.solution.status == "optimal"


def test_one_covering_is_the_plain_model():
    once = room.MultipleMCLP.from_cost_matrix(COSTS, PEOPLE, 12, 2, times=1).solve()
    assert once.objective == MCLP.from_cost_matrix(COSTS, PEOPLE, 12, 2).solve().objective


@pytest.mark.parametrize(("times", "words"), [(0, "1 or more"), (1.5, "whole number"), (None, "needs this")])
def test_coverings_that_cannot_be_asked_for(times, words):
    assert words in refused(lambda: room.MultipleMCLP.from_cost_matrix(COSTS, PEOPLE, 12, 2, times=times))


@pytest.mark.parametrize("seed", range(6))
def test_facilities_that_repel_against_every_set(seed):
    signed = PEOPLE * np.random.default_rng(seed).choice([1, 1, -1], 9)
    signed[0] = 5
    for count in (1, 2, 4):
        answer = MCLP.from_cost_matrix(COSTS, signed, 12, count).solve()
        assert answer.objective == max(signed[counts > 0].sum() for counts in each_choice(count))
        assert answer.solution.status == "optimal"


def test_where_nobody_wants_it_the_answer_is_below_zero():
    answer = MCLP.from_cost_matrix([[1, 1], [1, 9], [9, 9]], [-3, -2, 4], 3, 1).solve()
    assert (answer.selected, answer.objective) == (("1",), -3.0)


def test_weights_below_zero_are_refused_by_models_they_mean_nothing_to():
    for model in (
        lambda: PMedian.from_cost_matrix(COSTS, -PEOPLE, 2),
        lambda: room.CapacitatedMCLP.from_cost_matrix(COSTS, -PEOPLE, 8, 2, facility_capacities=PEOPLE[:6]),
    ):
        assert "zero or more" in refused(model)
