"""What could be done for a target where there is no map: something opened in a unit, or an existing facility made to fit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor
from types import MappingProxyType
from typing import Any

import numpy as np

from coverplan.indicators.answers import YES
from coverplan.indicators.evidence import Evidence
from coverplan.plan.kinds import (
    Amount,
    AreaPer100Households,
    CapacityBalance,
    Condition,
    Count,
    CountPerUnit,
    FacilityMinimum,
    FacilityShare,
    HierarchicalPresence,
    PerPeople,
    PresenceOrReach,
    RatioOfSums,
    ShareMeetingStandard,
    Sum,
    Traits,
    UnitPresence,
)
from coverplan.programme.actions.action import Action
from coverplan.programme.asking.asked import Asked, NotAsked
from coverplan.vocabulary import LAYER_TYPES

#: Nobody plans more of one kind in one place from a ledger alone.
_MOST_COPIES = 400


@dataclass(frozen=True, slots=True)
class Offer:
    """Facilities of one kind that may be opened, one action each.

    Parameters
    ----------
    condition
        What each of them satisfies.
    copies
        How many at most, by code of the unit.
    amounts
        Number fields of each, by code of the unit.
    """

    condition: Condition
    copies: Mapping[str, int]
    amounts: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def actions(self, number: int, year: int, evidence: Evidence) -> Iterator[Action]:
        """The openings; their place is their unit and nothing nearer."""
        for code, copies in self.copies.items():
            unit = _declared(code, self.condition, evidence)
            if unit is None:
                continue
            fields = {**_fields(self.condition), "unit_code": unit, **self.amounts.get(code, {})}
            type_ = type_of(self.condition)
            for copy in range(copies):
                site = f"{unit}.{copy:03d}.{number:03d}"
                yield Action(
                    key=f"open/{self.condition.layer}/{type_}/{number:03d}/{site}", kind="open",
                    layer=self.condition.layer, type=type_, offer=number, facility=None, site=site, place=None,
                    unit=unit, fields=fields, first_year=year,
                )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Improvement:
    """An existing facility that may be made to fit.

    Parameters
    ----------
    row
        Its position in the ledger.
    fields
        What it offers afterwards.
    """

    row: int
    fields: Mapping[str, Any]

    def action(self, number: int, year: int, evidence: Evidence) -> Action:
        """The upgrade of it."""
        row = evidence.table.iloc[self.row]
        own = evidence.own_units[self.row]
        return Action(
            key=f"upgrade/{row['layer']}/{row['id']}/{number:03d}", kind="upgrade", layer=str(row["layer"]),
            type=str(row["type"]), offer=number, facility=str(row["id"]), site=None, place=None,
            unit=own[0] if own else None, fields=self.fields, first_year=year,
        )  # fmt: skip


Ways = tuple[list[Offer], list[Improvement]]


def ways_of(asked: Asked) -> Ways:
    """What could be done for a target in a year; `asked` lays out what stands, without any action."""
    find = _WAYS.get(asked.target.indicator.kind)
    return ([], []) if find is None else find(asked.target.indicator, asked)


def together(offers: Sequence[Offer]) -> list[Offer]:
    """Offers that satisfy several others at once, in the units that all of them are for."""
    found: dict[str, Offer] = {}
    single = [offer for offer in offers if not offer.amounts and set(offer.copies.values()) == {1}]
    for at, first in enumerate(single):
        joined, codes, count = first.condition, set(first.copies), 1
        for other in single[at + 1 :]:
            both = _joined(joined, other.condition)
            shared = codes & set(other.copies)
            if both is not None and shared:
                joined, codes, count = both, shared, count + 1
        if count > 1:
            found[joined.model_dump_json()] = Offer(joined, dict.fromkeys(sorted(codes), 1))
    return list(found.values())


def type_of(condition: Condition) -> str:
    """Type that an opening has: the first that the condition accepts."""
    return next(iter(condition.types or LAYER_TYPES.get(condition.layer, (condition.layer,))))


def _presence(indicator: UnitPresence | PresenceOrReach, asked: Asked) -> Ways:
    """One in each unit; what must stand beside other facilities is not told from units alone."""
    return (
        ([], [])
        if indicator.units is None
        else (_each_unit(indicator.facilities, indicator.units, asked), [])
    )


def _tiers(indicator: HierarchicalPresence, asked: Asked) -> Ways:
    return [offer for tier in indicator.tiers for offer in _each_unit(tier.facilities, tier.units, asked)], []


def _each_unit(conditions: Sequence[Condition], unit_set: str, asked: Asked) -> list[Offer]:
    codes = asked.evidence.codes(unit_set)
    return [Offer(condition, dict.fromkeys(codes, 1)) for condition in conditions]


def _per_unit(indicator: CountPerUnit, asked: Asked) -> Ways:
    return _amounts(
        indicator.amount, dict.fromkeys(asked.evidence.codes(indicator.units), asked.goal), asked
    ), []


def _sum(indicator: Count | Sum, asked: Asked) -> Ways:
    return _anywhere(indicator.amount, asked.goal, asked), []


def _anywhere(amount: Amount, needed: Fraction, asked: Asked) -> list[Offer]:
    """Somewhere inside the condition's units, or in the area at large."""
    if amount.facilities is None:
        return []
    within = amount.facilities.within
    codes = asked.evidence.top if within is None else asked.evidence.codes(within)
    short = needed - asked.total(amount).constant
    return _opened(amount, dict.fromkeys(codes, short), asked)


def _amounts(amount: Amount, needed: Mapping[str, Fraction], asked: Asked) -> list[Offer]:
    """In each unit as much as is missing there."""
    if amount.facilities is None:
        return []
    there = asked.totals(amount, needed)
    return _opened(amount, {code: goal - there[code].constant for code, goal in needed.items()}, asked)


def _opened(amount: Amount, short: Mapping[str, Fraction], asked: Asked) -> list[Offer]:
    assert amount.facilities is not None  # callers look first
    whole = {code: _enough(number, strict=asked.strict) for code, number in short.items()}
    whole = {code: number for code, number in whole.items() if number > 0}
    if amount.field is None:
        return [Offer(amount.facilities, {code: min(number, _MOST_COPIES) for code, number in whole.items()})]
    sizes = {code: {amount.field: float(number)} for code, number in whole.items()}
    return [Offer(amount.facilities, dict.fromkeys(whole, 1), sizes)]


def _enough(short: Fraction, *, strict: bool) -> int:
    return floor(short) + 1 if strict and short >= 0 else max(0, ceil(short))


def _per_people(per: int) -> Callable[[PerPeople, Asked], Ways]:
    def find(indicator: PerPeople, asked: Asked) -> Ways:
        base = asked.target.population_base
        people = None if base is None else asked.evidence.context.people_of(indicator.group, base)
        if people is None:
            raise NotAsked("not_judged", f"missing_people:{indicator.group}/{base}")
        return _anywhere(indicator.amount, asked.goal * people / per, asked), []

    return find


def _area(indicator: AreaPer100Households, asked: Asked) -> Ways:
    if indicator.estates is not None:
        return [], []
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    codes = asked.evidence.top if indicator.units is None else asked.evidence.codes(indicator.units)
    needed = _by_households(asked.goal, codes, asked)
    if indicator.units is None:
        return _anywhere(amount, sum(needed.values(), Fraction(0)), asked), []
    return _amounts(amount, needed, asked), []


def _standard(indicator: ShareMeetingStandard, asked: Asked) -> Ways:
    if indicator.having is not None:
        return [], _having(indicator.facilities, indicator.having, asked.evidence)
    if indicator.standard is None:
        return [], []
    codes, standard = asked.evidence.codes(str(indicator.units)), Fraction(indicator.standard)
    needed = (
        _by_households(standard, codes, asked)
        if indicator.per_100_households
        else dict.fromkeys(codes, standard)
    )
    return _amounts(Amount(facilities=indicator.facilities, field=indicator.field), needed, asked), []


def _by_households(per_100: Fraction, codes: Iterable[str], asked: Asked) -> dict[str, Fraction]:
    households = {code: asked.evidence.households(code) for code in codes}
    return {code: per_100 * number / 100 for code, number in households.items() if number is not None}


def _capacity(indicator: CapacityBalance, asked: Asked) -> Ways:
    register = indicator.yearly_use_register
    used = {
        code: asked.evidence.context.register_of(register, code)
        for code in asked.evidence.codes(indicator.units)
    }
    needed = {code: number * indicator.horizon_years for code, number in used.items() if number is not None}
    return _amounts(Amount(facilities=indicator.facilities, field=indicator.field), needed, asked), []


def _ratio(indicator: RatioOfSums, asked: Asked) -> Ways:
    """Amounts of the same facilities are turned into each other; other numerators grow."""
    top, bottom = indicator.numerator, indicator.denominator
    if top.facilities is None:
        return [], []
    if top.facilities != bottom.facilities:
        under = asked.total(bottom).constant
        return _anywhere(top, asked.goal * under / Fraction(indicator.per), asked), []
    if top.field is None or bottom.field is None:
        return [], []
    over, under_of = asked.evidence.numbers(top.field), asked.evidence.numbers(bottom.field)
    found = []
    for row in asked.rows(top.facilities):
        part, whole = over[row], under_of[row]
        if part is not None and whole is not None and part < whole:
            found.append(Improvement(row, {top.field: float(whole)}))
    return [], found


def _share(indicator: FacilityShare, asked: Asked) -> Ways:
    return [], _having(indicator.facilities, indicator.having, asked.evidence)


def _having(facilities: Condition, having: Traits, evidence: Evidence) -> list[Improvement]:
    there, fits = evidence.serving(facilities), evidence.alike(having)
    found = []
    for row in np.flatnonzero((there == YES) & (fits != YES)).tolist():
        fields = _fields(having)
        functions = evidence.table["functions"].iloc[row]
        if "functions" in fields and functions is not None:
            fields["functions"] = tuple(sorted({*fields["functions"], *functions}))
        found.append(Improvement(row, fields))
    return found


def _raised(indicator: FacilityMinimum, asked: Asked) -> Ways:
    if indicator.estates is not None:
        return [], []
    sizes = asked.evidence.numbers(indicator.field)
    goal = float(floor(asked.goal) + 1) if asked.strict else float(asked.goal)
    small = [
        row
        for row in asked.rows(indicator.facilities)
        if (size := sizes[row]) is not None and size < Fraction(goal)
    ]
    return [], [Improvement(row, {indicator.field: goal}) for row in small]


def _fields(traits: Traits) -> dict[str, Any]:
    """Fields of a facility that has the traits."""
    fields: dict[str, Any] = {name: float(bound) for name, bound in traits.at_least.items()}
    if traits.functions:
        fields["functions"] = traits.functions
    if traits.grades:
        fields["grade"] = traits.grades[0]
    if traits.status:
        fields["status"] = traits.status[0]
    if isinstance(traits, Condition) and traits.names:
        fields["name"] = traits.names[0]
    return fields | {f"own:{name}": True for name in traits.flags}


def _declared(code: str, condition: Condition, evidence: Evidence) -> str | None:
    """The unit itself, or the first one in it at whose level such a facility must belong."""
    types = evidence.context.units.table["type"]
    if not condition.declared_at or types.get(code) in condition.declared_at:
        return code
    below = (other for other in types.index if types[other] in condition.declared_at)
    return next((str(other) for other in below if code in evidence.ancestors(str(other))), None)


def _joined(one: Condition, other: Condition) -> Condition | None:
    """A condition that is met only where both are; None where no facility meets both."""
    if one.layer != other.layer or one.within != other.within or one.names or other.names:
        return None
    joined: dict[str, Any] = {}
    for name in ("types", "grades", "status", "declared_at"):
        a, b = getattr(one, name), getattr(other, name)
        both = tuple(item for item in a if item in b) if a and b else a or b
        if a and b and not both:
            return None
        joined[name] = both
    joined["functions"] = tuple(dict.fromkeys((*one.functions, *other.functions)))
    joined["flags"] = tuple(dict.fromkeys((*one.flags, *other.flags)))
    bounds = {
        name: max(one.at_least.get(name, 0), other.at_least.get(name, 0))
        for name in (*one.at_least, *other.at_least)
    }
    return one.model_copy(update={**joined, "at_least": bounds})


_WAYS: Mapping[str, Callable[[Any, Asked], Ways]] = MappingProxyType(
    {
        "unit_presence": _presence,
        "presence_or_reach": _presence,
        "hierarchical_presence": _tiers,
        "count_per_unit": _per_unit,
        "count": _sum,
        "sum": _sum,
        "per_1000": _per_people(1_000),
        "per_10k": _per_people(10_000),
        "area_per_100_households": _area,
        "share_meeting_standard": _standard,
        "capacity_balance": _capacity,
        "ratio_of_sums": _ratio,
        "facility_share": _share,
        "facility_minimum": _raised,
    }
)
