"""Which types of facility may be opened at a candidate, and the first reason against each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from coverplan.candidates.exclusion import ExcludedZone, NotChecked
from coverplan.candidates.nearness import Shapes, nearer_than, within_distance
from coverplan.candidates.place_files import PlaceFiles
from coverplan.candidates.sources import Maker
from coverplan.inputs.tables.column_values import cell_text, has_columns, texts
from coverplan.scenario.candidate_file import LandUse, SitingPlaces
from coverplan.study.load import Study
from coverplan.units import BoolArray, FloatArray
from coverplan.yamlfile import KeyPath


@dataclass(frozen=True, slots=True)
class Ground:
    """Candidates and everything that is asked of them.

    Parameters
    ----------
    maker
        The study, and where problems go.
    table
        Candidates, with the column ``order``: which source goes first where two have the same place.
    standing
        Facilities that serve in the year.
    places, zones, place
        What the scenario asks, its zones as they were read, and where it stands.
    """

    maker: Maker
    table: gpd.GeoDataFrame
    standing: gpd.GeoDataFrame
    places: SitingPlaces
    zones: tuple[ExcludedZone, ...]
    place: KeyPath

    @property
    def points(self) -> NDArray[np.object_]:
        """Shape (candidates,): points in the study's CRS."""
        return np.asarray(self.table.geometry.to_numpy(), dtype=object)


@dataclass(frozen=True, slots=True)
class _Check:
    """A reason, the candidates it strikes, and the types it speaks of (None: all)."""

    reason: str
    bad: BoolArray
    types: tuple[str, ...] | None = None


def slope_percent(study: Study, x: FloatArray, y: FloatArray) -> FloatArray:
    """Shape (places,): slope of the ground in percent, NaN where a height is unknown or the study has none."""
    if study.terrain is None:
        return np.full(len(x), np.nan)
    return study.terrain.slope_percent(x, y, study.area.crs.to_string())


def reasons_of(
    ground: Ground,
    types: tuple[str, ...],
    on_network: Callable[[str, FloatArray, FloatArray], BoolArray] | None,
) -> tuple[dict[str, NDArray[np.object_]], tuple[NotChecked, ...]]:
    """First reason against each type, by type with shape (candidates,), and what could not be looked at."""
    points = ground.points
    x, y = shapely.get_x(points), shapely.get_y(points)
    checks = [
        _Check("outside_area", ~ground.maker.study.area.holds(x, y)),
        *([_Check("off_network", ~on_network(kind, x, y), (kind,)) for kind in types] if on_network else []),
        *_zone_checks(ground, types),
        *_land_use_checks(ground),
    ]
    steep, unknown = _steep(ground)
    checks += steep
    checks += _too_near(ground, types)
    reasons = {}
    for kind in types:
        reason = _not_meant(ground, kind)
        for check in checks:
            if check.types is None or kind in check.types:
                reason[(reason == "") & check.bad] = check.reason
        reason[_second_at_its_place(ground, reason == "")] = "same_place"
        reasons[kind] = reason
    return reasons, unknown


def _not_meant(ground: Ground, kind: str) -> NDArray[np.object_]:
    """Shape (candidates,), object: ``not_for_type`` where the source is for other types, else empty."""
    meant = [s.name for s in ground.places.candidates if s.types is None or kind in s.types]
    return np.where(ground.table["source"].isin(meant), "", "not_for_type").astype(object)


def _zone_checks(ground: Ground, types: tuple[str, ...]) -> Iterator[_Check]:
    for zone in ground.zones:
        if zone.types is None or set(types) & set(zone.types):
            bad = within_distance(ground.points, zone.shapes, zone.buffer_m)
            yield _Check(f"excluded:{zone.name}", bad, zone.types)


def _land_use_checks(ground: Ground) -> Iterator[_Check]:
    asked = ground.places.land_use
    found = None if asked is None else read_land_use(asked, ground.maker.files, ground.place)
    if asked is None or found is None:
        return
    shapes, allowed = found
    mapped = within_distance(ground.points, shapes, 0.0)
    fits = within_distance(ground.points, shapes[allowed], 0.0)
    yield _Check("land_use", mapped & ~fits, asked.types)
    if asked.unmapped == "refuse":
        yield _Check("land_use_unmapped", ~mapped, asked.types)


def read_land_use(asked: LandUse, files: PlaceFiles, place: KeyPath) -> tuple[Shapes, BoolArray] | None:
    """Shapes of a layer of land use, and on which of them facilities may stand; None and a problem where it cannot be read.

    `place` is where the settings of places stand in the document.
    """
    table = files.table(asked, (*place, "land_use"))
    if table is None or not has_columns(table, [asked.column], files.problems):
        return None
    shapes = files.shapes(table, asked)
    return None if shapes is None else (shapes, _allowed(asked, texts(table, asked.column), files, place))


def _allowed(asked: LandUse, found: list[str | None], files: PlaceFiles, place: KeyPath) -> BoolArray:
    wanted = {cell_text(value) for value in asked.allow}
    for number, value in enumerate(asked.allow):
        if cell_text(value) not in found:
            there = sorted({text for text in found if text is not None})
            files.problems.add(
                files.document.problem(
                    (*place, "land_use", "allow", number),
                    "no shape has this land use",
                    value=value,
                    expected=f"one of {', '.join(there[:30])}",
                    severity="warning",
                    code="unknown_land_use",
                )
            )
    return np.array([text in wanted for text in found], dtype=bool)


def _steep(ground: Ground) -> tuple[list[_Check], tuple[NotChecked, ...]]:
    limit, maker = ground.places.largest_slope_percent, ground.maker
    if limit is None:
        return [], ()
    here = (*ground.place, "largest_slope_percent")
    if maker.study.terrain is None:
        maker.problems.add(
            maker.document.problem(
                here,
                "a largest slope is asked for and the study knows no heights",
                value=limit,
                expected="elevation and streets in the study file",
                remedy="add them, or remove the key",
                code="no_elevation",
            )
        )
        return [], ()
    slope = ground.table["slope_percent"].to_numpy(dtype=np.float64)
    blind = int(np.isnan(slope).sum())
    if blind:
        maker.problems.add(
            maker.document.problem(
                here,
                f"the slope is unknown at {blind} candidates; none of them is excluded for it",
                expected="heights around every candidate",
                remedy="look at these places by hand, or use a larger height model",
                severity="warning",
                code="slope_unknown",
                details={"count": blind},
            )
        )
    unknown = (NotChecked("slope", "slope", "no_height", blind),) if blind else ()
    return [_Check("too_steep", slope > limit)], unknown


def _too_near(ground: Ground, types: tuple[str, ...]) -> Iterator[_Check]:
    for kind, limit_m in ground.places.least_distance_m.items():
        if kind in types:
            same = ground.standing[ground.standing["type"] == kind].geometry.to_numpy()
            yield _Check("too_near", nearer_than(ground.points, same, limit_m), (kind,))


def _second_at_its_place(ground: Ground, usable: BoolArray) -> BoolArray:
    """Shape (candidates,): usable, and another source that goes first has a usable candidate at the very place."""
    second = np.zeros(len(usable), dtype=bool)
    rows = np.flatnonzero(usable)
    order = ground.table["order"].to_numpy()[rows]
    places = np.column_stack((shapely.get_x(ground.points[rows]), shapely.get_y(ground.points[rows])))
    _, which = np.unique(places, axis=0, return_inverse=True)
    first = np.full(which.max(initial=-1) + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, which.ravel(), order)
    second[rows] = order > first[which.ravel()]
    return second
