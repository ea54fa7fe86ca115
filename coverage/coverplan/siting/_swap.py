"""Kernels that find good sets of sites for plain covering: lazy greedy, swaps, iterated local search.

All work on cells (merged demand). Pairs stand by site (``indptr``, ``demand``) and by cell (``start``, ``site_of``);
``weight`` is the weight of a cell and ``own`` the weight that only this one site can cover, by site.

State of a set of chosen sites: ``place`` of a site among the chosen (-1 outside), ``times`` each cell is covered,
``gain`` that a site outside would add, ``loss`` that a chosen site alone holds.
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
def lazy_greedy(
    indptr: Longs, demand: Ints, weight: Floats, own: Floats, most: int, target: float
) -> tuple[Ints, Floats]:
    """Sites by greatest gain, ties by position, until `most` are chosen or `target` is covered (Minoux 1978).

    Returns
    -------
    chosen : int32, in the order of choice
    covered : weight covered after each choice
    """
    sites = len(indptr) - 1
    covered = np.zeros(len(weight), np.bool_)
    gain = np.empty(sites)
    heap = np.empty(sites, np.int32)
    asked = np.zeros(sites, np.int32)
    for site in range(sites):
        total = own[site]
        for at in range(indptr[site], indptr[site + 1]):
            total += weight[demand[at]]
        gain[site] = total
        heap[site] = site
    size = sites
    for root in range(size // 2 - 1, -1, -1):
        _sift(heap, gain, root, size)
    chosen = np.empty(most, np.int32)
    value = np.empty(most)
    count = 0
    total_value = 0.0
    while count < most and size > 0 and total_value < target:
        site = heap[0]
        if asked[site] == count:
            if gain[site] <= 0:
                break
            total_value += gain[site]
            chosen[count] = site
            value[count] = total_value
            count += 1
            for at in range(indptr[site], indptr[site + 1]):
                covered[demand[at]] = True
            size -= 1
            heap[0] = heap[size]
        else:
            total = own[site]
            for at in range(indptr[site], indptr[site + 1]):
                if not covered[demand[at]]:
                    total += weight[demand[at]]
            gain[site] = total
            asked[site] = count
        _sift(heap, gain, 0, size)
    return chosen[:count].copy(), value[:count].copy()


@njit(cache=True, nogil=True)
def _sift(heap: Ints, gain: Floats, root: int, size: int) -> None:
    """Let the entry at `root` sink to its place; greater gain first, then lower position."""
    if root >= size:
        return
    site = heap[root]
    while True:
        child = 2 * root + 1
        if child >= size:
            break
        if child + 1 < size and (
            gain[heap[child + 1]] > gain[heap[child]]
            or (gain[heap[child + 1]] == gain[heap[child]] and heap[child + 1] < heap[child])
        ):
            child += 1
        if gain[heap[child]] > gain[site] or (gain[heap[child]] == gain[site] and heap[child] < site):
            heap[root] = heap[child]
            root = child
        else:
            break
    heap[root] = site


@njit(cache=True, nogil=True)
def smallest_step(weight: Floats) -> float:
    """Improvement below which two values count as equal: beyond what sums of these weights can tell apart."""
    return 1e-9 + 1e-13 * weight.sum()


@njit(cache=True, nogil=True)
def set_up(
    indptr: Longs,
    demand: Ints,
    weight: Floats,
    own: Floats,
    chosen: Ints,
    place: Ints,
    times: Ints,
    gain: Floats,
    loss: Floats,
) -> float:
    """Fill the state for a set of chosen sites; returns the weight that they cover."""
    sites = len(indptr) - 1
    place[:] = -1
    times[:] = 0
    value = 0.0
    for k in range(len(chosen)):
        site = chosen[k]
        place[site] = k
        value += own[site]
        for at in range(indptr[site], indptr[site + 1]):
            cell = demand[at]
            if times[cell] == 0:
                value += weight[cell]
            times[cell] += 1
    for site in range(sites):
        total = own[site]
        needed = 1 if place[site] >= 0 else 0
        for at in range(indptr[site], indptr[site + 1]):
            if times[demand[at]] == needed:
                total += weight[demand[at]]
        gain[site] = 0.0 if needed else total
        loss[site] = total if needed else 0.0
    return value


@njit(cache=True, nogil=True)
def add_site(
    site: int,
    k: int,
    indptr: Longs,
    demand: Ints,
    start: Longs,
    site_of: Ints,
    weight: Floats,
    own: Floats,
    chosen: Ints,
    place: Ints,
    times: Ints,
    gain: Floats,
    loss: Floats,
    settled: Mask,
) -> float:
    """Choose a site as number `k`; returns what it adds."""
    chosen[k] = site
    place[site] = k
    held = own[site]
    for at in range(indptr[site], indptr[site + 1]):
        cell = demand[at]
        count = times[cell]
        if count == 0:
            held += weight[cell]
            for f in range(start[cell], start[cell + 1]):
                gain[site_of[f]] -= weight[cell]
        elif count == 1:
            for f in range(start[cell], start[cell + 1]):
                other = site_of[f]
                if place[other] >= 0 and other != site:
                    loss[other] -= weight[cell]
                    settled[other] = False
                    break
        times[cell] = count + 1
    gain[site] = 0.0
    loss[site] = held
    settled[site] = False
    return held


@njit(cache=True, nogil=True)
def drop_site(
    site: int,
    indptr: Longs,
    demand: Ints,
    start: Longs,
    site_of: Ints,
    weight: Floats,
    own: Floats,
    place: Ints,
    times: Ints,
    gain: Floats,
    loss: Floats,
    settled: Mask,
) -> float:
    """Give up a chosen site; returns what is lost. The caller fills its place among the chosen."""
    place[site] = -1
    lost = own[site]
    for at in range(indptr[site], indptr[site + 1]):
        cell = demand[at]
        count = times[cell]
        if count == 1:
            lost += weight[cell]
            for f in range(start[cell], start[cell + 1]):
                gain[site_of[f]] += weight[cell]
        elif count == 2:
            for f in range(start[cell], start[cell + 1]):
                other = site_of[f]
                if place[other] >= 0:
                    loss[other] += weight[cell]
                    settled[other] = False
                    break
        times[cell] = count - 1
    gain[site] = lost
    loss[site] = 0.0
    return lost


@njit(cache=True, nogil=True)
def improve(
    indptr: Longs,
    demand: Ints,
    start: Longs,
    site_of: Ints,
    weight: Floats,
    own: Floats,
    chosen: Ints,
    place: Ints,
    times: Ints,
    gain: Floats,
    loss: Floats,
    settled: Mask,
    overlap: Floats,
    touched: Ints,
    least: float,
) -> float:
    """Swap one chosen site for one outside while that covers more; returns the improvement.

    Values closer than `least` count as equal.

    A swap of ``out`` for ``in`` adds gain(in) - loss(out) + weight that only ``out`` holds and ``in`` covers too.
    Sites whose surroundings did not change since they were last looked at are not looked at again.
    """
    sites = len(indptr) - 1
    count = len(chosen)
    total = 0.0
    best_in = -1
    stale = True
    unchanged = 0
    k = 0
    while unchanged < count:
        if stale:
            best_in = -1
            for site in range(sites):
                if place[site] < 0 and (best_in < 0 or gain[site] > gain[best_in]):
                    best_in = site
            stale = False
            if best_in < 0:
                break
            worst = chosen[0]
            for c in range(1, count):
                if loss[chosen[c]] < loss[worst]:
                    worst = chosen[c]
            if gain[best_in] > loss[worst] + least:
                k = place[worst]
                settled[worst] = False
        out = chosen[k]
        if settled[out]:
            k = k + 1 if k + 1 < count else 0
            unchanged += 1
            continue
        found = 0
        for at in range(indptr[out], indptr[out + 1]):
            cell = demand[at]
            if times[cell] == 1:
                for f in range(start[cell], start[cell + 1]):
                    site = site_of[f]
                    if place[site] < 0:
                        if overlap[site] == 0.0:
                            touched[found] = site
                            found += 1
                        overlap[site] += weight[cell]
        best = gain[best_in] - loss[out]
        swap_in = best_in
        for t in range(found):
            site = touched[t]
            value = gain[site] - loss[out] + overlap[site]
            overlap[site] = 0.0
            if value > best or (value == best and site < swap_in):
                best = value
                swap_in = site
        if best > least:
            drop_site(out, indptr, demand, start, site_of, weight, own, place, times, gain, loss, settled)
            add_site(
                swap_in,
                k,
                indptr,
                demand,
                start,
                site_of,
                weight,
                own,
                chosen,
                place,
                times,
                gain,
                loss,
                settled,
            )
            total += best
            stale = True
            unchanged = 0
        else:
            settled[out] = True
            unchanged += 1
        k = k + 1 if k + 1 < count else 0
    return total


@njit(cache=True, nogil=True)
def local_search(
    indptr: Longs, demand: Ints, start: Longs, site_of: Ints, weight: Floats, own: Floats, chosen: Ints
) -> tuple[Ints, float]:
    """Best set that swaps reach from a starting set: chosen sites and what they cover."""
    sites, cells = len(indptr) - 1, len(weight)
    best = chosen.copy()
    place = np.empty(sites, np.int32)
    times = np.empty(cells, np.int32)
    gain = np.empty(sites)
    loss = np.empty(sites)
    value = set_up(indptr, demand, weight, own, best, place, times, gain, loss)
    settled = np.zeros(sites, np.bool_)
    overlap = np.zeros(sites)
    touched = np.empty(sites, np.int32)
    least = smallest_step(weight)
    value += improve(
        indptr,
        demand,
        start,
        site_of,
        weight,
        own,
        best,
        place,
        times,
        gain,
        loss,
        settled,
        overlap,
        touched,
        least,
    )
    return best, value


@njit(cache=True, nogil=True)
def _next(state: Longs) -> np.int64:
    """Next whole number of a 31-bit xorshift stream; the state is one positive number."""
    x = state[0]
    x ^= (x << np.int64(13)) & np.int64(0x7FFFFFFFFFFFFFFF)
    x ^= x >> np.int64(7)
    x ^= (x << np.int64(17)) & np.int64(0x7FFFFFFFFFFFFFFF)
    state[0] = x
    return np.int64(x >> np.int64(32))


@njit(cache=True, nogil=True)
def iterate(
    indptr: Longs,
    demand: Ints,
    start: Longs,
    site_of: Ints,
    weight: Floats,
    own: Floats,
    chosen: Ints,
    random: Longs,
    steps: int,
    target: float,
) -> tuple[Ints, float, Ints]:
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
    sites, cells = len(indptr) - 1, len(weight)
    count = len(chosen)
    now = chosen.copy()
    place = np.empty(sites, np.int32)
    times = np.empty(cells, np.int32)
    gain = np.empty(sites)
    loss = np.empty(sites)
    settled = np.zeros(sites, np.bool_)
    overlap = np.zeros(sites)
    touched = np.empty(sites, np.int32)
    least = smallest_step(weight)
    value = set_up(indptr, demand, weight, own, now, place, times, gain, loss)
    value += improve(
        indptr,
        demand,
        start,
        site_of,
        weight,
        own,
        now,
        place,
        times,
        gain,
        loss,
        settled,
        overlap,
        touched,
        least,
    )
    best = now.copy()
    best_value = value
    held = now.copy()
    held_value = value
    empty = np.empty(count, np.int32)
    for _ in range(steps):
        if best_value >= target or count == 0 or sites <= count:
            break
        give_up = 2 + _next(random) % min(6, max(1, count // 2))
        give_up = min(give_up, count)
        out = now[_next(random) % count]
        given = 0
        tries = 0
        while given < give_up and tries < 40:
            tries += 1
            if place[out] >= 0:
                empty[given] = place[out]
                given += 1
                value -= drop_site(
                    out, indptr, demand, start, site_of, weight, own, place, times, gain, loss, settled
                )
            # walk to a neighbour: a cell of the site, a site of the cell, a cell of that site, a chosen site of it
            if indptr[out + 1] > indptr[out]:
                cell = demand[indptr[out] + _next(random) % (indptr[out + 1] - indptr[out])]
                via = site_of[start[cell] + _next(random) % (start[cell + 1] - start[cell])]
                cell = demand[indptr[via] + _next(random) % (indptr[via + 1] - indptr[via])]
                for f in range(start[cell], start[cell + 1]):
                    if place[site_of[f]] >= 0:
                        out = site_of[f]
                        break
                else:
                    out = via
            else:
                out = now[_next(random) % count]
        for g in range(given):
            pick = -1
            most = -1.0
            for site in range(sites):
                if place[site] < 0 and gain[site] > most:
                    worth = gain[site] * (0.75 + 0.25 * (_next(random) & 1023) / 1023.0)
                    if worth > most:
                        most = worth
                        pick = site
            value += add_site(
                pick,
                empty[g],
                indptr,
                demand,
                start,
                site_of,
                weight,
                own,
                now,
                place,
                times,
                gain,
                loss,
                settled,
            )
        value += improve(
            indptr,
            demand,
            start,
            site_of,
            weight,
            own,
            now,
            place,
            times,
            gain,
            loss,
            settled,
            overlap,
            touched,
            least,
        )
        if value > best_value + least:
            best_value = value
            best[:] = now
        worse_is_fine = value >= held_value - 2e-4 * held_value and _next(random) % 12 == 0
        if value >= held_value - least or worse_is_fine:
            held[:] = now
            held_value = value
        else:
            # back to the set that was held: places keep their numbers where both sets agree
            for k in range(count):
                touched[k] = now[k]
            for k in range(count):
                overlap[held[k]] = 1.0
            spare = 0
            for k in range(count):
                if overlap[touched[k]] == 0.0:
                    drop_site(
                        touched[k],
                        indptr,
                        demand,
                        start,
                        site_of,
                        weight,
                        own,
                        place,
                        times,
                        gain,
                        loss,
                        settled,
                    )
                    empty[spare] = k
                    spare += 1
            spare = 0
            for k in range(count):
                overlap[held[k]] = 0.0
                if place[held[k]] < 0:
                    add_site(
                        held[k],
                        empty[spare],
                        indptr,
                        demand,
                        start,
                        site_of,
                        weight,
                        own,
                        now,
                        place,
                        times,
                        gain,
                        loss,
                        settled,
                    )
                    spare += 1
            held[:] = now
            value = held_value
    return best, best_value, held
