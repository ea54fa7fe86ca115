"""Who gets a place: as many people as there is room for within the standard, in the least travel time."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from coverplan.reach.matrix import Reach
from coverplan.units import FloatArray, Int32Array, Int64Array, ms_to_minutes

#: Amounts are whole numbers of this part of one unit, so that the assignment is exact.
PARTS = 1_000_000


class Place(IntEnum):
    """What becomes of people who want a place."""

    SERVED = 0
    #: Within reach of supply, all of it taken.
    NO_PLACE = 1
    #: No known place left, and within reach of a facility whose capacity nobody knows.
    UNKNOWN = 2
    NOT_REACHED = 3


@dataclass(frozen=True, slots=True)
class Places:
    """An assignment of people to places.

    Parameters
    ----------
    served, no_place, unknown, not_reached
        Shape (points,): people; together the people that were given (R6).
    used
        Shape (sites,): units of capacity taken; NaN where the capacity is unknown.
    capacity
        Shape (sites,): units of capacity; NaN where unknown.
    person_minutes
        Minutes of all who are served, added up.
    """

    served: FloatArray
    no_place: FloatArray
    unknown: FloatArray
    not_reached: FloatArray
    used: FloatArray
    capacity: FloatArray
    person_minutes: float


def assign_places(
    reach: Reach, people: FloatArray, capacity: FloatArray, limit_ms: int, *, per_person: float = 1.0
) -> Places:
    """Give as many people as possible a place within the limit, and among all such ways the shortest (exact).

    Parameters
    ----------
    reach
        Pairs; those up to `limit_ms` count, inclusive (R2).
    people
        Shape (points,): people, zero or more.
    capacity
        Shape (sites,): units of capacity, zero or more; NaN: unknown, gives no place and is said (R15).
    limit_ms
        The standard.
    per_person
        Units of capacity that one person takes; below 1 where only some of the people want a place.

    Notes
    -----
    A minimum-cost flow by the network simplex (Ahuja, Magnanti and Orlin 1993, chapter 11), on amounts rounded to a
    millionth of a unit. Pairs are looked at in id order, so equally good answers are always the same one (R11).
    """
    _check(people, capacity, per_person)
    within = _within(reach, limit_ms)
    counts = np.bincount(within.point, minlength=len(people))
    reached = counts > 0
    doubtful = np.bincount(within.point[np.isnan(capacity[within.site])], minlength=len(people)) > 0
    amount = np.rint(people * per_person * PARTS).astype(np.int64)
    served_amount, used_amount, person_minutes = _assigned(reach, within, amount, capacity)
    served = people * np.divide(served_amount, amount, out=np.zeros(len(people)), where=amount > 0)
    rest = people - served
    return Places(
        served=served,
        no_place=np.where(reached & ~doubtful, rest, 0.0),
        unknown=np.where(doubtful, rest, 0.0),
        not_reached=np.where(reached, 0.0, rest),
        used=np.where(np.isnan(capacity), np.nan, used_amount / PARTS),
        capacity=capacity,
        person_minutes=person_minutes / per_person,
    )


@dataclass(frozen=True, slots=True)
class _Within:
    """Site, point and time of every pair within the standard."""

    site: Int64Array
    point: Int32Array
    time: Int32Array


def _within(reach: Reach, limit_ms: int) -> _Within:
    """Pairs within the standard; raises ValueError where the reach was not searched so far."""
    if limit_ms > reach.limit_ms:
        raise ValueError(f"times were only searched up to {reach.limit_ms} ms, not to {limit_ms} ms")
    keep = reach.times_ms <= limit_ms
    site = np.repeat(np.arange(reach.sites), np.diff(reach.indptr))
    return _Within(site[keep], reach.demand[keep], reach.times_ms[keep])


def _assigned(
    reach: Reach, within: _Within, amount: Int64Array, capacity: FloatArray
) -> tuple[Int64Array, Int64Array, float]:
    """Amounts served at each point and used at each site, and the minutes of all units in all."""
    from coverplan.service.supply._flow import place

    room = np.rint(np.nan_to_num(capacity) * PARTS).astype(np.int64)
    by_id = np.argsort(np.asarray(reach.site_ids, dtype=np.str_), kind="stable")
    open_sites = by_id[room[by_id] > 0]
    number = np.full(reach.sites, -1, dtype=np.int32)
    number[open_sites] = np.arange(len(open_sites), dtype=np.int32)
    use = np.flatnonzero(number[within.site] >= 0)
    use = use[np.lexsort((number[within.site[use]], within.point[use]))]
    site, point, time = number[within.site[use]], within.point[use], within.time[use]
    # points that no open site reaches are nothing to decide
    reached, pairs = np.unique(point, return_counts=True)
    start = np.zeros(len(reached) + 1, dtype=np.int64)
    np.cumsum(pairs, out=start[1:])
    flow = place(start, site, time, amount[reached], room[open_sites])
    served = np.zeros(len(amount), dtype=np.int64)
    np.add.at(served, point, flow)
    used = np.zeros(reach.sites, dtype=np.int64)
    np.add.at(used, open_sites[site], flow)
    return served, used, float((flow / PARTS) @ ms_to_minutes(time))


def _check(people: FloatArray, capacity: FloatArray, per_person: float) -> None:
    if not np.isfinite(people).all() or (people < 0).any():
        raise ValueError("people must be finite and not negative")
    if (capacity < 0).any() or np.isinf(capacity).any():
        raise ValueError("capacities must be finite and not negative; unknown ones are NaN")
    if not 0 < per_person < np.inf:
        raise ValueError("per_person must be a number above zero")
