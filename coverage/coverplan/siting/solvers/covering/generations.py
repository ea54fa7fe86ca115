"""Answers of large questions of plain covering bred from annealed ones: the best set among all their sites.

Sets that annealing ends at are each the best in some places and poor in others. Few sites are in any of them, so the
best set of those sites is found by branches in no time, and it is the best in most places.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from coverplan.siting.solvers.covering import _anneal, _swap
from coverplan.siting.solvers.covering.cover_state import LARGE_PAIRS, CoverSearch
from coverplan.siting.solvers.search import Watch
from coverplan.units import Int32Array

ANNEALED = 4  # sets of a generation
KEPT = 4  # best sets of one line that the next generation is bred with
IDLE = 2  # generations without a gain after which a new line begins
ANCESTORS = 4  # best sets of lines that have ended
UNION_BATCHES = 40  # of branches among the sites of some sets
STEPS_BY_SITE = 4000  # of one annealing
MOST_LOOKS = 30_000_000  # cells that one annealing looks at
HOT, COLD = 0.05, 0.0035  # temperatures as shares of what a site covers in the mean

Answer = tuple[float, Int32Array]


def worth_breeding(search: CoverSearch) -> bool:
    """Whether the question is so large that its answers are far from the best for long."""
    large = len(search.small.demand) > LARGE_PAIRS and search.count > 1
    return large and np.isinf(search.target) and search.most_batches is None


@dataclass(slots=True)
class Generations:
    """Lines of sets of sites, bred one job at a time.

    Parameters
    ----------
    search
        Whose answers these are.
    solve
        Searches a smaller question from a set to start with.
    """

    search: CoverSearch
    solve: Callable[[CoverSearch, Int32Array], None]
    fresh: list[Int32Array] = field(default_factory=list)
    line: list[Answer] = field(default_factory=list)
    ancestors: list[Answer] = field(default_factory=list)
    idle: int = 0
    start: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def begin(self, workers: ThreadPoolExecutor) -> Callable[[], None]:
        """Start the next job; returns what waits for its end."""
        if not len(self.start):
            self.start = self.search.chosen.astype(np.int32)
        job = workers.submit(self._job)
        if self.search.search.threads == 1:
            job.result()
        return lambda: self.search.offer(*job.result())

    def _job(self) -> tuple[Int32Array, float]:
        if len(self.fresh) < ANNEALED:
            chosen, value = self._annealed()
            self.fresh.append(chosen)
            return chosen, value
        return self._bred()

    def _annealed(self) -> tuple[Int32Array, float]:
        small, count = self.search.small, self.search.count
        steps = min(STEPS_BY_SITE * count, MOST_LOOKS * small.sites // len(small.demand))
        mean = self.search.value / count
        chosen, _ = _anneal.anneal(
            small.cover, self.start, self.search.random, steps, HOT * mean, COLD * mean
        )
        better, value = _swap.local_search(small.cover, chosen)
        return better, float(value)

    def _bred(self) -> tuple[Int32Array, float]:
        before = self.line[0][0] if self.line else -np.inf
        born = self._best_of([*(chosen for _, chosen in self.line), *self.fresh])
        self.fresh = []
        self.line = _some_best([*self.line, born], KEPT)
        self.idle = 0 if born[0] > before else self.idle + 1
        if self.idle >= IDLE:
            self.ancestors = _some_best([*self.ancestors, *self.line], ANCESTORS)
            born = self._best_of([chosen for _, chosen in self.ancestors])
            self.ancestors = _some_best([*self.ancestors, born], ANCESTORS)
            self.line, self.idle = [], 0
        return born[1], born[0]

    def _best_of(self, sets: list[Int32Array]) -> Answer:
        """Best set that branches find among the sites of some sets, starting from the first, and swaps thereafter."""
        search, count = self.search, self.search.count
        sites = np.unique(np.concatenate(sets)).astype(np.int64)
        if len(sites) <= count:
            chosen = sets[0]
        else:
            small, _ = search.small.only(sites, search.small.weight)
            asked = replace(search.search, gap=0.0, threads=1, progress=None)
            watch = Watch(asked, search.watch.started, search.watch.aside)
            inner = CoverSearch(small, count, asked, watch, most_batches=UNION_BATCHES)
            self.solve(inner, np.searchsorted(sites, np.sort(sets[0])).astype(np.int32))
            chosen = sites[inner.chosen].astype(np.int32)
        chosen, value = _swap.local_search(search.small.cover, chosen)
        return value, chosen


def _some_best(answers: list[Answer], most: int) -> list[Answer]:
    """The best, none twice: sets of equal value count as one."""
    return sorted(dict(answers).items(), key=lambda answer: -answer[0])[:most]
