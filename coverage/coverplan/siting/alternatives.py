"""Several good answers that really differ, and how often each site is among them."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import numpy as np

from coverplan.siting.limit import Unlike
from coverplan.siting.problem import Problem
from coverplan.siting.solution import Solution
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search


def alternatives(
    problem: Problem,
    count: int,
    *,
    differ_by: int = 1,
    by: Literal["site", "unit"] = "site",
    search: Search | None = None,
) -> tuple[Solution, ...]:
    """Best answer, then the best that differs from all before it, and so on.

    Parameters
    ----------
    count
        How many answers; fewer are returned when no more exist.
    differ_by
        At least so many sites (or units with a site) of every earlier answer are not used by a later one.
    by
        What has to differ.
    search
        Gap, time limit of each solve, seed.

    Returns
    -------
    tuple of Solution
        In the order in which they were found; each is the best of what was left, within its gap.
    """
    found: list[Solution] = []
    asked = problem
    for _ in range(count):
        answer = solve(asked, search)
        if not answer.has_answer:
            break
        found.append(answer)
        places = answer.chosen if by == "site" else units_of(problem, answer)
        if len(places) < differ_by:
            break
        asked = asked.with_limits(Unlike(places, differ_by, by))
    return tuple(found)


def units_of(problem: Problem, answer: Solution) -> tuple[str, ...]:
    """Codes of the units in which an answer opens or keeps sites, ascending."""
    chosen = problem.sites.unit[answer.open_site & problem.sites.decided]
    return tuple(sorted({problem.units[unit] for unit in np.unique(chosen[chosen >= 0])}))


def how_often(answers: tuple[Solution, ...]) -> dict[str, float]:
    """Share of the answers that have each site, most frequent first, ties by id."""
    counts = Counter(site for answer in answers for site in answer.chosen)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {site: times / len(answers) for site, times in ordered}
