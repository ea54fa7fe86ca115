"""Supply against demand of a study's standards: tables by unit and group, and by facility."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.reach.matrix import NOT_REACHED, Reach
from coverplan.scenario.supply_ask import SupplyAsk
from coverplan.service.cover import UnitSums
from coverplan.service.measure import Measured, Surveyor
from coverplan.service.overlap import contributions
from coverplan.service.reached import capacity_of, reach_of_measured, units_of
from coverplan.service.supply.catchment import Access, floating_catchment
from coverplan.service.supply.decays import Decay
from coverplan.service.supply.places import Places, assign_places
from coverplan.units import FloatArray, minutes_to_ms

SUPPLY_COLUMNS = (
    "standard",
    "unit_code",
    "group",
    "people",
    "served",
    "no_place",
    "place_unknown",
    "not_reached",
)
FACILITY_COLUMNS = (
    "standard", "facility", "unit_code", "group", "reached", "only_here", "capacity", "used", "wanted",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Supplied:
    """Supply against demand of one standard.

    Parameters
    ----------
    one
        The standard as it was measured.
    ask
        What was asked of supply; None: whom each facility reaches, and nothing of capacity.
    group
        Who wants a place.
    reach
        Pairs within the standard.
    access, places
        Supply for each person, and who gets a place; None without a question of supply.
    """

    one: Measured
    ask: SupplyAsk | None
    group: str
    reach: Reach
    access: Access | None
    places: Places | None

    @property
    def limit_ms(self) -> int:
        """The standard in milliseconds."""
        return minutes_to_ms(self.one.standard.minutes)


def supply_of(one: Measured, surveyor: Surveyor, facilities: Facilities) -> Supplied:
    """Hold capacity against people for one standard; people of the buffer want places too (R7)."""
    ask, demand = one.standard.supply, surveyor.demand
    reach = reach_of_measured(one, surveyor, facilities)
    group = one.standard.groups[0] if ask is None or ask.group is None else ask.group
    if ask is None:
        return Supplied(one, None, group, reach, None, None)
    limit_ms = minutes_to_ms(one.standard.minutes)
    capacity = capacity_of(facilities, one.sites, ask.field)
    people = demand.people[group]
    access = floating_catchment(reach, people, capacity, decay_of(ask, limit_ms), method=ask.method)
    places = assign_places(reach, people, capacity, limit_ms, per_person=ask.per_1000 / 1000)
    return Supplied(one, ask, group, reach, access, places)


def decay_of(ask: SupplyAsk, limit_ms: int) -> Decay:
    """Decay that a scenario asks for, up to a standard."""
    decay = ask.decay
    return Decay(decay.kind, limit_ms, rate=decay.rate, middle=decay.middle, steps=decay.steps)


def supply_table(supplied: Sequence[Supplied], demand: Demand, units: UnitTree) -> pd.DataFrame:
    """Who gets a place, by standard, unit (the whole area has the code ``""``) and group.

    Returns
    -------
    DataFrame
        Columns `SUPPLY_COLUMNS` (people) and ``per_1000`` (mean supply for a thousand people, by the floating
        catchment; NaN without people or where it is unknown for all). ``served``, ``no_place``, ``place_unknown`` and
        ``not_reached`` are a partition of ``people`` (R6). Groups other than the one that wants places share what its
        points were given: within a point everybody has the same chance.
    """
    sums = UnitSums(demand, units)
    rows = [
        _rows(one, group, demand, sums)
        for one in supplied
        if one.places is not None
        for group in dict.fromkeys((one.group, *one.one.standard.groups))
    ]
    columns = [*SUPPLY_COLUMNS, "per_1000"]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def _rows(one: Supplied, group: str, demand: Demand, sums: UnitSums) -> pd.DataFrame:
    assert one.places is not None
    assert one.access is not None
    wanting = demand.people[one.group]
    people = np.where(demand.inside, demand.people[group], 0.0)
    parts = dict(
        zip(("served", "no_place", "place_unknown", "not_reached"), _shares(one, wanting), strict=True)
    )
    table = pd.DataFrame({"people": sums(people)})
    for name, share in parts.items():
        table[name] = sums(people * share)
    told = ~np.isnan(one.access.per_person)
    supply = sums(people * np.where(told, one.access.per_person, 0.0))
    crowd = sums(people * told)
    table["per_1000"] = np.divide(1000 * supply, crowd, out=np.full(len(crowd), np.nan), where=crowd > 0)
    table.insert(0, "standard", one.one.standard.key)
    table.insert(1, "unit_code", list(sums.codes))
    table.insert(2, "group", group)
    return table


def _shares(one: Supplied, wanting: FloatArray) -> Iterator[FloatArray]:
    """Part of each point that is served, finds no place, may find one, is not reached; for nobody, by where they are."""
    assert one.places is not None
    assert one.access is not None
    places = one.places
    nobody = wanting <= 0
    none = np.zeros(len(wanting))
    reached = one.access.reached
    for part, instead in (
        (places.served, none),
        (places.no_place, (reached & (one.access.unknown_within == 0)).astype(float)),
        (places.unknown, (one.access.unknown_within > 0).astype(float)),
        (places.not_reached, (~reached).astype(float)),
    ):
        yield np.where(nobody, instead, np.divide(part, wanting, out=none.copy(), where=~nobody))


def utilisation_table(
    supplied: Sequence[Supplied], facilities: Facilities, demand: Demand, units: UnitTree
) -> pd.DataFrame:
    """Whom every facility reaches, what closing it would cost, and how far its capacity is used.

    Returns
    -------
    DataFrame
        Columns `FACILITY_COLUMNS`: ``reached`` and ``only_here`` (people of the group in the area whom it reaches,
        and of them those whom no other does: they would be left without), ``capacity`` and ``used`` (units of its
        capacity for the group that wants places; NaN where unknown or not asked), ``wanted`` (units that people
        would take if everybody went to the nearest facility within the standard). Overfull first (most wanted for
        its capacity), then fullest, then by what closing would cost; ties by id (R11). Places that are not public stand together by unit, without an id.
    """
    rows = [
        part for one in supplied for part in (_facility_rows(one, facilities, demand, units),) if len(part)
    ]
    columns = [*FACILITY_COLUMNS]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def _facility_rows(one: Supplied, facilities: Facilities, demand: Demand, units: UnitTree) -> pd.DataFrame:
    table = facilities.table.iloc[list(one.one.sites)]
    group = one.group
    found = contributions(one.reach, one.limit_ms, {group: demand.people[group]}, demand.inside)[group]
    places = one.places
    unknown = np.full(len(table), np.nan)
    rows = pd.DataFrame(
        {
            "standard": one.one.standard.key,
            "facility": table["id"].to_numpy(dtype=object),
            "unit_code": units_of(table, units.codes),
            "group": group,
            "reached": found.reached,
            "only_here": found.only_here,
            "capacity": unknown if places is None else places.capacity,
            "used": unknown if places is None else places.used,
            "wanted": unknown if one.ask is None else _wanted(one, demand.people[group]),
        }
    )
    public = table["public"].to_numpy(dtype=bool)
    shown = pd.concat([rows[public], _by_unit(rows[~public])], ignore_index=True)
    shown["pressure"], shown["part"] = (_part_of(shown, name) for name in ("wanted", "used"))
    order = ["pressure", "part", "only_here", "facility"]
    ordered = shown.sort_values(order, ascending=[False, False, False, True], kind="stable")
    return ordered.drop(columns=["pressure", "part"])


def _part_of(rows: pd.DataFrame, name: str) -> FloatArray:
    """A column as a part of the capacity, -1 where that is unknown or nothing; people who want nothing overfill nothing."""
    known = rows["capacity"].where(rows["capacity"] > 0)
    part = (rows[name] / known).fillna(-1.0)
    part[(rows["capacity"] == 0) & (rows[name] > 0)] = np.inf
    return part.to_numpy(dtype=np.float64)


def _wanted(one: Supplied, people: FloatArray) -> FloatArray:
    """Units of capacity by site that people would take if everybody went to the nearest within the standard."""
    assert one.ask is not None  # the caller saw to it
    nearest = one.reach.nearest()
    there = (nearest.site != NOT_REACHED) & (nearest.time_ms <= one.limit_ms)
    found = np.bincount(nearest.site[there], people[there], one.reach.sites)
    return np.asarray(found * one.ask.per_1000 / 1000, dtype=np.float64)


def _by_unit(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of one unit added up, without ids; an unknown capacity makes the sum unknown."""
    if not len(rows):
        return rows
    keys = ["standard", "unit_code", "group"]
    numbers = ["reached", "only_here", "capacity", "used", "wanted"]
    grouped = rows.groupby(keys, dropna=False, sort=True)[numbers]
    summed = grouped.sum(min_count=0).where(grouped.count().eq(grouped.size(), axis=0))
    return summed.reset_index().assign(facility=None)
