"""Bad input: everything that is wrong is told at once, in clear words, before anything is solved."""

from __future__ import annotations

import subprocess
import sys

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from coverplan.errors import InputError, RecountError
from coverplan.siting.check import confirm, recount
from coverplan.siting.contradictions import contradictions
from coverplan.siting.further_models import MEXCLP
from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    CoverageFloor,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
    apart_by,
)
from coverplan.siting.objective import (
    FewestSites,
    LeastCost,
    LeastPersonTime,
    MostBackup,
    MostExpected,
    MostPeople,
    ShortestLongestWalk,
)
from coverplan.siting.pairs import from_triples
from coverplan.siting.points import make_points
from coverplan.siting.presets import LSCP, MCLP, CapacitatedMCLP, PartialSetCover, PMedian
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search
from coverplan.siting.wording import sentence
from siting.test_fast_cover import town
from siting.toy_siting import toy

LONG = pd.DataFrame({"origin": ["a", "a", "b"], "dest": ["x", "y", "y"], "cost": [1.0, 2.0, 3.0]})


def codes(call):
    with pytest.raises(InputError) as caught:
        call()
    return {problem.code for problem in caught.value.problems}, str(caught.value)


def small(sites, weights=(1.0, 2.0), **asked):
    count = sites.count
    pairs = from_triples(
        np.zeros(1, np.int32), np.zeros(1, np.int32), np.ones(1), sites=count, demand_points=2
    )
    asked.setdefault("objectives", (MostPeople(),))
    return make_problem(sites, make_points(("p", "q"), np.array(weights)), pairs, **asked)


def test_no_site_that_could_be_open():
    found, text = codes(lambda: small(make_sites(("s",), status=("forbidden",))))
    assert found == {"no_candidate"}
    assert "all forbidden" in text


def test_all_that_is_wrong_is_told_at_once():
    sites = make_sites(("s", "t"), cost=np.array([-1.0, np.nan]), capacity=np.array([np.nan, 1.0]))
    found, text = codes(lambda: small(sites, weights=(np.nan, -2.0), group="nobody"))
    assert found == {"bad_number", "unknown_group"}
    for field in ("cost of a site", "capacity of a site", "people of total", "nobody"):
        assert field in text


@pytest.mark.parametrize(
    ("limit", "word"),
    [
        (Number(9), "at most 4"),
        (Number(2, 1), "lower end"),
        (Budget(0.0), "a budget of 0 buys nothing"),
        (Budget(-1.0), "more than 0"),
        (UnitQuota(("A", "B"), 3), "0 to 2"),
        (UnitQuota(("A", "C"), 1), "not listed"),
        (UnitCap(("A",), -1), "0 or more"),
        (CoverageFloor(1.5), "a share from 0 to 1"),
        (CoverageFloor(0.5, None, "dogs"), "no such group"),
        (Apart((("corner", "nowhere"),)), "nowhere"),
        (Apart((("corner", "corner"),)), "two different"),
        (Unlike(("nowhere",), 1), "nowhere"),
        (Capacity("nearest", single_source=True), "free assignment"),
    ],
)
def test_limits_that_cannot_be_meant(limit, word):
    found, text = codes(lambda: toy(limit))
    assert found <= {"bad_limit", "unknown_unit", "unknown_group"}
    assert word in text


@pytest.mark.parametrize(
    ("objective", "limits"),
    [
        (MostExpected(1.0), ()),
        (LeastPersonTime(-1.0), ()),
        (FewestSites(), ()),
        (MostBackup(), (Capacity(),)),
        (ShortestLongestWalk(), (Capacity("nearest"),)),
        (MostPeople(), (Capacity(), CoverageFloor(0.5, None, "age_60_plus"))),
        (MostPeople(), (Capacity("nearest"), CoverageFloor(0.5, ("A",)))),
    ],
)
def test_objectives_and_limits_that_do_not_go_together(objective, limits):
    found, _ = codes(lambda: toy(*limits, objective=objective))
    assert found == {"bad_limit"}


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ((CoverageFloor(0.97),), "cannot be reached even with every site"),
        ((UnitQuota(("A", "B"), 2), Number(0, 0)), "the quota needs more sites"),
        ((UnitCap(("A",), 0),), "more sites that stay open"),
        ((Capacity(), CoverageFloor(0.9), Number(0, 1)), "too little room"),
        ((Number(4, 4), Budget(2.0)), "cost more than the budget"),
        ((Unlike(("corner", "north"), 2),), "differ in more sites than can change"),
    ],
)
def test_contradictions_are_seen_before_solving(limits, words):
    problem = toy(*limits)
    assert any(words in found.what for found in contradictions(problem))
    answer = solve(problem)
    assert answer.status == "infeasible"
    assert answer.reasons
    assert not answer.has_answer


def test_a_target_already_met_says_so_and_does_nothing():
    for objective in (FewestSites(), LeastCost()):
        answer = solve(toy(CoverageFloor(0.2), objective=objective))
        assert answer.status == "optimal"
        assert answer.chosen == ()
        assert answer.message.key == "siting.already_met"
        assert "already met" in sentence(answer.message, "en")


def test_a_cancelled_run_keeps_its_last_answer_and_bound():
    seen = []
    problem = town(150, 4000, 3.0, Number(12, 12), seed=5)
    answer = solve(problem, Search(cancel=lambda: len(seen) > 2, progress=seen.append))
    assert answer.status == "stopped"
    assert answer.stopped_by == "cancel"
    assert not answer.reproducible
    assert answer.objective == seen[-1].objective
    assert answer.objective < answer.bound < np.inf
    assert "left to gain" in sentence(answer.message, "en")
    assert "最多还能提高" in sentence(answer.message, "zh")


def test_highs_can_be_cancelled_too():
    problem = town(40, 300, 4.0, Number(5, 5), seed=1)
    answer = solve(problem, Search(cancel=lambda: True), method="exact")
    assert answer.status in {"unknown", "stopped"}
    assert answer.stopped_by == "cancel"


def test_an_answer_that_breaks_a_limit_is_never_shown():
    problem = toy(Number(0, 1))
    everything = np.ones(5, dtype=bool)
    with pytest.raises(RecountError, match="sites, not 0 to 1"):
        confirm(problem, everything, recount(problem, everything), None)
    nothing = np.zeros(5, dtype=bool)
    with pytest.raises(RecountError, match="north is closed"):
        confirm(problem, nothing, recount(problem, nothing), None)


@pytest.mark.parametrize("bad", [np.nan, -1.0, np.inf])
def test_costs_that_are_no_costs(bad):
    table = LONG.assign(cost=[1.0, bad, 3.0])
    found, text = codes(lambda: MCLP.from_cost_matrix(table, service_radius=2, p_facilities=1))
    assert found == {"bad_cost"}
    assert "row 3" in text


def test_blank_cells_are_an_error_unless_they_are_meant():
    wide = pd.DataFrame({"x": [1.0, np.nan], "y": [2.0, 3.0]}, index=["a", "b"])
    found, _ = codes(lambda: LSCP.from_cost_matrix(wide, service_radius=2))
    assert found == {"bad_cost"}
    answer = LSCP.from_cost_matrix(wide, service_radius=3, blank_is_absent=True).solve()
    assert answer.selected == ("y",)
    same = LSCP.from_cost_matrix(wide.fillna(np.inf), service_radius=3).solve()
    assert same.selected == ("y",)


def test_ids_are_joined_and_never_rows():
    found, text = codes(lambda: MCLP.from_cost_matrix(LONG, weights=[5, 6], service_radius=2, p_facilities=1))
    assert found == {"join_by_id"}
    found, text = codes(
        lambda: MCLP.from_cost_matrix(LONG, weights={"a": 5, "c": 6}, service_radius=2, p_facilities=1)
    )
    assert found == {"unknown_id"}
    assert "b" in text
    assert "c" in text
    found, _ = codes(lambda: PMedian.from_cost_matrix(LONG, p_facilities=1, predefined_facilities=["z"]))
    assert found == {"unknown_id"}
    found, _ = codes(lambda: PMedian.from_cost_matrix(pd.concat([LONG, LONG]), p_facilities=1))
    assert found == {"repeated_pair"}


def test_numbers_of_facilities_that_cannot_be():
    for p in (0, 3):
        found, text = codes(lambda p=p: PMedian.from_cost_matrix(LONG, p_facilities=p))
        assert found == {"bad_number"}
        assert "1 to 2" in text


def test_missing_arguments_are_named():
    found, text = codes(lambda: MEXCLP.from_cost_matrix(LONG))
    assert found == {"missing_argument"}
    assert all(word in text for word in ("busy", "p_facilities", "service_radius"))
    found, _ = codes(lambda: CapacitatedMCLP.from_cost_matrix(LONG, service_radius=2, p_facilities=1))
    assert found == {"missing_argument"}


def layers(crs="EPSG:32650"):
    demand = gpd.GeoDataFrame(
        {"d": ["a", "b", "c"], "n": [5, 6, 7]}, geometry=shapely.points([0, 100, 250], 0), crs=crs
    )
    sites = gpd.GeoDataFrame({"f": ["y", "x"], "must": [0, 1]}, geometry=shapely.points([200, 0], 0), crs=crs)
    return demand, sites


def test_geodataframes():
    demand, sites = layers()
    answer = MCLP.from_geodataframe(
        demand, sites, "d", "f", weights_cols="n", service_radius=100, p_facilities=1
    ).solve()
    assert answer.selected == ("y",)  # b stands at 100 m, which is within (R2)
    assert answer.fac2cli == {"y": ("b", "c")}
    assert answer.cli2fac == {"a": (), "b": ("y",), "c": ("y",)}
    assert answer.uncovered_clients == ("a",)
    assert answer.mean_dist == pytest.approx((6 * 100 + 7 * 50) / 13)
    forced = MCLP.from_geodataframe(
        demand,
        sites,
        "d",
        "f",
        weights_cols="n",
        service_radius=100,
        p_facilities=1,
        predefined_facility_col="must",
    ).solve()
    assert forced.selected == ("x",)
    assert forced.objective == 11


def test_geodataframes_in_degrees_or_without_columns():
    demand, sites = layers("EPSG:4326")
    found, text = codes(
        lambda: MCLP.from_geodataframe(demand, sites, "d", "f", service_radius=1, p_facilities=1)
    )
    assert found == {"crs"}
    demand, sites = layers()
    found, text = codes(
        lambda: MCLP.from_geodataframe(demand, sites, "nope", "f", service_radius=1, p_facilities=1)
    )
    assert found == {"missing_column"}
    assert "nope" in text


def test_partial_cover_and_expected_cover_presets():
    costs = np.array([[0.0, 9, 9], [0, 0, 9], [9, 0, 9], [9, 9, 0]])
    answer = PartialSetCover.from_cost_matrix(costs, service_radius=1, coverage=0.75).solve()
    assert answer.objective == 2
    assert answer.share_served >= 0.75
    expected = MEXCLP.from_cost_matrix(costs, service_radius=1, p_facilities=2, busy=0.5).solve()
    assert expected.objective == pytest.approx(0.5 + 0.75 + 0.5)  # the first two, one point reached twice


def test_minimum_distance():
    apart = apart_by(("a", "b", "c"), np.array([0.0, 3, 8]), np.array([0.0, 4, 0]), distance_m=5.5)
    assert apart.pairs == (("a", "b"),)
    assert apart_by(("a", "b", "c"), np.array([0.0, 3, 8]), np.array([0.0, 4, 0]), distance_m=5.0).pairs == ()


@pytest.mark.parametrize("bad", [{"gap": 1.5}, {"time_limit_s": 0.0}, {"threads": 0}])
def test_searches_that_cannot_be_meant(bad):
    with pytest.raises(InputError):
        Search(**bad)


def test_importing_the_engine_loads_nothing_heavy():
    code = (
        "import sys; import coverplan.siting.presets, coverplan.siting.alternatives, coverplan.siting.frontier;"
        "print(sorted({'numba', 'highspy', 'scipy.sparse', 'sklearn', 'osmnx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
