"""Targets become rows: one small function a kind, beside the function of `indicators` that computes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import shapely

from coverplan.indicators.answers import NO, YES
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
from coverplan.programme.actions.variants import Linear
from coverplan.programme.asking.asked import NOTHING, Asked, NotAsked
from coverplan.programme.asking.requirement import Auxiliary, NoRequirement, Requirement, Row
from coverplan.programme.asking.rows import (
    all_known,
    always,
    between,
    least_of,
    passes_only_with,
    passes_whenever,
    people_rows,
    ratio_rows,
    refuse_doubt,
    refuse_registers,
    row_of,
    something,
)

Translated = tuple[list[Row], list[Auxiliary]]

_EVERYONE = Fraction(100)


def requirement(asked: Asked) -> Requirement | NoRequirement:
    """What a target asks of the actions in a year; or why it asks nothing of them."""
    target = asked.target
    kind = target.indicator.kind
    if target.attribute in NEVER_JUDGED or target.rule in {"none", "approx"}:
        reason = target.attribute if target.attribute in NEVER_JUDGED else "no_rule"
        return NoRequirement(target.id, "not_judged", reason)
    if kind not in TRANSLATIONS:
        return NoRequirement(target.id, "not_influenced", kind)
    try:
        rows, auxiliaries = TRANSLATIONS[kind](target.indicator, asked)
    except NotAsked as told:
        return NoRequirement(target.id, told.state, told.reason)
    return Requirement(target.id, asked.year, tuple(rows), tuple(auxiliaries))


def _unit_presence(indicator: UnitPresence, asked: Asked) -> Translated:
    if indicator.hosts is not None:
        return _host_presence(indicator.hosts, indicator.facilities, asked)
    unit_set = str(indicator.units)
    codes = asked.evidence.codes(unit_set)
    ways = _in_each(indicator.facilities, codes, asked)
    return _share_of_members(ways, asked, unit_set, indicator.facilities)


def _hierarchical_presence(indicator: HierarchicalPresence, asked: Asked) -> Translated:
    ways: dict[str, list[Linear]] = {}
    for tier in indicator.tiers:
        for code, sums in _in_each(tier.facilities, asked.evidence.codes(tier.units), asked).items():
            ways.setdefault(code, []).extend(sums)
    conditions = [condition for tier in indicator.tiers for condition in tier.facilities]
    return _share_of_members(ways, asked, None, conditions)


def _in_each(conditions: Iterable[Condition], codes: Sequence[str], asked: Asked) -> dict[str, list[Linear]]:
    """Facilities of each condition in every unit."""
    found: dict[str, list[Linear]] = {code: [] for code in codes}
    for condition in conditions:
        for code, rows in asked.by_unit(asked.rows(condition), codes).items():
            found[code].append(asked.variants.total(rows))
    return found


def _host_presence(hosts: Condition, wanted: Sequence[Condition], asked: Asked) -> Translated:
    """Share of host facilities at whose premises every other condition has a facility."""
    if asked.capped and asked.cap < _EVERYONE:
        raise NotAsked("not_judged", "upper_end_of_several")
    table, host_rows = asked.evidence.table, asked.rows(hosts)
    if asked.variants.total(
        [row for row in asked.possible_rows(hosts) if row not in set(host_rows)]
    ).constant:
        raise NotAsked("not_judged", f"unknown:{asked.evidence.name(hosts)}")
    premises, places = table["premises_id"].to_numpy(), table.geometry.to_numpy()
    beside = [_at_places(host_rows, asked.rows(condition), premises, places) for condition in wanted]
    rows: list[Row] = []
    auxiliaries = []
    for row in host_rows:
        name = f"served({row})"
        auxiliaries.append(Auxiliary(name))
        here = [asked.variants.total(found[row]) for found in beside]
        rows += [passes_only_with(name, one) for one in (asked.variants.total([row]), *here)]
    passed = {one.name: Fraction(100) for one in auxiliaries}
    everyone = asked.variants.total(host_rows)
    rows += something("hosts", everyone)
    rows.append(row_of("share", NOTHING.plus(everyone, -asked.goal), Fraction(0), asked, passed))
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
    more, more_auxiliaries = _share_of_members(
        ways, asked, indicator.units, indicator.facilities, alternatives
    )
    return rows + more, auxiliaries + more_auxiliaries


def _share_of_members(
    ways: Mapping[str, Sequence[Linear]],
    asked: Asked,
    unit_set: str | None,
    conditions: Iterable[Condition],
    alternatives: Mapping[str, Mapping[str, Fraction]] | None = None,
) -> Translated:
    """Members of a set pass when each of their sums is at least one, or an alternative holds; enough must pass."""
    if not ways:
        raise NotAsked("not_judged", f"missing_units:{unit_set}")
    fewest, most = asked.units_needed(len(ways), unit_set)
    capped = most < len(ways)
    if capped:
        refuse_doubt(conditions, asked)
    rows: list[Row] = []
    auxiliaries: list[Auxiliary] = []
    sure = 0
    for code, sums in ways.items():
        other = {} if alternatives is None else alternatives.get(code, {})
        if all(always(one) for one in sums) and not capped:
            sure += 1
            continue
        if any(not one.factors and one.constant < 1 for one in sums) and not other:
            continue
        name = f"passes({code})"
        auxiliaries.append(Auxiliary(name, whole=capped))
        rows += [passes_only_with(name, one, other) for one in sums]
        if capped:
            rows.append(passes_whenever(name, sums, other))
    counted = {one.name: Fraction(1) for one in auxiliaries}
    if capped:
        less = {name: -value for name, value in counted.items()}
        rows.append(Row("at_most", Linear(Fraction(-sure), {}), Fraction(-most), less))
    rows.append(Row("enough", Linear(Fraction(sure), {}), Fraction(fewest), counted))
    return rows, auxiliaries


def _population_within(indicator: PopulationWithin, asked: Asked) -> Translated:
    if indicator.units is None:
        people = asked.people(indicator.reach)
        return people_rows("covered", people, asked), []
    asked.refuse_maintain()
    everywhere = {code: asked.people(indicator.reach, code) for code in asked.evidence.codes(indicator.units)}
    peopled = {code: people for code, people in everywhere.items() if people.people.sum() > 0}
    if not peopled:
        raise NotAsked("not_judged", f"missing_people:{indicator.reach.group}")
    asked.refuse_roster(len(peopled), indicator.units)
    return [
        row for code, people in peopled.items() for row in people_rows(f"covered({code})", people, asked)
    ], []


def _ratio_of_sums(indicator: RatioOfSums, asked: Asked) -> Translated:
    top, bottom = indicator.numerator, indicator.denominator
    refuse_registers(top, bottom)
    rows = all_known(bottom, asked)
    if asked.capped:
        rows += all_known(top, asked)
    return rows + ratio_rows(
        "ratio", asked.total(top), asked.total(bottom), Fraction(indicator.per), asked
    ), []


def _facility_share(indicator: FacilityShare | ShareMeetingStandard, asked: Asked) -> Translated:
    assert indicator.having is not None  # the schema or the caller sees to it
    if not asked.evidence.lists_all(indicator.facilities):
        raise NotAsked("not_judged", f"partial_ledger:{asked.evidence.name(indicator.facilities)}")
    having = asked.evidence.alike(indicator.having)
    counted = asked.possible_rows(indicator.facilities)
    sure = set(asked.rows(indicator.facilities))
    passing = [row for row in counted if row in sure and having[row] == YES]
    maybe = [row for row in counted if row not in sure or having[row] != NO]
    over, under, highest = (asked.variants.total(rows) for rows in (passing, counted, maybe))
    return ratio_rows("share", over, under, Fraction(100), asked, highest=highest), []


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
        if least_of(sums[code]) >= needed:
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
    if indicator.units is None:
        households = [asked.evidence.households(code) for code in asked.evidence.top]
        under = sum((number for number in households if number is not None), Fraction(0))
        if not under or any(number is None for number in households):
            raise NotAsked("not_judged", "missing_attribute:households")
        rows = all_known(amount, asked) if asked.capped else []
        return rows + ratio_rows("area", asked.total(amount), Linear(under, {}), Fraction(100), asked), []
    codes = asked.evidence.codes(indicator.units)
    asked.refuse_maintain()
    asked.refuse_roster(len(codes), indicator.units)
    rows = all_known(amount, asked, codes) if asked.capped else []
    for code, area in asked.totals(amount, codes).items():
        under = asked.evidence.households(code) or Fraction(0)
        rows += ratio_rows(f"area({code})", area, Linear(under, {}), Fraction(100), asked)
    return rows, []


def _per_people(per: int) -> Callable[[PerPeople, Asked], Translated]:
    def translate(indicator: PerPeople, asked: Asked) -> Translated:
        base = asked.target.population_base
        people = None if base is None else asked.evidence.context.people_of(indicator.group, base)
        if not people:
            raise NotAsked("not_judged", f"missing_people:{indicator.group}/{base}")
        refuse_registers(indicator.amount)
        rows = all_known(indicator.amount, asked) if asked.capped else []
        return rows + ratio_rows(
            "per", asked.total(indicator.amount), Linear(people, {}), Fraction(per), asked
        ), []

    return translate


def _count(indicator: Count | Sum, asked: Asked) -> Translated:
    refuse_registers(indicator.amount)
    rows = all_known(indicator.amount, asked) if asked.capped else []
    return rows + between("count", asked.total(indicator.amount), asked), []


def _count_per_unit(indicator: CountPerUnit, asked: Asked) -> Translated:
    codes = asked.evidence.codes(indicator.units)
    refuse_registers(indicator.amount)
    asked.refuse_maintain()
    asked.refuse_roster(len(codes), indicator.units)
    rows = all_known(indicator.amount, asked, codes) if asked.capped else []
    for code, amount in asked.totals(indicator.amount, codes).items():
        rows += between(f"count({code})", amount, asked)
    return rows, []


def _facility_minimum(indicator: FacilityMinimum, asked: Asked) -> Translated:
    if indicator.estates is not None:
        raise NotAsked("not_influenced", "estates")
    if not asked.evidence.lists_all(indicator.facilities):
        raise NotAsked("not_judged", f"partial_ledger:{asked.evidence.name(indicator.facilities)}")
    asked.refuse_maintain()
    sizes = asked.evidence.numbers(indicator.field)
    counted = asked.possible_rows(indicator.facilities)
    failing = [row for row in counted if (size := sizes[row]) is None or not _passes(size, asked)]
    there = asked.variants.total(failing)
    some = something("sizes", asked.variants.total(counted))
    return [*some, Row("none_below", NOTHING.plus(there, Fraction(-1)), Fraction(0))], []


def _passes(size: Fraction, asked: Asked) -> bool:
    enough = size > asked.goal if asked.strict else size >= asked.goal
    return enough and not (asked.capped and size > asked.cap)


def _capacity_balance(indicator: CapacityBalance, asked: Asked) -> Translated:
    codes = asked.evidence.codes(indicator.units)
    asked.refuse_roster(len(codes), indicator.units)
    amount = Amount(facilities=indicator.facilities, field=indicator.field)
    rows = all_known(amount, asked, codes)
    for code, left in asked.totals(amount, codes).items():
        used = asked.evidence.context.register_of(indicator.yearly_use_register, code)
        if used is None:
            raise NotAsked("not_judged", f"missing_register:{indicator.yearly_use_register}")
        rows.append(Row(f"left({code})", left, used * indicator.horizon_years))
    return rows, []


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
