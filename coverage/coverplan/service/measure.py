"""Measuring one standard: facilities that count, travel times, coverage of every demand point."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.ground.area import StudyArea
from coverplan.ground.demand import Demand
from coverplan.ground.facilities import Facilities
from coverplan.ground.network import Network
from coverplan.ground.terrain import Terrain
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.reach.graph import TravelGraph, compile_graph
from coverplan.reach.matrix import Nearest, Reach
from coverplan.reach.snapping.audit import snap_audit
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.entrances import place_doors
from coverplan.reach.snapping.snap import Snapper, Snaps
from coverplan.reach.snapping.street_index import Geometries
from coverplan.reach.speeds.profiles import PRESETS, Profile
from coverplan.reach.travel import nearest, travel_times
from coverplan.scenario.scenario_file import ProfileEntry, ScenarioFile, Snapping, Standard
from coverplan.service.cover import Coverage, judge, own_unit_only
from coverplan.study.facility_layers import representative_points
from coverplan.units import FloatArray, Int64Array, minutes_to_ms

#: Where the nearest facility is read from the matrix, the matrix reaches this many times as far as the standard.
SEARCH_FACTOR = 2

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


#: What an entry may say of a profile beside its name, source and speeds.
_OWN_FIELDS = (
    "steps_factor",
    "crossing_s",
    "slope_response",
    "downhill_gain_cap",
    "access_first_m",
    "access_second_m",
)


def scenario_profiles(scenario: ScenarioFile) -> dict[str, Profile]:
    """Every profile that a standard may name: presets and the scenario's own, with its snapping limits."""
    presets = {name: _snapped(profile, scenario.snapping) for name, profile in PRESETS.items()}
    own = {entry.name: _own_profile(entry, presets[entry.based_on]) for entry in scenario.profiles}
    return {**presets, **own}


def _own_profile(entry: ProfileEntry, base: Profile) -> Profile:
    """A preset changed by what the entry says; what is left out stays."""
    speed = entry.speed_m_s if entry.speed_m_s is not None else base.speed_m_s
    door = entry.access_speed_m_s
    if door is None:
        door = speed if base.mode == "walk" else base.access_speed_m_s
    return replace(
        base,
        name=entry.name,
        source=entry.source,
        speed_m_s=speed,
        access_speed_m_s=door,
        **{name: value for name in _OWN_FIELDS if (value := getattr(entry, name)) is not None},
    )


def _snapped(profile: Profile, snapping: Snapping) -> Profile:
    if profile.mode != "walk":
        return profile
    return replace(profile, access_first_m=snapping.first_m, access_second_m=snapping.second_m)


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
        How far beyond the standard the nearest facility is looked for.
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

    def measure(self, standard: Standard, facilities: Facilities, year: int | None) -> Measured:
        """Measure one standard for the facilities that serve in `year`."""
        profile = self.profiles[standard.profile]
        counted = self.counted(standard, facilities, year)
        points = representative_points(facilities.table.geometry.to_numpy())
        placed = np.array([at for at in counted if points[at] is not None], dtype=np.int64)
        ids = tuple(facilities.table["id"].iloc[placed])
        xy = np.column_stack([shapely.get_x(points[placed]), shapely.get_y(points[placed])]).reshape(-1, 2)
        asked = _Asked(standard, profile, ids, xy)
        if standard.method == "euclidean":
            reach, near = self._straight(asked)
            doors, on_network = None, np.ones(self.demand.points, dtype=bool)
        else:
            reach, near, doors = self._along_streets(asked, facilities.table.geometry.to_numpy()[placed])
            on_network = self.homes(profile).on_network
        if standard.count == "own_unit":
            reach, near = self._own_unit(reach, standard, facilities, placed)
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
        """
        profile = self.profiles[standard.profile]
        points = representative_points(np.array([*shapes, None], dtype=object)[:-1])
        xy = np.column_stack([shapely.get_x(points), shapely.get_y(points)]).reshape(-1, 2)
        asked = _Asked(standard, profile, tuple(ids), xy)
        if standard.method == "euclidean":
            reach, _ = self._straight(asked)
        else:
            reach = self._times(asked, place_doors(self.snapper(profile), ids, list(shapes)))
        if standard.count == "own_unit":
            reach, _ = self._own_pairs(reach, standard, codes)
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

    def homes(self, profile: Profile) -> Doors:
        """How the demand points meet the streets."""
        doorway = _doorway(profile)
        if doorway not in self._homes:

            def find() -> _Rows:
                return self.snapper(profile).all_doors(self.demand.x, self.demand.y)

            point, snaps = find() if self.doors_of is None else self.doors_of(profile, find)
            self._homes[doorway] = Doors.of_rows(self.demand.ids.tolist(), point, snaps)
        return self._homes[doorway]

    def _audit(self, profile: Profile, group: str) -> Mapping[str, float]:
        people = np.where(self.demand.inside, self.demand.people[group], 0.0)
        return snap_audit(self.homes(profile).first, self.snapper(profile).components, people).as_dict()

    @staticmethod
    def counted(standard: Standard, facilities: Facilities, year: int | None) -> NDArray[np.int64]:
        """Positions in the table of the facilities that count for a standard and serve in `year`."""
        counts = facilities.of_layer(standard.layer) & facilities.open_in(year)
        if standard.types is not None:
            counts &= facilities.table["type"].isin(standard.types).to_numpy()
        return np.flatnonzero(counts)

    def _along_streets(self, asked: _Asked, shapes: NDArray[np.object_]) -> tuple[Reach, Nearest, Doors]:
        graph, homes = self.graph(asked.profile), self.homes(asked.profile)
        sites = place_doors(self.snapper(asked.profile), asked.ids, shapes.tolist())
        direction = asked.standard.direction
        reach = self._times(asked, sites)
        if direction == "round_trip" or asked.standard.count == "own_unit":
            return reach, reach.nearest(), sites
        search_ms = max(asked.limit_ms, minutes_to_ms(self.search_minutes))
        return reach, nearest(graph, sites, homes, search_ms, direction=direction), sites

    def _times(self, asked: _Asked, sites: Doors) -> Reach:
        """Pairs within the standard; farther where the nearest is read from them."""
        direction = asked.standard.direction
        wide = direction == "round_trip" or asked.standard.count == "own_unit"
        limit_ms = asked.limit_ms * SEARCH_FACTOR if wide else asked.limit_ms
        graph, homes = self.graph(asked.profile), self.homes(asked.profile)
        return travel_times(graph, sites, homes, limit_ms, direction=direction)

    def _straight(self, asked: _Asked) -> tuple[Reach, Nearest]:
        from coverplan.reach.straight import straight_times

        homes = np.column_stack([self.demand.x, self.demand.y])
        ids = self.demand.ids.tolist()
        limit_ms = asked.limit_ms * SEARCH_FACTOR
        reach = straight_times(asked.ids, asked.xy, ids, homes, limit_ms, profile=asked.profile)
        return reach, reach.nearest()

    def _own_unit(
        self, reach: Reach, standard: Standard, facilities: Facilities, placed: NDArray[np.int64]
    ) -> tuple[Reach, Nearest]:
        return self._own_pairs(reach, standard, self.units_of(facilities, placed))

    def units_of(self, facilities: Facilities, rows: NDArray[np.int64]) -> list[object]:
        """Unit to which each of some facilities belongs: the declared one where it exists, else where it lies."""
        table = facilities.table
        declared = table["unit_code"].where(table["unit_code"].isin(self.units.codes))
        return declared.where(declared.notna(), table["unit"]).iloc[rows].tolist()

    def _own_pairs(
        self, reach: Reach, standard: Standard, site_codes: Sequence[object]
    ) -> tuple[Reach, Nearest]:
        codes = self.units.codes
        level = {code: self.units.ancestor_of_type(code, standard.own_unit_types) for code in codes}
        of_site = [level.get(code) if isinstance(code, str) else None for code in site_codes]
        of_point = [None if at == OUTSIDE else level[codes[at]] for at in self.demand.unit.tolist()]
        return own_unit_only(reach, of_site, of_point)


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


def _doorway(profile: Profile) -> _Doorway:
    return profile.mode, profile.access_first_m, profile.access_second_m
