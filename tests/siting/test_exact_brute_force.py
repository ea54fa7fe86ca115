"""Exact road against every subset of sites, for every kind of limit and objective."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from coverplan.siting.limit import LIMITS, Capacity, CoverageFloor, Number
from coverplan.siting.objective import (
    OBJECTIVES,
    Fairest,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    MostPeople,
    ShortestLongestWalk,
)
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.tables.pair_tables import from_long_table
from siting.brute_force import Town
from siting.tiny_problems import tiny_problems

SHORT = settings(max_examples=25, deadline=None)


def assert_best(problem, method="exact"):
    truth = Town(problem).best()
    answer = solve(problem, method=method)
    if truth is None:
        assert answer.status == "infeasible"
        return
    assert answer.status == "optimal"
    assert [stage.objective for stage in answer.stages] == pytest.approx(truth, rel=1e-6, abs=1e-6)
    assert [stage.bound for stage in answer.stages] == pytest.approx(truth, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("kind", OBJECTIVES, ids=lambda kind: kind.name)
@SHORT
@given(data=st.data())
def test_every_objective(kind, data):
    assert_best(data.draw(tiny_problems(objective_kinds=[kind], kinds=[Number])))


@pytest.mark.parametrize(
    "kind", [kind for kind in LIMITS if kind is not Capacity], ids=lambda kind: kind.name
)
@SHORT
@given(data=st.data())
def test_every_limit(kind, data):
    objective = data.draw(st.sampled_from([MostPeople, FewestSites, LeastCost, Fairest]))
    assert_best(data.draw(tiny_problems(objective_kinds=[objective], kinds=[Number, kind])))


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_sequences_of_objectives_under_several_limits(data):
    assert_best(data.draw(tiny_problems()))


@SHORT
@given(data=st.data())
def test_capacity(data):
    kinds = data.draw(st.sampled_from([[Number, Capacity], [Number, Capacity, CoverageFloor]]))
    objective = data.draw(st.sampled_from([MostPeople, FewestSites]))
    problem = data.draw(tiny_problems(objective_kinds=[objective], kinds=kinds))
    assert_best(problem)


def shared_out(town, subset, unserved):
    """Least cost of sending everybody somewhere within capacities, as a flow; None when there is no room."""
    graph = nx.DiGraph()
    for s in subset:
        graph.add_edge(("s", s), "to", capacity=int(town.problem.sites.capacity[s]), weight=0)
    for p, w in town.weight.items():
        graph.add_edge("from", ("p", p), capacity=int(w), weight=0)
        if unserved is not None:
            graph.add_edge(("p", p), "to", weight=int(unserved))
        for s in subset:
            if (s, p) in town.cost:
                graph.add_edge(("p", p), ("s", s), weight=int(town.cost[s, p]))
    if not {"from", "to"} <= set(graph):
        return None
    flow = nx.max_flow_min_cost(graph, "from", "to")
    if sum(flow["from"].values()) < sum(town.weight.values()):
        return None
    return nx.cost_of_flow(graph, flow)


def sent_whole(town, subset, unserved):
    """Least cost when everybody of a point goes to one site, by trying every way to send them."""
    people = [(p, w) for p, w in town.weight.items() if w > 0]
    ways = [[s for s in subset if (s, p) in town.cost] + [None] * (unserved is not None) for p, _ in people]
    best = None
    for sent in itertools.product(*ways):
        load, cost = dict.fromkeys(subset, 0.0), 0.0
        for (p, w), s in zip(people, sent, strict=True):
            cost += w * (unserved if s is None else town.cost[s, p])
            if s is not None:
                load[s] += w
        if all(load[s] <= town.problem.sites.capacity[s] for s in subset):
            best = cost if best is None else min(best, cost)
    return best


@pytest.mark.parametrize("truth", [shared_out, sent_whole])
@SHORT
@given(data=st.data())
def test_least_person_time_within_capacities(truth, data):
    plain = data.draw(tiny_problems(objective_kinds=[LeastPersonTime], kinds=[Number]))
    assume(plain.sites.count <= 4 and plain.points.count <= 6)
    problem = plain.with_limits(Capacity("free", single_source=truth is sent_whole))
    town, unserved = Town(problem), problem.objectives[0].unserved
    known = [truth(town, subset, unserved) for subset in town.subsets()]
    possible = [cost for cost in known if cost is not None]
    answer = solve(problem)
    if not possible:
        assert answer.status == "infeasible"
    else:
        assert answer.status == "optimal"
        assert answer.objective == pytest.approx(min(possible))


@SHORT
@given(data=st.data())
def test_capacity_is_never_overfilled(data):
    objective = data.draw(st.sampled_from([MostPeople, LeastPersonTime, ShortestLongestWalk]))
    problem = data.draw(tiny_problems(objective_kinds=[objective], kinds=[Capacity, Number]))
    answer = solve(problem, method="exact")
    if answer.has_answer:
        load = dict.fromkeys(range(problem.sites.count), 0.0)
        near = set(zip(problem.pairs.site_of_pair().tolist(), problem.pairs.demand.tolist(), strict=True))
        for point, site, people in zip(
            *map(list, (answer.assignment.demand, answer.assignment.site, answer.assignment.people)),
            strict=True,
        ):
            assert (site, point) in near
            load[site] += people
        assert all(load[site] <= problem.sites.capacity[site] + 1e-6 for site in load)


def test_a_later_objective_never_spoils_the_worst_unit():
    """One site of three: s1 gives the first unit 7 of 20 and the third all; s0 covers more and nobody of the third."""
    reached = pd.DataFrame(
        {"dest": ["s0", "s0", "s1", "s1"], "origin": ["p0", "p1", "p1", "p3"], "cost": [4.0, 0.0, 1.0, 3.0]}
    )
    sites, points = ("s0", "s1", "s2"), ("p0", "p1", "p2", "p3")
    problem = make_problem(
        make_sites(sites),
        make_points(points, np.array([9.0, 7.0, 4.0, 1.0]), unit=np.array([0, 0, 0, 1], dtype=np.int32)),
        from_long_table(reached, site_ids=sites, demand_ids=points),
        objectives=(Fairest(), MostPeople()),
        limits=(Number(0, 1),),
        units=("u1", "u3"),
        standard=5.0,
    )
    answer = solve(problem, method="exact")
    assert answer.status == "optimal"
    assert answer.chosen == ("s1",)
    assert [stage.objective for stage in answer.stages] == [pytest.approx(0.35), 8.0]
