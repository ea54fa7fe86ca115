"""Requirements: what a target asks of the actions, as linear rows, with the reason where it asks nothing of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Literal

from coverplan.plan.kinds import ReachQuestion
from coverplan.programme.variants import Linear
from coverplan.units import FloatArray

State = Literal[
    "constraint", "met_anyway", "relaxed", "not_influenced", "not_judged", "after_horizon", "not_asked"
]

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
        """Factor that makes all multiples whole, and the smallest step that the left side can then make.

        Where the multiples have too many decimals for that, or people are counted, the factor is 1 and the step a
        millionth of the right-hand side.
        """
        numbers = [
            *self.actions.factors.values(),
            *self.auxiliaries.values(),
            self.actions.constant,
            self.at_least,
        ]
        scale = lcm(*(value.denominator for value in numbers))
        if self.covered is not None or scale > _LARGEST_SCALE:
            return Fraction(1), max(abs(self.at_least), Fraction(1)) / 1_000_000
        return Fraction(scale), Fraction(1)


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
