"""Who is covered in every draw, read off travel times that were searched once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.reach.matrix import Reach
from coverplan.service.cover import Reason
from coverplan.service.measure import Measured, Surveyor
from coverplan.service.reached import reach_of_measured
from coverplan.service.uncertainty.draws import Draws
from coverplan.units import MAX_MS, BoolArray, FloatArray, Int32Array, Int64Array, minutes_to_ms
from coverplan.vocabulary import UnitType

#: Level whose units err together in their people.
LEVEL: tuple[UnitType, ...] = ("town", "township", "street", "zone")
COMING = ("building", "planned")


@dataclass(frozen=True, slots=True)
class CoveredByUnit:
    """People of one group in every draw, by deepest unit; the last place is for those outside every unit.

    Parameters
    ----------
    covered
        Shape (rows, units + 1).
    people
        Shape (rows, units + 1).
    """

    covered: FloatArray
    people: FloatArray

    def share(self) -> FloatArray:
        """Shape (rows,): share covered of the whole area; NaN without people."""
        return _ratio(self.covered.sum(axis=1), self.people.sum(axis=1))

    def share_of(self, chosen: BoolArray) -> FloatArray:
        """Shape (rows,): share covered in some units, shape (units + 1,)."""
        return _ratio(self.covered[:, chosen].sum(axis=1), self.people[:, chosen].sum(axis=1))


@dataclass(frozen=True, slots=True)
class Levels:
    """The unit of the level that errs together, for each deepest unit and a last place outside every unit.

    Parameters
    ----------
    codes
        Units of the level, in code order.
    of_unit
        Shape (units + 1,): position among `codes`; one past the last where there is none.
    """

    codes: tuple[str, ...]
    of_unit: Int64Array

    @classmethod
    def of(cls, units: UnitTree) -> Levels:
        """Levels of a tree of units."""
        above = [units.ancestor_of_type(code, LEVEL) for code in units.codes]
        codes = tuple(sorted({code for code in above if code is not None}))
        at = {code: i for i, code in enumerate(codes)}
        return cls(codes, np.array([len(codes) if one is None else at[one] for one in [*above, None]]))

    def factors(self, draws: Draws) -> FloatArray:
        """Shape (rows, units + 1): factor on the people of each deepest unit; 1 where nothing is drawn."""
        return np.hstack([draws.people, np.ones((draws.rows, 1))])[:, self.of_unit]


def covered_by_unit(
    one: Measured,
    groups: Sequence[str],
    surveyor: Surveyor,
    facilities: Facilities,
    draws: Draws,
    *,
    year: int | None,
    shifted: Reach | None = None,
) -> dict[str, CoveredByUnit]:
    """People covered in every draw, by group and deepest unit.

    A walk of t at a speed of f times the usual one, with a delay of d, is within the limit T where t <= (T - d) f.
    Whoever could not be brought to the network, or lies outside every unit, stays uncovered as in the run (R6).

    Parameters
    ----------
    one, groups
        The standard as it was measured, and groups of people.
    surveyor, facilities, year
        What it was measured with. Facilities that are still to open may be late.
    draws
        Rows of drawn values.
    shifted
        Pairs with the places shifted, for rows in which they are.
    """
    demand = surveyor.demand
    levels = Levels.of(surveyor.units)
    factor = levels.factors(draws)
    unit = np.where(demand.unit == OUTSIDE, len(surveyor.units.codes), demand.unit)
    size = len(surveyor.units.codes) + 1
    counted = {group: np.where(demand.inside, demand.people[group], 0.0) for group in groups}
    covered = {group: np.zeros((draws.rows, size)) for group in groups}
    for row, points in enumerate(
        _covered_points(one, surveyor, facilities, draws, year=year, shifted=shifted)
    ):
        for group, people in counted.items():
            covered[group][row] = np.bincount(unit[points], people[points], size)
    return {
        group: CoveredByUnit(
            covered[group] * factor, factor * np.bincount(unit, counted[group], size)[None, :]
        )
        for group in groups
    }


def widest(draws: Draws) -> float:
    """How many times the standard the times must reach for every draw."""
    return max(1.0, float(draws.speed.max(initial=1.0)))


def shifted_facilities(facilities: Facilities) -> Facilities | None:
    """The facilities where they would stand if their places had been shifted like GCJ-02; None outside China."""
    from coverplan.inputs.places.coordinates import transform_points
    from coverplan.inputs.places.datum import from_wgs84, in_china_box

    table = facilities.table
    placed = table.geometry.notna().to_numpy()
    if not placed.any() or table.crs is None:
        return None
    points = shapely.centroid(table.geometry.to_numpy()[placed])
    x, y = shapely.get_x(points), shapely.get_y(points)
    lon, lat = transform_points(x, y, table.crs, "EPSG:4326")
    if not in_china_box(lon, lat).all():
        return None
    new_x, new_y = transform_points(*from_wgs84(lon, lat, "gcj02"), "EPSG:4326", table.crs)
    moved = table.copy()
    geometry = table.geometry.to_numpy().copy()
    geometry[placed] = shapely.points(new_x, new_y)
    moved["geometry"] = geometry
    return Facilities(moved)


def late_sites(facilities: Facilities, sites: Sequence[int], draws: Draws, year: int | None) -> BoolArray:
    """Shape (rows, sites): a facility that counts in the year has not opened yet in the draw."""
    table = facilities.table.iloc[list(sites)]
    opened = table["opened"].to_numpy(dtype=np.float64)
    coming = table["status"].isin(COMING).to_numpy() & ~np.isnan(opened)
    if year is None:
        return np.zeros((draws.rows, len(table)), dtype=bool)
    return np.asarray(coming[None, :] & (opened[None, :] + draws.late[:, list(sites)] > year))


def _covered_points(
    one: Measured,
    surveyor: Surveyor,
    facilities: Facilities,
    draws: Draws,
    *,
    year: int | None,
    shifted: Reach | None,
) -> Iterator[Int64Array]:
    """Positions of the points that are covered in each row."""
    usual = reach_of_measured(one, surveyor, facilities, wider=widest(draws))
    possible = one.coverage.reason <= Reason.NOT_REACHED
    late = late_sites(facilities, one.sites, draws, year)
    maybe = np.asarray(late.any(axis=0))
    limit = minutes_to_ms(one.standard.minutes)
    cutoff = np.floor(np.maximum(limit - draws.delay_ms, -1.0) * draws.speed)
    pairs = {False: _Nearest.of(usual, maybe, surveyor.demand)}
    if shifted is not None:
        pairs[True] = _Nearest.of(shifted, maybe, surveyor.demand)
    for row in range(draws.rows):
        near = pairs[bool(draws.shifted[row]) and shifted is not None]
        times = near.sure
        if maybe.any():
            times = near.with_open(~late[row])
        yield np.flatnonzero((times <= cutoff[row]) & possible)


@dataclass(frozen=True, slots=True)
class _Nearest:
    """Nearest of the facilities that are open in every draw, and the pairs of the others."""

    sure: Int32Array
    site: Int64Array
    point: Int32Array
    time: Int32Array

    @classmethod
    def of(cls, reach: Reach, maybe: BoolArray, demand: Demand) -> _Nearest:
        site = np.repeat(np.arange(reach.sites), np.diff(reach.indptr))
        unsure = maybe[site]
        sure = np.full(demand.points, MAX_MS, dtype=np.int32)
        np.minimum.at(sure, reach.demand[~unsure], reach.times_ms[~unsure])
        return cls(sure, site[unsure], reach.demand[unsure], reach.times_ms[unsure])

    def with_open(self, is_open: BoolArray) -> Int32Array:
        """Nearest times where some of the others are open too."""
        times = self.sure.copy()
        use = is_open[self.site]
        np.minimum.at(times, self.point[use], self.time[use])
        return times


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0)
