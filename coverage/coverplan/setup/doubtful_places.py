"""Coordinates that can be read and cannot be meant: degrees that are minutes and seconds, people in a shifted datum."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from coverplan.errors import Problem
from coverplan.inputs.people.population import People
from coverplan.inputs.places.coordinate_digits import surely_packed, unpacked_degrees
from coverplan.inputs.places.coordinates import transform_points
from coverplan.inputs.places.datum import from_wgs84
from coverplan.inputs.places.datum_detector import Detection, Evidence, detect_datum
from coverplan.scenario.study_file import Population
from coverplan.units import FloatArray

#: Places may lie so far outside what is drawn and still belong to it; nearly all of them are within.
_AROUND_M, _NEARLY_ALL = 2_000.0, 0.9
#: Only people so near to the border say by it where they belong, and so many of them are asked.
_BORDER_M, _ASKED = 1_500.0, 250
#: So many homes show how coordinates are printed.
_MOST_PRINTED = 500
_SHIFTED = ("gcj02", "bd09")


def packed_degrees(
    printed: tuple[Sequence[object], Sequence[object]],
    read: tuple[FloatArray, FloatArray],
    bounds: tuple[float, float, float, float] | None,
    crs: pyproj.CRS,
    path: Path,
) -> Problem | None:
    """A warning where degrees, minutes and seconds were written as one number (120.3045 for 120°30′45″).

    Parameters
    ----------
    printed
        Longitudes and latitudes, in either order, as they stand in the file.
    read
        Where they lie as decimal degrees, in `crs`.
    bounds
        Of the study's outlines or people in `crs`, None where nothing else says where the study is.
    crs, path
        The study's CRS, and the file.
    """
    first, second = (unpacked_degrees(cells) for cells in printed)
    if first is None or second is None or len(first) != len(second):
        return None
    lon, lat = (second, first) if np.abs(first).max() <= 90 < np.abs(second).max() else (first, second)
    if np.abs(lat).max() > 90:
        return None
    sure = surely_packed(*printed)
    if bounds is not None:
        fits = _within(transform_points(lon, lat, "EPSG:4326", crs), bounds) >= _NEARLY_ALL
        sure = fits and (sure or _within(read, bounds) <= 1 - _NEARLY_ALL)
    if not sure:
        return None
    sample = f"{printed[0][0]}, {printed[1][0]}"
    meant = f"{first[0]:.5f}, {second[0]:.5f}"
    return Problem(
        f"the coordinates look like degrees, minutes and seconds in one number: {sample} would be {meant}",
        path,
        field="datum",
        value=sample,
        expected="decimal degrees, or 120°30′45″",
        remedy="if that is true, write decimal degrees; nothing was changed",
        severity="warning",
        code="packed_degrees",
        details={"printed": sample, "meant": meant},
    )


def swapped_axes(
    read: tuple[FloatArray, FloatArray],
    system: pyproj.CRS,
    bounds: tuple[float, float, float, float] | None,
    crs: pyproj.CRS,
    path: Path,
) -> Problem | None:
    """A warning where places lie elsewhere as they were read, and within the study with x and y the other way round.

    Parameters
    ----------
    read
        Where they lie as they were read, in `crs`.
    system
        What their numbers are in.
    bounds
        Of the study's outlines or people in `crs`, None where nothing else says where the study is.
    crs, path
        The study's CRS, and the file.
    """
    if bounds is None or not len(read[0]) or _within(read, bounds) > 1 - _NEARLY_ALL:
        return None
    across, up = transform_points(*read, crs, system)
    if _within(transform_points(up, across, system, crs), bounds) < _NEARLY_ALL:
        return None
    sample = f"{across[0]:.6g}, {up[0]:.6g}" if system.is_geographic else f"{across[0]:.0f}, {up[0]:.0f}"
    return Problem(
        "x and y (longitude and latitude) look swapped: the other way round the places lie in the study",
        path,
        field="x, y",
        value=sample,
        expected="longitude (or easting) as x, latitude (or northing) as y",
        remedy="swap x and y under `columns`; nothing was changed",
        severity="warning",
        code="axes_swapped",
    )


def _within(places: tuple[FloatArray, FloatArray], bounds: tuple[float, float, float, float]) -> float:
    """Share of places that lie within bounds or near to them."""
    (x, y), (west, south, east, north) = places, bounds
    inside = (
        (x > west - _AROUND_M) & (x < east + _AROUND_M) & (y > south - _AROUND_M) & (y < north + _AROUND_M)
    )
    return float(inside.mean()) if len(inside) else 0.0


def outline_bounds(
    units: gpd.GeoDataFrame, people: People | None
) -> tuple[float, float, float, float] | None:
    """Bounds of what the units have drawn, else of where people are; None where neither is known."""
    drawn = (
        units.geometry[~(units.geometry.isna() | units.geometry.is_empty)] if len(units) else units.geometry
    )
    if len(drawn):
        west, south, east, north = drawn.total_bounds.tolist()
        return west, south, east, north
    if people is None or not len(people.x):
        return None
    return float(people.x.min()), float(people.y.min()), float(people.x.max()), float(people.y.max())


def printed_homes(
    source: Population, people: People, crs: pyproj.CRS
) -> tuple[tuple[list[object], list[object]], tuple[FloatArray, FloatArray]] | None:
    """Degrees of some homes about as they are printed, and where they lie; None where a table printed no degrees."""
    metres = source.crs is not None and not pyproj.CRS.from_user_input(source.crs).is_geographic
    if source.x is None or source.y is None or metres or source.datum in _SHIFTED or not len(people.x):
        return None
    some = np.linspace(0, len(people.x) - 1, min(len(people.x), _MOST_PRINTED)).astype(int)
    x, y = people.x[some], people.y[some]
    lon, lat = (
        [f"{value:.7f}".rstrip("0") for value in axis] for axis in transform_points(x, y, crs, "EPSG:4326")
    )
    return (list(lon), list(lat)), (x, y)


def people_detection(
    source: Population, people: People, units: gpd.GeoDataFrame, streets: np.ndarray | None, crs: pyproj.CRS
) -> Detection | None:
    """Which datum people's places look like, by the outlines that hold them and the streets beside them.

    None where they do not stand at points, or where it agrees with what the study file says or cannot be told.
    """
    drawn = [shape for shape in units.geometry if shape is not None and not shape.is_empty]
    if not drawn or not len(people.x) or source.spread == "uniform":
        return None
    area = shapely.union_all(drawn)
    points = shapely.points(people.x, people.y)
    border = shapely.boundary(area)
    shapely.prepare(border)
    near = np.flatnonzero(shapely.dwithin(border, points, _BORDER_M))
    chance = np.random.default_rng(0)
    asked = [chance.permutation(rows)[:_ASKED] for rows in (near, np.arange(len(people.x)))]
    rows = np.unique(np.concatenate(asked))
    lon, lat = transform_points(people.x[rows], people.y[rows], crs, "EPSG:4326")
    if source.datum in _SHIFTED:
        lon, lat = from_wgs84(lon, lat, source.datum)  # type: ignore[arg-type]
    outlines = np.full(len(rows), area, dtype=object)
    found = detect_datum(lon, lat, Evidence(crs, outlines, streets))
    said = source.datum if source.datum in _SHIFTED else "wgs84"
    return None if found.datum in {None, said} else found
