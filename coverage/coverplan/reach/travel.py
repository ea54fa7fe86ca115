"""Travel times between places over the streets: the whole walk, from door to door (R3), within a limit (R2)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

import numpy as np

from coverplan.reach.attached_demand import AttachedDemand
from coverplan.reach.attachment import CLOSED, attach
from coverplan.reach.graph import TravelGraph
from coverplan.reach.labels import decoded, id_ranks, node_labels, packed, seed_labels, unreached
from coverplan.reach.matrix import Nearest, Reach
from coverplan.reach.routes import OneWay, routes, routes_between
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.workspace import Block, Matrix, Workspace, assembled, in_chunks
from coverplan.units import MAX_MS, Int32Array, Int64Array

Direction = Literal["toward", "from", "round_trip"]


def travel_times(
    graph: TravelGraph,
    sites: Doors,
    demand: Doors,
    limit_ms: int,
    *,
    direction: Direction = "toward",
    threads: int | None = None,
    at_demand: AttachedDemand | None = None,
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
    at_demand
        The demand points attached to the graph, where they were attached before.

    Returns
    -------
    Reach
        Sites and demand points in the order given.
    """
    if direction == "round_trip":
        pieces = stream_times(
            graph, sites, demand, limit_ms, direction=direction, threads=threads, at_demand=at_demand
        )
        return _joined(list(pieces), demand.ids, limit_ms)
    search = _Search(graph, sites, demand, limit_ms=limit_ms, direction=direction, at_demand=at_demand)
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
    at_demand: AttachedDemand | None = None,
) -> Iterator[Reach]:
    """Yield the matrix of `travel_times` in pieces of a few thousand sites, for matrices larger than memory.

    Yields
    ------
    Reach
        Sites that follow each other in the order given, all demand points.
    """
    search = partial(_Search, graph, sites, demand, at_demand=at_demand)
    if direction == "round_trip":
        twice_ms = min(2 * limit_ms, MAX_MS - 1)
        there = search(limit_ms=twice_ms, direction="toward")
        back = search(limit_ms=twice_ms, direction="from")
    else:
        there = back = search(limit_ms=limit_ms, direction=direction)
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
    threads: int | None = None,
) -> Nearest:
    """Nearest site of every demand point by one search from all sites at once; ties by site id (R11).

    Gives what `travel_times` followed by `Reach.nearest` gives, without the matrix.
    """
    ways = routes(graph, sites, demand, direction)
    rank = id_ranks(sites.ids)
    seeds = seed_labels(ways.site_ways, rank, limit_ms)
    labels = node_labels(graph, ways.arcs, seeds, limit_ms, threads=threads)
    best = np.full(demand.places, unreached(limit_ms))
    node, point, ms = ways.demand_ways
    possible = (ms != CLOSED) & (labels[node] < unreached(limit_ms))
    np.minimum.at(best, point[possible], labels[node[possible]] + (ms[possible] << 32))
    site, point, ms = ways.direct
    np.minimum.at(best, point, packed(ms, rank[site]))
    return decoded(best, rank, limit_ms)


def node_times(
    graph: TravelGraph,
    sources: Int32Array,
    limit_ms: int,
    *,
    direction: OneWay = "from",
    threads: int | None = None,
) -> Matrix:
    """Search from single nodes to nodes, in positions of the graph.

    Returns
    -------
    tuple
        Row starts, shape (sources + 1,); nodes, unordered within a row; milliseconds.
    """
    from coverplan.reach.kernels._search import node_rows

    arcs = graph.out if direction == "from" else graph.into
    buckets, shift = graph.buckets(limit_ms)
    sources = np.ascontiguousarray(sources, dtype=np.int32)
    order = np.argsort(sources, kind="stable")
    ordered = sources[order]

    def work(space: Workspace, first: int, stop: int) -> Block:
        counts = np.zeros(stop - first, dtype=np.int64)
        rows = node_rows(
            arcs.indptr, arcs.pairs, ordered[first:stop], limit_ms, shift,
            space.time_ms, space.heads, space.entries, space.links, counts, space.out_place, space.out_ms,
        )  # fmt: skip
        return space.block(order[first:stop], counts, *rows)

    def workspace() -> Workspace:
        return Workspace(arcs.nodes, 0, limit_ms, buckets)

    return assembled(in_chunks(len(sources), work, workspace, threads), len(sources))


class _Search:
    """Everything that the search from sites to demand points needs, made once."""

    def __init__(
        self,
        graph: TravelGraph,
        sites: Doors,
        demand: Doors,
        *,
        limit_ms: int,
        direction: OneWay,
        at_demand: AttachedDemand | None,
    ) -> None:
        at_demand = AttachedDemand(graph, demand) if at_demand is None else at_demand
        ways = routes_between(graph, attach(graph, sites), at_demand, direction)
        self._arcs = ways.arcs
        self._limit_ms = limit_ms
        self._buckets, self._shift = graph.buckets(limit_ms)
        self._site_ids, self._demand_ids = sites.ids, demand.ids
        node, site, ms = ways.site_ways
        self._seeds = _by_site(site, node, ms, sites.places, limit_ms)
        self._direct = _by_site(*ways.direct, sites.places, limit_ms)
        self._doors = at_demand.by_node(limit_ms, leaving=direction == "toward")
        # sites in the order of the curve, so that a search finds in the cache what the last one left there
        first_seed = np.append(self._seeds[1], np.int32(0))[self._seeds[0][:-1]]
        self._nearby = np.argsort(first_seed, kind="stable")

    def rows(self, sites: Int64Array, threads: int | None) -> Reach:
        """Matrix of some of the sites, which follow each other."""
        wanted = np.zeros(len(self._site_ids), dtype=bool)
        wanted[sites] = True
        order = self._nearby[wanted[self._nearby]]

        def work(space: Workspace, first: int, stop: int) -> Block:
            return self._block(space, order[first:stop])

        blocks = in_chunks(len(order), work, self._workspace, threads)
        shifted = [(place - sites[0], *rest) for place, *rest in blocks] if len(sites) else []
        indptr, point, ms = assembled(shifted, len(sites))
        ids = tuple(self._site_ids[site] for site in sites)
        return Reach(ids, self._demand_ids, indptr, point, ms, self._limit_ms)

    def _workspace(self) -> Workspace:
        return Workspace(self._arcs.nodes, len(self._demand_ids), self._limit_ms, self._buckets)

    def _block(self, space: Workspace, sites: Int64Array) -> Block:
        from coverplan.reach.kernels._search import travel_rows

        counts = np.zeros(len(sites), dtype=np.int64)
        rows = travel_rows(
            self._arcs.indptr, self._arcs.pairs, *self._seeds, *self._direct, *self._doors,
            sites, self._limit_ms, self._shift,
            space.time_ms, space.heads, space.entries, space.links,
            space.best_ms, space.points, space.spare, counts, space.out_place, space.out_ms,
        )  # fmt: skip
        return space.block(sites, counts, *rows)


def _by_site(
    site: Int64Array, other: Int32Array | Int64Array, ms: Int64Array, sites: int, limit_ms: int
) -> Matrix:
    """Row form by site of what lies within the limit: starts, the other end, milliseconds."""
    keep = (ms != CLOSED) & (ms <= limit_ms)
    site, other, ms = site[keep], other[keep], ms[keep]
    order = np.argsort(site, kind="stable")
    start = np.searchsorted(site[order], np.arange(sites + 1))
    return start, other[order].astype(np.int32), ms[order].astype(np.int32)


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
