"""The street network: lines cut where they meet on the ground, and joined to bridges at their ends alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from coverplan.demo.frame import Geometries, on_grid
from coverplan.demo.roads import Road
from coverplan.units import BoolArray, Int64Array

# Where lines lie on top of each other the first of these names the edge.
RANK = ("motorway", "motorway_link", "primary", "secondary", "tertiary", "residential", "unclassified",
        "living_street", "service", "track", "footway", "path", "steps")  # fmt: skip


def cut_at_junctions(roads: Sequence[Road]) -> pd.DataFrame:
    """Edges from junction to junction.

    Returns
    -------
    pandas.DataFrame
        ``geometry`` (local metres, whole centimetres), ``highway``, ``bridge``, ``tunnel``, ``oneway``,
        ``maxspeed_kmh`` (0 unposted), ``name``, ``name_en`` and ``street`` (position in `roads`). Only lines on the ground are cut by each other: whatever
        passes over or under keeps its shape and shares its end points.
    """
    above = np.array([road.bridge or road.tunnel for road in roads])
    lines = np.array([road.line for road in roads], dtype=object)
    lines[above] = on_grid(lines[above])
    ground = shapely.get_parts(shapely.union_all(lines[~above], grid_size=0.01))
    owner = np.flatnonzero(~above)[
        _owner(ground, lines[~above], [road for road, up in zip(roads, above, strict=True) if not up])
    ]
    return _table(
        np.concatenate([ground, lines[above]]), np.concatenate([owner, np.flatnonzero(above)]), roads
    )


def as_roads(table: pd.DataFrame, roads: Sequence[Road]) -> list[Road]:
    """The edges of a table as roads again, so that what is drawn next meets them exactly."""
    return [
        replace(roads[street], line=line)
        for street, line in zip(table["street"], table["geometry"], strict=True)
    ]


def _owner(edges: Geometries, lines: Geometries, roads: Sequence[Road]) -> Int64Array:
    """Shape (edges,): position of the line that an edge is a part of, the highest class first."""
    middle = shapely.line_interpolate_point(edges, 0.5, normalized=True)
    edge, line = shapely.STRtree(lines).query(middle, predicate="dwithin", distance=0.05)
    rank = np.array([RANK.index(road.highway) for road in roads])[line]
    order = np.lexsort((line, rank, edge))
    found, first = np.unique(edge[order], return_index=True)
    if len(found) != len(edges):
        raise RuntimeError("an edge has lost the street that it is a part of")
    return line[order][first].astype(np.int64)


def _table(edges: Geometries, owner: Int64Array, roads: Sequence[Road]) -> pd.DataFrame:
    mine = [roads[position] for position in owner]
    table = pd.DataFrame(
        {
            "highway": [road.highway for road in mine],
            "bridge": [road.bridge for road in mine],
            "tunnel": [road.tunnel for road in mine],
            "oneway": [road.oneway for road in mine],
            "maxspeed_kmh": np.array([road.maxspeed_kmh for road in mine], dtype=np.int32),
            "name": [road.name[0] for road in mine],
            "name_en": [road.name[1] for road in mine],
            "street": owner,
        }
    )
    table["geometry"] = edges
    return table[shapely.length(edges) > 0.0].reset_index(drop=True)


def end_points(edges: Geometries) -> tuple[Int64Array, Int64Array, Int64Array]:
    """Node numbers of both ends of each edge, and the nodes' places in whole centimetres, shape (nodes, 2)."""
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(edges, at)) for at in (0, -1)])
    places, node = np.unique(np.rint(ends * 100.0).astype(np.int64), axis=0, return_inverse=True)
    node = node.reshape(-1)
    return node[: len(edges)], node[len(edges) :], places


def connected(table: pd.DataFrame, walkable: BoolArray) -> BoolArray:
    """Shape (edges,): belongs to the largest part of the network that can be walked through."""
    start, end, places = end_points(table["geometry"].to_numpy())
    graph = coo_array((walkable.astype(np.int8), (start, end)), shape=(len(places), len(places)))
    _, label = connected_components(graph.tocsr(), directed=False)
    largest = np.bincount(label[start[walkable]]).argmax()
    return (label[start] == largest) & walkable
