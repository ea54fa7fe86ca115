"""Where doors meet the streets: the nearest point of an edge, aware of scraps of network (R3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.ground.network import Network
from coverplan.reach.snapping.components import Components, components
from coverplan.reach.snapping.street_index import (
    NO_EDGE,
    Geometries,
    StreetIndex,
    as_geometries,
    street_lines,
)
from coverplan.reach.speeds.profiles import Profile
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

OFF_NETWORK = NO_EDGE
#: Fractions closer to an end of an edge than this stand on the node.
_AT_END = 1e-9
#: A street of another sort is a second door where it is farther than the nearest street by no more than this.
_HARDLY_FARTHER_M = 50.0
#: Sorts of streets: the longest part of the network, other long parts, scraps, private streets.
_MAIN, _OTHER, _SCRAP, _PRIVATE = range(4)
#: Nobody drives out of a gate onto these.
_NO_DOORS = frozenset({"motorway", "motorway_link", "trunk_link"})


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
    around
        Shape (points,): attached to another edge than the nearest because a barrier stands before that one.
    """

    edge: Int32Array
    fraction: FloatArray
    leg_m: FloatArray
    stage: NDArray[np.int8]
    moved: BoolArray
    around: BoolArray

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
        kept = (self.edge, self.fraction, self.leg_m, self.stage, self.moved, self.around)
        edge, fraction, leg_m, stage, moved, around = (values[rows] for values in kept)
        return Snaps(edge, fraction, leg_m, stage, moved, around)

    def with_rows(self, other: Snaps) -> Snaps:
        """These rows, then those of another."""
        names = ("edge", "fraction", "leg_m", "stage", "moved", "around")
        return Snaps(*(np.concatenate((getattr(self, name), getattr(other, name))) for name in names))


def snap(
    network: Network,
    profile: Profile,
    x: FloatArray,
    y: FloatArray,
    *,
    barriers: Geometries | None = None,
) -> Snaps:
    """Attach points to the streets of a profile; `Snapper` where it is done more than once.

    Parameters
    ----------
    network
        Streets.
    profile
        Gives mode and access distances.
    x, y
        Shape (points,): metres in the CRS of the network.
    barriers
        Lines and areas that nobody crosses between door and street, in the same CRS.

    Raises
    ------
    ValueError
        If a coordinate is not finite.
    """
    return Snapper(network, profile, barriers).snap(x, y)


class Snapper:
    """Streets of one profile, indexed so that any number of points can be attached to them.

    Parameters
    ----------
    network
        Streets.
    profile
        Gives mode and access distances.
    barriers
        Lines and areas that nobody crosses between door and street: rivers, railways, walls, hard borders. Streets
        cross them on their bridges.

    Attributes
    ----------
    components
        Connected parts of what the profile may use.
    streets
        Index over the edges that may have doors.
    length_m
        Shape (edges,): metres of every edge.

    Notes
    -----
    Equal distances are settled by the attached place and by the keys of the edge's nodes, so that the order of rows
    plays no part. A point whose nearest edge belongs to a scrap of street (`components.SCRAP_M`) is attached to the
    rest of the network if that lies within the largest access distance. Bridges, tunnels and motorways have no doors.

    `snap` gives the first door of each point. `all_doors` adds the nearest street of every other sort (the longest part
    of the network, other parts, scraps, private streets) that is hardly farther than the nearest street of all: both ends
    of a walk then have a street in common wherever there is one, and the shortest walk decides.
    """

    def __init__(self, network: Network, profile: Profile, barriers: Geometries | None = None) -> None:
        self._profile = profile
        self.length_m: FloatArray = network.length_m
        self.components: Components = components(network, profile.mode)
        of_edge = self.components.of_edge
        open_edges = (of_edge >= 0) & ~(network.bridge | network.tunnel)
        no_doors = np.array([kind in _NO_DOORS for kind in network.kinds], dtype=bool)
        if profile.mode == "drive" and no_doors.any():
            open_edges &= ~no_doors[network.kind]
        self._scrap = np.append(self.components.scrap, False)[of_edge]  # -1 falls on the appended False
        self._streets = street_lines(network)
        self.streets = StreetIndex(network, self._streets, np.flatnonzero(open_edges), barriers)
        self._large = self.streets
        if self._scrap.any():
            large = np.flatnonzero(open_edges & ~self._scrap)
            self._large = StreetIndex(network, self._streets, large, barriers)
        private = network.passages[profile.mode].restricted if self.components.length_m.size else self._scrap
        self._sort = np.select([private, self._scrap, of_edge > 0], [_PRIVATE, _SCRAP, _OTHER], _MAIN)
        sorts = np.unique(self._sort[open_edges]).tolist()
        self._by_sort = {
            sort: StreetIndex(
                network, self._streets, np.flatnonzero(open_edges & (self._sort == sort)), barriers
            )
            for sort in (sorts if len(sorts) > 1 else [])
        }

    def snap(self, x: FloatArray, y: FloatArray) -> Snaps:
        """Attach points; raises ValueError if a coordinate is not finite."""
        if not (np.isfinite(x).all() and np.isfinite(y).all()):
            raise ValueError("points to attach need finite coordinates")
        points = as_geometries(shapely.points(x, y))
        largest_m = self._profile.largest_access_m
        edge, around = self.streets.nearest(points, largest_m)
        rows = np.flatnonzero((edge >= 0) & self._scrap[edge])
        large, large_around = self._large.nearest(points[rows], largest_m)
        found = rows[large >= 0]
        edge[found], around[found] = large[large >= 0], large_around[large >= 0]
        moved = np.zeros(len(points), dtype=bool)
        moved[found] = True
        return self._attached(points, edge, moved, around)

    def all_doors(self, x: FloatArray, y: FloatArray) -> tuple[Int64Array, Snaps]:
        """Point of each row, ascending, and rows: the first door of every point, then its further ones.

        Raises
        ------
        ValueError
            If a coordinate is not finite.
        """
        first = self.snap(x, y)
        points = as_geometries(shapely.points(x, y))
        row, rows = [np.arange(len(points), dtype=np.int64)], first
        near_m = first.leg_m.copy()
        near_m[first.moved] = self.streets.distances(points[first.moved])
        for sort, streets in self._by_sort.items():
            asked = np.flatnonzero(first.on_network & (self._sort[first.edge] != sort))
            within_m = np.minimum(near_m[asked] + _HARDLY_FARTHER_M, self._profile.largest_access_m)
            edge = streets.nearest_open(points[asked], within_m)
            found = np.flatnonzero(edge >= 0)
            nothing = np.zeros(len(found), dtype=bool)
            row.append(asked[found])
            rows = rows.with_rows(self._attached(points[asked[found]], edge[found], nothing, nothing))
        point = np.concatenate(row)
        order = np.argsort(point, kind="stable")
        return point[order], rows.take(order)

    def _attached(self, points: Geometries, edge: Int32Array, moved: BoolArray, around: BoolArray) -> Snaps:
        on, off = np.flatnonzero(edge >= 0), np.flatnonzero(edge < 0)
        along = self._streets.fraction(edge[on], points[on])
        along[along < _AT_END] = 0.0
        along[along > 1.0 - _AT_END] = 1.0
        fraction, leg_m = np.full(len(edge), np.nan), np.full(len(edge), np.inf)
        fraction[on] = along
        leg_m[on] = shapely.distance(self._streets.lines[edge[on]], points[on])
        leg_m[off] = self.streets.distances(points[off])
        stage = np.where(leg_m <= self._profile.access_first_m, 1, 2).astype(np.int8)
        stage[off] = 0
        return Snaps(edge, fraction, leg_m, stage, moved, around)
