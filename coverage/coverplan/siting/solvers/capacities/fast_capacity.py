"""The fast road for large maximal covering with capacities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coverplan.siting.limit import Capacity, Number
from coverplan.siting.objective import MostPeople
from coverplan.siting.problem import Problem
from coverplan.siting.sites import SiteStatus
from coverplan.siting.solvers._exact import solve_exact
from coverplan.siting.solvers.capacities import _capacity
from coverplan.siting.solvers.cells import merge
from coverplan.siting.solvers.covering import _cover
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.plain_bounds import plain_bound
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import Int32Array

SMALL_PAIRS = 20_000  # up to here HiGHS is asked at once
ROUND, MOST_ROUNDS = 20, 40
MORE_ROUNDS = 400  # swaps that are tried when the bound moves no more and there is time left
TRIES = 1_500


def asks_capacity(problem: Problem) -> bool:
    """Most people served with a number of sites of limited room, large enough for the fast road."""
    capacity, number = problem.capacity, problem.first_limit(Number)
    return (
        [type(objective) for objective in problem.objectives] == [MostPeople]
        and {type(limit) for limit in problem.limits} == {Number, Capacity}
        and len(problem.limits) == 2
        and capacity is not None
        and capacity.assignment == "free"
        and not capacity.single_source
        and number is not None
        and 0 < _free_number(problem) < int(problem.sites.has_status("candidate").sum())
        and not problem.sites.has_status("closing").any()
        and len(problem.pairs.demand) > SMALL_PAIRS
    )


def _free_number(problem: Problem) -> int:
    """How many candidates may be opened."""
    number = problem.first_limit(Number)
    assert number is not None
    required = int(problem.sites.has_status("required").sum())
    return -1 if number.at_most is None else number.at_most - required


def most_served(problem: Problem, search: Search, watch: Watch) -> Found:
    """Most people served with a number of sites, with a proven bound; who goes where is settled exactly."""
    fixed = problem.sites.fixed_open
    always = np.flatnonzero(fixed).astype(np.int32)
    free = _free_number(problem)
    candidates = int(problem.sites.has_status("candidate").sum())
    cells = merge(problem.pairs.of_sites(problem.allowed), problem.weight <= 0)
    pairs, weight = cells.pairs, cells.sums(problem.weight)
    start, site_of = _cover.transpose(pairs.indptr, pairs.demand, cells.count)
    room = np.where(problem.allowed, np.minimum(problem.sites.capacity, problem.weight.sum()), 0.0)
    shape = (pairs.indptr, pairs.demand, start, site_of, weight, room)
    price, direction, often = np.zeros(cells.count), np.zeros(cells.count), np.zeros(pairs.sites)
    random = np.random.default_rng(search.seed)
    bound, pace, done = np.inf, 1.0, False
    best = np.concatenate((always, _by_reach(problem, free)))
    value, stopped_by = -np.inf, watch.stopped_by()
    turn = 0
    while stopped_by is None and (turn < MOST_ROUNDS or search.time_limit_s is not None):
        goal = max(value, 0.0)
        if not done:
            bound, pace, done = _capacity.descend(
                pairs.indptr, pairs.demand, weight, room, fixed, free + len(always), goal, value * (1 + search.gap),
                price, direction, often, bound, pace, ROUND, turn > 0,
            )  # fmt: skip
        elif turn >= MOST_ROUNDS + MORE_ROUNDS:
            break
        first = best if turn % 2 or done else np.concatenate((always, _top(often, free, problem)))
        pool = _top(often, min(candidates, 4 * free + 20), problem)
        draws = np.column_stack([random.integers(0, size, TRIES) for size in (free, len(pool))])
        draws[:, 0] += len(always)
        chosen, served = _capacity.swap_by_chance(*shape, first, pool, draws.astype(np.int32))
        if served > value:
            best, value = chosen, served
        watch.tell(value, bound)
        stopped_by = "gap" if bound <= value * (1 + search.gap) else watch.stopped_by()
        turn += 1
        if done and search.time_limit_s is None:
            break
    return _settled(
        problem, best, min(bound, plain_bound(problem, MostPeople())), stopped_by or "effort", search
    )


def _top(often: np.ndarray, count: int, problem: Problem) -> Int32Array:
    """Candidates that the bound chose most often."""
    rank = np.where(problem.sites.has_status("candidate"), -often, np.inf)
    return np.argsort(rank, kind="stable")[:count].astype(np.int32)


def _by_reach(problem: Problem, count: int) -> Int32Array:
    """Candidates that could serve most people by themselves."""
    pairs = problem.pairs
    alone = np.bincount(
        pairs.site_of_pair(), weights=problem.weight[pairs.demand], minlength=pairs.sites
    ).astype(np.float64)
    return _top(np.minimum(alone, problem.sites.capacity), count, problem)


def _settled(problem: Problem, chosen: Int32Array, bound: float, stopped_by: str, search: Search) -> Found:
    """Best assignment to the chosen sites, a linear programme."""
    status: list[SiteStatus] = ["forbidden"] * problem.sites.count
    for site in chosen:
        status[site] = "existing"
    sites = replace(problem.sites, status=tuple(status))
    fixed = replace(problem, sites=sites, limits=problem.limits_of(Capacity))
    quiet = Search(seed=search.seed)
    found = solve_exact(fixed, quiet, Watch(quiet))
    return replace(found, bounds=(bound,), method="capacity", stopped_by=stopped_by)
