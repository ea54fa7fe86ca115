"""Kernels that prove how much p sites can cover at most: Lagrangian relaxation by deflected subgradients.

The relaxed rows say that a cell is covered only if a chosen site reaches it. With a price u from 0 to the cell's
weight on each of them, no p sites cover more than

    sum(weight - u) + the p greatest of own + sum of u over the site's cells,

whatever the prices (Galvao and ReVelle 1996). The kernels look for prices that make this small.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from coverplan.siting.solvers._loops import put_in_place, write_over

#: Manner of a descent where nothing is known. Arguments without defaults are compiled once, with defaults twice.
SMOOTH, PATIENCE = 0.85, 10
REORDER = {"reassoc", "contract", "nsz"}  # sums may be reordered for speed; bounds carry a margin for it
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.int8]


class Reach(NamedTuple):
    """Cells of each site.

    Cells are numbered so that those of a site are few runs of neighbours, each of which is summed up in one step from
    sums of the prices before each cell.

    Parameters
    ----------
    indptr, demand
        Pairs by site: cells, ascending.
    run_start, runs
        Shape (sites + 1,) and (runs, 2): first cell of each run and the one behind its last; no runs where sums over
        pairs are quicker.
    """

    indptr: Longs
    demand: Ints
    run_start: Longs
    runs: Ints


@njit(cache=True, nogil=True, fastmath=REORDER)
def _scores_of(some: Ints, reach: Reach, own: Floats, price: Floats, sums: Floats, score: Floats) -> None:
    """Write into `score` what some sites earn at the prices; `sums` is room for what stands before each cell."""
    run_start, runs, indptr, demand = reach.run_start, reach.runs, reach.indptr, reach.demand
    if len(runs):
        before = 0.0
        sums[0] = 0.0
        for cell in range(len(price)):
            before += price[cell]
            sums[cell + 1] = before
        for k in range(len(some)):
            total = own[some[k]]
            for run in range(run_start[some[k]], run_start[some[k] + 1]):
                total += sums[runs[run, 1]] - sums[runs[run, 0]]
            score[k] = total
        return
    for k in range(len(some)):
        total = own[some[k]]
        for at in range(indptr[some[k]], indptr[some[k] + 1]):
            total += price[demand[at]]
        score[k] = total


@njit(cache=True, nogil=True)
def _count_in(some: Ints, reach: Reach, excess: Floats) -> None:
    """Add 1 to each cell of some sites, once for each of them."""
    run_start, runs, indptr, demand = reach.run_start, reach.runs, reach.indptr, reach.demand
    for k in range(len(some)):
        if len(runs):
            for run in range(run_start[some[k]], run_start[some[k] + 1]):
                for cell in range(runs[run, 0], runs[run, 1]):
                    excess[cell] += 1.0
        else:
            for at in range(indptr[some[k]], indptr[some[k] + 1]):
                excess[demand[at]] += 1.0


@njit(cache=True, nogil=True, fastmath=REORDER)
def site_scores(indptr: Longs, demand: Ints, own: Floats, price: Floats, score: Floats) -> None:
    """Write into `score` what each site earns at the prices."""
    for site in range(len(indptr) - 1):
        total = own[site]
        for at in range(indptr[site], indptr[site + 1]):
            total += price[demand[at]]
        score[site] = total


@njit(cache=True, nogil=True, fastmath=REORDER)
def descend(
    reach: Reach,
    weight: Floats,
    own: Floats,
    count: int,
    goal: float,
    stop_below: float,
    price: Floats,
    direction: Floats,
    best_price: Floats,
    best_score: Floats,
    often: Floats,
    bound: float,
    pace: float,
    rounds: int,
    first: bool,  # noqa: FBT001
    smooth: float,
    patience: int,
) -> tuple[float, float, bool]:
    """Some rounds of descent; may be called again with what it returned to go on.

    Parameters
    ----------
    count
        Number of sites that may be chosen.
    goal
        Value of a known answer; steps aim at it.
    stop_below
        Stops when the bound is at most this.
    price, direction
        Shape (cells,): state, changed in place.
    best_price, best_score
        Prices of the best bound and the sites' scores at them, changed in place.
    often
        Shape (sites,): running average of how often a site was among the best, changed in place.
    bound, pace
        Best bound so far (inf at first) and length factor of the next step.
    first
        The direction starts anew.
    smooth, patience
        Share of the last direction in the next one; rounds without a gain after which steps become shorter. Much of
        both takes longer at first and ends nearer to the best prices there are.

    Returns
    -------
    bound, pace, done : best bound; factor to go on with; whether there is nothing more to gain from going on
    """
    sites, cells = len(own), len(weight)
    score = np.empty(sites)
    ranked = np.empty(sites)
    excess = np.empty(cells)
    sums = np.empty(cells + 1)
    chosen = np.empty(count, np.int32)
    everyone = np.arange(sites).astype(np.int32)
    bad = 0
    for _ in range(rounds):
        _scores_of(everyone, reach, own, price, sums, score)
        kept = 0.0
        for cell in range(cells):
            kept += weight[cell] - price[cell]
        write_over(ranked, score)
        put_in_place(ranked, sites - count)
        least = ranked[sites - count]
        found = 0
        value = kept
        for site in range(sites):
            if score[site] > least:
                chosen[found] = site
                found += 1
                value += score[site]
        for site in range(sites):
            if found == count:
                break
            if score[site] == least:
                chosen[found] = site
                found += 1
                value += least
        if value < bound - 1e-7 * abs(bound) or bound == np.inf:
            bound = value
            write_over(best_price, price)
            write_over(best_score, score)
            bad = 0
        else:
            bad += 1
            if bad >= patience:
                pace *= 0.7
                bad = 0
        for site in range(sites):
            often[site] *= 0.97
        for k in range(count):
            often[chosen[k]] += 0.03
        if bound <= stop_below or pace < 1.5e-3:
            return bound, pace, True
        excess[:] = -1.0
        _count_in(chosen, reach, excess)
        norm = 0.0
        for cell in range(cells):
            step = excess[cell] if first else smooth * direction[cell] + (1.0 - smooth) * excess[cell]
            direction[cell] = step
            if not ((price[cell] <= 0 and step > 0) or (price[cell] >= weight[cell] and step < 0)):
                norm += step * step
        first = False
        if norm < 1e-9:
            return bound, pace, True
        length = pace * max(value - goal, 1e-4 * abs(value)) / norm
        for cell in range(cells):
            moved = price[cell] - length * direction[cell]
            price[cell] = min(max(moved, 0.0), weight[cell])
    return bound, pace, False


@njit(cache=True, nogil=True, fastmath=REORDER)
def bounds_by_number(indptr: Longs, demand: Ints, weight: Floats, own: Floats, price: Floats) -> Floats:
    """Shape (sites + 1,): bound on what 0, 1, 2, ... sites cover, all from one vector of prices."""
    sites = len(indptr) - 1
    score = np.empty(sites)
    site_scores(indptr, demand, own, price, score)
    score = np.sort(score)
    bounds = np.empty(sites + 1)
    total = 0.0
    for cell in range(len(weight)):
        total += weight[cell] - price[cell]
    bounds[0] = total
    for k in range(sites):
        total += score[sites - 1 - k]
        bounds[k + 1] = total
    return bounds


@njit(cache=True, nogil=True, fastmath=REORDER)
def node_bound(
    reach: Reach,
    weight: Floats,
    own: Floats,
    count: int,
    goal: float,
    stop_below: float,
    fixed: Bytes,
    price: Floats,
    pace: float,
    rounds: int,
) -> tuple[float, Floats, Floats, bool]:
    """Bound of a branch in which some sites are in (1) and some out (-1), with sites fixed by their prices.

    A free site whose choice alone would bring the bound to `stop_below` or less is fixed out (in place): no answer
    of this branch that is worth having has it.

    Parameters
    ----------
    fixed
        Shape (sites,): 1 in, -1 out, 0 free; changed in place.
    price
        Starting prices; the best ones are written back.

    Returns
    -------
    bound : no answer of the branch covers more
    often : shape (sites,), how often each free site was among the best, as a share of rounds
    score : shape (sites,), scores at the best prices
    exact : whether the bound is the value of the only answer that is left (all free sites in)
    """
    indptr, demand = reach.indptr, reach.demand
    sites, cells = len(own), len(weight)
    often = np.zeros(sites)
    best_score = np.zeros(sites)
    left = weight.copy()
    base = 0.0
    more = count
    for site in range(sites):
        if fixed[site] == 1:
            more -= 1
            base += own[site]
            for at in range(indptr[site], indptr[site + 1]):
                base += left[demand[at]]
                left[demand[at]] = 0.0
    free = np.empty(sites, np.int32)
    chosen = np.empty(sites, np.int32)
    frees = 0
    for site in range(sites):
        if fixed[site] == 0:
            free[frees] = site
            frees += 1
    if more <= 0 or frees <= more:
        if more > 0:
            for f in range(frees):
                site = free[f]
                base += own[site]
                for at in range(indptr[site], indptr[site + 1]):
                    base += left[demand[at]]
                    left[demand[at]] = 0.0
        return base, often, best_score, True
    for cell in range(cells):
        price[cell] = min(price[cell], left[cell])
    best_price = price.copy()
    direction = np.zeros(cells)
    excess = np.empty(cells)
    score = np.empty(frees)
    ranked = np.empty(frees)
    sums = np.empty(cells + 1)
    bound = np.inf
    bad = 0
    turns = 0
    for turn in range(rounds):
        turns += 1
        _scores_of(free[:frees], reach, own, price, sums, score)
        write_over(ranked, score[:frees])
        put_in_place(ranked[:frees], frees - more)
        least = ranked[frees - more]
        value = base
        for cell in range(cells):
            value += left[cell] - price[cell]
        above = 0
        for f in range(frees):
            if score[f] > least:
                value += score[f]
                above += 1
        value += (more - above) * least
        if value < bound - 1e-7 * abs(value) or bound == np.inf:
            bound = value
            bad = 0
            write_over(best_price, price)
            for f in range(frees):
                best_score[free[f]] = score[f]
        else:
            bad += 1
            if bad >= 6:
                pace *= 0.6
                bad = 0
        if bound <= stop_below:
            break
        for f in range(frees):
            # with this site instead of the last of the best
            if score[f] < least and value + score[f] - least <= stop_below:
                fixed[free[f]] = -1
        if pace < 2e-3:
            break
        excess[:] = -1.0
        ties = more - above
        taken = 0
        for f in range(frees):
            if score[f] < least or (score[f] == least and ties == 0):
                continue
            if score[f] == least:
                ties -= 1
            chosen[taken] = free[f]
            taken += 1
            often[free[f]] += 1.0
        _count_in(chosen[:taken], reach, excess)
        norm = 0.0
        for cell in range(cells):
            step = excess[cell] if turn == 0 else 0.75 * direction[cell] + 0.25 * excess[cell]
            direction[cell] = step
            if left[cell] > 0 and not (
                (price[cell] <= 0 and step > 0) or (price[cell] >= left[cell] and step < 0)
            ):
                norm += step * step
        if norm < 1e-9:
            break
        length = pace * max(value - goal, 1e-5 * abs(value)) / norm
        for cell in range(cells):
            moved = price[cell] - length * direction[cell]
            price[cell] = min(max(moved, 0.0), left[cell])
        if turn % 10 == 9:
            kept = 0
            for f in range(frees):
                if fixed[free[f]] == 0:
                    free[kept] = free[f]
                    kept += 1
            frees = kept
            if frees <= more:
                break
    write_over(price, best_price)
    for site in range(sites):
        often[site] /= turns
    return bound, often, best_score, False
