"""How far a site's cost may move before another plan is better: certified by bounds on the plans with and without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from coverplan.errors import InputError
from coverplan.errors import Problem as Trouble
from coverplan.siting.limit import Unlike
from coverplan.siting.objective import LeastCost, LeastTotal
from coverplan.siting.problem import Problem, checked
from coverplan.siting.sites import SiteStatus
from coverplan.siting.solution import Solution
from coverplan.siting.solve import solve
from coverplan.siting.solvers.search import Search


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What is proven about one site of an answer, all else being equal.

    Parameters
    ----------
    site
        Id.
    chosen
        The answer opens or keeps it.
    slack
        In the unit of the objective: the answer stays best until the site costs so much more (chosen), or so much
        less (not chosen). Infinite where no plan does without it, or none with it. Less than the truth where a
        search was stopped; never more, beyond what arithmetic can tell.
    share
        `slack` as a share of the site's cost (0.18: "until it costs 18 % more"); NaN where it costs nothing. For a
        site that is not chosen 1 or more means: not even for nothing.
    value
        Best value known of the plans without the site (chosen) or with it; None where none was found.
    """

    site: str
    chosen: bool
    slack: float
    share: float
    value: float | None


def tolerances(
    problem: Problem, answer: Solution, sites: Sequence[str] | None = None, *, search: Search | None = None
) -> tuple[Tolerance, ...]:
    """How sure each site of an answer is, for questions that ask for least cost or least total.

    Parameters
    ----------
    problem, answer
        A question with one objective, `LeastCost` or `LeastTotal`, without a budget, and its answer.
    sites
        Ids to ask about; by default those that the answer chose and could have left out.
    search
        Gap and time limit of each of the searches, one a site.

    Returns
    -------
    tuple of Tolerance
        In the order of `sites`.

    Raises
    ------
    coverplan.errors.InputError
        For another objective, an answer that is not there, and sites that are not decided on.

    Notes
    -----
    Raising the cost of a chosen site by d raises this answer's value by d, and leaves plans without the site where they
    are: none of those is below the bound proven for them. An answer that is only within a gap stays within it. A budget would change which plans are possible.
    """
    _check(problem, answer, sites)
    asked = [one for one in answer.chosen if _status(problem, one) != "required"] if sites is None else sites
    return tuple(_tolerance(problem, answer, one, search) for one in asked)


def _check(problem: Problem, answer: Solution, sites: Sequence[str] | None) -> None:
    troubles = []
    counts_cost = isinstance(problem.objectives[0], LeastCost | LeastTotal) and len(problem.objectives) == 1
    if not counts_cost or any(limit.name == "budget" for limit in problem.limits):
        troubles.append(
            Trouble(
                what="tolerances of costs need a question about costs",
                field="problem",
                value=", ".join(one.name for one in problem.objectives),
                expected="LeastCost or LeastTotal alone, without a budget",
                code="bad_argument",
            )
        )
    if not answer.has_answer:
        troubles.append(Trouble(what="there is no answer to hold sites against", code="bad_argument"))
    free = {one for one in problem.sites.ids if _status(problem, one) == "candidate"}
    free |= {one for one in answer.chosen if _status(problem, one) == "closing"}
    strange = [one for one in sites or () if one not in free]
    if strange:
        troubles.append(
            Trouble(
                what="the answer does not decide on these sites",
                field="sites",
                value=", ".join(strange[:5]),
                expected="ids of candidates, or of sites that might have been closed and are kept",
                code="unknown_id",
            )
        )
    if troubles:
        raise InputError(troubles)


def _tolerance(problem: Problem, answer: Solution, site: str, search: Search | None) -> Tolerance:
    chosen = site in answer.chosen
    asked = problem.with_limits(Unlike((site,), 1)) if chosen else _required(problem, site)
    other = solve(asked, search)
    assert answer.objective is not None
    slack = np.inf
    if other.status != "infeasible":
        slack = max(0.0, (-np.inf if other.bound is None else other.bound) - answer.objective)
    cost = float(problem.sites.cost[problem.sites.ids.index(site)])
    return Tolerance(site, chosen, slack, slack / cost if cost else float("nan"), other.objective)


def _required(problem: Problem, site: str) -> Problem:
    changed: tuple[SiteStatus, ...] = tuple(
        "required" if one == site else old
        for one, old in zip(problem.sites.ids, problem.sites.status, strict=True)
    )
    return checked(replace(problem, sites=replace(problem.sites, status=changed)))


def _status(problem: Problem, site: str) -> str | None:
    found = dict(zip(problem.sites.ids, problem.sites.status, strict=True))
    return found.get(site)
