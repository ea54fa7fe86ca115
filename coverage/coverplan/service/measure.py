"""Measuring one standard: facilities that count, travel times, coverage of every demand point."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.ground.area import StudyArea
from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.network import Network
from coverplan.ground.terrain import Terrain
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.inputs.places.geometries import representative_points
from coverplan.reach.attached_demand import AttachedDemand
from coverplan.reach.graph import TravelGraph, compile_graph
from coverplan.reach.matrix import Nearest, Reach
from coverplan.reach.snapping.audit import snap_audit
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.entrances import place_doors
from coverplan.reach.snapping.snap import Snapper, Snaps
from coverplan.reach.snapping.street_index import Geometries
from coverplan.reach.speeds.profiles import Profile
from coverplan.reach.travel import nearest, stream_times, travel_times
from coverplan.scenario.scenario_file import Standard
from coverplan.service.cover import Coverage, judge, own_pairs
from coverplan.service.far_search import cut, near_and_far, sites_at_once
from coverplan.units import FloatArray, Int64Array, minutes_to_ms

#: Doors of single places that are kept.
_KEPT_DOORS = 64
_Doorway = tuple[str, float, float | None]
#: Point of each door, and the doors.
_Rows = tuple[Int64Array, Snaps]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one standard found.

    Parameters
    ----------
    standard, profile
        What was asked, and the profile it was walked with.
    coverage
        Every demand point.
    sites
        Positions in the facility table of the facilities that count, in the order of ``coverage.site_ids``.
    doors
        How those facilities meet the streets, areas by every street that crosses their outline; None for straight
        lines.
    homes
        How the demand points met the streets, in figures; None for straight lines.
    outside_area
        How many of them lie outside the study area.
    slope_effect
        Mean time as a multiple of the time on level ground; None where slope was not used.
    unplaced
        How many facilities would count but have no place on the map (they count for unit indicators only).
    """

    standard: Standard
    profile: Profile
    coverage: Coverage
    sites: tuple[int, ...]
    doors: Doors | None
    homes: Mapping[str, float] | None
    outside_area: int
    unplaced: int
    slope_effect: float | None


def counts_protected(measured: Measured, facilities: Facilities) -> bool:
    """Whether a protected facility counts: times from single points would then give its place away."""
    return not bool(facilities.table["public"].iloc[list(measured.sites)].all())


@dataclass(slots=True)
class Surveyor:
    """Measures standards on one study; streets are compiled once for a profile, doors found once for a mode.

    Parameters
    ----------
    network, demand, units, area
        The study.
    profiles
        Profiles by name.
    search_minutes
        How far the nearest facility is looked for, where that is beyond the standard; in every method and direction.
    terrain
        Height of the ground, for slopes; None: every street is level.
    barriers
        What the leg between a door and the street does not cross.
    doors_of
        Gives the doors of the demand points from a cache, or calls what finds them; None: they are found each time.
    """

    network: Network | None
    demand: Demand
    units: UnitTree
    area: StudyArea
    profiles: dict[str, Profile]
    search_minutes: float
    terrain: Terrain | None = None
    barriers: Geometries | None = None
    doors_of: Callable[[Profile, Callable[[], _Rows]], _Rows] | None = None
    _graphs: dict[str, TravelGraph] = field(default_factory=dict)
    _snappers: dict[_Doorway, Snapper] = field(default_factory=dict)
    _homes: dict[_Doorway, Doors] = field(default_factory=dict)
    _attached: dict[str, AttachedDemand] = field(default_factory=dict)
    _doors: OrderedDict[tuple[_Doorway, bytes], Doors] = field(default_factory=OrderedDict)

    def measure(self, standard: Standard, facilities: Facilities, year: int | None) -> Measured:
        """Measure one standard for the facilities that serve in `year`."""
        profile = self.profiles[standard.profile]
        counted = self.counted(standard, facilities, year)
        points = representative_points(facilities.table.geometry.to_numpy())
        placed = np.array([at for at in counted if points[at] is not None], dtype=np.int64)
        ids = tuple(facilities.table["id"].iloc[placed])
        xy = np.column_stack([shapely.get_x(points[placed]), shapely.get_y(points[placed])]).reshape(-1, 2)
        asked = _Asked(standard, profile, ids, xy)
        own = self._own_units(standard, facilities, placed) if standard.count == "own_unit" else None
        if standard.method == "euclidean":
            reach, near = self._straight(asked, own)
            doors, on_network = None, np.ones(self.demand.points, dtype=bool)
        else:
            shapes = facilities.table.geometry.to_numpy()[placed].tolist()
            doors = place_doors(self.snapper(profile), ids, shapes)
            reach, near = self._along_streets(asked, doors, own)
            on_network = self.homes(profile).on_network
        coverage = judge(
            reach,
            near,
            asked.limit_ms,
            demand=self.demand,
            on_network=on_network,
            has_units=bool(self.units.table.geometry.notna().any()),
        )
        return Measured(
            standard,
            profile,
            coverage,
            tuple(placed.tolist()),
            doors=doors,
            homes=None if doors is None else self._audit(profile, standard.groups[0]),
            outside_area=int((~self.area.holds(xy[:, 0], xy[:, 1])).sum()),
            unplaced=len(counted) - len(placed),
            slope_effect=None if standard.method == "euclidean" else self.graph(profile).slope_effect,
        )

    def reach_of(
        self,
        standard: Standard,
        ids: Sequence[str],
        shapes: Sequence[shapely.Geometry],
        codes: Sequence[str | None],
        *,
        far: bool = False,
    ) -> Reach:
        """Times within a standard from any places, as `measure` would find them for facilities that stand there.

        Parameters
        ----------
        standard
            Profile, minutes, method, direction and who serves whom.
        ids, shapes
            The places; ids are unique.
        codes
            Unit to which a facility at each place would belong, None for none.
        far
            As far as the nearest facility is looked for, which may be beyond the standard.
        """
        profile = self.profiles[standard.profile]
        points = representative_points(np.array([*shapes, None], dtype=object)[:-1])
        xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)]).reshape(-1, 2)
        asked = _Asked(standard, profile, tuple(ids), xy)
        limit_ms = self._search_ms(asked) if far else asked.limit_ms
        if standard.method == "euclidean":
            reach = self._straight_pairs(asked, limit_ms)
        else:
            doors = self.doors(profile, ids, shapes)
            homes = self.homes(profile)
            reach = travel_times(
                self.graph(profile),
                doors,
                homes,
                limit_ms,
                direction=standard.direction,
                at_demand=self._homes_attached(profile),
            )
        if standard.count == "own_unit":
            levels = self._levels(standard)
            of_site = [levels.get(code) if isinstance(code, str) else None for code in codes]
            return own_pairs(reach, of_site, self._of_points(levels))
        return reach

    def graph(self, profile: Profile) -> TravelGraph:
        """Streets compiled for a profile."""
        if profile.name not in self._graphs:
            assert self.network is not None
            self._graphs[profile.name] = compile_graph(self.network, profile, self.terrain)
        return self._graphs[profile.name]

    def snapper(self, profile: Profile) -> Snapper:
        """Streets of a mode, ready to attach points within the profile's access distances."""
        doorway = _doorway(profile)
        if doorway not in self._snappers:
            assert self.network is not None
            self._snappers[doorway] = Snapper(self.network, profile, self.barriers)
        return self._snappers[doorway]

    def doors(self, profile: Profile, ids: Sequence[str], shapes: Sequence[shapely.Geometry]) -> Doors:
        """Doors of places; those of a single place are kept, since several standards ask for the same one."""
        snapper = self.snapper(profile)
        if len(ids) != 1:
            return place_doors(snapper, ids, list(shapes))
        key = _doorway(profile), shapely.to_wkb(shapes[0])
        found = self._doors.get(key)
        if found is None:
            found = self._doors[key] = place_doors(snapper, ids, list(shapes))
            while len(self._doors) > _KEPT_DOORS:
                self._doors.popitem(last=False)
        return Doors(tuple(ids), found.start, found.snaps)

    def homes(self, profile: Profile) -> Doors:
        """How the demand points meet the streets."""
        doorway = _doorway(profile)
        if doorway not in self._homes:

            def find() -> _Rows:
                return self.snapper(profile).all_doors(self.demand.x, self.demand.y)

            point, snaps = find() if self.doors_of is None else self.doors_of(profile, find)
            self._homes[doorway] = Doors.of_rows(self.demand.ids.tolist(), point, snaps)
        return self._homes[doorway]

    def _homes_attached(self, profile: Profile) -> AttachedDemand:
        """The demand points attached to the profile's streets."""
        if profile.name not in self._attached:
            self._attached[profile.name] = AttachedDemand(self.graph(profile), self.homes(profile))
        return self._attached[profile.name]

    def _audit(self, profile: Profile, group: str) -> Mapping[str, float]:
        people = np.where(self.demand.inside, self.demand.people[group], 0.0)
        return snap_audit(self.homes(profile).first, self.snapper(profile).components, people).as_dict()

    @staticmethod
    def counted(standard: Standard, facilities: Facilities, year: int | None) -> NDArray[np.int64]:
        """Positions in the table of the facilities that count for a standard and serve in `year`."""
        return facilities.serving(standard.layer, standard.types, year)

    def _along_streets(self, asked: _Asked, sites: Doors, own: _Owned | None) -> tuple[Reach, Nearest]:
        graph, homes = self.graph(asked.profile), self.homes(asked.profile)
        direction, search_ms = asked.standard.direction, self._search_ms(asked)
        if direction != "round_trip" and own is None:
            reach = travel_times(graph, sites, homes, asked.limit_ms, direction=direction)
            return reach, nearest(graph, sites, homes, search_ms, direction=direction)
        pieces = stream_times(
            graph,
            sites,
            homes,
            search_ms,
            direction=direction,
            sites_at_once=sites_at_once(self.demand.points),
        )
        return near_and_far(_only_own(pieces, own), asked.ids, self.demand.ids.tolist(), asked.limit_ms)

    def _straight(self, asked: _Asked, own: _Owned | None) -> tuple[Reach, Nearest]:
        from coverplan.reach.straight import straight_nearest, straight_times

        homes, search_ms = self._homes_xy(), self._search_ms(asked)
        if own is None:
            near = straight_nearest(asked.ids, asked.xy, homes, search_ms, profile=asked.profile)
            return self._straight_pairs(asked, asked.limit_ms), near
        demand_ids = self.demand.ids.tolist()
        pieces = (
            straight_times(
                asked.ids[part], asked.xy[part], demand_ids, homes, search_ms, profile=asked.profile
            )
            for part in cut(len(asked.ids), sites_at_once(self.demand.points))
        )
        return near_and_far(_only_own(pieces, own), asked.ids, self.demand.ids.tolist(), asked.limit_ms)

    def _straight_pairs(self, asked: _Asked, limit_ms: int) -> Reach:
        from coverplan.reach.straight import straight_times

        homes, ids = self._homes_xy(), self.demand.ids.tolist()
        return straight_times(asked.ids, asked.xy, ids, homes, limit_ms, profile=asked.profile)

    def _homes_xy(self) -> FloatArray:
        return np.column_stack([self.demand.x, self.demand.y])

    def _search_ms(self, asked: _Asked) -> int:
        return max(asked.limit_ms, minutes_to_ms(self.search_minutes))

    def _own_units(self, standard: Standard, facilities: Facilities, placed: NDArray[np.int64]) -> _Owned:
        """Unit of each facility and each point at the level within which a facility serves."""
        levels = self._levels(standard)
        of_site = [
            levels.get(code) if isinstance(code, str) else None for code in self.units_of(facilities, placed)
        ]
        return _Owned(of_site, self._of_points(levels))

    def units_of(self, facilities: Facilities, rows: NDArray[np.int64]) -> list[object]:
        """Unit to which each of some facilities belongs: the declared one where it exists, else where it lies."""
        table = facilities.table
        declared = table["unit_code"].where(table["unit_code"].isin(self.units.codes))
        return declared.where(declared.notna(), table["unit"]).iloc[rows].tolist()

    def _levels(self, standard: Standard) -> dict[str, str | None]:
        """Unit of the level that counts above each unit."""
        types = standard.own_unit_types
        return {code: self.units.ancestor_of_type(code, types) for code in self.units.codes}

    def _of_points(self, levels: Mapping[str, str | None]) -> list[str | None]:
        codes = self.units.codes
        return [None if at == OUTSIDE else levels[codes[at]] for at in self.demand.unit.tolist()]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A standard with the facilities that count for it."""

    standard: Standard
    profile: Profile
    ids: tuple[str, ...]
    xy: FloatArray

    @property
    def limit_ms(self) -> int:
        return minutes_to_ms(self.standard.minutes)


@dataclass(frozen=True, slots=True)
class _Owned:
    """Unit of each facility and of each demand point within which a facility serves (R7)."""

    of_site: Sequence[str | None]
    of_point: Sequence[str | None]


def _only_own(pieces: Iterable[Reach], own: _Owned | None) -> Iterator[Reach]:
    """The pieces with only those pairs whose facility and people belong together."""
    first = 0
    for piece in pieces:
        mine = slice(first, first + piece.sites)
        yield piece if own is None else own_pairs(piece, own.of_site[mine], own.of_point)
        first += piece.sites


def _doorway(profile: Profile) -> _Doorway:
    return profile.mode, profile.access_first_m, profile.access_second_m
