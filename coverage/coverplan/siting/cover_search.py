"""Most weight that a number of sites can cover: answers and bounds brought together until they meet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from coverplan.siting import _bound, _swap
from coverplan.siting.cover_branch import branch
from coverplan.siting.plain_cover import PlainCover
from coverplan.siting.search import Search, Watch
from coverplan.units import FloatArray, Int32Array

ROUND = 25  # descents of the bound between two looks for better answers
MOST_ROUNDS = 60
STEPS = 40  # rounds of iterated local search beside one round of descents


@dataclass(slots=True)
class CoverSearch:
    """State of one search for the best `count` sites.

    Parameters
    ----------
    small
        Question in its small form.
    count
        Number of sites, from 1 to one below the number there is.
    search, watch
        Gap, seed, threads; clock.
    target
        Stops as soon as this much is covered (inf: never) or proven to be out of reach.
    """

    small: PlainCover
    count: int
    search: Search
    watch: Watch
    target: float = np.inf
    chosen: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    value: float = -np.inf
    bound: float = np.inf
    price: FloatArray = field(default_factory=lambda: np.zeros(0))
    score: FloatArray = field(default_factory=lambda: np.zeros(0))
    stopped_by: str | None = None

    def offer(self, chosen: Int32Array, value: float) -> None:
        """Keep an answer if it is the best so far."""
        if value > self.value:
            self.value, self.chosen = value, chosen.copy()

    @property
    def enough(self) -> float:
        """Bound at or below which the search is over."""
        value, anyway = self.value, self.small.covered
        if np.isfinite(self.target):
            return self.target - (1e-6 if self.small.whole else 0.0)
        slack = 1e-9 * max(1.0, abs(value))
        next_better = value + 1 - 1e-6 - slack if self.small.whole else value + slack
        return max(next_better, (value + anyway) * (1 + self.search.gap) - anyway)

    @property
    def over(self) -> bool:
        """Nothing more to do: proven as far as was asked, target reached, or stopped."""
        if self.bound <= self.enough or self.value >= self.target:
            return True
        self.stopped_by = self.stopped_by or self.watch.stopped_by()
        return self.stopped_by is not None

    def run(self, start: Int32Array | None = None) -> None:
        """Search until it is over."""
        self._first_answer(start)
        with ThreadPoolExecutor(max_workers=max(1, self.search.threads)) as workers:
            self._descend(workers)
            if not self.over:
                branch(self, workers)
        if self.stopped_by is None and self.bound > self.value and self.search.gap > 0:
            self.stopped_by = "gap"

    def _arrays(self) -> tuple[object, ...]:
        small = self.small
        return small.indptr, small.demand, small.start, small.site_of, small.weight, small.own

    def improve(self, chosen: Int32Array) -> None:
        """Offer what swaps make of a set."""
        self.offer(*_swap.local_search(*self._arrays(), chosen.astype(np.int32)))

    def _first_answer(self, start: Int32Array | None) -> None:
        small = self.small
        if start is None:
            start, _ = _swap.lazy_greedy(
                small.indptr, small.demand, small.weight, small.own, self.count, np.inf
            )
            start = filled(start, self.count, small.sites)
        self.improve(start)

    def _descend(self, workers: ThreadPoolExecutor) -> None:
        """Rounds of descents of the bound, with iterated local search beside them."""
        small = self.small
        cells, sites = len(small.weight), small.sites
        price, direction = small.weight * 0.5, np.zeros(cells)
        self.price, self.score = price.copy(), np.zeros(sites)
        often = np.zeros(sites)
        random = np.array([self.search.seed * 2_654_435_761 + 88_172_645_463_325_252], dtype=np.int64)
        bound, pace, done = np.inf, 1.0, False
        for turn in range(MOST_ROUNDS):
            if self.over or done:
                return
            walk = None
            if turn > 1 and self.gap_left > 1e-4:
                walk = workers.submit(
                    _swap.iterate, *self._arrays(), self.chosen.copy(), random, STEPS, float(self.target)
                )
                if self.search.threads == 1:
                    walk.result()
            bound, pace, done = _bound.descend(
                small.indptr,
                small.demand,
                small.weight,
                small.own,
                self.count,
                self.goal,
                self.enough,
                price,
                direction,
                self.price,
                self.score,
                often,
                bound,
                pace,
                ROUND,
                turn == 0,
            )
            self.bound = min(self.bound, bound)
            if walk is not None:
                self.offer(*walk.result())
            if self.bound > self.enough:
                ranking = often if turn % 2 else self.score
                self.improve(best_ranked(ranking, self.count))
            self.watch.tell(small.covered + self.value, small.covered + self.bound)

    @property
    def goal(self) -> float:
        """Value that the steps of the bound aim at."""
        return self.value if np.isinf(self.target) else max(self.value, self.target - 1.0)

    @property
    def gap_left(self) -> float:
        """Relative gap that is left."""
        return (self.bound - self.value) / max(self.value, 1e-9)


def best_ranked(ranking: FloatArray, count: int) -> Int32Array:
    """Positions of the `count` highest values, ties by position."""
    return np.sort(np.argsort(-ranking, kind="stable")[:count]).astype(np.int32)


def filled(chosen: Int32Array, count: int, sites: int) -> Int32Array:
    """Chosen sites and, when they are fewer than `count`, the first others."""
    if len(chosen) >= count:
        return chosen[:count]
    others = np.setdiff1d(np.arange(sites, dtype=np.int32), chosen)
    return np.concatenate((chosen, others[: count - len(chosen)])).astype(np.int32)
