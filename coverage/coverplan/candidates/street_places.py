"""Street nodes as places: those with doors, inside the area, thinned out evenly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from coverplan.ground.area import StudyArea
from coverplan.ground.network import MODES, Network
from coverplan.reach.kernels.curve import curve_order
from coverplan.reach.snapping.components import components
from coverplan.units import FloatArray, Int64Array


def street_nodes(network: Network, area: StudyArea) -> Int64Array:
    """Positions of the nodes of the largest connected part that lie in the area, from west to east.

    Nodes that only bridges and tunnels touch have no doors and are left out. The part is that of the walkers, or of
    the first mode that the network knows.
    """
    mode = next((mode for mode in MODES if mode in network.passages), MODES[0])
    edges = np.flatnonzero((components(network, mode).of_edge == 0) & ~(network.bridge | network.tunnel))
    nodes = np.unique(np.concatenate((network.edge_from[edges], network.edge_to[edges]))).astype(np.int64)
    nodes = nodes[area.holds(network.node_x[nodes], network.node_y[nodes])]
    return nodes[np.lexsort((network.node_key[nodes], network.node_y[nodes], network.node_x[nodes]))]


def thinned(x: FloatArray, y: FloatArray, spacing_m: float) -> Int64Array:
    """Positions of points no two of which are nearer than the spacing, while every point has one nearer than it.

    Points are taken in the order of a space-filling curve, so the choice does not depend on the order of rows (apart
    from points at the very same place).
    """
    order = np.lexsort((y, x))
    order = order[curve_order(x[order], y[order])]
    squares: dict[tuple[int, int], list[tuple[float, float]]] = {}
    kept = []
    for at, east, north in zip(order.tolist(), x[order].tolist(), y[order].tolist(), strict=True):
        column, row = int(east // spacing_m), int(north // spacing_m)
        around = (
            place
            for i in (column - 1, column, column + 1)
            for j in (row - 1, row, row + 1)
            for place in squares.get((i, j), ())
        )
        if all(np.hypot(east - a, north - b) >= spacing_m for a, b in around):
            squares.setdefault((column, row), []).append((east, north))
            kept.append(at)
    return np.array(kept, dtype=np.int64)


def street_names(network: Network, nodes: Int64Array) -> NDArray[np.object_]:
    """Shape (nodes,): name of a street at each node, the first in the order of names; None where none is named."""
    names = np.full(network.nodes, None, dtype=object)
    named = np.flatnonzero(network.name != "")
    for edge in named[np.argsort(network.name[named].astype(str), kind="stable")[::-1]].tolist():
        names[network.edge_from[edge]] = names[network.edge_to[edge]] = network.name[edge]
    return np.asarray(names[nodes])
