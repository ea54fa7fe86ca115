"""A seeded sample of what `bench/fuzz_siting.py` asks, and the questions that once were answered wrongly."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from coverplan.siting.limit import Capacity, Number
from coverplan.siting.objective import LeastPersonTime, MostPeople
from coverplan.siting.presets import MCLP, PCenter
from coverplan.siting.solve import solve
from coverplan.siting.solvers.compiling import without_compiling
from coverplan.siting.solvers.first_answers import first_answer
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.wording import sentence
from siting.random_covers import PARTS, fuzz_cover
from siting.random_medians import fuzz_median
from siting.random_questions import fuzz_one, roads_for_small_questions
from siting.random_tables import fuzz_tables
from siting.test_fast_cover import town
from siting.toy_siting import toy


def test_a_seeded_sample():
    assert sum(fuzz_one(seed) for seed in range(100)) > 80


@pytest.mark.parametrize("seed", range(12))
def test_a_seeded_sample_of_tables(seed):
    fuzz_tables(seed)


def test_a_seeded_sample_of_coverings_reaches_every_part_of_the_search():
    asked: Counter[str] = sum((fuzz_cover(seed) for seed in range(30)), Counter())
    assert set(asked) == PARTS


@pytest.mark.parametrize("seed", [3, 14, 40])
def test_medians_asked_with_a_gap_are_bounded_by_the_best(seed):
    fuzz_median(seed)


@pytest.mark.parametrize("seed", [6000746, 7001299])
def test_coverings_that_once_were_answered_wrongly(seed):
    """Sites dropped by a bound that was not their prices'; a bound below those of sites dropped for a gap."""
    fuzz_cover(seed)


@pytest.mark.parametrize("seed", [6, 799, 1022, 3320, 3567, 503093, 504116, 507990, 513158])
def test_questions_that_once_were_answered_wrongly(seed):
    fuzz_one(seed)


def test_a_branch_whose_free_sites_are_all_priced_out_is_closed():
    near = [[1, 1, 0, 1], [0, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1], [1, 1, 0, 0], [0, 0, 0, 1], [0, 1, 1, 0], [1, 0, 0, 1]]  # fmt: skip
    costs = 1.0 - np.array(near)
    weights = [68, 62, 62, 38, 62, 19, 28, 59]
    answer = MCLP.from_cost_matrix(costs, weights=weights, service_radius=0, p_facilities=2).solve()
    assert (answer.objective, answer.solution.bound, answer.solution.status) == (341, 341, "optimal")


@pytest.mark.parametrize("method", ["auto", "exact"])
@pytest.mark.parametrize("limit_s", [1e-9, 1e-3])
def test_an_answer_and_a_bound_from_the_first_moment(method, limit_s):
    for objective, limits in (
        (MostPeople(), (Number(12, 12),)),
        (LeastPersonTime(30.0), (Number(12, 12),)),
        (MostPeople(), (Number(12, 12), Capacity())),
    ):
        problem = town(60, 1500, 3.0, *limits, seed=5, objective=objective)
        with roads_for_small_questions():
            answer = solve(problem, Search(time_limit_s=limit_s), method=method)
        assert answer.has_answer
        assert np.isfinite(answer.bound)
        assert answer.bound <= problem.weight.sum() * 30
        assert sentence(answer.message, "en")
        assert sentence(answer.message, "zh")
        assert first_answer(problem) is not None


def test_p_center_without_time():
    costs = np.random.default_rng(1).integers(1, 99, (150, 150)).astype(float)
    answer = PCenter.from_cost_matrix(costs, p_facilities=5).solve(Search(time_limit_s=1e-9))
    assert answer.solution.status == "stopped"
    assert answer.solution.bound <= answer.objective <= costs.max()


def test_everybody_reached_is_proven_at_once():
    """No bound lies above what is in reach at all."""
    problem = town(80, 2000, 9.0, Number(60, 60), seed=3)
    answer = solve(problem, Search(time_limit_s=1e-9))
    assert answer.status == "optimal"
    assert answer.objective == problem.weight.sum()


def test_within_gap_counts_those_who_are_left_out():
    """Nearly everybody is left out, so that the constant is most of the objective."""
    problem = toy(Number(1, 1), objective=LeastPersonTime(unserved=30.0))
    answer = solve(problem, Search(gap=0.01), method="exact")
    assert answer.gap <= 0.01


def test_compiling_does_not_count(monkeypatch):
    """On a clock that goes on only while a function is compiled."""
    from numba import njit
    from numba.extending import overload

    now = [0.0]

    def named() -> None: ...

    @overload(named)
    def typed():
        now[0] += 30.0
        return lambda: None

    def caller() -> None:
        named()

    watch = Watch(Search(time_limit_s=5.0), started=0.0)
    monkeypatch.setattr("time.perf_counter", lambda: now[0])
    with without_compiling(watch):
        njit(caller)()
    assert watch.aside == now[0] >= 30.0
    assert watch.seconds == 0.0
