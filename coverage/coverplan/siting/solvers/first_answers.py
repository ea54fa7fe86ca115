"""An answer before any search: sites by greatest gain while the limits allow, mended until every limit is kept.

It is what a search that is stopped at once has to show, where HiGHS starts from, and what no stopped answer may fall
below. Where limits are too tangled for it there is none; finding any answer can then be as hard as finding the best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from coverplan.siting.check import Recount, recount, value_of, violations
from coverplan.siting.limit import Apart, Budget, Closings, Number, UnitCap, UnitQuota, Unlike
from coverplan.siting.objective import FewestSites, LeastCost, LeastTotal, MostNet, Objective, needs_everybody
from coverplan.siting.problem import Problem
from coverplan.siting.solution import Assignment
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

LARGE_PAIRS = 30_000_000  # above which the roads look for their own first answers


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """Sites and, where a capacity counts, who goes where; it keeps to every limit."""

    open_site: BoolArray
    assignment: Assignment | None
    values: tuple[float, ...]

    def better_than(self, other: FirstAnswer | None, objectives: tuple[Objective, ...]) -> bool:
        """Whether it is better in the first objective in which the two differ."""
        if other is None:
            return True
        for objective, mine, theirs in zip(objectives, self.values, other.values, strict=True):
            if mine != theirs:
                return mine > theirs if objective.sense == "max" else mine < theirs
        return False


def first_answer(problem: Problem) -> FirstAnswer | None:
    """Best of some greedy answers that keep to every limit; None where none of them does."""
    if len(problem.pairs.demand) > LARGE_PAIRS:
        return None
    best: FirstAnswer | None = None
    closing = problem.sites.has_status("closing")
    for start in (problem.sites.fixed_open, problem.sites.fixed_open | closing):
        found = judged(problem, _Builder(problem, start).build())
        if found is not None and found.better_than(best, problem.objectives):
            best = found
        if not closing.any():
            break
    return best


def judged(problem: Problem, open_site: BoolArray) -> FirstAnswer | None:
    """A set of sites with its values, None where it breaks a limit."""
    assignment = assigned(problem, open_site)
    counted = recount(problem, open_site, assignment)
    if violations(problem, open_site, counted, assignment):
        return None
    values = tuple(value_of(problem, one, counted, open_site) for one in problem.objectives)
    return FirstAnswer(open_site, assignment, values)


def assigned(problem: Problem, open_site: BoolArray) -> Assignment | None:
    """Who goes where in a set of open sites with capacities: nearest first, where there is room."""
    capacity = problem.capacity
    if capacity is None:
        return None
    pairs = problem.pairs.of_sites(open_site)
    site, cost = pairs.site_of_pair(), pairs.costs()
    needed = problem.weight[pairs.demand] > 0
    demand, site, cost = pairs.demand[needed], site[needed], cost[needed]
    if capacity.assignment == "nearest":
        order = np.lexsort((site, cost, demand))
        first = np.unique(demand[order], return_index=True)[1]
        demand, site = demand[order][first], site[order][first]
        come = np.bincount(site, weights=problem.weight[demand], minlength=problem.sites.count)
        share = np.minimum(1.0, problem.sites.capacity / np.maximum(come, 1e-300))
        return Assignment(demand, site, problem.weight[demand] * share[site])
    return _sent(problem, demand, site, cost, whole=capacity.single_source)


def _sent(
    problem: Problem, demand: Int32Array, site: Int32Array, cost: FloatArray, *, whole: bool
) -> Assignment:
    """Send people by the cheapest pairs first; points that few sites reach, and large ones, go before others."""
    choices = np.bincount(demand, minlength=problem.points.count)
    weight = problem.weight
    order = np.lexsort((site, cost, demand, -weight[demand] if whole else 0 * demand, choices[demand]))
    room = np.minimum(problem.sites.capacity, weight.sum()).copy()
    left = weight.copy()
    taken: list[tuple[int, int, float]] = []
    for point, place in zip(demand[order].tolist(), site[order].tolist(), strict=True):
        people = left[point] if whole else min(left[point], room[place])
        if people > 0 and people <= room[place]:
            taken.append((point, place, people))
            room[place] -= people
            left[point] -= people
    points, sites, people = (
        (np.array(column) for column in zip(*sorted(taken), strict=True)) if taken else [[]] * 3
    )
    return Assignment(
        np.asarray(points, dtype=np.int32),
        np.asarray(sites, dtype=np.int32),
        np.asarray(people, dtype=np.float64),
    )


class _Builder:
    """Opens one site after the other."""

    def __init__(self, problem: Problem, start: BoolArray) -> None:
        self.problem = problem
        self.open = start.copy()
        sites = problem.sites
        self.number = [limit.at_most for limit in problem.limits_of(Number) if limit.at_most is not None]
        self.least = max((limit.at_least for limit in problem.limits_of(Number)), default=0)
        self.budget = min((limit.at_most for limit in problem.limits_of(Budget)), default=np.inf)
        place = {identifier: at for at, identifier in enumerate(sites.ids)}
        self.apart: dict[int, list[int]] = {}
        for limit in problem.limits_of(Apart):
            for one, other in limit.pairs:
                self.apart.setdefault(place[one], []).append(place[other])
                self.apart.setdefault(place[other], []).append(place[one])
        self.site_of_pair = problem.pairs.site_of_pair()
        self.times = np.zeros(problem.points.count, dtype=np.int32)
        for site in np.flatnonzero(self.open).tolist():
            self.times[self._cells(site)] += 1

    def build(self) -> BoolArray:
        """Open sites that gain most until nothing is missing or nothing may be opened."""
        saves = isinstance(self.problem.objectives[0], FewestSites | LeastCost | LeastTotal)
        while True:
            lacking = self._lacking()
            if saves and not lacking:
                break
            free = self._free()
            if not len(free):
                break
            gain = self._gain(free)
            rank = gain / np.maximum(self.problem.sites.cost[free], 1e-9) if self._costs_count() else gain
            best = int(free[np.lexsort((free, -rank))[0]])
            if gain.max() <= 0 and not lacking:
                break
            self.open[best] = True
            self.times[self._cells(best)] += 1
        return self.open

    def _costs_count(self) -> bool:
        return np.isfinite(self.budget) or isinstance(self.problem.objectives[0], LeastCost)

    def _cells(self, site: int) -> Int32Array:
        pairs = self.problem.pairs
        return pairs.demand[pairs.indptr[site] : pairs.indptr[site + 1]]

    def _free(self) -> Int64Array:
        """Sites that may still be opened without breaking what no further opening mends."""
        problem, sites = self.problem, self.problem.sites
        decided = self.open & sites.decided
        if self.number and int(decided.sum()) >= min(self.number):
            return np.zeros(0, dtype=np.int64)
        free = problem.allowed & ~self.open & sites.decided
        free &= sites.cost + float(sites.cost[decided].sum()) <= self.budget * (1 + 1e-9)
        for cap in problem.limits_of(UnitCap):
            for unit in problem.unit_positions(cap.units):
                inside = sites.unit == unit
                if int((self.open & inside).sum()) >= cap.at_most:
                    free &= ~inside
        for site in np.flatnonzero(self.open):
            free[self.apart.get(int(site), [])] = False
        return np.flatnonzero(self._keeps_unlike(free))

    def _keeps_unlike(self, free: BoolArray) -> BoolArray:
        problem, sites = self.problem, self.problem.sites
        for limit in problem.limits_of(Unlike):
            used = self.open if limit.by == "site" else self.open & sites.decided
            if limit.by == "site":
                named = np.isin(np.array(sites.ids), limit.ids)
                if int((named & used).sum()) >= len(limit.ids) - limit.at_least:
                    free = free & ~named
            else:
                units = problem.unit_positions(limit.ids)
                taken = [unit for unit in units if (used & (sites.unit == unit)).any()]
                if len(taken) >= len(limit.ids) - limit.at_least:
                    free = free & ~np.isin(sites.unit, [unit for unit in units if unit not in taken])
        closings = problem.first_limit(Closings)
        if closings is not None:
            closing = sites.has_status("closing")
            if int((closing & ~self.open).sum()) <= closings.at_least:
                free = free & ~closing
        return free

    def _lacking(self) -> bool:
        """Some limit still asks for more sites, or somebody is left without a way who must have one."""
        problem = self.problem
        if int((self.open & problem.sites.decided).sum()) < self.least:
            return True
        if (
            any(needs_everybody(one) for one in problem.objectives)
            and (self.times[problem.weight > 0] == 0).any()
        ):
            return True
        assignment = assigned(problem, self.open) if problem.capacity is not None else None
        quiet = _without_ways(problem)
        return bool(violations(quiet, self.open, self._counted(quiet, assignment), assignment))

    def _counted(self, quiet: Problem, assignment: Assignment | None) -> Recount:
        if assignment is not None:
            return recount(quiet, self.open, assignment)
        served = np.where(self.times > 0, quiet.weight, 0.0)
        return Recount(self.times, served, None, 0.0)

    def _gain(self, free: Int64Array) -> FloatArray:
        """Shape (free,): people newly in reach; a site in a unit of a quota that has none counts as everybody."""
        problem = self.problem
        missing = np.where(self.times == 0, np.maximum(problem.weight, self._asked()), 0.0)
        alone = np.bincount(
            self.site_of_pair, weights=missing[problem.pairs.demand], minlength=problem.sites.count
        ).astype(np.float64)
        if problem.capacity is not None:
            alone = np.minimum(alone, problem.sites.capacity)
        alone -= self._newly_against()
        for quota in problem.limits_of(UnitQuota):
            for unit in problem.unit_positions(quota.units):
                inside = problem.sites.unit == unit
                if not (self.open & inside).any():
                    alone[inside] += problem.weight.sum()
        return alone[free]

    def _newly_against(self) -> FloatArray:
        """Shape (sites,): people whom each would be the first to reach and who count against that."""
        problem, first = self.problem, self.problem.objectives[0]
        if not isinstance(first, MostNet):
            return np.zeros(problem.sites.count)
        unreached = np.where(self.times == 0, problem.points.weights[first.against], 0.0)
        return np.bincount(
            self.site_of_pair, weights=unreached[problem.pairs.demand], minlength=problem.sites.count
        ).astype(np.float64)

    def _asked(self) -> FloatArray:
        """Shape (points,): people of any group, so that floors of other groups count too."""
        against = {one.against for one in self.problem.objectives if isinstance(one, MostNet)}
        groups = self.problem.points.weights
        return np.max(
            [groups[name] for name in groups if name not in against or name == self.problem.group], axis=0
        )


def _without_ways(problem: Problem) -> Problem:
    """Same question with an objective that needs no ways, for asking which limits are broken."""
    if problem.capacity is not None:
        return problem
    return replace(problem, objectives=(FewestSites(),))
