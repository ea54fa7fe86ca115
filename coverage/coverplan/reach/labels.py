"""Labels: time and nearest site of a node in one whole number, so that one comparison settles both (R11)."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from coverplan.reach.attachment import CLOSED, Ways
from coverplan.reach.graph import Arcs, TravelGraph
from coverplan.reach.matrix import NOT_REACHED, Nearest
from coverplan.units import Int32Array, Int64Array

#: Low half of a label: the rank of the site.
RANK_BITS = 0xFFFFFFFF
#: Seeds that are searched from together; neighbours on the curve share what the cache holds.
_BATCH = 16
#: Below this many seeds a second thread costs more than it saves.
_SEEDS_PER_THREAD = 256
_FIRST_ROOM = 1 << 16


def id_ranks(ids: tuple[str, ...]) -> Int64Array:
    """Shape (ids,): place of each id in id order, by which ties are settled (R11)."""
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(np.asarray(ids, dtype=np.str_), kind="stable")] = np.arange(len(ids))
    return rank


def unreached(limit_ms: int) -> np.int64:
    """Label of what no site reaches within a limit: the first millisecond beyond it (R2)."""
    return np.int64(limit_ms + 1) << 32


def packed(ms: Int64Array, rank: Int64Array) -> Int64Array:
    """Labels of milliseconds and ranks."""
    return (ms << 32) | rank


def seed_labels(ways: Ways, rank: Int64Array, limit_ms: int) -> tuple[Int32Array, Int64Array]:
    """Nodes, ascending, and labels from which a search starts."""
    node, site, ms = ways
    possible = (ms != CLOSED) & (ms <= limit_ms)
    order = np.argsort(node[possible], kind="stable")
    return node[possible][order], packed(ms[possible], rank[site[possible]])[order]


def node_labels(
    graph: TravelGraph,
    arcs: Arcs,
    seeds: tuple[Int32Array, Int64Array],
    limit_ms: int,
    *,
    threads: int | None = None,
) -> Int64Array:
    """Shape (nodes,): smallest label that reaches each node, `unreached` where none does within the limit.

    Each thread takes sites that lie close together; the smaller label of each node is the answer, whatever their
    number.
    """
    node, label = seeds
    parts = max(1, min(threads or os.cpu_count() or 1, len(node) // _SEEDS_PER_THREAD))
    cuts = np.linspace(0, len(node), parts + 1).astype(int)

    def work(part: int) -> Int64Array:
        own = slice(cuts[part], cuts[part + 1])
        labels = np.full(arcs.nodes, unreached(limit_ms))
        room = _FIRST_ROOM
        while not _spread(graph, arcs, (node[own], label[own]), limit_ms, labels, room=room):
            labels[:] = unreached(limit_ms)
            room *= 4
        return labels

    if parts == 1:
        return work(0)
    with ThreadPoolExecutor(parts) as pool:
        first, *others = pool.map(work, range(parts))
    for other in others:
        np.minimum(first, other, out=first)
    return first


def lowered(
    graph: TravelGraph, arcs: Arcs, seeds: tuple[Int32Array, Int64Array], limit_ms: int, labels: Int64Array
) -> Int64Array:
    """Shape (nodes,): a copy of `labels`, lowered to what the seeds reach."""
    room = _FIRST_ROOM
    while True:
        after = labels.copy()
        if _spread(graph, arcs, seeds, limit_ms, after, room=room):
            return after
        room *= 4


def _spread(
    graph: TravelGraph,
    arcs: Arcs,
    seeds: tuple[Int32Array, Int64Array],
    limit_ms: int,
    labels: Int64Array,
    *,
    room: int,
) -> bool:
    """Lower `labels` in place; False if the queue had too little room and `labels` are of no use."""
    from coverplan.reach.kernels._search import spread_labels

    node, label = seeds
    buckets, shift = graph.buckets(limit_ms)
    heads = np.full(buckets, -1, dtype=np.int32)
    queue = np.empty(room, dtype=np.int64), *np.empty((2, room), dtype=np.int32)
    done = spread_labels(arcs.indptr, arcs.pairs, node, label, shift, _BATCH, labels, heads, *queue)
    return bool(done == len(node))


def decoded(best: Int64Array, rank: Int64Array, limit_ms: int) -> Nearest:
    """Nearest sites of labels that include the last leg."""
    time_ms = best >> 32
    reached = time_ms <= limit_ms
    site_of_rank = np.argsort(rank).astype(np.int32)
    site = np.full(len(best), NOT_REACHED, dtype=np.int32)
    site[reached] = site_of_rank[best[reached] & RANK_BITS]
    return Nearest(np.where(reached, time_ms, NOT_REACHED).astype(np.int32), site)
