"""Kernels for maximal covering with capacities: Lagrangian bound with a knapsack a site, and a quick count of the served.

Pairs stand by site (``indptr``, ``demand``) and by cell (``start``, ``site_of``); ``room`` is what a site can serve.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@njit(cache=True, nogil=True)
def fill_site(
    site: int, indptr: Longs, demand: Ints, weight: Floats, room: Floats, price: Floats, taken: Floats
) -> float:
    """Worth of a site filled with the people who are cheapest; adds whom it takes to `taken` (if it has cells)."""
    cells = demand[indptr[site] : indptr[site + 1]]
    order = np.argsort(price[cells], kind="mergesort")
    left = room[site]
    worth = 0.0
    for k in range(len(order)):
        cell = cells[order[k]]
        if left <= 0 or price[cell] >= 1.0:
            break
        people = min(left, weight[cell])
        worth += people * (1.0 - price[cell])
        left -= people
        if len(taken):
            taken[cell] += people
    return worth


@njit(cache=True, nogil=True)
def descend(
    indptr: Longs,
    demand: Ints,
    weight: Floats,
    room: Floats,
    fixed: Mask,
    count: int,
    goal: float,
    stop_below: float,
    price: Floats,
    direction: Floats,
    often: Floats,
    bound: float,
    pace: float,
    rounds: int,
    begun: bool,  # noqa: FBT001
) -> tuple[float, float, bool]:
    """Some rounds of descent on the prices of serving a person twice, each from 0 to 1.

    With a price on each person, no `count` sites serve more than the sum of prices and the greatest worths; the sites
    in `fixed` are open in any case and are among the `count`.

    Returns
    -------
    bound, pace, done
    """
    sites, cells = len(indptr) - 1, len(weight)
    worth = np.empty(sites)
    taken = np.empty(cells)
    nobody = np.empty(0)
    bad = 0
    for _ in range(rounds):
        for site in range(sites):
            worth[site] = fill_site(site, indptr, demand, weight, room, price, nobody)
        rank = -worth
        for site in range(sites):
            if fixed[site]:
                rank[site] = -np.inf
        order = np.argsort(rank, kind="mergesort")[:count]
        value = 0.0
        for cell in range(cells):
            value += weight[cell] * price[cell]
        for k in range(count):
            value += worth[order[k]]
        if value < bound - 1e-7 * abs(bound) or bound == np.inf:
            bound = value
            bad = 0
        else:
            bad += 1
            if bad >= 8:
                pace *= 0.7
                bad = 0
        often *= 0.95
        taken[:] = 0.0
        for k in range(count):
            often[order[k]] += 0.05
            fill_site(order[k], indptr, demand, weight, room, price, taken)
        if bound <= stop_below or pace < 1e-3:
            return bound, pace, True
        norm = 0.0
        for cell in range(cells):
            # per person, so that small and large cells move alike
            excess = taken[cell] / weight[cell] - 1.0
            step = 0.7 * direction[cell] + 0.3 * excess if begun else excess
            direction[cell] = step
            if not ((price[cell] <= 0 and step > 0) or (price[cell] >= 1 and step < 0)):
                norm += weight[cell] * step * step
        begun = True
        if norm < 1e-12:
            return bound, pace, True
        length = pace * max(value - goal, 1e-4 * abs(value)) / norm
        for cell in range(cells):
            price[cell] = min(max(price[cell] + length * direction[cell], 0.0), 1.0)
    return bound, pace, False


@njit(cache=True, nogil=True)
def served_at_least(
    indptr: Longs,
    demand: Ints,
    start: Longs,
    site_of: Ints,
    weight: Floats,
    room: Floats,
    chosen: Ints,
    left: Floats,
    times: Ints,
) -> float:
    """People served when cells that few sites reach are sent first, each to the sites with most room left.

    A lower bound on what the best assignment serves; `left` and `times` are work space by site and by cell.
    """
    left[:] = -1.0
    for k in range(len(chosen)):
        left[chosen[k]] = room[chosen[k]]
    times[:] = 0
    most = 0
    for k in range(len(chosen)):
        for at in range(indptr[chosen[k]], indptr[chosen[k] + 1]):
            times[demand[at]] += 1
            most = max(most, times[demand[at]])
    total = 0.0
    for level in range(1, most + 1):
        for k in range(len(chosen)):
            for at in range(indptr[chosen[k]], indptr[chosen[k] + 1]):
                cell = demand[at]
                if times[cell] != level:
                    continue
                times[cell] = -1
                people = weight[cell]
                while people > 0:
                    best = -1
                    for f in range(start[cell], start[cell + 1]):
                        site = site_of[f]
                        if left[site] > 0 and (best < 0 or left[site] > left[best]):
                            best = site
                    if best < 0:
                        break
                    sent = min(people, left[best])
                    left[best] -= sent
                    people -= sent
                    total += sent
    return total


@njit(cache=True, nogil=True)
def swap_by_chance(
    indptr: Longs,
    demand: Ints,
    start: Longs,
    site_of: Ints,
    weight: Floats,
    room: Floats,
    first: Ints,
    pool: Ints,
    draws: Ints,
) -> tuple[Ints, float]:
    """Swap chosen sites for sites of a pool wherever that serves more, in an order drawn by chance.

    Parameters
    ----------
    draws
        Shape (tries, 2): place among the chosen and place in the pool of every try.

    Returns
    -------
    chosen : int32
    value : people that the quick count serves
    """
    chosen = first.copy()
    left = np.empty(len(room))
    times = np.empty(len(weight), np.int32)
    inside = np.zeros(len(room), np.bool_)
    for k in range(len(chosen)):
        inside[chosen[k]] = True
    value = served_at_least(indptr, demand, start, site_of, weight, room, chosen, left, times)
    for t in range(len(draws)):
        k = draws[t, 0]
        site = pool[draws[t, 1]]
        if inside[site]:
            continue
        old = chosen[k]
        chosen[k] = site
        now = served_at_least(indptr, demand, start, site_of, weight, room, chosen, left, times)
        if now > value:
            value = now
            inside[old] = False
            inside[site] = True
        else:
            chosen[k] = old
    return chosen, value
