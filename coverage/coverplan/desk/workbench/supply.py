"""Capacity against people for an idea: who gets a place, and how full every facility is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from coverplan.ground.facilities import Facilities
from coverplan.scenario.scenario_file import Standard
from coverplan.service.measure import Surveyor
from coverplan.service.supply.tables import supply_of, supply_table, utilisation_table
from coverplan.units import FloatArray

#: Columns of people, by unit, that add up to ``people``, and the supply of a thousand of them.
PARTS = ("people", "served", "no_place", "place_unknown", "not_reached")


@dataclass(frozen=True, slots=True)
class SupplyAnswer:
    """What an idea does to a standard with a ``supply:`` block, as the tables of a run have it.

    Parameters
    ----------
    standard
        What was asked.
    group
        Who wants a place.
    people
        By column of `PARTS` and ``per_1000``, shape (1 + units,): the whole area, then each unit.
    facilities
        Rows of the table ``utilisation``, overfull ones first; protected ones stand together by unit, without an id.
    names
        Names of the public facilities among them, by id.
    unknown
        How many facilities do not say their capacity.
    """

    standard: Standard
    group: str
    people: Mapping[str, FloatArray]
    facilities: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    unknown: int


def supply_answer(
    standard: Standard, surveyor: Surveyor, facilities: Facilities, year: int | None
) -> SupplyAnswer:
    """Hold capacity against people for the facilities that serve in `year`; the standard has a ``supply:`` block."""
    one = surveyor.measure(standard, facilities, year)
    supplied = supply_of(one, surveyor, facilities)
    table = supply_table([supplied], surveyor.demand, surveyor.units)
    rows = table[table["group"] == supplied.group]
    used = utilisation_table([supplied], facilities, surveyor.demand, surveyor.units)
    sites = facilities.table.iloc[list(one.sites)]
    named = sites[sites["public"].astype(bool) & sites["name"].notna()]
    return SupplyAnswer(
        standard,
        supplied.group,
        {name: rows[name].to_numpy(dtype=np.float64) for name in (*PARTS, "per_1000")},
        tuple({str(name): value for name, value in row.items()} for row in used.to_dict("records")),
        dict(zip(named["id"].map(str), named["name"].map(str), strict=True)),
        0 if supplied.access is None else supplied.access.sites_unknown,
    )
