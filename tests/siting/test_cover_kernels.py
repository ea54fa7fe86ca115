"""Kernels of the fast road against plain Python."""

from __future__ import annotations

import dataclasses
import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.reach.matrix import Reach
from coverplan.siting.limit import Number
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import from_demand
from coverplan.siting.presets import MCLP, PCenter
from coverplan.siting.solve import solve
from coverplan.siting.solvers import cells
from coverplan.siting.solvers.covering import _bound, _cover, _greedy, _swap
from coverplan.siting.solvers.covering.plain_cover import plain_cover
from siting.test_fast_cover import town
from towns import toytown

SHORT = settings(max_examples=60, deadline=None)


@st.composite
def covers(draw):
    """Up to seven sites and twenty points: lists of covered points by site, weights, and the arrays."""
    points = draw(st.integers(1, 20))
    sets = draw(st.lists(st.sets(st.integers(0, points - 1)), min_size=1, max_size=7))
    weight = draw(st.lists(st.integers(0, 9), min_size=points, max_size=points))
    indptr = np.concatenate(([0], np.cumsum([len(one) for one in sets]))).astype(np.int64)
    demand = np.array([point for one in sets for point in sorted(one)], dtype=np.int32)
    return sets, np.array(weight, dtype=float), indptr, demand


@SHORT
@given(cover=covers(), threads=st.integers(1, 4))
def test_merged_points_are_those_with_equal_cover_sets(cover, threads):
    sets, weight, indptr, demand = cover
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cells, "THREADED_PAIRS", 0)
        merged = cells.merge(Pairs(indptr, demand, None, len(weight)), weight <= 0, threads=threads)
    of_point = merged.of_point
    reached_by = [frozenset(s for s, one in enumerate(sets) if p in one) for p in range(len(weight))]
    for p, q in itertools.combinations(range(len(weight)), 2):
        if of_point[p] >= 0 and of_point[q] >= 0:
            assert (of_point[p] == of_point[q]) == (reached_by[p] == reached_by[q])
    for p in range(len(weight)):
        assert (of_point[p] < 0) == (weight[p] <= 0 or not reached_by[p])
    number = [cell for cell in dict.fromkeys(of_point.tolist()) if cell >= 0]
    assert number == list(range(merged.count))  # numbered by their first point, whatever the threads
    new_indptr, new_demand = merged.pairs.indptr, merged.pairs.demand
    for s, one in enumerate(sets):
        kept = new_demand[new_indptr[s] : new_indptr[s + 1]].tolist()
        assert kept == sorted({int(of_point[p]) for p in one if of_point[p] >= 0})
    by_cell = [sum(weight[p] for p in range(len(weight)) if of_point[p] == cell) for cell in number]
    assert merged.sums(weight).tolist() == by_cell


@SHORT
@given(cover=covers())
def test_cells_that_one_site_reaches_alone_become_its_own_weight(cover):
    sets, weight, indptr, demand = cover
    shared, own, new_indptr, new_demand = _cover.shared_cells(indptr, demand, weight)
    often = [sum(p in one for one in sets) for p in range(len(weight))]
    assert shared.tolist() == [count >= 2 for count in often]
    at = np.flatnonzero(shared)
    for s, one in enumerate(sets):
        assert own[s] == sum(weight[p] for p in one if often[p] == 1)
        assert at[new_demand[new_indptr[s] : new_indptr[s + 1]]].tolist() == sorted(
            p for p in one if often[p] >= 2
        )


@SHORT
@given(cover=covers())
def test_dominated_sites(cover):
    sets, weight, indptr, demand = cover
    start, site_of = _cover.transpose(indptr, demand, len(weight))
    found = _cover.dominated_sites(indptr, demand, start, site_of)
    for s, one in enumerate(sets):
        better = any(
            one <= other and (len(one) < len(other) or t < s) for t, other in enumerate(sets) if t != s
        )
        assert found[s] == (better or not one)


@SHORT
@given(cover=covers(), data=st.data())
def test_greedy_swaps_and_bounds_enclose_the_optimum(cover, data):
    sets, weight, indptr, demand = cover
    weight = weight + 1
    start, site_of = _cover.transpose(indptr, demand, len(weight))
    own = np.zeros(len(sets))
    count = data.draw(st.integers(1, len(sets)))
    best = max(
        sum(weight[p] for p in set().union(*(sets[s] for s in some)))
        for some in itertools.combinations(range(len(sets)), count)
    )
    chosen, value = _greedy.lazy_greedy(indptr, demand, weight, own, count, np.inf)
    greedy = value[-1] if len(value) else 0.0
    assert (1 - 1 / math.e) * best - 1e-9 <= greedy <= best
    arrays = _swap.Cover(indptr, demand, start, site_of, weight, own)
    if len(chosen) == count:
        improved, after = _swap.local_search(arrays, chosen)
        assert greedy <= after <= best
        assert after == sum(weight[p] for p in set().union(*(sets[s] for s in improved)))
        random = np.array([88_172_645_463_325_252], dtype=np.int64)
        walked, walked_value, _ = _swap.iterate(arrays, chosen, random, 10, np.inf)
        assert after <= walked_value <= best
        assert walked_value == sum(weight[p] for p in set().union(*(sets[s] for s in walked)))
    prices = np.array(data.draw(st.lists(st.floats(0, 1), min_size=len(weight), max_size=len(weight))))
    assert _bound.bounds_by_number(indptr, demand, weight, own, prices * weight)[count] >= best - 1e-9


@SHORT
@given(cover=covers(), data=st.data())
def test_bound_of_a_branch_holds_for_the_branch(cover, data):
    sets, weight, indptr, demand = cover
    weight = weight + 1
    count = data.draw(st.integers(1, len(sets)))
    fixed = np.array(
        data.draw(st.lists(st.sampled_from([-1, 0, 0, 1]), min_size=len(sets), max_size=len(sets)))
    )
    values = [
        sum(weight[p] for p in set().union(*(sets[s] for s in some)))
        for some in itertools.combinations(range(len(sets)), count)
        if all(fixed[s] != 1 for s in range(len(sets)) if s not in some) and all(fixed[s] != -1 for s in some)
    ]
    if not values or (fixed == 1).sum() > count:
        return
    runs = _cover.runs_of(indptr, demand, data.draw(st.sampled_from([0, len(demand)])))
    bound, *_ = _bound.node_bound(
        _bound.Reach(indptr, demand, *runs),
        weight,
        np.zeros(len(sets)),
        count,
        0.0,
        0.0,
        fixed.astype(np.int8),
        weight * 0.5,
        1.0,
        30,
    )
    assert bound >= max(values) - 1e-9


@SHORT
@given(cover=covers())
def test_runs_are_the_cells_of_each_site(cover):
    sets, _, indptr, demand = cover
    start, runs = _cover.runs_of(indptr, demand, len(demand))
    for site, some in enumerate(sets):
        mine = runs[start[site] : start[site + 1]].tolist()
        assert [cell for first, behind in mine for cell in range(first, behind)] == sorted(some)
        assert all(behind < first for (_, behind), (first, _) in itertools.pairwise(mine))
    assert len(runs) == 0 or len(_cover.runs_of(indptr, demand, len(runs) - 1)[1]) == 0


def test_descents_by_runs_and_by_pairs_come_to_the_same_bounds():
    random = np.random.default_rng(5)
    middle = random.integers(0, 200, 40)
    sets = [range(max(0, at - 9), min(200, at + 9)) for at in middle]
    indptr = np.concatenate(([0], np.cumsum([len(cells) for cells in sets]))).astype(np.int64)
    demand = np.concatenate([np.array(cells, dtype=np.int32) for cells in sets])
    weight, own = random.integers(1, 50, 200).astype(float), np.zeros(40)
    bounds = []
    for most in (0, len(demand)):
        reach = _bound.Reach(indptr, demand, *_cover.runs_of(indptr, demand, most))
        state = (weight * 0.5, np.zeros(200), weight * 0.5, np.zeros(40), np.zeros(40))
        bounds.append(
            _bound.descend(reach, weight, own, 5, 0.0, 0.0, *state, np.inf, 1.0, 20, True, 0.85, 10)[0]
        )
    assert len(reach.runs) == 40
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-9)


def test_ids_and_row_order_change_nothing():
    problem = town(30, 200, 4.0, Number(4, 4), seed=6)
    small = plain_cover(problem, problem.weight)
    assert small.sites <= 30
    straight = solve(problem)
    reach = Reach(
        tuple(f"z{k:02d}" for k in range(30)),
        problem.points.ids,
        problem.pairs.indptr,
        problem.pairs.demand,
        np.rint(problem.pairs.cost * 1000).astype(np.int32),
        10_000,
    )
    renamed = MCLP.from_reach(reach, weights=problem.weight, service_radius=10_000, p_facilities=4).solve()
    assert [site[1:] for site in renamed.selected] == [site[-2:] for site in straight.chosen]
    turned = Reach(
        tuple(f"a{29 - k:02d}" for k in range(30)),
        reach.demand_ids,
        reach.indptr,
        reach.demand,
        reach.times_ms,
        10_000,
    )
    other = MCLP.from_reach(turned, weights=problem.weight, service_radius=10_000, p_facilities=4).solve()
    assert other.objective == straight.objective
    assert other.solution.status == "optimal"


def test_zero_minutes_and_absence_stay_different():
    """A site at the demand point counts (R1); a pair that is absent does not."""
    reach = Reach(
        ("x", "y"),
        ("a", "b", "c"),
        np.array([0, 1, 3]),
        np.array([0, 1, 2], np.int32),
        np.array([0, 5, 7], np.int32),
        9,
    )
    answer = MCLP.from_reach(reach, weights=[5, 1, 1], service_radius=5, p_facilities=1).solve()
    assert answer.selected == ("x",)
    assert answer.objective == 5
    assert answer.cli2fac == {"a": ("x",), "b": (), "c": ()}
    both = PCenter.from_reach(reach, p_facilities=2).solve()
    assert both.objective == 7


def test_people_of_the_buffer_count_nothing():
    demand = toytown.demand()
    inside = np.arange(demand.points) != 7
    points = from_demand(dataclasses.replace(demand, inside=inside))
    assert points.ids == tuple(demand.ids)
    assert points.weights["total"].sum() == 240
    assert points.weights["age_60_plus"][7] == 0
