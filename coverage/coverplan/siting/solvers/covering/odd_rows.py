"""Bounds of plain covering brought below the linear relaxation by rows over odd numbers of cells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse

from coverplan.siting.solvers.covering import _bound, _odd
from coverplan.siting.solvers.covering.cover_state import ROUND, CoverSearch, best_ranked
from coverplan.siting.solvers.covering.relaxation import (
    Inside,
    Matrix,
    Program,
    Relaxed,
    no_rows,
    relaxed_at,
    rows_of,
    solve_relaxation,
)
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

MOST_PAIRS, MOST_WITHIN = (
    800_000,
    8_000,
)  # pairs and cells above which solving it time and again takes too long
MOST_TURNS = 12
SLOW = 0.03  # share of the way to the goal that a turn has to gain
MOST_CELLS = 3000  # of which triples are made
NEIGHBOURS = 150  # of each cell
BY_CELL = 8  # triples that begin with one cell
MOST_ROWS, MOST_OF_CELL = 1000, 8  # new in a turn; of them with one cell
MATTERS = 0.02  # share of the way to the goal that may be lost by sites left out
LEAST_EXCESS = 0.01
LEAST_PART = 1e-4
ROUNDINGS = 24  # answers made of one fractional one


def within_reach(search: CoverSearch) -> bool:
    """Whether the relaxation is small enough for it."""
    return len(search.small.demand) <= MOST_PAIRS and len(search.small.weight) <= MOST_WITHIN


def tighten(search: CoverSearch, workers: ThreadPoolExecutor) -> Relaxed | None:
    """Add odd rows that the relaxation breaks, turn by turn; bound and answer are kept in the state.

    Returns what branches go on with: the question at the best prices of the rows. None when nothing was gained.
    """
    small = search.small
    shape = (len(small.weight), small.sites)
    reaches = Matrix((np.ones(len(small.site_of)), small.site_of, small.start), shape=shape)
    rows, best = no_rows(small), None
    random = np.random.default_rng(search.search.seed)
    sites = _promising(search, search.score, small.sites // 2)
    inside: Inside | None = None
    for _ in range(MOST_TURNS):
        job = workers.submit(
            solve_relaxation, Program(small, reaches, rows, sites, search.count), search.watch
        )
        if search.search.threads == 1:
            job.result()
        if inside is not None:
            _round(search, inside, random)
        inside = job.result()
        if inside is None:
            break
        relaxed = relaxed_at(small, rows, inside, search.count)
        missed = _missed(search, relaxed, sites)
        if len(missed):
            sites, relaxed = np.union1d(sites, missed), _with_all_sites(search, relaxed)
        before = search.bound
        if best is None or relaxed.bound < best.bound:
            best = relaxed
        search.bound = min(search.bound, relaxed.bound)
        search.improve(best_ranked(inside.part, search.count))
        search.tell()
        if search.over:
            break
        gained = before - search.bound >= SLOW * (search.bound - search.enough)
        if rows.count and not gained and not len(missed):
            break
        rows = rows.some(np.flatnonzero(inside.row_price > 0.0))
        more = _broken(search, workers, reaches, inside)
        if not len(more) and not len(missed):
            break
        rows = rows.and_more(rows_of(more, reaches))
    return best


def _promising(search: CoverSearch, score: FloatArray, most: int) -> Int64Array:
    """Sites that the relaxation is solved over: those that earn most at the last prices, and the best answer's."""
    some = np.zeros(len(score), dtype=bool)
    some[best_ranked(score, min(len(score), max(most, 4 * search.count, 200)))] = True
    some[search.chosen] = True
    return np.flatnonzero(some)


def _missed(search: CoverSearch, relaxed: Relaxed, sites: Int64Array) -> Int64Array:
    """Sites left out of the relaxation that would have earned more than the last of those within, if it matters."""
    within = np.zeros(len(relaxed.score), dtype=bool)
    within[sites] = True
    last = np.sort(relaxed.score[sites])[-search.count]
    lost = (
        np.sort(relaxed.score)[-search.count :].sum() - np.sort(relaxed.score[sites])[-search.count :].sum()
    )
    if lost <= MATTERS * (relaxed.bound - search.enough):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(~within & (relaxed.score > last))


def _with_all_sites(search: CoverSearch, relaxed: Relaxed) -> Relaxed:
    """Prices brought down to where the sites that were left out earn no more than others, by a short descent."""
    small, constant, count = relaxed.small, relaxed.constant, search.count
    price, score = relaxed.price.copy(), relaxed.score.copy()
    arrays = (small.reach, small.weight, small.own)
    aims = (count, search.goal - constant, search.enough - constant)
    state = (relaxed.price.copy(), np.zeros(len(price)), price, score, np.zeros(small.sites))
    manner = (_bound.SMOOTH, _bound.PATIENCE)
    bound, _, _ = _bound.descend(*arrays, *aims, *state, np.inf, 0.05, 2 * ROUND, True, *manner)
    bound += constant + 1e-11 * abs(bound)
    return Relaxed(small, price, score, bound, constant) if bound < relaxed.bound else relaxed


def _round(search: CoverSearch, inside: Inside, random: np.random.Generator) -> None:
    """Answers drawn in proportion to the open parts, each brought to where no swap helps."""
    with np.errstate(divide="ignore"):
        log = np.log(np.where(inside.part > LEAST_PART, inside.part, 1e-9))
    for _ in range(ROUNDINGS):
        if search.over:
            return
        search.improve(best_ranked(log + random.gumbel(size=len(log)), search.count))


def _broken(search: CoverSearch, workers: ThreadPoolExecutor, reaches: Matrix, inside: Inside) -> Int32Array:
    """Shape (rows, 3): triples of cells whose row the relaxation breaks, the gravest first, no cell too often."""
    some = np.flatnonzero(inside.part > LEAST_PART)
    reach = reaches[:, some].tocsr()
    reach.sort_indices()
    part = inside.part[some]
    reached = reach @ part
    spare = (reached - inside.covered) + (1.0 - inside.covered)
    cells = _distinct(reach, search.small.weight, np.flatnonzero((spare < 0.6) & (reached > 0)))
    cells = np.sort(cells[np.argsort(spare[cells], kind="stable")[:MOST_CELLS]])
    if len(cells) < 3:
        return np.zeros((0, 3), dtype=np.int32)
    reach = reach[cells]
    both = np.asarray((reach @ scipy.sparse.diags(part) @ reach.T).todense())
    near: BoolArray = (both > 0.15) & (both < 0.85)
    np.fill_diagonal(near, val=False)
    order = np.argsort(np.where(near, np.abs(both - 0.5), np.inf), axis=1, kind="stable")
    order = order[:, :NEIGHBOURS].astype(np.int32)
    nears = np.minimum(near.sum(axis=1), order.shape[1]).astype(np.int32)
    start, site_of = reach.indptr.astype(np.int64), reach.indices.astype(np.int32)
    arrays = (start, site_of, part, inside.covered[cells], reached[cells], both, order, nears)
    found = list(
        workers.map(lambda first: _odd.odd_triples(*arrays, first, 2, LEAST_EXCESS, BY_CELL), (0, 1))
    )
    triples = cells[np.concatenate([one for one, _ in found])]
    worth = np.concatenate([one for _, one in found]) * search.small.weight[triples].min(
        axis=1, initial=np.inf
    )
    return _few_of_each(triples[np.lexsort((*triples.T[::-1], -worth))], len(search.small.weight))


def _distinct(reach: Matrix, weight: FloatArray, cells: Int64Array) -> Int64Array:
    """The heaviest of the cells that the same open sites reach."""
    seen: dict[bytes, int] = {}
    for cell in cells[np.argsort(-weight[cells], kind="stable")]:
        seen.setdefault(reach.indices[reach.indptr[cell] : reach.indptr[cell + 1]].tobytes(), int(cell))
    return np.sort(np.fromiter(seen.values(), dtype=np.int64, count=len(seen)))


def _few_of_each(triples: Int64Array, cells: int) -> Int32Array:
    """The first triples, but none with a cell that has had its share."""
    used = np.zeros(cells, dtype=np.int64)
    kept: list[int] = []
    for at, triple in enumerate(triples):
        if len(kept) == MOST_ROWS:
            break
        if used[triple].max() < MOST_OF_CELL:
            used[triple] += 1
            kept.append(at)
    return triples[kept].astype(np.int32)
