"""When cemeteries and columbaria are full: what is left, what is needed every year, and what an expansion buys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from coverplan.units import FloatArray

#: What counts as nothing left: a thousandth of a place.
NOTHING = 1e-3


@dataclass(frozen=True, slots=True)
class RestingPlace:
    """A cemetery or columbarium.

    Parameters
    ----------
    id
        Its id.
    serves
        Codes of the units whose dead may rest there.
    left
        Places left at the start, or all of a new one's; None: nobody knows.
    opens
        First year in which it takes anybody.
    """

    id: str
    serves: frozenset[str]
    left: float | None
    opens: int


@dataclass(frozen=True, slots=True)
class Exhaustion:
    """What becomes of the places year by year.

    Parameters
    ----------
    years
        Years that were looked at, in order.
    full
        By id of each place with a known number: year in which its last place is taken; None: not in these years.
    short
        By unit: first year in which somebody finds no place; None: not in these years.
    unmet
        By unit: places that are missing in all these years.
    unsure
        Units that a place of unknown size serves: they may last longer than `short` says.
    unserved
        Units that no place serves.
    """

    years: range
    full: Mapping[str, int | None]
    short: Mapping[str, int | None]
    unmet: Mapping[str, float]
    unsure: frozenset[str]
    unserved: frozenset[str]


@dataclass(slots=True)
class _State:
    left: dict[str, float]
    full: dict[str, int | None] = field(default_factory=dict)
    short: dict[str, int | None] = field(default_factory=dict)
    unmet: dict[str, float] = field(default_factory=dict)


def yearly_need(
    people: float,
    deaths_per_1000: float,
    cremation_share: float,
    niche_share: float,
) -> float:
    """Places needed in a year: people x deaths x share cremated x share of those that choose such a place."""
    return people * deaths_per_1000 / 1_000 * cremation_share * niche_share


def exhaustion(
    places: Sequence[RestingPlace],
    need: Mapping[str, FloatArray],
    years: range,
    *,
    backlog: Mapping[str, float] | None = None,
) -> Exhaustion:
    """Fill the places year by year.

    A unit takes the places that serve the fewest units first, so that what is its own goes before what it shares;
    where several units take from one place that has too little for all, each gets a part in proportion to its need.

    Parameters
    ----------
    places
        Every place; ids are unique.
    need
        By unit, shape (years,): places needed in each year.
    years
        Years, in order.
    backlog
        By unit: ashes that wait elsewhere and come on top in the first year.

    Raises
    ------
    ValueError
        If a number is negative or not finite, or an id stands twice.
    """
    _check(places, need, years)
    known = sorted((p for p in places if p.left is not None), key=lambda p: (len(p.serves), p.id))
    state = _State({p.id: float(p.left or 0.0) for p in known})
    state.full = {p.id: None if state.left[p.id] > NOTHING else max(p.opens, years[0]) for p in known}
    state.short = dict.fromkeys(need)
    state.unmet = dict.fromkeys(need, 0.0)
    for at, year in enumerate(years):
        wanted = {unit: float(amount[at]) for unit, amount in need.items()}
        if at == 0 and backlog:
            wanted = {unit: amount + backlog.get(unit, 0.0) for unit, amount in wanted.items()}
        _one_year(state, [p for p in known if p.opens <= year], wanted, year)
    served = {unit for place in places for unit in place.serves}
    unknown = {unit for place in places if place.left is None for unit in place.serves}
    return Exhaustion(
        years,
        state.full,
        state.short,
        state.unmet,
        frozenset(unknown & need.keys()),
        frozenset(need.keys() - served),
    )


def _one_year(state: _State, places: Sequence[RestingPlace], wanted: dict[str, float], year: int) -> None:
    for place in places:
        asking = {unit: wanted[unit] for unit in sorted(place.serves & wanted.keys()) if wanted[unit] > 0}
        total = sum(asking.values())
        if total <= 0 or state.left[place.id] <= NOTHING:
            continue
        part = min(1.0, state.left[place.id] / total)
        for unit, amount in asking.items():
            wanted[unit] = amount * (1 - part)
        state.left[place.id] -= part * total
        if state.left[place.id] <= NOTHING:
            state.full[place.id] = year
    for unit, amount in wanted.items():
        if amount > NOTHING:
            state.unmet[unit] += amount
            if state.short[unit] is None:
                state.short[unit] = year


def _check(places: Sequence[RestingPlace], need: Mapping[str, FloatArray], years: range) -> None:
    if len({place.id for place in places}) != len(places):
        raise ValueError("a place stands twice")
    if any(place.left is not None and not 0 <= place.left < np.inf for place in places):
        raise ValueError("what is left must be a number that is not negative; unknown is None")
    for amount in need.values():
        if len(amount) != len(years) or not np.isfinite(amount).all() or (amount < 0).any():
            raise ValueError("a need must be one number for each year, finite and not negative")
