"""Rasters opened: their CRS, the place of their cells, and the part that covers some bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.terrain import Affine
from coverplan.ground.transformers import transformer
from coverplan.inputs.places.coordinates import known_crs
from coverplan.inputs.tables.gdal_door import RASTER_DRIVERS, ContentError, raster_door
from coverplan.inputs.tables.layer_file import contradiction, system_name
from coverplan.inputs.tables.read_table import missing_file
from coverplan.units import FloatArray

if TYPE_CHECKING:
    import rasterio

Bounds = tuple[float, float, float, float]
RASTER_ENDINGS = tuple(RASTER_DRIVERS)
#: Kinds of raster that have to be converted first.
OTHER_RASTERS = (
    ".adf",
    ".nc",
    ".grd",
    ".hgt",
    ".vrt",
    ".jp2",
    ".bil",
    ".flt",
    ".rst",
    ".sdat",
    ".dem",
    ".ecw",
    ".gtx",
    ".pix",
)
#: Shifts of Chinese web maps bend a grid, so that its cells are no grid any more.
_BENT = ("gcj02", "bd09")


def is_raster(file: str) -> bool:
    """Whether a file's name is that of a raster, of a kind that can be read or not."""
    return file.lower().endswith((*RASTER_ENDINGS, *OTHER_RASTERS))


@dataclass(frozen=True, slots=True)
class OpenRaster:
    """A raster and its CRS, as WKT: that of the file, or what the study says where the file says nothing."""

    source: rasterio.DatasetReader
    crs: str


@contextmanager
def opened_raster(
    path: Path, problems: Problems, *, crs: str | None = None, datum: str | None = None
) -> Iterator[OpenRaster | None]:
    """Raster with a CRS and a place on the ground, or None and a problem; `crs` and `datum` are what the study says."""
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
        system = _system(source, path, problems, crs, datum)
        if system is None:
            yield None
        else:
            try:
                yield OpenRaster(source, system)
            except RasterioError as error:
                raise InputError([_unreadable(path, error)]) from error


def _system(
    source: rasterio.DatasetReader, path: Path, problems: Problems, crs: str | None, datum: str | None
) -> str | None:
    """CRS of a raster as WKT; None and a problem where nobody says it, or where the study says another."""
    name = system_name(crs, datum)
    said = None if name is None else known_crs(name, problems, file=path)
    if datum in _BENT:
        problems.add(
            Problem(
                f"a raster cannot be shifted back from {datum}: its cells would be no grid any more",
                path,
                field="datum",
                value=datum,
                expected="a raster in WGS-84, CGCS2000 or another CRS",
                remedy="ask for the raster in CGCS2000, or turn its cells into points (a table with x, y and people) "
                "and give those the datum",
                code="raster_shifted",
            )
        )
        return None
    if name is not None and said is None:
        return None
    if source.crs is None:
        if said is None:
            problems.add(
                Problem(
                    "the raster does not say its coordinate reference system",
                    path,
                    expected="a CRS such as EPSG:4326",
                    remedy="write `crs:` beside the file in the study file, or into the file "
                    "(gdal_edit.py -a_srs EPSG:4326)",
                    code="missing_crs",
                )
            )
        return None if said is None else str(said.to_wkt())
    own = known_crs(source.crs.to_wkt(), problems, file=path)
    if own is not None:
        place = place_of(affine_of(source), np.array(source.width / 2), np.array(source.height / 2))
        problems.extend(contradiction(path, own, crs, datum, (float(place[0]), float(place[1]))))
    return None if own is None else str(own.to_wkt())


def _unreadable(path: Path, error: Exception) -> Problem:
    return Problem(
        f"the file cannot be read as a raster: {error}",
        path,
        expected="a raster of the kinds " + ", ".join(RASTER_ENDINGS),
        remedy="export or download it again; other kinds as GeoTIFF (gdal_translate FILE FILE.tif)",
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


def window_of(raster: OpenRaster, bounds: Bounds | None) -> tuple[int, int, int, int] | None:
    """First row, first column, rows and columns of the part that covers the bounds, with a rim of one cell."""
    source = raster.source
    if bounds is None:
        return 0, 0, source.height, source.width
    to_raster = transformer("EPSG:4326", raster.crs)
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
