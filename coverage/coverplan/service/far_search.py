"""The nearest facility far beyond a standard where pairs must be seen one by one, in pieces that fit in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from coverplan.reach.labels import decoded, id_ranks, packed, unreached
from coverplan.reach.matrix import Nearest, Reach
from coverplan.units import Int32Array

#: Pairs that one piece may hold at most.
MOST_PAIRS = 20_000_000


def sites_at_once(points: int) -> int:
    """Sites of a piece whose pairs fit in memory even where each of them reaches every point."""
    return max(1, MOST_PAIRS // max(points, 1))


def near_and_far(
    pieces: Iterable[Reach], ids: Sequence[str], demand_ids: Sequence[str], limit_ms: int
) -> tuple[Reach, Nearest]:
    """Pairs within a standard, and the nearest site of every point as far as the pieces look.

    Gives what one matrix of all pieces would give, but keeps only what lies within the standard.

    Parameters
    ----------
    pieces
        Matrices of sites that follow each other, all searched equally far.
    ids
        Ids of all sites in that order.
    demand_ids
        Ids of the demand points, also those that no piece reaches; there may be no piece at all.
    limit_ms
        The standard, inclusive (R2); the pieces look as far or farther.

    Returns
    -------
    tuple
        Pairs within the standard; nearest sites with ties by id (R11).
    """
    rank, points = id_ranks(tuple(ids)), len(demand_ids)
    kept: list[tuple[Int32Array, Int32Array, Int32Array]] = []
    searched_ms, first = limit_ms, 0
    best = None
    for piece in pieces:
        searched_ms = piece.limit_ms
        if best is None:
            best = np.full(points, unreached(searched_ms))
        site = first + np.repeat(np.arange(piece.sites, dtype=np.int32), np.diff(piece.indptr))
        np.minimum.at(best, piece.demand, packed(piece.times_ms.astype(np.int64), rank[site]))
        near = piece.times_ms <= limit_ms
        kept.append((site[near], piece.demand[near], piece.times_ms[near]))
        first += piece.sites
    none = np.zeros(0, dtype=np.int32)
    site, demand, times_ms = (
        (np.concatenate([none, *column]) for column in zip(*kept, strict=True))
        if kept
        else (
            none,
            none,
            none,
        )
    )
    indptr = np.searchsorted(site, np.arange(len(ids) + 1)).astype(np.int64)
    reach = Reach(tuple(ids), tuple(demand_ids), indptr, demand, times_ms, limit_ms)
    return reach, decoded(
        np.full(points, unreached(searched_ms)) if best is None else best, rank, searched_ms
    )


def cut(count: int, at_once: int) -> Iterator[slice]:
    """Slices of at most `at_once` that follow each other; one empty slice for nothing."""
    for first in range(0, max(count, 1), at_once):
        yield slice(first, min(first + at_once, count))
