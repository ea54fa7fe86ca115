"""Kernels for the p-median: Lagrangian bound on the assignment rows, and swaps with first and second nearest sites.

Pairs stand by site; ``cost`` is the cost of a pair for one person, ``weight`` the people of a point and ``left`` what
a person without any way costs.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

REORDER = {"reassoc", "contract", "nsz"}  # sums may be reordered for speed; bounds carry a margin for it
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def two_nearest(
    indptr: Longs,
    demand: Ints,
    cost: Floats,
    left: float,
    chosen: Ints,
    near: Ints,
    first: Floats,
    second: Floats,
) -> None:
    """Write place among the chosen of each point's nearest site (-1: none) and its two lowest costs."""
    near[:] = -1
    first[:] = left
    second[:] = left
    for k in range(len(chosen)):
        site = chosen[k]
        for at in range(indptr[site], indptr[site + 1]):
            point = demand[at]
            if cost[at] < first[point]:
                second[point] = first[point]
                first[point] = cost[at]
                near[point] = k
            elif cost[at] < second[point]:
                second[point] = cost[at]


@njit(cache=True, nogil=True)
def total_cost(weight: Floats, first: Floats) -> float:
    """Sum of people times the cost of their way."""
    total = 0.0
    for point in range(len(weight)):
        total += weight[point] * first[point]
    return total


@njit(cache=True, nogil=True)
def swap_until_best(
    indptr: Longs, demand: Ints, cost: Floats, weight: Floats, left: float, start: Ints, pool: Ints, most: int
) -> tuple[Ints, float]:
    """Best set that swaps with sites of `pool` reach (Whitaker 1983, with the extra profits of Resende and Werneck).

    Returns
    -------
    chosen : int32
    value : total cost
    """
    points, count = len(weight), len(start)
    chosen = start.copy()
    inside = np.zeros(len(indptr) - 1, np.bool_)
    for k in range(count):
        inside[chosen[k]] = True
    near = np.empty(points, np.int32)
    first = np.empty(points)
    second = np.empty(points)
    loss = np.empty(count)
    extra = np.zeros(count)
    two_nearest(indptr, demand, cost, left, chosen, near, first, second)
    value = total_cost(weight, first)
    least = 1e-9 * (1.0 + abs(value))
    for _ in range(most):
        loss[:] = 0.0
        for point in range(points):
            if near[point] >= 0:
                loss[near[point]] += weight[point] * (second[point] - first[point])
        best, best_in, best_out = least, -1, -1
        for t in range(len(pool)):
            site = pool[t]
            if inside[site]:
                continue
            gain = 0.0
            for at in range(indptr[site], indptr[site + 1]):
                point = demand[at]
                if cost[at] < first[point]:
                    gain += weight[point] * (first[point] - cost[at])
                    if near[point] >= 0:
                        extra[near[point]] += weight[point] * (second[point] - first[point])
                elif cost[at] < second[point] and near[point] >= 0:
                    extra[near[point]] += weight[point] * (second[point] - cost[at])
            for k in range(count):
                profit = gain - loss[k] + extra[k]
                extra[k] = 0.0
                if profit > best:
                    best, best_in, best_out = profit, site, k
        if best_in < 0:
            break
        inside[chosen[best_out]] = False
        inside[best_in] = True
        chosen[best_out] = best_in
        two_nearest(indptr, demand, cost, left, chosen, near, first, second)
        value = total_cost(weight, first)
    return chosen, value


@njit(cache=True, nogil=True, fastmath=REORDER)
def site_savings(
    indptr: Longs, demand: Ints, cost: Floats, weight: Floats, price: Floats, saving: Floats
) -> None:
    """Write what each site saves at the prices: sum of min(0, weight times cost - price) over its points."""
    for site in range(len(indptr) - 1):
        total = 0.0
        for at in range(indptr[site], indptr[site + 1]):
            point = demand[at]
            total += min(0.0, weight[point] * cost[at] - price[point])
        saving[site] = total


@njit(cache=True, nogil=True, fastmath=REORDER)
def ascend(
    indptr: Longs,
    demand: Ints,
    cost: Floats,
    weight: Floats,
    ceiling: Floats,
    count: int,
    goal: float,
    stop_above: float,
    price: Floats,
    direction: Floats,
    best_price: Floats,
    best_saving: Floats,
    often: Floats,
    bound: float,
    pace: float,
    rounds: int,
    begun: bool,  # noqa: FBT001
) -> tuple[float, float, bool]:
    """Some rounds of deflected subgradient ascent on the prices of being assigned (Beasley 1993).

    With a price on each point, no p sites cost less than the sum of prices plus the p lowest savings.

    Parameters
    ----------
    ceiling
        Shape (points,): highest price of a point: what it costs to leave it out, inf where it may not be.
    goal
        Cost of a known answer; steps aim at it.
    price, direction, best_price, best_saving, often
        State, changed in place.

    Returns
    -------
    bound, pace, done
    """
    sites, points = len(indptr) - 1, len(weight)
    saving = np.empty(sites)
    lacking = np.empty(points)
    chosen = np.empty(count, np.int32)
    bad = 0
    for _ in range(rounds):
        site_savings(indptr, demand, cost, weight, price, saving)
        value = 0.0
        for point in range(points):
            value += price[point]
        limit = np.partition(saving, count - 1)[count - 1]
        found = 0
        for site in range(sites):
            if saving[site] < limit:
                chosen[found] = site
                found += 1
                value += saving[site]
        for site in range(sites):
            if found == count:
                break
            if saving[site] == limit:
                chosen[found] = site
                found += 1
                value += limit
        if value > bound + 1e-7 * abs(bound) or not begun:
            bound = value
            best_price[:] = price
            best_saving[:] = saving
            bad = 0
        else:
            bad += 1
            if bad >= 8:
                pace *= 0.7
                bad = 0
        for site in range(sites):
            often[site] *= 0.95
        for k in range(count):
            often[chosen[k]] += 0.05
        if bound >= stop_above or pace < 1e-3:
            return bound, pace, True
        lacking[:] = 1.0
        for k in range(count):
            site = chosen[k]
            for at in range(indptr[site], indptr[site + 1]):
                point = demand[at]
                if weight[point] * cost[at] < price[point]:
                    lacking[point] -= 1.0
        norm = 0.0
        for point in range(points):
            step = 0.7 * direction[point] + 0.3 * lacking[point] if begun else lacking[point]
            direction[point] = step
            if not (price[point] >= ceiling[point] and step > 0):
                norm += step * step
        begun = True
        if norm < 1e-12:
            return bound, pace, True
        length = pace * max(goal - value, 1e-4 * abs(value)) / norm
        for point in range(points):
            price[point] = min(max(price[point] + length * direction[point], 0.0), ceiling[point])
    return bound, pace, False
