"""Least person-time with p sites: answers and bounds brought together, then branches until they meet."""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverplan.siting.solvers.ways import _near
from coverplan.siting.solvers.ways.median_state import ByPoint, MedianSearch
from coverplan.units import FloatArray, Int32Array, Int64Array

ROUND, MOST_ROUNDS, NODE_ROUNDS = 20, 240, 40
RESTART_GAIN = 0.1  # share of what is left that steps have to gain before they begin anew
BATCH = 2  # branches that are worked on together, whatever the number of threads
LOOK_EVERY = 10  # batches between two looks for better answers
MEMORY_BYTES = 200_000_000  # for prices that open branches keep
EFFORT = 4e9  # pairs that are looked at before giving up where there is no time limit


@dataclass(frozen=True, slots=True)
class Branch:
    """Some sites in, some out: what is known about the answers that are left."""

    bound: float
    fixed: NDArray[np.int8]
    price: NDArray[np.float32]
    often: FloatArray


def search_median(search: MedianSearch) -> None:
    """Search until it is over; answer, bound and why it ended are then found in the state."""
    near = search.by_point()
    fixed = np.zeros(near.sites, dtype=np.int8)
    _descend(search, near, fixed)
    if not search.over:
        search.improve(search.chosen, np.arange(near.sites, dtype=np.int32))
    if not search.over:
        with ThreadPoolExecutor(max_workers=max(1, search.search.threads)) as workers:
            _branch(search, near, fixed, workers)
    search.bound = search.closed_at(search.bound)
    if search.stopped_by is None and search.bound < search.value and search.search.gap > 0:
        search.stopped_by = "gap"


def _descend(search: MedianSearch, near: ByPoint, fixed: NDArray[np.int8]) -> None:
    """Rounds of ascents of the bound with swaps between them."""
    search.price = np.minimum(_nearest(search, near), search.ceiling)
    price, direction = search.price.copy(), np.zeros(len(search.price))
    everywhere = np.arange(near.sites, dtype=np.int32)
    pace, often, began = 1.0, np.zeros(near.sites), -np.inf
    search.saving = np.zeros(near.sites)
    search.improve(_by_people(search), everywhere[:0])
    for turn in range(MOST_ROUNDS):
        if search.over:
            return
        goal = search.value if turn else float(search.price.sum()) * 2 + 1
        bound, pace, seen, saving, done = _near.node_bound(
            near.start, near.site, near.dear, search.ceiling, search.count, goal, search.enough if turn else np.inf,
            fixed, price, direction, search.price, search.bound, pace, ROUND,
        )  # fmt: skip
        search.left_out |= bool(fixed.any())
        bound = search.with_left_out(bound)
        if bound > search.bound:
            search.bound, search.saving = bound, saving
        often = 0.35 * often + seen
        likely = _lowest(search.saving, min(near.sites, 4 * search.count + 50))
        start = _lowest(-often if turn % 2 else search.saving, search.count)
        search.improve(start, likely, 200 if turn < 8 or turn % 4 == 0 else 5)
        if turn in {3, 12}:
            search.improve(search.chosen, everywhere)
        search.watch.tell(search.value, search.bound)
        if done:
            if search.bound - began < RESTART_GAIN * (search.enough - search.bound):
                return
            began, pace = search.bound, 0.3  # steps that have become too small hide what is left to gain


def _nearest(search: MedianSearch, near: ByPoint) -> FloatArray:
    """Shape (points,): what sending a point's people to the nearest site of all costs."""
    nearest = np.where(search.weight > 0, search.left * search.weight, 0.0)
    reached = np.diff(near.start) > 0
    nearest[reached] = near.dear[near.start[:-1][reached]]
    return nearest


def _by_people(search: MedianSearch) -> Int32Array:
    """Sites that reach most people."""
    pairs = search.pairs
    alone = np.bincount(
        pairs.site_of_pair(), weights=search.weight[pairs.demand], minlength=pairs.sites
    ).astype(np.float64)
    return _lowest(-alone, search.count)


def _lowest(ranking: FloatArray, count: int) -> Int32Array:
    return np.sort(np.argsort(ranking, kind="stable")[:count]).astype(np.int32)


def _branch(
    search: MedianSearch, near: ByPoint, fixed: NDArray[np.int8], workers: ThreadPoolExecutor
) -> None:
    """Split the search until every branch is proven to hold nothing better, and set bound and answer."""
    kept = np.flatnonzero(fixed >= 0)
    small = near.only(kept)
    number = 0
    root = Branch(search.bound, fixed[kept], search.price.astype(np.float32), np.zeros(small.sites))
    heap = [(root.bound, number, _evaluate(search, small, root.fixed.copy(), root))]
    closed, batch, effort = np.inf, 0, 0.0
    most_open = max(200, MEMORY_BYTES // (4 * len(search.price) + 9 * small.sites + 200))
    timed = search.search.time_limit_s is not None
    while heap:
        search.bound = max(search.bound, search.with_left_out(min(closed, heap[0][0], search.value)))
        if search.over:
            return
        effort += 2.0 * BATCH * NODE_ROUNDS * len(small.site)
        if not timed and (len(heap) > most_open or effort > EFFORT):
            search.stopped_by = "effort"
            return
        opened = _next_branches(heap, full=len(heap) > most_open)
        worth = [one for one in opened if one.bound < search.enough]
        closed = min(
            [
                closed,
                *(
                    search.closed_at(search.with_left_out(one.bound))
                    for one in opened
                    if one.bound >= search.enough
                ),
            ]
        )
        tasks = []
        for one in worth:
            task = _split(search, small, kept, one)
            if task is None:
                closed = min(closed, search.with_left_out(max(one.bound, search.value)))
            else:
                tasks += task
        for child in workers.map(lambda task: _evaluate(search, small, *task), tasks):
            if child.bound >= search.enough:
                closed = min(closed, search.closed_at(search.with_left_out(child.bound)))
            else:
                number += 1
                heapq.heappush(heap, (child.bound, number, child))
        batch += 1
        if heap and batch % LOOK_EVERY == 0:
            best = heap[0][2]
            rank = best.often + 2.0 * best.fixed
            search.improve(kept[_lowest(-rank, search.count)].astype(np.int32), kept.astype(np.int32))
            search.watch.tell(search.value, search.bound)
    search.bound = max(search.bound, search.with_left_out(min(closed, search.value)))


def _next_branches(heap: list[tuple[float, int, Branch]], *, full: bool) -> list[Branch]:
    """Branches with the lowest bounds; those that are nearly done where no more can be kept in memory."""
    count = min(BATCH, len(heap))
    if not full:
        return [heapq.heappop(heap)[2] for _ in range(count)]
    heap.sort()  # a sorted list is a heap too
    return [heap.pop()[2] for _ in range(count)]


def _split(
    search: MedianSearch, small: ByPoint, kept: Int64Array, one: Branch
) -> list[tuple[NDArray[np.int8], Branch]] | None:
    """Branch with its most doubtful site in and with it out; None where one answer is left, which is offered."""
    inside, free = np.flatnonzero(one.fixed == 1), np.flatnonzero(one.fixed == 0)
    if len(inside) >= search.count or len(inside) + len(free) <= search.count:
        only = inside if len(inside) >= search.count else np.flatnonzero(one.fixed >= 0)
        chosen = only.astype(np.int32)
        value = _near.total_cost(small.start, small.site, small.dear, _full(search), chosen, small.sites)
        if value < search.value:
            search.improve(kept[chosen].astype(np.int32), np.zeros(0, dtype=np.int32))
        return None
    doubt = np.abs(one.often[free] - 0.5)
    site = int(free[np.lexsort((free, doubt))[0]])
    tasks = []
    for side in (1, -1):
        fixed = one.fixed.copy()
        fixed[site] = side
        tasks.append((fixed, one))
    return tasks


def _full(search: MedianSearch) -> FloatArray:
    """Shape (points,): what a point costs that nobody serves."""
    return search.left * search.weight


def _evaluate(search: MedianSearch, small: ByPoint, fixed: NDArray[np.int8], parent: Branch) -> Branch:
    best = parent.price.astype(np.float64)
    price, direction, before = best.copy(), np.zeros(len(best)), fixed.copy()
    bound, _, often, _, _ = _near.node_bound(
        small.start, small.site, small.dear, search.ceiling, search.count, search.value, search.enough,
        fixed, price, direction, best, -np.inf, 0.25, NODE_ROUNDS,
    )  # fmt: skip
    search.left_out |= not np.array_equal(fixed, before)
    bound = search.with_left_out(bound)
    return Branch(max(bound, parent.bound), fixed, best.astype(np.float32), often)
