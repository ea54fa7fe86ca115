"""What more sites or more money buys: best coverage against number or budget, with a bound at every point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from coverplan.siting.limit import Budget, Limit, Number
from coverplan.siting.problem import Problem, checked
from coverplan.siting.solution import SolveStatus, relative_gap, safe_bound
from coverplan.siting.solve import has_whole_values, solve
from coverplan.siting.solvers.search import Search, Watch


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """One point of a frontier.

    Parameters
    ----------
    limit
        Number of sites or budget.
    objective
        Value of the best answer found, None when there is none.
    bound
        Proven: nothing within the limit is better; None when nothing is proven.
    gap
        Relative distance between them, None when unknown.
    chosen
        Ids of the sites, ascending.
    status
        As in `Solution`.
    """

    limit: float
    objective: float | None
    bound: float | None
    gap: float | None
    chosen: tuple[str, ...]
    status: SolveStatus


def by_number(
    problem: Problem, numbers: Sequence[int], search: Search | None = None
) -> tuple[FrontierPoint, ...]:
    """Frontier against the number of sites; an earlier limit on the number is replaced.

    Notes
    -----
    For plain covering, the prices that prove a bound for one number prove one for every number, so all points share
    all bounds (see `_bound.bounds_by_number`).
    """
    others = [limit for limit in problem.limits if not isinstance(limit, Number)]
    questions = [_with(problem, [*others, Number(0, number)]) for number in sorted(numbers)]
    if not others and questions and _is_plain(questions[0]):
        return _plain(questions, sorted(numbers), search or Search(gap=0.01))
    return tuple(
        _point(float(number), question, search)
        for number, question in zip(sorted(numbers), questions, strict=True)
    )


def by_budget(
    problem: Problem, budgets: Sequence[float], search: Search | None = None
) -> tuple[FrontierPoint, ...]:
    """Frontier against the budget; an earlier budget is replaced."""
    others = [limit for limit in problem.limits if not isinstance(limit, Budget)]
    return tuple(
        _point(budget, _with(problem, [*others, Budget(budget)]), search) for budget in sorted(budgets)
    )


def _with(problem: Problem, limits: list[Limit]) -> Problem:
    return checked(replace(problem, limits=tuple(limits)))


def _is_plain(problem: Problem) -> bool:
    from coverplan.siting.solvers.covering.plain_cover import asks_most

    return asks_most(problem) and set(problem.sites.status) <= {"candidate", "existing", "forbidden"}


def _point(limit: float, problem: Problem, search: Search | None) -> FrontierPoint:
    answer = solve(problem, search)
    return FrontierPoint(limit, answer.objective, answer.bound, answer.gap, answer.chosen, answer.status)


def _plain(questions: list[Problem], numbers: list[int], search: Search) -> tuple[FrontierPoint, ...]:
    from coverplan.siting.solvers.covering import _bound
    from coverplan.siting.solvers.covering.cover_search import search_cover
    from coverplan.siting.solvers.covering.cover_state import CoverSearch, filled
    from coverplan.siting.solvers.covering.plain_cover import plain_cover

    problem, watch = questions[0], Watch(search)
    small = plain_cover(problem, problem.weight)
    whole = has_whole_values(problem, problem.objectives[0])
    bounds = np.full(small.sites + 1, np.inf)
    answers: list[tuple[np.ndarray, float]] = []
    own_bounds: list[float] = []
    for number in numbers:
        count = min(number, small.sites)
        if count in {0, small.sites}:
            everything = np.arange(count, dtype=np.int32)
            answers.append((everything, small.value(everything)))
            own_bounds.append(answers[-1][1])
            continue
        state = CoverSearch(small, count, search, watch, most_batches=20)
        search_cover(
            state, filled(answers[-1][0], count, small.sites) if answers and len(answers[-1][0]) else None
        )
        bounds = np.minimum(
            bounds, _bound.bounds_by_number(small.indptr, small.demand, small.weight, small.own, state.price)
        )
        answers.append((state.chosen, small.value(state.chosen)))
        own_bounds.append(state.bound)
    points = []
    for number, (chosen, value), own in zip(numbers, answers, own_bounds, strict=True):
        objective = value + small.covered
        bound = min(own, float(bounds[min(number, small.sites)])) + small.covered
        bound = max(safe_bound(bound, "max", whole=whole), objective)
        gap = relative_gap(objective, bound, "max")
        ids = tuple(sorted(problem.sites.ids[site] for site in small.site[chosen]))
        status: SolveStatus = "optimal" if gap == 0 else "within_gap" if gap <= search.gap else "stopped"
        points.append(FrontierPoint(float(number), objective, bound, gap, ids, status))
    return tuple(points)
