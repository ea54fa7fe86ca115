"""Shares: sums over sums, facilities with certain traits, units that meet a standard."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np

from coverplan.indicators.amounts import Lack, Total, opened_since, stock_of, total, totals
from coverplan.indicators.answers import NO, UNKNOWN, YES
from coverplan.indicators.context import decimal_sum
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement, Present, missing, share_of
from coverplan.plan.kinds import (
    Amount,
    AreaShare,
    Condition,
    FacilityShare,
    RatioOfSums,
    ShareInRange,
    ShareMeetingStandard,
    Traits,
)
from coverplan.plan.schema import Target


def ratio_of_sums(indicator: RatioOfSums, target: Target, evidence: Evidence) -> Measurement:
    """Numerator over denominator times ``per``; facility by facility where both are of the same facilities."""
    del target
    top, bottom, per = indicator.numerator, indicator.denominator, Fraction(indicator.per)
    same = top.facilities is not None and top.facilities == bottom.facilities
    same = same and top.opened_from == bottom.opened_from
    if same and stock_of(evidence, top) is None and stock_of(evidence, bottom) is None:
        assert top.facilities is not None  # two registers are never the same facilities
        if not evidence.knows(top.facilities):
            return missing("missing_layer", evidence.name(top.facilities))
        return _paired(top, bottom, per, evidence)
    return divided(total(evidence, top), total(evidence, bottom), per)


def divided(over: Total | Lack, under: Total | Lack, per: Fraction) -> Measurement:
    """One sum over another; amounts are never negative, so an unknown part can only make a sum larger."""
    if isinstance(over, Lack):
        return missing(over.reason, over.what)
    if isinstance(under, Lack):
        return missing(under.reason, under.what)
    if under.value <= 0:
        return missing("missing_denominator", "zero")
    value = per * over.value / under.value
    return Measurement(
        value=value,
        numerator=over.value,
        denominator=under.value,
        lowest=value if not under.unknown else None,
        highest=value if not over.unknown else None,
        unknown=over.unknown + under.unknown,
    )


def _paired(top: Amount, bottom: Amount, per: Fraction, evidence: Evidence) -> Measurement:
    """Only facilities whose denominator is known count; an unknown numerator adds nothing (R8, R15)."""
    assert top.facilities is not None  # the caller saw to it
    since = opened_since(evidence.column("opened"), top.opened_from, unknown=UNKNOWN)
    answers = np.minimum(evidence.serving(top.facilities), since)
    overs, unders = _values(top, evidence), _values(bottom, evidence)
    counted = [(overs[at], unders[at]) for at in np.flatnonzero(answers == YES).tolist()]
    unclear = int((answers == UNKNOWN).sum()) + sum(under is None for _, under in counted)
    if not evidence.lists_all(top.facilities):
        unclear += 1
    denominator = decimal_sum(under for _, under in counted if under is not None)
    numerator = decimal_sum(over for over, under in counted if over is not None and under is not None)
    open_part = decimal_sum(under for over, under in counted if over is None and under is not None)
    unknown = unclear + sum(over is None and under is not None for over, under in counted)
    if denominator <= 0:
        return missing("missing_attribute", str(bottom.field))
    if all(over is None for over, _ in counted):
        return missing("missing_attribute", str(top.field))
    part_of = (top.field, bottom.field) == ("nursing_beds", "beds")
    bounded = unclear == 0 and (part_of or open_part == 0)
    return Measurement(
        value=per * numerator / denominator,
        numerator=numerator,
        denominator=denominator,
        lowest=per * numerator / denominator if unclear == 0 else None,
        highest=per * (numerator + open_part) / denominator if bounded else None,
        unknown=unknown,
        flagged=evidence.flagged(answers),
    )


def facility_share(indicator: FacilityShare, target: Target, evidence: Evidence) -> Measurement:
    """Facilities with the traits in percent of the facilities; those that may not count at all are unknown."""
    del target
    if not evidence.knows(indicator.facilities):
        return missing("missing_layer", evidence.name(indicator.facilities))
    return _share_having(indicator.facilities, indicator, evidence)


def _share_having(
    facilities: Condition, indicator: FacilityShare | ShareMeetingStandard, evidence: Evidence
) -> Measurement:
    assert indicator.having is not None  # the schema sees to it
    counted = evidence.serving(facilities)
    having = evidence.alike(indicator.having)
    ids = evidence.column("id")
    present: dict[str, Present] = {}
    for row in np.flatnonzero(counted != NO):
        sure = counted[row] == YES and having[row] != UNKNOWN
        present[str(ids[row])] = bool(having[row] == YES) if sure else None
    if not evidence.lists_all(facilities):
        return missing("partial_ledger", evidence.name(facilities))
    share = share_of(present, unit_set=None, flagged=evidence.flagged(counted))
    if share.reason is None and share.value is None:
        return replace(
            share, reason=f"missing_attribute:{evidence.name(facilities)}.{_asked(indicator.having)}"
        )
    return share


def _asked(traits: Traits) -> str:
    """Names of the traits that are asked for, to ask the office for them."""
    asked = {"type": traits.types, "functions": traits.functions, "grade": traits.grades}
    return "|".join([name for name, wanted in asked.items() if wanted] + [*traits.at_least, *traits.flags])


def share_meeting_standard(
    indicator: ShareMeetingStandard, target: Target, evidence: Evidence
) -> Measurement:
    """Units whose facilities add up to the standard, or facilities that meet it, in percent."""
    del target
    if not evidence.knows(indicator.facilities):
        return missing("missing_layer", evidence.name(indicator.facilities))
    if indicator.having is not None:
        return _share_having(indicator.facilities, indicator, evidence)
    if indicator.standard is None:
        return missing("missing_standard", str(indicator.field))
    unit_set = str(indicator.units)
    codes = evidence.codes(unit_set)
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    sizes = totals(evidence, amount, codes)
    present = {code: _meets(indicator, code, sizes[code], evidence) for code in codes}
    return share_of(
        present, unit_set=unit_set, flagged=evidence.flagged(evidence.serving(indicator.facilities))
    )


def _meets(indicator: ShareMeetingStandard, code: str, size: Total | Lack, evidence: Evidence) -> Present:
    assert indicator.standard is not None  # the caller saw to it
    needed = Fraction(indicator.standard)
    if indicator.per_100_households:
        households = evidence.households(code)
        if households is None:
            return None
        needed = needed * households / 100
    if isinstance(size, Lack):
        return None
    return True if size.value >= needed else None if size.unknown else False


def share_in_range(indicator: ShareInRange, target: Target, evidence: Evidence) -> Measurement:
    """Units whose households lie inside the closed range of the target; every unit is judged."""
    low, high = target.goal.value, target.goal.high
    if low is None or high is None:
        return missing("no_number", "range")
    sizes = {code: evidence.households(code) for code in evidence.codes(indicator.units)}
    if sizes and all(size is None for size in sizes.values()):
        return missing("missing_attribute", "households")
    inside: dict[str, Present] = {
        code: None if size is None else Fraction(low) <= size <= Fraction(high)
        for code, size in sizes.items()
    }
    return share_of(inside, unit_set=indicator.units)


def area_share(indicator: AreaShare, target: Target, evidence: Evidence) -> Measurement:
    """Area of the part over the area of all units, in percent; a unit without a figure is unknown."""
    del target
    codes = evidence.codes(indicator.units)
    register = evidence.context.register_of
    parts = {code: register(indicator.part_register, code) for code in codes}
    wholes = {code: register(indicator.whole_register, code) for code in codes}
    if not codes or any(whole is None for whole in wholes.values()):
        return missing("missing_register", indicator.whole_register)
    if all(part is None for part in parts.values()):
        return missing("missing_register", indicator.part_register)
    whole = sum((area for area in wholes.values() if area is not None), Fraction(0))
    part = sum((area for area in parts.values() if area is not None), Fraction(0))
    unsure = tuple(code for code in codes if parts[code] is None)
    open_area = sum((wholes[code] or Fraction(0) for code in unsure), Fraction(0))
    short = tuple(code for code in codes if (p := parts[code]) is not None and p < (wholes[code] or 0))
    return Measurement(
        value=100 * part / whole,
        numerator=part,
        denominator=whole,
        lowest=100 * part / whole,
        highest=100 * (part + open_area) / whole,
        unknown=len(unsure),
        short=short,
        unsure=unsure,
    )


def _values(amount: Amount, evidence: Evidence) -> list[Decimal | None]:
    if amount.field is None:
        return [Decimal(1)] * evidence.size
    return evidence.decimals(amount.field)
