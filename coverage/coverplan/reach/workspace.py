"""Arrays that one thread of a search uses again and again, and the threads themselves."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from coverplan.units import Int32Array, Int64Array

#: Rows that one thread does before it asks for more.
_CHUNK = 256
_FIRST_ROOM = 1 << 16

#: Places, number of entries of each, then the entries: positions and milliseconds.
Block = tuple[Int64Array, Int64Array, Int32Array, Int32Array]
Matrix = tuple[Int64Array, Int32Array, Int32Array]


class Workspace:
    """Arrays of one thread.

    Parameters
    ----------
    nodes
        Number of nodes of the graph.
    points
        Number of demand points, 0 for a search between nodes.
    limit_ms
        Longest time that is searched for.
    buckets
        Number of buckets of the queue.
    """

    def __init__(self, nodes: int, points: int, limit_ms: int, buckets: int) -> None:
        self.time_ms = np.full(nodes, limit_ms + 1, dtype=np.int32)
        self.heads = np.full(buckets, -1, dtype=np.int32)
        self.entries = np.empty(_FIRST_ROOM, dtype=np.int64)
        self.links = np.empty(_FIRST_ROOM, dtype=np.int32)
        self.best_ms = np.full(points, limit_ms + 1, dtype=np.int32)
        self.points = np.empty(points + 1, dtype=np.int32)  # a point is written before it is counted
        self.spare = np.empty(points, dtype=np.int32)
        self.out_place = np.empty(_FIRST_ROOM, dtype=np.int32)
        self.out_ms = np.empty(_FIRST_ROOM, dtype=np.int32)

    def block(
        self, places: Int64Array, counts: Int64Array, out_place: Int32Array, out_ms: Int32Array, filled: int
    ) -> Block:
        """Copy what was filled and keep the arrays, which the search may have made longer."""
        self.out_place, self.out_ms = out_place, out_ms
        return places, counts, out_place[:filled].copy(), out_ms[:filled].copy()


def in_chunks(
    rows: int,
    work: Callable[[Workspace, int, int], Block],
    make: Callable[[], Workspace],
    threads: int | None,
) -> list[Block]:
    """Do rows in chunks on several threads, each with a workspace of its own; chunks come back in order."""
    starts = range(0, rows, _CHUNK)
    blocks: dict[int, Block] = {}
    waiting = iter(starts)

    def run() -> None:
        space = make()
        for first in waiting:
            blocks[first] = work(space, first, min(first + _CHUNK, rows))

    count = min(threads or os.cpu_count() or 1, len(starts))
    if count == 1:
        run()
    elif count > 1:
        with ThreadPoolExecutor(count) as pool:
            for future in [pool.submit(run) for _ in range(count)]:
                future.result()
    return [blocks.pop(first) for first in starts]


def assembled(blocks: list[Block], rows: int) -> Matrix:
    """One matrix of blocks, rows by place; each block is let go as soon as it is copied."""
    from coverplan.reach.kernels._search import gather_rows

    counts = np.zeros(rows, dtype=np.int64)
    for place, count, _, _ in blocks:
        counts[place] = count
    indptr = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(counts)))
    position = np.empty(indptr[-1], dtype=np.int32)
    ms = np.empty(indptr[-1], dtype=np.int32)
    while blocks:
        place, count, block_position, block_ms = blocks.pop()
        gather_rows(place, count, np.cumsum(count) - count, block_position, block_ms, indptr, position, ms)
    return indptr, position, ms
