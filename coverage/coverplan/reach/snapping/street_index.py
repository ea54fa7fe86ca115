"""Spatial index over streets: the nearest edge of a point, not across a barrier."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.ground.network import Network
from coverplan.reach.kernels.curve import curve_order
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

Geometries = NDArray[np.object_]
#: No edge within the distance asked for.
NO_EDGE = np.int32(-1)
#: Room for the last digit of a distance; the limit itself is compared afterwards, inclusive.
_SEARCH_SLACK_M = 1e-6
#: Places closer than a micrometre are one place.
_PLACE_DIGITS = 6
#: Points whose way is barred are looked at in groups of this size, to bound the memory for all their candidates.
_GROUP = 2_000


@dataclass(frozen=True, slots=True)
class StreetLines:
    """Shapes of all edges, drawn so that the last digit of a distance does not depend on how a street was drawn.

    Parameters
    ----------
    lines
        Shape (edges,): lines that begin at their western, then southern end.
    turned
        Shape (edges,): the line runs against the edge.
    """

    lines: Geometries
    turned: BoolArray

    def fraction(self, edge: Int32Array, points: Geometries) -> FloatArray:
        """Place of the nearest point of an edge, 0 at `edge_from` and 1 at `edge_to`; 0 on an edge without length."""
        along = shapely.line_locate_point(self.lines[edge], points, normalized=True)
        along = np.where(np.isfinite(along), along, 0.0)
        return np.where(self.turned[edge], 1.0 - along, along)

    def places(self, edge: Int32Array, points: Geometries) -> Geometries:
        """Nearest points of edges as shapely points."""
        lines = self.lines[edge]
        return as_geometries(shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, points)))


def street_lines(network: Network) -> StreetLines:
    """Shapes of all edges of a network."""
    lines = edge_lines(network)
    first, last = network.shape_start[:-1], network.shape_start[1:] - 1
    x, y = network.shape_x, network.shape_y
    turned = (x[last] < x[first]) | ((x[last] == x[first]) & (y[last] < y[first]))
    lines[turned] = shapely.reverse(lines[turned])
    return StreetLines(lines, turned)


def edge_lines(network: Network) -> Geometries:
    """Shape (edges,): every edge as a shapely line from `edge_from` to `edge_to`."""
    vertices = np.column_stack((network.shape_x, network.shape_y))
    of_edge = np.repeat(np.arange(network.edges), np.diff(network.shape_start))
    return as_geometries(shapely.linestrings(vertices, indices=of_edge))


def as_geometries(made: object) -> Geometries:
    """Return what shapely made as an array, which it is whenever it was made from arrays."""
    return np.atleast_1d(np.asarray(made, dtype=np.object_))


class StreetIndex:
    """Index over some of the edges of a network.

    Parameters
    ----------
    network
        Streets.
    streets
        Shapes of all edges of the network.
    edges
        Edges that may be found.
    barriers
        Lines and areas that nobody crosses between door and street; touching one, or leaving from inside one
        without crossing its edge, is no crossing.
    """

    def __init__(
        self, network: Network, streets: StreetLines, edges: Int64Array, barriers: Geometries | None = None
    ) -> None:
        self._network = network
        self._streets = streets
        self._edges = edges.astype(np.int32)
        self._tree = shapely.STRtree(streets.lines[edges])
        self._barriers = None if barriers is None or not len(barriers) else shapely.STRtree(barriers)

    def nearest(self, points: Geometries, largest_m: float) -> tuple[Int32Array, BoolArray]:
        """Nearest edge within a distance, inclusive, and whether a barrier stands before one that is nearer.

        Where the straight way to the nearest point of an edge is barred, the next edge is tried.
        """
        edge = self._nearest(points, largest_m)
        around = np.zeros(len(points), dtype=bool)
        if self._barriers is not None:
            found = np.flatnonzero(edge >= 0)
            barred = found[self._barred(points[found], edge[found])]
            around[barred] = True
            for group in np.array_split(barred, len(barred) // _GROUP + 1):
                edge[group] = self.nearest_open(points[group], largest_m)
        return edge, around & (edge >= 0)

    def distances(self, points: Geometries) -> FloatArray:
        """Metres from each point to its nearest edge, barred or not; infinity without edges."""
        if not (len(points) and len(self._edges)):
            return np.full(len(points), np.inf)
        _, distance_m = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        return distance_m

    def crossed_by(self, outline: shapely.Geometry) -> Geometries:
        """Points at which streets cross or touch a line, in the order of their x and y."""
        edges = self._edges[self._tree.query(outline, predicate="intersects")]
        if not len(edges):
            return np.zeros(0, dtype=np.object_)
        met = shapely.get_parts(shapely.intersection(self._streets.lines[edges], outline))
        points = shapely.centroid(met)
        x, y = shapely.get_x(points), shapely.get_y(points)
        return as_geometries(points)[np.lexsort((y, x))]

    def _nearest(self, points: Geometries, largest_m: float) -> Int32Array:
        edge = np.full(len(points), NO_EDGE, dtype=np.int32)
        if not (len(points) and len(self._edges)):
            return edge
        # in the order of a curve the index finds in the cache what it needs, three times as fast
        order = curve_order(shapely.get_x(points), shapely.get_y(points))
        (row, found), distance_m = self._tree.query_nearest(
            points[order], max_distance=largest_m + _SEARCH_SLACK_M, return_distance=True, all_matches=True
        )
        near = distance_m <= largest_m
        point, candidate = order[row[near]], self._edges[found[near]]
        if len(point) > len(np.unique(point)):
            sort = self._tie_order(points, point, candidate)
            point, candidate = point[sort], candidate[sort]
        _keep_first(edge, point, candidate)
        return edge

    def nearest_open(self, points: Geometries, largest_m: float | FloatArray) -> Int32Array:
        """Nearest edge of each point, within a distance for all or for each, whose straight way is not barred."""
        edge = np.full(len(points), NO_EDGE, dtype=np.int32)
        if not len(points):
            return edge
        point, found = self._tree.query(points, predicate="dwithin", distance=largest_m)
        candidate = self._edges[found]
        is_open = ~self._barred(points[point], candidate)
        point, candidate = point[is_open].astype(np.int32), candidate[is_open]
        distance_m = shapely.distance(points[point], self._streets.lines[candidate])
        sort = self._tie_order(points, point, candidate, np.round(distance_m, _PLACE_DIGITS))
        _keep_first(edge, point[sort], candidate[sort])
        return edge

    def _barred(self, points: Geometries, edge: Int32Array) -> BoolArray:
        """Whether a barrier crosses the straight way from each point to its edge."""
        barred = np.zeros(len(points), dtype=bool)
        if self._barriers is not None and len(points):
            places = self._streets.places(edge, points)
            ends = np.stack((shapely.get_coordinates(points), shapely.get_coordinates(places)), axis=1)
            legs = as_geometries(shapely.linestrings(ends))
            barred[self._barriers.query(legs, predicate="crosses")[0]] = True
        return barred

    def _tie_order(
        self, points: Geometries, point: Int32Array, candidate: Int32Array, *first_keys: FloatArray
    ) -> Int64Array:
        """Order by point, then by distance if given, attached place, keys of the nodes: never by row."""
        network = self._network
        place = self._streets.places(candidate, points[point])
        x, y = np.round(shapely.get_x(place), _PLACE_DIGITS), np.round(shapely.get_y(place), _PLACE_DIGITS)
        ends = network.node_key[np.stack((network.edge_from[candidate], network.edge_to[candidate]))]
        keys = (candidate, network.length_m[candidate], ends.max(axis=0), ends.min(axis=0), y, x)
        return np.lexsort((*keys, *first_keys, point))


def _keep_first(edge: Int32Array, point: Int32Array, candidate: Int32Array) -> None:
    """Write the first candidate of every point into `edge`; later ones of the same point are left."""
    edge[point[::-1]] = candidate[::-1]
