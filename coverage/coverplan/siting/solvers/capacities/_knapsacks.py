"""Kernels for the p-median with capacities: Lagrangian bound with a knapsack a site.

``dear[site, point]`` is what sending all people of a point to a site costs, inf where it may not; ``people`` and
``room`` are whole numbers where knapsacks are filled exactly.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coverplan.siting.solvers._loops import write_over

Floats = NDArray[np.float64]
Grid = NDArray[np.float64]
Longs = NDArray[np.int64]
Small = NDArray[np.int8]

DONE_PACE = 5e-3  # steps that are too small to be worth taking
PATIENCE = 12  # steps without gain before they are halved


@njit(cache=True, nogil=True)
def fill_whole(worth: Floats, size: Longs, room: int, best: Floats, taken: NDArray[np.bool_]) -> int:
    """Write the greatest worth for every room from 0 up to `room`, and what is taken by item and room."""
    best[: room + 1] = 0.0
    count = 0
    for item in range(len(worth)):
        if worth[item] <= 0.0 or size[item] > room:
            continue
        need = size[item]
        if len(taken):
            taken[item, : room + 1] = False
        for left in range(room, need - 1, -1):
            more = best[left - need] + worth[item]
            if more > best[left]:
                best[left] = more
                if len(taken):
                    taken[item, left] = True
        count += 1
    return count


@njit(cache=True, nogil=True)
def fill_parted(worth: Floats, people: Floats, room: float, share: Floats) -> float:
    """Greatest worth where items may be parted; adds how much of each is taken to `share` (if it has items)."""
    rate = np.empty(len(worth))
    for item in range(len(worth)):
        rate[item] = -worth[item] / people[item]
    order = np.argsort(rate, kind="mergesort")
    total, left = 0.0, room
    for k in range(len(order)):
        item = order[k]
        if worth[item] <= 0.0 or left <= 0.0:
            break
        part = min(1.0, left / people[item])
        total += part * worth[item]
        left -= part * people[item]
        if len(share):
            share[item] += part
    return total


@njit(cache=True, nogil=True)
def site_worths(
    dear: Grid,
    people: Floats,
    size: Longs,
    room: Floats,
    rooms: Longs,
    whole: bool,  # noqa: FBT001
    price: Floats,
    worth: Floats,
) -> None:
    """Write what each site, filled best, saves against the prices of its people."""
    sites, points = dear.shape
    longest = 1
    for site in range(sites):
        longest = max(longest, rooms[site] + 1)
    best = np.empty(longest)
    nothing = np.empty((0, 0), np.bool_)
    none = np.empty(0)
    saves = np.empty(points)
    for site in range(sites):
        for point in range(points):
            saves[point] = price[point] - dear[site, point]
        if whole:
            fill_whole(saves, size, rooms[site], best, nothing)
            worth[site] = best[rooms[site]]
        else:
            worth[site] = fill_parted(saves, people, room[site], none)


@njit(cache=True, nogil=True)
def take(
    dear: Grid,
    people: Floats,
    size: Longs,
    room: Floats,
    rooms: Longs,
    whole: bool,  # noqa: FBT001
    price: Floats,
    site: int,
    served: Floats,
) -> None:
    """Add to `served` how much of each point a site takes when it is filled best."""
    points = dear.shape[1]
    saves = np.empty(points)
    for point in range(points):
        saves[point] = price[point] - dear[site, point]
    if not whole:
        fill_parted(saves, people, room[site], served)
        return
    best = np.empty(rooms[site] + 1)
    taken = np.zeros((points, rooms[site] + 1), np.bool_)
    fill_whole(saves, size, rooms[site], best, taken)
    left = rooms[site]
    for point in range(points - 1, -1, -1):
        if saves[point] > 0.0 and size[point] <= rooms[site] and taken[point, left]:
            served[point] += 1.0
            left -= size[point]


@njit(cache=True, nogil=True)
def opened(worth: Floats, fixed: Small, count: int) -> NDArray[np.int64]:
    """Sites that the bound opens: those that stand, and of the others those of greatest worth."""
    rank = np.empty(len(worth))
    for site in range(len(worth)):
        rank[site] = -np.inf if fixed[site] > 0 else (np.inf if fixed[site] < 0 else -worth[site])
    return np.argsort(rank, kind="mergesort")[:count]


@njit(cache=True, nogil=True)
def ascend(
    dear: Grid,
    people: Floats,
    size: Longs,
    room: Floats,
    rooms: Longs,
    whole: bool,  # noqa: FBT001
    fixed: Small,
    count: int,
    goal: float,
    enough: float,
    price: Floats,
    direction: Floats,
    kept: Floats,
    often: Floats,
    bound: float,
    pace: float,
    rounds: int,
) -> tuple[float, float, bool]:
    """Some rounds of ascent on the prices of the points.

    Parameters
    ----------
    fixed
        1: open in any case; -1: never; 0: free. Those that stand are among the `count`.
    goal, enough
        Value that steps aim at, and bound that is high enough.
    price, direction
        Where the steps are; changed.
    kept
        Prices of the best bound; changed.
    often
        How often each site was opened; changed.

    Returns
    -------
    bound, pace : float
    done : bool
        The steps have become too small, or the bound is high enough.
    """
    sites, points = dear.shape
    worth = np.empty(sites)
    served = np.empty(points)
    idle = 0
    for _ in range(rounds):
        site_worths(dear, people, size, room, rooms, whole, price, worth)
        chosen = opened(worth, fixed, count)
        value = price.sum()
        served[:] = 0.0
        for k in range(len(chosen)):
            value -= worth[chosen[k]]
            often[chosen[k]] += 1.0
            take(dear, people, size, room, rooms, whole, price, chosen[k], served)
        if value > bound + 1e-9 * abs(value):
            bound, idle = value, 0
            write_over(kept, price)
        else:
            idle += 1
        if bound >= enough:
            return bound, pace, True
        if idle >= PATIENCE:
            pace, idle = pace * 0.5, 0
            write_over(price, kept)
            direction[:] = 0.0
            if pace < DONE_PACE:
                return bound, pace, True
            continue
        length = 0.0
        for point in range(points):
            direction[point] = 1.0 - served[point] + 0.6 * direction[point]
            length += direction[point] ** 2
        if length < 1e-12:
            return bound, pace, True
        step = pace * max(goal - value, 1e-6 * (1.0 + abs(goal))) / length
        for point in range(points):
            price[point] = max(0.0, price[point] + step * direction[point])
    return bound, pace, False


@njit(cache=True, nogil=True)
def leave_out(
    dear: Grid,
    people: Floats,
    size: Longs,
    room: Floats,
    rooms: Longs,
    whole: bool,  # noqa: FBT001
    fixed: Small,
    count: int,
    price: Floats,
    enough: float,
    parted: bool,  # noqa: FBT001
    left: NDArray[np.bool_],
) -> float:
    """Write which pairs may stay: False where every answer that uses the pair reaches `enough`; returns the bound."""
    sites, points = dear.shape
    worth = np.empty(sites)
    site_worths(dear, people, size, room, rooms, whole, price, worth)
    chosen = opened(worth, fixed, count)
    inside = np.zeros(sites, np.bool_)
    value, last = price.sum(), np.inf
    for k in range(len(chosen)):
        inside[chosen[k]] = True
        value -= worth[chosen[k]]
        if fixed[chosen[k]] == 0:
            last = min(last, worth[chosen[k]])
    longest = 1
    for site in range(sites):
        longest = max(longest, rooms[site] + 1)
    best = np.empty(longest)
    nothing = np.empty((0, 0), np.bool_)
    saves = np.empty(points)
    for site in range(sites):
        open_value = value if inside[site] else value + last - worth[site]
        if fixed[site] < 0 or open_value >= enough:
            left[site, :] = False
            continue
        if whole:
            for point in range(points):
                saves[point] = price[point] - dear[site, point]
            fill_whole(saves, size, rooms[site], best, nothing)
        for point in range(points):
            here = price[point] - dear[site, point]
            if whole and size[point] > rooms[site]:
                left[site, point] = False
                continue
            most = here + (best[rooms[site] - size[point]] if whole else worth[site])
            if here == -np.inf or (
                not parted and open_value + worth[site] - min(most, worth[site]) >= enough
            ):
                left[site, point] = False
            else:
                left[site, point] = True
    return value
