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
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import Int32Array

SMALL_PAIRS = 20_000  # up to here HiGHS is asked at once
ROUND, MOST_ROUNDS = 20, 40
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
        and 0 < (number.at_most or 0) < int(problem.sites.has_status("candidate").sum())
        and set(problem.sites.status) <= {"candidate", "forbidden"}
        and len(problem.pairs.demand) > SMALL_PAIRS
    )


def most_served(problem: Problem, search: Search, watch: Watch) -> Found:
    """Most people served with a number of sites, with a proven bound; who goes where is settled exactly."""
    number = problem.first_limit(Number)
    assert number is not None
    assert number.at_most is not None
    count = number.at_most
    cells = merge(problem.pairs.of_sites(problem.allowed), problem.weight <= 0)
    pairs, weight = cells.pairs, cells.sums(problem.weight)
    start, site_of = _cover.transpose(pairs.indptr, pairs.demand, cells.count)
    room = np.where(problem.allowed, np.minimum(problem.sites.capacity, problem.weight.sum()), 0.0)
    shape = (pairs.indptr, pairs.demand, start, site_of, weight, room)
    price, direction, often = np.zeros(cells.count), np.zeros(cells.count), np.zeros(pairs.sites)
    random = np.random.default_rng(search.seed)
    bound, pace, done = np.inf, 1.0, False
    best, value, stopped_by = np.zeros(0, dtype=np.int32), -np.inf, None
    for turn in range(MOST_ROUNDS):
        goal = max(value, 0.0)
        bound, pace, done = _capacity.descend(
            pairs.indptr, pairs.demand, weight, room, count, goal, value * (1 + search.gap),
            price, direction, often, bound, pace, ROUND, turn > 0,
        )  # fmt: skip
        first = best if turn % 2 and len(best) else _top(often, count, problem)
        pool = _top(often, min(pairs.sites, 4 * count + 20), problem)
        draws = np.column_stack([random.integers(0, size, TRIES) for size in (count, len(pool))])
        chosen, served = _capacity.swap_by_chance(*shape, first, pool, draws.astype(np.int32))
        if served > value:
            best, value = chosen, served
        watch.tell(value, bound)
        stopped_by = "gap" if bound <= value * (1 + search.gap) else watch.stopped_by()
        if stopped_by or done:
            break
    return _settled(problem, best, bound, stopped_by or "effort", search)


def _top(often: np.ndarray, count: int, problem: Problem) -> Int32Array:
    rank = np.where(problem.allowed, -often, np.inf)
    return np.argsort(rank, kind="stable")[:count].astype(np.int32)


def _settled(problem: Problem, chosen: Int32Array, bound: float, stopped_by: str, search: Search) -> Found:
    """Best assignment to the chosen sites, a linear programme."""
    status: list[SiteStatus] = ["forbidden"] * problem.sites.count
    for site in chosen:
        status[site] = "required"
    fixed = replace(problem, sites=replace(problem.sites, status=tuple(status)))
    quiet = Search(seed=search.seed)
    found = solve_exact(fixed, quiet, Watch(quiet))
    return replace(found, bounds=(bound,), method="capacity", stopped_by=stopped_by)
