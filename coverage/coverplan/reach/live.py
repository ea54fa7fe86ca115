"""Nearest sites kept up to date while sites open, close and move: only what changes is computed."""

from __future__ import annotations

from copy import copy

import numpy as np

from coverplan.reach.attached_demand import AttachedDemand
from coverplan.reach.attachment import CLOSED, attach
from coverplan.reach.graph import Arcs, TravelGraph
from coverplan.reach.labels import (
    RANK_BITS,
    decoded,
    id_ranks,
    lowered,
    node_labels,
    packed,
    seed_labels,
    unreached,
)
from coverplan.reach.matrix import Nearest
from coverplan.reach.routes import OneWay, Routes, routes_between
from coverplan.reach.snapping.doors import Doors
from coverplan.units import BoolArray, Int32Array, Int64Array


class LiveNearest:
    """Nearest open site of every demand point, for a list of places where sites may be, which can grow.

    Parameters
    ----------
    graph
        Compiled streets.
    sites
        Everything that is or may be opened: facilities and candidates. A site that moves is one place closed and
        another opened.
    demand
        Demand points.
    limit_ms
        Longest time, inclusive (R2).
    is_open
        Shape (sites,): open at the beginning.
    direction
        Toward the sites or from them.

    Notes
    -----
    Opening a site spreads its labels as far as they are the smallest. Closing one forgets the labels that it owns and
    spreads into the hole from its border and from the seeds of open sites inside it. The answer is at any time that
    of `travel.nearest` for the sites that are open.
    """

    def __init__(
        self,
        graph: TravelGraph,
        sites: Doors,
        demand: Doors,
        limit_ms: int,
        *,
        is_open: BoolArray,
        direction: OneWay = "toward",
    ) -> None:
        self._at_demand, self._direction = AttachedDemand(graph, demand), direction
        ways = routes_between(graph, attach(graph, sites), self._at_demand, direction)
        self._graph, self._limit_ms = graph, limit_ms
        self._unreached = unreached(limit_ms)
        self._search: Arcs = ways.arcs
        self._against: Arcs = graph.out if ways.arcs is graph.into else graph.into
        self._ids = sites.ids
        self._rank = id_ranks(sites.ids)
        self._open = is_open.copy()
        self._seed_node, self._seed_label, self._seed_site = self._seeds_of(ways)
        self._hang_demand(ways.demand_ways, demand.places)
        self._direct_site, self._direct_point, self._direct_label = self._direct_of(ways)
        self._labels = node_labels(graph, ways.arcs, self._seeds(self._open), limit_ms)
        self._best = np.full(demand.places, self._unreached)
        self._count_again(np.arange(demand.places))

    def copy(self) -> LiveNearest:
        """The same sites, to be opened and closed apart from these."""
        other = copy(self)
        for name in ("_open", "_labels", "_best", "_seed_label", "_direct_label"):
            setattr(other, name, getattr(self, name).copy())
        return other

    @property
    def is_open(self) -> BoolArray:
        """Shape (sites,): open now."""
        return self._open.copy()

    def nearest(self) -> Nearest:
        """Nearest open site of every demand point; ties by site id (R11)."""
        return decoded(self._best, self._rank, self._limit_ms)

    def open(self, site: int) -> Int64Array:
        """Open a site by position; returns the demand points whose answer may have changed, ascending."""
        if self._open[site]:
            return np.zeros(0, dtype=np.int64)
        self._open[site] = True
        only = np.zeros(len(self._open), dtype=bool)
        only[site] = True
        return self._replace(
            lowered(self._graph, self._search, self._seeds(only), self._limit_ms, self._labels), site
        )

    def close(self, site: int) -> Int64Array:
        """Close a site by position; returns the demand points whose answer may have changed, ascending."""
        from coverplan.reach.kernels._regions import owned_region, region_border

        if not self._open[site]:
            return np.zeros(0, dtype=np.int64)
        self._open[site] = False
        own = self._seed_node[self._seed_site == site]
        region = owned_region(
            self._search.indptr,
            self._search.pairs,
            own,
            self._labels,
            int(self._rank[site]),
            int(self._unreached),
        )
        hole = self._labels.copy()
        hole[region] = self._unreached
        border = region_border(self._against.indptr, self._against.pairs, region, hole, int(self._unreached))
        node, label = self._seeds(self._open)
        inside = np.zeros(len(hole), dtype=bool)
        inside[region] = True
        again = inside[node]
        seeds = np.concatenate((border[0], node[again])), np.concatenate((border[1], label[again]))
        return self._replace(lowered(self._graph, self._search, seeds, self._limit_ms, hole), site)

    def move(self, site: int, to: int) -> Int64Array:
        """Close one place and open another; returns the demand points whose answer may have changed, ascending."""
        return np.union1d(self.close(site), self.open(to))

    def add(self, sites: Doors) -> Int64Array:
        """Positions of further places where sites may be, closed at first; ids are unique among all of them."""
        first = len(self._ids)
        before = self._rank
        self._ids = (*self._ids, *sites.ids)
        self._rank = id_ranks(self._ids)
        moved = np.zeros(first, dtype=np.int64)
        moved[before] = self._rank[:first]
        for labels in (self._labels, self._best, self._seed_label, self._direct_label):
            self._rank_again(labels, moved)
        ways = routes_between(self._graph, attach(self._graph, sites), self._at_demand, self._direction)
        node, label, site = self._seeds_of(ways, first)
        order = np.argsort(np.concatenate((self._seed_node, node)), kind="stable")
        self._seed_node = np.concatenate((self._seed_node, node))[order]
        self._seed_label = np.concatenate((self._seed_label, label))[order]
        self._seed_site = np.concatenate((self._seed_site, site))[order]
        site, point, label = self._direct_of(ways, first)
        self._direct_site = np.concatenate((self._direct_site, site))
        self._direct_point = np.concatenate((self._direct_point, point))
        self._direct_label = np.concatenate((self._direct_label, label))
        self._open = np.concatenate((self._open, np.zeros(sites.places, dtype=bool)))
        return np.arange(first, len(self._ids))

    def _rank_again(self, labels: Int64Array, moved: Int64Array) -> None:
        """Write the ranks that sites have among more ids into labels, in place; ranks keep their order."""
        reached = np.flatnonzero(labels < self._unreached)
        label = labels[reached]
        labels[reached] = label - (label & RANK_BITS) + moved[label & RANK_BITS]

    def _seeds_of(self, ways: Routes, first: int = 0) -> tuple[Int32Array, Int64Array, Int64Array]:
        """Nodes, labels and positions of the sites from which a search starts; the sites begin at `first`."""
        node, label = seed_labels(ways.site_ways, self._rank[first:], self._limit_ms)
        return node, label, np.argsort(self._rank)[label & RANK_BITS]

    def _direct_of(self, ways: Routes, first: int = 0) -> tuple[Int64Array, Int64Array, Int64Array]:
        """Positions of sites, demand points and labels of ways along one edge; the sites begin at `first`."""
        site, point, ms = ways.direct
        keep = ms <= self._limit_ms
        site = site[keep] + first
        return site, point[keep], packed(ms[keep], self._rank[site])

    def _seeds(self, chosen: BoolArray) -> tuple[Int32Array, Int64Array]:
        use = chosen[self._seed_site]
        return self._seed_node[use], self._seed_label[use]

    def _hang_demand(self, ways: tuple[Int32Array, Int64Array, Int64Array], points: int) -> None:
        """Index the ways between nodes and demand points by node and by point."""
        from coverplan.reach.kernels._search import hang_at_nodes

        node, point, ms = ways
        short = np.where(ms <= self._limit_ms, ms, CLOSED).astype(np.int32)
        self._at_node = hang_at_nodes(node, point.astype(np.int32), short, self._graph.nodes)
        self._at_point = hang_at_nodes(point.astype(np.int32), node, short, points)

    def _replace(self, labels: Int64Array, site: int) -> Int64Array:
        changed = np.flatnonzero(labels != self._labels)
        self._labels = labels
        start, pairs = self._at_node
        touched = pairs[2 * _rows(start, changed)].astype(np.int64)
        again = np.zeros(len(self._best), dtype=bool)
        again[touched] = True
        again[self._direct_point[self._direct_site == site]] = True
        points = np.flatnonzero(again)
        self._count_again(points)
        return points

    def _count_again(self, points: Int64Array) -> None:
        """Find the smallest label of some demand points over the ends of their edge and the direct ways."""
        start, pairs = self._at_point
        ways = _rows(start, points)
        of = np.repeat(np.arange(len(points)), start[points + 1] - start[points])
        label = self._labels[pairs[2 * ways]]
        reached = label < self._unreached
        best = np.full(len(points), self._unreached)
        np.minimum.at(
            best, of[reached], label[reached] + (pairs[2 * ways[reached] + 1].astype(np.int64) << 32)
        )
        self._best[points] = best
        among = np.zeros(len(self._best), dtype=bool)
        among[points] = True
        use = self._open[self._direct_site] & among[self._direct_point]
        np.minimum.at(self._best, self._direct_point[use], self._direct_label[use])


def _rows(start: Int32Array, rows: Int64Array) -> Int64Array:
    """Positions of all entries of some rows of a row form."""
    first = start[rows].astype(np.int64)
    count = start[rows + 1] - first
    return np.arange(count.sum()) + np.repeat(first - (np.cumsum(count) - count), count)
