"""Isochrone polygons: pictures of how far one gets. They are drawn, never counted from (R5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from coverplan.ground.network import Network
from coverplan.reach.attachment import Attachment, attach
from coverplan.reach.graph import TravelGraph
from coverplan.reach.labels import node_labels, seed_labels, unreached
from coverplan.reach.outline import Pen, outline
from coverplan.reach.routes import OneWay
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.street_index import Geometries, as_geometries, edge_lines
from coverplan.reach.snapping.stretches import stretches
from coverplan.reach.walls import Walls
from coverplan.units import BoolArray, FloatArray, Int32Array

#: Half the width of a street with its houses, as it is drawn.
STREET_HALF_WIDTH_M = 40.0
#: Gaps and holes narrower than twice this are closed; wider ones, a park or a lake, stay open.
CLOSING_M = 60.0
#: Every so many streets are asked first which parts they lead to: most parts that any leads to are found by them.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Isochrone:
    """Picture of what lies within a time.

    Parameters
    ----------
    limit_ms
        The time.
    polygon
        Area, with holes, in the CRS of the network; empty where nothing is reached.
    """

    limit_ms: int
    polygon: shapely.MultiPolygon


def isochrones(
    network: Network,
    graph: TravelGraph,
    place: Doors,
    limits_ms: Sequence[int],
    *,
    direction: OneWay = "toward",
    barriers: Geometries | Walls | None = None,
) -> list[Isochrone]:
    """Draw how far one gets toward or from one place or several together.

    Parameters
    ----------
    network
        Streets with their shapes.
    graph
        The same streets, compiled.
    place
        One or more places; what any of them reaches is drawn.
    limits_ms
        Times to draw.
    direction
        Toward the places or from them.
    barriers
        Lines and areas on which nothing is drawn, and behind which nothing that no reached street leads to; joined
        already where they serve several times.

    Returns
    -------
    list
        One isochrone for each time, in the order given.
    """
    if not limits_ms:
        return []
    doors = attach(graph, place)
    ways = doors.arriving() if direction == "toward" else doors.leaving()
    arcs = graph.into if direction == "toward" else graph.out
    longest_ms = max(limits_ms)
    rank = np.zeros(place.places, dtype=np.int64)
    labels = node_labels(graph, arcs, seed_labels(ways, rank, longest_ms), longest_ms)
    node_ms = np.where(labels == unreached(longest_ms), np.inf, (labels >> 32).astype(np.float64))
    lines = edge_lines(network)
    if barriers is not None and not isinstance(barriers, Walls):
        barriers = Walls.of(barriers) if len(barriers) else None
    return [
        Isochrone(
            limit_ms,
            _drawn(_reached(graph, lines, node_ms, doors, limit_ms, toward=direction == "toward"), barriers),
        )
        for limit_ms in limits_ms
    ]


def _reached(
    graph: TravelGraph,
    lines: Geometries,
    node_ms: FloatArray,
    doors: Attachment,
    limit_ms: int,
    *,
    toward: bool,
) -> Geometries:
    """Reached parts of edges as lines."""
    at_u, at_v = (
        limit_ms - np.minimum(node_ms[begin], node_ms[end])
        for begin, end in ((graph.edge_u, graph.end_u), (graph.edge_v, graph.end_v))
    )
    by_u, by_v = (graph.backward_ms, graph.forward_ms) if toward else (graph.forward_ms, graph.backward_ms)
    from_u = _share(at_u, by_u)
    from_v = _share(at_v, by_v)
    whole = (from_u + from_v >= 1.0) & ((from_u > 0) | (from_v > 0))
    partial = np.flatnonzero(~whole & ((from_u > 0) | (from_v > 0)))
    left: FloatArray = (limit_ms - doors.leg_ms).astype(np.float64)
    behind = _share(left, by_v[doors.edge])
    ahead = _share(left, by_u[doors.edge])
    here = doors.fraction
    begun = np.flatnonzero(~whole[doors.edge] & (left >= 0))
    edge = np.concatenate([partial, partial, doors.edge[begun]])
    start = np.concatenate(
        [np.zeros(len(partial)), 1.0 - from_v[partial], np.maximum(0.0, here - behind)[begun]]
    )
    end = np.concatenate([from_u[partial], np.ones(len(partial)), np.minimum(1.0, here + ahead)[begun]])
    long = end > start
    return np.concatenate([lines[whole], stretches(lines[edge[long]], start[long], end[long])])


def _share(left_ms: FloatArray, edge_ms: Int32Array) -> FloatArray:
    """Share of each edge that the time left is enough for, 0 against the direction or without time."""
    share = np.divide(left_ms, edge_ms, out=np.ones(len(left_ms)), where=edge_ms > 0)
    open_edge: BoolArray = (edge_ms >= 0) & (left_ms >= 0)
    return np.where(open_edge, np.clip(share, 0.0, 1.0), 0.0)


def _drawn(streets: Geometries, walls: Walls | None) -> shapely.MultiPolygon:
    """Streets with their houses, small gaps closed, cut at walls; only parts that a reached street leads to."""
    streets = streets[~shapely.is_empty(streets)] if len(streets) else streets
    if not len(streets):
        return shapely.MultiPolygon()
    closed = outline(streets, Pen(STREET_HALF_WIDTH_M, CLOSING_M))
    parts = as_geometries(shapely.get_parts(closed)) if walls is None else walls.cut(closed)
    led_to = _led_to(parts, streets[::_FEW])
    led_to[~led_to] = _led_to(parts[~led_to], streets)
    return shapely.MultiPolygon(list(parts[led_to]))


def _led_to(parts: Geometries, streets: Geometries) -> BoolArray:
    """Which parts any of the streets leads to."""
    found = np.zeros(len(parts), dtype=np.bool_)
    found[shapely.STRtree(streets).query(parts, predicate="intersects")[0]] = True
    return found
