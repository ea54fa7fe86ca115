"""Sparse travel times from sites to demand points; absence means not within the limit, never a number (R1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.units import BoolArray, Int32Array, Int64Array

NOT_REACHED = np.int32(-1)


@dataclass(frozen=True, slots=True)
class Cover:
    """Which demand points each site reaches within one standard, without the times.

    Parameters
    ----------
    indptr
        Shape (sites + 1,): where each site's demand points start in `demand`.
    demand
        Positions of demand points, ascending within a site.
    demand_points
        Number of demand points, reached or not.
    """

    indptr: Int64Array
    demand: Int32Array
    demand_points: int

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.indptr) - 1


@dataclass(frozen=True, slots=True)
class Nearest:
    """Nearest site of each demand point; ties go to the site that stands first in id order (R11).

    Parameters
    ----------
    time_ms
        Shape (demand points,): milliseconds, `NOT_REACHED` where no site lies within the limit.
    site
        Shape (demand points,): position of the site, `NOT_REACHED` where there is none.
    """

    time_ms: Int32Array
    site: Int32Array

    @property
    def reached(self) -> BoolArray:
        """Shape (demand points,): at least one site lies within the limit."""
        return np.asarray(self.site != NOT_REACHED)


@dataclass(frozen=True, slots=True)
class Reach:
    """Travel times from sites to demand points, site by site, only pairs within `limit_ms`.

    Parameters
    ----------
    site_ids, demand_ids
        Ids in the order of the positions used below; each unique.
    indptr
        Shape (sites + 1,): where each site's entries start.
    demand
        Positions of demand points, ascending within a site, each at most once.
    times_ms
        Whole milliseconds, from 0 (kept, R1) to `limit_ms` inclusive (R2).
    limit_ms
        Longest time that was looked for.

    Notes
    -----
    No scipy matrix of times ever leaves this class: scipy reads an absent pair as zero minutes.
    """

    site_ids: tuple[str, ...]
    demand_ids: Sequence[str]
    indptr: Int64Array
    demand: Int32Array
    times_ms: Int32Array
    limit_ms: int

    @property
    def sites(self) -> int:
        """Number of sites."""
        return len(self.site_ids)

    @property
    def demand_points(self) -> int:
        """Number of demand points."""
        return len(self.demand_ids)

    @property
    def pairs(self) -> int:
        """Number of pairs within the limit."""
        return len(self.demand)

    def from_site(self, site: int) -> tuple[Int32Array, Int32Array]:
        """Demand positions (ascending) and milliseconds of one site given by position."""
        start, stop = self.indptr[site], self.indptr[site + 1]
        return self.demand[start:stop], self.times_ms[start:stop]

    def within(self, standard_ms: int) -> Cover:
        """Pairs at or below `standard_ms` (R2); raises ValueError beyond the limit that was searched."""
        if standard_ms > self.limit_ms:
            raise ValueError(f"times were only searched up to {self.limit_ms} ms, not to {standard_ms} ms")
        keep = self.times_ms <= standard_ms
        kept_before = np.concatenate(([0], np.cumsum(keep, dtype=np.int64)))
        return Cover(kept_before[self.indptr], self.demand[keep], self.demand_points)

    def times_within(self, standard_ms: int) -> Int32Array:
        """Shape (demand points,): how many sites lie within the standard (k-coverage)."""
        cover = self.within(standard_ms)
        return np.bincount(cover.demand, minlength=self.demand_points).astype(np.int32)

    def nearest(self) -> Nearest:
        """Nearest site of every demand point; ties by site id."""
        time_ms = np.full(self.demand_points, NOT_REACHED, dtype=np.int32)
        site = np.full(self.demand_points, NOT_REACHED, dtype=np.int32)
        if self.pairs:
            rank = np.empty(self.sites, dtype=np.int64)
            rank[np.argsort(np.asarray(self.site_ids, dtype=np.str_), kind="stable")] = np.arange(self.sites)
            of_site = np.repeat(np.arange(self.sites, dtype=np.int32), np.diff(self.indptr))
            order = np.lexsort((rank[of_site], self.times_ms, self.demand))
            points, first = np.unique(self.demand[order], return_index=True)
            time_ms[points] = self.times_ms[order][first]
            site[points] = of_site[order][first]
        return Nearest(time_ms, site)
