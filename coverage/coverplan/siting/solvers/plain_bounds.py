"""What no answer can better, known before any search: who is in reach at all, and how near the nearest site of all is."""

from __future__ import annotations

import numpy as np

from coverplan.siting.limit import Number
from coverplan.siting.objective import (
    Fairest,
    FewestSites,
    LeastCost,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostExpected,
    MostNet,
    MostPeople,
    Objective,
    Sense,
    ShortestLongestWalk,
)
from coverplan.siting.problem import Problem
from coverplan.units import FloatArray, Int64Array


def plain_bound(problem: Problem, objective: Objective) -> float:  # noqa: C901, PLR0911
    """Bound on an objective that needs no search: no answer to the question is better than this.

    Returns
    -------
    float
        In the unit of the objective; infinite where everybody must have a way and somebody has none.
    """
    match objective:
        case MostPeople():
            return min(_in_reach(problem), _best_few(problem), _room(problem))
        case MostBackup(least):
            return float(problem.weight[_times_in_reach(problem) >= least].sum())
        case MostNet(against):
            return min(_in_reach(problem), _best_few(problem)) - _touched(problem, against)
        case MostExpected(busy):
            times = np.minimum(_times_in_reach(problem), _most_open(problem))
            return float(problem.weight @ (1 - busy ** times.astype(np.float64)))
        case Fairest(units):
            return _fairest(problem, units or problem.populated_units())
        case FewestSites():
            return float(max(_least_number(problem), problem.sites.has_status("required").sum()))
        case LeastCost():
            return float(problem.sites.cost[problem.sites.has_status("required")].sum())
        case LeastPersonTime(unserved):
            left = np.inf if unserved is None else unserved
            needed = problem.weight > 0
            return float(problem.weight[needed] @ np.minimum(_nearest(problem), left)[needed])
        case LeastTotal(by_way):
            ways = plain_bound(problem, LeastPersonTime())
            return plain_bound(problem, LeastCost()) + (by_way * ways if by_way > 0 else 0.0)
        case ShortestLongestWalk():
            return float(_nearest(problem)[problem.weight > 0].max())


def tighter(bound: float | None, plain: float, sense: Sense) -> float | None:
    """The sharper of a proven bound and the plain one; None where neither says anything."""
    if not np.isfinite(plain):
        return bound
    if bound is None or np.isnan(bound):
        return plain
    return min(bound, plain) if sense == "max" else max(bound, plain)


def _times_in_reach(problem: Problem) -> Int64Array:
    """Shape (points,): how many sites that may be open reach the point."""
    pairs = problem.pairs.of_sites(problem.allowed)
    return np.bincount(pairs.demand, minlength=problem.points.count)


def _in_reach(problem: Problem) -> float:
    return float(problem.weight[_times_in_reach(problem) > 0].sum())


def _touched(problem: Problem, against: str) -> float:
    """People of a group whom sites reach that are open in every answer."""
    pairs = problem.pairs.of_sites(problem.sites.fixed_open)
    return float(problem.points.weights[against][np.unique(pairs.demand)].sum())


def _most_open(problem: Problem) -> int:
    """How many sites can be open at most."""
    most = int(problem.allowed.sum())
    number = problem.first_limit(Number)
    if number is None or number.at_most is None:
        return most
    return min(most, number.at_most + int(problem.sites.has_status("existing").sum()))


def _least_number(problem: Problem) -> int:
    return max((limit.at_least for limit in problem.limits_of(Number)), default=0)


def _best_few(problem: Problem) -> float:
    """What as many sites as may be open reach each by itself, added up."""
    pairs, sites = problem.pairs, problem.sites
    alone = np.bincount(
        pairs.site_of_pair(), weights=problem.weight[pairs.demand], minlength=sites.count
    ).astype(np.float64)
    return _best_sum(problem, alone)


def _room(problem: Problem) -> float:
    """Room of as many sites as may be open."""
    if problem.capacity is None:
        return float("inf")
    return _best_sum(problem, np.minimum(problem.sites.capacity, problem.weight.sum()))


def _best_sum(problem: Problem, worth: FloatArray) -> float:
    fixed = problem.sites.fixed_open
    others = np.sort(worth[problem.allowed & ~fixed])[::-1]
    return float(worth[fixed].sum() + others[: max(0, _most_open(problem) - int(fixed.sum()))].sum())


def _nearest(problem: Problem) -> FloatArray:
    """Shape (points,): cost of the way to the nearest site that may be open, inf without one."""
    pairs = problem.pairs.of_sites(problem.allowed)
    nearest = np.full(problem.points.count, np.inf)
    np.minimum.at(nearest, pairs.demand, pairs.costs())
    return nearest


def _fairest(problem: Problem, units: tuple[str, ...]) -> float:
    reached = _times_in_reach(problem) > 0
    shares = []
    for code in units:
        weight = problem.weight_of(None, (code,))
        total = float(weight.sum())
        shares.append(float(weight[reached].sum()) / total if total > 0 else 1.0)
    return min(shares)
