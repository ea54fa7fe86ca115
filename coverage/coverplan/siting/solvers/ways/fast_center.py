"""The fast road for large p-centers: bisection where covering bounds and greedy sets answer most of the questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from coverplan.siting.limit import Number
from coverplan.siting.objective import ShortestLongestWalk
from coverplan.siting.problem import Problem
from coverplan.siting.solvers._exact import feasible
from coverplan.siting.solvers.covering import _greedy
from coverplan.siting.solvers.covering.cover_search import search_cover
from coverplan.siting.solvers.covering.cover_state import CoverSearch, filled
from coverplan.siting.solvers.covering.plain_cover import plain_cover
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import BoolArray, Int64Array

SMALL_PAIRS = 20_000  # up to here HiGHS is asked at once


def asks_center(problem: Problem) -> bool:
    """Plain p-center, large enough for the fast road."""
    number = problem.first_limit(Number)
    return (
        [type(objective) for objective in problem.objectives] == [ShortestLongestWalk]
        and [type(limit) for limit in problem.limits] == [Number]
        and number is not None
        and number.at_most is not None
        and number.at_most > int(problem.sites.has_status("required").sum())
        and not problem.sites.has_status("closing").any()
        and len(problem.pairs.demand) > SMALL_PAIRS
    )


def shortest_longest_walk(problem: Problem, search: Search, watch: Watch) -> Found:
    """Shortest longest walk with a number of sites: the smallest cost within which that many sites reach everybody."""
    pairs = problem.pairs.of_sites(problem.allowed)
    costs, needed = pairs.costs(), problem.weight > 0
    shortest = np.full(problem.points.count, np.inf)
    np.minimum.at(shortest, pairs.demand, costs)
    steps = np.unique(costs[costs >= shortest[needed].max()])
    low, high, best = 0, len(steps), None
    stopped_by = None
    while low < high:
        middle = (low + high) // 2 if best is not None else high - 1
        answer, known = _reaches_all(problem, float(steps[middle]), search, watch)
        if answer is not None:
            best, high = answer, middle
        elif known:
            low = middle + 1
            if best is None:
                return Found(None, (None,), "center", infeasible=True)
        else:
            stopped_by = watch.stopped_by() or "effort"
            break
        watch.tell(float(steps[high]) if best is not None else None, float(steps[min(low, len(steps) - 1)]))
        if best is not None and low < high and steps[high] - steps[low] <= search.gap * steps[high]:
            stopped_by = "gap"
            break
    return Found(best, (float(steps[min(low, len(steps) - 1)]),), "center", stopped_by=stopped_by)


def _reaches_all(
    problem: Problem, longest: float, search: Search, watch: Watch
) -> tuple[BoolArray | None, bool]:
    """Sites within `longest` of everybody, or None, and whether the answer is proven."""
    limit = problem.first_limit(Number)
    assert limit is not None
    assert limit.at_most is not None
    within = replace(problem, pairs=problem.pairs.within(longest))
    everyone = (problem.weight > 0).astype(np.float64)
    small = plain_cover(within, everyone)
    total = float(everyone.sum()) - small.covered
    required = int(problem.sites.has_status("required").sum())
    count = min(limit.at_most - required, small.sites)
    if total <= 0:
        return _opened(problem, np.zeros(0, dtype=np.int64), limit.at_least - required), True
    if float(small.weight.sum() + small.own.sum()) < total:
        return None, True
    chosen, value = _greedy.lazy_greedy(
        small.indptr, small.demand, small.weight, small.own, small.sites, total
    )
    if len(chosen) > count:
        brief = Search(seed=search.seed, threads=search.threads)  # the watch keeps to the time limit
        state = CoverSearch(small, count, brief, watch, target=total, most_batches=20)
        search_cover(state, filled(chosen, count, small.sites))
        chosen, value = state.chosen, np.array([state.value])
        if state.bound <= state.enough:
            return None, True
    if len(value) and value[-1] >= total:
        return _opened(problem, small.site[chosen], limit.at_least - required), True
    run, formulation = feasible(problem, search, watch, longest, [])
    return (None, run.infeasible) if run.values is None else (run.values[formulation.open] > 0.5, True)


def _opened(problem: Problem, chosen: Int64Array, at_least: int) -> BoolArray:
    """Shape (sites,): what stands, the chosen candidates, and more where so many are asked for at least."""
    open_site = problem.sites.fixed_open
    open_site[chosen] = True
    spare = np.flatnonzero(problem.sites.has_status("candidate") & ~open_site)
    open_site[spare[: max(0, at_least - len(chosen))]] = True
    return open_site
