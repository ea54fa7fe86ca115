"""Most weight that a number of sites can cover: answers and bounds brought together until they meet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from coverplan.siting.solvers.covering import _bound, _greedy
from coverplan.siting.solvers.covering.cover_branch import branch
from coverplan.siting.solvers.covering.cover_state import ROUND, CoverSearch, best_ranked, filled
from coverplan.siting.solvers.covering.generations import Generations, worth_breeding
from coverplan.siting.solvers.covering.odd_rows import tighten, within_reach
from coverplan.units import Int32Array

MOST_ROUNDS = 80
SLOW = 0.08  # share of the way to the goal that a round has to gain, or else it counts as slow
TRIAL_BATCHES = 100  # of branches: what they do not settle is worth better prices first
TRIAL_PAIRS = 200_000  # above which branches are too dear to be tried


@dataclass(frozen=True, slots=True)
class Manner:
    """How the bound is brought down.

    Parameters
    ----------
    smooth, patience
        See `_bound.descend`.
    slow_rounds
        Slow rounds after which it ends.
    first_walk
        Round from which iterated local search runs beside it.
    looks
        Answers are looked for between the rounds.
    warm
        It begins at the best prices known, with short steps.
    """

    smooth: float
    patience: int
    slow_rounds: int
    first_walk: int
    looks: bool
    warm: bool = False


QUICK = Manner(_bound.SMOOTH, _bound.PATIENCE, slow_rounds=2, first_walk=6, looks=True)
NEARBY = Manner(0.97, 20, slow_rounds=MOST_ROUNDS, first_walk=0, looks=False, warm=True)
THOROUGH = Manner(0.97, 20, slow_rounds=MOST_ROUNDS, first_walk=0, looks=False)


def search_cover(search: CoverSearch, start: Int32Array | None = None) -> None:
    """Search until it is over; answer, bound and why it ended are then found in the state."""
    search.bound = min(search.bound, search.small.plain_bound(search.count))
    search.random = np.array([search.search.seed * 2_654_435_761 + 88_172_645_463_325_252], dtype=np.int64)
    _first_answer(search, start)
    with ThreadPoolExecutor(max_workers=max(1, search.search.threads)) as workers:
        _descend(search, workers, QUICK)
        if not search.over and not _on_trial(search, workers):
            relaxed = tighten(search, workers) if within_reach(search) else None
            if relaxed is None and not search.over:
                if len(search.small.demand) > TRIAL_PAIRS:
                    _descend(search, workers, NEARBY)
                _descend(search, workers, THOROUGH)
            if not search.over:
                breeding = Generations(search, search_cover).begin if worth_breeding(search) else None
                branch(search, workers, relaxed=relaxed, beside=breeding)
    search.bound = search.closed_at(search.bound)
    if search.stopped_by is None and search.bound > search.value and search.search.gap > 0:
        search.stopped_by = "gap"


def _on_trial(search: CoverSearch, workers: ThreadPoolExecutor) -> bool:
    """Whether some branches settle it."""
    if search.most_batches is not None:
        branch(search, workers)
        return True
    return len(search.small.demand) <= TRIAL_PAIRS and branch(search, workers, on_trial=TRIAL_BATCHES)


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


def _descend(search: CoverSearch, workers: ThreadPoolExecutor, manner: Manner) -> None:
    """Rounds of descents of the bound, with iterated local search beside them."""
    small = search.small
    cells, sites = len(small.weight), small.sites
    price = search.price.copy() if manner.warm else small.weight * 0.5
    direction = np.zeros(cells)
    best_price, best_score, often = price.copy(), np.zeros(sites), np.zeros(sites)
    bound, pace, done, slow = np.inf, 0.05 if manner.warm else 1.0, False, 0
    search.walk_at, search.walk_pause = manner.first_walk, 1
    for turn in range(MOST_ROUNDS):
        if search.over or done or slow >= manner.slow_rounds:
            break
        before = bound
        walk = search.walk(workers, turn, longest_pause=MOST_ROUNDS)
        bound, pace, done = _bound.descend(
            small.reach, small.weight, small.own, search.count, search.goal, search.enough,
            price, direction, best_price, best_score, often, bound, pace, ROUND, turn == 0,
            manner.smooth, manner.patience,
        )  # fmt: skip
        if bound <= search.bound or not len(search.price):
            search.bound = min(search.bound, bound)
            search.price, search.score = best_price, best_score
        if search.bound > search.enough and manner.looks:
            search.improve(best_ranked(often if turn % 2 else best_score, search.count))
        walk()
        slow = slow + 1 if before - bound < SLOW * (bound - search.enough) else 0
        search.tell()
