"""What maps of one standard show alike on every sheet, paper and language: facilities by type, units with their names."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from coverplan.maps.before import facilities_at
from coverplan.maps.levels import depths, overview_level
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.subject import Subject
from coverplan.maps.symbols import FacilityKind, facility_kinds
from coverplan.units import BoolArray, FloatArray

#: Names on a map beyond which they would only stand in each other's way.
MOST_NAMES = 400


@dataclass(frozen=True, slots=True)
class Facilities:
    """Facilities of a standard's layer and types; those that do not count in the year among them.

    Parameters
    ----------
    kinds
        Types that are there.
    of_kind
        Position in `kinds` of each facility, shape (n,).
    places
        Where they stand in metres, shape (n, 2).
    serves
        Which of them count in the year, shape (n,).
    """

    kinds: list[FacilityKind]
    of_kind: np.ndarray
    places: FloatArray
    serves: BoolArray


def facilities_of(subject: Subject, ground: Ground) -> Facilities:
    """Facilities that a map of a standard shows, none where the result has no layer of them."""
    return ground.kept(("facilities", subject.key, subject.before), lambda: _facilities(subject))


def _facilities(subject: Subject) -> Facilities:
    if "facilities" not in subject.result.layers:
        return Facilities([], np.empty(0, dtype=np.int64), np.empty((0, 2)), np.empty(0, dtype=bool))
    known = facilities_at(subject.result, before=subject.before)
    chosen = known["layer"] == subject.layer
    if subject.standard["types"] is not None:
        chosen &= known["type"].isin(subject.standard["types"])
    own = known[chosen]
    types = own["type"].fillna("").tolist()
    kinds = [
        kind for kind in facility_kinds(subject.result) if kind.layer == subject.layer and kind.type in types
    ]
    place = {kind.type: at for at, kind in enumerate(kinds)}
    return Facilities(
        kinds,
        np.array([place[each] for each in types], dtype=np.int64),
        shapely.get_coordinates(shapely.point_on_surface(own.geometry.to_numpy())),
        own["serves"].to_numpy(dtype=bool),
    )


def units_of_level(ground: Ground, *, deepest: bool = False) -> gpd.GeoDataFrame | None:
    """Units of the lowest level that has few enough of them to be told apart, or of the lowest level."""
    return ground.kept(("units", deepest), lambda: _units(ground, deepest=deepest))


def _units(ground: Ground, *, deepest: bool) -> gpd.GeoDataFrame | None:
    layer = ground.result.layers.get("units")
    if layer is None:
        return None
    depth = depths(layer["code"].tolist(), layer["parent"].tolist())
    level = max(depth) if deepest else overview_level(depth)
    found = layer[(np.asarray(depth) == level) & layer.geometry.notna()]
    return found if len(found) else None


def names_of_level(ground: Ground, *, deepest: bool = False) -> list[tuple[str, float, float]]:
    """Names of the units of a level and a place inside each, the largest first, at most `MOST_NAMES`."""
    return ground.kept(("names", deepest), lambda: _names(units_of_level(ground, deepest=deepest)))


def _names(layer: gpd.GeoDataFrame | None) -> list[tuple[str, float, float]]:
    if layer is None:
        return []
    layer = layer.iloc[np.argsort(-layer.geometry.area.to_numpy(), kind="stable")[:MOST_NAMES]]
    places = shapely.get_coordinates(shapely.point_on_surface(layer.geometry.to_numpy()))
    return [(name, x, y) for name, (x, y) in zip(layer["name"].astype(str), places.tolist(), strict=True)]
