"""A network compiled for one profile: nodes along a curve, arcs with whole milliseconds, both ways round."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coverplan.ground.network import Network
from coverplan.ground.terrain import Terrain
from coverplan.reach.kernels._arcs import build_arcs
from coverplan.reach.kernels.curve import curve_order
from coverplan.reach.speeds.edge_times import edge_times
from coverplan.reach.speeds.profiles import Profile
from coverplan.units import Int32Array

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
        Shape (edges,): nodes of the graph at the two ends of each edge of the network.
    forward_ms, backward_ms
        Shape (edges,): milliseconds from `edge_u` to `edge_v` and back, -1 where closed.
    shift
        Width of a bucket of the queue as a power of two, milliseconds.
    slope_effect
        Mean time as a multiple of the time on the flat; None where slope was not used.
    """

    profile: Profile
    order: Int32Array
    out: Arcs
    into: Arcs
    edge_u: Int32Array
    edge_v: Int32Array
    forward_ms: Int32Array
    backward_ms: Int32Array
    shift: int
    slope_effect: float | None = None

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
        return _inverse(self.order)

    def buckets(self, limit_ms: int) -> tuple[int, int]:
        """Return the number of buckets and their width as a power of two for a search up to `limit_ms`."""
        shift = self.shift
        while (limit_ms >> shift) >= _MOST_BUCKETS:
            shift += 1
        return (limit_ms >> shift) + 1, shift


def compile_graph(network: Network, profile: Profile, terrain: Terrain | None = None) -> TravelGraph:
    """Compile a network for a profile; with `terrain`, uphill and downhill differ.

    Raises
    ------
    InputError
        If the network cannot be used by the profile.
    """
    times = edge_times(network, profile, terrain)
    order = curve_order(network.node_x, network.node_y)
    position = _inverse(order)
    edge_u, edge_v = position[network.edge_from], position[network.edge_to]
    out = _arcs((edge_u, edge_v), times.forward_ms, times.backward_ms, network.nodes)
    into = out
    if not np.array_equal(times.forward_ms, times.backward_ms):
        into = _arcs((edge_u, edge_v), times.backward_ms, times.forward_ms, network.nodes)
    return TravelGraph(
        profile=profile,
        order=order,
        out=out,
        into=into,
        edge_u=edge_u,
        edge_v=edge_v,
        forward_ms=times.forward_ms,
        backward_ms=times.backward_ms,
        shift=_bucket_shift(out.pairs[1::2]),
        slope_effect=times.slope_effect,
    )


def _arcs(
    ends: tuple[Int32Array, Int32Array], forward_ms: Int32Array, backward_ms: Int32Array, nodes: int
) -> Arcs:
    """Arcs by the node that they leave, counted first, so that no room is taken that is not filled."""
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
