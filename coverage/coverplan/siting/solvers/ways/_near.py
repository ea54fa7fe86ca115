"""Kernels for the p-median on pairs by point, cheapest first: Lagrangian bounds that look only at pairs below the price.

``start`` and ``site`` hold the sites of each point by cost, ``dear`` what sending all its people there costs. With a
price u on each point, no p sites cost less than

    sum(u) + the p lowest sums of min(0, dear - u) over a site's points

whatever the prices (Beasley 1993). Of a point's pairs only those below its price add anything, which are few.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coverplan.siting.solvers._loops import put_in_place, write_over

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]


@njit(cache=True, nogil=True)
def by_point(indptr: Longs, demand: Ints, dear: Floats, points: int) -> tuple[Longs, Ints, Floats]:
    """Pairs by point, cheapest first, ties by site."""
    start = np.zeros(points + 1, np.int64)
    for at in range(len(demand)):
        start[demand[at] + 1] += 1
    for point in range(points):
        start[point + 1] += start[point]
    site_of = np.empty(len(demand), np.int32)
    sent = np.empty(len(demand))
    place = start[:-1].copy()
    for site in range(len(indptr) - 1):
        for at in range(indptr[site], indptr[site + 1]):
            point = demand[at]
            site_of[place[point]] = site
            sent[place[point]] = dear[at]
            place[point] += 1
    for point in range(points):
        low, high = start[point], start[point + 1]
        order = np.argsort(sent[low:high], kind="mergesort")
        sites, costs = site_of[low:high].copy(), sent[low:high].copy()
        for k in range(high - low):
            site_of[low + k] = sites[order[k]]
            sent[low + k] = costs[order[k]]
    return start, site_of, sent


@njit(cache=True, nogil=True)
def only_sites(start: Longs, site: Ints, dear: Floats, number: Ints) -> tuple[Longs, Ints, Floats]:
    """Pairs with some sites alone; `number` is their new position, -1 for those that go."""
    kept_start = np.zeros(len(start), np.int64)
    kept_site = np.empty(len(site), np.int32)
    kept_dear = np.empty(len(site))
    count = 0
    for point in range(len(start) - 1):
        for at in range(start[point], start[point + 1]):
            if number[site[at]] >= 0:
                kept_site[count] = number[site[at]]
                kept_dear[count] = dear[at]
                count += 1
        kept_start[point + 1] = count
    return kept_start, kept_site[:count].copy(), kept_dear[:count].copy()


@njit(cache=True, nogil=True)
def total_cost(start: Longs, site: Ints, dear: Floats, ceiling: Floats, chosen: Ints, sites: int) -> float:
    """What chosen sites cost; a point that none of them reaches costs its ceiling."""
    inside = np.zeros(sites, np.bool_)
    inside[chosen] = True
    total = 0.0
    for point in range(len(start) - 1):
        found = ceiling[point]
        for at in range(start[point], start[point + 1]):
            if inside[site[at]]:
                found = min(found, dear[at])
                break
        total += found
    return total


@njit(cache=True, nogil=True)
def node_bound(
    start: Longs,
    site: Ints,
    dear: Floats,
    ceiling: Floats,
    count: int,
    goal: float,
    stop_above: float,
    fixed: Bytes,
    price: Floats,
    direction: Floats,
    best_price: Floats,
    bound: float,
    pace: float,
    rounds: int,
) -> tuple[float, float, Floats, Floats, bool]:
    """Bound of a branch in which some sites are in (1) and some out (-1), by deflected subgradients.

    A free site whose choice, or whose refusal, alone would bring the bound to `stop_above` is fixed in place.

    Parameters
    ----------
    ceiling
        Shape (points,): highest price: what it costs to leave the point out, inf where it may not be.
    goal
        Cost of a known answer; steps aim at it.
    price, direction, best_price
        Shape (points,): state, changed in place; all directions are zero at first.
    bound
        Bound at the best prices, -inf where none is known.

    Returns
    -------
    bound, pace : best bound; factor to go on with
    often : shape (sites,), how often each site was among the best, as a share of rounds
    saving : shape (sites,), savings at the best prices
    done : nothing more to gain from going on
    """
    sites, points = len(fixed), len(start) - 1
    often = np.zeros(sites)
    saving = np.empty(sites)
    best_saving = np.zeros(sites)
    inside = np.zeros(sites, np.bool_)
    free = np.empty(sites, np.int32)
    rank = np.empty(sites)
    bad, turns, done = 0, 0, False
    for _ in range(rounds):
        turns += 1
        saving[:] = 0.0
        value = 0.0
        for point in range(points):
            u = price[point]
            value += u
            for at in range(start[point], start[point + 1]):
                below = dear[at] - u
                if below >= 0.0:
                    break
                saving[site[at]] += below
        more, frees = count, 0
        for j in range(sites):
            inside[j] = fixed[j] == 1
            if fixed[j] == 1:
                value += saving[j]
                more -= 1
            elif fixed[j] == 0:
                free[frees] = j
                rank[frees] = saving[j]
                frees += 1
        more = max(0, more)
        if frees < more:
            bound, done = np.inf, True
            break
        last, following = -np.inf, np.inf
        if more > 0:
            ordered = rank[:frees].copy()
            put_in_place(ordered, more - 1)
            last = ordered[more - 1]
            for k in range(more, frees):
                following = min(following, ordered[k])
        elif frees > 0:
            following = rank[:frees].min()
        left = more
        for f in range(frees):
            if rank[f] < last and left > 0:
                inside[free[f]] = True
                value += rank[f]
                left -= 1
        for f in range(frees):
            if left == 0:
                break
            if rank[f] == last and not inside[free[f]]:
                inside[free[f]] = True
                value += last
                left -= 1
        for j in range(sites):
            if inside[j]:
                often[j] += 1.0
        if value > bound + 1e-9 * abs(bound) or bound == -np.inf:
            bad = bad if value < bound + 1e-6 * abs(bound) else 0
            bound = value
            write_over(best_price, price)
            write_over(best_saving, saving)
        else:
            bad += 1
            if bad >= 8:
                pace *= 0.7
                bad = 0
        if bound >= stop_above:
            done = True
            break
        for f in range(frees):
            j = free[f]
            if not inside[j]:
                if value + saving[j] - last >= stop_above:
                    fixed[j] = -1
            elif value - saving[j] + following >= stop_above:
                fixed[j] = 1
        if pace < 1e-4:
            done = True
            break
        norm = 0.0
        for point in range(points):
            u = price[point]
            step = 1.0
            for at in range(start[point], start[point + 1]):
                if dear[at] >= u:
                    break
                if inside[site[at]]:
                    step -= 1.0
            go = 0.7 * direction[point] + 0.3 * step
            direction[point] = go
            if not (u >= ceiling[point] and go > 0) and not (u <= 0 and go < 0):
                norm += go * go
        if norm < 1e-12:
            done = True
            break
        length = pace * max(goal - value, 1e-5 * abs(value)) / norm
        for point in range(points):
            price[point] = min(max(price[point] + length * direction[point], 0.0), ceiling[point])
    often /= max(1, turns)
    return bound, pace, often, best_saving, done
