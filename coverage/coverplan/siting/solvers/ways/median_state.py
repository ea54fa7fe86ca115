"""State of one search for the p sites with the least person-time: best answer, bound, prices."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coverplan.siting.pairs import Pairs
from coverplan.siting.solvers.search import Search, Watch
from coverplan.siting.solvers.ways import _median, _near
from coverplan.units import FloatArray, Int32Array, Int64Array

SWAPS = 200


@dataclass(frozen=True, slots=True)
class ByPoint:
    """Pairs by point, cheapest first; `dear` is what sending all people of the point costs."""

    start: Int64Array
    site: Int32Array
    dear: FloatArray
    sites: int

    def only(self, kept: Int64Array) -> ByPoint:
        """Same pairs with some sites alone, numbered anew."""
        number = np.full(self.sites, -1, dtype=np.int32)
        number[kept] = np.arange(len(kept), dtype=np.int32)
        start, site, dear = _near.only_sites(self.start, self.site, self.dear, number)
        return ByPoint(start, site, dear, len(kept))


@dataclass(slots=True)
class MedianSearch:
    """State of one search.

    Parameters
    ----------
    pairs
        Pairs of the sites to choose from; costs as float64.
    weight
        Shape (points,): people, 0 for points that do not count.
    left
        Shape (points,): what a person costs whom no chosen site serves: the way to a site that stands, what was asked
        for the unserved, or a prohibitive number when nobody may be left out.
    ceiling
        Shape (points,): highest price in the bound.
    count
        Number of sites.
    whole
        The objective takes whole numbers only.
    """

    pairs: Pairs
    cost: FloatArray
    weight: FloatArray
    left: FloatArray
    ceiling: FloatArray
    count: int
    whole: bool
    search: Search
    watch: Watch
    value: float = np.inf
    bound: float = -np.inf
    chosen: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    price: FloatArray = field(default_factory=lambda: np.zeros(0))
    saving: FloatArray = field(default_factory=lambda: np.zeros(0))
    stopped_by: str | None = None
    left_out: bool = False
    tried: set[bytes] = field(default_factory=set)

    def by_point(self) -> ByPoint:
        """Pairs by point, cheapest first."""
        indptr, demand = self.pairs.indptr, self.pairs.demand
        dear = self.cost * self.weight[demand]
        start, site, dear = _near.by_point(indptr, demand, dear, len(self.weight))
        return ByPoint(start, site, dear, self.pairs.sites)

    def improve(self, start: Int32Array, pool: Int32Array, swaps: int = SWAPS) -> None:
        """Keep what swaps with sites of a pool make of a set, if it is better; a set is tried once with a pool."""
        key = np.sort(start).tobytes() + len(pool).to_bytes(4, "little")
        if key in self.tried:
            return
        self.tried.add(key)
        chosen, value = _median.swap_until_best(
            self.pairs.indptr, self.pairs.demand, self.cost, self.weight, self.left, start, pool, swaps
        )
        if value < self.value:
            self.value, self.chosen = value, chosen

    @property
    def enough(self) -> float:
        """Bound at or above which the search is over."""
        slack = 1e-9 * max(1.0, abs(self.value))
        next_better = self.value - 1 + 1e-6 + slack if self.whole else self.value - slack
        return min(next_better, self.value * (1 - self.search.gap))

    @property
    def over(self) -> bool:
        """Nothing more to do: proven as far as was asked, or stopped."""
        if self.bound >= self.enough:
            return True
        self.stopped_by = self.stopped_by or self.watch.stopped_by()
        return self.stopped_by is not None

    def with_left_out(self, bound: float) -> float:
        """Bound that holds for sites too that were left out somewhere because with them it would come to `enough`."""
        return min(bound, self.enough) if self.left_out and self.search.gap > 0 else bound

    def closed_at(self, bound: float) -> float:
        """Bound of what holds nothing better: a whole number where values are whole."""
        return float(np.ceil(bound)) if self.whole and np.isfinite(bound) and bound >= self.enough else bound
