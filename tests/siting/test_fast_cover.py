"""The fast road for plain covering: against every subset, against HiGHS, and against itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.siting.limit import CoverageFloor, Number
from coverplan.siting.objective import FewestSites, MostPeople
from coverplan.siting.pairs import from_coordinates
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.search import Search
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
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
