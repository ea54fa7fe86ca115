"""Demand points attached to the streets once, for any number of searches from a few sites each."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np

from coverplan.reach.attachment import CLOSED, Attachment, Ways, attach
from coverplan.reach.graph import TravelGraph
from coverplan.reach.snapping.doors import Doors
from coverplan.units import Int32Array

#: Directions and limits for which the ways are kept by node.
_KEPT_LIMITS = 8


class AttachedDemand:
    """Ways between the nodes of a graph and demand points, laid out when somebody first asks for them.

    Parameters
    ----------
    graph
        Compiled streets.
    demand
        Where the demand points meet them.
    """

    def __init__(self, graph: TravelGraph, demand: Doors) -> None:
        self.attachment: Attachment = attach(graph, demand)
        self._nodes = graph.nodes
        self._ways: dict[bool, Ways] = {}
        self._hung: OrderedDict[tuple[bool, int], tuple[Int32Array, Int32Array]] = OrderedDict()

    def ways(self, *, leaving: bool) -> Ways:
        """Nodes, demand points and milliseconds of people who leave their doors, or who arrive at them."""
        if leaving not in self._ways:
            at = self.attachment
            self._ways[leaving] = at.leaving() if leaving else at.arriving()
        return self._ways[leaving]

    def by_node(self, limit_ms: int, *, leaving: bool) -> tuple[Int32Array, Int32Array]:
        """The ways within a limit in row form by node: starts, then demand points and milliseconds in turn."""
        from coverplan.reach.kernels._search import hang_at_nodes

        key = leaving, limit_ms
        found = self._hung.get(key)
        if found is None:
            node, point, ms = self.ways(leaving=leaving)
            within_ms = np.where(ms <= limit_ms, ms, CLOSED).astype(np.int32)
            found = self._hung[key] = hang_at_nodes(node, point.astype(np.int32), within_ms, self._nodes)
            while len(self._hung) > _KEPT_LIMITS:
                self._hung.popitem(last=False)
        return found
