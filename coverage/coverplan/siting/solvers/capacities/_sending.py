"""Kernels for the p-median with capacities: who goes where, bettered by moves, exchanges and other sites.

``dear[site, point]`` is what sending all people of a point to a site costs, more than all ways
together where there is no way. Answers may be too full for a while: every person too many costs `fine`.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Grid = NDArray[np.float64]
Ints = NDArray[np.int32]
Pairs = NDArray[np.int32]

LEAST = 1e-9


@njit(cache=True, nogil=True)
def excess(load: float, room: float) -> float:
    """People too many."""
    return max(0.0, load - room)


@njit(cache=True, nogil=True)
def send(
    dear: Grid, people: Floats, room: Floats, chosen: Ints, guide: Grid, goes: Ints, load: Floats, fine: float
) -> float:
    """Write where every point goes (place among `chosen`) by greatest regret, and return what it costs."""
    points, count = len(people), len(chosen)
    load[:] = 0.0
    done = np.zeros(points, np.bool_)
    for _ in range(points):
        which, where, most = -1, -1, -np.inf
        for point in range(points):
            if done[point]:
                continue
            first, second, place = np.inf, np.inf, -1
            for k in range(count):
                cost = guide[chosen[k], point] + fine * (
                    excess(load[k] + people[point], room[chosen[k]]) - excess(load[k], room[chosen[k]])
                )
                if cost < first:
                    second, first, place = first, cost, k
                elif cost < second:
                    second = cost
            regret = second - first if count > 1 else people[point]
            if regret > most:
                most, which, where = regret, point, place
        goes[which] = where
        load[where] += people[which]
        done[which] = True
    return cost_of(dear, room, chosen, goes, load, fine)


@njit(cache=True, nogil=True)
def cost_of(dear: Grid, room: Floats, chosen: Ints, goes: Ints, load: Floats, fine: float) -> float:
    """Cost of all ways and fines."""
    total = 0.0
    for point in range(len(goes)):
        total += dear[chosen[goes[point]], point]
    for k in range(len(chosen)):
        total += fine * excess(load[k], room[chosen[k]])
    return total


@njit(cache=True, nogil=True)
def settle(
    dear: Grid, people: Floats, room: Floats, chosen: Ints, goes: Ints, load: Floats, fine: float, most: int
) -> None:
    """Move single points and exchange two while that is cheaper."""
    points, count = len(people), len(chosen)
    for _ in range(most):
        moved = False
        for point in range(points):
            here = goes[point]
            off = dear[chosen[here], point] + fine * (
                excess(load[here], room[chosen[here]])
                - excess(load[here] - people[point], room[chosen[here]])
            )
            best, where = -LEAST * (1.0 + off), -1
            for k in range(count):
                if k == here:
                    continue
                on = dear[chosen[k], point] + fine * (
                    excess(load[k] + people[point], room[chosen[k]]) - excess(load[k], room[chosen[k]])
                )
                if on - off < best:
                    best, where = on - off, k
            if where >= 0:
                load[here] -= people[point]
                load[where] += people[point]
                goes[point] = where
                moved = True
        for point in range(points):
            for other in range(point + 1, points):
                a, b = goes[point], goes[other]
                if a == b:
                    continue
                change = (
                    dear[chosen[b], point]
                    + dear[chosen[a], other]
                    - dear[chosen[a], point]
                    - dear[chosen[b], other]
                )
                more = people[other] - people[point]
                now = excess(load[a], room[chosen[a]]) + excess(load[b], room[chosen[b]])
                then = excess(load[a] + more, room[chosen[a]]) + excess(load[b] - more, room[chosen[b]])
                change += fine * (then - now)
                if change < -LEAST * (1.0 + abs(dear[chosen[a], point])):
                    goes[point], goes[other] = b, a
                    load[a] += more
                    load[b] -= more
                    moved = True
        if not moved:
            return


@njit(cache=True, nogil=True)
def recentre(
    dear: Grid,
    room: Floats,
    free: NDArray[np.bool_],
    chosen: Ints,
    goes: Ints,
    load: Floats,
    fine: float,
) -> bool:
    """Exchange each site that may move for the best one for the people who go there; True where one moved."""
    sites, points = dear.shape
    inside = np.zeros(sites, np.bool_)
    for k in range(len(chosen)):
        inside[chosen[k]] = True
    moved = False
    for k in range(len(chosen)):
        if not free[chosen[k]]:
            continue
        best, where = np.inf, -1
        for site in range(sites):
            if not free[site] or (inside[site] and site != chosen[k]):
                continue
            cost = fine * excess(load[k], room[site])
            for point in range(points):
                if goes[point] == k:
                    cost += dear[site, point]
                    if cost >= best:
                        break
            if cost < best - LEAST * (1.0 + abs(cost)) or (cost <= best and site == chosen[k]):
                best, where = cost, site
        if where >= 0 and where != chosen[k]:
            inside[chosen[k]] = False
            inside[where] = True
            chosen[k] = where
            moved = True
    return moved


@njit(cache=True, nogil=True)
def polish(
    dear: Grid,
    people: Floats,
    room: Floats,
    free: NDArray[np.bool_],
    chosen: Ints,
    goes: Ints,
    load: Floats,
    fine: float,
    rounds: int,
) -> float:
    """Settle and recentre in turns until nothing moves; returns what it costs."""
    for _ in range(rounds):
        settle(dear, people, room, chosen, goes, load, fine, 30)
        if not recentre(dear, room, free, chosen, goes, load, fine):
            break
    settle(dear, people, room, chosen, goes, load, fine, 30)
    return cost_of(dear, room, chosen, goes, load, fine)


@njit(cache=True, nogil=True)
def swap_by_chance(
    dear: Grid,
    people: Floats,
    room: Floats,
    free: NDArray[np.bool_],
    start: Ints,
    goes: Ints,
    draws: Pairs,
    fine: float,
) -> tuple[Ints, Ints, float]:
    """Best answer that drawn exchanges of a site (place among the chosen, site that comes) lead to."""
    chosen, count, points = start.copy(), len(start), len(people)
    load = np.zeros(count)
    for point in range(points):
        load[goes[point]] += people[point]
    best_goes = goes.copy()
    value = polish(dear, people, room, free, chosen, best_goes, load, fine, 6)
    for draw in range(len(draws)):
        place, site = draws[draw]
        if not free[chosen[place]]:
            continue
        taken = False
        for k in range(count):
            taken = taken or chosen[k] == site
        if taken:
            continue
        trial, ways, loads = chosen.copy(), best_goes.copy(), load.copy()
        trial[place] = site
        cost = polish(dear, people, room, free, trial, ways, loads, fine, 3)
        if cost < value - LEAST * (1.0 + abs(value)):
            chosen, best_goes, load, value = trial, ways, loads, cost
    return chosen, best_goes, value
