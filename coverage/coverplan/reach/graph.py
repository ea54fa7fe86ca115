"""A network compiled for one profile: nodes along a curve, arcs with whole milliseconds, both ways round."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from coverplan.ground.network import Network
from coverplan.ground.terrain import Terrain
from coverplan.reach.kernels.curve import curve_order
from coverplan.reach.speeds.course import Course
from coverplan.reach.speeds.edge_times import edge_times
from coverplan.reach.speeds.profiles import Profile
from coverplan.units import BoolArray, Int32Array

#: Buckets of the queue are a quarter to a half of a typical edge wide, at least a second, and at most this many.
_MOST_BUCKETS = 4_096
_LEAST_SHIFT = 10


@dataclass(frozen=True, slots=True)
class Arcs:
    """Arcs by the node that they leave.

    Parameters
    ----------
    indptr
        Shape (nodes + 1,): where each node's arcs start.
    pairs
        Shape (2 * arcs,): node that an arc leads to and its milliseconds, in turns.
    """

    indptr: Int32Array
    pairs: Int32Array

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.indptr) - 1


@dataclass(frozen=True, slots=True)
class TravelGraph:
    """Streets as one profile experiences them.

    Parameters
    ----------
    profile
        Who travels.
    order
        Shape (nodes,): position in the network of each node of the graph.
    out, into
        Arcs as they are travelled, and the same turned round; one object where every edge takes the same time both
        ways.
    edge_u, edge_v
        Shape (edges,): nodes of the graph at the two ends of each edge of the network, as ways begin there.
    end_u, end_v
        Shape (edges,): the same as ways end there; other nodes only on private edges (see `compile_graph`).
    forward_ms, backward_ms
        Shape (edges,): milliseconds from `edge_u` to `edge_v` and back, -1 where closed.
    shift
        Width of a bucket of the queue as a power of two, milliseconds.
    slope_effect
        Mean time as a multiple of the time on the flat; None where slope was not used.
    course
        How the time runs along each edge; None where it runs evenly.
    node_position
        Shape (nodes of the network,): node of the graph for each.
    """

    profile: Profile
    order: Int32Array
    out: Arcs
    into: Arcs
    edge_u: Int32Array
    edge_v: Int32Array
    end_u: Int32Array
    end_v: Int32Array
    forward_ms: Int32Array
    backward_ms: Int32Array
    shift: int
    slope_effect: float | None = None
    course: Course | None = None
    node_position: Int32Array = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.order)

    @property
    def edges(self) -> int:
        """Number of edges, usable or not."""
        return len(self.edge_u)

    def positions(self) -> Int32Array:
        """Shape (nodes,): node of the graph for each node of the network."""
        return self.node_position

    def buckets(self, limit_ms: int) -> tuple[int, int]:
        """Return the number of buckets and their width as a power of two for a search up to `limit_ms`."""
        shift = self.shift
        while (limit_ms >> shift) >= _MOST_BUCKETS:
            shift += 1
        return (limit_ms >> shift) + 1, shift


def compile_graph(network: Network, profile: Profile, terrain: Terrain | None = None) -> TravelGraph:
    """Compile a network for a profile; with `terrain`, uphill and downhill differ.

    Private edges are open to ways that begin or end on them, never to ways through. The nodes that they touch have two
    more copies: one for ways that begin behind, from which all private edges and the node itself are reached, and one
    for ways that end behind, reached from the node, from which only private edges lead on.

    Raises
    ------
    InputError
        If the network cannot be used by the profile.
    """
    times = edge_times(network, profile, terrain)
    private = network.passages[profile.mode].restricted
    touched = np.zeros(0, dtype=np.int32)
    if private.any():
        touched = np.unique(np.concatenate((network.edge_from[private], network.edge_to[private])))
    place = np.concatenate((np.arange(network.nodes, dtype=np.int32), touched, touched))
    order = curve_order(network.node_x[place], network.node_y[place])
    position = _inverse(order)
    begins, ends = (
        [_copy(network, nodes, private, touched, which) for nodes in (network.edge_from, network.edge_to)]
        for which in (0, 1)
    )
    gates = _gates(network.nodes, touched)
    tail = np.concatenate((begins[0], ends[0][private], gates[0]))
    head = np.concatenate((begins[1], ends[1][private], gates[1]))
    way = position[tail], position[head]
    passing, closed = np.zeros(len(gates[0]), dtype=np.int32), np.full(len(gates[0]), -1, dtype=np.int32)
    forward_ms = np.concatenate((times.forward_ms, times.forward_ms[private], passing))
    backward_ms = np.concatenate((times.backward_ms, times.backward_ms[private], closed))
    out = _arcs(way, forward_ms, backward_ms, len(place))
    into = out
    if not np.array_equal(forward_ms, backward_ms):
        into = _arcs(way, backward_ms, forward_ms, len(place))
    return TravelGraph(
        profile=profile,
        order=place[order],
        out=out,
        into=into,
        edge_u=position[begins[0]],
        edge_v=position[begins[1]],
        end_u=position[ends[0]],
        end_v=position[ends[1]],
        forward_ms=times.forward_ms,
        backward_ms=times.backward_ms,
        shift=_bucket_shift(out.pairs[1::2]),
        slope_effect=times.slope_effect,
        course=times.course,
        node_position=position[: network.nodes],
    )


def _copy(
    network: Network, nodes: Int32Array, private: BoolArray, touched: Int32Array, which: int
) -> Int32Array:
    """Shape (edges,): end of each edge, on private ones its first or second copy."""
    if not len(touched):
        return nodes
    copy = network.nodes + which * len(touched) + np.searchsorted(touched, nodes)
    return np.where(private, copy, nodes).astype(np.int32)


def _gates(nodes: int, touched: Int32Array) -> tuple[Int32Array, Int32Array]:
    """Where one leaves what is private, and where one enters it: from a first copy to its node, from a node to its second."""
    first = np.arange(nodes, nodes + len(touched), dtype=np.int32)
    second = first + np.int32(len(touched))
    return np.concatenate((first, touched)), np.concatenate((touched, second))


def _arcs(
    ends: tuple[Int32Array, Int32Array], forward_ms: Int32Array, backward_ms: Int32Array, nodes: int
) -> Arcs:
    """Arcs by the node that they leave, counted first, so that no room is taken that is not filled."""
    from coverplan.reach.kernels._arcs import build_arcs

    between = ends[0] != ends[1]
    count = int((between & (forward_ms >= 0)).sum() + (between & (backward_ms >= 0)).sum())
    arcs = Arcs(np.zeros(nodes + 1, dtype=np.int32), np.empty(2 * count, dtype=np.int32))
    build_arcs(*ends, forward_ms, backward_ms, arcs.indptr, arcs.pairs)
    return arcs


def _inverse(order: Int32Array) -> Int32Array:
    position = np.empty_like(order)
    position[order] = np.arange(len(order), dtype=np.int32)
    return position


def _bucket_shift(arc_ms: Int32Array) -> int:
    typical_ms = int(np.mean(arc_ms)) if len(arc_ms) else 0
    return max(_LEAST_SHIFT, typical_ms.bit_length() - 2)
