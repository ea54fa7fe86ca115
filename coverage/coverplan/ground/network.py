"""Street network as plain arrays: nodes, edges with their shapes, who may use them and in which direction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coverplan.errors import Problem
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

Mode = Literal["walk", "bicycle", "drive"]
MODES: tuple[Mode, ...] = ("walk", "bicycle", "drive")


@dataclass(frozen=True, slots=True)
class Passage:
    """Directions in which a mode may use each edge.

    Parameters
    ----------
    forward, backward
        Shape (edges,): allowed from `edge_from` to `edge_to`, and the other way.
    private
        Shape (edges,): open only to those whose way begins or ends behind; None where no edge is.
    """

    forward: BoolArray
    backward: BoolArray
    private: BoolArray | None = None

    @property
    def usable(self) -> BoolArray:
        """Shape (edges,): allowed in at least one direction."""
        return self.forward | self.backward

    @property
    def restricted(self) -> BoolArray:
        """Shape (edges,): usable, and open only to those whose way begins or ends behind."""
        return np.zeros(len(self.forward), dtype=bool) if self.private is None else self.private & self.usable

    def take(self, rows: NDArray[np.integer]) -> Passage:
        """Passage of some of the edges, in the order of `rows`."""
        private = None if self.private is None else self.private[rows]
        return Passage(self.forward[rows], self.backward[rows], private)


@dataclass(frozen=True, slots=True)
class Network:
    """Streets and paths of the study area and its buffer, in one projected CRS.

    An edge is stored once, whatever directions it may be used in. Its shape is a polyline from
    `edge_from` to `edge_to`; the first and last vertex are the nodes themselves.

    Parameters
    ----------
    crs
        Projected CRS in metres, as an authority string or WKT.
    node_x, node_y
        Shape (nodes,): metres.
    node_key
        Shape (nodes,): the source's own node ids (int64), unique.
    edge_from, edge_to
        Shape (edges,): positions of nodes.
    length_m
        Shape (edges,): length along the shape in metres, zero or more.
    shape_start
        Shape (edges + 1,): where each edge's vertices start in `shape_x` and `shape_y`.
    shape_x, shape_y
        Vertices of all edges, metres.
    kind
        Shape (edges,): position in `kinds`.
    kinds
        Street classes as the source names them (``residential``, ``footway``, ``steps``).
    steps, bridge, tunnel
        Shape (edges,): what is special about an edge.
    maxspeed_kmh
        Shape (edges,): posted speed, NaN where unknown. For vehicles only: nobody walks at it (R4).
    name
        Shape (edges,), object: street name or an empty string.
    passages
        Who may pass, by mode. A mode that is absent cannot use the network at all.
    """

    crs: str
    node_x: FloatArray
    node_y: FloatArray
    node_key: Int64Array
    edge_from: Int32Array
    edge_to: Int32Array
    length_m: FloatArray
    shape_start: Int64Array
    shape_x: FloatArray
    shape_y: FloatArray
    kind: NDArray[np.int16]
    kinds: tuple[str, ...]
    steps: BoolArray
    bridge: BoolArray
    tunnel: BoolArray
    maxspeed_kmh: FloatArray
    name: NDArray[np.object_]
    passages: Mapping[Mode, Passage] = field(default_factory=dict)

    @property
    def nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_x)

    @property
    def edges(self) -> int:
        """Number of edges."""
        return len(self.length_m)


def network_problems(network: Network) -> list[Problem]:
    """Everything that makes a network unusable: lengths and coordinates that are no numbers, edges without nodes."""
    length_m = network.length_m
    ends = np.concatenate((network.edge_from, network.edge_to))
    stray = (ends < 0) | (ends >= network.nodes)
    homeless = ~(np.isfinite(network.node_x) & np.isfinite(network.node_y))
    checks = (
        (~np.isfinite(length_m), "an edge has no length", "a finite length", "edge_length_missing"),
        (length_m < 0, "an edge has a negative length", "zero metres or more", "edge_length_negative"),
        (homeless, "a node has no coordinates", "finite coordinates in metres", "node_without_coordinates"),
        (stray, "an edge ends at a node that does not exist", "the position of a node", "edge_without_node"),
    )
    return [_network_problem(bad, what, expected, code) for bad, what, expected, code in checks if bad.any()]


def _network_problem(bad: BoolArray, what: str, expected: str, code: str) -> Problem:
    where = np.flatnonzero(bad)
    shown = ", ".join(str(row) for row in where[:5])
    return Problem(
        what=f"{what} ({len(where)} in all)",
        field="network",
        value=f"positions {shown}" + (", ..." if len(where) > 5 else ""),
        expected=expected,
        remedy="mend the streets file and read it again",
        code=code,
    )
