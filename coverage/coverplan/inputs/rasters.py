"""Rasters: people in cells, which become points with weights, and heights of the ground.

Counts are never resampled (R6): a cell that holds people is a point at its centre, whatever the CRS; only a cell that
a unit's border cuts becomes several points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.ground.terrain import Affine, Terrain
from coverplan.inputs.tables.read_table import missing_file
from coverplan.units import FloatArray, Int64Array

if TYPE_CHECKING:
    import rasterio

Bounds = tuple[float, float, float, float]
RASTER_ENDINGS = (".tif", ".tiff")

_CELLS_AT_ONCE = 4_000_000
_MOST_EXAMPLES = 10
#: No cell is this many times as large as the largest at the four ends of a raster (in a CRS fit for its place).
_LARGEST_CELL = 1.1
_METRES_PER_UNIT = {"m": 1.0, "dm": 0.1, "cm": 0.01}


@dataclass(frozen=True, slots=True)
class CellGrid:
    """Rows and columns of some cells of a raster, and how their corners come to the CRS of their centres.

    Parameters
    ----------
    row, column
        Shape (cells,): from zero.
    affine
        As that of `Elevation`.
    change
        From the raster's CRS to the one of the centres.
    """

    row: Int64Array
    column: Int64Array
    affine: Affine
    change: pyproj.Transformer

    def outlines(self, at: Int64Array) -> NDArray[np.object_]:
        """Shape of `at`: outlines of the cells at these positions, their corners joined by straight lines."""
        columns = self.column[at][:, None] + np.array([0, 1, 1, 0])
        rows = self.row[at][:, None] + np.array([0, 0, 1, 1])
        x, y = self.change.transform(*_place_of(self.affine, columns, rows))
        return np.asarray(shapely.polygons(np.stack([x, y], axis=-1)), dtype=object)

    def reach_m(self) -> float:
        """No corner of any of the cells lies farther from its centre than this."""
        ends = np.array([[f(self.row), g(self.column)] for f in (np.min, np.max) for g in (np.min, np.max)])
        row, column = ends[:, 0], ends[:, 1]
        x, y = self.change.transform(*_place_of(self.affine, column + 0.5, row + 0.5))
        furthest = 0.0
        for down, over in ((0, 0), (0, 1), (1, 0), (1, 1)):
            corner_x, corner_y = self.change.transform(*_place_of(self.affine, column + over, row + down))
            furthest = max(furthest, float(np.hypot(corner_x - x, corner_y - y).max()))
        return furthest * _LARGEST_CELL


@dataclass(frozen=True, slots=True)
class PopulationCells:
    """Cells in which somebody lives, row by row from the raster's first row.

    Parameters
    ----------
    ids
        Shape (cells,), object: ``r<row>c<column>``, both counted from zero and padded, hence ascending.
    x, y
        Shape (cells,): centres, metres in the CRS asked for.
    groups
        By group, shape (cells,): people (float64, zero or more).
    cell_m
        Width in metres of a square as large as the cell in the middle of the raster.
    grid
        Where the raster's cells lie.
    """

    ids: NDArray[np.object_]
    x: FloatArray
    y: FloatArray
    groups: dict[str, FloatArray]
    cell_m: float
    grid: CellGrid


def read_population_raster(
    path: Path,
    bands: Mapping[str, int | str],
    *,
    crs: pyproj.CRS | str,
    problems: Problems,
    bounds_lonlat: Bounds | None = None,
) -> PopulationCells | None:
    """People of a raster of counts, in strips, so that a country's raster needs no country's memory.

    Parameters
    ----------
    path
        A GeoTIFF, or any raster that GDAL reads, in any CRS.
    bands
        Band of each demand group: its number from 1, or its description.
    crs
        Projected CRS in metres of the points.
    problems
        Receives whatever is wrong: no CRS, no such band, negative or infinite counts with row and column.
    bounds_lonlat
        West, south, east, north in degrees: only the part of the raster that covers them is read.

    Returns
    -------
    PopulationCells or None
        None exactly if an error was written to `problems`. Cells without data, and those where every group
        has nobody, are no points; a group without data where another has people counts nobody there.
    """
    with _opened(path, problems) as source:
        if source is None:
            return None
        numbers = _band_numbers(source, path, bands, problems)
        if numbers is None:
            return None
        window = _window(source, bounds_lonlat)
        if window is None:
            problems.add(_no_overlap(path, "the population raster does not overlap the study area"))
            return None
        row, column, counts = _people(source, path, dict(zip(bands, numbers, strict=True)), window, problems)
        if len(row) == 0 and problems.errors:
            return None
        if not len(row):
            problems.add(Problem("nobody lives in any cell of this raster", path, code="empty_layer"))
            return None
        affine = _affine(source)
        change = pyproj.Transformer.from_crs(source.crs.to_wkt(), crs, always_xy=True)
        x, y = change.transform(*_place_of(affine, column + 0.5, row + 0.5))
        digits = len(str(source.height - 1)), len(str(source.width - 1))
        ids = [
            f"r{r:0{digits[0]}d}c{c:0{digits[1]}d}"
            for r, c in zip(row.tolist(), column.tolist(), strict=True)
        ]
        return PopulationCells(
            ids=np.array(ids, dtype=object),
            x=np.asarray(x),
            y=np.asarray(y),
            groups={group: counts[i] for i, group in enumerate(bands)},
            cell_m=_cell_m(affine, source.height // 2, source.width // 2, change),
            grid=CellGrid(row, column, affine, change),
        )


def read_elevation(
    path: Path,
    *,
    problems: Problems,
    unit: Literal["m", "dm", "cm"] = "m",
    bounds_lonlat: Bounds | None = None,
) -> Terrain | None:
    """Heights of a raster's first band; None exactly if an error was written to `problems`.

    Parameters
    ----------
    path
        A GeoTIFF, or any raster that GDAL reads, in any CRS.
    problems
        Receives whatever is wrong; a raster that covers only part of the bounds is a warning.
    unit
        Unit of the raster's numbers.
    bounds_lonlat
        West, south, east, north in degrees: only the part of the raster that covers them is read.
    """
    with _opened(path, problems) as source:
        if source is None:
            return None
        window = _window(source, bounds_lonlat)
        if window is None:
            problems.add(_no_overlap(path, "the elevation raster does not overlap the study area"))
            return None
        top, left, _, _ = window
        stored = source.read(1, window=_rasterio_window(window), masked=True)
        height_m = np.ma.filled(stored.astype(np.float32), np.nan)
        height_m = (height_m * source.scales[0] + source.offsets[0]) * np.float32(_METRES_PER_UNIT[unit])
        a, b, c, d, e, f = _affine(source)
        affine = (a, b, a * left + b * top + c, d, e, d * left + e * top + f)
        terrain = Terrain(height_m.astype(np.float32), affine, source.crs.to_wkt())
    if not np.isfinite(height_m).any():
        problems.add(Problem("no cell of this raster has a height", path, code="empty_layer"))
        return None
    if bounds_lonlat is not None:
        _report_partial_cover(terrain, path, bounds_lonlat, problems)
    return terrain


@contextmanager
def _opened(path: Path, problems: Problems) -> Iterator[rasterio.DatasetReader | None]:
    """Raster with a CRS and a place on the ground, or None and a problem."""
    import rasterio
    from rasterio.errors import RasterioIOError

    if not path.is_file():
        problems.add(missing_file(path))
        yield None
        return
    try:
        source = rasterio.open(path)
    except RasterioIOError as error:
        problems.add(
            Problem(
                f"the file cannot be read as a raster: {error}",
                path,
                expected="a GeoTIFF",
                remedy="export or download it again",
                code="broken_file",
            )
        )
        yield None
        return
    with source:
        if source.crs is None:
            problems.add(
                Problem(
                    "the raster does not say its coordinate reference system",
                    path,
                    expected="a CRS such as EPSG:4326",
                    remedy="write it into the file (gdal_edit.py -a_srs EPSG:4326)",
                    code="missing_crs",
                )
            )
            yield None
        else:
            yield source


def _affine(source: rasterio.DatasetReader) -> Affine:
    t = source.transform
    return (t.a, t.b, t.c, t.d, t.e, t.f)


def _place_of(affine: Affine, column: NDArray[Any], row: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
    a, b, c, d, e, f = affine
    return a * column + b * row + c, d * column + e * row + f


def _cell_of(affine: Affine, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Column and row, fractions counted from the corner of the first cell; infinite places give NaN."""
    a, b, c, d, e, f = affine
    east, north = np.where(np.isfinite(x), x - c, np.nan), np.where(np.isfinite(y), y - f, np.nan)
    size = a * e - b * d
    return (e * east - b * north) / size, (a * north - d * east) / size


def _cell_m(affine: Affine, row: int, column: int, change: pyproj.Transformer) -> float:
    """Square root of a cell's area in the target CRS, by the shoelace formula."""
    columns = np.array([0.0, 1.0, 1.0, 0.0]) + column
    rows = np.array([0.0, 0.0, 1.0, 1.0]) + row
    x, y = (np.asarray(values) for values in change.transform(*_place_of(affine, columns, rows)))
    twice_area = np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)
    return float(np.sqrt(abs(twice_area) / 2))


def _window(source: rasterio.DatasetReader, bounds: Bounds | None) -> tuple[int, int, int, int] | None:
    """First row, first column, rows and columns of the part that covers the bounds, with a rim of one cell."""
    if bounds is None:
        return 0, 0, source.height, source.width
    to_raster = pyproj.Transformer.from_crs(4326, source.crs.to_wkt(), always_xy=True)
    west, south, east, north = to_raster.transform_bounds(*bounds)
    corners_x, corners_y = np.array([west, west, east, east]), np.array([south, north, south, north])
    column, row = _cell_of(_affine(source), corners_x, corners_y)
    top, left = max(int(np.floor(row.min())) - 1, 0), max(int(np.floor(column.min())) - 1, 0)
    below = min(int(np.ceil(row.max())) + 1, source.height)
    right = min(int(np.ceil(column.max())) + 1, source.width)
    if row.max() <= 0 or column.max() <= 0 or row.min() >= source.height or column.min() >= source.width:
        return None
    return top, left, below - top, right - left


def _rasterio_window(window: tuple[int, int, int, int]) -> rasterio.windows.Window:
    from rasterio.windows import Window

    top, left, rows, columns = window
    return Window(left, top, columns, rows)


def _band_numbers(
    source: rasterio.DatasetReader, path: Path, bands: Mapping[str, int | str], problems: Problems
) -> list[int] | None:
    """Band numbers from 1 in the order of the groups; None when one does not exist."""
    described = {text: i for i, text in enumerate(source.descriptions, start=1) if text}
    numbers = [described.get(band, 0) if isinstance(band, str) else band for band in bands.values()]
    known = ", ".join(f"{i} ({text})" if text else str(i) for i, text in enumerate(source.descriptions, 1))
    wrong = [group for group, number in zip(bands, numbers, strict=True) if not 1 <= number <= source.count]
    for group in wrong:
        problems.add(
            Problem(
                "the raster has no such band",
                path,
                field=f"population.groups.{group}",
                value=bands[group],
                expected=f"one of {known}",
                remedy="name the band of this group by its number or description",
                code="missing_band",
            )
        )
    return None if wrong else numbers


def _people(
    source: rasterio.DatasetReader,
    path: Path,
    bands: Mapping[str, int],
    window: tuple[int, int, int, int],
    problems: Problems,
) -> tuple[Int64Array, Int64Array, list[FloatArray]]:
    """Rows, columns and counts by group of the cells with people; nothing where a count is impossible."""
    top, left, rows, columns = window
    indexes = list(bands.values())
    scale = np.array([source.scales[i - 1] for i in indexes])[:, None, None]
    offset = np.array([source.offsets[i - 1] for i in indexes])[:, None, None]
    strip = max(1, _CELLS_AT_ONCE // (columns * len(indexes)))
    found: list[tuple[Int64Array, Int64Array, FloatArray]] = []
    report = _CountReport(path, list(bands))
    for first in range(top, top + rows, strip):
        height = min(strip, top + rows - first)
        part = (first, left, height, columns)
        stored = source.read(indexes, window=_rasterio_window(part), masked=True).astype(np.float64)
        counts = np.ma.filled(stored * scale + offset, np.nan)
        report.look_at(counts, first, left)
        row, column = np.nonzero((counts > 0).any(axis=0))
        found.append((row + first, column + left, np.nan_to_num(counts[:, row, column])))
    report.write(problems)
    if report.bad:
        return np.empty(0, np.int64), np.empty(0, np.int64), []
    people = np.concatenate([counts for _, _, counts in found], axis=1)
    return (
        np.concatenate([row for row, _, _ in found]),
        np.concatenate([column for _, column, _ in found]),
        list(people),
    )


class _CountReport:
    """Counts that cannot be, cell by cell, and cells where only some groups have data."""

    def __init__(self, path: Path, groups: list[str]) -> None:
        self.bad = 0
        self._examples: list[Problem] = []
        self._patchy = 0
        self._path = path
        self._groups = groups

    def look_at(self, counts: FloatArray, first_row: int, first_column: int) -> None:
        """Note what is wrong with a strip of counts, shape (groups, rows, columns), NaN where no data."""
        wrong = np.argwhere((counts < 0) | np.isinf(counts))
        self.bad += len(wrong)
        for group, row, column in wrong[: _MOST_EXAMPLES - len(self._examples)].tolist():
            self._examples.append(
                Problem(
                    "the number of people is negative or infinite",
                    self._path,
                    field=f"{self._groups[group]}: row {row + first_row}, column {column + first_column} (from 0)",
                    value=float(counts[group, row, column]),
                    expected="zero or more, or the raster's nodata value",
                    remedy="if this value means no data, say so in the file (gdal_edit.py -a_nodata VALUE)",
                    code="negative_population",
                )
            )
        unknown = np.isnan(counts)
        self._patchy += int(np.count_nonzero(unknown.any(axis=0) & (counts > 0).any(axis=0)))

    def write(self, problems: Problems) -> None:
        """Write down what was noted."""
        problems.extend(self._examples)
        if self.bad > len(self._examples):
            problems.add(
                Problem(
                    f"{self.bad} counts in all are negative or infinite",
                    self._path,
                    code="negative_population",
                )
            )
        if self._patchy:
            problems.add(
                Problem(
                    f"{self._patchy} cells have people in one band and no data in another, counted there as nobody",
                    self._path,
                    expected="the same cells with data in every band",
                    severity="warning",
                    code="partial_data",
                )
            )


def _no_overlap(path: Path, what: str) -> Problem:
    return Problem(
        what,
        path,
        expected="a raster of this place",
        remedy="check that the file is that of this place, and its CRS",
        code="no_overlap",
    )


def _report_partial_cover(terrain: Terrain, path: Path, bounds: Bounds, problems: Problems) -> None:
    """Warn where heights are missing on a grid of 50 x 50 points over the bounds."""
    west, south, east, north = bounds
    lon, lat = np.meshgrid(np.linspace(west, east, 50), np.linspace(south, north, 50))
    missing = float(np.mean(np.isnan(terrain.heights(lon.ravel(), lat.ravel(), "EPSG:4326"))))
    if missing > 0:
        problems.add(
            Problem(
                f"the elevation raster has no height for {missing:.0%} of the study area and its buffer",
                path,
                expected="heights everywhere",
                remedy="use a larger raster; where heights are missing, streets count as level",
                severity="warning",
                code="partial_elevation",
            )
        )
