"""Shortest longest walk by bisection over the costs that occur (Minieka 1970)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from coverplan.siting.problem import Problem
from coverplan.siting.solvers.formulation import Formulation
from coverplan.siting.solvers.found import Run
from coverplan.siting.solvers.search import Search, Watch


@dataclass(frozen=True, slots=True)
class LongestWalk:
    """Best longest walk that was found, what is proven about it, and the run that found it."""

    longest: float | None
    bound: float | None
    run: Run
    formulation: Formulation


def bisect(
    problem: Problem,
    search: Search,
    watch: Watch,
    feasible: Callable[[float], tuple[Run, Formulation]],
) -> LongestWalk:
    """Smallest cost within which everybody has a site, by asking `feasible` at costs that occur.

    Notes
    -----
    Nobody's way is shorter than to the nearest site of all, so the search starts at the longest of these.
    """
    pairs = problem.pairs.of_sites(problem.allowed)
    costs = pairs.costs()
    shortest = np.full(problem.points.count, np.inf)
    np.minimum.at(shortest, pairs.demand, costs)
    needed = problem.weight > 0
    steps = np.unique(costs[costs >= shortest[needed].max()])
    low, high = 0, len(steps) - 1
    best = feasible(float(steps[high]))
    if best[0].values is None:
        return LongestWalk(None, None, *best)
    stopped_by = None
    while low < high:
        middle = (low + high) // 2
        asked = feasible(float(steps[middle]))
        if asked[0].values is not None:
            best, high = asked, middle
        elif asked[0].infeasible:
            low = middle + 1
        else:
            stopped_by = asked[0].stopped_by
            break
        watch.tell(float(steps[high]), float(steps[low]))
        if steps[high] - steps[low] <= search.gap * steps[high] and low < high:
            stopped_by = "gap"
            break
    run, formulation = best
    return LongestWalk(
        float(steps[high]), float(steps[low]), replace(run, stopped_by=stopped_by), formulation
    )
