"""From ways (polylines over numbered vertices) to a network: split at junctions, measured, barriers shut.

A way is split where kept ways share a vertex and at its two ends; every other vertex stays a point of an
edge's shape. Lengths are geodesic on the ellipsoid of WGS 84, so they do not depend on the projection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod

from coverplan.ground.network import Mode, Network, Passage
from coverplan.ground.transformers import transformer
from coverplan.inputs.streets.osm_tags import WayClass
from coverplan.inputs.streets.wording import Bounds
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

BARRIER_KIND = "barrier"
_COPY_KEY = -(2**62)
_LAST_COPY_KEY = -(2**61)


@dataclass(frozen=True, slots=True)
class Ways:
    """Polylines whose vertices are numbered, so that equal numbers are one place.

    Parameters
    ----------
    key
        Shape (ways,): the source's own ids.
    class_of
        Shape (ways,): position in `classes`.
    classes
        What is known about ways beside their course and name.
    name
        Shape (ways,), object: street name or an empty string.
    start
        Shape (ways + 1,): where each way's vertices start; every way has at least two.
    ref
        Shape (vertices,): vertex numbers.
    lon, lat
        Shape (vertices,): degrees, WGS 84.
    """

    key: Int64Array
    class_of: Int32Array
    classes: Sequence[WayClass]
    name: NDArray[np.object_]
    start: Int64Array
    ref: Int64Array
    lon: FloatArray
    lat: FloatArray

    @property
    def count(self) -> int:
        """Number of ways."""
        return len(self.key)

    @property
    def extent(self) -> Bounds:
        """West, south, east, north of all vertices, degrees."""
        return (
            float(self.lon.min()), float(self.lat.min()), float(self.lon.max()), float(self.lat.max())
        )  # fmt: skip

    def take(self, ways: NDArray[np.integer]) -> Ways:
        """Ways at these positions, in this order."""
        vertices, start = gather_runs(self.start[ways], self.start[ways + 1])
        return replace(
            self,
            key=self.key[ways],
            class_of=self.class_of[ways],
            name=self.name[ways],
            start=start,
            ref=self.ref[vertices],
            lon=self.lon[vertices],
            lat=self.lat[vertices],
        )


def joined(parts: Sequence[Ways]) -> Ways:
    """Ways of several parts that share their classes, one part after another."""
    if len(parts) == 1:
        return parts[0]
    counts = np.concatenate([np.diff(part.start) for part in parts])
    return Ways(
        key=np.concatenate([part.key for part in parts]),
        class_of=np.concatenate([part.class_of for part in parts]),
        classes=parts[0].classes,
        name=np.concatenate([part.name for part in parts]),
        start=np.concatenate(([0], np.cumsum(counts))),
        ref=np.concatenate([part.ref for part in parts]),
        lon=np.concatenate([part.lon for part in parts]),
        lat=np.concatenate([part.lat for part in parts]),
    )


def gather_runs(first: Int64Array, end: Int64Array) -> tuple[Int64Array, Int64Array]:
    """Positions ``first[i] .. end[i] - 1`` of all runs one after another, and where each run starts."""
    count = end - first
    start = np.zeros(len(first) + 1, dtype=np.int64)
    np.cumsum(count, out=start[1:])
    positions = np.arange(start[-1], dtype=np.int64) + np.repeat(first - start[:-1], count)
    return positions, start


def overlapping(start: Int64Array, lon: FloatArray, lat: FloatArray, bounds: Bounds) -> BoolArray:
    """Shape (runs,): whether the box round each run of vertices touches `bounds` (west, south, east, north)."""
    west, south, east, north = bounds
    first = start[:-1]
    touches: BoolArray = (
        (np.minimum.reduceat(lon, first) <= east)
        & (np.maximum.reduceat(lon, first) >= west)
        & (np.minimum.reduceat(lat, first) <= north)
        & (np.maximum.reduceat(lat, first) >= south)
    )
    return touches


def without_repeats(ways: Ways) -> Ways:
    """Ways by ascending id, each once, consecutive equal vertices merged, ways of a single place dropped.

    Pieces of one way, which begin at different vertices, are all kept.
    """
    first = ways.ref[ways.start[:-1]]
    order = np.lexsort((first, ways.key))
    new = np.ones(ways.count, dtype=np.bool_)
    new[1:] = (np.diff(ways.key[order]) != 0) | (np.diff(first[order]) != 0)
    ways = ways.take(order[new])
    keep = np.ones(len(ways.ref), dtype=np.bool_)
    keep[1:] = ways.ref[1:] != ways.ref[:-1]
    keep[ways.start[:-1]] = True
    start = np.concatenate(([0], np.cumsum(np.add.reduceat(keep, ways.start[:-1], dtype=np.int64))))
    merged = replace(ways, start=start, ref=ways.ref[keep], lon=ways.lon[keep], lat=ways.lat[keep])
    lines = np.flatnonzero(np.diff(start) > 1)
    return merged if len(lines) == merged.count else merged.take(lines)


def build_network(
    ways: Ways,
    *,
    crs: str,
    modes: Sequence[Mode],
    bounds_lonlat: Bounds | None = None,
    stops: Mapping[int, frozenset[Mode]] | None = None,
    gates: Mapping[int, frozenset[Mode]] | None = None,
) -> Network | None:
    """Network of the ways, its nodes in ascending key order, its edges in the order of the ways.

    None if there are no ways, or none within the bounds.

    Parameters
    ----------
    ways
        Ids unique, consecutive vertices of a way differ (see `without_repeats`).
    crs
        Projected CRS in metres for nodes and shapes.
    modes
        Modes whose passages are wanted.
    bounds_lonlat
        West, south, east, north in degrees: edges whose box does not touch it are left out.
    stops
        By vertex number: modes that a barrier there stops.
    gates
        By vertex number: those of these modes that pass where their way begins or ends behind the barrier.
    """
    if not ways.count:
        return None
    stops = {ref: stopped & set(modes) for ref, stopped in (stops or {}).items() if stopped & set(modes)}
    keys, vertex_node = np.unique(ways.ref, return_inverse=True)
    cut = np.bincount(vertex_node, minlength=len(keys))[vertex_node] > 1
    cut[ways.start[:-1]] = True
    cut[ways.start[1:] - 1] = True
    cut |= np.isin(ways.ref, np.fromiter(stops, dtype=np.int64, count=len(stops)))

    cuts = np.flatnonzero(cut)
    way_end = np.zeros(len(ways.ref), dtype=np.bool_)
    way_end[ways.start[1:] - 1] = True
    begins = np.flatnonzero(~way_end[cuts])
    first, last = cuts[begins], cuts[begins + 1]
    if bounds_lonlat is not None:
        vertices, start = gather_runs(first, last + 1)
        near = overlapping(start, ways.lon[vertices], ways.lat[vertices], bounds_lonlat)
        first, last = first[near], last[near]
        if not len(first):
            return None

    network = _assemble(ways, first, last, nodes=(keys, vertex_node), crs=crs, modes=modes)
    return _shut(network, stops, gates or {}) if stops else network


def class_columns(
    classes: Sequence[WayClass], class_of: NDArray[np.integer], modes: Sequence[Mode]
) -> dict[str, Any]:
    """Columns of a `Network` that edges take from their class; `class_of` is a position for each edge."""

    def column(values: Iterable[object], dtype: type[np.generic]) -> NDArray[Any]:
        return np.array(list(values), dtype=dtype)[class_of]

    kinds = sorted({classes[used].kind for used in np.unique(class_of).tolist()})
    number = {kind: position for position, kind in enumerate(kinds)}
    return {
        "kinds": tuple(kinds),
        "kind": column((number.get(known.kind, -1) for known in classes), np.int16),
        "steps": column((known.steps for known in classes), np.bool_),
        "bridge": column((known.bridge for known in classes), np.bool_),
        "tunnel": column((known.tunnel for known in classes), np.bool_),
        "maxspeed_kmh": column((known.maxspeed_kmh for known in classes), np.float64),
        "passages": {
            mode: Passage(
                forward=column((known.passages[mode][0] for known in classes), np.bool_),
                backward=column((known.passages[mode][1] for known in classes), np.bool_),
                private=column((mode in known.private for known in classes), np.bool_)
                if any(mode in known.private for known in classes)
                else None,
            )
            for mode in modes
        },
    }


def geodesic_lengths_m(start: Int64Array, lon: FloatArray, lat: FloatArray) -> FloatArray:
    """Shape (runs,): metres along each run of at least two vertices, on the ellipsoid of WGS 84."""
    step_m = np.zeros(len(lon))
    inner = np.ones(len(lon), dtype=np.bool_)
    inner[start[1:] - 1] = False
    here = np.flatnonzero(inner)
    step_m[here] = Geod(ellps="WGS84").inv(lon[here], lat[here], lon[here + 1], lat[here + 1])[2]
    lengths: FloatArray = np.add.reduceat(step_m, start[:-1])
    return lengths


def _assemble(
    ways: Ways,
    first: Int64Array,
    last: Int64Array,
    *,
    nodes: tuple[Int64Array, Int64Array],
    crs: str,
    modes: Sequence[Mode],
) -> Network:
    """Network of the edges between the cut vertices `first` and `last`; `nodes` are keys, node by vertex."""
    keys, vertex_node = nodes
    way = np.searchsorted(ways.start, first, side="right") - 1
    vertices, shape_start = gather_runs(first, last + 1)
    lon, lat = ways.lon[vertices], ways.lat[vertices]
    shape_x, shape_y = transformer(4326, crs).transform(lon, lat)
    used, node_of_end = np.unique(
        np.concatenate((vertex_node[first], vertex_node[last])), return_inverse=True
    )
    end_vertex = np.empty(len(used), dtype=np.int64)
    end_vertex[node_of_end] = np.concatenate((shape_start[:-1], shape_start[1:] - 1))
    return Network(
        crs=crs,
        node_x=shape_x[end_vertex],
        node_y=shape_y[end_vertex],
        node_key=keys[used],
        edge_from=node_of_end[: len(first)].astype(np.int32),
        edge_to=node_of_end[len(first) :].astype(np.int32),
        length_m=geodesic_lengths_m(shape_start, lon, lat),
        shape_start=shape_start,
        shape_x=shape_x,
        shape_y=shape_y,
        name=ways.name[way],
        **class_columns(ways.classes, ways.class_of[way], modes),
    )


def _shut(
    network: Network, stops: Mapping[int, frozenset[Mode]], gates: Mapping[int, frozenset[Mode]]
) -> Network:
    """Network in which nobody passes a barrier who is stopped by it, and some only to what lies behind.

    The node of a barrier falls apart into one node for each edge that ends there; edges of no length join
    the pieces for the modes that may pass.
    """
    barrier_keys = np.fromiter(sorted(stops), dtype=np.int64, count=len(stops))
    ends = np.concatenate((network.edge_from, network.edge_to))
    at_barrier = np.flatnonzero(np.isin(network.node_key, barrier_keys)[ends])
    at_barrier = at_barrier[np.argsort(ends[at_barrier], kind="stable")]
    repeated = np.flatnonzero(np.diff(ends[at_barrier]) == 0) + 1
    moved = at_barrier[repeated]
    original = ends[moved]
    ends[moved] = network.nodes + np.arange(len(moved))
    parted = replace(
        network,
        node_x=np.concatenate((network.node_x, network.node_x[original])),
        node_y=np.concatenate((network.node_y, network.node_y[original])),
        node_key=np.concatenate((network.node_key, _COPY_KEY + np.arange(len(moved), dtype=np.int64))),
        edge_from=ends[: network.edges],
        edge_to=ends[network.edges :],
    )
    barrier = network.node_key[original].tolist()
    nobody: frozenset[Mode] = frozenset()
    private = {
        mode: np.array([mode in gates.get(key, nobody) for key in barrier], dtype=np.bool_)
        for mode in network.passages
    }
    open_to = {
        mode: np.array([mode not in stops[key] for key in barrier], dtype=np.bool_) | private[mode]
        for mode in network.passages
    }
    joined = np.flatnonzero(np.logical_or.reduce(list(open_to.values())))
    return with_links(
        parted,
        original[joined],
        (network.nodes + joined).astype(np.int32),
        kind=BARRIER_KIND,
        length_m=np.zeros(len(joined)),
        open_to={mode: may_pass[joined] for mode, may_pass in open_to.items()},
        private={mode: only[joined] for mode, only in private.items()},
    )


def at_closed_barrier(network: Network) -> BoolArray:
    """Shape (nodes,): pieces of a node that fell apart at a barrier, whose edges must not be joined."""
    copies = network.node_key < _LAST_COPY_KEY
    place = network.node_x + 1j * network.node_y
    return np.isin(place, place[copies])


def with_links(
    network: Network,
    link_from: Int32Array,
    link_to: Int32Array,
    *,
    kind: str,
    length_m: FloatArray,
    open_to: Mapping[Mode, BoolArray],
    private: Mapping[Mode, BoolArray] | None = None,
) -> Network:
    """Network with straight edges between nodes added at its end, open both ways.

    Parameters
    ----------
    network
        What they are added to.
    link_from, link_to
        Shape (links,): positions of nodes.
    kind
        Class of the new edges; no steps, bridge or tunnel, no name and no speed.
    length_m
        Shape (links,): metres.
    open_to
        By each mode of the network, shape (links,): may pass.
    private
        By mode, shape (links,): only where the way begins or ends behind; nowhere where not given.
    """
    count = len(link_from)
    nothing = np.zeros(count, dtype=np.bool_)
    shapes = np.column_stack((link_from, link_to)).ravel()
    last_vertex = network.shape_start[-1]
    return replace(
        network,
        edge_from=np.concatenate((network.edge_from, link_from)),
        edge_to=np.concatenate((network.edge_to, link_to)),
        length_m=np.concatenate((network.length_m, length_m)),
        shape_start=np.concatenate((network.shape_start, last_vertex + 2 * np.arange(1, count + 1))),
        shape_x=np.concatenate((network.shape_x, network.node_x[shapes])),
        shape_y=np.concatenate((network.shape_y, network.node_y[shapes])),
        kinds=(*network.kinds, kind),
        kind=np.concatenate((network.kind, np.full(count, len(network.kinds), dtype=np.int16))),
        steps=np.concatenate((network.steps, nothing)),
        bridge=np.concatenate((network.bridge, nothing)),
        tunnel=np.concatenate((network.tunnel, nothing)),
        maxspeed_kmh=np.concatenate((network.maxspeed_kmh, np.full(count, np.nan))),
        name=np.concatenate((network.name, np.full(count, "", dtype=object))),
        passages={
            mode: Passage(
                forward=np.concatenate((passage.forward, open_to[mode])),
                backward=np.concatenate((passage.backward, open_to[mode])),
                private=_with_private(passage, (private or {}).get(mode, nothing)),
            )
            for mode, passage in network.passages.items()
        },
    )


def _with_private(passage: Passage, links: BoolArray) -> BoolArray | None:
    if passage.private is None and not links.any():
        return None
    return np.concatenate((passage.restricted, links))
