"""Doors in whole milliseconds: what it takes to get from the ends of an edge to the door, and back out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coverplan.reach.graph import TravelGraph
from coverplan.reach.snapping.doors import Doors
from coverplan.units import MS_PER_SECOND, BoolArray, FloatArray, Int32Array, Int64Array

#: Nodes, places and milliseconds of ways between nodes and doors.
Ways = tuple[Int32Array, Int64Array, Int64Array]
#: A way between door and node that does not exist.
CLOSED = np.int64(-1)


@dataclass(frozen=True, slots=True)
class Attachment:
    """Doors that are on the network, as the search needs them.

    Parameters
    ----------
    place
        Shape (doors,): position of the place that the door belongs to.
    edge
        Shape (doors,): edge of the network.
    node_u, node_v
        Shape (doors,): nodes of the graph at the ends of the edge, for ways that begin at the door.
    end_u, end_v
        Shape (doors,): the same for ways that end at the door; others only on private edges, where a way that began
        behind too arrives by either.
    fraction
        Shape (doors,): place along the edge, 0 at `u`.
    leg_ms
        Shape (doors,): milliseconds between door and street.
    from_u_ms, to_u_ms
        Shape (doors,): part of the edge walked from its `u` end to the snapped point and from the point to `u`;
        `CLOSED` where that direction may not be used. The parts of one direction add up to the edge.
    to_v_ms, from_v_ms
        Shape (doors,): the same at the `v` end.
    """

    place: Int64Array
    edge: Int32Array
    node_u: Int32Array
    node_v: Int32Array
    end_u: Int32Array
    end_v: Int32Array
    fraction: FloatArray
    leg_ms: Int64Array
    from_u_ms: Int64Array
    to_u_ms: Int64Array
    to_v_ms: Int64Array
    from_v_ms: Int64Array

    def arriving(self) -> Ways:
        """Nodes, places and milliseconds from a node through the door, for both ends of every edge."""
        everyone = np.arange(len(self.place))
        private = np.flatnonzero(self.end_u != self.node_u)
        parts = [self._both_ends((self.end_u, self.end_v), (self.from_u_ms, self.from_v_ms), everyone)]
        if len(private):
            parts.append(
                self._both_ends((self.node_u, self.node_v), (self.from_u_ms, self.from_v_ms), private)
            )
        node, place, ms = (np.concatenate(columns) for columns in zip(*parts, strict=True))
        return node, place, ms

    def leaving(self) -> Ways:
        """Nodes, places and milliseconds from behind the door to a node, for both ends of every edge."""
        everyone = np.arange(len(self.place))
        return self._both_ends((self.node_u, self.node_v), (self.to_u_ms, self.to_v_ms), everyone)

    def _both_ends(
        self, nodes: tuple[Int32Array, Int32Array], parts: tuple[Int64Array, Int64Array], rows: Int64Array
    ) -> Ways:
        part_ms = np.concatenate([part[rows] for part in parts])
        total_ms = np.where(part_ms == CLOSED, CLOSED, part_ms + np.tile(self.leg_ms[rows], 2))
        return np.concatenate([node[rows] for node in nodes]), np.tile(self.place[rows], 2), total_ms


def attach(graph: TravelGraph, doors: Doors) -> Attachment:
    """Doors of a graph's network in whole milliseconds; a part is rounded once, its rest is what is left (R2)."""
    on = doors.snaps.on_network
    snaps = doors.snaps.take(np.flatnonzero(on))
    place = np.repeat(np.arange(doors.places), np.diff(doors.start))[on]
    edge, fraction = snaps.edge, snaps.fraction
    forward_ms = graph.forward_ms[edge].astype(np.int64)
    backward_ms = graph.backward_ms[edge].astype(np.int64)
    there, back = (fraction, fraction) if graph.course is None else graph.course.shares(edge, fraction)
    part_forward = np.rint(forward_ms * there).astype(np.int64)
    part_backward = np.rint(backward_ms * back).astype(np.int64)
    forward, backward = forward_ms >= 0, backward_ms >= 0
    at_u, at_v = fraction == 0.0, fraction == 1.0
    return Attachment(
        place=place,
        edge=edge,
        node_u=graph.edge_u[edge],
        node_v=graph.edge_v[edge],
        end_u=graph.end_u[edge],
        end_v=graph.end_v[edge],
        fraction=fraction,
        leg_ms=np.rint(snaps.leg_m / graph.profile.access_speed_m_s * MS_PER_SECOND).astype(np.int64),
        from_u_ms=_part(part_forward, forward, at_u),
        to_u_ms=_part(part_backward, backward, at_u),
        to_v_ms=_part(forward_ms - part_forward, forward, at_v),
        from_v_ms=_part(backward_ms - part_backward, backward, at_v),
    )


def direct_ways(leaving: Attachment, arriving: Attachment) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Ways between doors on one edge that pass no node.

    Returns
    -------
    tuple
        Places left, places arrived at, milliseconds from door to door, legs included.
    """
    start, to = _same_edge(leaving.edge, arriving.edge)
    here, there = leaving.fraction[start], arriving.fraction[to]
    forward = _along(leaving.to_v_ms[start], arriving.to_v_ms[to], here <= there)
    backward = _along(leaving.to_u_ms[start], arriving.to_u_ms[to], here >= there)
    street_ms = np.where(forward == CLOSED, backward, forward)
    street_ms = np.where((backward != CLOSED) & (backward < street_ms), backward, street_ms)
    keep = street_ms != CLOSED
    total_ms = street_ms + leaving.leg_ms[start] + arriving.leg_ms[to]
    return leaving.place[start][keep], arriving.place[to][keep], total_ms[keep]


def _same_edge(left: Int32Array, right: Int32Array) -> tuple[Int64Array, Int64Array]:
    """Positions of all pairs of doors that share an edge; only the shorter list is sorted."""
    if len(left) > len(right):
        second, first = _same_edge(right, left)
        return first, second
    shared = np.zeros(max(left.max(initial=0), right.max(initial=0)) + 1, dtype=bool)
    shared[left] = True
    candidates = np.flatnonzero(shared[right])
    order = np.argsort(left, kind="stable")
    edges = left[order]
    lo = np.searchsorted(edges, right[candidates], side="left")
    count = np.searchsorted(edges, right[candidates], side="right") - lo
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    return order[np.repeat(lo, count) + nth], np.repeat(candidates, count)


def _along(left_before: Int64Array, left_after: Int64Array, in_order: BoolArray) -> Int64Array:
    """Milliseconds between two points of an edge from what is left to its end, `CLOSED` against the direction."""
    possible = (left_before != CLOSED) & (left_after != CLOSED) & in_order
    return np.where(possible, left_before - left_after, CLOSED)


def _part(ms: Int64Array, allowed: BoolArray, at_end: BoolArray) -> Int64Array:
    return np.where(allowed, ms, np.where(at_end, 0, CLOSED))
