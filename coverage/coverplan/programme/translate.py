"""Targets become rows: one small function a kind, beside the function of `indicators` that computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely

from coverplan.indicators.answers import YES
from coverplan.indicators.presence import SAME_PLACE_M
from coverplan.plan.attributes import NEVER_JUDGED
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
    PopulationWithin,
    PresenceOrReach,
    RatioOfSums,
    ShareMeetingStandard,
    Sum,
    UnitPresence,
)
from coverplan.programme.asked import NOTHING, Asked, NotAsked
from coverplan.programme.requirement import Auxiliary, Covered, NoRequirement, Requirement, Row
from coverplan.programme.variants import Linear

Translated = tuple[list[Row], list[Auxiliary]]


def requirement(asked: Asked) -> Requirement | NoRequirement:
    """What a target asks of the actions in a year; or why it asks nothing of them."""
    target = asked.target
    kind = target.indicator.kind
    try:
        if target.attribute in NEVER_JUDGED or target.rule in {"none", "approx"}:
            raise NotAsked("not_judged", target.attribute if target.attribute in NEVER_JUDGED else "no_rule")
        if kind not in TRANSLATIONS:
            raise NotAsked("not_influenced", kind)
        rows, auxiliaries = TRANSLATIONS[kind](target.indicator, asked)
    except NotAsked as told:
        return NoRequirement(target.id, told.state, told.reason)
    return Requirement(target.id, asked.year, tuple(rows), tuple(auxiliaries))


def _unit_presence(indicator: UnitPresence, asked: Asked) -> Translated:
    if indicator.hosts is not None:
        return _host_presence(indicator.hosts, indicator.facilities, asked)
    unit_set = str(indicator.units)
    codes = asked.evidence.codes(unit_set)
    return _share_of_members(_in_each(indicator.facilities, codes, asked), asked, unit_set)


def _hierarchical_presence(indicator: HierarchicalPresence, asked: Asked) -> Translated:
    ways: dict[str, list[Linear]] = {}
    for tier in indicator.tiers:
        for code, sums in _in_each(tier.facilities, asked.evidence.codes(tier.units), asked).items():
            ways.setdefault(code, []).extend(sums)
    return _share_of_members(ways, asked, None)


def _in_each(conditions: Iterable[Condition], codes: Sequence[str], asked: Asked) -> dict[str, list[Linear]]:
    """Facilities of each condition in every unit."""
    found: dict[str, list[Linear]] = {code: [] for code in codes}
    for condition in conditions:
        for code, rows in asked.by_unit(asked.rows(condition), codes).items():
            found[code].append(asked.variants.total(rows))
    return found


def _host_presence(hosts: Condition, wanted: Sequence[Condition], asked: Asked) -> Translated:
    """Share of host facilities at whose premises every other condition has a facility."""
    table, host_rows = asked.evidence.table, asked.rows(hosts)
    if asked.variants.total([row for row in asked.possible_rows(hosts) if row not in set(host_rows)]).constant:
        raise NotAsked("not_judged", f"unknown:{asked.evidence.name(hosts)}")
    premises, places = table["premises_id"].to_numpy(), table.geometry.to_numpy()
    beside = [_at_places(host_rows, asked.rows(condition), premises, places) for condition in wanted]
    rows: list[Row] = []
    auxiliaries = []
    for row in host_rows:
        name = f"served({row})"
        auxiliaries.append(Auxiliary(name))
        here = [asked.variants.total(found[row]) for found in beside]
        rows += [_passes_only_with(name, one) for one in (asked.variants.total([row]), *here)]
    passed = {one.name: Fraction(100) for one in auxiliaries}
    everyone = asked.variants.total(host_rows)
    rows.append(_row("share", NOTHING.plus(everyone, -asked.goal), Fraction(0), asked, passed))
    return rows, auxiliaries


def _at_places(
    hosts: Sequence[int], others: Sequence[int], premises: Any, places: Any
) -> dict[int, list[int]]:
    """Rows on the premises of each host row or within `SAME_PLACE_M` of it."""
    drawn = [row for row in others if places[row] is not None]
    tree = shapely.STRtree(places[drawn])
    found: dict[int, list[int]] = {}
    for host in hosts:
        near: set[int] = set()
        if places[host] is not None:
            hits = tree.query(places[host], predicate="dwithin", distance=SAME_PLACE_M)
            near = {drawn[at] for at in hits.tolist()}
        same = {row for row in others if premises[host] is not None and premises[row] == premises[host]}
        found[host] = sorted(near | same)
    return found


def _presence_or_reach(indicator: PresenceOrReach, asked: Asked) -> Translated:
    codes = asked.evidence.codes(indicator.units)
    workers = indicator.worker_register
    rows: list[Row] = []
    auxiliaries: list[Auxiliary] = []
    ways: dict[str, list[Linear]] = {}
    alternatives: dict[str, dict[str, Fraction]] = {}
    present = _in_each(indicator.facilities, codes, asked)
    for code in codes:
        employed = None if workers is None else asked.evidence.context.register_of(workers, code)
        if employed is not None and employed >= 1:
            ways[code] = [Linear(Fraction(1), {})]
            continue
        alternatives[code] = {}
        ways[code] = present[code]
        if indicator.reach is not None and indicator.reach_share is not None and asked.demand is not None:
            name = f"reached({code})"
            people = asked.people(indicator.reach, code)
            everyone = Fraction(float(people.people.sum()))
            if everyone > 0:
                auxiliaries.append(Auxiliary(name, whole=True))
                needed = Fraction(indicator.reach_share) * everyone / 100
                rows.append(Row(name, NOTHING, Fraction(0), {name: -needed}, people, defines=True))
                alternatives[code] = {name: Fraction(1)}
    more, more_auxiliaries = _share_of_members(ways, asked, indicator.units, alternatives)
    return rows + more, auxiliaries + more_auxiliaries


def _share_of_members(
    ways: Mapping[str, Sequence[Linear]],
    asked: Asked,
    unit_set: str | None,
    alternatives: Mapping[str, Mapping[str, Fraction]] | None = None,
) -> Translated:
    """Members of a set pass when each of their sums is at least one, or an alternative holds; enough must pass."""
    if not ways:
        raise NotAsked("not_judged", f"missing_units:{unit_set}")
    fewest, most = asked.units_needed(len(ways), unit_set)
    rows: list[Row] = []
    auxiliaries: list[Auxiliary] = []
    sure = 0
    for code, sums in ways.items():
        other = {} if alternatives is None else alternatives.get(code, {})
        if all(_always(one) for one in sums) and most == len(ways):
            sure += 1
            continue
        if any(not one.factors and one.constant < 1 for one in sums) and not other:
            continue
        name = f"passes({code})"
        auxiliaries.append(Auxiliary(name))
        rows += [_passes_only_with(name, one, other) for one in sums]
        if most < len(ways):
            rows.append(_passes_whenever(name, sums))
    counted = {one.name: Fraction(1) for one in auxiliaries}
    if most < len(ways):
        less = {name: -value for name, value in counted.items()}
        rows.append(Row("at_most", Linear(Fraction(-sure), {}), Fraction(-most), less))
    rows.append(Row("enough", Linear(Fraction(sure), {}), Fraction(fewest), counted))
    return rows, auxiliaries


def _always(one: Linear) -> bool:
    """At least one whatever is done."""
    return one.constant + sum(value for value in one.factors.values() if value < 0) >= 1


def _passes_only_with(name: str, one: Linear, other: Mapping[str, Fraction] | None = None) -> Row:
    return Row(name, one, Fraction(0), {name: Fraction(-1), **(other or {})}, defines=True)


def _passes_whenever(name: str, sums: Sequence[Linear]) -> Row:
    """A member that has everything passes, whether that is wanted or not; for targets with an upper end."""
    if len(sums) > 1:
        raise NotAsked("not_judged", "upper_end_of_several")
    top = sums[0].constant + sum(value for value in sums[0].factors.values() if value > 0)
    least = {name: max(top, Fraction(1))}
    return Row(f"{name}_whenever", NOTHING.plus(sums[0], Fraction(-1)), Fraction(0), least, defines=True)


def _population_within(indicator: PopulationWithin, asked: Asked) -> Translated:
    if indicator.units is None:
        people = asked.people(indicator.reach)
        return _people_rows("covered", people, asked), []
    rows: list[Row] = []
    codes = asked.evidence.codes(indicator.units)
    for code in codes:
        people = asked.people(indicator.reach, code)
        if people.people.sum() > 0:
            rows += _people_rows(f"covered({code})", people, asked)
    asked.refuse_roster(len(codes), indicator.units)
    return rows, []


def _people_rows(name: str, people: Covered, asked: Asked) -> list[Row]:
    everyone = Fraction(float(people.people.sum()))
    if everyone <= 0:
        raise NotAsked("not_judged", f"missing_people:{people.question.group}")
    if asked.capped:
        raise NotAsked("not_judged", "upper_end_of_people")
    return [Row(name, NOTHING, asked.goal * everyone / 100, {}, people, strict=asked.strict)]


def _ratio_of_sums(indicator: RatioOfSums, asked: Asked) -> Translated:
    top, bottom = indicator.numerator, indicator.denominator
    same = top.facilities is not None and top.facilities == bottom.facilities
    rows: list[Row] = []
    if same:
        assert bottom.facilities is not None  # `same` says so
        rows += _none_unknown(bottom, asked)
    elif bottom.facilities is not None:
        rows += _none_unknown(bottom, asked)
    return rows + _ratio("ratio", asked.total(top), asked.total(bottom), Fraction(indicator.per), asked), []


def _none_unknown(amount: Amount, asked: Asked) -> list[Row]:
    """No row may be there of which it is unknown whether it counts or how much stands behind its door."""
    assert amount.facilities is not None  # callers look first
    values = asked.values(amount)
    sure = set(asked.rows(amount.facilities))
    unknown = [
        row
        for row in asked.possible_rows(amount.facilities)
        if row not in sure or (values is not None and values[row] is None)
    ]
    there = asked.variants.total(unknown)
    if not there.constant and not there.factors:
        return []
    if there.constant + sum(value for value in there.factors.values() if value < 0) > 0:
        raise NotAsked("not_judged", f"unknown:{asked.evidence.name(amount.facilities)}")
    return [Row("none_unknown", NOTHING.plus(there, Fraction(-1)), Fraction(0))]


def _ratio(name: str, over: Linear, under: Linear, per: Fraction, asked: Asked) -> list[Row]:
    if under.constant <= 0 and not under.factors:
        raise NotAsked("not_judged", "missing_denominator:zero")
    rows = []
    if asked.capped:
        rows.append(Row(f"{name}_at_most", NOTHING.plus(under, asked.cap).plus(over, -per), Fraction(0)))
    return [*rows, _row(name, NOTHING.plus(over, per).plus(under, -asked.goal), Fraction(0), asked)]


def _facility_share(indicator: FacilityShare | ShareMeetingStandard, asked: Asked) -> Translated:
    assert indicator.having is not None  # the schema or the caller sees to it
    if not asked.evidence.lists_all(indicator.facilities):
        raise NotAsked("not_judged", f"partial_ledger:{asked.evidence.name(indicator.facilities)}")
    having = asked.evidence.alike(indicator.having)
    counted = asked.possible_rows(indicator.facilities)
    sure = set(asked.rows(indicator.facilities))
    passing = [row for row in counted if row in sure and having[row] == YES]
    over, under = asked.variants.total(passing), asked.variants.total(counted)
    return _ratio("share", over, under, Fraction(100), asked), []


def _share_meeting_standard(indicator: ShareMeetingStandard, asked: Asked) -> Translated:
    if indicator.having is not None:
        return _facility_share(indicator, asked)
    if indicator.standard is None:
        raise NotAsked("not_judged", f"missing_standard:{indicator.field}")
    unit_set = str(indicator.units)
    codes = asked.evidence.codes(unit_set)
    fewest, most = asked.units_needed(len(codes), unit_set)
    if most < len(codes):
        raise NotAsked("not_judged", "upper_end_of_several")
    sums = asked.totals(Amount(facilities=indicator.facilities, field=indicator.field), codes)
    rows: list[Row] = []
    auxiliaries: list[Auxiliary] = []
    sure = 0
    for code in codes:
        needed = _standard_of(indicator, code, asked)
        if needed is None:
            continue
        most_of_it = sums[code].constant + sum(v for v in sums[code].factors.values() if v > 0)
        least_of_it = sums[code].constant + sum(v for v in sums[code].factors.values() if v < 0)
        if least_of_it >= needed:
            sure += 1
        elif most_of_it >= needed:
            name = f"meets({code})"
            auxiliaries.append(Auxiliary(name, whole=True))
            rows.append(Row(name, sums[code], Fraction(0), {name: -needed}, defines=True))
    counted = {one.name: Fraction(1) for one in auxiliaries}
    rows.append(Row("enough", Linear(Fraction(sure), {}), Fraction(fewest), counted))
    return rows, auxiliaries


def _standard_of(indicator: ShareMeetingStandard, code: str, asked: Asked) -> Fraction | None:
    assert indicator.standard is not None  # the caller saw to it
    if not indicator.per_100_households:
        return Fraction(indicator.standard)
    households = asked.evidence.households(code)
    return None if households is None else Fraction(indicator.standard) * households / 100


def _area_per_100_households(indicator: AreaPer100Households, asked: Asked) -> Translated:
    if indicator.estates is not None:
        raise NotAsked("not_influenced", "estates")
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    asked.refuse_unknown(amount)
    if indicator.units is None:
        households = [asked.evidence.households(code) for code in asked.evidence.top]
        under = sum((number for number in households if number is not None), Fraction(0))
        if not under or any(number is None for number in households):
            raise NotAsked("not_judged", "missing_attribute:households")
        return _ratio("area", asked.total(amount), Linear(under, {}), Fraction(100), asked), []
    codes = asked.evidence.codes(indicator.units)
    asked.refuse_roster(len(codes), indicator.units)
    rows: list[Row] = []
    for code, area in asked.totals(amount, codes).items():
        under = asked.evidence.households(code) or Fraction(0)
        rows += _ratio(f"area({code})", area, Linear(under, {}), Fraction(100), asked)
    return rows, []


def _per_people(per: int) -> Callable[[PerPeople, Asked], Translated]:
    def translate(indicator: PerPeople, asked: Asked) -> Translated:
        base = asked.target.population_base
        people = None if base is None else asked.evidence.context.people_of(indicator.group, base)
        if not people:
            raise NotAsked("not_judged", f"missing_people:{indicator.group}/{base}")
        asked.refuse_unknown(indicator.amount)
        return _ratio("per", asked.total(indicator.amount), Linear(people, {}), Fraction(per), asked), []

    return translate


def _count(indicator: Count | Sum, asked: Asked) -> Translated:
    asked.refuse_unknown(indicator.amount)
    return _between("count", asked.total(indicator.amount), asked), []


def _count_per_unit(indicator: CountPerUnit, asked: Asked) -> Translated:
    codes = asked.evidence.codes(indicator.units)
    asked.refuse_unknown(indicator.amount)
    asked.refuse_roster(len(codes), indicator.units)
    rows: list[Row] = []
    for code, amount in asked.totals(indicator.amount, codes).items():
        rows += _between(f"count({code})", amount, asked)
    return rows, []


def _between(name: str, amount: Linear, asked: Asked) -> list[Row]:
    rows = [_row(name, amount, asked.goal, asked)]
    if asked.capped:
        rows.insert(0, Row(f"{name}_at_most", NOTHING.plus(amount, Fraction(-1)), -asked.cap))
    return rows


def _facility_minimum(indicator: FacilityMinimum, asked: Asked) -> Translated:
    if indicator.estates is not None:
        raise NotAsked("not_influenced", "estates")
    if not asked.evidence.lists_all(indicator.facilities):
        raise NotAsked("not_judged", f"partial_ledger:{asked.evidence.name(indicator.facilities)}")
    sizes = asked.evidence.numbers(indicator.field)
    sure = set(asked.rows(indicator.facilities))
    failing = [
        row
        for row in asked.possible_rows(indicator.facilities)
        if row not in sure or (size := sizes[row]) is None or not _passes(size, asked)
    ]
    there = asked.variants.total(failing)
    return [Row("none_below", NOTHING.plus(there, Fraction(-1)), Fraction(0))], []


def _passes(size: Fraction, asked: Asked) -> bool:
    enough = size > asked.goal if asked.strict else size >= asked.goal
    return enough and not (asked.capped and size > asked.cap)


def _capacity_balance(indicator: CapacityBalance, asked: Asked) -> Translated:
    codes = asked.evidence.codes(indicator.units)
    asked.refuse_roster(len(codes), indicator.units)
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    rows: list[Row] = _none_unknown(amount, asked)
    for code, left in asked.totals(amount, codes).items():
        used = asked.evidence.context.register_of(indicator.yearly_use_register, code)
        if used is None:
            raise NotAsked("not_judged", f"missing_register:{indicator.yearly_use_register}")
        rows.append(Row(f"left({code})", left, used * indicator.horizon_years))
    return rows, []


def _row(
    name: str, actions: Linear, at_least: Fraction, asked: Asked, auxiliaries: Mapping[str, Fraction] | None = None
) -> Row:
    return Row(name, actions, at_least, auxiliaries or {}, strict=asked.strict)


#: Kinds that actions can influence; `area_share`, `share_in_range`, `control_total`, `project_delivery` and what an
#: office reports are not changed by where facilities stand.
TRANSLATIONS: Mapping[str, Callable[[Any, Asked], Translated]] = MappingProxyType(
    {
        "unit_presence": _unit_presence,
        "hierarchical_presence": _hierarchical_presence,
        "presence_or_reach": _presence_or_reach,
        "population_within": _population_within,
        "ratio_of_sums": _ratio_of_sums,
        "facility_share": _facility_share,
        "area_per_100_households": _area_per_100_households,
        "share_meeting_standard": _share_meeting_standard,
        "per_1000": _per_people(1_000),
        "per_10k": _per_people(10_000),
        "count": _count,
        "sum": _count,
        "count_per_unit": _count_per_unit,
        "facility_minimum": _facility_minimum,
        "capacity_balance": _capacity_balance,
    }
)
