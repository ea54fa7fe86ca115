"""Branch and bound over sites with Lagrangian bounds: the last step to a proof for plain covering."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverplan.siting.solvers.covering import _bound
from coverplan.siting.solvers.covering.cover_state import CoverSearch
from coverplan.siting.solvers.covering.plain_cover import PlainCover
from coverplan.siting.solvers.covering.relaxation import Relaxed
from coverplan.units import FloatArray, Int64Array

ROOT_ROUNDS, NODE_ROUNDS = 200, 40
BATCH = 2  # branches that are worked on together, whatever the number of threads
LONGEST_PAUSE = 4  # batches between two rounds of iterated local search at most
FIRST_WALK = 10  # batches before the first of them
SPAN = 6  # batches that a search beside the branches may take for one step
LOOK_EVERY = 10  # batches between two looks for better answers
MEMORY_BYTES = 120_000_000  # for prices that open branches keep


Beside = Callable[[ThreadPoolExecutor], Callable[[], None]]


@dataclass(frozen=True, slots=True)
class Branch:
    """Some sites in, some out: what is known about the answers that are left."""

    bound: float
    fixed: NDArray[np.int8]
    price: NDArray[np.float32]
    often: FloatArray
    score: FloatArray
    exact: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """What branches are asked about: the search, and the question whose bounds are taken.

    Parameters
    ----------
    small
        Question over the sites `kept`.
    constant
        What is added to its values.
    """

    search: CoverSearch
    small: PlainCover
    kept: Int64Array
    constant: float


def _nothing() -> None:
    """Wait for nothing."""


@dataclass(slots=True)
class _Looks:
    """Looks for better answers while branches are worked on.

    What runs beside is waited for after a fixed number of batches, so that answers do not hang on who is faster.
    """

    search: CoverSearch
    workers: ThreadPoolExecutor
    beside: Beside | None
    begun: Callable[[], None] = _nothing

    def begin(self, batch: int) -> Callable[[], None]:
        """Begin one if it is time for it; returns what is to be waited for at the end of this batch."""
        if self.beside is None or batch < FIRST_WALK:
            return self.search.walk(self.workers, batch, longest_pause=LONGEST_PAUSE)
        if (batch - FIRST_WALK) % SPAN == 0:
            self.begun()
            self.begun = self.beside(self.workers)
        return _nothing


def branch(
    search: CoverSearch,
    workers: ThreadPoolExecutor,
    *,
    on_trial: int | None = None,
    relaxed: Relaxed | None = None,
    beside: Beside | None = None,
) -> bool:
    """Split the search until every branch is proven to hold nothing better, and set bound and answer.

    The result does not depend on the number of threads: branches are worked on in batches of a fixed size. Returns
    whether the search is over; with `on_trial` it ends unfinished after so many batches. With `relaxed`, bounds are
    those of that question, which are bounds of the search's own too. `beside` starts what looks for better answers in
    place of iterated local search, and returns what waits for its end.
    """
    if relaxed is None:
        relaxed = _as_it_is(search)
    kept = _worth_keeping(search, relaxed)
    small, price = relaxed.small.only(kept, relaxed.price)
    ask = _Asked(search, small, kept, relaxed.constant)
    root = _evaluate(ask, np.zeros(small.sites, dtype=np.int8), price, pace=0.5, rounds=ROOT_ROUNDS)
    heap = [(-root.bound if root.bound > search.enough else -search.dropped_at(root.bound), 0, root)]
    search.improve(kept[_ranked(root, search.count)].astype(np.int32))
    closed, number, batch = -np.inf, 1, 0
    looks = _Looks(search, workers, beside)
    search.walk_at, search.walk_pause = FIRST_WALK, 1
    most_open = max(1000, MEMORY_BYTES // (4 * len(small.weight) + 17 * small.sites + 200))
    while heap:
        search.bound = min(search.bound, max(closed, -heap[0][0], search.value))
        if search.over:
            return True
        if batch == on_trial:
            return False
        if batch == search.most_batches or (len(heap) > most_open and not search.timed):
            search.stopped_by = "effort"
            return True
        opened = _next_branches(heap, full=len(heap) > most_open)
        worth = [one for one in opened if one.bound > search.enough]
        closed = max([closed, *(search.closed_at(one.bound) for one in opened if one.bound <= search.enough)])
        walk = looks.begin(batch)
        children = list(workers.map(lambda task: _child(ask, *task), _split(worth)))
        walk()
        for child in children:
            bound = child.bound
            if child.exact:
                bound = min(bound, _offer(search, kept, child, bound))
            if bound <= search.enough or child.exact:
                closed = max(closed, search.dropped_at(bound))
            else:
                heapq.heappush(heap, (-child.bound, number, child))
                number += 1
        batch += 1
        if heap and batch % LOOK_EVERY == 0:
            search.improve(kept[_ranked(heap[0][2], search.count)].astype(np.int32))
            search.tell()
    search.bound = min(search.bound, max(closed, search.value))
    return True


def _as_it_is(search: CoverSearch) -> Relaxed:
    """The search's own question with the bound of its prices, which may lie above `search.bound`: people in reach."""
    best = np.sort(search.score)[-search.count :]
    bound = float((search.small.weight - search.price).sum() + best.sum())
    return Relaxed(search.small, search.price, search.score, bound)


def _next_branches(heap: list[tuple[float, int, Branch]], *, full: bool) -> list[Branch]:
    """Branches with the highest bounds; those that are nearly done where no more can be kept in memory."""
    count = min(BATCH, len(heap))
    if not full:
        return [heapq.heappop(heap)[2] for _ in range(count)]
    heap.sort()  # a sorted list is a heap too
    return [heap.pop()[2] for _ in range(count)]


def _worth_keeping(search: CoverSearch, relaxed: Relaxed) -> Int64Array:
    """Sites that an answer above `search.enough` may hold, by their scores at the best prices."""
    score, count = relaxed.score, search.count
    least = np.partition(score, len(score) - count)[len(score) - count]
    useless = (score < least) & (relaxed.bound + score - least <= search.enough)
    useless[search.chosen] = False
    return np.flatnonzero(~useless)


def _split(branches: list[Branch]) -> list[tuple[Branch, int, int]]:
    """Tasks: every branch once with its most doubtful site in and once with it out."""
    tasks = []
    for one in branches:
        free = np.flatnonzero(one.fixed == 0)
        doubt = np.abs(one.often[free] - 0.5)
        site = int(free[np.lexsort((free, -one.score[free], doubt))[0]])
        tasks += [(one, site, 1), (one, site, -1)]
    return tasks


def _child(ask: _Asked, parent: Branch, site: int, side: int) -> Branch:
    fixed = parent.fixed.copy()
    fixed[site] = side
    pace = 0.05 if ask.constant else 0.25  # prices of a relaxation that was solved are near the best
    child = _evaluate(ask, fixed, parent.price.astype(np.float64), pace=pace, rounds=NODE_ROUNDS)
    if child.bound <= parent.bound:
        return child
    return Branch(parent.bound, child.fixed, child.price, child.often, child.score, child.exact)


def _evaluate(ask: _Asked, fixed: NDArray[np.int8], price: FloatArray, *, pace: float, rounds: int) -> Branch:
    small, search, constant = ask.small, ask.search, ask.constant
    arrays = (small.reach, small.weight, small.own)
    aims = (search.count, search.goal - constant, search.enough - constant, fixed, price)
    bound, often, score, exact = _bound.node_bound(*arrays, *aims, pace, rounds)
    lacking = search.count - int(np.count_nonzero(fixed == 1))
    free = int(np.count_nonzero(fixed == 0))
    if not exact and free < lacking:
        # answers that are worth having have none of the sites that were priced out, and the others are too few
        bound = min(bound, search.enough - constant)
    elif not exact and free == lacking:
        bound, often, score, exact = _bound.node_bound(*arrays, *aims, pace, 1)
    return Branch(bound + constant, fixed, price.astype(np.float32), often, score, exact)


def _ranked(one: Branch, count: int) -> Int64Array:
    rank = one.often + 2.0 * one.fixed
    return np.sort(np.argsort(-rank, kind="stable")[:count])


def _offer(search: CoverSearch, kept: Int64Array, leaf: Branch, bound: float) -> float:
    """Take the only answer that is left in a branch; returns what it covers, or `bound` where there is none."""
    inside = np.flatnonzero(leaf.fixed == 1)
    if len(inside) < search.count:
        inside = np.flatnonzero(leaf.fixed >= 0)
    chosen = kept[inside].astype(np.int32)
    if len(chosen) != search.count:
        return bound
    search.improve(chosen)
    return search.small.value(chosen)
