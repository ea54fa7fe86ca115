"""Travel times between places over the streets: the whole walk, from door to door (R3), within a limit (R2)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

import numpy as np

from coverplan.reach._kernel import gather_rows, hang_at_nodes, nearest_labels, node_rows, travel_rows
from coverplan.reach.attachment import CLOSED, attach, direct_ways
from coverplan.reach.doors import Doors
from coverplan.reach.graph import Arcs, TravelGraph
from coverplan.reach.matrix import NOT_REACHED, Nearest, Reach
from coverplan.units import MAX_MS, Int32Array, Int64Array

Direction = Literal["toward", "from", "round_trip"]
OneWay = Literal["toward", "from"]

_CHUNK = 256
_BATCH = 64
_FIRST_ENTRIES = 1 << 14
_FIRST_ROOM = 1 << 16
_UNREACHED_LABEL = np.int64(MAX_MS) << 32
_LOW = np.int64(0xFFFFFFFF)

Block = tuple[Int64Array, Int64Array, Int32Array, Int32Array]
Done = TypeVar("Done")


def travel_times(
    graph: TravelGraph,
    sites: Doors,
    demand: Doors,
    limit_ms: int,
    *,
    direction: Direction = "toward",
    threads: int | None = None,
) -> Reach:
    """Travel time of every pair of site and demand point within a limit.

    Parameters
    ----------
    graph
        Compiled streets.
    sites, demand
        Where they meet the streets; what is off network reaches nothing.
    limit_ms
        Longest time, inclusive (R2).
    direction
        ``toward`` the site, ``from`` it, or ``round_trip``: half of there and back by the same site, a half
        millisecond rounded up, so that a standard of fifteen minutes means the same in every direction.
    threads
        Number of threads; None for one on every processor. The answer does not depend on it.

    Returns
    -------
    Reach
        Sites and demand points in the order given.
    """
    if direction == "round_trip":
        pieces = stream_times(graph, sites, demand, limit_ms, direction=direction, threads=threads)
        return _joined(list(pieces), demand.ids, limit_ms)
    search = _Search(graph, sites, demand, limit_ms, direction)
    return search.rows(np.arange(sites.places), threads)


def stream_times(
    graph: TravelGraph,
    sites: Doors,
    demand: Doors,
    limit_ms: int,
    *,
    direction: Direction = "toward",
    threads: int | None = None,
    sites_at_once: int = 4_096,
) -> Iterator[Reach]:
    """Yield the matrix of `travel_times` in pieces of a few thousand sites, for matrices larger than memory.

    Yields
    ------
    Reach
        Sites that follow each other in the order given, all demand points.
    """
    if direction == "round_trip":
        there = _Search(graph, sites, demand, min(2 * limit_ms, MAX_MS - 1), "toward")
        back = _Search(graph, sites, demand, min(2 * limit_ms, MAX_MS - 1), "from")
    else:
        there = back = _Search(graph, sites, demand, limit_ms, direction)
    for first in range(0, sites.places, sites_at_once):
        rows = np.arange(first, min(first + sites_at_once, sites.places))
        piece = there.rows(rows, threads)
        yield piece if there is back else _round_trip(piece, back.rows(rows, threads), limit_ms)


def nearest(
    graph: TravelGraph,
    sites: Doors,
    demand: Doors,
    limit_ms: int,
    *,
    direction: OneWay = "toward",
) -> Nearest:
    """Nearest site of every demand point by one search from all sites at once; ties by site id (R11).

    Gives what `travel_times` followed by `Reach.nearest` gives, without the matrix.
    """
    arcs, here, there = _ends(graph, sites, demand, direction)
    rank = id_ranks(sites.ids)
    labels = nearest_node_labels(graph, arcs, here, rank, limit_ms)
    best = np.full(demand.places, _UNREACHED_LABEL)
    node, point, ms = there
    possible = (ms != CLOSED) & (labels[node] != _UNREACHED_LABEL)
    np.minimum.at(best, point[possible], labels[node[possible]] + (ms[possible] << 32))
    site, point, ms = _direct(graph, sites, demand, direction)
    np.minimum.at(best, point, (ms << 32) | rank[site])
    return _decoded(best, rank, limit_ms)


def node_times(
    graph: TravelGraph,
    sources: Int32Array,
    limit_ms: int,
    *,
    direction: OneWay = "from",
    threads: int | None = None,
) -> tuple[Int64Array, Int32Array, Int32Array]:
    """Search from single nodes to nodes, in positions of the graph.

    Returns
    -------
    tuple
        Row starts, shape (sources + 1,); nodes, unordered within a row; milliseconds.
    """
    arcs = graph.out if direction == "from" else graph.into
    buckets, shift = graph.buckets(limit_ms)
    sources = np.ascontiguousarray(sources, dtype=np.int32)
    order = np.argsort(sources, kind="stable")
    ordered = sources[order]

    def work(space: _Workspace, first: int, stop: int) -> Block:
        counts = np.zeros(stop - first, dtype=np.int64)
        *grown, filled = node_rows(
            arcs.indptr, arcs.pairs, ordered[first:stop], 0, stop - first, limit_ms, shift,
            space.time_ms, space.touched, space.heads, space.entries, counts, space.out_place, space.out_ms,
        )  # fmt: skip
        return space.block(order[first:stop], counts, grown, filled)

    def workspace() -> _Workspace:
        return _Workspace(arcs.nodes, 0, limit_ms, buckets)

    return _assembled(_in_chunks(len(sources), work, workspace, threads), len(sources))


def id_ranks(ids: tuple[str, ...]) -> Int64Array:
    """Shape (ids,): place of each id in id order, by which ties are settled (R11)."""
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(np.asarray(ids, dtype=np.str_), kind="stable")] = np.arange(len(ids))
    return rank


def nearest_node_labels(
    graph: TravelGraph, arcs: Arcs, seeds: _Ways, rank: Int64Array, limit_ms: int
) -> Int64Array:
    """Shape (nodes,): milliseconds in the high half, rank of the nearest site in the low half."""
    node, site, ms = seeds
    possible = (ms != CLOSED) & (ms <= limit_ms)
    node, label = node[possible], (ms[possible] << 32) | rank[site[possible]]
    order = np.argsort(node, kind="stable")
    buckets, shift = graph.buckets(limit_ms)
    labels = np.full(arcs.nodes, _UNREACHED_LABEL)
    heads = np.full(buckets, -1, dtype=np.int32)
    entries = np.empty(3 * _FIRST_ENTRIES, dtype=np.int64)
    nearest_labels(
        arcs.indptr, arcs.pairs, node[order], label[order], limit_ms, shift, _BATCH, labels, heads, entries
    )
    return labels


_Ways = tuple[Int32Array, Int64Array, Int64Array]


def _ends(graph: TravelGraph, sites: Doors, demand: Doors, direction: OneWay) -> tuple[Arcs, _Ways, _Ways]:
    """Arcs to search from the sites, ways between sites and nodes, ways between nodes and demand points."""
    at_sites, at_demand = attach(graph, sites), attach(graph, demand)
    if direction == "toward":
        return graph.into, at_sites.arriving(), at_demand.leaving()
    return graph.out, at_sites.leaving(), at_demand.arriving()


def _direct(
    graph: TravelGraph, sites: Doors, demand: Doors, direction: OneWay
) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Sites, demand points and milliseconds of the ways along one edge."""
    at_sites, at_demand = attach(graph, sites), attach(graph, demand)
    if direction == "toward":
        point, site, ms = direct_ways(at_demand, at_sites)
    else:
        site, point, ms = direct_ways(at_sites, at_demand)
    return site, point, ms


def _decoded(best: Int64Array, rank: Int64Array, limit_ms: int) -> Nearest:
    time_ms = best >> 32
    reached = time_ms <= limit_ms
    site_of_rank = np.argsort(rank).astype(np.int32)
    site = np.full(len(best), NOT_REACHED, dtype=np.int32)
    site[reached] = site_of_rank[best[reached] & _LOW]
    return Nearest(np.where(reached, time_ms, NOT_REACHED).astype(np.int32), site)


class _Search:
    """Everything that the search from sites to demand points needs, made once."""

    def __init__(
        self, graph: TravelGraph, sites: Doors, demand: Doors, limit_ms: int, direction: OneWay
    ) -> None:
        self._arcs, seeds, ways = _ends(graph, sites, demand, direction)
        self._limit_ms = limit_ms
        self._buckets, self._shift = graph.buckets(limit_ms)
        self._site_ids, self._demand_ids = sites.ids, demand.ids
        self._seeds = _by_site(seeds[1], seeds[0], seeds[2], sites.places, limit_ms)
        site, point, ms = _direct(graph, sites, demand, direction)
        self._direct = _by_site(site, point, ms, sites.places, limit_ms)
        node, point, ms = ways
        within_ms = np.where(ms <= limit_ms, ms, CLOSED).astype(np.int32)
        self._doors = hang_at_nodes(node, point.astype(np.int32), within_ms, graph.nodes)
        # sites in the order of the curve, so that a search finds in the cache what the last one left there
        first_seed = np.append(self._seeds[1], np.int32(0))[self._seeds[0][:-1]]
        self._nearby = np.argsort(first_seed, kind="stable")

    def rows(self, sites: Int64Array, threads: int | None) -> Reach:
        """Matrix of some of the sites, which follow each other."""
        wanted = np.zeros(len(self._site_ids), dtype=bool)
        wanted[sites] = True
        order = self._nearby[wanted[self._nearby]]

        def work(space: _Workspace, first: int, stop: int) -> Block:
            return self._block(space, order[first:stop])

        blocks = _in_chunks(len(order), work, self._workspace, threads)
        shifted = [(place - sites[0], *rest) for place, *rest in blocks] if len(sites) else []
        indptr, point, ms = _assembled(shifted, len(sites))
        ids = tuple(self._site_ids[site] for site in sites)
        return Reach(ids, self._demand_ids, indptr, point, ms, self._limit_ms)

    def _workspace(self) -> _Workspace:
        return _Workspace(self._arcs.nodes, len(self._demand_ids), self._limit_ms, self._buckets)

    def _block(self, space: _Workspace, sites: Int64Array) -> Block:
        counts = np.zeros(len(sites), dtype=np.int64)
        *grown, filled = travel_rows(
            self._arcs.indptr, self._arcs.pairs, *self._seeds, *self._direct, *self._doors,
            sites, 0, len(sites), self._limit_ms, self._shift,
            space.time_ms, space.touched, space.heads, space.entries,
            space.best_ms, space.points, space.spare, counts, space.out_place, space.out_ms,
        )  # fmt: skip
        return space.block(sites, counts, grown, filled)


class _Workspace:
    """Arrays that one thread uses again and again."""

    def __init__(self, nodes: int, points: int, limit_ms: int, buckets: int) -> None:
        self.time_ms = np.full(nodes, limit_ms + 1, dtype=np.int32)
        self.touched = np.empty(nodes, dtype=np.int32)
        self.heads = np.full(buckets, -1, dtype=np.int32)
        self.entries = np.empty(2 * _FIRST_ENTRIES, dtype=np.int64)
        self.best_ms = np.full(points, limit_ms + 1, dtype=np.int32)
        self.points = np.empty(points, dtype=np.int32)
        self.spare = np.empty(points, dtype=np.int32)
        self.out_place = np.empty(_FIRST_ROOM, dtype=np.int32)
        self.out_ms = np.empty(_FIRST_ROOM, dtype=np.int32)

    def block(self, places: Int64Array, counts: Int64Array, grown: list[Int32Array], filled: int) -> Block:
        """Copy what was filled and keep the arrays, which the search may have made longer."""
        self.out_place, self.out_ms = grown
        return places, counts, self.out_place[:filled].copy(), self.out_ms[:filled].copy()


def _by_site(
    site: Int64Array, other: Int32Array | Int64Array, ms: Int64Array, sites: int, limit_ms: int
) -> tuple[Int64Array, Int32Array, Int32Array]:
    """Row form by site of what lies within the limit: starts, the other end, milliseconds."""
    keep = (ms != CLOSED) & (ms <= limit_ms)
    site, other, ms = site[keep], other[keep], ms[keep]
    order = np.argsort(site, kind="stable")
    start = np.searchsorted(site[order], np.arange(sites + 1))
    return start, other[order].astype(np.int32), ms[order].astype(np.int32)


def _in_chunks(
    rows: int,
    work: Callable[[_Workspace, int, int], Block],
    workspace: Callable[[], _Workspace],
    threads: int | None,
) -> list[Block]:
    """Do rows in chunks on several threads, each with a workspace of its own; chunks come back in order."""
    starts = list(range(0, rows, _CHUNK))
    count = min(threads or os.cpu_count() or 1, len(starts))
    if count <= 1:
        space = workspace() if starts else None
        return [work(space, first, min(first + _CHUNK, rows)) for first in starts if space is not None]
    blocks: dict[int, Block] = {}
    waiting = iter(starts)

    def run() -> None:
        space = workspace()
        for first in waiting:
            blocks[first] = work(space, first, min(first + _CHUNK, rows))

    with ThreadPoolExecutor(count) as pool:
        for future in [pool.submit(run) for _ in range(count)]:
            future.result()
    return [blocks[first] for first in starts]


def _assembled(blocks: list[Block], rows: int) -> tuple[Int64Array, Int32Array, Int32Array]:
    """One matrix of blocks; each block is let go as soon as it is copied."""
    counts = np.zeros(rows, dtype=np.int64)
    for place, count, _, _ in blocks:
        counts[place] = count
    indptr = np.concatenate(([0], np.cumsum(counts)))
    point = np.empty(indptr[-1], dtype=np.int32)
    ms = np.empty(indptr[-1], dtype=np.int32)
    while blocks:
        place, count, block_point, block_ms = blocks.pop()
        gather_rows(place, count, np.cumsum(count) - count, block_point, block_ms, indptr, point, ms)
    return indptr, point, ms


def _round_trip(there: Reach, back: Reach, limit_ms: int) -> Reach:
    """Half of there and back, rounded up, of the pairs that have both."""
    common, at_there, at_back = np.intersect1d(
        _pair_keys(there), _pair_keys(back), assume_unique=True, return_indices=True
    )
    both_ms = there.times_ms[at_there].astype(np.int64) + back.times_ms[at_back]
    half_ms = (both_ms + 1) // 2
    keep = half_ms <= limit_ms
    site, demand = np.divmod(common[keep], np.int64(max(there.demand_points, 1)))
    indptr = np.searchsorted(site, np.arange(there.sites + 1))
    times_ms = half_ms[keep].astype(np.int32)
    return Reach(there.site_ids, there.demand_ids, indptr, demand.astype(np.int32), times_ms, limit_ms)


def _pair_keys(piece: Reach) -> Int64Array:
    """One number for every pair of site and demand point, ascending."""
    site = np.repeat(np.arange(piece.sites, dtype=np.int64), np.diff(piece.indptr))
    return site * piece.demand_points + piece.demand


def _joined(pieces: list[Reach], demand_ids: tuple[str, ...], limit_ms: int) -> Reach:
    offsets = np.cumsum([0, *(piece.pairs for piece in pieces)])
    starts = [piece.indptr[:-1] + offset for piece, offset in zip(pieces, offsets, strict=False)]
    none = np.zeros(0, dtype=np.int32)
    return Reach(
        tuple(identifier for piece in pieces for identifier in piece.site_ids),
        demand_ids,
        np.concatenate([*starts, offsets[-1:]]).astype(np.int64),
        np.concatenate([none, *(piece.demand for piece in pieces)]),
        np.concatenate([none, *(piece.times_ms for piece in pieces)]),
        limit_ms,
    )
