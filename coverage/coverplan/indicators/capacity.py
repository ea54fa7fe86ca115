"""Capacity: what is left against what will be used."""

from __future__ import annotations

from fractions import Fraction

from coverplan.indicators.amounts import Total, totals
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement, Present, every_one, missing
from coverplan.plan.kinds import Amount, CapacityBalance
from coverplan.plan.schema import Target


def capacity_balance(indicator: CapacityBalance, target: Target, evidence: Evidence) -> Measurement:
    """What is left minus what is used in the horizon, by unit; units below zero fall short; the worst is shown."""
    del target
    codes = evidence.codes(indicator.units)
    if not codes:
        return missing("missing_units", indicator.units)
    if indicator.yearly_use_register not in evidence.context.registers:
        return missing("missing_register", indicator.yearly_use_register)
    if not evidence.knows(indicator.facilities):
        return missing("missing_layer", evidence.name(indicator.facilities))
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    stock = totals(evidence, amount, codes)
    balance: dict[str, Fraction | None] = {}
    passes: dict[str, Present] = {}
    for code in codes:
        used = evidence.context.register_of(indicator.yearly_use_register, code)
        left = stock[code]
        balance[code] = None
        if used is not None and isinstance(left, Total) and not left.unknown:
            balance[code] = left.value - used * indicator.horizon_years
        passes[code] = None if (value := balance[code]) is None else value >= 0
    return every_one(balance, passes, unit_set=indicator.units)
