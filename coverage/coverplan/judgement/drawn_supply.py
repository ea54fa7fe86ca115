"""Who gets a place in every draw, read off pairs that were searched once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import OUTSIDE
from coverplan.reach.matrix import Reach
from coverplan.service.measure import Measured, Surveyor
from coverplan.service.reached import capacity_of, reach_of_sites
from coverplan.service.supply.places import Places, assign_places
from coverplan.service.uncertainty.covered import late_sites, widest
from coverplan.service.uncertainty.draws import Draws, interval
from coverplan.units import FloatArray, minutes_to_ms

SUPPLY_RANGE_COLUMNS = ("standard", "group", "part", "share", "low", "middle", "high", "draws")
#: Draws in which places are given out anew: each is an exact flow, many times dearer than a coverage.
MOST_FLOWS = 50
#: What a draw may raise without ending the run; it is counted and named instead.
FAILURES = (ArithmeticError, ValueError)
PARTS = ("served", "no_place", "unknown", "not_reached")


@dataclass(frozen=True)
class Drawn:
    """What every draw is made of.

    Parameters
    ----------
    surveyor, facilities, year
        What the run was measured with.
    draws
        Rows of drawn values.
    factors
        Shape (rows, units + 1): factor on the people of each deepest unit, and of those outside every unit.
    shifted
        The facilities with their places shifted, where that is drawn.
    """

    surveyor: Surveyor
    facilities: Facilities
    year: int | None
    draws: Draws
    factors: FloatArray
    shifted: Facilities | None

    def people(self, group: str, row: int) -> FloatArray:
        """Shape (points,): people of a group in a draw."""
        demand = self.surveyor.demand
        unit = np.where(demand.unit == OUTSIDE, len(self.surveyor.units.codes), demand.unit)
        return np.asarray(demand.people[group] * self.factors[row, unit])


@dataclass(frozen=True)
class DrawnSupply:
    """A question of places as it was measured, with pairs as far as any draw needs them.

    Parameters
    ----------
    drawn
        What varies.
    one
        The standard as it was measured.
    usual, shifted
        Pairs, and pairs with the places shifted where that is drawn.
    group, field, per_person
        Who wants a place, the column of the capacity, and units of it that one person takes.
    """

    drawn: Drawn
    one: Measured
    usual: Reach
    shifted: Reach | None
    group: str
    field: str
    per_person: float

    @classmethod
    def of(cls, drawn: Drawn, one: Measured, *, group: str, field: str, per_1000: float) -> DrawnSupply:
        """Search the pairs of a standard, once."""
        wider = widest(drawn.draws)
        usual = reach_of_sites(one, drawn.surveyor, drawn.facilities, one.sites, wider=wider)
        shifted = None
        if drawn.shifted is not None and drawn.draws.shifted.any():
            shifted = reach_of_sites(one, drawn.surveyor, drawn.shifted, one.sites, wider=wider)
        return cls(drawn, one, usual, shifted, group, field, per_1000 / 1000)

    def places(self, row: int) -> tuple[FloatArray, Places]:
        """People of every point, and who of them gets a place, as one draw has it."""
        drawn, draws, sites = self.drawn, self.drawn.draws, list(self.one.sites)
        capacity = capacity_of(drawn.facilities, self.one.sites, self.field) * draws.capacity[row, sites]
        capacity[late_sites(drawn.facilities, self.one.sites, draws, drawn.year)[row]] = 0.0
        limit = (minutes_to_ms(self.one.standard.minutes) - draws.delay_ms[row]) * draws.speed[row]
        reach = self.shifted if self.shifted is not None and draws.shifted[row] else self.usual
        people = drawn.people(self.group, row)
        cutoff = min(int(max(limit, 0.0)), reach.limit_ms)
        return people, assign_places(reach, people, capacity, cutoff, per_person=self.per_person)


def supply_ranges(drawn: Drawn, measured: Sequence[Measured], failed: Counter[str]) -> pd.DataFrame:
    """Shares of the people with and without a place, for every standard that asks for supply.

    Returns
    -------
    DataFrame
        Columns `SUPPLY_RANGE_COLUMNS`, for the whole area and the group that wants places; ``part`` is one of
        `PARTS`, ``share`` that of the run, and nine of ten of the first `MOST_FLOWS` draws lie between ``low`` and ``high``.
        NaN without people. ``draws`` are those that did not fail; the others are counted in `failed` by what went wrong.
    """
    rows = [row for one in measured if one.standard.supply is not None for row in _rows(drawn, one, failed)]
    return pd.DataFrame(rows, columns=list(SUPPLY_RANGE_COLUMNS))


def _rows(drawn: Drawn, one: Measured, failed: Counter[str]) -> list[dict[str, object]]:
    ask = one.standard.supply
    assert ask is not None  # the caller saw to it
    group = one.standard.groups[0] if ask.group is None else ask.group
    asked = DrawnSupply.of(drawn, one, group=group, field=ask.field, per_1000=ask.per_1000)
    inside = drawn.surveyor.demand.inside
    people = drawn.surveyor.demand.people[group]
    capacity = capacity_of(drawn.facilities, one.sites, ask.field)
    limit = minutes_to_ms(one.standard.minutes)
    usual = _shares(
        people, assign_places(asked.usual, people, capacity, limit, per_person=asked.per_person), inside
    )
    found = []
    for row in range(min(drawn.draws.count, MOST_FLOWS)):
        try:
            found.append(_shares(*asked.places(row), inside))
        except FAILURES as error:
            failed[failure(error)] += 1
    shares = np.array(found).reshape(-1, len(PARTS))
    names = {"standard": one.standard.key, "group": group, "draws": len(found)}
    return [
        {**names, "part": part, "share": usual[at], **interval(shares[:, at])}
        for at, part in enumerate(PARTS)
    ]


def failure(error: Exception) -> str:
    """What a draw that failed is counted under."""
    return f"{type(error).__name__}: {error}"


def _shares(people: FloatArray, places: Places, inside: np.ndarray) -> list[float]:
    total = float(people[inside].sum())
    if not total > 0:
        return [float("nan")] * len(PARTS)
    return [float(getattr(places, part)[inside].sum()) / total for part in PARTS]
