"""What is odd about a network: pieces that hang together with nothing, gaps, speeds, lengths.

The audit only looks. Gaps are joined by `join_near_ends` alone, when somebody asks for it, and it says where.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem
from coverplan.ground.network import Mode, Network, Passage
from coverplan.ground.transformers import transformer
from coverplan.inputs.streets.build import at_closed_barrier, gather_runs, with_links
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

JOIN_KIND = "joined"
NEAR_M = 5.0
_AT_END_M = 0.01
_CUT_KEY = -(2**61)
_SLOWEST_KMH = 5.0
_FASTEST_KMH = {
    "living_street": 40.0,
    "service": 60.0,
    "residential": 70.0,
    "unclassified": 100.0,
    "tertiary": 100.0,
    "secondary": 110.0,
    "motorway": 130.0,
}
_FASTEST_ELSE_KMH = 120.0
_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Components:
    """Parts of a network that hang together for a mode, whatever the directions.

    Parameters
    ----------
    of_node
        Shape (nodes,): number of the part, -1 for a node that the mode cannot reach along any edge.
    length_m
        Shape (parts,): metres of streets in each part; the longest part is number 0.
    """

    of_node: Int32Array
    length_m: FloatArray

    @property
    def count(self) -> int:
        """Number of parts."""
        return len(self.length_m)


@dataclass(frozen=True, slots=True)
class NearEnds:
    """Dead ends that stop short of a street, nearest first.

    Parameters
    ----------
    node
        Shape (ends,): the dead end.
    edge
        Shape (ends,): the nearest street that does not meet it at either end of its own last edge.
    gap_m
        Shape (ends,): metres between them.
    x, y
        Shape (ends,): nearest point on that street.
    between_parts
        Shape (ends,): the two belong to different components.
    """

    node: Int64Array
    edge: Int64Array
    gap_m: FloatArray
    x: FloatArray
    y: FloatArray
    between_parts: BoolArray

    @property
    def count(self) -> int:
        """Number of dead ends."""
        return len(self.node)

    def table(self, network: Network) -> pd.DataFrame:
        """One row for each: node_key, lon, lat, gap_m, street, kind, between_parts."""
        lon, lat = _lonlat(network, network.node_x[self.node], network.node_y[self.node])
        return pd.DataFrame(
            {
                "node_key": network.node_key[self.node],
                "lon": lon,
                "lat": lat,
                "gap_m": self.gap_m,
                "street": network.name[self.edge],
                "kind": [network.kinds[kind] for kind in network.kind[self.edge]],
                "between_parts": self.between_parts,
            }
        )


@dataclass(frozen=True, slots=True)
class NetworkAudit:
    """What was found for one mode.

    Parameters
    ----------
    mode
        Whose network was looked at.
    components
        Parts that hang together.
    near_ends
        Dead ends that stop short of a street.
    odd_speeds
        Edges whose posted speed is hard to believe for their class.
    short_lengths
        Edges whose length is less than the straight line between their ends.
    """

    mode: Mode
    components: Components
    near_ends: NearEnds
    odd_speeds: Int64Array
    short_lengths: Int64Array

    def problems(
        self, network: Network, file: Path | None = None, *, joined: bool = False
    ) -> Iterator[Problem]:
        """What a reader of the result should know, as notes with places; nothing stops a run.

        `joined` says that the gaps are joined by option: then every one of them is named.
        """
        parts = self.components
        if parts.count > 1:
            share = parts.length_m[0] / parts.length_m.sum()
            yield Problem(
                f"the streets open to {self.mode} fall into {parts.count} parts; the longest has {share:.1%} of them",
                file,
                remedy="look at the gaps below; parts behind walls and gates are right as they are",
                severity="note" if share > 0.9 else "warning",
                code="components",
                details={"count": parts.count, "share": f"{share:.1%}"},
            )
        if self.near_ends.count:
            yield self._near_ends_problem(network, file, joined=joined)
        for found, what, code in (
            (self.odd_speeds, "posted speeds are hard to believe", "odd_speed"),
            (
                self.short_lengths,
                "edges are shorter than the straight line between their ends",
                "short_length",
            ),
        ):
            if len(found):
                yield Problem(
                    f"{len(found)} {what}",
                    file,
                    value="; ".join(_described(network, edge, code) for edge in found[:_EXAMPLES].tolist()),
                    severity="note" if code == "odd_speed" else "warning",
                    code=code,
                )

    def _near_ends_problem(self, network: Network, file: Path | None, *, joined: bool) -> Problem:
        found = self.near_ends.table(network)
        places = [f"{row.gap_m:.1f} m at {row.lon:.5f} {row.lat:.5f}" for row in found.itertuples()]
        if joined:
            return Problem(
                f"{len(places)} dead ends of streets open to {self.mode} were joined to the street next to them",
                file,
                value="; ".join(places),
                remedy="look at the places; leave out join_gaps if a wall stands there",
                severity="note",
                code="gaps_joined",
                details={"count": len(places)},
            )
        return Problem(
            f"{len(places)} dead ends stop short of a street",
            file,
            value="; ".join(places[:_EXAMPLES]),
            expected="streets that meet",
            remedy="mend the streets, or have such gaps joined by option",
            severity="note",
            code="near_ends",
            details={"count": len(places)},
        )


def audit_network(network: Network, mode: Mode, *, near_m: float = NEAR_M) -> NetworkAudit:
    """Audit of the part of a network that a mode may use.

    Parameters
    ----------
    network
        Any network.
    mode
        One of its modes.
    near_m
        Dead ends within this many metres of a street that they do not touch are named.
    """
    components = find_components(network, mode)
    return NetworkAudit(
        mode=mode,
        components=components,
        near_ends=find_near_ends(network, mode, components, near_m=near_m),
        odd_speeds=find_odd_speeds(network),
        short_lengths=find_short_lengths(network),
    )


def find_components(network: Network, mode: Mode) -> Components:
    """Parts that hang together for a mode, longest first, ties in the order of their first nodes (R11)."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    usable = np.flatnonzero(network.passages[mode].usable)
    start, end = network.edge_from[usable], network.edge_to[usable]
    links = coo_matrix((np.ones(len(usable), dtype=np.bool_), (start, end)), shape=(network.nodes,) * 2)
    count, label = connected_components(links, directed=False)
    length_m: FloatArray = np.zeros(count)
    np.add.at(length_m, label[start], network.length_m[usable])
    used = np.zeros(count, dtype=np.bool_)
    used[label[start]] = True
    _, first_node = np.unique(label, return_index=True)
    order = np.lexsort((first_node, -length_m, ~used))[: np.count_nonzero(used)]
    number = np.full(count, -1, dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    return Components(of_node=number[label], length_m=length_m[order])


def find_near_ends(
    network: Network, mode: Mode, components: Components, *, near_m: float = NEAR_M
) -> NearEnds:
    """Dead ends of a mode's network within `near_m` metres of a street that they do not touch.

    Streets that share a node with the dead end's own last edge do not count: a spur of three metres is near
    the street it leaves. Bridges and tunnels are not near what lies under or over them, and the two sides of
    a closed gate are no gap.
    """
    usable = np.flatnonzero(network.passages[mode].usable & (network.length_m > 0))
    ends = np.concatenate((network.edge_from[usable], network.edge_to[usable]))
    dead = np.flatnonzero((np.bincount(ends, minlength=network.nodes) == 1) & ~at_closed_barrier(network))
    own = np.empty(network.nodes, dtype=np.int64)
    own[ends] = np.concatenate((usable, usable))
    lines = _lines(network, usable)
    points = np.asarray(shapely.points(network.node_x[dead], network.node_y[dead]), dtype=object)
    point, line = shapely.STRtree(lines).query(points, predicate="dwithin", distance=near_m)
    node, edge = dead[point], usable[line]
    last = own[node]
    shared = np.zeros(len(node), dtype=np.bool_)
    for mine in (network.edge_from[last], network.edge_to[last]):
        shared |= (mine == network.edge_from[edge]) | (mine == network.edge_to[edge])
    level = network.bridge.astype(np.int8) - network.tunnel
    apart = np.flatnonzero(~shared & (level[last] == level[edge]))
    point, line, node, edge = point[apart], line[apart], node[apart], edge[apart]
    gap_m = shapely.distance(points[point], lines[line])
    nearest = np.lexsort((edge, gap_m, node))
    nearest = nearest[np.unique(node[nearest], return_index=True)[1]]
    nearest = nearest[np.lexsort((network.node_key[node[nearest]], gap_m[nearest]))]
    node, edge = node[nearest], edge[nearest]
    spot = shapely.line_interpolate_point(
        lines[line[nearest]], shapely.line_locate_point(lines[line[nearest]], points[point[nearest]])
    )
    return NearEnds(
        node=node,
        edge=edge,
        gap_m=gap_m[nearest],
        x=shapely.get_x(spot),
        y=shapely.get_y(spot),
        between_parts=components.of_node[node] != components.of_node[network.edge_from[edge]],
    )


def find_odd_speeds(network: Network) -> Int64Array:
    """Edges posted below 5 km/h or above what their class is ever posted at."""
    fastest = np.array([_FASTEST_KMH.get(kind, _FASTEST_ELSE_KMH) for kind in network.kinds])[network.kind]
    return np.flatnonzero((network.maxspeed_kmh < _SLOWEST_KMH) | (network.maxspeed_kmh > fastest))


def find_short_lengths(network: Network) -> Int64Array:
    """Edges shorter than the straight line between their ends by more than 1 % and a metre."""
    across = network.node_x[network.edge_to] - network.node_x[network.edge_from]
    up = network.node_y[network.edge_to] - network.node_y[network.edge_from]
    return np.flatnonzero(network.length_m < 0.99 * np.hypot(across, up) - 1.0)


def join_near_ends(network: Network, near_ends: NearEnds) -> Network:
    """Network in which each dead end is joined to its street by a straight edge of kind ``joined``.

    The streets are cut where they are joined; their pieces stand behind all other edges, and the joining
    edges behind them, open both ways to every mode that may use the dead end and the street. Two dead ends
    that face each other are joined once.
    """
    if not near_ends.count:
        return network
    cut, target = _cut(network, near_ends)
    open_to = {
        mode: _reached(network, passage)[near_ends.node] & passage.usable[near_ends.edge]
        for mode, passage in network.passages.items()
    }
    pairs = np.sort(np.column_stack((near_ends.node, target)), axis=1)
    once = np.sort(np.unique(pairs, axis=0, return_index=True)[1])
    return with_links(
        cut,
        near_ends.node[once].astype(np.int32),
        target[once].astype(np.int32),
        kind=JOIN_KIND,
        length_m=near_ends.gap_m[once],
        open_to={mode: may_pass[once] for mode, may_pass in open_to.items()},
    )


@dataclass(slots=True)
class _Pieces:
    """Pieces of edges that were cut, and the new nodes between them."""

    parent: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    length_m: list[float] = field(default_factory=list)
    places: list[FloatArray] = field(default_factory=list)
    node_xy: list[FloatArray] = field(default_factory=list)


def _cut(network: Network, near_ends: NearEnds) -> tuple[Network, Int64Array]:
    """Network whose streets are cut at the nearest points, and the node at each of these points."""
    target = np.empty(near_ends.count, dtype=np.int64)
    pieces = _Pieces()
    for edge in np.unique(near_ends.edge).tolist():
        here = np.flatnonzero(near_ends.edge == edge)
        spots = np.column_stack((near_ends.x[here], near_ends.y[here]))
        target[here] = _cut_edge(network, edge, spots, pieces)
    whole = np.setdiff1d(np.arange(network.edges), pieces.parent)
    rows = np.concatenate((whole, np.array(pieces.parent, dtype=np.int64)))
    kept, start = gather_runs(network.shape_start[whole], network.shape_start[whole + 1])
    added = np.array([len(places) for places in pieces.places], dtype=np.int64)
    places = np.concatenate([np.empty((0, 2)), *pieces.places])
    nodes = np.array(pieces.node_xy).reshape(-1, 2)
    return replace(
        network,
        node_x=np.concatenate((network.node_x, nodes[:, 0])),
        node_y=np.concatenate((network.node_y, nodes[:, 1])),
        node_key=np.concatenate((network.node_key, _CUT_KEY + np.arange(len(nodes), dtype=np.int64))),
        edge_from=np.concatenate((network.edge_from[whole], np.array(pieces.start, dtype=np.int32))),
        edge_to=np.concatenate((network.edge_to[whole], np.array(pieces.end, dtype=np.int32))),
        length_m=np.concatenate((network.length_m[whole], np.array(pieces.length_m))),
        shape_start=np.concatenate((start, start[-1] + np.cumsum(added))),
        shape_x=np.concatenate((network.shape_x[kept], places[:, 0])),
        shape_y=np.concatenate((network.shape_y[kept], places[:, 1])),
        kind=network.kind[rows],
        steps=network.steps[rows],
        bridge=network.bridge[rows],
        tunnel=network.tunnel[rows],
        maxspeed_kmh=network.maxspeed_kmh[rows],
        name=network.name[rows],
        passages={mode: passage.take(rows) for mode, passage in network.passages.items()},
    ), target


def _cut_edge(network: Network, edge: int, spots: FloatArray, pieces: _Pieces) -> Int64Array:
    """Shape (spots,): node at each spot on an edge; spots at an end take the end's own node.

    The pieces of a cut edge share its length as they share its shape.
    """
    first, last = network.shape_start[edge], network.shape_start[edge + 1]
    places = np.column_stack((network.shape_x[first:last], network.shape_y[first:last]))
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))))
    where = np.atleast_1d(shapely.line_locate_point(shapely.linestrings(places), shapely.points(spots)))
    start, end = int(network.edge_from[edge]), int(network.edge_to[edge])
    target = np.empty(len(spots), dtype=np.int64)
    cuts: list[tuple[float, int]] = [(0.0, start)]
    for spot in np.argsort(where, kind="stable").tolist():
        if where[spot] >= along[-1] - _AT_END_M:
            target[spot] = end
            continue
        if where[spot] > cuts[-1][0] + _AT_END_M:
            cuts.append((float(where[spot]), network.nodes + len(pieces.node_xy)))
            pieces.node_xy.append(spots[spot])
        target[spot] = cuts[-1][1]
    if len(cuts) == 1:
        return target
    cuts.append((float(along[-1]), end))
    for (here, node), (there, next_node) in pairwise(cuts):
        inner = places[(along > here) & (along < there)]
        ends = [places[0] if node == start and here == 0 else pieces.node_xy[node - network.nodes]]
        ends.append(places[-1] if there == along[-1] else pieces.node_xy[next_node - network.nodes])
        pieces.parent.append(edge)
        pieces.start.append(node)
        pieces.end.append(next_node)
        pieces.length_m.append(float(network.length_m[edge]) * (there - here) / float(along[-1]))
        pieces.places.append(np.vstack((ends[0], inner, ends[1])))
    return target


def _reached(network: Network, passage: Passage) -> BoolArray:
    """Shape (nodes,): some edge that the mode may use ends there."""
    reached = np.zeros(network.nodes, dtype=np.bool_)
    reached[network.edge_from[passage.usable]] = True
    reached[network.edge_to[passage.usable]] = True
    return reached


def _lines(network: Network, edges: Int64Array) -> NDArray[np.object_]:
    vertices, start = gather_runs(network.shape_start[edges], network.shape_start[edges + 1])
    places = np.column_stack((network.shape_x[vertices], network.shape_y[vertices]))
    lines = shapely.linestrings(places, indices=np.repeat(np.arange(len(edges)), np.diff(start)))
    return np.asarray(lines, dtype=object)


def _lonlat(network: Network, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    lon, lat = transformer(network.crs, 4326).transform(x, y)
    return np.asarray(lon), np.asarray(lat)


def _described(network: Network, edge: int, code: str) -> str:
    """An edge in a few words: class, figure in question, name and place."""
    start = network.edge_from[[edge]]
    lon, lat = _lonlat(network, network.node_x[start], network.node_y[start])
    figure = (
        f"{network.maxspeed_kmh[edge]:.0f} km/h" if code == "odd_speed" else f"{network.length_m[edge]:.1f} m"
    )
    words = (network.kinds[network.kind[edge]], str(network.name[edge]), figure)
    return f"{' '.join(word for word in words if word)} at {lon[0]:.5f} {lat[0]:.5f}"
