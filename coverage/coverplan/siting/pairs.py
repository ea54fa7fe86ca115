"""Sparse costs between sites and demand points, from a reach matrix or geometry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverplan.reach.matrix import Reach
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
    key = site.astype(np.int64) * max(1, demand_points) + demand
    order = np.argsort(key, kind="stable")  # takes whole runs where pairs come site by site
    indptr = np.concatenate(([0], np.cumsum(np.bincount(site, minlength=sites)))).astype(np.int64)
    return Pairs(indptr, demand[order].astype(np.int32), None if cost is None else cost[order], demand_points)


def from_reach(reach: Reach) -> Pairs:
    """Pairs of a reach matrix, in its order of sites and demand points; costs are milliseconds."""
    return Pairs(reach.indptr, reach.demand, reach.times_ms, reach.demand_points)


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
