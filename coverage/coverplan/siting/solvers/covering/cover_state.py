"""State of one search for most weight covered by a number of sites: best answer, bound, and walks between them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from coverplan.siting.solvers.covering import _swap
from coverplan.siting.solvers.covering.plain_cover import PlainCover
from coverplan.siting.solvers.search import Search, Watch
from coverplan.units import FloatArray, Int32Array, Int64Array

ROUND = 25  # descents of the bound between two looks for better answers
LARGE_PAIRS = 200_000  # above which answers are far from the best for long, and are looked for without pauses
FIRST_WALK = 6  # round from which iterated local search runs beside the descents


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
    most_batches
        Batches of branches after which it gives up; None for no limit.
    """

    small: PlainCover
    count: int
    search: Search
    watch: Watch
    target: float = np.inf
    most_batches: int | None = None
    chosen: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    value: float = -np.inf
    bound: float = np.inf
    price: FloatArray = field(default_factory=lambda: np.zeros(0))
    score: FloatArray = field(default_factory=lambda: np.zeros(0))
    stopped_by: str | None = None
    random: Int64Array = field(default_factory=lambda: np.ones(1, dtype=np.int64))
    held: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    tried: set[bytes] = field(default_factory=set)
    walk_at: int = FIRST_WALK
    walk_pause: int = 1

    def offer(self, chosen: Int32Array, value: float) -> None:
        """Keep an answer if it is the best so far."""
        if value > self.value:
            self.value, self.chosen = value, chosen.copy()
            self.held = self.chosen

    @property
    def enough(self) -> float:
        """Bound at or below which the search is over."""
        value, anyway = self.value, self.small.covered
        if np.isfinite(self.target):
            return self.target - (1e-6 if self.small.whole else 1e-9 * self.target)
        slack = 1e-9 * max(1.0, abs(value))
        next_better = value + 1 - 1e-6 - slack if self.small.whole else value + slack
        # a little less, for the margin that is added to what is said to be proven
        return max(next_better, (value + anyway) * (1 + self.search.gap - 4e-9) - anyway)

    def closed_at(self, bound: float) -> float:
        """Bound of what holds nothing better: a whole number where values are whole."""
        return float(np.floor(bound)) if self.small.whole and bound <= self.enough else bound

    def dropped_at(self, bound: float) -> float:
        """Bound of a branch that is closed: sites that come to no more than `enough` were dropped from it."""
        return self.closed_at(max(bound, self.enough) if self.search.gap > 0 else bound)

    @property
    def timed(self) -> bool:
        """There is a time limit, and what was given is used."""
        return self.search.time_limit_s is not None

    @property
    def over(self) -> bool:
        """Nothing more to do: proven as far as was asked, target reached, or stopped."""
        if self.bound <= self.enough or self.value >= self.target:
            return True
        self.stopped_by = self.stopped_by or self.watch.stopped_by()
        return self.stopped_by is not None

    def improve(self, chosen: Int32Array) -> None:
        """Offer what swaps make of a set, unless the same set was tried before."""
        key = chosen.astype(np.int32).tobytes()
        if key in self.tried:
            return
        self.tried.add(key)
        self.offer(*_swap.local_search(self.small.cover, chosen.astype(np.int32)))

    def walk(self, workers: ThreadPoolExecutor, turn: int, *, longest_pause: int) -> Callable[[], None]:
        """Start iterated local search from the best answer if it is time for it; returns what waits for its end.

        The work is about that of one round of descents. After a walk in vain the next one comes later.
        """
        if turn < self.walk_at:
            return lambda: None
        small = self.small
        pairs = max(1, len(small.demand))
        step = 2 * self.count * (pairs / small.sites) * (pairs / max(1, len(small.weight)))
        steps = max(2, int(ROUND * pairs / step))
        before = self.value
        held = self.held.copy()
        job = workers.submit(lambda: _swap.iterate(small.cover, held, self.random, steps, float(self.target)))

        def finish() -> None:
            best, value, last = job.result()
            if self.value <= before:
                self.held = last
            self.offer(best, value)
            most = 1 if pairs > LARGE_PAIRS else longest_pause
            self.walk_pause = 1 if self.value > before else min(2 * self.walk_pause, most)
            self.walk_at = turn + self.walk_pause

        if self.search.threads == 1:
            job.result()
        return finish

    def tell(self) -> None:
        """Pass on how far the search is, unless it is only a step of another one."""
        if np.isinf(self.target):
            self.watch.tell(self.small.covered + self.value, self.small.covered + self.bound)

    @property
    def goal(self) -> float:
        """Value that the steps of the bound aim at."""
        return self.value if np.isinf(self.target) else max(self.value, self.target - 1.0)


def best_ranked(ranking: FloatArray, count: int) -> Int32Array:
    """Positions of the `count` highest values, ties by position."""
    return np.sort(np.argsort(-ranking, kind="stable")[:count]).astype(np.int32)


def filled(chosen: Int32Array, count: int, sites: int) -> Int32Array:
    """Chosen sites and, when they are fewer than `count`, the first others."""
    if len(chosen) >= count:
        return chosen[:count]
    others = np.setdiff1d(np.arange(sites, dtype=np.int32), chosen)
    return np.concatenate((chosen, others[: count - len(chosen)])).astype(np.int32)
