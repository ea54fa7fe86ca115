"""The fast road for p-medians: Lagrangian bounds, swaps and branches."""

from __future__ import annotations

import numpy as np

from coverplan.siting.check import nearest_ways
from coverplan.siting.limit import Number
from coverplan.siting.objective import LeastPersonTime
from coverplan.siting.pairs import Pairs
from coverplan.siting.problem import Problem
from coverplan.siting.solvers._exact import solve_exact
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.solvers.ways.median_search import search_median
from coverplan.siting.solvers.ways.median_state import MedianSearch
from coverplan.units import BoolArray, FloatArray, Int64Array

SMALL_PAIRS = 5_000  # up to here HiGHS is asked at once


def asks_median(problem: Problem) -> bool:
    """Plain p-median, large enough for the fast road."""
    return (
        [type(objective) for objective in problem.objectives] == [LeastPersonTime]
        and [type(limit) for limit in problem.limits] == [Number]
        and not problem.sites.has_status("closing").any()
        and len(problem.pairs.demand) > SMALL_PAIRS
        and min(_number(problem), int(problem.sites.has_status("candidate").sum())) > 0
    )


def least_person_time(problem: Problem, search: Search, watch: Watch) -> Found:
    """Least person-time with a number of sites, with a proven bound."""
    objective = problem.objectives[0]
    assert isinstance(objective, LeastPersonTime)
    candidates = np.flatnonzero(problem.sites.has_status("candidate"))
    pairs = _pairs_of(problem, candidates)
    count = min(_number(problem), len(candidates))
    weight, cost = problem.weight, pairs.costs()
    standing = np.where(weight > 0, nearest_ways(problem, problem.sites.fixed_open).cost, 0.0)
    left, ceiling = _left_out(objective, weight, cost, standing)
    whole = all(
        bool(np.all(one == np.floor(one)))
        for one in (weight, problem.pairs.costs(), np.array([objective.unserved or 0.0]))
    )
    state = MedianSearch(pairs, cost, weight, left, ceiling, count, whole, search, watch)
    search_median(state)
    everybody = objective.unserved is not None or _reaches_all(state, np.isfinite(standing))
    dearest = np.maximum(_dearest(pairs, cost), np.where(np.isfinite(standing), standing, 0.0))
    if not everybody and state.bound > float(weight @ dearest) * (1 + 1e-9):
        return Found(None, (None,), "median", infeasible=True)
    open_site = problem.sites.fixed_open
    open_site[candidates[state.chosen]] = True
    if not everybody and not watch.stopped_by():
        return solve_exact(problem, search, watch)
    bound = min(state.bound, state.value) if everybody else state.bound
    return Found(open_site if everybody else None, (bound,), "median", stopped_by=state.stopped_by)


def _left_out(
    objective: LeastPersonTime, weight: FloatArray, cost: FloatArray, standing: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Shape (points,) each: what a person costs whom no chosen site serves, and the highest price of a point."""
    if objective.unserved is not None:
        each = np.minimum(standing, objective.unserved)
        return each, weight * each
    # nobody may be left out: dearer than any way that exists, so that swaps first bring everybody in
    dear = 1.0 + 2.0 * float(cost.max(initial=0.0)) * max(1.0, float(weight.sum() / weight[weight > 0].min()))
    served = np.isfinite(standing)
    ceiling = np.where(served, weight * np.where(served, standing, 0.0), np.inf)
    return np.where(served, standing, dear), ceiling


def _dearest(pairs: Pairs, cost: FloatArray) -> FloatArray:
    """Shape (points,): cost of the way to the furthest site that reaches the point."""
    dearest = np.zeros(pairs.demand_points)
    np.maximum.at(dearest, pairs.demand, cost)
    return dearest


def _reaches_all(state: MedianSearch, served: BoolArray) -> bool:
    reached = served.copy()
    for site in state.chosen:
        reached[state.pairs.demand[state.pairs.indptr[site] : state.pairs.indptr[site + 1]]] = True
    return bool(reached[state.weight > 0].all())


def _pairs_of(problem: Problem, sites: Int64Array) -> Pairs:
    if len(sites) == problem.sites.count:
        return problem.pairs
    mask = np.zeros(problem.sites.count, dtype=bool)
    mask[sites] = True
    some = problem.pairs.of_sites(mask)
    indptr = np.concatenate((some.indptr[:-1][mask], some.indptr[-1:]))
    return Pairs(indptr, some.demand, some.cost, some.demand_points)


def _number(problem: Problem) -> int:
    """How many candidates may be opened."""
    limit = problem.first_limit(Number)
    assert limit is not None
    required = int(problem.sites.has_status("required").sum())
    return problem.sites.count if limit.at_most is None else limit.at_most - required
