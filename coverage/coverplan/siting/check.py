"""Independent recount of an answer from the pairs themselves, by another route than any solver (R9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from coverplan.errors import RecountError
from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    Closings,
    CoverageFloor,
    Limit,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
)
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
    ShortestLongestWalk,
    needs_everybody,
)
from coverplan.siting.problem import Problem
from coverplan.siting.solution import Assignment
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

TOLERANCE = 1e-6  # relative, what a solver's arithmetic may miss a limit by


@dataclass(frozen=True, slots=True)
class Ways:
    """Way of every demand point to its nearest open site.

    Parameters
    ----------
    site
        Shape (points,): position of the site (ties by id, R11), -1 without one.
    cost
        Shape (points,): cost of the way, inf without one.
    """

    site: Int32Array
    cost: FloatArray


@dataclass(frozen=True, slots=True)
class Recount:
    """Facts about a set of open sites.

    Parameters
    ----------
    times_covered
        Shape (points,): how many open sites reach the point.
    served
        Shape (points,): people who are served: the assigned ones, or without a capacity all who are covered.
    ways
        Ways to the nearest open sites, when the question needs them.
    way_cost
        Sum over served people of the cost of their way, 0 when the question needs no ways.
    longest
        Cost of the longest way that anybody has, inf while somebody has none, 0 when the question needs no ways.
    """

    times_covered: Int32Array
    served: FloatArray
    ways: Ways | None
    way_cost: float
    longest: float = 0.0


def recount(problem: Problem, open_site: BoolArray, assignment: Assignment | None = None) -> Recount:
    """Count an answer again from the pairs of its open sites."""
    pairs, weight = problem.pairs, problem.weight
    times = np.zeros(problem.points.count, dtype=np.int32)
    for site in np.flatnonzero(open_site):
        times[pairs.demand[pairs.indptr[site] : pairs.indptr[site + 1]]] += 1  # each point at most once
    covered = times > 0
    ways = nearest_ways(problem, open_site) if needs_ways(problem) else None
    if assignment is None:
        served = np.where(covered, weight, 0.0)
        if ways is None:
            return Recount(times, served, ways, 0.0)
        way_cost = float(weight[covered] @ ways.cost[covered])
        return Recount(times, served, ways, way_cost, float(ways.cost[weight > 0].max()))
    people = assignment.people
    served = np.bincount(assignment.demand, weights=people, minlength=problem.points.count).astype(np.float64)
    costs = _cost_of(problem, assignment.demand, assignment.site)
    everybody = bool(np.all(weight - served <= TOLERANCE * np.maximum(weight, 1.0)))
    longest = float(costs[people > 0].max(initial=0.0)) if everybody else float("inf")
    return Recount(times, served, ways, float(people @ costs), longest)


def nearest_ways(problem: Problem, open_site: BoolArray) -> Ways:
    """Way of every demand point to its nearest open site, site by site in id order."""
    pairs = problem.pairs
    nearest = np.full(problem.points.count, -1, dtype=np.int32)
    cost = np.full(problem.points.count, np.inf)
    for site in np.flatnonzero(open_site):
        part = slice(pairs.indptr[site], pairs.indptr[site + 1])
        reached = pairs.demand[part]
        here = np.zeros(len(reached)) if pairs.cost is None else pairs.cost[part]
        nearer = here < cost[reached]
        cost[reached[nearer]] = here[nearer]
        nearest[reached[nearer]] = site
    return Ways(nearest, cost)


def needs_ways(problem: Problem) -> bool:
    """Whether an answer has to say who goes where."""
    return problem.capacity is not None or any(
        isinstance(objective, LeastPersonTime | LeastTotal | ShortestLongestWalk)
        for objective in problem.objectives
    )


def value_of(  # noqa: C901, PLR0911
    problem: Problem, objective: Objective, counted: Recount, open_site: BoolArray
) -> float:
    """Value of an objective, from the recount."""
    weight, sites = problem.weight, problem.sites
    match objective:
        case MostPeople():
            return float(counted.served.sum())
        case FewestSites():
            return float(np.count_nonzero(open_site & sites.decided))
        case LeastCost():
            return float(sites.cost[open_site & sites.decided].sum())
        case LeastPersonTime(unserved):
            return _person_time(problem, counted, unserved)
        case LeastTotal(by_way):
            return float(sites.cost[open_site & sites.decided].sum()) + by_way * counted.way_cost
        case ShortestLongestWalk():
            return counted.longest
        case MostBackup(times):
            return float(weight[counted.times_covered >= times].sum())
        case MostNet(against):
            reached = counted.times_covered > 0
            return float(weight[reached].sum() - problem.points.weights[against][reached].sum())
        case Fairest(units):
            return min(_share(problem, counted, (code,), None) for code in units or problem.populated_units())
        case MostExpected(busy):
            return float(weight @ (1 - busy ** counted.times_covered.astype(np.float64)))


def violations(
    problem: Problem, open_site: BoolArray, counted: Recount, assignment: Assignment | None
) -> tuple[str, ...]:
    """Every limit that an answer breaks, in words."""
    sites = problem.sites
    broken = [
        f"site {sites.ids[site]} is {'closed' if sites.fixed_open[site] else 'open'} against its status"
        for site in np.flatnonzero((sites.fixed_open & ~open_site) | (~problem.allowed & open_site))
    ]
    for limit in problem.limits:
        broken += _breaks(problem, limit, open_site, counted, assignment)
    needs_all = any(needs_everybody(objective) for objective in problem.objectives)
    if needs_all:
        missed = problem.weight - counted.served > TOLERANCE * np.maximum(problem.weight, 1.0)
        if missed.any():
            broken.append(f"{int(missed.sum())} demand points are not served though all must be")
    return tuple(broken)


def confirm(problem: Problem, open_site: BoolArray, counted: Recount, assignment: Assignment | None) -> None:
    """Raise RecountError when an answer breaks a limit."""
    broken = violations(problem, open_site, counted, assignment)
    if broken:
        raise RecountError("the recount of a siting answer failed: " + "; ".join(broken))


def _person_time(problem: Problem, counted: Recount, unserved: float | None) -> float:
    if unserved is None:
        return counted.way_cost
    if problem.capacity is None:
        assert counted.ways is not None
        each = np.minimum(counted.ways.cost, unserved)
        return float(problem.weight @ each)
    return counted.way_cost + unserved * float((problem.weight - counted.served).sum())


def _share(problem: Problem, counted: Recount, units: tuple[str, ...] | None, group: str | None) -> float:
    """Share of people who are covered (served with a capacity); 1 where there are none."""
    weight = problem.weight_of(group, units)
    total = float(weight.sum())
    if total <= 0:
        return 1.0
    if problem.capacity is None:
        return float(weight[counted.times_covered > 0].sum()) / total
    inside = weight > 0
    return float(counted.served[inside].sum()) / total


def _breaks(  # noqa: C901, PLR0912
    problem: Problem, limit: Limit, open_site: BoolArray, counted: Recount, assignment: Assignment | None
) -> Iterator[str]:
    """One branch a kind of limit."""
    sites = problem.sites
    decided = open_site & sites.decided
    match limit:
        case Number(low, high):
            number = int(decided.sum())
            if number < low or (high is not None and number > high):
                yield f"{number} sites, not {low} to {high}"
        case Budget(at_most):
            cost = float(sites.cost[decided].sum())
            if cost > at_most * (1 + TOLERANCE):
                yield f"cost {cost}, above {at_most}"
        case CoverageFloor(least, units, group):
            for part in (None,) if units is None else tuple((code,) for code in units):
                share = _share(problem, counted, part, group)
                if share < least - TOLERANCE:
                    yield f"share {share} of {part or 'all'} below {least}"
        case UnitQuota(units, at_least):
            having = sum(bool(_in_unit(problem, open_site, code)) for code in units)
            if having < at_least:
                yield f"{having} units have a site, not {at_least}"
        case UnitCap(units, at_most):
            for code in units:
                count = _in_unit(problem, open_site, code)
                if count > at_most:
                    yield f"{count} sites in {code}, above {at_most}"
        case Apart(pairs):
            open_ids = {sites.ids[site] for site in np.flatnonzero(open_site)}
            for one, other in pairs:
                if one in open_ids and other in open_ids:
                    yield f"{one} and {other} are both open"
        case Closings(low, high):
            closed = int((sites.has_status("closing") & ~open_site).sum())
            if closed < low or (high is not None and closed > high):
                yield f"{closed} closings, not {low} to {high}"
        case Unlike(ids, at_least, by):
            chosen = np.flatnonzero(decided if by == "unit" else open_site)
            used = {sites.ids[site] for site in chosen} if by == "site" else _units_of(problem, chosen)
            if len(set(ids) - used) < at_least:
                yield f"fewer than {at_least} of the earlier answer's places are missing"
        case Capacity():
            yield from _capacity_breaks(problem, limit, open_site, counted, assignment)


def _units_of(problem: Problem, chosen: Int64Array) -> set[str]:
    return {problem.units[unit] for unit in problem.sites.unit[chosen] if unit >= 0}


def _in_unit(problem: Problem, open_site: BoolArray, code: str) -> int:
    return sum(
        1 for site in np.flatnonzero(open_site) if problem.sites.unit[site] == problem.units.index(code)
    )


def _capacity_breaks(
    problem: Problem, limit: Capacity, open_site: BoolArray, counted: Recount, assignment: Assignment | None
) -> Iterator[str]:
    if assignment is None:
        yield "nobody is assigned though a capacity counts"
        return
    load = np.bincount(assignment.site, weights=assignment.people, minlength=problem.sites.count)
    for site in np.flatnonzero(load > problem.sites.capacity * (1 + TOLERANCE) + TOLERANCE):
        yield f"site {problem.sites.ids[site]} serves {load[site]}, above {problem.sites.capacity[site]}"
    for site in np.unique(assignment.site[~open_site[assignment.site]]):
        yield f"people are sent to {problem.sites.ids[site]}, which is not open"
    if np.isnan(_cost_of(problem, assignment.demand, assignment.site)).any():
        yield "people are sent beyond the standard"
    over = counted.served > problem.weight * (1 + TOLERANCE) + TOLERANCE
    if over.any():
        yield f"{int(over.sum())} demand points send more people than they have"
    if limit.single_source and len(np.unique(assignment.demand)) < len(assignment.demand):
        yield "people of one point are sent to several sites"
    assert counted.ways is not None
    strayed = assignment.site != counted.ways.site[assignment.demand]
    if limit.assignment == "nearest" and strayed.any():
        yield "people are not sent to their nearest site"


def _cost_of(problem: Problem, demand: Int32Array, site: Int32Array) -> FloatArray:
    """Cost of pairs looked up in the pairs, NaN where there is no such pair."""
    pairs = problem.pairs
    found = np.full(len(demand), np.nan)
    costs = pairs.costs()
    for one in np.unique(site):
        here = np.flatnonzero(site == one)
        part = slice(pairs.indptr[one], pairs.indptr[one + 1])
        place = np.searchsorted(pairs.demand[part], demand[here])
        inside = place < part.stop - part.start
        hit = here[inside][pairs.demand[part][place[inside]] == demand[here[inside]]]
        found[hit] = costs[part][np.searchsorted(pairs.demand[part], demand[hit])]
    return found
