"""Heights of the ground from a raster: numbers that are no heights left out, errors of measurement smoothed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.ground.terrain import Terrain
from coverplan.inputs.places.known_shift import unknown_shift
from coverplan.inputs.rasters.opening import (
    Bounds,
    affine_of,
    no_overlap,
    opened_raster,
    rasterio_window,
    window_of,
)
from coverplan.scenario.study_file import HeightUnit
from coverplan.units import BoolArray, FloatArray

_METRES_PER_UNIT = {"m": 1.0, "dm": 0.1, "cm": 0.01, "ft": 0.3048}
#: The Dead Sea's shore lies at -430 m and Everest's top at 8,849 m.
_LOWEST_M, _HIGHEST_M = -500.0, 9_000.0
#: Marks for no data that are possible heights in centimetres or decimetres.
_MARKS = (-32_768, -9_999, -99_999, 65_535, 32_767)
#: Between the lowest or highest ground and the next there is no such step with nothing in it; a mark stands so apart.
_STEP_M = 100.0
#: Several marks may be used in one raster, at either end.
_MOST_APART = 4
#: A difference of two mixed second differences: zero on planes and on what bends one way only (Immerkaer 1996).
_UNEVEN = np.array([[1.0, -2.0, 1.0], [-2.0, 4.0, -2.0], [1.0, -2.0, 1.0]])
_UNEVEN_NOISE = 6.0
_MEDIAN_OF_NORMAL = 0.6745
#: Slope that errors may feign on level ground, rise over run; more is smoothed away.
_FEIGNED_SLOPE = 0.005
#: Below this many cells a blur does nothing.
_LEAST_BLUR = 0.5


def read_elevation(
    path: Path,
    *,
    problems: Problems,
    unit: HeightUnit = "m",
    said_crs: str | None = None,
    bounds_lonlat: Bounds | None = None,
) -> Terrain | None:
    """Heights of a raster's first band; None exactly if an error was written to `problems`.

    Parameters
    ----------
    path
        A GeoTIFF, or any raster that GDAL reads, in any CRS.
    problems
        Receives whatever is wrong; numbers that are no heights on earth, a raster that covers only part of the
        bounds, and heights that had to be smoothed are told without stopping anything.
    unit
        Unit of the raster's numbers.
    said_crs
        CRS of a raster that does not say its own.
    bounds_lonlat
        West, south, east, north in degrees: only the part of the raster that covers them is read.
    """
    with opened_raster(path, problems, crs=said_crs) as raster:
        if raster is None:
            return None
        source = raster.source
        window = window_of(raster, bounds_lonlat)
        if window is None:
            problems.add(no_overlap(path, "the elevation raster does not overlap the study area"))
            return None
        top, left, _, _ = window
        stored = source.read(1, window=rasterio_window(window), masked=True)
        height_m = np.ma.filled(stored.astype(np.float32), np.nan)
        height_m = (height_m * source.scales[0] + source.offsets[0]) * np.float32(_METRES_PER_UNIT[unit])
        impossible = _impossible(np.ma.filled(stored.astype(np.float64), np.nan), height_m, stored.dtype)
        height_m = np.where(impossible, np.nan, height_m).astype(np.float32)
        apart = _apart(height_m)
        height_m[apart] = np.nan
        a, b, c, d, e, f = affine_of(source)
        affine = (a, b, a * left + b * top + c, d, e, d * left + e * top + f)
        crs = raster.crs
        problems.extend(unknown_shift(crs, "EPSG:4326", path, x=affine[2], y=affine[5]))
    if not np.isfinite(height_m).any():
        problems.add(Problem("no cell of this raster has a height", path, code="empty_layer"))
        return None
    if impossible.any():
        problems.add(_no_heights(path, int(np.count_nonzero(impossible)), stored.data[impossible]))
    if apart.any():
        problems.add(_stand_apart(path, int(np.count_nonzero(apart)), stored.data[apart]))
    terrain = Terrain(height_m, affine, crs)
    if bounds_lonlat is not None:
        _report_partial_cover(terrain, path, bounds_lonlat, problems)
    return _smoothed(terrain, path, problems)


def noise_m(height_m: NDArray[np.floating]) -> float:
    """Standard deviation of the errors of heights, told from their unevenness; 0 where too few are known.

    The mask of Immerkaer (Fast noise variance estimation, 1996) is blind to planes and to what bends one way only;
    the median over all cells keeps ridges and embankments out of the estimate.
    """
    if min(height_m.shape) < _UNEVEN.shape[0]:
        return 0.0
    uneven = _uneven(height_m.astype(np.float64))
    known = np.abs(uneven[np.isfinite(uneven)])
    return float(np.median(known)) / (_MEDIAN_OF_NORMAL * _UNEVEN_NOISE) if len(known) else 0.0


def _uneven(height_m: FloatArray) -> FloatArray:
    """Shape (rows - 2, columns - 2): `_UNEVEN` laid on every cell that has eight neighbours."""
    rows, columns = height_m.shape[0] - 2, height_m.shape[1] - 2
    found = np.zeros((rows, columns))
    for (down, right), weight in np.ndenumerate(_UNEVEN):
        found += weight * height_m[down : down + rows, right : right + columns]
    return found


def _smoothed(terrain: Terrain, path: Path, problems: Problems) -> Terrain:
    """Heights whose errors feign no slope to speak of; unchanged where they are small.

    White noise of s metres in cells of c metres, blurred by a Gaussian of g cells, leaves slopes of
    ``s / (sqrt(8 pi) g^2 c)``; g is chosen so that this is `_FEIGNED_SLOPE`.
    """
    rows, columns = terrain.height_m.shape
    a, b, c, d, e, f = terrain.transform
    middle = (
        np.array([a * columns / 2 + b * rows / 2 + c]),
        np.array([d * columns / 2 + e * rows / 2 + f]),
    )
    cell_m = terrain.cell_m(*middle, terrain.crs)
    error_m = noise_m(terrain.height_m)
    blur = float(np.sqrt(error_m / (np.sqrt(8 * np.pi) * _FEIGNED_SLOPE * cell_m)))
    if blur < _LEAST_BLUR:
        return terrain
    # opened only where it is needed: it takes longer to import than most heights to read
    from scipy.ndimage import gaussian_filter

    known = np.isfinite(terrain.height_m)
    weight = gaussian_filter(known.astype(np.float64), blur, mode="nearest")
    filled = np.where(known, terrain.height_m, 0.0).astype(np.float64)
    height_m = gaussian_filter(filled, blur, mode="nearest") / np.where(weight > 0, weight, 1.0)
    problems.add(
        Problem(
            f"the heights have errors of about {error_m:.1f} m; they were smoothed over {blur * cell_m:.0f} m, "
            "so that the errors do not lengthen walks",
            path,
            remedy="nothing; a better height model needs less smoothing",
            severity="note",
            code="heights_smoothed",
            details={"error": f"{error_m:.1f}", "blur": f"{blur * cell_m:.0f}"},
        )
    )
    return Terrain(np.where(known, height_m, np.nan).astype(np.float32), terrain.transform, terrain.crs)


def _impossible(stored: NDArray[Any], height_m: NDArray[Any], kind: np.dtype[Any]) -> BoolArray:
    """Cells whose number is no height on earth, or a usual mark for no data."""
    marks = [mark for mark in _MARKS if np.can_cast(np.min_scalar_type(mark), kind)]
    odd = ~((height_m >= _LOWEST_M) & (height_m <= _HIGHEST_M)) | np.isin(stored, marks)
    return np.asarray(odd & np.isfinite(stored))


def _apart(height_m: NDArray[np.floating]) -> BoolArray:
    """Cells of one lowest or highest number that several hold, a step away from all other ground: marks such as 0 or 255."""
    found = np.zeros(height_m.shape, dtype=np.bool_)
    for sign in (1.0, -1.0):
        for _ in range(_MOST_APART):
            rising = height_m[np.isfinite(height_m) & ~found] * sign
            lowest = rising.min(initial=np.inf)
            above = rising[rising > lowest]
            if (
                len(above) > len(rising) - 2
                or float(above.min(initial=np.inf)) - lowest < _STEP_M
                or not len(above)
            ):
                break
            found |= height_m * sign == lowest
    return found


def _stand_apart(path: Path, count: int, values: NDArray[Any]) -> Problem:
    shown = ", ".join(f"{value:.6g}" for value in np.unique(values)[:3].tolist())
    return Problem(
        f"{count} cells hold {shown}, a step of more than {_STEP_M:.0f} m from all other heights; they count as unknown",
        path,
        value=shown,
        expected="heights in metres, and a declared nodata value",
        remedy="nothing if they mark gaps; streets are level there",
        severity="warning",
        code="height_apart",
        details={"count": count, "value": shown},
    )


def _no_heights(path: Path, count: int, values: NDArray[Any]) -> Problem:
    shown = ", ".join(f"{value:.6g}" for value in np.unique(values)[:3].tolist())
    return Problem(
        f"{count} cells hold numbers that are no heights on earth; they count as unknown",
        path,
        value=shown,
        expected="heights in metres, and a declared nodata value",
        remedy="nothing if they mark gaps; streets are level there; else check the unit (`unit: dm` or `cm`)",
        severity="warning",
        code="no_height",
        details={"count": count, "value": shown},
    )


def _report_partial_cover(terrain: Terrain, path: Path, bounds: Bounds, problems: Problems) -> None:
    """Warn where heights are missing on a grid of 50 x 50 points over the bounds, or in single cells between."""
    west, south, east, north = bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 50), np.linspace(south, north, 50))
    missing = float(np.mean(np.isnan(terrain.heights(lon.ravel(), lat.ravel(), "EPSG:4326"))))
    missing = max(missing, float(np.mean(np.isnan(terrain.height_m))))
    if missing > 0:
        share = f"{missing:.0%}" if missing >= 0.01 else "< 1%"
        problems.add(
            Problem(
                f"the elevation raster has no height for {share} of the study area and its buffer",
                path,
                expected="heights everywhere",
                remedy="use a larger raster; where heights are missing, streets count as level",
                severity="warning",
                code="partial_elevation",
                details={"share": share},
            )
        )
