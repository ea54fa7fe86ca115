"""What a workbench answers: coverage by standard, group and unit, and every target of the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from coverplan.errors import Problem
from coverplan.indicators import IndicatorValue
from coverplan.scenario.scenario_file import Standard
from coverplan.service.cover import Coverage
from coverplan.units import FloatArray


@dataclass(frozen=True, slots=True)
class StandardAnswer:
    """What an idea does to one standard.

    Parameters
    ----------
    standard
        What was asked.
    coverage
        Every demand point.
    people
        By group and column of `coverplan.service.cover.tally`, shape (1 + units,): the whole area, then each unit.
    protected
        A protected place counts: single points would give it away, so that only units may be shown.
    """

    standard: Standard
    coverage: Coverage
    people: Mapping[str, Mapping[str, FloatArray]]
    protected: bool


@dataclass(frozen=True, slots=True)
class TargetAnswer:
    """One target held against an idea.

    Parameters
    ----------
    value
        Its figure and verdict.
    gap
        Target minus figure in its measure, None where unknown.
    units_missing
        Units that are still needed for its share.
    """

    value: IndicatorValue
    gap: Decimal | None
    units_missing: int | None


@dataclass(frozen=True, slots=True)
class Cost:
    """Money that the changes would take.

    Parameters
    ----------
    known
        Sum of the costs that are given, in the study's currency.
    unknown
        How many openings and upgrades name no cost (R15).
    """

    known: float
    unknown: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything that an idea does, in the order of the scenario's standards and the plan's targets.

    Parameters
    ----------
    standards, targets, cost
        See there; no targets without a plan.
    applied
        Positions of the changes that hold in the year looked at.
    warnings
        What is odd about the changes and does not stop them, such as a place outside the area.
    """

    standards: tuple[StandardAnswer, ...]
    targets: tuple[TargetAnswer, ...]
    cost: Cost
    applied: tuple[int, ...]
    warnings: tuple[Problem, ...]
