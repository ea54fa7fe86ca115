"""Sparse costs between sites and demand points, from a reach matrix, tables or geometry, joined by id."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.reach.matrix import Reach
from coverplan.siting.named_values import identifier
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

CostArray = NDArray[np.int32] | NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Cost of every pair of site and demand point that can be used; an absent pair cannot be (R1).

    Parameters
    ----------
    indptr
        Shape (sites + 1,): where each site's pairs start.
    demand
        Positions of demand points, ascending within a site, each at most once.
    cost
        Shape (pairs,): travel time or any other cost in one unit, finite and not negative; milliseconds when
        it comes from a reach matrix. None when only membership is known.
    demand_points
        Number of demand points, reached or not.
    """

    indptr: Int64Array
    demand: Int32Array
    cost: CostArray | None
    demand_points: int

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.indptr) - 1

    def site_of_pair(self) -> Int32Array:
        """Shape (pairs,): position of the site of each pair."""
        return np.repeat(np.arange(self.sites, dtype=np.int32), np.diff(self.indptr))

    def within(self, limit: float | None) -> Pairs:
        """Pairs that cost at most `limit` (inclusive, R2); all of them for None."""
        if limit is None or self.cost is None:
            return self
        keep = self.cost <= limit
        if keep.all():
            return self
        return self._where(keep)

    def of_sites(self, kept: BoolArray) -> Pairs:
        """Pairs of the sites in a mask; the other sites stay as sites without pairs."""
        return self if kept.all() else self._where(kept[self.site_of_pair()])

    def rearranged(self, site_order: Int64Array, demand_order: Int64Array) -> Pairs:
        """Same pairs with the sites and demand points in another order (old positions, new order)."""
        new_demand = np.empty(self.demand_points, dtype=np.int32)
        new_demand[demand_order] = np.arange(self.demand_points, dtype=np.int32)
        new_site = np.empty(self.sites, dtype=np.int32)
        new_site[site_order] = np.arange(self.sites, dtype=np.int32)
        return from_triples(
            new_site[self.site_of_pair()],
            new_demand[self.demand],
            self.cost,
            sites=self.sites,
            demand_points=self.demand_points,
        )

    def _where(self, keep: BoolArray) -> Pairs:
        before = np.concatenate(([0], np.cumsum(keep, dtype=np.int64)))
        cost = None if self.cost is None else self.cost[keep]
        return Pairs(before[self.indptr], self.demand[keep], cost, self.demand_points)

    def costs(self) -> FloatArray:
        """Shape (pairs,): costs as float64, zeros when only membership is known."""
        if self.cost is None:
            return np.zeros(len(self.demand))
        return self.cost.astype(np.float64)


def from_triples(
    site: Int32Array, demand: Int32Array, cost: CostArray | None, *, sites: int, demand_points: int
) -> Pairs:
    """Pairs of parallel arrays of site position, demand position and cost; each pair at most once."""
    order = np.lexsort((demand, site))
    indptr = np.concatenate(([0], np.cumsum(np.bincount(site, minlength=sites)))).astype(np.int64)
    return Pairs(indptr, demand[order].astype(np.int32), None if cost is None else cost[order], demand_points)


def from_reach(reach: Reach) -> Pairs:
    """Pairs of a reach matrix, in its order of sites and demand points; costs are milliseconds."""
    return Pairs(reach.indptr, reach.demand, reach.times_ms, reach.demand_points)


def from_long_table(
    table: pd.DataFrame,
    *,
    site_ids: Sequence[str],
    demand_ids: Sequence[str],
    site: str = "dest",
    demand: str = "origin",
    cost: str = "cost",
) -> Pairs:
    """Pairs of a table with one row per pair, joined by id.

    Parameters
    ----------
    table
        One row per pair; a pair that is absent cannot be used.
    site_ids, demand_ids
        Ids in the order that positions refer to.
    site, demand, cost
        Names of the columns.

    Raises
    ------
    coverplan.errors.InputError
        For a missing column, an id that is not among the sites or demand points, a repeated pair, and a cost
        that is not a number or below zero.
    """
    troubles = Problems()
    for column in (site, demand, cost):
        if column not in table.columns:
            troubles.add(
                Trouble(
                    what="the cost table has no such column",
                    field=column,
                    expected=f"one of {', '.join(map(str, table.columns))}",
                    code="missing_column",
                )
            )
    troubles.raise_if_errors()
    at_site = _positions(table[site], site_ids, field=site, troubles=troubles)
    at_demand = _positions(table[demand], demand_ids, field=demand, troubles=troubles)
    values = pd.to_numeric(table[cost], errors="coerce").to_numpy(dtype=np.float64)
    _check_costs(values, lambda row: f"row {row + 2}", field=cost, troubles=troubles)
    key = at_site.astype(np.int64) * max(1, len(demand_ids)) + at_demand
    _, first, count = np.unique(key, return_index=True, return_counts=True)
    for row in first[count > 1][:5]:
        troubles.add(
            Trouble(
                what="the same pair stands in the cost table more than once",
                line=int(row) + 2,
                value=f"{table[site].iloc[row]}, {table[demand].iloc[row]}",
                expected="one row per pair",
                code="repeated_pair",
            )
        )
    troubles.raise_if_errors()
    return from_triples(at_site, at_demand, values, sites=len(site_ids), demand_points=len(demand_ids))


def from_wide_table(
    table: pd.DataFrame,
    *,
    site_ids: Sequence[str],
    demand_ids: Sequence[str],
    blank_is_absent: bool = False,
) -> Pairs:
    """Pairs of a table with demand ids as index and site ids as columns.

    Parameters
    ----------
    blank_is_absent
        A blank cell is a pair that cannot be used; otherwise a blank is an error. An infinite cost is always a
        pair that cannot be used.

    Raises
    ------
    coverplan.errors.InputError
        For ids that do not match, blanks and costs below zero.
    """
    troubles = Problems()
    at_demand = _positions(table.index, demand_ids, field="index", troubles=troubles)
    at_site = _positions(table.columns, site_ids, field="columns", troubles=troubles)
    values = table.apply(pd.to_numeric, errors="coerce").to_numpy(dtype=np.float64)
    usable = ~np.isinf(values) | (values < 0)
    row, column = np.nonzero(usable & ~np.isnan(values) if blank_is_absent else usable)
    _check_costs(
        values[row, column],
        lambda at: f"row {table.index[row[at]]}, column {table.columns[column[at]]}",
        field="cost",
        troubles=troubles,
    )
    troubles.raise_if_errors()
    return from_triples(
        at_site[column],
        at_demand[row],
        values[row, column],
        sites=len(site_ids),
        demand_points=len(demand_ids),
    )


def from_array(costs: Any) -> Pairs:
    """Pairs of a bare array of costs, demand points in rows and sites in columns; of a sparse one what it stores.

    Raises
    ------
    coverplan.errors.InputError
        For costs that are blank, below zero or no numbers, and for an array without two dimensions.
    """
    troubles = Problems()
    if hasattr(costs, "tocoo"):
        stored = costs.tocsr().tocoo()
        row, column, values = stored.row, stored.col, np.asarray(stored.data, dtype=np.float64)
        shape = stored.shape
    else:
        table = pd.DataFrame(np.asarray(costs)).apply(pd.to_numeric, errors="coerce")
        whole = table.to_numpy(dtype=np.float64)
        row, column = np.nonzero(~np.isinf(whole) | (whole < 0))
        values, shape = whole[row, column], whole.shape
    _check_costs(values, lambda at: f"row {row[at]}, column {column[at]}", field="cost", troubles=troubles)
    troubles.raise_if_errors()
    return from_triples(
        column.astype(np.int32), row.astype(np.int32), values, sites=shape[1], demand_points=shape[0]
    )


def from_coordinates(
    sites_xy: FloatArray, demand_xy: FloatArray, *, metric: str = "euclidean", limit: float | None = None
) -> Pairs:
    """Straight-line pairs between points in metres, only those within `limit` (R2).

    Parameters
    ----------
    sites_xy, demand_xy
        Shape (n, 2), in the same metric CRS.
    metric
        ``euclidean`` or ``manhattan``.
    limit
        Longest distance that is kept; None keeps every pair.
    """
    from scipy.spatial import cKDTree

    order = {"euclidean": 2.0, "manhattan": 1.0}[metric]
    reach = np.inf if limit is None else np.nextafter(limit, np.inf)
    if limit is None:
        found = [np.arange(len(demand_xy))] * len(sites_xy)
    else:
        hits = cKDTree(demand_xy).query_ball_point(sites_xy, reach, p=order, return_sorted=True)
        found = [np.asarray(hit, dtype=np.int64) for hit in hits]
    site = np.repeat(np.arange(len(sites_xy), dtype=np.int32), [len(hit) for hit in found])
    demand = np.concatenate([np.zeros(0, dtype=np.int64), *found]).astype(np.int32)
    apart = np.abs(sites_xy[site] - demand_xy[demand])
    cost = apart.sum(axis=1) if metric == "manhattan" else np.hypot(apart[:, 0], apart[:, 1])
    pairs = from_triples(site, demand, cost, sites=len(sites_xy), demand_points=len(demand_xy))
    return pairs.within(limit)


def _positions(
    found: pd.Series | pd.Index, ids: Sequence[str], *, field: str, troubles: Problems
) -> Int32Array:
    position = {identifier: place for place, identifier in enumerate(ids)}
    names = [identifier(value) for value in found]
    places = np.array([position.get(name, -1) for name in names], dtype=np.int32)
    unknown = sorted({name for name in names if name not in position})
    if unknown:
        troubles.add(
            Trouble(
                what=f"{len(unknown)} ids of the cost matrix are unknown",
                field=field,
                value=", ".join(unknown[:5]),
                expected="ids of the sites and demand points that were given",
                code="unknown_id",
            )
        )
    return places


def _check_costs(values: FloatArray, place: Callable[[int], str], *, field: str, troubles: Problems) -> None:
    for bad, what in (
        (np.isnan(values), "a cost is not a number"),
        (np.isinf(values), "a cost is infinite"),
        (values < 0, "a cost is below zero"),
    ):
        rows = np.flatnonzero(bad)
        if len(rows):
            troubles.add(
                Trouble(
                    what=what,
                    field=field,
                    value=f"{place(int(rows[0]))}: {float(values[rows[0]])}",
                    expected="a finite cost of zero or more; leave a pair out when it cannot be used",
                    code="bad_cost",
                )
            )
