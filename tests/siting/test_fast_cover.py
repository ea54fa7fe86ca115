"""The fast road for plain covering: against every subset, against HiGHS, and against itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.siting.limit import Capacity, CoverageFloor, Number
from coverplan.siting.objective import FewestSites, LeastPersonTime, MostPeople, ShortestLongestWalk
from coverplan.siting.pairs import from_coordinates
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search
from siting.brute_force import Town
from siting.tiny_problems import tiny_problems

OPEN = ["candidate"] * 5 + ["required", "existing", "forbidden"]


def town(sites, points, radius, *limits, objective=None, seed=0, fractional=False):
    rng = np.random.default_rng(seed)
    weight = rng.integers(1, 101, points).astype(float) + (rng.random(points) if fractional else 0)
    return make_problem(
        make_sites(tuple(f"s{k:05d}" for k in range(sites))),
        make_points(tuple(f"p{k:06d}" for k in range(points)), weight),
        from_coordinates(rng.uniform(0, 30, (sites, 2)), rng.uniform(0, 30, (points, 2)), limit=radius),
        objectives=(objective or MostPeople(),),
        limits=limits,
        standard=radius,
    )


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_most_people_against_every_subset(data):
    problem = data.draw(tiny_problems(objective_kinds=[MostPeople], kinds=[Number], statuses=OPEN))
    compare_with_brute_force(problem)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_fewest_sites_against_every_subset(data):
    problem = data.draw(tiny_problems(objective_kinds=[FewestSites], kinds=[CoverageFloor], statuses=OPEN))
    compare_with_brute_force(problem)


def compare_with_brute_force(problem):
    truth = Town(problem).best()
    answer = solve(problem)
    if truth is None:
        assert answer.status == "infeasible"
    else:
        assert answer.status == "optimal"
        assert [answer.objective, answer.bound] == truth * 2


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fractional", [False, True])
def test_agrees_with_highs(seed, fractional):
    for limits, objective in (((Number(5, 5),), MostPeople()), ((CoverageFloor(0.6),), FewestSites())):
        problem = town(40, 300, 4.0, *limits, objective=objective, seed=seed, fractional=fractional)
        fast, exact = solve(problem), solve(problem, method="exact")
        assert fast.method == "cover"
        assert exact.method == "exact"
        assert fast.status == exact.status == "optimal"
        assert fast.objective == pytest.approx(exact.objective, rel=1e-6)


def test_threads_change_nothing():
    problem = town(150, 4000, 3.0, Number(12, 12), seed=5)
    one, two = solve(problem, Search(threads=1)), solve(problem, Search(threads=2))
    assert one.chosen == two.chosen
    assert (one.objective, one.bound) == (two.objective, two.bound)
    assert one.status == "optimal"


def grid_town(sites, points, *limits, objective, seed=0, capacity=None, radius=None):
    rng = np.random.default_rng(seed)
    pairs = from_coordinates(rng.uniform(0, 30, (sites, 2)), rng.uniform(0, 30, (points, 2)), limit=radius)
    whole = type(pairs)(pairs.indptr, pairs.demand, np.rint(pairs.cost * 100).astype(np.int32), points)
    return make_problem(
        make_sites(
            tuple(f"s{k:05d}" for k in range(sites)),
            capacity=None if capacity is None else rng.integers(capacity // 2, capacity, sites),
        ),
        make_points(tuple(f"p{k:06d}" for k in range(points)), rng.integers(1, 50, points)),
        whole,
        objectives=(objective,),
        limits=limits,
    )


@pytest.mark.parametrize("unserved", [None, 900.0])
def test_median_road_agrees_with_highs(unserved):
    problem = grid_town(30, 200, Number(4, 4), objective=LeastPersonTime(unserved), seed=2)
    fast, exact = solve(problem), solve(problem, method="exact")
    assert fast.status == exact.status == "optimal"
    assert fast.objective == exact.objective
    assert fast.bound <= exact.objective


def test_median_bound_holds_without_highs():
    problem = grid_town(60, 900, Number(6, 6), objective=LeastPersonTime(), seed=3)
    fast = solve(problem, Search(gap=0.01))
    assert fast.method == "median"
    assert fast.status == "within_gap"
    better = solve(problem, Search(gap=0.0001))
    assert fast.bound <= better.objective <= fast.objective


@pytest.mark.parametrize(("seed", "gap"), [(31, 0.1), (38, 0.01), (324, 0.03), (975, 0.01)])
def test_median_bound_with_a_gap_is_no_worse_than_what_sites_left_out_for_it_would_cost(seed, gap):
    random = np.random.default_rng(seed)
    sites, points, count = (int(random.integers(*ends)) for ends in ((15, 60), (100, 400), (2, 8)))
    objective = LeastPersonTime(None if seed % 2 else 900.0)
    problem = grid_town(sites, points, Number(count, count), objective=objective, seed=seed)
    asked, best = solve(problem, Search(gap=gap)), solve(problem)
    assert best.status == "optimal"
    assert asked.bound <= best.objective <= asked.objective <= asked.bound / (1 - gap) + 1e-6


def test_center_road_agrees_with_highs():
    problem = grid_town(100, 400, Number(6, 6), objective=ShortestLongestWalk(), seed=4)
    fast, exact = solve(problem), solve(problem, method="exact")
    assert (fast.method, exact.method) == ("center", "exact")
    assert fast.status == exact.status == "optimal"
    assert fast.objective == exact.objective


def test_capacity_road_is_bounded_and_keeps_to_capacities():
    limits = (Number(8, 8), Capacity())
    problem = grid_town(120, 3000, *limits, objective=MostPeople(), seed=5, capacity=6000, radius=5.0)
    fast = solve(problem, Search(gap=0.005))
    assert fast.method == "capacity"
    assert fast.has_answer
    assert fast.gap < 0.02
    load = np.bincount(fast.assignment.site, weights=fast.assignment.people, minlength=120)
    assert np.all(load <= problem.sites.capacity + 1e-6)
    assert load.sum() == pytest.approx(fast.objective)
    room = np.sort(problem.sites.capacity)[::-1][:8].sum()
    assert fast.objective <= room
