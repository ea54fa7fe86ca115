"""Branches over the sites of a p-median with capacities, each with the Lagrangian bound of its sites."""

from __future__ import annotations

import heapq
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coverplan.siting.solvers._exact import solve_exact
from coverplan.siting.solvers.capacities import _knapsacks
from coverplan.units import FloatArray

if TYPE_CHECKING:
    from coverplan.siting.solvers.capacities.fast_rooms import RoomSearch

ROOT_ROUNDS, NODE_ROUNDS, LEAF_ROUNDS = 200, 40, 300
NEAR, NEARER = (
    0.3,
    0.15,
)  # length of the first steps from prices that were good for the whole, or for the parent
MOST_NODES = 6000
MOST_STEPS = 2_000_000  # of filling all sites once; beyond, branches are too dear
MOST_OPEN = 3000  # branches that are kept at once
LOOK_EVERY = 50  # branches between two looks for better answers


@dataclass(frozen=True, slots=True)
class Branch:
    """Some sites in (1), some out (-1).

    Parameters
    ----------
    bound
        No answer of the branch that is worth having costs less.
    fixed, price, often
        Sites that are settled; prices of the points; share of rounds in which each site was opened.
    """

    bound: float
    fixed: NDArray[np.int8]
    price: FloatArray
    often: FloatArray


def worth_branching(state: RoomSearch) -> bool:
    """Whether sites are filled quickly enough for many branches."""
    steps = len(state.room) * len(state.people) * (state.rooms.max(initial=1) if state.exactly else 10)
    return float(steps) <= MOST_STEPS


def close_branches(state: RoomSearch) -> bool:
    """Split until every branch is proven to hold nothing better; answer and bound are kept in the state.

    Returns False when it was stopped, or gave up after a fixed effort.
    """
    root = _evaluate(state, state.fixed.copy(), state.price, rounds=ROOT_ROUNDS, pace=NEAR)
    heap = [(max(root.bound, state.bound), 0, root)]
    closed, number = np.inf, 1
    with ThreadPoolExecutor(max_workers=max(1, state.search.threads)) as workers:
        while heap and heap[0][0] < state.enough:
            state.bound = max(state.bound, min(closed, heap[0][0]))
            state.stopped_by = state.watch.stopped_by()
            if state.stopped_by is not None or number >= MOST_NODES or len(heap) > MOST_OPEN:
                return False
            bound, _, one = heapq.heappop(heap)
            for child, reached in _opened(state, one, bound, workers):
                if child is None or reached >= state.enough:
                    closed = min(closed, reached)
                else:
                    heapq.heappush(heap, (reached, number, child))
                number += 1
                if number % LOOK_EVERY == 0:
                    state.watch.tell(state.value, state.bound)
    left = min((entry[0] for entry in heap), default=np.inf)
    state.bound = max(state.bound, min(closed, left, state.value))
    return True


def _opened(
    state: RoomSearch, one: Branch, bound: float, workers: ThreadPoolExecutor
) -> list[tuple[Branch | None, float]]:
    """What becomes of a branch: two others, or nothing more to split; each with a bound."""
    free, lacking = np.flatnonzero(one.fixed == 0), state.count - int((one.fixed > 0).sum())
    if len(free) < lacking:  # those priced out are of no use, and the others are too few
        return [(None, state.enough)]
    if len(free) == lacking or lacking == 0:
        return [(None, _leaf(state, one, bound))]
    site = int(free[np.lexsort((free, np.abs(one.often[free] - 0.5)))[0]])
    children = workers.map(lambda side: _child(state, one, site, side), (1, -1))
    return [(child, max(child.bound, bound)) for child in children]


def _child(state: RoomSearch, parent: Branch, site: int, side: int) -> Branch:
    fixed = parent.fixed.copy()
    fixed[site] = side
    return _evaluate(state, fixed, parent.price, rounds=NODE_ROUNDS, pace=NEARER)


def _evaluate(
    state: RoomSearch, fixed: NDArray[np.int8], price: FloatArray, *, rounds: int, pace: float
) -> Branch:
    """Bound of a branch; sites that its prices settle are settled in `fixed`."""
    kept, often, direction = price.copy(), np.zeros(len(state.room)), np.zeros(len(price))
    if int((fixed >= 0).sum()) < state.count:
        return Branch(state.enough, fixed, kept, often)
    shape = (*state.shape()[:6], fixed, state.count)
    bound, _, _ = _knapsacks.ascend(
        *shape, state.value, state.enough, price.copy(), direction, kept, often, -np.inf, pace, rounds
    )
    _settle(state, fixed, kept)
    return Branch(bound, fixed, kept, often / max(float(often.max(initial=0.0)), 1.0))


def _settle(state: RoomSearch, fixed: NDArray[np.int8], price: FloatArray) -> None:
    """Put out what no answer worth having opens, and in what every one opens, by the worth of sites at the prices."""
    worth = np.empty(len(fixed))
    _knapsacks.site_worths(*state.shape()[:6], price, worth)
    inside = np.zeros(len(fixed), dtype=bool)
    inside[_knapsacks.opened(worth, fixed, state.count)] = True
    value = float(price.sum() - worth[inside].sum())
    taken, rest = inside & (fixed == 0), ~inside & (fixed == 0)
    if not taken.any() or not rest.any():
        return
    swapped_in, swapped_out = value + worth[taken].min() - worth, value + worth - worth[rest].max()
    fixed[rest & (swapped_in >= state.enough)] = -1
    fixed[taken & (swapped_out >= state.enough)] = 1


def _leaf(state: RoomSearch, leaf: Branch, bound: float) -> float:
    """Settle a branch of which all sites are known: who goes where; returns a bound that holds for it."""
    fixed = (
        np.where(leaf.fixed >= 0, 1, -1).astype(np.int8)
        if (leaf.fixed > 0).sum() < state.count
        else leaf.fixed
    )
    fixed = np.where(fixed > 0, 1, -1).astype(np.int8)
    best = _evaluate(state, fixed, leaf.price, rounds=LEAF_ROUNDS, pace=NEARER)
    bound = max(bound, best.bound)
    if bound >= state.enough:
        return bound
    enough = state.enough
    smaller = state.left(fixed=fixed, price=best.price)
    if smaller is None:
        return enough
    run = solve_exact(smaller, replace(state.search, progress=None), state.watch)
    if run.open_site is not None and run.assignment is not None:
        state.offer_run(run.open_site, run.assignment)
    if run.infeasible:
        return enough
    return max(bound, min(enough, bound if run.bounds[0] is None else run.bounds[0]))
