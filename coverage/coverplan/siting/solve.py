"""Front door of the siting engine: one question in, one recounted answer out."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from coverplan.errors import InputError, RecountError
from coverplan.errors import Problem as Trouble
from coverplan.siting.check import Ways, confirm, recount, value_of, violations
from coverplan.siting.contradictions import contradictions
from coverplan.siting.limit import Capacity
from coverplan.siting.objective import (
    FewestSites,
    LeastCost,
    LeastPersonTime,
    LeastTotal,
    MostBackup,
    MostNet,
    MostPeople,
    Objective,
    ShortestLongestWalk,
)
from coverplan.siting.problem import Problem
from coverplan.siting.solution import Assignment, Message, Solution, SolveStatus, Stage, proven, safe_bound
from coverplan.siting.solvers._exact import solve_exact
from coverplan.siting.solvers.first_answers import FirstAnswer, first_answer
from coverplan.siting.solvers.found import Found
from coverplan.siting.solvers.plain_bounds import plain_bound, tighter
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.wording import describe
from coverplan.units import FloatArray

Method = Literal["auto", "exact"]
HELD_PAIRS = 1_000_000  # up to here a stopped answer is held against the greedy one


def solve(problem: Problem, search: Search | None = None, *, method: Method = "auto") -> Solution:
    """Best answer to a siting question, with a proven bound, recounted by another route (R9).

    Parameters
    ----------
    problem
        Made by `make_problem`.
    search
        Gap, time limit, seed, threads, cancelling, progress.
    method
        ``auto`` takes the fast road where there is one and HiGHS otherwise; ``exact`` insists on HiGHS.

    Raises
    ------
    coverplan.errors.RecountError
        If the answer does not survive its recount.
    """
    if method not in get_args(Method):
        known = ", ".join(get_args(Method))
        raise InputError(
            [Trouble(what="there is no such method", field="method", value=method, expected=known)]
        )
    search = search or Search()
    watch = Watch(search)
    reasons = contradictions(problem)
    if reasons:
        impossible = Found(None, (None,) * len(problem.objectives), "none", infeasible=True)
        return _solution(problem, impossible, watch, reasons=reasons)
    nothing = _nothing_to_do(problem)
    if nothing is not None:
        return _solution(problem, nothing, watch, message=Message("siting.already_met", {}))
    return _solution(problem, _by_road(problem, search, watch, method), watch)


def _by_road(problem: Problem, search: Search, watch: Watch, method: Method) -> Found:
    from coverplan.siting.solvers.compiling import without_compiling
    from coverplan.siting.solvers.roads import road_of

    road = None if method == "exact" else road_of(problem)
    with without_compiling(watch):
        if road is None:
            first = first_answer(problem) if _may_stop(search) else None
            start = None if first is None else first.open_site
            found = solve_exact(problem, search, watch, start=start)
        else:
            found = road(problem, search, watch)
            first = first_answer(problem) if _wants_first(problem, found) else None
    return found if first is None else _not_below(problem, found, first)


def _wants_first(problem: Problem, found: Found) -> bool:
    """Whether a road that was stopped is held against the greedy answer; those for large questions begin with their own."""
    small = len(problem.pairs.demand) <= HELD_PAIRS
    return found.stopped_by in {"time", "cancel"} and (small or found.open_site is None)


def _may_stop(search: Search) -> bool:
    """Whether the search can end before it has an answer of its own."""
    return search.time_limit_s is not None or search.cancel is not None


def _not_below(problem: Problem, found: Found, first: FirstAnswer) -> Found:
    """What was found, or the answer that was known before the search where that is better."""
    if found.infeasible:
        raise RecountError("the search calls a question impossible that an answer is known to")
    if found.open_site is not None:
        counted = recount(problem, found.open_site, found.assignment)
        values = tuple(value_of(problem, one, counted, found.open_site) for one in problem.objectives)
        if not first.better_than(FirstAnswer(found.open_site, found.assignment, values), problem.objectives):
            return found
        if all(bound is not None for bound in found.bounds) and found.stopped_by is None:
            return found  # better by what the arithmetic cannot tell
    return replace(found, open_site=first.open_site, assignment=first.assignment)


def _nothing_to_do(problem: Problem) -> Found | None:
    """Answer that opens nothing beyond what is required, when that keeps to all limits and cannot be bettered."""
    if not isinstance(problem.objectives[0], FewestSites | LeastCost) or problem.capacity is not None:
        return None
    if len(problem.objectives) > 1 or problem.sites.has_status("required").any():
        return None
    standing = problem.sites.fixed_open
    if violations(problem, standing, recount(problem, standing), None):
        return None
    return Found(standing, (0.0,), "none")


def _solution(
    problem: Problem,
    found: Found,
    watch: Watch,
    *,
    reasons: tuple[Trouble, ...] = (),
    message: Message | None = None,
) -> Solution:
    sites, open_site = problem.sites, found.open_site
    assignment = found.assignment
    if open_site is None:
        open_site = np.zeros(sites.count, dtype=bool)
        stages = tuple(
            Stage(objective.name, objective.sense, None, None if found.infeasible else bound)
            for objective, bound in zip(problem.objectives, _bounds(problem, found), strict=True)
        )
        status: SolveStatus = "infeasible" if found.infeasible else "unknown"
        chosen: tuple[str, ...] = ()
        closed: tuple[str, ...] = ()
    else:
        counted = recount(problem, open_site, assignment)
        confirm(problem, open_site, counted, assignment)
        wholes = tuple(has_whole_values(problem, objective) for objective in problem.objectives)
        stages = tuple(
            _stage(objective, value_of(problem, objective, counted, open_site), bound, whole=whole)
            for objective, bound, whole in zip(
                problem.objectives, _bounds(problem, found), wholes, strict=True
            )
        )
        status = _status(stages, wholes, found)
        chosen = tuple(sites.ids[site] for site in np.flatnonzero(open_site & sites.decided))
        closed = tuple(sites.ids[site] for site in np.flatnonzero(sites.has_status("closing") & ~open_site))
        if assignment is None and counted.ways is not None:
            assignment = nearest_assignment(problem, counted.ways)
    return Solution(
        status=status,
        chosen=chosen,
        closed=closed,
        open_site=open_site,
        stages=stages,
        assignment=assignment,
        seconds=watch.seconds,
        method=found.method,
        stopped_by=None if status == "optimal" else found.stopped_by,
        reproducible=found.stopped_by not in {"time", "cancel"} or status == "optimal",
        message=message or describe(status, stages[0]),
        left_out=found.left_out,
        reasons=reasons,
    )


def _bounds(problem: Problem, found: Found) -> tuple[float | None, ...]:
    """What the search proved, and never more than what is within reach at all; the road of coverings begins with that."""
    if found.method == "cover" and None not in found.bounds:
        return found.bounds
    return tuple(
        tighter(bound, plain_bound(problem, objective), objective.sense)
        for objective, bound in zip(problem.objectives, found.bounds, strict=True)
    )


def _stage(objective: Objective, value: float, bound: float | None, *, whole: bool) -> Stage:
    if bound is not None:
        bound = safe_bound(bound, objective.sense, whole=whole)
        # an answer that was counted is a bound on the other side
        bound = max(bound, value) if objective.sense == "max" else min(bound, value)
    return Stage(objective.name, objective.sense, value, bound)


def _status(stages: tuple[Stage, ...], wholes: tuple[bool, ...], found: Found) -> SolveStatus:
    for whole, stage in zip(wholes, stages, strict=True):
        assert stage.objective is not None
        if stage.bound is None or not proven(stage.objective, stage.bound, stage.sense, whole=whole):
            return "within_gap" if found.stopped_by == "gap" else "stopped"
    return "optimal"


def nearest_assignment(problem: Problem, ways: Ways) -> Assignment:
    """Everybody who has an open site goes to the nearest one, unless being unserved counts less."""
    going = (ways.site >= 0) & (problem.weight > 0)
    for objective in problem.objectives:
        if isinstance(objective, LeastPersonTime) and objective.unserved is not None:
            going &= ways.cost <= objective.unserved
    demand = np.flatnonzero(going).astype(np.int32)
    return Assignment(demand, ways.site[demand], problem.weight[demand])


def has_whole_values(problem: Problem, objective: Objective) -> bool:  # noqa: PLR0911
    """Whether an objective can only take whole numbers."""
    people = is_whole(problem.weight)
    match objective:
        case FewestSites():
            return True
        case MostPeople() | MostBackup():
            room = problem.sites.capacity
            return people and (problem.first_limit(Capacity) is None or is_whole(room[np.isfinite(room)]))
        case MostNet(against):
            return people and is_whole(problem.points.weights[against])
        case LeastCost():
            return is_whole(problem.sites.cost)
        case ShortestLongestWalk():
            return is_whole(problem.pairs.costs())
        case LeastTotal(by_way):
            ways = people and is_whole(problem.pairs.costs()) and float(by_way).is_integer()
            return ways and is_whole(problem.sites.cost)
        case LeastPersonTime(unserved):
            return people and is_whole(problem.pairs.costs()) and float(unserved or 0.0).is_integer()
        case _:
            return False


def is_whole(values: FloatArray) -> bool:
    """Whether all values are whole numbers."""
    return bool(np.all(values == np.floor(values)))
