"""Resting places of a study against its deaths: by unit, and by facility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.scenario.supply_ask import BurialAsk
from coverplan.service.burial.exhaustion import Exhaustion, RestingPlace, exhaustion, yearly_need
from coverplan.service.burial.figures import BurialFigures
from coverplan.service.reached import units_of
from coverplan.units import FloatArray
from coverplan.vocabulary import UnitType

BURIAL_COLUMNS = (
    "unit_code", "people", "need_first", "left_known", "short_year", "short_year_without", "years_gained",
    "unmet", "unmet_without", "state",
)  # fmt: skip
PLACE_COLUMNS = ("facility", "unit_code", "type", "left_known", "opens", "full_year", "full_year_without")
#: Level of units for which the dead are counted.
LEVEL: tuple[UnitType, ...] = ("town", "township", "street", "zone")
_COMING = ("building", "planned")
_YEARS_AFTER = 1


@dataclass(frozen=True, slots=True)
class Burial:
    """Resting places of a study year by year.

    Parameters
    ----------
    years
        Years that were looked at.
    need
        By unit, shape (years,): places needed in each year.
    with_coming, without
        With the places that are being built or planned and what the scenario changes, and without both.
    units, places
        Tables of columns `BURIAL_COLUMNS` and `PLACE_COLUMNS`. ``left_known``: what is known to be left, for a unit in places
        that serve it alone; NaN where nothing is known of those that there are. A year is NaN where it does not come by the last
        year. ``years_gained``: by how many years what is coming puts the shortage off, to the last year at least;
        NaN where nothing is short without it. ``state``: ``lasts`` (to the last year), ``short``, ``unsure`` (a place of unknown size serves it:
        short at the earliest), ``unserved`` (no place serves it).
    """

    years: range
    need: Mapping[str, FloatArray]
    with_coming: Exhaustion
    without: Exhaustion
    units: pd.DataFrame
    places: pd.DataFrame


def burial_of(
    ask: BurialAsk,
    figures: BurialFigures,
    facilities: Facilities,
    demand: Demand,
    units: UnitTree,
    *,
    present: Facilities,
    first_year: int,
) -> Burial:
    """When the resting places of a study are full, with and without what is coming.

    Parameters
    ----------
    ask, figures
        What is asked, and the figures that hold.
    facilities, demand, units
        The study. A place serves the units that its ledger names, else its own; a unit stands for all below it.
    present
        Facilities before the scenario's changes.
    first_year
        Year after which what is left is counted: needs begin in the next one.
    """
    years = range(first_year + _YEARS_AFTER, max(ask.until, first_year + _YEARS_AFTER) + 1)
    people = _people(demand, units)
    need = {code: _need(figures, count, years) for code, count in people.items()}
    backlog = {code: _of_unit(ask.ashes_in_flats, code, units) for code in people}
    table, old = _resting(ask, facilities), _resting(ask, present)
    there = pd.DataFrame(old[~old["status"].isin(_COMING)])
    places, standing = (
        [_place(row, units, people, first_year, ask.field) for row in rows.to_dict("records")]
        for rows in (table, there)
    )
    after = exhaustion(places, need, years, backlog=backlog)
    before = exhaustion(standing, need, years, backlog=backlog)
    return Burial(
        years,
        need,
        after,
        before,
        _unit_rows(people, need, places, after, before),
        _place_rows(table, places, after, before, units),
    )


def _people(demand: Demand, units: UnitTree) -> dict[str, float]:
    """Residents of each unit of the level, in code order."""
    above = {code: units.ancestor_of_type(code, LEVEL) for code in units.codes}
    found = dict.fromkeys(sorted({code for code in above.values() if code is not None}), 0.0)
    total = np.where(
        demand.inside, demand.people["total" if "total" in demand.people else demand.groups[0]], 0.0
    )
    inside = demand.unit != OUTSIDE
    sums = np.bincount(demand.unit[inside], total[inside], len(units.codes))
    for code, count in zip(units.codes, sums, strict=True):
        level = above[code]
        if level is not None:
            found[level] += float(count)
    return found


def _need(figures: BurialFigures, people: float, years: range) -> FloatArray:
    shares = figures.cremation_share, figures.niche_share
    return np.array([yearly_need(people, figures.deaths_in(year), *shares) for year in years])


def _of_unit(figures: Mapping[str, float], code: str, units: UnitTree) -> float:
    """What is given for a unit and all below it, added up."""
    return sum(
        value for unit, value in figures.items() if unit in units.codes and code in units.ancestors(unit)
    )


def _resting(ask: BurialAsk, facilities: Facilities) -> pd.DataFrame:
    """Places that take anybody, now or later, in id order."""
    table = facilities.table
    chosen = facilities.of_layer(ask.layer) & table["type"].isin(ask.types).to_numpy()
    chosen &= table["status"].isin(["operating", *_COMING]).to_numpy()
    chosen &= ~(table["status"].isin(_COMING) & table["opened"].isna()).to_numpy()  # nobody can count on them
    return pd.DataFrame(table[chosen]).sort_values("id")


def _place(
    row: Mapping[Any, Any], units: UnitTree, people: Mapping[str, float], first_year: int, field: str
) -> RestingPlace:
    coming = row["status"] in _COMING
    named = [str(code) for code in row["serves_units"]] or [
        str(code) for code in (row["unit_code"], row["unit"]) if isinstance(code, str)
    ][:1]
    serves = {
        level
        for level in people
        for code in named
        if code in units.codes and (code in units.ancestors(level) or level in units.ancestors(code))
    }
    left = row["niches"] if coming and field == "niches_left" and _absent(row[field]) else row[field]
    opened = row["opened"]
    opens = int(opened) if coming else first_year
    known = None if _absent(left) else float(left)
    return RestingPlace(str(row["id"]), frozenset(serves), known, max(opens, first_year))


def _absent(value: object) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124  (NaN is not equal to itself)


def _unit_rows(
    people: Mapping[str, float],
    need: Mapping[str, FloatArray],
    places: Sequence[RestingPlace],
    after: Exhaustion,
    before: Exhaustion,
) -> pd.DataFrame:
    rows = [
        (
            code,
            count,
            float(need[code][0]),
            _left_of_its_own(code, places),
            _year(after.short[code]),
            _year(before.short[code]),
            _gained(before.short[code], after.short[code], after.years),
            after.unmet[code],
            before.unmet[code],
            _state(code, after),
        )
        for code, count in people.items()
    ]
    return pd.DataFrame(rows, columns=list(BURIAL_COLUMNS))


def _left_of_its_own(code: str, places: Sequence[RestingPlace]) -> float:
    """What is known to be left in places that serve this unit alone; NaN where it has such places and knows of none."""
    own = [place.left for place in places if place.serves == {code}]
    known = [left for left in own if left is not None]
    return float("nan") if own and not known else sum(known, 0.0)


def _gained(before: int | None, after: int | None, years: range) -> float:
    """Years between two shortages; where the later one does not come, those to the end of the last year."""
    return float("nan") if before is None else float((years[-1] + 1 if after is None else after) - before)


def _state(code: str, found: Exhaustion) -> str:
    if code in found.unserved:
        return "unserved"
    if found.short[code] is None:
        return "lasts"
    return "unsure" if code in found.unsure else "short"


def _place_rows(
    table: pd.DataFrame,
    places: Sequence[RestingPlace],
    after: Exhaustion,
    before: Exhaustion,
    units: UnitTree,
) -> pd.DataFrame:
    rows = [
        (
            place.id if public else None,
            unit,
            kind,
            float("nan") if place.left is None else place.left,
            float("nan") if _absent(opened) else float(opened),
            _year(after.full.get(place.id)),
            _year(before.full.get(place.id)),
        )
        for place, unit, kind, opened, public in zip(
            places,
            units_of(table, units.codes),
            table["type"],
            table["opened"],
            table["public"],
            strict=True,
        )
    ]
    return pd.DataFrame(rows, columns=list(PLACE_COLUMNS))


def _year(year: int | None) -> float:
    return float("nan") if year is None else float(year)
