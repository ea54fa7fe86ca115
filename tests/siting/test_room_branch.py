"""Branches over the sites of a p-median with capacities: closed at what another solver finds."""

from __future__ import annotations

import numpy as np
import pytest

from coverplan.siting.solvers.capacities import room_branch
from coverplan.siting.solvers.capacities.fast_rooms import RoomSearch
from coverplan.siting.solvers.search import Search, Watch
from siting.test_fast_rooms import by_scipy, town


def looked(problem, *, threads=1, **asked):
    search = Search(threads=threads, **asked)
    state = RoomSearch(problem, search, Watch(search))
    state.look()
    return state


@pytest.mark.parametrize(("single", "standing"), [(True, 0), (True, 1), (False, 0)])
@pytest.mark.parametrize("seed", range(3))
def test_branches_close_at_the_best_answer(seed, single, standing):
    problem, dear, people, room = town(seed, sites=12, points=24, count=4, single=single, standing=standing)
    state = looked(problem)
    if not state.known:
        pytest.skip("no answer was found to begin with")
    assert room_branch.close_branches(state)
    if not standing:
        best = by_scipy(dear, people, room, 4, single=single)
        assert state.value == pytest.approx(best, rel=1e-6)
    assert state.bound >= state.enough
    assert state.bound <= state.value * (1 + 1e-12)


def test_the_bound_is_never_above_the_best_answer_when_it_is_stopped(monkeypatch):
    monkeypatch.setattr(room_branch, "MOST_NODES", 7)
    for seed in range(4):
        problem, dear, people, room = town(seed + 10, sites=14, points=26, count=4)
        state = looked(problem)
        room_branch.close_branches(state)
        best = by_scipy(dear, people, room, 4, single=True)
        assert state.bound <= best + 1e-6 * best
        assert state.value >= best - 1e-6 * best


def test_threads_change_nothing():
    ends = []
    for threads in (1, 2):
        problem, *_ = town(3, sites=14, points=26, count=4)
        state = looked(problem, threads=threads)
        room_branch.close_branches(state)
        ends.append((state.value, state.bound, state.chosen.tolist(), state.goes.tolist()))
    assert ends[0] == ends[1]


def test_nobody_is_left_out_of_a_branch_with_too_few_sites():
    problem, *_ = town(0, sites=12, points=24, count=4)
    state = looked(problem)
    fixed = np.full(12, -1, dtype=np.int8)
    fixed[:3] = 1
    few = room_branch._evaluate(state, fixed, state.price, rounds=5, pace=0.1)
    assert few.bound == state.enough
