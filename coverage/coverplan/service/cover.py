"""Who is within a standard: counted from demand points, never from drawn polygons (R5), and conserved (R6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.errors import RecountError
from coverplan.ground.demand import Demand
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.reach.matrix import NOT_REACHED, Nearest, Reach
from coverplan.units import BoolArray, FloatArray, Int32Array, ms_to_minutes

#: Code of the row that stands for the whole study area.
WHOLE_AREA = ""
#: Relative difference that summing in another order may leave (R6).
CONSERVED_WITHIN = 1e-9


class Reason(IntEnum):
    """Why a demand point is or is not covered; the partition is tested in the order of DESIGN's R6."""

    COVERED = 0
    #: The nearest facility is farther than the standard.
    TOO_FAR = 1
    #: No facility within the search limit: too far to matter, or no way leads there.
    NOT_REACHED = 2
    #: No street within the snapping limit (R3).
    OFF_NETWORK = 3
    #: In the area and in no unit.
    OUTSIDE_UNITS = 4
    #: Not in the area; reported beside it, no part of it (R6).
    BUFFER = 5


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one standard means for every demand point.

    Parameters
    ----------
    site_ids
        Facilities that count, in the order of the positions below.
    nearest_ms, nearest_site
        Shape (points,): nearest facility that counts within the search limit, `NOT_REACHED` where none (R1).
    times_within
        Shape (points,): how many facilities lie within the standard (k-coverage).
    reason
        Shape (points,): a `Reason`.
    """

    site_ids: tuple[str, ...]
    nearest_ms: Int32Array
    nearest_site: Int32Array
    times_within: Int32Array
    reason: NDArray[np.int8]

    @property
    def covered(self) -> BoolArray:
        """Shape (points,): within the standard, on the network and counted in the area."""
        return self.reason == Reason.COVERED

    @property
    def minutes(self) -> FloatArray:
        """Shape (points,): minutes to the nearest facility, NaN where none was found."""
        return np.where(self.nearest_ms == NOT_REACHED, np.nan, ms_to_minutes(self.nearest_ms))


def judge(
    reach: Reach,
    nearest: Nearest,
    standard_ms: int,
    *,
    demand: Demand,
    on_network: BoolArray,
    has_units: bool,
) -> Coverage:
    """Say for every demand point whether it is within the standard, and why not.

    Parameters
    ----------
    reach
        Times of every pair within the standard.
    nearest
        Nearest facility within the search limit.
    standard_ms
        The standard, inclusive (R2).
    demand
        People and where they are counted.
    on_network
        Shape (points,): could be brought to the network.
    has_units
        Units exist, so that a point of the area can lie outside every unit.
    """
    return coverage_of(
        reach.site_ids,
        reach.times_within(standard_ms),
        nearest,
        demand=demand,
        on_network=on_network,
        has_units=has_units,
    )


def coverage_of(
    site_ids: tuple[str, ...],
    times_within: Int32Array,
    nearest: Nearest,
    *,
    demand: Demand,
    on_network: BoolArray,
    has_units: bool,
) -> Coverage:
    """Coverage where it is known how many facilities lie within the standard of each demand point; see `judge`."""
    reason = np.full(demand.points, Reason.NOT_REACHED, dtype=np.int8)
    reason[nearest.reached] = Reason.TOO_FAR
    reason[times_within > 0] = Reason.COVERED
    reason[~on_network] = Reason.OFF_NETWORK
    if has_units:
        reason[demand.unit == OUTSIDE] = Reason.OUTSIDE_UNITS
    reason[~demand.inside] = Reason.BUFFER
    return Coverage(site_ids, nearest.time_ms, nearest.site, times_within, reason)


def own_pairs(reach: Reach, site_unit: Sequence[str | None], point_unit: Sequence[str | None]) -> Reach:
    """Reach with only those pairs whose facility and people belong to the same unit (R7).

    Parameters
    ----------
    reach
        Every pair within the search limit.
    site_unit, point_unit
        Code of the unit of each site and demand point at the level that counts, None where there is none.
    """
    codes = sorted({code for code in (*site_unit, *point_unit) if code is not None})
    number = {code: i for i, code in enumerate(codes)}
    of_site = np.array([-1 if code is None else number[code] for code in site_unit], dtype=np.int64)
    of_point = np.array([-2 if code is None else number[code] for code in point_unit], dtype=np.int64)
    site = np.repeat(np.arange(reach.sites), np.diff(reach.indptr))
    keep = of_site[site] == of_point[reach.demand]
    kept_before = np.concatenate(([0], np.cumsum(keep, dtype=np.int64)))
    return Reach(
        reach.site_ids,
        reach.demand_ids,
        kept_before[reach.indptr],
        reach.demand[keep],
        reach.times_ms[keep],
        reach.limit_ms,
    )


def tally(coverage: Coverage, demand: Demand, units: UnitTree, groups: Sequence[str]) -> pd.DataFrame:
    """People by unit and group, as a partition (R6).

    Returns
    -------
    pandas.DataFrame
        One row for the whole area (code ``WHOLE_AREA``) and each unit in code order, by group. Columns:
        ``unit_code``, ``group``, ``people``, ``outside_units``, ``off_network``, ``covered``, ``uncovered``,
        ``covered_twice`` (by at least two facilities), ``share`` (covered / people, NaN without people),
        ``mean_minutes`` (people-weighted over those for whom a facility was found, NaN without any).
    """
    sums = UnitSums(demand, units)
    rows = [pd.DataFrame(group_sums(coverage, sums, group)) for group in groups]
    for group, table in zip(groups, rows, strict=True):
        table.insert(0, "unit_code", [WHOLE_AREA, *units.codes])
        table.insert(1, "group", group)
    return pd.concat(rows, ignore_index=True)


class UnitSums:
    """Adds up values of demand points for the whole area and then each unit, with all that lies below it.

    Parameters
    ----------
    demand
        Points and their deepest units.
    units
        The tree; it is walked once.
    """

    #: Kinds of people that are added up apart from each other, by `Reason`: those too far and those not reached are one.
    _KIND = np.array([0, 1, 1, 2, 3, 4], dtype=np.int64)

    def __init__(self, demand: Demand, units: UnitTree) -> None:
        at = {code: i for i, code in enumerate(units.codes)}
        above = [[at[one] for one in units.ancestors(code)] for code in units.codes]
        self._demand = demand
        self._unit = demand.unit.astype(np.int64) + 1
        self._people: dict[str, tuple[FloatArray, FloatArray]] = {}
        self._count = len(above)
        self._from = np.repeat(np.arange(len(above)), [len(chain) for chain in above])
        self._to = np.array([one for chain in above for one in chain], dtype=np.int64)
        self.codes = (WHOLE_AREA, *units.codes)

    def __call__(self, values: FloatArray) -> FloatArray:
        """Shape (1 + units,): sums in the order of `codes`."""
        own = np.bincount(self._unit, weights=values, minlength=self._count + 1)
        return self._upwards(values, np.asarray(own, dtype=np.float64))

    def people(self, group: str) -> tuple[FloatArray, FloatArray]:
        """Shape (points,): people of the area, nobody at points of its surroundings; and their sums."""
        if group not in self._people:
            inside = np.where(self._demand.inside, self._demand.people[group], 0.0)
            self._people[group] = inside, self(inside)
        return self._people[group]

    def by_reason(self, people: FloatArray, reason: NDArray[np.int8]) -> dict[str, FloatArray]:
        """Sums of the people of each part of the area, by the columns of `tally`."""
        kind = self._KIND[reason]
        rows = self._count + 1
        own = np.bincount(self._unit + kind * rows, weights=people, minlength=5 * rows).reshape(-1, rows)
        parts = {"outside_units": 3, "off_network": 2, "covered": 0, "uncovered": 1}
        return {name: self._upwards(people * (kind == number), own[number]) for name, number in parts.items()}

    def _upwards(self, values: FloatArray, own: FloatArray) -> FloatArray:
        """Sums of `codes` from those of the deepest units, of which the first are people outside every unit."""
        total = np.bincount(self._to, weights=own[1:][self._from], minlength=self._count)
        return np.concatenate(([values.sum()], total))


def group_sums(coverage: Coverage, sums: UnitSums, group: str) -> dict[str, FloatArray]:
    """People of a group by unit, in the columns of `tally` and the order of ``sums.codes``."""
    people, of_all = sums.people(group)
    reason = coverage.reason
    found = (coverage.nearest_ms != NOT_REACHED) & (reason <= Reason.TOO_FAR)
    table = {"people": of_all.copy(), **sums.by_reason(people, reason)}
    table["covered_twice"] = sums(people * ((reason == Reason.COVERED) & (coverage.times_within >= 2)))
    of_found = sums(people * found)
    minutes = sums(people * np.where(found, ms_to_minutes(coverage.nearest_ms), 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        table["share"] = np.where(of_all > 0, table["covered"] / of_all, np.nan)
        table["mean_minutes"] = np.where(of_found > 0, minutes / of_found, np.nan)
    _check_conserved(table, sums.codes, group)
    return table


def _check_conserved(table: Mapping[str, FloatArray], codes: Sequence[str], group: str) -> None:
    people = table["people"]
    parts = table["outside_units"] + table["off_network"] + table["covered"] + table["uncovered"]
    off = np.flatnonzero(np.abs(parts - people) > CONSERVED_WITHIN * np.maximum(people, 1.0))
    if len(off):
        raise RecountError(
            f"people are not conserved (R6) in unit {codes[off[0]] or 'whole area'}, group {group}: "
            f"{people[off[0]]} people, parts sum to {parts[off[0]]}"
        )
