"""Rasters opened: their CRS, the place of their cells, and the part that covers some bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.terrain import Affine
from coverplan.ground.transformers import transformer
from coverplan.inputs.tables.gdal_door import ContentError, raster_door
from coverplan.inputs.tables.read_table import missing_file
from coverplan.units import FloatArray

if TYPE_CHECKING:
    import rasterio

Bounds = tuple[float, float, float, float]
RASTER_ENDINGS = (".tif", ".tiff")


@contextmanager
def opened_raster(path: Path, problems: Problems) -> Iterator[rasterio.DatasetReader | None]:
    """Raster with a CRS and a place on the ground, or None and a problem."""
    from rasterio.errors import RasterioError

    if not path.is_file():
        problems.add(missing_file(path))
        yield None
        return
    stack = ExitStack()
    try:
        source = stack.enter_context(raster_door(path))
    except ContentError as error:
        problems.add(_unreadable(path, error))
        yield None
        return
    with stack:
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
            try:
                yield source
            except RasterioError as error:
                raise InputError([_unreadable(path, error)]) from error


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(
        f"the file cannot be read as a raster: {error}",
        path,
        expected="a GeoTIFF",
        remedy="export or download it again",
        code="broken_file",
    )


def affine_of(source: rasterio.DatasetReader) -> Affine:
    """Factors that bring column and row to x and y, as those of `Terrain`."""
    t = source.transform
    return (t.a, t.b, t.c, t.d, t.e, t.f)


def place_of(affine: Affine, column: NDArray[Any], row: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
    """X and y of columns and rows, both counted from the corner of the first cell."""
    a, b, c, d, e, f = affine
    return a * column + b * row + c, d * column + e * row + f


def cell_of(affine: Affine, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Column and row, fractions counted from the corner of the first cell; infinite places give NaN."""
    a, b, c, d, e, f = affine
    east, north = np.where(np.isfinite(x), x - c, np.nan), np.where(np.isfinite(y), y - f, np.nan)
    size = a * e - b * d
    return (e * east - b * north) / size, (a * north - d * east) / size


def window_of(source: rasterio.DatasetReader, bounds: Bounds | None) -> tuple[int, int, int, int] | None:
    """First row, first column, rows and columns of the part that covers the bounds, with a rim of one cell."""
    if bounds is None:
        return 0, 0, source.height, source.width
    to_raster = transformer("EPSG:4326", source.crs.to_wkt())
    west, south, east, north = to_raster.transform_bounds(*bounds)
    corners_x, corners_y = np.array([west, west, east, east]), np.array([south, north, south, north])
    column, row = cell_of(affine_of(source), corners_x, corners_y)
    top, left = max(int(np.floor(row.min())) - 1, 0), max(int(np.floor(column.min())) - 1, 0)
    below = min(int(np.ceil(row.max())) + 1, source.height)
    right = min(int(np.ceil(column.max())) + 1, source.width)
    if row.max() <= 0 or column.max() <= 0 or row.min() >= source.height or column.min() >= source.width:
        return None
    return top, left, below - top, right - left


def rasterio_window(window: tuple[int, int, int, int]) -> rasterio.windows.Window:
    """Window of rasterio for first row, first column, rows and columns."""
    from rasterio.windows import Window

    top, left, rows, columns = window
    return Window(left, top, columns, rows)


def no_overlap(path: Path, what: str) -> Problem:
    """Raster and study lie in different places."""
    return Problem(
        what,
        path,
        expected="a raster of this place",
        remedy="check that the file is that of this place, and its CRS",
        code="no_overlap",
    )
