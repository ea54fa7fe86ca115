"""Counts and sizes: how many, how much, how large, delivered or not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from coverplan.indicators.amounts import Lack, Total, total, totals
from coverplan.indicators.answers import NO, UNKNOWN, YES
from coverplan.indicators.context import exact
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement, Present, every_one, known, missing
from coverplan.indicators.shares import divided
from coverplan.plan.kinds import (
    Amount,
    AreaPer100Households,
    Condition,
    Count,
    CountPerUnit,
    FacilityMinimum,
    ProjectDelivery,
    Sum,
)
from coverplan.plan.schema import Target
from coverplan.units import BoolArray


def count(indicator: Count | Sum, target: Target, evidence: Evidence) -> Measurement:
    """Facilities that count, or their field added up; what is unknown can only add to it.

    Where all of it is unknown there is no value: nothing that is known is not none.
    """
    del target
    found = total(evidence, indicator.amount)
    if isinstance(found, Lack):
        return missing(found.reason, found.what)
    flagged: tuple[str, ...] = ()
    if indicator.amount.facilities is not None:
        flagged = evidence.flagged(evidence.serving(indicator.amount.facilities))
    nothing = found.unknown > 0 and not found.value
    return Measurement(
        value=None if nothing else found.value,
        numerator=None if nothing else found.value,
        lowest=found.value,
        highest=None if found.unknown else found.value,
        unknown=found.unknown,
        flagged=flagged,
    )


def count_per_unit(indicator: CountPerUnit, target: Target, evidence: Evidence) -> Measurement:
    """The amount of each unit of the set; every unit must reach the target's value, the worst one is shown."""
    codes = evidence.codes(indicator.units)
    if not codes:
        return missing("missing_units", indicator.units)
    found = totals(evidence, indicator.amount, codes)
    lacks = [amount for amount in found.values() if isinstance(amount, Lack)]
    if len(lacks) == len(found):
        return missing(lacks[0].reason, lacks[0].what)
    values: dict[str, Fraction | None] = {}
    passes: dict[str, Present] = {}
    for code, amount in found.items():
        values[code] = None if isinstance(amount, Lack) else amount.value
        passes[code] = None if isinstance(amount, Lack) else _passes(amount, target)
    return every_one(values, passes, unit_set=indicator.units)


def _passes(amount: Total, target: Target) -> Present:
    """What is unknown can only add: enough stays enough unless the rule has an upper end."""
    enough = passes_rule(amount.value, target)
    if amount.unknown and (target.rule in {"inside", "="} or not enough):
        return None
    return enough


def facility_minimum(indicator: FacilityMinimum, target: Target, evidence: Evidence) -> Measurement:
    """The size of each facility or estate; every one must reach the minimum, the smallest is shown."""
    if target.goal.value is None:
        return missing("no_number", "minimum")
    if indicator.estates is not None:
        return _estate_minimum(indicator, Fraction(target.goal.value), evidence)
    if not evidence.knows(indicator.facilities):
        return missing("missing_layer", evidence.name(indicator.facilities))
    if not evidence.lists_all(indicator.facilities):
        return missing("partial_ledger", evidence.name(indicator.facilities))
    answers = evidence.serving(indicator.facilities)
    sizes = evidence.numbers(indicator.field)
    ids = evidence.column("id")
    values: dict[str, Fraction | None] = {}
    passes: dict[str, Present] = {}
    for row in np.flatnonzero(answers != NO):
        size = sizes[row]
        enough = size is not None and passes_rule(size, target)
        values[str(ids[row])] = size if answers[row] == YES else None
        passes[str(ids[row])] = None if size is None or (answers[row] == UNKNOWN and not enough) else enough
    return every_one(values, passes, unit_set=None)


def _estate_minimum(indicator: FacilityMinimum, minimum: Fraction, evidence: Evidence) -> Measurement:
    estates = _estates(str(indicator.estates), evidence)
    if estates is None:
        return missing("missing_estates", str(indicator.estates))
    values: dict[str, Fraction | None] = {}
    passes: dict[str, Present] = {}
    for name, (households, area) in estates.items():
        values[name] = area
        passes[name] = None if area is None else area >= minimum
        if area is not None and area >= minimum and indicator.per_100_households is not None:
            needed = None if households is None else Fraction(indicator.per_100_households) * households / 100
            passes[name] = None if needed is None else area >= needed
    return every_one(values, passes, unit_set=None)


def area_per_100_households(
    indicator: AreaPer100Households, target: Target, evidence: Evidence
) -> Measurement:
    """Floor area over households / 100: of the whole area, or of every unit or estate, the worst one shown."""
    if indicator.estates is not None:
        return _estate_areas(indicator, target, evidence)
    if not evidence.knows(indicator.facilities):
        return missing("missing_layer", evidence.name(indicator.facilities))
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    if indicator.units is not None:
        return _unit_areas(indicator.units, amount, target, evidence)
    households = [evidence.households(code) for code in evidence.top]
    if not households or any(number is None for number in households):
        return missing("missing_attribute", "households")
    under = sum((number for number in households if number is not None), Fraction(0))
    return divided(total(evidence, amount), Total(under, 0), Fraction(100))


def _unit_areas(unit_set: str, amount: Amount, target: Target, evidence: Evidence) -> Measurement:
    codes = evidence.codes(unit_set)
    areas = totals(evidence, amount, codes)
    values: dict[str, Fraction | None] = {}
    passes: dict[str, Present] = {}
    for code in codes:
        households, area = evidence.households(code), areas[code]
        values[code] = passes[code] = None
        if isinstance(area, Total) and households:
            share = Total(100 * area.value / households, area.unknown)
            values[code], passes[code] = share.value, _passes(share, target)
    return every_one(values, passes, unit_set=unit_set)


def _estate_areas(indicator: AreaPer100Households, target: Target, evidence: Evidence) -> Measurement:
    estates = _estates(str(indicator.estates), evidence)
    if estates is None:
        return missing("missing_estates", str(indicator.estates))
    values = {
        name: 100 * area / households if area is not None and households else None
        for name, (households, area) in estates.items()
    }
    passes = {name: None if value is None else passes_rule(value, target) for name, value in values.items()}
    return every_one(values, passes, unit_set=None)


def _estates(kind: str, evidence: Evidence) -> dict[str, tuple[Fraction | None, Fraction | None]] | None:
    """Households and floor area of every estate of a kind, or None where the study has none to show."""
    table = evidence.context.estates
    rows = None if table is None else table[table["kind"] == kind]
    if rows is None or rows.empty:
        return None
    pairs = zip(rows.index, rows["households"], rows["floor_area_m2"], strict=True)
    return {str(name): (_number(households), _number(area)) for name, households, area in pairs}


def _number(value: Any) -> Fraction | None:
    return None if value is None or bool(pd.isna(value)) else exact(value)


def project_delivery(indicator: ProjectDelivery, target: Target, evidence: Evidence) -> Measurement:
    """Projects that serve people, out of those promised; one that the ledger does not list is unknown."""
    if target.goal.value is None:
        return missing("no_number", "projects")
    promised = Fraction(target.goal.value)
    condition = indicator.amount.facilities
    found = total(evidence, indicator.amount)
    if isinstance(found, Lack):
        return missing(found.reason, found.what)
    if condition is None:
        return replace(known(found.value), denominator=promised, numerator=found.value)
    waiting, undated, unlisted = _not_delivered(condition, evidence)
    unclear = int((evidence.serving(condition) == UNKNOWN).sum()) + len(unlisted)
    nothing = unclear > 0 and not found.value and not waiting
    return Measurement(
        value=None if nothing else found.value,
        numerator=None if nothing else found.value,
        denominator=promised,
        lowest=found.value,
        highest=found.value + unclear if evidence.lists_all(condition) else None,
        unknown=max(unclear, found.unknown),
        short=waiting,
        unsure=(*unlisted, *undated),
    )


def _not_delivered(
    condition: Condition, evidence: Evidence
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Ids of listed projects that do not serve people yet, of those that may; names that the ledger does not list."""
    table = evidence.table[evidence.table["layer"] == condition.layer]
    listed = table[table["id"].isin(condition.names) | table["name"].isin(condition.names)]
    found = set(listed["id"]) | set(listed["name"])
    unlisted = tuple(name for name in condition.names if name not in found)
    serving = evidence.context.facilities.open_in(evidence.context.year)[listed.index]
    maybe = evidence.maybe_open[listed.index]

    def ids(rows: BoolArray) -> tuple[str, ...]:
        return tuple(sorted(str(identifier) for identifier in listed.loc[rows, "id"]))

    return ids(~serving & ~maybe), ids(maybe), unlisted


def passes_rule(value: Fraction, target: Target) -> bool:
    """One unit's value against the target's number by its rule; ranges without a cap ask for the low end."""
    low, high = target.goal.value, target.goal.high
    if low is None:
        return False
    if target.rule == ">":
        return value > Fraction(low)
    if target.rule == "=":
        return value == Fraction(low)
    if target.rule == "inside" and high is not None:
        return Fraction(low) <= value <= Fraction(high)
    return value >= Fraction(low)
