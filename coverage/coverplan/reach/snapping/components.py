"""Connected parts of the network for one mode of travel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coverplan.ground.network import Mode, Network
from coverplan.units import BoolArray, FloatArray, Int32Array

#: A part of the network with less street than this is a scrap: no fifteen-minute walk fits into it.
SCRAP_M = 1_000.0


@dataclass(frozen=True, slots=True)
class Components:
    """Which edges hang together, whatever direction they are used in.

    Parameters
    ----------
    of_edge
        Shape (edges,): component, -1 for edges that the mode may not use. Component 0 has the most street.
    length_m
        Shape (components,): metres of street, descending.
    """

    of_edge: Int32Array
    length_m: FloatArray

    @property
    def scrap(self) -> BoolArray:
        """Shape (components,): a scrap of street beside the network, never the longest component."""
        small = self.length_m < SCRAP_M
        small[:1] = False
        return small


def components(network: Network, mode: Mode) -> Components:
    """Components of what `mode` may use, the one with the most metres of street first."""
    from coverplan.reach.kernels._arcs import connected_nodes

    of_edge = np.full(network.edges, -1, dtype=np.int32)
    passage = network.passages.get(mode)
    if passage is None or not passage.usable.any():
        return Components(of_edge, np.zeros(0))
    usable = np.flatnonzero(passage.usable)
    start, stop = network.edge_from[usable], network.edge_to[usable]
    of_node = connected_nodes(start, stop, network.nodes)
    used, found = np.unique(of_node[start], return_inverse=True)
    length_m = np.zeros(len(used))
    np.add.at(length_m, found, network.length_m[usable])
    smallest_key = np.full(len(used), np.iinfo(np.int64).max)
    np.minimum.at(smallest_key, found, network.node_key[start])
    order = np.lexsort((smallest_key, -length_m))
    place = np.empty(len(used), dtype=np.int32)
    place[order] = np.arange(len(used), dtype=np.int32)
    of_edge[usable] = place[found]
    return Components(of_edge, length_m[order])
