"""Rows over odd numbers of cells: they hold for every whole answer, and bring the bound below the relaxation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from coverplan.siting.limit import Number
from coverplan.siting.objective import MostPeople
from coverplan.siting.pairs import from_coordinates
from coverplan.siting.points import make_points
from coverplan.siting.problem import make_problem
from coverplan.siting.sites import make_sites
from coverplan.siting.solve import solve
from coverplan.siting.solvers.covering import cover_search
from coverplan.siting.solvers.covering.cover_branch import branch
from coverplan.siting.solvers.covering.cover_state import CoverSearch
from coverplan.siting.solvers.covering.odd_rows import tighten
from coverplan.siting.solvers.covering.plain_cover import plain_cover
from coverplan.siting.solvers.covering.relaxation import Inside, Matrix, relaxed_at, rows_of
from coverplan.siting.solvers.search import Search, Watch


def town(sites, points, radius, count, seed):
    rng = np.random.default_rng(seed)
    return make_problem(
        make_sites(tuple(f"s{k:05d}" for k in range(sites))),
        make_points(tuple(f"p{k:06d}" for k in range(points)), rng.integers(1, 101, points).astype(float)),
        from_coordinates(rng.uniform(0, 30, (sites, 2)), rng.uniform(0, 30, (points, 2)), limit=radius),
        objectives=(MostPeople(),),
        limits=(Number(count, count),),
        standard=radius,
    )


def reaches(small):
    shape = (len(small.weight), small.sites)
    return Matrix((np.ones(len(small.site_of)), small.site_of, small.start), shape=shape)


def relaxation_by_scipy(small, count):
    """The linear relaxation written down and solved by somebody else."""
    table = reaches(small).toarray()
    cells, sites = table.shape
    answer = linprog(
        -np.concatenate((small.own, small.weight)),
        A_ub=np.hstack((-table, np.eye(cells))),
        b_ub=np.zeros(cells),
        A_eq=np.concatenate((np.ones(sites), np.zeros(cells)))[None],
        b_eq=[count],
        bounds=(0, 1),
    )
    return -answer.fun


def begun(problem, count, seed=0, threads=1):
    """A search that has a greedy answer and rough prices."""
    small = plain_cover(problem, problem.weight)
    search = Search(seed=seed, threads=threads)
    state = CoverSearch(small, count, search, Watch(search))
    state.bound = small.plain_bound(count)
    with ThreadPoolExecutor(1) as workers:
        cover_search._first_answer(state, None)
        cover_search._descend(state, workers, cover_search.QUICK)
    return state


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_choice_of_whole_sites_keeps_to_every_row(data):
    sites = data.draw(st.integers(1, 7))
    row = st.lists(st.booleans(), min_size=sites, max_size=sites)
    table = np.array(data.draw(st.lists(row, min_size=3, max_size=6)), dtype=float)
    triples = np.array(list(combinations(range(len(table)), 3)), dtype=np.int32)
    rows = rows_of(triples, Matrix(table))
    for chosen in range(2**sites):
        open_site = np.array([chosen >> k & 1 for k in range(sites)], dtype=float)
        covered = (table @ open_site > 0).astype(float)
        assert (rows.cells @ covered <= 1 + rows.sites @ open_site).all()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), count=st.integers(1, 5))
def test_any_prices_give_a_bound_that_holds(seed, count):
    rng = np.random.default_rng(seed)
    problem = town(12, 40, 9.0, count, seed)
    small = plain_cover(problem, problem.weight)
    if not 0 < count < small.sites or len(small.weight) < 3:
        return
    triples = np.array(list(combinations(range(len(small.weight)), 3))[:: 1 + seed % 50], dtype=np.int32)
    rows = rows_of(triples, reaches(small))
    prices = (
        rng.uniform(0, 150, len(small.weight)),
        rng.uniform(0, 30, rows.count) * (rng.random(rows.count) < 0.1),
    )
    relaxed = relaxed_at(
        small, rows, Inside(np.zeros(small.sites), np.zeros(len(small.weight)), *prices), count
    )
    for chosen in combinations(range(small.sites), count):
        sites = np.array(chosen, dtype=np.int32)
        value = small.value(sites)
        assert value <= relaxed.bound
        # and the question that branches go on with counts every answer at least as high
        assert value <= relaxed.small.value(sites) + relaxed.constant + 1e-9


@pytest.mark.parametrize("seed", range(3))
def test_bounds_lie_between_the_best_answer_and_the_relaxation(seed):
    count = 6
    problem = town(60, 500, 5.0, count, seed)
    state = begun(problem, count)
    small = state.small
    with ThreadPoolExecutor(1) as workers:
        relaxed = tighten(state, workers)
    best = solve(problem, method="exact").objective - small.covered
    loose = relaxation_by_scipy(small, count)
    assert best <= state.bound <= loose + 1e-5 * loose
    assert state.value <= best
    assert relaxed is not None
    if best < loose * 0.999:
        assert state.bound < loose - 0.1 * (loose - best)


def test_branches_of_the_other_question_end_at_the_best_answer():
    count = 6
    for seed in range(3):
        problem = town(50, 400, 4.5, count, seed + 50)
        state = begun(problem, count)
        with ThreadPoolExecutor(1) as workers:
            relaxed = tighten(state, workers)
            if not state.over:
                branch(state, workers, relaxed=relaxed)
        assert (
            state.value
            == state.closed_at(state.bound)
            == solve(problem, method="exact").objective - state.small.covered
        )


def test_threads_change_nothing():
    problem = town(60, 500, 5.0, 6, 1)
    ends = []
    for threads in (1, 2):
        state = begun(problem, 6, threads=threads)
        with ThreadPoolExecutor(threads) as workers:
            tighten(state, workers)
        ends.append((state.bound, state.value, state.chosen.tolist()))
    assert ends[0] == ends[1]


def test_no_time_left_leaves_what_is_known():
    problem = town(60, 500, 5.0, 6, 1)
    state = begun(problem, 6)
    search = Search(time_limit_s=1e-9)
    state.watch = Watch(search)
    known = state.bound, state.value
    with ThreadPoolExecutor(1) as workers:
        assert tighten(state, workers) is None
    assert (state.bound, state.value) == known
