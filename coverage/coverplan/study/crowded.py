"""Units in which more people are said to live than live anywhere: thousands read as people, or people as thousands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from coverplan.errors import Problem
from coverplan.ground.demand import Demand
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.text.counting import many
from coverplan.units import FloatArray

#: People to the square kilometre: the densest quarters of Dhaka, Hong Kong and Mumbai have some 130,000, single blocks more.
_MOST_KM2, _MOST_OF_A_BLOCK_KM2 = 150_000.0, 400_000.0
#: A unit is a quarter from this size on; what is smaller than a block is a house.
_QUARTER_KM2, _BLOCK_KM2 = 1.0, 0.05


def crowded_units(demand: Demand, units: UnitTree, path: Path) -> Iterator[Problem]:
    """Warn once where units hold more people than can be; the worst is named.

    Parameters
    ----------
    demand
        People; those of the first group are counted.
    units
        Units; only those with an outline are looked at.
    path
        The study file.
    """
    area_km2 = units.table.geometry.area.to_numpy() / 1e6
    with np.errstate(divide="ignore", invalid="ignore"):
        density = _people(demand, units) / area_km2
    most = np.where(area_km2 >= _QUARTER_KM2, _MOST_KM2, _MOST_OF_A_BLOCK_KM2)
    crowded = (area_km2 >= _BLOCK_KM2) & (density > most)
    if not crowded.any():
        return
    worst = int(np.argmax(np.where(crowded, density, 0.0)))
    name = f"{units.codes[worst]} {units.table['name'].iloc[worst]}"
    count = int(crowded.sum())
    yield Problem(
        f"{many(count, 'unit holds more people', 'units hold more people')} than live anywhere on so much ground, such as {name}",
        path,
        field="population",
        value=f"{density[worst]:,.0f} people to the square kilometre in {name}",
        expected=f"at most {most[worst]:,.0f} to the square kilometre",
        remedy="check in which unit the people are counted (people, not thousands), and the outlines",
        severity="warning",
        code="crowded_units",
        details={"count": count, "unit": name, "density": f"{density[worst]:,.0f}"},
    )


def _people(demand: Demand, units: UnitTree) -> FloatArray:
    """Shape (units,): people of the first group in each unit, with those of the units below it."""
    inside = demand.unit != OUTSIDE
    own = np.bincount(
        demand.unit[inside], weights=demand.people[demand.groups[0]][inside], minlength=len(units.codes)
    )
    place = {code: at for at, code in enumerate(units.codes)}
    total = np.zeros(len(own))
    for code, people in zip(units.codes, own, strict=True):
        for above in units.ancestors(code):
            total[place[above]] += people
    return total
