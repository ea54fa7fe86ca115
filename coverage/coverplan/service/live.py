"""One standard measured again and again while facilities come, go and move: only what changes is computed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.ground.facilities import Facilities
from coverplan.inputs.places.geometries import representative_points
from coverplan.reach.labels import decoded, id_ranks, packed, unreached
from coverplan.reach.live import LiveNearest
from coverplan.reach.matrix import Nearest
from coverplan.scenario.scenario_file import Standard
from coverplan.service.cover import Coverage, coverage_of
from coverplan.service.measure import Surveyor
from coverplan.units import Int32Array, minutes_to_ms

#: Places that are closed now and kept in case somebody comes back to them.
KEPT_PLACES = 512
#: Stands behind an id before the number of the place, and before every letter that an id may hold.
_PLACE_MARK = "\x01"


class Spot(NamedTuple):
    """Where a facility stands: its id, its shape, and its unit where people are served by their own unit alone."""

    id: str
    shape: bytes
    unit: str | None


@dataclass(frozen=True, slots=True)
class _Row:
    """Whom one spot serves: demand points, milliseconds, and which of them lie within the standard."""

    demand: Int32Array
    times_ms: Int32Array
    within: Int32Array


class LiveStandard:
    """Coverage of one standard, equal at any time to what `Surveyor.measure` finds for the same facilities.

    Parameters
    ----------
    surveyor
        Streets, demand points and doors, made once.
    standard
        What is measured.
    """

    def __init__(self, surveyor: Surveyor, standard: Standard) -> None:
        self.standard = standard
        self._surveyor = surveyor
        self._limit_ms = minutes_to_ms(standard.minutes)
        self._profile = surveyor.profiles[standard.profile]
        one_way = standard.direction != "round_trip" and standard.count == "all"
        self._streets = standard.method == "network"
        self._by_labels = one_way and self._streets
        self._rows: OrderedDict[Spot, _Row] = OrderedDict()
        self._now: dict[Spot, None] = {}
        self._within = np.zeros(surveyor.demand.points, dtype=np.int32)
        self._live: LiveNearest | None = None
        self._at: dict[Spot, int] = {}
        self._has_units = bool(surveyor.units.table.geometry.notna().any())
        self._on_network: NDArray[np.bool_] | None = None

    def coverage(self, facilities: Facilities, year: int | None) -> Coverage:
        """Every demand point, for the facilities that serve in `year`."""
        return self.coverage_of(self.places(facilities, year))

    def coverage_of(self, shapes: Mapping[Spot, shapely.Geometry]) -> Coverage:
        """Every demand point, for `places` that were looked up before."""
        spots = list(shapes)
        self._fetch([spot for spot in spots if spot not in self._rows], shapes)
        for spot in self._now.keys() - shapes.keys():
            self._within[self._rows[spot].within] -= 1
        for spot in shapes.keys() - self._now.keys():
            self._within[self._rows[spot].within] += 1
        nearest = self._by_search(spots, shapes) if self._by_labels else self._by_rows(spots)
        self._now = dict.fromkeys(spots)
        self._forget()
        return coverage_of(
            tuple(spot.id for spot in spots),
            self._within.copy(),
            nearest,
            demand=self._surveyor.demand,
            on_network=self._attached(),
            has_units=self._has_units,
        )

    def copy(self) -> LiveStandard:
        """The same facilities, to be changed apart from these."""
        other = copy(self)
        for name in ("_rows", "_now", "_at", "_within", "_live"):
            own = getattr(self, name)
            setattr(other, name, None if own is None else own.copy())
        return other

    def unlike(self, places: Mapping[Spot, shapely.Geometry]) -> int:
        """How many places would have to open or close, 0 where these are the ones looked at last."""
        return len(self._now.keys() ^ places.keys())

    def _attached(self) -> NDArray[np.bool_]:
        if self._on_network is None:
            everybody = np.ones(self._surveyor.demand.points, dtype=bool)
            homes = self._surveyor.homes(self._profile) if self._streets else None
            self._on_network = everybody if homes is None else homes.on_network
        return self._on_network

    def places(self, facilities: Facilities, year: int | None) -> dict[Spot, shapely.Geometry]:
        """Where the facilities that serve in `year` stand, in their order, with the shape of each."""
        counted = self._surveyor.counted(self.standard, facilities, year)
        shapes = facilities.column("geometry")[counted]
        points = representative_points(shapes)
        placed = np.array([point is not None for point in points], dtype=bool)
        rows = counted[placed]
        units: Sequence[object] = [None] * len(rows)
        if self.standard.count == "own_unit":
            units = self._surveyor.units_of(facilities, rows)
        ids = facilities.column("id")[rows]
        shapes = shapes[placed]
        drawn = shapely.to_wkb(shapes)
        return {
            Spot(str(name), shape, unit if isinstance(unit, str) else None): drawing
            for name, shape, unit, drawing in zip(ids, drawn, units, shapes, strict=True)
        }

    def _fetch(self, spots: list[Spot], shapes: Mapping[Spot, shapely.Geometry]) -> None:
        """Search from the spots that are not known yet, all at once."""
        if not spots:
            return
        names = [f"{spot.id}{_PLACE_MARK}{number}" for number, spot in enumerate(spots)]
        reach = self._surveyor.reach_of(
            self.standard,
            names,
            [shapes[spot] for spot in spots],
            [spot.unit for spot in spots],
            far=not self._by_labels,
        )
        for at, spot in enumerate(spots):
            demand, times_ms = reach.from_site(at)
            within = demand if self._by_labels else demand[times_ms <= self._limit_ms]
            # copies, so that a row that is kept does not keep the whole matrix
            self._rows[spot] = _Row(demand.copy(), times_ms.copy(), within.copy())

    def _by_search(self, spots: list[Spot], shapes: Mapping[Spot, shapely.Geometry]) -> Nearest:
        """Nearest spot within the search limit, kept up to date on the streets."""
        new = [spot for spot in spots if spot not in self._at]
        if self._live is None or len(self._at) + len(new) - len(spots) > KEPT_PLACES:
            self._begin(spots, shapes)
        elif new:
            first = len(self._at)
            doors = self._surveyor.doors(
                self._profile,
                [f"{spot.id}{_PLACE_MARK}{first + i}" for i, spot in enumerate(new)],
                [shapes[spot] for spot in new],
            )
            self._at |= zip(new, self._live.add(doors).tolist(), strict=True)
        assert self._live is not None
        wanted = np.zeros(len(self._at), dtype=bool)
        wanted[[self._at[spot] for spot in spots]] = True
        there = self._live.is_open
        for at in np.flatnonzero(there & ~wanted).tolist():
            self._live.close(at)
        for at in np.flatnonzero(wanted & ~there).tolist():
            self._live.open(at)
        found = self._live.nearest()
        place = np.full(len(self._at) + 1, -1, dtype=np.int32)
        place[[self._at[spot] for spot in spots]] = np.arange(len(spots), dtype=np.int32)
        return Nearest(found.time_ms, place[found.site])

    def _begin(self, spots: list[Spot], shapes: Mapping[Spot, shapely.Geometry]) -> None:
        """Search from everything that is open now, and know nothing else."""
        surveyor = self._surveyor
        self._at = {spot: at for at, spot in enumerate(spots)}
        doors = surveyor.doors(
            self._profile,
            [f"{spot.id}{_PLACE_MARK}{at}" for at, spot in enumerate(spots)],
            [shapes[spot] for spot in spots],
        )
        direction = self.standard.direction
        assert direction != "round_trip"
        self._live = LiveNearest(
            surveyor.graph(self._profile),
            doors,
            surveyor.homes(self._profile),
            max(self._limit_ms, minutes_to_ms(surveyor.search_minutes)),
            is_open=np.ones(len(spots), dtype=bool),
            direction=direction,
        )

    def _by_rows(self, spots: list[Spot]) -> Nearest:
        """Nearest spot among the rows, where the rows reach as far as the nearest is looked for."""
        limit_ms = int(max((row.times_ms.max(initial=0) for row in self._rows.values()), default=0))
        rank = id_ranks(tuple(spot.id for spot in spots))
        best = np.full(self._surveyor.demand.points, unreached(limit_ms))
        for at, spot in enumerate(spots):
            row = self._rows[spot]
            label = packed(row.times_ms.astype(np.int64), rank[at : at + 1])
            best[row.demand] = np.minimum(best[row.demand], label)
        return decoded(best, rank, limit_ms)

    def _forget(self) -> None:
        """Let go of the rows that were asked for longest ago, beyond those that serve now."""
        for spot in self._now:
            self._rows.move_to_end(spot)
        while len(self._rows) > len(self._now) + KEPT_PLACES:
            self._rows.popitem(last=False)
