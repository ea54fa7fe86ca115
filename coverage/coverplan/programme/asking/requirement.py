"""Requirements: what a target asks of the actions, as linear rows, with the reason where it asks nothing of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Literal

import numpy as np

from coverplan.plan.kinds import ReachQuestion
from coverplan.programme.actions.variants import Linear
from coverplan.units import FloatArray

State = Literal[
    "constraint", "met_anyway", "relaxed", "not_influenced", "not_judged", "after_horizon", "not_asked"
]

#: What more than a number is at least, where the left side makes no steps.
_MORE = Fraction(1, 1000)
#: Rows of whole numbers are scaled no farther than this, so that a solver's arithmetic can tell one step.
_LARGEST_SCALE = 10_000


@dataclass(frozen=True, slots=True)
class Covered:
    """People within reach of facilities, in one year.

    Parameters
    ----------
    question
        Of which facilities, how and in which time.
    people
        Shape (points,): people that count, zero elsewhere.
    """

    question: ReachQuestion
    people: FloatArray


@dataclass(frozen=True, slots=True)
class Row:
    """``actions + auxiliaries + covered people >= at_least``.

    Parameters
    ----------
    name
        What it says, for people who read the model.
    actions
        Multiples of actions and a constant.
    auxiliaries
        Multiples of the requirement's own columns, by name.
    covered
        People whose being covered counts once each, or None.
    at_least
        Right-hand side.
    strict
        More than `at_least`.
    defines
        The row says what an auxiliary may be and is never relaxed.
    """

    name: str
    actions: Linear
    at_least: Fraction
    auxiliaries: Mapping[str, Fraction] = field(default_factory=dict)
    covered: Covered | None = None
    strict: bool = False
    defines: bool = False

    def scaled(self) -> tuple[Fraction, Fraction]:
        """Factor that makes all multiples whole, and the least left side, unscaled, that is enough.

        Where every term is a whole multiple of one step, what is enough is a multiple of it too: more than 4 is 5.
        Otherwise more than a number is that number and a thousandth, which a solver's arithmetic can tell.
        """
        numbers = [*self.actions.factors.values(), *self.auxiliaries.values(), self.actions.constant]
        scale = lcm(*(value.denominator for value in numbers))
        heads = self.covered is not None and not np.all(self.covered.people == np.floor(self.covered.people))
        if heads or scale > _LARGEST_SCALE:
            return Fraction(1), self.at_least + (_MORE if self.strict else 0)
        steps = self.at_least * scale
        whole = floor(steps) + 1 if self.strict else ceil(steps)
        return Fraction(scale), Fraction(whole) / scale


@dataclass(frozen=True, slots=True)
class Auxiliary:
    """A column of a requirement's own, between 0 and `upper`."""

    name: str
    whole: bool = False
    upper: int = 1


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a target asks of the actions in one year.

    Parameters
    ----------
    target_id
        Of the plan.
    year
        At whose end it must hold.
    rows
        All of them must hold.
    auxiliaries
        Columns that the rows use.
    """

    target_id: str
    year: int
    rows: tuple[Row, ...]
    auxiliaries: tuple[Auxiliary, ...] = ()


@dataclass(frozen=True, slots=True)
class NoRequirement:
    """Why a target asks nothing of the actions.

    Parameters
    ----------
    target_id
        Of the plan.
    state
        Which kind of reason.
    reason
        Code, with what to ask for after a colon.
    """

    target_id: str
    state: State
    reason: str
