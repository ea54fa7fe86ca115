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
#: Radius of the first circle in which an edge that is not barred is looked for; every further one is twice as large.
_FIRST_CIRCLE_M = 50.0
#: Two distances that differ by less than this may be one after rounding.
_RIM_M = 1e-5


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
        """Nearest edge of each point, within a distance for all or for each, whose straight way is not barred.

        Looks around in circles that grow: within the largest distance of a car stand hundreds of edges, most of them
        behind a barrier, and the first that is not is near.
        """
        edge = np.full(len(points), NO_EDGE, dtype=np.int32)
        limit_m = np.broadcast_to(np.asarray(largest_m, dtype=np.float64), edge.shape)
        asked, within_m = np.arange(len(points)), _FIRST_CIRCLE_M
        while len(asked):
            circle_m = np.minimum(limit_m[asked], within_m)
            edge[asked], distance_m = self._open_within(points[asked], circle_m)
            # what stands at the rim may be as near as what stands behind it, and the larger circle settles the tie
            settled = (distance_m < within_m - _RIM_M) | (limit_m[asked] <= within_m)
            asked, within_m = asked[~settled], 2.0 * within_m
        return edge

    def _open_within(self, points: Geometries, within_m: FloatArray) -> tuple[Int32Array, FloatArray]:
        """Nearest edge of each point within its circle whose straight way is not barred, and its metres, else infinity."""
        edge = np.full(len(points), NO_EDGE, dtype=np.int32)
        nearest_m = np.full(len(points), np.inf)
        point, found = self._tree.query(points, predicate="dwithin", distance=within_m)
        candidate = self._edges[found]
        is_open = ~self._barred(points[point], candidate)
        point, candidate = point[is_open].astype(np.int32), candidate[is_open]
        distance_m = np.round(shapely.distance(points[point], self._streets.lines[candidate]), _PLACE_DIGITS)
        sort = self._tie_order(points, point, candidate, distance_m)
        _keep_first(edge, point[sort], candidate[sort])
        np.minimum.at(nearest_m, point, distance_m)
        return edge, nearest_m

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
