"""Every target of a plan held against a study's evidence."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

import pandas as pd

from coverplan.indicators.context import IndicatorContext, as_decimal
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement
from coverplan.indicators.verdict import Roster, Verdict, judge, roster_of
from coverplan.plan.schema import Plan, Target

if TYPE_CHECKING:
    from coverplan.indicators.registry import Kind

Origin = Literal["computed", "reported", "none"]


@dataclass(frozen=True, slots=True)
class IndicatorValue:
    """One target's figure, how it came about, and what can be said of it.

    Parameters
    ----------
    target_id, kind
        Of the plan.
    value
        In the target's unit of measure; for kinds that judge every unit, that of the worst one. None where
        nothing can be said. Verdicts compare exact fractions, not this.
    text
        What the office typed in where that is no number.
    numerator, denominator
        What was divided, or passed and all.
    unknown
        Attributes, facilities or units that could not be told (R15).
    short
        Codes of units, or ids of facilities or estates, that fall short for sure, in code order.
    unsure
        Those of which nobody can say.
    flagged
        Ids of facilities whose declared unit and location disagree.
    origin
        ``computed`` by us, ``reported`` by the office, or ``none``: there is no figure.
    method
        Kind and version of the method (``unit_presence/1``).
    reason
        Why there is no figure, with what to ask for, or None.
    roster
        Listed and printed number of units, where units are counted.
    verdict
        With its date.
    """

    target_id: str
    kind: str
    value: Decimal | None
    text: str | None
    numerator: Decimal | None
    denominator: Decimal | None
    unknown: int
    short: tuple[str, ...]
    unsure: tuple[str, ...]
    flagged: tuple[str, ...]
    origin: Origin
    method: str
    reason: str | None
    roster: Roster | None
    verdict: Verdict


#: Fields of a value that are plain.
_PLAIN = tuple(field.name for field in fields(IndicatorValue) if field.name not in {"roster", "verdict"})


def compute(plan: Plan, context: IndicatorContext) -> tuple[IndicatorValue, ...]:
    """Values and verdicts of all targets, in the plan's order."""
    return compute_all(Evidence(plan, context))


def compute_all(evidence: Evidence) -> tuple[IndicatorValue, ...]:
    """Values and verdicts of all targets of the evidence's plan, in its order."""
    return tuple(compute_one(target, evidence) for target in evidence.plan.targets)


def compute_indicators(plan: Plan, context: IndicatorContext) -> pd.DataFrame:
    """Values and verdicts of all targets as a table, in the plan's order.

    Parameters
    ----------
    plan
        What was promised.
    context
        What is known, as of a date.

    Returns
    -------
    DataFrame
        Index ``target_id``; the other fields of `IndicatorValue` but the roster, and ``verdict``, ``as_of`` and
        ``because`` (the verdict's reason) for its verdict. Numbers are Decimals, None where unknown.
    """
    rows = [
        {
            **{name: getattr(value, name) for name in _PLAIN},
            "verdict": value.verdict.status,
            "as_of": value.verdict.as_of,
            "because": value.verdict.reason,
        }
        for value in compute(plan, context)
    ]
    # object columns keep None as None and Decimals exact
    return pd.DataFrame(rows, columns=[*_PLAIN, "verdict", "as_of", "because"], dtype=object).set_index(
        "target_id"
    )


def measure(target: Target, evidence: Evidence) -> Measurement | None:
    """What the target's kind finds out; None for kinds that are typed in."""
    kind = _kind(target.indicator.kind)
    return None if kind.measure is None else kind.measure(target.indicator, target, evidence)


def _kind(name: str) -> Kind:
    # whoever only reads a plan and its evidence computes no kind
    from coverplan.indicators.registry import KINDS

    return KINDS[name]


def compute_one(target: Target, evidence: Evidence) -> IndicatorValue:
    """Value and verdict of one target."""
    measured = measure(target, evidence)
    typed = evidence.context.reported.get(target.id)
    if measured is None or (measured.value is None and typed is not None):
        return _reported(target, typed, measured or Measurement(), evidence)
    return _assembled(target, measured, evidence, as_decimal(measured.value), None)


def _reported(
    target: Target, typed: Decimal | str | None, measured: Measurement, evidence: Evidence
) -> IndicatorValue:
    value = typed if isinstance(typed, Decimal) else None
    text = typed if isinstance(typed, str) else None
    return _assembled(target, measured, evidence, value, text, reported=typed is not None)


def _assembled(
    target: Target,
    measured: Measurement,
    evidence: Evidence,
    value: Decimal | None,
    text: str | None,
    *,
    reported: bool = False,
) -> IndicatorValue:
    kind = target.indicator.kind
    origin: Origin = "reported" if reported else "none" if measured.value is None else "computed"
    return IndicatorValue(
        target_id=target.id,
        kind=kind,
        value=value,
        text=text,
        numerator=as_decimal(measured.numerator),
        denominator=as_decimal(measured.denominator),
        unknown=measured.unknown,
        short=measured.short,
        unsure=measured.unsure,
        flagged=measured.flagged,
        origin=origin,
        method=f"{kind}/{_kind(kind).version}",
        reason=measured.reason,
        roster=roster_of(evidence.plan, measured),
        verdict=judge(evidence.plan, target, measured, evidence.context.as_of),
    )
