"""Most weight that a number of sites can cover: answers and bounds brought together until they meet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from coverplan.siting.solvers.covering import _bound, _greedy
from coverplan.siting.solvers.covering.cover_branch import branch
from coverplan.siting.solvers.covering.cover_state import ROUND, CoverSearch, best_ranked, filled
from coverplan.units import Int32Array

MOST_ROUNDS = 60
SLOW = 0.08  # share of the way to the goal that a round has to gain, or else it counts as slow
SLOW_ROUNDS = 2


def search_cover(search: CoverSearch, start: Int32Array | None = None) -> None:
    """Search until it is over; answer, bound and why it ended are then found in the state."""
    search.bound = min(search.bound, search.small.plain_bound(search.count))
    search.random = np.array([search.search.seed * 2_654_435_761 + 88_172_645_463_325_252], dtype=np.int64)
    _first_answer(search, start)
    with ThreadPoolExecutor(max_workers=max(1, search.search.threads)) as workers:
        _descend(search, workers)
        if not search.over:
            branch(search, workers)
    search.bound = search.closed_at(search.bound)
    if search.stopped_by is None and search.bound > search.value and search.search.gap > 0:
        search.stopped_by = "gap"


def _first_answer(search: CoverSearch, start: Int32Array | None) -> None:
    small = search.small
    if start is None:
        start, _ = _greedy.lazy_greedy(
            small.indptr, small.demand, small.weight, small.own, search.count, np.inf
        )
        start = filled(start, search.count, small.sites)
    search.offer(start, small.value(start))
    if not search.over:
        search.improve(start)


def _descend(search: CoverSearch, workers: ThreadPoolExecutor) -> None:
    """Rounds of descents of the bound, with iterated local search beside them."""
    small = search.small
    cells, sites = len(small.weight), small.sites
    price, direction = small.weight * 0.5, np.zeros(cells)
    search.price, search.score = price.copy(), np.zeros(sites)
    often = np.zeros(sites)
    bound, pace, done, slow = np.inf, 1.0, False, 0
    for turn in range(MOST_ROUNDS):
        if search.over or done or slow >= SLOW_ROUNDS:
            return
        before = bound
        walk = search.walk(workers, turn, longest_pause=MOST_ROUNDS)
        bound, pace, done = _bound.descend(
            small.indptr,
            small.demand,
            small.weight,
            small.own,
            search.count,
            search.goal,
            search.enough,
            price,
            direction,
            search.price,
            search.score,
            often,
            bound,
            pace,
            ROUND,
            turn == 0,
        )
        search.bound = min(search.bound, bound)
        if search.bound > search.enough:
            search.improve(best_ranked(often if turn % 2 else search.score, search.count))
        walk()
        slow = slow + 1 if before - bound < SLOW * (bound - search.enough) else 0
        search.tell()
