"""The fast road for large p-medians: Lagrangian bound, swaps, and HiGHS on the sites that the bound leaves over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from coverplan.siting.limit import Number
from coverplan.siting.objective import LeastPersonTime
from coverplan.siting.pairs import Pairs
from coverplan.siting.problem import Problem
from coverplan.siting.sites import SiteStatus
from coverplan.siting.solvers._exact import solve_exact
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.solvers.ways import _median
from coverplan.units import FloatArray, Int32Array, Int64Array

SMALL_PAIRS = 5_000  # up to here HiGHS is asked at once
EXACT_PAIRS = 150_000  # up to here HiGHS is asked about what the bound leaves over
ROUND, MOST_ROUNDS = 20, 60
SWAPS = 200


@dataclass(slots=True)
class MedianSearch:
    """State of one search.

    Parameters
    ----------
    pairs
        Pairs of the sites to choose from; costs as float64.
    weight
        Shape (points,): people, 0 for points that do not count.
    left
        What a person without a way costs: as asked, or prohibitive when nobody may be left out.
    ceiling
        Shape (points,): highest price in the bound.
    count
        Number of sites.
    """

    pairs: Pairs
    cost: FloatArray
    weight: FloatArray
    left: float
    ceiling: FloatArray
    count: int
    search: Search
    watch: Watch
    value: float = np.inf
    bound: float = -np.inf
    chosen: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    saving: FloatArray = field(default_factory=lambda: np.zeros(0))

    def improve(self, start: Int32Array, pool: Int32Array, swaps: int) -> None:
        """Keep what swaps with sites of a pool make of a set, if it is better."""
        chosen, value = _median.swap_until_best(
            self.pairs.indptr, self.pairs.demand, self.cost, self.weight, self.left, start, pool, swaps
        )
        if value < self.value:
            self.value, self.chosen = value, chosen

    @property
    def enough(self) -> float:
        """Bound at or above which the search is over."""
        return max(self.value - 1e-9 * abs(self.value), -np.inf) * (1 - self.search.gap)

    def run(self) -> str | None:
        """Search until bound and answer meet or nothing moves any more; returns what stopped it."""
        points, sites = len(self.weight), self.pairs.sites
        nearest = np.full(points, np.inf)
        np.minimum.at(nearest, self.pairs.demand, self.cost)
        price = np.minimum(np.where(np.isfinite(nearest), nearest, self.left) * self.weight, self.ceiling)
        direction, best_price, often = np.zeros(points), price.copy(), np.zeros(sites)
        self.saving = np.zeros(sites)
        everywhere = np.arange(sites, dtype=np.int32)
        bound, pace, done = -np.inf, 1.0, False
        for turn in range(MOST_ROUNDS):
            goal = self.value if turn else float(price.sum()) * 2 + 1
            bound, pace, done = _median.ascend(
                self.pairs.indptr,
                self.pairs.demand,
                self.cost,
                self.weight,
                self.ceiling,
                self.count,
                goal,
                self.enough if turn else np.inf,
                price,
                direction,
                best_price,
                self.saving,
                often,
                bound,
                pace,
                ROUND,
                turn > 0,
            )
            self.bound = max(self.bound, bound)
            likely = np.argsort(self.saving, kind="stable")[: min(sites, 4 * self.count + 50)].astype(
                np.int32
            )
            rank = -often if turn % 2 else self.saving
            start = np.argsort(rank, kind="stable")[: self.count].astype(np.int32)
            self.improve(start, likely, SWAPS if turn < 8 or turn % 4 == 0 else 5)
            if turn in {3, 12}:
                self.improve(self.chosen, everywhere, SWAPS)
            self.watch.tell(self.value, self.bound)
            if self.bound >= self.enough:
                return "gap" if self.search.gap else None
            reason = self.watch.stopped_by()
            if reason:
                return reason
            if done:
                break
        self.improve(self.chosen, everywhere, SWAPS)
        return "gap" if self.bound >= self.enough and self.search.gap else "effort"


def asks_median(problem: Problem) -> bool:
    """Plain p-median, large enough for the fast road."""
    return (
        [type(objective) for objective in problem.objectives] == [LeastPersonTime]
        and [type(limit) for limit in problem.limits] == [Number]
        and set(problem.sites.status) <= {"candidate", "forbidden"}
        and len(problem.pairs.demand) > SMALL_PAIRS
        and _number(problem) > 0
    )


def least_person_time(problem: Problem, search: Search, watch: Watch) -> Found:
    """Least person-time with a number of sites, with a proven bound."""
    objective = problem.objectives[0]
    assert isinstance(objective, LeastPersonTime)
    candidates = np.flatnonzero(problem.sites.has_status("candidate"))
    pairs = _pairs_of(problem, candidates)
    count = min(_number(problem), len(candidates))
    weight, cost = problem.weight, pairs.costs()
    left, ceiling = _left_out(objective, weight, cost)
    state = MedianSearch(pairs, cost, weight, left, ceiling, count, search, watch)
    stopped_by = state.run()
    everybody = objective.unserved is not None or _reaches_all(state)
    open_site = np.zeros(problem.sites.count, dtype=bool)
    open_site[candidates[state.chosen]] = True
    if not everybody and state.bound > float(weight @ _dearest(pairs, cost)) * (1 + 1e-9):
        return Found(None, (None,), "median", infeasible=True)
    found = Found(open_site if everybody else None, (state.bound,), "median", stopped_by=stopped_by)
    if watch.stopped_by() or (everybody and stopped_by != "effort"):
        return found
    return _with_highs(problem, search, watch, found, state=state, candidates=candidates)


def _with_highs(
    problem: Problem,
    search: Search,
    watch: Watch,
    found: Found,
    *,
    state: MedianSearch,
    candidates: Int64Array,
) -> Found:
    """Ask HiGHS about the sites that an answer better than the known one may hold."""
    limit = np.partition(state.saving, state.count - 1)[state.count - 1]
    useless = (state.saving > limit) & (state.bound + state.saving - limit > state.value * (1 + 1e-9))
    if found.open_site is None:
        useless[:] = False
    pairs_left = int(np.diff(state.pairs.indptr)[~useless].sum())
    if pairs_left > EXACT_PAIRS:
        return found
    status: list[SiteStatus] = list(problem.sites.status)
    for site in candidates[useless]:
        status[site] = "forbidden"
    less = replace(problem, sites=replace(problem.sites, status=tuple(status)))
    exact = solve_exact(less, search, watch, start=found.open_site)
    if exact.infeasible and found.open_site is None:
        return exact
    if exact.open_site is None:
        return found
    bound = max(state.bound, min(exact.bounds[0] or -np.inf, state.value))
    return replace(exact, bounds=(bound,), left_out={"priced_out": int(useless.sum())})


def _left_out(objective: LeastPersonTime, weight: FloatArray, cost: FloatArray) -> tuple[float, FloatArray]:
    if objective.unserved is not None:
        return objective.unserved, weight * objective.unserved
    # nobody may be left out: dearer than any way that exists, so that swaps first bring everybody in
    dear = 1.0 + 2.0 * float(cost.max(initial=0.0)) * max(1.0, float(weight.sum() / weight[weight > 0].min()))
    return dear, np.where(weight > 0, np.inf, 0.0)


def _dearest(pairs: Pairs, cost: FloatArray) -> FloatArray:
    """Shape (points,): cost of the way to the furthest site that reaches the point."""
    dearest = np.zeros(pairs.demand_points)
    np.maximum.at(dearest, pairs.demand, cost)
    return dearest


def _reaches_all(state: MedianSearch) -> bool:
    reached = np.zeros(len(state.weight), dtype=bool)
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
    limit = problem.first_limit(Number)
    assert limit is not None
    return problem.sites.count if limit.at_most is None else limit.at_most
