"""People in the cells of a raster, which become points with weights.

Counts are never resampled (R6): a cell that holds people is a point at its centre, whatever the CRS; only a cell that
a unit's border cuts becomes several points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.ground.terrain import Affine
from coverplan.ground.transformers import transformer
from coverplan.inputs.places.known_shift import unknown_shift
from coverplan.inputs.rasters.counts import CountReport, doubtful_counts, more_than_all
from coverplan.inputs.rasters.opening import (
    Bounds,
    affine_of,
    no_overlap,
    opened_raster,
    place_of,
    rasterio_window,
    window_of,
)
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

if TYPE_CHECKING:
    import rasterio

_CELLS_AT_ONCE = 1_000_000
#: A mark that is so far from any number of people may be written shorter than it is stored, by this share at most.
_LARGE_MARK, _SAME_MARK = 1e6, 1e-3
_IDS_AT_ONCE = 100_000
#: No cell is this many times as large as the largest at the four ends of a raster (in a CRS fit for its place).
_LARGEST_CELL = 1.1
#: Points along each side of a raster's outline.
_OUTLINE_CUTS = 25


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

    row: Int32Array
    column: Int32Array
    affine: Affine
    change: pyproj.Transformer

    def outlines(self, at: Int64Array) -> NDArray[np.object_]:
        """Shape of `at`: outlines of the cells at these positions, their corners joined by straight lines."""
        columns = self.column[at][:, None] + np.array([0, 1, 1, 0])
        rows = self.row[at][:, None] + np.array([0, 0, 1, 1])
        x, y = self.change.transform(*place_of(self.affine, columns, rows))
        return np.asarray(shapely.polygons(np.stack([x, y], axis=-1)), dtype=object)

    def reach_m(self) -> float:
        """No corner of any of the cells lies farther from its centre than this."""
        ends = np.array([[f(self.row), g(self.column)] for f in (np.min, np.max) for g in (np.min, np.max)])
        row, column = ends[:, 0], ends[:, 1]
        x, y = self.change.transform(*place_of(self.affine, column + 0.5, row + 0.5))
        furthest = 0.0
        for down, over in ((0, 0), (0, 1), (1, 0), (1, 1)):
            corner_x, corner_y = self.change.transform(*place_of(self.affine, column + over, row + down))
            furthest = max(furthest, float(np.hypot(corner_x - x, corner_y - y).max()))
        return furthest * _LARGEST_CELL


@dataclass(frozen=True, slots=True)
class PopulationCells:
    """Cells in which somebody lives, row by row from the raster's first row.

    Parameters
    ----------
    x, y
        Shape (cells,): centres, metres in the CRS asked for; of a part of a cell a point in it.
    groups
        By group, shape (cells,): people (float64, zero or more).
    cell_m
        Width in metres of a square as large as the cell in the middle of the raster.
    grid
        Where the raster's cells lie.
    extent
        Outline of the part of the raster that was read, in the CRS of the centres, cells without people included.
    digits
        Digits of the raster's last row and last column.
    part
        By position, the unit of what is only a part of a cell, ``""`` outside every unit.
    """

    x: FloatArray
    y: FloatArray
    groups: dict[str, FloatArray]
    cell_m: float
    grid: CellGrid
    extent: shapely.Geometry
    digits: tuple[int, int]
    part: Mapping[int, str] = field(default_factory=dict)

    @property
    def ids(self) -> NDArray[np.object_]:
        """Shape (cells,), object: ``r<row>c<column>``, both counted from zero and padded, hence ascending.

        A part of a cell is ``r<row>c<column>#<unit>``. They are made when they are asked for: the ids of a country's
        cells need more memory than all their numbers.
        """
        ids = np.empty(len(self.x), dtype=object)
        down, over = self.digits
        for first in range(0, len(ids), _IDS_AT_ONCE):
            some = slice(first, first + _IDS_AT_ONCE)
            pairs = zip(self.grid.row[some].tolist(), self.grid.column[some].tolist(), strict=True)
            ids[some] = [f"r{row:0{down}d}c{column:0{over}d}" for row, column in pairs]
        for at, unit in self.part.items():
            ids[at] += f"#{unit}"
        return ids


def read_population_raster(
    path: Path,
    bands: Mapping[str, int | str | tuple[str, ...]],
    *,
    crs: pyproj.CRS | str,
    problems: Problems,
    bounds_lonlat: Bounds | None = None,
    nodata: float | None = None,
    said_crs: str | None = None,
    datum: str | None = None,
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
        Receives whatever is wrong: no CRS, no such band, negative or infinite counts with row and column, numbers that
        are plainly no counts but an undeclared nodata value, more people of a group than people.
    bounds_lonlat
        West, south, east, north in degrees: only the part of the raster that covers them is read.
    nodata
        Number of cells without data, where the file does not say it itself.

    Returns
    -------
    PopulationCells or None
        None exactly if an error was written to `problems`. Cells without data, and those where every group
        has nobody, are no points; a group without data where another has people counts nobody there.
    """
    with opened_raster(path, problems, crs=said_crs, datum=datum) as raster:
        if raster is None:
            return None
        source = raster.source
        numbers = _band_numbers(source, path, bands, problems)
        if numbers is None:
            return None
        window = window_of(raster, bounds_lonlat)
        if window is None:
            problems.add(no_overlap(path, "the population raster does not overlap the study area"))
            return None
        before = len(problems.errors)
        row, column, counts = _people(
            source, path, dict(zip(bands, numbers, strict=True)), window, problems, nodata=nodata
        )
        if len(problems.errors) > before:
            return None
        if not len(row):
            problems.add(Problem("nobody lives in any cell of this raster", path, code="empty_layer"))
            return None
        affine = affine_of(source)
        inside = place_of(affine, column + 0.5, row + 0.5)
        problems.extend(unknown_shift(raster.crs, crs, path, x=inside[0], y=inside[1]))
        change = transformer(raster.crs, crs)
        x, y = change.transform(*inside)
        cell_m = _cell_m(affine, source.height // 2, source.width // 2, change)
        problems.extend(doubtful_counts(path, dict(zip(bands, counts, strict=True)), (row, column), cell_m))
        return PopulationCells(
            x=np.asarray(x),
            y=np.asarray(y),
            groups={group: counts[i] for i, group in enumerate(bands)},
            cell_m=cell_m,
            grid=CellGrid(row, column, affine, change),
            extent=_extent(affine, window, change),
            digits=(len(str(source.height - 1)), len(str(source.width - 1))),
        )


def _cell_m(affine: Affine, row: int, column: int, change: pyproj.Transformer) -> float:
    """Square root of a cell's area in the target CRS, by the shoelace formula."""
    columns = np.array([0.0, 1.0, 1.0, 0.0]) + column
    rows = np.array([0.0, 0.0, 1.0, 1.0]) + row
    x, y = (np.asarray(values) for values in change.transform(*place_of(affine, columns, rows)))
    twice_area = np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)
    return float(np.sqrt(abs(twice_area) / 2))


def _extent(
    affine: Affine, window: tuple[int, int, int, int], change: pyproj.Transformer
) -> shapely.Geometry:
    """Outline of a part of a raster in the target CRS, its sides cut so fine that they bend with the CRS."""
    top, left, rows, columns = window
    share = np.linspace(0, 1, _OUTLINE_CUTS)
    zero, one = np.zeros(_OUTLINE_CUTS), np.ones(_OUTLINE_CUTS)
    over = np.concatenate((share, one, share[::-1], zero))
    down = np.concatenate((zero, share, one, share[::-1]))
    x, y = change.transform(*place_of(affine, left + over * columns, top + down * rows))
    placed = np.isfinite(x) & np.isfinite(y)
    return shapely.make_valid(shapely.Polygon(np.column_stack((x[placed], y[placed]))))


def _band_numbers(
    source: rasterio.DatasetReader,
    path: Path,
    bands: Mapping[str, int | str | tuple[str, ...]],
    problems: Problems,
) -> list[int] | None:
    """Band numbers from 1 in the order of the groups; None when one does not exist."""
    described = {text: i for i, text in enumerate(source.descriptions, start=1) if text}
    numbers = [band if isinstance(band, int) else described.get(str(band), 0) for band in bands.values()]
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
    *,
    nodata: float | None,
) -> tuple[Int32Array, Int32Array, list[FloatArray]]:
    """Rows, columns and counts by group of the cells with people; nothing where a count is impossible."""
    top, left, rows, columns = window
    indexes = list(bands.values())
    scale = np.array([source.scales[i - 1] for i in indexes])[:, None, None]
    offset = np.array([source.offsets[i - 1] for i in indexes])[:, None, None]
    strip = max(1, _CELLS_AT_ONCE // (columns * len(indexes)))
    found = _Found(len(indexes))
    kinds = [np.dtype(source.dtypes[i - 1]) for i in indexes]
    report = CountReport(path, list(bands), kinds, said=nodata is not None)
    for first in range(top, top + rows, strip):
        height = min(strip, top + rows - first)
        part = (first, left, height, columns)
        stored = source.read(indexes, window=rasterio_window(part), masked=True).astype(np.float64)
        if nodata is not None:
            stored = np.ma.masked_where(_holds(stored, kinds, nodata), stored)
        counts = np.ma.filled(stored * scale + offset, np.nan)
        report.look_at(counts, np.ma.filled(stored, np.nan), first, left)
        row, column = np.nonzero((counts > 0).any(axis=0))
        found.add(row + first, column + left, np.nan_to_num(counts[:, row, column]))
    report.write(problems)
    if report.refused:
        return np.empty(0, np.int32), np.empty(0, np.int32), []
    groups = dict(zip(bands, found.people, strict=True))
    problems.extend(more_than_all(path, groups, (found.row, found.column)))
    return found.row, found.column, found.people


def _holds(stored: FloatArray, kinds: Sequence[np.dtype[Any]], value: float) -> BoolArray:
    """Cells that hold a number as each band can: 1e20 and -3.4e38 are no numbers of a band of 32 bits."""
    held = np.zeros(stored.shape, dtype=np.bool_)
    data = np.ma.getdata(stored)
    if not np.isfinite(value):
        return np.isnan(data) if np.isnan(value) else data == value
    for at, kind in enumerate(kinds):
        single = np.issubdtype(kind, np.floating) and kind.itemsize < np.dtype(np.float64).itemsize
        near = _SAME_MARK * abs(value) if single and abs(value) >= _LARGE_MARK else 0.0
        same = data[at] == (kind.type(value) if single else value)
        held[at] = same | (np.abs(data[at] - value) <= near)
    return held


class _Found:
    """Cells with people, strip by strip, in arrays that grow where they stand.

    Parts kept until the end and joined then would take their memory twice, and leave it in pieces.
    """

    def __init__(self, groups: int) -> None:
        self.row, self.column = np.empty(0, np.int32), np.empty(0, np.int32)
        self.people = [np.empty(0, np.float64) for _ in range(groups)]

    def add(self, row: Int64Array, column: Int64Array, people: FloatArray) -> None:
        """Add some cells; `people` has the shape (groups, cells)."""
        kept = len(self.row)
        kinds: list[NDArray[Any]] = [self.row, self.column, *self.people]
        for array, more in zip(kinds, (row, column, *people), strict=True):
            array.resize(kept + len(more), refcheck=False)  # nobody else has seen it yet
            array[kept:] = more
