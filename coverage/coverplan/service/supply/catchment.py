"""Floating catchments: how much supply there is for each person, by place, with everybody else who wants it too.

References
----------
2sfca: Luo and Wang (2003). e2sfca: Luo and Qi (2009). m2sfca: Delamater (2013). 3sfca: Wan, Zou and Sternberg (2012).
bfca: Paez, Higgins and Vivona (2019). spatial_availability: Soukhov, Paez, Higgins and Mohamed (2023).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
import pandas as pd

from coverplan.reach.matrix import Reach
from coverplan.scenario.supply_ask import AccessMethod
from coverplan.service.supply.decays import Decay
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

ACCESS_METHODS: tuple[AccessMethod, ...] = get_args(AccessMethod)


@dataclass(frozen=True, slots=True)
class Access:
    """Supply for each person.

    Parameters
    ----------
    method
        Which of the family.
    demand_ids, site_ids
        Ids of the positions below.
    per_person
        Shape (points,): units of supply for each person; 0 where nothing is within the limit; NaN where all that is
        within the limit has an unknown capacity (R15).
    ratio
        Shape (sites,): supply for each (weighted) person of its catchment; NaN where the capacity is unknown or
        nobody reaches it.
    reached
        Shape (points,): at least one site lies within the limit.
    unknown_within
        Shape (points,): sites within the limit whose capacity is unknown; where there are any, `per_person` is a
        lower bound.
    supply_total, supply_unreached
        Known supply, and the part of it that nobody reaches.
    sites_unknown
        How many sites have an unknown capacity.
    people_unreached
        People with no site within the limit.
    """

    method: AccessMethod
    demand_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    per_person: FloatArray
    ratio: FloatArray
    reached: BoolArray
    unknown_within: Int32Array
    supply_total: float
    supply_unreached: float
    sites_unknown: int
    people_unreached: float

    def as_series(self) -> pd.Series[float]:
        """Supply for each person by demand id."""
        return pd.Series(self.per_person, index=pd.Index(self.demand_ids, name="demand_id"), name=self.method)


def floating_catchment(
    reach: Reach,
    people: FloatArray | pd.Series[float],
    supply: FloatArray | pd.Series[float],
    decay: Decay,
    *,
    method: AccessMethod = "e2sfca",
) -> Access:
    """Supply for each person by a method of the floating catchment family.

    Parameters
    ----------
    reach
        Pairs; those within the decay's limit count, a pair that is absent does not (R1).
    people
        Shape (points,), or a series by demand id: people, zero or more.
    supply
        Shape (sites,), or a series by site id: capacity in one unit, zero or more; NaN: unknown, left out and
        counted (R15).
    decay
        Weight of a pair; ``2sfca`` takes every pair within the limit alike, whatever its kind.
    method
        ``m2sfca`` and ``bfca`` do not hand out exactly the supply that there is; the others do. With ``3sfca`` a
        new site can lower somebody's access, because it draws people away from sites they share with others;
        with ``m2sfca`` and ``bfca`` too; with ``2sfca``, ``e2sfca`` and ``spatial_availability`` never. With
        ``bfca`` it also matters how people are cut into cells, because it shares supply out by times alone; with
        the others a cell that is split keeps what it had.

    Raises
    ------
    ValueError
        If a length is wrong, a value is negative, or people are not finite.
    """
    people = _aligned(people, reach.demand_ids, "people")
    supply = _aligned(supply, reach.site_ids, "supply")
    _check(people, supply)
    pairs = _pairs(reach, decay, method)
    known = ~np.isnan(supply)
    within = np.bincount(pairs.point, minlength=len(people))
    reached = within > 0
    unknown_within = np.zeros(len(people), dtype=np.int32)
    if not known.all():
        use = known[pairs.site]
        unknown_within = np.bincount(pairs.point[~use], minlength=len(people)).astype(np.int32)
        pairs = pairs.where(use)
    per_person, ratio, drawn = _family(pairs, people, np.where(known, supply, 0.0), method)
    per_person[reached & (within == unknown_within)] = np.nan
    return Access(
        method=method,
        demand_ids=tuple(reach.demand_ids),
        site_ids=reach.site_ids,
        per_person=per_person,
        ratio=np.where(known & (drawn > 0), ratio, np.nan),
        reached=reached,
        unknown_within=unknown_within,
        supply_total=float(supply[known].sum()),
        supply_unreached=float(supply[known & (drawn <= 0)].sum()),
        sites_unknown=int((~known).sum()),
        people_unreached=float(people[~reached].sum()),
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Site, point and weight of every pair within the limit."""

    site: Int64Array
    point: Int32Array
    weight: FloatArray

    def where(self, use: BoolArray) -> _Pairs:
        return _Pairs(self.site[use], self.point[use], self.weight[use])


def _pairs(reach: Reach, decay: Decay, method: AccessMethod) -> _Pairs:
    """Pairs within the limit; raises ValueError where the reach was not searched so far."""
    if decay.limit_ms > reach.limit_ms:
        raise ValueError(f"times were only searched up to {reach.limit_ms} ms, not to {decay.limit_ms} ms")
    site = np.repeat(np.arange(reach.sites), np.diff(reach.indptr))
    point, times = reach.demand, reach.times_ms
    if decay.limit_ms < reach.limit_ms:
        keep = times <= decay.limit_ms
        site, point, times = site[keep], point[keep], times[keep]
    weight = np.ones(len(times)) if method == "2sfca" else decay.weights(times)
    return _Pairs(site, point, weight)


def _family(
    pairs: _Pairs, people: FloatArray, supply: FloatArray, method: AccessMethod
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Supply for each person, supply for each person of a catchment, and the catchments' people."""
    from coverplan.service.supply._sums import weighted_sums

    points, sites = len(people), len(supply)
    at_site, at_point = pairs.weight, pairs.weight
    if method in {"3sfca", "bfca"}:
        every = _sums(pairs.point, pairs.weight, points)
        chosen = _divided(pairs.weight, every[pairs.point])
        at_site = at_point = chosen * pairs.weight if method == "3sfca" else chosen
    drawn = weighted_sums(pairs.site, pairs.point, at_site, people, sites)
    if method == "m2sfca":
        at_point = pairs.weight**2
    if method == "bfca":
        at_point = _divided(pairs.weight, _sums(pairs.site, pairs.weight, sites)[pairs.site])
    ratio = _divided(supply, drawn)
    return weighted_sums(pairs.point, pairs.site, at_point, ratio, points), ratio, drawn


def _sums(at: Int32Array | Int64Array, values: FloatArray, count: int) -> FloatArray:
    """Values added up by position; numpy gives whole numbers where there is nothing to add."""
    return np.bincount(at, values, count).astype(np.float64, copy=False)


def _divided(above: FloatArray, below: FloatArray) -> FloatArray:
    """Quotient, 0 where there is nothing to divide by."""
    return np.divide(above, below, out=np.zeros(len(below)), where=below > 0)


def _aligned(values: FloatArray | pd.Series[float], ids: Sequence[str], what: str) -> FloatArray:
    """Values in the order of the ids; a series is taken by its index, every id once."""
    if not isinstance(values, pd.Series):
        found = np.asarray(values, dtype=np.float64)
        if found.shape != (len(ids),):
            raise ValueError(
                f"{what} has the shape {found.shape}; expected one value for each of {len(ids)} ids"
            )
        return found
    wanted = pd.Index(list(ids))
    if not values.index.is_unique or not wanted.isin(values.index).all():
        raise ValueError(f"{what} lacks ids or has one twice; expected every id of the reach once")
    return np.asarray(values.reindex(wanted), dtype=np.float64)


def _check(people: FloatArray, supply: FloatArray) -> None:
    if not np.isfinite(people).all() or (people < 0).any():
        raise ValueError("people must be finite and not negative")
    if (supply < 0).any() or np.isinf(supply).any():
        raise ValueError("capacities must be finite and not negative; unknown ones are NaN")
