"""What can be seen to contradict itself before any search."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from coverplan.errors import Problem as Trouble
from coverplan.siting.limit import (
    Apart,
    Budget,
    Capacity,
    CoverageFloor,
    Limit,
    Number,
    UnitCap,
    UnitQuota,
    Unlike,
)
from coverplan.siting.objective import needs_everybody
from coverplan.siting.problem import Problem
from coverplan.siting.solvers.formulation import floor_people
from coverplan.units import BoolArray

NAMED = 10  # ids that are named in one message; the rest is counted


def contradictions(problem: Problem) -> tuple[Trouble, ...]:
    """Everything about a question that no answer can satisfy, as far as counting alone shows it."""
    asks_all = any(needs_everybody(objective) for objective in problem.objectives)
    counts = asks_all or bool(problem.limits_of(CoverageFloor))
    reached = reached_points(problem) if counts else np.ones(problem.points.count, dtype=bool)
    found: list[Trouble] = []
    for limit in problem.limits:
        found += _of_limit(problem, limit, reached)
    found += _everyone(problem, reached)
    return tuple(found)


def reached_points(problem: Problem) -> BoolArray:
    """Shape (points,): some site that may be open reaches the point."""
    reached = np.zeros(problem.points.count, dtype=bool)
    reached[problem.pairs.of_sites(problem.allowed).demand] = True
    return reached


def unreached_people(problem: Problem, reached: BoolArray) -> str:
    """People whom no site can reach, by id, and by unit where units are known."""
    missed = np.flatnonzero(~reached & (problem.weight > 0))
    ids = ", ".join(str(problem.points.ids[point]) for point in missed[:NAMED])
    text = f"{problem.weight[missed].sum():g} people, demand points ({len(missed)}): {ids}"
    text += f" and {len(missed) - NAMED} more" if len(missed) > NAMED else ""
    unit = problem.points.unit[missed]
    for position in np.unique(unit[unit >= 0])[:NAMED]:
        text += f"; {problem.units[position]}: {problem.weight[missed[unit == position]].sum():g}"
    return text


def _contradiction(what: str, value: object, expected: str, remedy: str, field: str) -> Trouble:
    return Trouble(
        what=what, field=field, value=value, expected=expected, remedy=remedy, code="contradiction"
    )


def _everyone(problem: Problem, reached: BoolArray) -> Iterator[Trouble]:
    for objective in problem.objectives:
        needs_all = needs_everybody(objective)
        if needs_all and np.any(~reached & (problem.weight > 0)):
            yield _contradiction(
                "everybody must be served, but no site reaches some people",
                unreached_people(problem, reached),
                "a site within the standard for everybody",
                "add candidates there, raise the standard, or say what an unserved person counts",
                objective.name,
            )
        total, room = float(problem.weight.sum()), float(problem.sites.capacity[problem.allowed].sum())
        if needs_all and problem.capacity is not None and room < total:
            yield _contradiction(
                "everybody must be served, but all sites together have too little room",
                f"{room:g}",
                f"{total:g}",
                "raise capacities or add candidates",
                objective.name,
            )


def _of_limit(  # noqa: C901, PLR0912
    problem: Problem, limit: Limit, reached: BoolArray
) -> Iterator[Trouble]:
    """One branch a kind of limit."""
    sites = problem.sites
    required = sites.has_status("required")
    match limit:
        case Number(_, high) if high is not None and required.sum() > high:
            yield _contradiction(
                "more sites are required than may be opened",
                int(required.sum()),
                f"at most {high}",
                "raise the number or require fewer",
                "number",
            )
        case Budget(at_most):
            yield from _budget(problem, at_most, required)
        case CoverageFloor():
            yield from _floor(problem, limit, reached)
        case UnitQuota():
            yield from _quota(problem, limit)
        case UnitCap(units, at_most):
            for code in units:
                fixed = int((sites.fixed_open & (sites.unit == problem.units.index(code))).sum())
                if fixed > at_most:
                    yield _contradiction(
                        f"{code} already has more sites that stay open than it may have",
                        fixed,
                        f"at most {at_most}",
                        "raise the cap or let sites be closed",
                        "unit_cap",
                    )
        case Apart(pairs):
            fixed_ids = {sites.ids[site] for site in np.flatnonzero(sites.fixed_open)}
            for one, other in pairs:
                if {one, other} <= fixed_ids:
                    yield _contradiction(
                        "two sites that stay open are too near each other",
                        f"{one}, {other}",
                        "at most one of them",
                        "let one of them be closed or lower the distance",
                        "apart",
                    )
        case Unlike(ids, at_least, "site"):
            stay = {sites.ids[site] for site in np.flatnonzero(sites.fixed_open)} & set(ids)
            if len(ids) - len(stay) < at_least:
                yield _contradiction(
                    "an alternative has to differ in more sites than can change",
                    at_least,
                    f"at most {len(ids) - len(stay)}",
                    "ask for fewer different sites",
                    "unlike",
                )
        case _:
            return


def _budget(problem: Problem, at_most: float, required: BoolArray) -> Iterator[Trouble]:
    cost = problem.sites.cost
    number = problem.first_limit(Number)
    open_for_choice = np.sort(cost[problem.sites.has_status("candidate", "closing")])
    more = max(0, (number.at_least if number else 0) - int(required.sum()))
    needed = float(cost[required].sum() + open_for_choice[:more].sum())
    if needed > at_most:
        yield _contradiction(
            "the sites that must be opened cost more than the budget",
            f"{needed:g}",
            f"at most {at_most:g}",
            "raise the budget or require fewer sites",
            "budget",
        )


def _floor(problem: Problem, limit: CoverageFloor, reached: BoolArray) -> Iterator[Trouble]:
    for code in (None,) if limit.units is None else limit.units:
        weight = problem.weight_of(limit.group, None if code is None else (code,))
        possible, needed = float(weight[reached].sum()), floor_people(limit.at_least, weight)
        if possible < needed * (1 - 1e-12):
            yield _contradiction(
                f"the coverage floor{'' if code is None else f' of {code}'} cannot be reached even with every site",
                f"{possible:g} of {needed:g} people; without any site: {unreached_people(problem, reached)}",
                f"a share of at most {possible / float(weight.sum()):.4f}",
                "lower the floor, raise the standard or add candidates there",
                "coverage_floor",
            )
    yield from _floor_room(problem, limit)


def _floor_room(problem: Problem, limit: CoverageFloor) -> Iterator[Trouble]:
    if limit.units is not None or problem.first_limit(Capacity) is None:
        return
    number, sites = problem.first_limit(Number), problem.sites
    room = np.sort(sites.capacity[sites.decided])[::-1]
    most = len(room) if number is None or number.at_most is None else number.at_most
    existing = float(sites.capacity[sites.has_status("existing")].sum())
    total, needed = float(room[:most].sum()) + existing, floor_people(limit.at_least, problem.weight)
    if total < needed:
        yield _contradiction(
            "the sites that may be opened have too little room for the coverage floor",
            f"{total:g}",
            f"{needed:g}",
            "raise capacities or the number of sites, or lower the floor",
            "capacity",
        )


def _quota(problem: Problem, limit: UnitQuota) -> Iterator[Trouble]:
    sites, number = problem.sites, problem.first_limit(Number)
    openable, having = [], []
    for code in limit.units:
        inside = sites.unit == problem.units.index(code)
        openable.append(bool(np.any(inside & problem.allowed)))
        having.append(bool(np.any(inside & sites.fixed_open)))
    without = [code for code, possible in zip(limit.units, openable, strict=True) if not possible]
    if sum(openable) < limit.at_least:
        yield _contradiction(
            "too few units have a place where a site could be",
            f"{sum(openable)}; without: {', '.join(without[:NAMED])}",
            f"{limit.at_least}",
            "add candidates in the units without",
            "unit_quota",
        )
    if number is not None and number.at_most is not None:
        needed = limit.at_least - sum(having) + int(sites.has_status("required").sum())
        if needed > number.at_most:
            yield _contradiction(
                "the quota needs more sites than may be opened",
                needed,
                f"at most {number.at_most}",
                "raise the number or lower the quota",
                "unit_quota",
            )
