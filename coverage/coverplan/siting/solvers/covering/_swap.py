"""Kernels that better a set of sites for plain covering: swaps and iterated local search."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coverplan.siting.solvers._loops import write_over

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


class Cover(NamedTuple):
    """Which site reaches which cell (merged demand).

    Parameters
    ----------
    indptr, demand
        Pairs by site: cells.
    start, site_of
        The same pairs by cell: sites.
    weight
        Shape (cells,): weight of a cell.
    own
        Shape (sites,): weight that only this one site can cover.
    """

    indptr: Longs
    demand: Ints
    start: Longs
    site_of: Ints
    weight: Floats
    own: Floats


class State(NamedTuple):
    """A set of chosen sites and what every change of it would mean; changed in place.

    Parameters
    ----------
    chosen
        Shape (chosen,): positions of the sites.
    place
        Shape (sites,): place among the chosen, -1 outside.
    times
        Shape (cells,): how many chosen sites reach a cell.
    gain
        Shape (sites,): what a site outside would add.
    loss
        Shape (sites,): what a chosen site alone holds.
    settled
        Shape (sites,): nothing changed around the site since no swap for it was found.
    overlap, touched
        Shape (sites,): work space, zeros in `overlap` between calls.
    """

    chosen: Ints
    place: Ints
    times: Ints
    gain: Floats
    loss: Floats
    settled: Mask
    overlap: Floats
    touched: Ints


@njit(cache=True, nogil=True)
def smallest_step(weight: Floats) -> float:
    """Improvement below which two values count as equal: beyond what sums of these weights can tell apart."""
    return 1e-9 + 1e-13 * weight.sum()


@njit(cache=True, nogil=True)
def set_up(cover: Cover, chosen: Ints) -> tuple[State, float]:
    """State of a set of chosen sites (copied), and the weight that they cover."""
    sites = len(cover.own)
    state = State(
        chosen.copy(),
        np.full(sites, -1, np.int32),
        np.zeros(len(cover.weight), np.int32),
        np.zeros(sites),
        np.zeros(sites),
        np.zeros(sites, np.bool_),
        np.zeros(sites),
        np.empty(sites, np.int32),
    )
    value = 0.0
    for k in range(len(chosen)):
        site = chosen[k]
        state.place[site] = k
        value += cover.own[site]
        for at in range(cover.indptr[site], cover.indptr[site + 1]):
            cell = cover.demand[at]
            if state.times[cell] == 0:
                value += cover.weight[cell]
            state.times[cell] += 1
    for site in range(sites):
        inside = state.place[site] >= 0
        total = cover.own[site]
        for at in range(cover.indptr[site], cover.indptr[site + 1]):
            if state.times[cover.demand[at]] == (1 if inside else 0):
                total += cover.weight[cover.demand[at]]
        if inside:
            state.loss[site] = total
        else:
            state.gain[site] = total
    return state, value


@njit(cache=True, nogil=True)
def add_site(site: int, k: int, cover: Cover, state: State) -> float:
    """Choose a site as number `k`; returns what it adds."""
    state.chosen[k] = site
    state.place[site] = k
    held = cover.own[site]
    for at in range(cover.indptr[site], cover.indptr[site + 1]):
        cell = cover.demand[at]
        count = state.times[cell]
        if count == 0:
            held += cover.weight[cell]
            for f in range(cover.start[cell], cover.start[cell + 1]):
                state.gain[cover.site_of[f]] -= cover.weight[cell]
        elif count == 1:
            for f in range(cover.start[cell], cover.start[cell + 1]):
                other = cover.site_of[f]
                if state.place[other] >= 0 and other != site:
                    state.loss[other] -= cover.weight[cell]
                    state.settled[other] = False
                    break
        state.times[cell] = count + 1
    state.gain[site] = 0.0
    state.loss[site] = held
    state.settled[site] = False
    return held


@njit(cache=True, nogil=True)
def drop_site(site: int, cover: Cover, state: State) -> float:
    """Give up a chosen site; returns what is lost. The caller fills its place among the chosen."""
    state.place[site] = -1
    lost = cover.own[site]
    for at in range(cover.indptr[site], cover.indptr[site + 1]):
        cell = cover.demand[at]
        count = state.times[cell]
        if count == 1:
            lost += cover.weight[cell]
            for f in range(cover.start[cell], cover.start[cell + 1]):
                state.gain[cover.site_of[f]] += cover.weight[cell]
        elif count == 2:
            for f in range(cover.start[cell], cover.start[cell + 1]):
                other = cover.site_of[f]
                if state.place[other] >= 0:
                    state.loss[other] += cover.weight[cell]
                    state.settled[other] = False
                    break
        state.times[cell] = count - 1
    state.gain[site] = lost
    state.loss[site] = 0.0
    return lost


@njit(cache=True, nogil=True)
def _extremes(state: State) -> tuple[int, int]:
    """Site outside with the greatest gain (-1 without one) and chosen site with the least loss."""
    best_in = -1
    for site in range(len(state.gain)):
        if state.place[site] < 0 and (best_in < 0 or state.gain[site] > state.gain[best_in]):
            best_in = site
    worst = state.chosen[0]
    for k in range(1, len(state.chosen)):
        if state.loss[state.chosen[k]] < state.loss[worst]:
            worst = state.chosen[k]
    return best_in, worst


@njit(cache=True, nogil=True)
def _best_partner(out: int, best_in: int, cover: Cover, state: State) -> tuple[int, float]:
    """Best site to swap a chosen one for, and what the swap adds.

    A swap of ``out`` for ``in`` adds gain(in) - loss(out) + weight that only ``out`` holds and ``in`` covers too.
    """
    found = 0
    for at in range(cover.indptr[out], cover.indptr[out + 1]):
        cell = cover.demand[at]
        if state.times[cell] == 1:
            for f in range(cover.start[cell], cover.start[cell + 1]):
                site = cover.site_of[f]
                if state.place[site] < 0:
                    if state.overlap[site] == 0.0:
                        state.touched[found] = site
                        found += 1
                    state.overlap[site] += cover.weight[cell]
    best = state.gain[best_in] - state.loss[out]
    partner = best_in
    for t in range(found):
        site = state.touched[t]
        value = state.gain[site] - state.loss[out] + state.overlap[site]
        state.overlap[site] = 0.0
        if value > best or (value == best and site < partner):
            best = value
            partner = site
    return partner, best


@njit(cache=True, nogil=True)
def improve(cover: Cover, state: State, least: float) -> float:
    """Swap one chosen site for one outside while that covers more; returns the improvement.

    Sites whose surroundings did not change since they were last looked at are not looked at again. Values closer
    than `least` count as equal.
    """
    count = len(state.chosen)
    total = 0.0
    if count == 0 or count == len(state.gain):
        return total
    best_in, k, unchanged, stale = -1, 0, 0, True
    while unchanged < count:
        if stale:
            best_in, worst = _extremes(state)
            if state.gain[best_in] > state.loss[worst] + least:
                k = state.place[worst]
                state.settled[worst] = False
            stale = False
        out = state.chosen[k]
        if not state.settled[out]:
            partner, better = _best_partner(out, best_in, cover, state)
            if better > least:
                drop_site(out, cover, state)
                add_site(partner, k, cover, state)
                total += better
                stale = True
                unchanged = -1
            else:
                state.settled[out] = True
        unchanged += 1
        k = k + 1 if k + 1 < count else 0
    return total


@njit(cache=True, nogil=True)
def local_search(cover: Cover, chosen: Ints) -> tuple[Ints, float]:
    """Best set that swaps reach from a starting set: chosen sites and what they cover."""
    state, value = set_up(cover, chosen)
    value += improve(cover, state, smallest_step(cover.weight))
    return state.chosen, value


@njit(cache=True, nogil=True)
def next_number(random: Longs) -> np.int64:
    """Next whole number of a 31-bit xorshift stream; its state is one positive number."""
    x = random[0]
    x ^= (x << np.int64(13)) & np.int64(0x7FFFFFFFFFFFFFFF)
    x ^= x >> np.int64(7)
    x ^= (x << np.int64(17)) & np.int64(0x7FFFFFFFFFFFFFFF)
    random[0] = x
    return np.int64(x >> np.int64(32))


@njit(cache=True, nogil=True)
def _give_up(wanted: int, cover: Cover, state: State, random: Longs, empty: Ints) -> tuple[int, float]:
    """Give up some chosen sites near each other; returns how many and what was lost, fills `empty` with places."""
    given, lost = 0, 0.0
    out = state.chosen[next_number(random) % len(state.chosen)]
    for _ in range(40):
        if given == wanted:
            break
        if state.place[out] >= 0:
            empty[given] = state.place[out]
            given += 1
            lost += drop_site(out, cover, state)
        reached = cover.indptr[out + 1] - cover.indptr[out]
        if reached == 0:
            out = state.chosen[next_number(random) % len(state.chosen)]
            continue
        # a walk to a neighbour: a cell of the site, a site of the cell, a cell of that site, a chosen site of it
        cell = cover.demand[cover.indptr[out] + next_number(random) % reached]
        out = cover.site_of[
            cover.start[cell] + next_number(random) % (cover.start[cell + 1] - cover.start[cell])
        ]
        cell = cover.demand[
            cover.indptr[out] + next_number(random) % (cover.indptr[out + 1] - cover.indptr[out])
        ]
        for f in range(cover.start[cell], cover.start[cell + 1]):
            if state.place[cover.site_of[f]] >= 0:
                out = cover.site_of[f]
                break
    return given, lost


@njit(cache=True, nogil=True)
def _promising(state: State, random: Longs) -> int:
    """Site outside with a great gain, by a little chance not the greatest."""
    pick, most = -1, -1.0
    for site in range(len(state.gain)):
        if state.place[site] < 0 and state.gain[site] > most:
            worth = state.gain[site] * (0.75 + 0.25 * (next_number(random) & 1023) / 1023.0)
            if worth > most:
                most = worth
                pick = site
    return pick


@njit(cache=True, nogil=True)
def _go_back(held: Ints, cover: Cover, state: State, empty: Ints) -> None:
    """Make the chosen sites those of `held` again, by changing only the sites in which they differ."""
    for k in range(len(held)):
        state.overlap[held[k]] = 1.0
    spare = 0
    for k in range(len(held)):
        if state.overlap[state.chosen[k]] == 0.0:
            drop_site(state.chosen[k], cover, state)
            empty[spare] = k
            spare += 1
    for k in range(len(held)):
        state.overlap[held[k]] = 0.0
        if state.place[held[k]] < 0:
            spare -= 1
            add_site(held[k], empty[spare], cover, state)


@njit(cache=True, nogil=True)
def iterate(cover: Cover, chosen: Ints, random: Longs, steps: int, target: float) -> tuple[Ints, float, Ints]:
    """Iterated local search: give up a few neighbouring sites, fill up with a little chance, swap, keep if better.

    Parameters
    ----------
    chosen
        Starting set.
    random
        One positive number, the state of the stream of random numbers; it is moved on.
    steps
        Rounds.
    target
        Stops when this much is covered.

    Returns
    -------
    best : chosen sites
    value : what they cover
    held : set from which the search would go on
    """
    count, sites = len(chosen), len(cover.own)
    least = smallest_step(cover.weight)
    state, value = set_up(cover, chosen)
    value += improve(cover, state, least)
    best, best_value = state.chosen.copy(), value
    held, held_value = state.chosen.copy(), value
    empty = np.empty(count, np.int32)
    for _ in range(steps):
        if best_value >= target or count == 0 or sites <= count:
            break
        wanted = min(count, 2 + next_number(random) % min(6, max(1, count // 2)))
        given, lost = _give_up(wanted, cover, state, random, empty)
        value -= lost
        for g in range(given):
            value += add_site(_promising(state, random), empty[g], cover, state)
        value += improve(cover, state, least)
        if value > best_value + least:
            best_value = value
            write_over(best, state.chosen)
        worse_is_fine = value >= held_value - 2e-4 * held_value and next_number(random) % 12 == 0
        if value >= held_value - least or worse_is_fine:
            write_over(held, state.chosen)
            held_value = value
        else:
            _go_back(held, cover, state, empty)
            write_over(held, state.chosen)
            value = held_value
    return best, best_value, held
