"""Kernels for the p-median: swaps with first and second nearest sites.

Pairs stand by site; ``cost`` is the cost of a pair for one person, ``weight`` the people of a point and ``left`` what
a person of a point without any way costs.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@njit(cache=True, nogil=True)
def two_nearest(
    indptr: Longs,
    demand: Ints,
    cost: Floats,
    left: Floats,
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
    indptr: Longs,
    demand: Ints,
    cost: Floats,
    weight: Floats,
    left: Floats,
    start: Ints,
    pool: Ints,
    most: int,
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
