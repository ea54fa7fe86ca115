"""Capacity: what is left against what will be used."""

from __future__ import annotations

from fractions import Fraction

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
        return missing("missing_layer", indicator.facilities.layer)
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    balance: dict[str, Fraction | None] = {}
    passes: dict[str, Present] = {}
    for code in codes:
        used = evidence.context.register_of(indicator.yearly_use_register, code)
        left = evidence.total(amount, within=code)
        sure = used is not None and left is not None and not left.unknown
        balance[code] = (
            left.value - used * indicator.horizon_years if sure and left and used is not None else None
        )
        passes[code] = None if (value := balance[code]) is None else value >= 0
    return every_one(balance, passes, unit_set=indicator.units)
