"""A siting answer: what is open, how good it is, how good it could be at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from coverplan.errors import Problem
from coverplan.siting.objective import Sense
from coverplan.units import BoolArray, FloatArray, Int32Array

SolveStatus = Literal["optimal", "within_gap", "stopped", "infeasible", "unknown"]


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence as a text key and the values that go into it; `wording` and the text files hold the words."""

    key: str
    values: dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Stage:
    """How well one objective was reached.

    Parameters
    ----------
    name
        Name of the objective.
    sense
        ``max`` or ``min``.
    objective
        Recounted value of the answer, or None without one.
    bound
        Proven: no answer is better than this. None when nothing is proven.
    """

    name: str
    sense: Sense
    objective: float | None
    bound: float | None

    @property
    def gap(self) -> float | None:
        """How much better another answer could be at most, relative to this one; None when unknown."""
        if self.objective is None or self.bound is None:
            return None
        return relative_gap(self.objective, self.bound, self.sense)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who is served where.

    Parameters
    ----------
    demand, site
        Positions, in demand order and then site order.
    people
        People of the problem's group who go from the point to the site.
    """

    demand: Int32Array
    site: Int32Array
    people: FloatArray


@dataclass(frozen=True, slots=True)
class Solution:
    """Answer to a siting question, recounted by `check` (R9).

    Parameters
    ----------
    status
        ``optimal``: proven that nothing is better. ``within_gap``: proven to be within the gap that was asked for.
        ``stopped``: an answer, stopped before its proof. ``infeasible``: proven that nothing keeps to the limits.
        ``unknown``: stopped before an answer was found.
    chosen
        Ids of the sites that the plan opens or keeps, ascending; without those that exist anyway.
    closed
        Ids of the sites with status ``closing`` that are closed, ascending.
    open_site
        Shape (sites,), bool: open in the end.
    stages
        One for every objective that was asked, in order.
    assignment
        Who goes where, when the question needs to know.
    seconds
        Wall clock of the solve.
    method
        ``exact``, ``cover``, ``median``, ``center``, ``capacity`` or ``none`` (nothing was to be done).
    stopped_by
        ``time``, ``cancel``, ``gap`` or ``effort`` when it ended before a proof of optimality, else None.
    reproducible
        False when the clock or a person stopped it, so that another run may end elsewhere (R11).
    message
        One plain sentence.
    left_out
        Sites that were left out before the search by reason; provably none that an optimal answer needs (R10).
    reasons
        What stands against any answer, when that could be seen before the search.
    """

    status: SolveStatus
    chosen: tuple[str, ...]
    closed: tuple[str, ...]
    open_site: BoolArray
    stages: tuple[Stage, ...]
    assignment: Assignment | None
    seconds: float
    method: str
    stopped_by: str | None
    reproducible: bool
    message: Message
    left_out: dict[str, int]
    reasons: tuple[Problem, ...] = ()

    @property
    def objective(self) -> float | None:
        """Value of the first objective."""
        return self.stages[0].objective

    @property
    def bound(self) -> float | None:
        """Proven bound of the first objective."""
        return self.stages[0].bound

    @property
    def gap(self) -> float | None:
        """Gap of the first objective."""
        return self.stages[0].gap

    @property
    def has_answer(self) -> bool:
        """There is a set of sites that keeps to the limits."""
        return self.status in {"optimal", "within_gap", "stopped"}


def relative_gap(objective: float, bound: float, sense: Sense) -> float:
    """Distance from an answer to the bound, relative to the answer; inf when the answer is 0 and the bound is not.

    Beside an answer of 0, a bound that differs by what the arithmetic cannot tell is 0 too.
    """
    distance = bound - objective if sense == "max" else objective - bound
    if distance <= 0 or (not objective and proven(objective, bound, sense, whole=False)):
        return 0.0
    return distance / abs(objective) if objective else float("inf")


def proven(objective: float, bound: float, sense: Sense, *, whole: bool) -> bool:
    """Whether a bound proves that an answer is best.

    Parameters
    ----------
    whole
        Every value that the objective can take is a whole number, so that less than one apart is equal. Otherwise
        a millionth part counts as equal, which is what the arithmetic can tell.
    """
    distance = bound - objective if sense == "max" else objective - bound
    if whole:
        return distance < 1 - 1e-6
    return distance <= 1e-6 * max(1.0, abs(objective))


def safe_bound(bound: float, sense: Sense, *, whole: bool) -> float:
    """Bound moved outwards by a margin for rounding errors; to a whole number where values are whole."""
    margin = 1e-9 * max(1.0, abs(bound))
    if whole:
        margin += 1e-6
    if sense == "max":
        return float(np.floor(bound + margin)) if whole else bound + margin
    return float(np.ceil(bound - margin)) if whole else bound - margin
