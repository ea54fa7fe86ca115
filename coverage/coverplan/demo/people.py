"""People: how many live in each 100 m cell, how old they are, exact to the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine

from coverplan.demo.blocks import Block
from coverplan.demo.frame import HEIGHT_M, WIDTH_M, Geometries, chance
from coverplan.demo.roads import OLD_TOWN
from coverplan.units import BoolArray, FloatArray, Int64Array

CELL_M = 100.0
FINE_M = 25.0
# residents of the district, census of 2020: total, 0-14, 60 and over, 65 and over are printed figures of a
# real district of this size (data/README.md); 0-17 and 80 and over are invented to go with them
TOTALS = {
    "total": 720_215,
    "age_0_14": 101_147,
    "age_0_17": 118_642,
    "age_60_plus": 110_463,
    "age_65_plus": 80_528,
    "age_80_plus": 15_407,
}
GROUPS = tuple(TOTALS)
# people for each hectare, before all are scaled to the total
DENSITY = {"old": 3.9, "estate": 2.6, "new": 1.3, "industry": 0.3, "farm": 0.35, "village": 0.75}
# share of the 25 m squares of a block on which people live
LIVED_IN = {"old": 0.9, "estate": 0.7, "new": 0.6, "industry": 0.16, "farm": 0.3, "village": 0.8}
OLD_SHARE = {"old": 0.30, "estate": 0.19, "new": 0.078, "industry": 0.03, "farm": 0.27, "village": 0.28}
CHILD_SHARE = {"old": 0.095, "estate": 0.13, "new": 0.185, "industry": 0.06, "farm": 0.12, "village": 0.125}
PERSONS_PER_HOUSEHOLD = {
    "old": 2.25,
    "estate": 2.5,
    "new": 2.85,
    "industry": 1.9,
    "farm": 2.9,
    "village": 3.0,
}
UNFINISHED_SHARE = 0.14  # of the blocks of new towers: sold, hardly moved into


@dataclass(frozen=True, slots=True)
class Settlement:
    """Unscaled people on fine squares, north row first.

    Parameters
    ----------
    people, old_share, child_share, household_size
        Shape (rows, columns) of `FINE_M` squares: people in units of no meaning, and the expected shares of
        those of 60 and over and of 0 to 14, and persons for each household.
    """

    people: FloatArray
    old_share: FloatArray
    child_share: FloatArray
    household_size: FloatArray


@dataclass(frozen=True, slots=True)
class Population:
    """People by cell, north row first.

    Parameters
    ----------
    groups
        By group, shape (rows, columns) of `CELL_M` cells: whole people.
    households
        Shape (rows, columns): expected households, not whole.
    """

    groups: dict[str, Int64Array]
    households: FloatArray


def cell_centres(size_m: float) -> tuple[FloatArray, FloatArray]:
    """Local x and y, shape (rows, columns), of the centres of square cells, north row first."""
    x = np.arange(size_m / 2, WIDTH_M, size_m)
    y = np.arange(HEIGHT_M - size_m / 2, 0.0, -size_m)
    grid_x, grid_y = np.meshgrid(x, y)
    return grid_x, grid_y


def burn(
    geometries: Sequence[shapely.Geometry], *, size_m: float, touched: bool = False
) -> NDArray[np.int32]:
    """Position of the geometry at each cell, -1 where there is none, shape (rows, columns), north row first."""
    shape = (round(HEIGHT_M / size_m), round(WIDTH_M / size_m))
    pairs = ((geometry, position) for position, geometry in enumerate(geometries))
    transform = Affine(size_m, 0.0, 0.0, 0.0, -size_m, HEIGHT_M)
    burnt = rasterize(pairs, shape, fill=-1, transform=transform, all_touched=touched, dtype="int32")
    return np.asarray(burnt, dtype=np.int32)


def settle(blocks: Sequence[Block], streets: Geometries, *, seed: int) -> Settlement:
    """People where blocks let them live; in the fields along the roads alone.

    Parameters
    ----------
    streets
        Lines along which farms stand.
    """
    rng = chance(seed, "people")
    block = burn([piece.polygon for piece in blocks], size_m=FINE_M)
    uses = [piece.use for piece in blocks]
    middle = shapely.centroid(np.array([piece.polygon for piece in blocks], dtype=object))
    far_m = np.hypot(shapely.get_x(middle) - OLD_TOWN[0], shapely.get_y(middle) - OLD_TOWN[1])
    density = np.array([DENSITY.get(use, 0.0) for use in uses]) * rng.lognormal(0.0, 0.38, len(uses))
    new = np.array([use == "new" for use in uses])
    density[new & (rng.random(len(uses)) < UNFINISHED_SHARE)] *= 0.12
    density *= np.where(new, 1.0, np.exp(-far_m / 5_500.0))
    old = np.array([OLD_SHARE.get(use, 0.0) for use in uses]) * rng.lognormal(0.0, 0.16, len(uses))
    old *= np.where(new, 1.0, np.clip(1.25 - far_m / 14_000.0, 0.7, 1.25))
    child = np.array([CHILD_SHARE.get(use, 0.0) for use in uses]) * rng.lognormal(0.0, 0.14, len(uses))
    lived_in = np.array([LIVED_IN.get(use, 0.0) for use in uses])
    size = np.array([PERSONS_PER_HOUSEHOLD.get(use, 1.0) for use in uses])
    farm = np.array([use == "farm" for use in uses])
    roadside = burn(list(shapely.buffer(streets, 30.0)), size_m=FINE_M) >= 0
    known = block >= 0
    here = np.where(known, block, 0)
    houses = rng.random(block.shape) < lived_in[here]
    people = density[here] / lived_in.clip(0.1)[here] * houses * rng.gamma(2.5, 0.4, block.shape)
    people *= known & (~farm[here] | roadside)
    return Settlement(people, old[here], child[here], size[here])


def _blocks_of(values: FloatArray) -> FloatArray:
    """Sums of fine squares by cell."""
    step = round(CELL_M / FINE_M)
    rows, columns = values.shape
    return values.reshape(rows // step, step, columns // step, step).sum(axis=(1, 3))


def apportion(weight: FloatArray, total: int, most: Int64Array) -> Int64Array:
    """Whole numbers near shares of `total` in proportion to `weight`, none above `most`, summing to `total`.

    Largest remainders first; equal ones by position (R11).

    Raises
    ------
    ValueError
        If `most` leaves no room for `total`.
    """
    if most.sum() < total:
        raise ValueError(f"{total} people do not fit into room for {most.sum()}")
    share = np.minimum(weight * (total / weight.sum()), most)
    for _ in range(50):  # what a full cell cannot take goes to the others
        room = share < most
        lacking = total - share.sum()
        if lacking < 1e-6 or not room.any():
            break
        free = share * room
        share = np.minimum(share + lacking * free / free.sum(), most)
    whole = np.floor(share).astype(np.int64)
    remainder = np.where(whole < most, np.round(share - whole, 9), -1.0)
    order = np.argsort(-remainder, kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


def populate(settlement: Settlement, inside: BoolArray, *, cut: BoolArray) -> Population:
    """Whole people by cell: exact totals inside the district, the same rates rounded outside it.

    Parameters
    ----------
    inside
        Shape (rows, columns) of cells: the centre lies in the district.
    cut
        Shape (rows, columns) of cells: the district's border runs through. Nobody lives there: people of such cells are
        split by area, and the district's totals would be its people no more.
    """
    raw = _blocks_of(settlement.people) * ~cut
    by_old = _blocks_of(settlement.people * settlement.old_share) / np.where(raw > 0, raw, 1.0)
    by_child = _blocks_of(settlement.people * settlement.child_share) / np.where(raw > 0, raw, 1.0)
    size = _blocks_of(settlement.people * settlement.household_size) / np.where(raw > 0, raw, 1.0)
    scale = TOTALS["total"] / raw[inside].sum()
    groups = {group: np.zeros(raw.shape, dtype=np.int64) for group in GROUPS}
    for part, totals in ((inside, TOTALS), (~inside, _totals_at(scale * raw[~inside].sum()))):
        made = _split(raw[part], by_old[part], by_child[part], totals)
        for group in GROUPS:
            groups[group][part] = made[group]
    households = groups["total"] / np.where(size > 0, size, 1.0)
    return Population(groups, households)


def _totals_at(people: float) -> dict[str, int]:
    """Totals of the land round the district, where people are as old as in it."""
    return {group: round(people * value / TOTALS["total"]) for group, value in TOTALS.items()}


def _split(
    raw: FloatArray, old: FloatArray, child: FloatArray, totals: dict[str, int]
) -> dict[str, Int64Array]:
    """Groups of one part of the sheet, each a part of the group that holds it."""
    plenty = np.full(raw.shape, np.iinfo(np.int32).max, dtype=np.int64)
    total = apportion(raw, totals["total"], plenty)
    over_60 = apportion(total * old, totals["age_60_plus"], total)
    over_65 = apportion(over_60 * (0.5 + old), totals["age_65_plus"], over_60)
    over_80 = apportion(over_65 * (0.3 + old), totals["age_80_plus"], over_65)
    under_18 = apportion(total * child, totals["age_0_17"], total - over_60)
    under_15 = apportion(under_18.astype(np.float64), totals["age_0_14"], under_18)
    return {
        "total": total, "age_0_14": under_15, "age_0_17": under_18,
        "age_60_plus": over_60, "age_65_plus": over_65, "age_80_plus": over_80,
    }  # fmt: skip
