"""Where doors meet the streets: the nearest point of an edge, aware of scraps of network (R3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.network import Network
from coverplan.reach.components import Components, components
from coverplan.reach.profiles import Profile
from coverplan.units import BoolArray, FloatArray, Int32Array

OFF_NETWORK = np.int32(-1)
#: Fractions closer to an end of an edge than this stand on the node.
_AT_END = 1e-9
#: Nobody steps out of the door onto these.
_NO_DOORS = frozenset({"motorway", "motorway_link", "trunk_link"})
#: Room for the last digit of a distance; the limit itself is compared afterwards, inclusive.
_SEARCH_SLACK_M = 1e-6
#: Places closer than a micrometre are one place.
_PLACE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Snaps:
    """Points attached to edges.

    Parameters
    ----------
    edge
        Shape (points,): edge of the network, `OFF_NETWORK` where no edge lies within the largest access distance.
    fraction
        Shape (points,): place along the edge, 0 at `edge_from` and 1 at `edge_to`; NaN off network.
    leg_m
        Shape (points,): metres between the point and the edge; off network the distance to the nearest edge, which
        is for information only, or infinity if there is none.
    stage
        Shape (points,): 1 within the first access distance, 2 within the second, 0 off network.
    moved
        Shape (points,): attached to the large network although a scrap of street lies nearer.
    """

    edge: Int32Array
    fraction: FloatArray
    leg_m: FloatArray
    stage: NDArray[np.int8]
    moved: BoolArray

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.edge)

    @property
    def on_network(self) -> BoolArray:
        """Shape (points,): attached to an edge."""
        return np.asarray(self.edge != OFF_NETWORK)

    def take(self, rows: NDArray[np.integer]) -> Snaps:
        """Snaps of some of the points, in the order of `rows`."""
        return Snaps(
            self.edge[rows], self.fraction[rows], self.leg_m[rows], self.stage[rows], self.moved[rows]
        )


def snap(network: Network, profile: Profile, x: FloatArray, y: FloatArray) -> Snaps:
    """Attach points to the streets of a profile; `Snapper` where it is done more than once.

    Parameters
    ----------
    network
        Streets.
    profile
        Gives mode and access distances.
    x, y
        Shape (points,): metres in the CRS of the network.

    Raises
    ------
    ValueError
        If a coordinate is not finite.
    """
    return Snapper(network, profile).snap(x, y)


class Snapper:
    """Streets of one profile, indexed so that any number of points can be attached to them.

    Parameters
    ----------
    network
        Streets.
    profile
        Gives mode and access distances.

    Notes
    -----
    Equal distances are settled by the attached place and by the keys of the edge's nodes, so that the order of rows
    plays no part. A point whose nearest edge belongs to a scrap of street (`components.SCRAP_M`) is attached to the
    rest of the network if that lies within the largest access distance. Bridges, tunnels and motorways have no doors.
    """

    def __init__(self, network: Network, profile: Profile) -> None:
        self._network = network
        self._profile = profile
        self.components: Components = components(network, profile.mode)
        of_edge = self.components.of_edge
        no_doors = np.array([kind in _NO_DOORS for kind in network.kinds], dtype=bool)
        closed = network.bridge | network.tunnel
        if profile.mode == "drive" and len(no_doors):
            closed |= no_doors[network.kind]
        open_edges = (of_edge >= 0) & ~closed
        scrap = np.append(self.components.scrap, False)[of_edge]  # -1 falls on the appended False
        self._lines, self._turned = _lines_from_west(network)
        self._all = _Index(self._lines, np.flatnonzero(open_edges))
        self._large = _Index(self._lines, np.flatnonzero(open_edges & ~scrap)) if scrap.any() else self._all
        self._scrap = scrap

    def snap(self, x: FloatArray, y: FloatArray) -> Snaps:
        """Attach points; raises ValueError if a coordinate is not finite."""
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError("points to attach need finite coordinates")
        points = _geometries(shapely.points(x, y))
        largest_m = self._profile.largest_access_m
        edge = self._nearest(self._all, points, largest_m)
        rows = np.flatnonzero((edge >= 0) & self._scrap[edge])
        better = self._nearest(self._large, points[rows], largest_m)
        moved = np.zeros(len(points), dtype=bool)
        moved[rows] = better >= 0
        edge[rows] = np.where(better >= 0, better, edge[rows])
        return self._attached(points, edge, moved)

    def _nearest(self, index: _Index, points: NDArray[np.object_], largest_m: float) -> Int32Array:
        edge = np.full(len(points), OFF_NETWORK, dtype=np.int32)
        point, candidate, distance_m = index.nearest(points, largest_m)
        keep = distance_m <= largest_m
        point, candidate = point[keep], candidate[keep]
        if len(point) != len(np.unique(point)):
            order = self._tie_order(points, point, candidate)
            point, candidate = point[order], candidate[order]
        first = np.ones(len(point), dtype=bool)
        first[1:] = point[1:] != point[:-1]
        edge[point[first]] = candidate[first]
        return edge

    def _tie_order(
        self, points: NDArray[np.object_], point: NDArray[np.int64], candidate: Int32Array
    ) -> NDArray[np.int64]:
        lines = self._lines[candidate]
        place = shapely.line_interpolate_point(lines, shapely.line_locate_point(lines, points[point]))
        network = self._network
        ends = network.node_key[np.stack((network.edge_from[candidate], network.edge_to[candidate]))]
        keys = (network.length_m[candidate], ends.max(axis=0), ends.min(axis=0))
        x, y = np.round(shapely.get_x(place), _PLACE_DIGITS), np.round(shapely.get_y(place), _PLACE_DIGITS)
        return np.lexsort((candidate, *keys, y, x, point))

    def _attached(self, points: NDArray[np.object_], edge: Int32Array, moved: BoolArray) -> Snaps:
        on = edge >= 0
        lines = self._lines[edge[on]]
        fraction = np.full(len(edge), np.nan)
        leg_m = np.full(len(edge), np.inf)
        along = shapely.line_locate_point(lines, points[on], normalized=True)
        along = np.where(np.isfinite(along), along, 0.0)
        along = np.where(self._turned[edge[on]], 1.0 - along, along)
        along[along < _AT_END] = 0.0
        along[along > 1.0 - _AT_END] = 1.0
        fraction[on] = along
        leg_m[on] = shapely.distance(lines, points[on])
        off = np.flatnonzero(~on)
        leg_m[off] = self._all.distances(points[off])
        first = leg_m <= self._profile.access_first_m
        stage = np.where(on, np.where(first, 1, 2), 0).astype(np.int8)
        return Snaps(edge, fraction, leg_m, stage, moved)


class _Index:
    """Spatial index over some of the edges."""

    def __init__(self, lines: NDArray[np.object_], edges: NDArray[np.int64]) -> None:
        self._edges = edges.astype(np.int32)
        self._tree = shapely.STRtree(lines[edges])

    def nearest(
        self, points: NDArray[np.object_], largest_m: float
    ) -> tuple[NDArray[np.int64], Int32Array, FloatArray]:
        """Point, edge and metres of every nearest edge, points ascending, ties all listed."""
        if not (len(points) and len(self._edges)):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int32), np.zeros(0)
        (point, found), distance_m = self._tree.query_nearest(
            points, max_distance=largest_m + _SEARCH_SLACK_M, return_distance=True, all_matches=True
        )
        return point, self._edges[found], distance_m

    def distances(self, points: NDArray[np.object_]) -> FloatArray:
        """Metres from each point to its nearest edge, infinity without edges."""
        if not (len(points) and len(self._edges)):
            return np.full(len(points), np.inf)
        _, distance_m = self._tree.query_nearest(points, return_distance=True, all_matches=False)
        return distance_m


def edge_lines(network: Network) -> NDArray[np.object_]:
    """Shape (edges,): the shape of every edge as a shapely line."""
    vertices = np.column_stack((network.shape_x, network.shape_y))
    of_edge = np.repeat(np.arange(network.edges), np.diff(network.shape_start))
    return _geometries(shapely.linestrings(vertices, indices=of_edge))


def _lines_from_west(network: Network) -> tuple[NDArray[np.object_], BoolArray]:
    """Lines that all begin at their western (then southern) end, and which of them were turned for that.

    The last digit of a distance depends on the order of the vertices; with this it does not depend on how a street
    was drawn.
    """
    lines = edge_lines(network)
    first, last = network.shape_start[:-1], network.shape_start[1:] - 1
    x, y = network.shape_x, network.shape_y
    turned = (x[last] < x[first]) | ((x[last] == x[first]) & (y[last] < y[first]))
    lines[turned] = shapely.reverse(lines[turned])
    return lines, turned


def _geometries(made: object) -> NDArray[np.object_]:
    """Return what shapely made as an array, which it is whenever it was made from arrays."""
    return np.atleast_1d(np.asarray(made, dtype=np.object_))
