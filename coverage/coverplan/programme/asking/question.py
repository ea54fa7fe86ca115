"""The whole question in one place: actions, years, money, requirements, and whose nearness counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from coverplan.programme.actions.action import Action
from coverplan.programme.actions.covers import Covers
from coverplan.programme.asking.requirement import Requirement
from coverplan.scenario.scenario_file import Standard
from coverplan.units import FloatArray


@dataclass(frozen=True, slots=True)
class PeopleAim:
    """People whose being within a standard counts for the best use of what is left.

    Parameters
    ----------
    standard
        Who reaches what.
    group
        Group of people.
    people
        Shape (points,): people that count, zero outside the area.
    """

    standard: Standard
    group: str
    people: FloatArray


@dataclass(frozen=True)
class Question:
    """What is to be decided.

    Parameters
    ----------
    actions
        Everything that may be done, in key order (R11).
    years
        Ascending.
    budgets
        Money by year, None without a limit.
    carry_over
        What is left of a year may be spent later.
    requirements
        What the targets ask, by target and year.
    aims
        Whose nearness counts.
    covers
        Cover sets; None without geometry.
    exclusive
        Groups of actions of which at most one is done: on one facility, or incompatible on one site.
    sharing
        Openings at one candidate place that may share premises, place by place.
    """

    actions: tuple[Action, ...]
    years: tuple[int, ...]
    budgets: Mapping[int, float] | None
    carry_over: bool
    requirements: tuple[Requirement, ...]
    aims: tuple[PeopleAim, ...] = ()
    covers: Covers | None = None
    exclusive: tuple[tuple[int, ...], ...] = ()
    sharing: tuple[tuple[int, ...], ...] = field(default_factory=tuple)

    @property
    def costs(self) -> FloatArray:
        """Shape (actions,): cost of each action, NaN where unknown."""
        return np.array([action.cost for action in self.actions], dtype=np.float64)

    @property
    def some_cost_unknown(self) -> bool:
        """At least one action has no known cost."""
        return bool(np.isnan(self.costs).any())

    def money_until(self, year: int) -> float:
        """Money of all years up to one; infinite without budgets."""
        if self.budgets is None:
            return float("inf")
        return float(sum(self.budgets.get(one, 0.0) for one in self.years if one <= year))
