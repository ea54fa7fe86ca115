"""Kernel that anneals a set of sites for plain covering: swaps by chance, first freely, then hardly any that lose."""

from __future__ import annotations

import numpy as np
from numba import njit

from coverplan.siting.solvers._loops import write_over
from coverplan.siting.solvers.covering._swap import Cover, Floats, Ints, Longs, next_number

COOLED_EVERY = 100  # steps


@njit(cache=True, nogil=True)
def _set_up(cover: Cover, chosen: Ints, times: Ints, places: Ints, sole: Ints, loss: Floats) -> float:
    """Fill the state of `anneal` for a set of chosen sites; returns what they cover."""
    value = 0.0
    for k in range(len(chosen)):
        site = chosen[k]
        value += cover.own[site]
        loss[k] = cover.own[site]
        for at in range(cover.indptr[site], cover.indptr[site + 1]):
            times[cover.demand[at]] += 1
            places[cover.demand[at]] += k
    for cell in range(len(times)):
        if times[cell] == 1:
            sole[cell] = places[cell]
            loss[places[cell]] += cover.weight[cell]
        elif times[cell] > 1:
            sole[cell] = len(chosen)
        if times[cell] > 0:
            value += cover.weight[cell]
    return value


@njit(cache=True, nogil=True)
def _neighbour(site: int, cover: Cover, random: Longs) -> np.int64:
    """A site that reaches a cell of this one; any site where this one has no cell that others reach."""
    reached = cover.indptr[site + 1] - cover.indptr[site]
    if reached == 0:
        return np.int64(next_number(random) % len(cover.own))
    cell = cover.demand[cover.indptr[site] + next_number(random) % reached]
    others = cover.start[cell + 1] - cover.start[cell]
    return np.int64(cover.site_of[cover.start[cell] + next_number(random) % others])


@njit(cache=True, nogil=True)
def anneal(
    cover: Cover, chosen: Ints, random: Longs, steps: int, hot: float, cold: float
) -> tuple[Ints, float]:
    """Best set of the second half of swaps for neighbours that a falling temperature admits.

    The set that it starts from is forgotten by then.

    Parameters
    ----------
    chosen
        Starting set, distinct sites.
    random
        One positive number, the state of the stream of random numbers; it is moved on.
    steps
        Swaps that are looked at.
    hot, cold
        Temperature at the start and at the end, in the unit of the weights: a swap that loses as much is admitted
        with a chance of one in e.

    Returns
    -------
    best : chosen sites
    value : what they cover
    """
    count, cells = len(chosen), len(cover.weight)
    now = chosen.copy()
    inside = np.zeros(len(cover.own), np.bool_)
    inside[now] = True
    times = np.zeros(cells, np.int32)
    places = np.zeros(cells, np.int32)  # sum of the places that reach a cell: where it is one, that one
    sole = np.full(cells, -1, np.int32)  # place that alone reaches a cell, -1 for none, count for several
    loss = np.zeros(count)
    value = _set_up(cover, now, times, places, sole, loss)
    best, best_value = now.copy(), value
    heat, cooling = hot, (cold / hot) ** (COOLED_EVERY / max(1, steps))
    for step in range(steps):
        if step == steps // 2:
            best_value = value
            write_over(best, now)
        if step % COOLED_EVERY == COOLED_EVERY - 1:
            heat *= cooling
        k = next_number(random) % count
        out = now[k]
        other = _neighbour(out, cover, random)
        if inside[other]:
            continue
        needed = loss[k] + heat * np.log(((next_number(random) & 0xFFFFF) + 1) / 1048577.0)
        held = cover.own[other]
        for at in range(cover.indptr[other], cover.indptr[other + 1]):
            by = sole[cover.demand[at]]
            if by in (-1, k):
                held += cover.weight[cover.demand[at]]
        if held < needed:
            continue
        value += held - loss[k]
        inside[out] = False
        inside[other] = True
        now[k] = other
        for at in range(cover.indptr[out], cover.indptr[out + 1]):
            cell = cover.demand[at]
            times[cell] -= 1
            places[cell] -= k
            if times[cell] == 1:
                sole[cell] = places[cell]
                loss[places[cell]] += cover.weight[cell]
            elif times[cell] == 0:
                sole[cell] = -1
        for at in range(cover.indptr[other], cover.indptr[other + 1]):
            cell = cover.demand[at]
            if times[cell] == 1:
                loss[places[cell]] -= cover.weight[cell]
            times[cell] += 1
            places[cell] += k
            sole[cell] = k if times[cell] == 1 else count
        loss[k] = held
        if value > best_value:
            best_value = value
            write_over(best, now)
    return best, best_value
