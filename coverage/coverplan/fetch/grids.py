"""Windows of grids far away: only the cells over the place are read, as they are; nothing is resampled."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.windows import Window
from shapely.geometry.base import BaseGeometry

from coverplan.fetch.range_file import RangeFile
from coverplan.fetch.web import Got, Web, failed

Bounds = tuple[float, float, float, float]
#: A window of more cells is no district.
MOST_CELLS = 60_000_000
_QUIET = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "VSI_CACHE": "FALSE"}


def window_file(web: Web, address: str, bounds: Bounds) -> Callable[[Path], Got]:
    """Writes the window of a GeoTIFF far away that covers `bounds` (in its own CRS) to a path, cells untouched."""

    def fetch(path: Path) -> Got:
        remote = RangeFile(web, address)
        name = "far.tif"

        def opener(asked: str, mode: str = "rb") -> RangeFile:
            if Path(asked).name != name or not mode.startswith("r"):
                raise FileNotFoundError(asked)
            remote.seek(0)
            return remote

        if remote.read(4)[:2] not in {b"II", b"MM"}:
            raise failed(address, "it is no GeoTIFF")
        try:
            with (
                rasterio.Env(**_QUIET),
                rasterio.open(name, driver="GTiff", opener=opener) as source,
            ):
                _copy(source, bounds, path, address)
        except rasterio.errors.RasterioError as error:
            raise failed(address, str(error)) from error
        return remote.got()

    return fetch


def cut_file(source_path: Path, bounds: Bounds, path: Path, address: str) -> None:
    """The window of a GeoTIFF on this machine."""
    with rasterio.Env(**_QUIET), rasterio.open(source_path, driver="GTiff") as source:
        _copy(source, bounds, path, address)


def _copy(source: Any, bounds: Bounds, path: Path, address: str) -> None:
    window = _window(source, bounds)
    if window is None:
        raise failed(address, "the grid has no cell over the place")
    if window.width * window.height > MOST_CELLS:
        raise failed(
            address, f"the place is {window.width:.0f} x {window.height:.0f} cells, more than any district"
        )
    cells = source.read(1, window=window)
    write_grid(path, cells[None], _moved(source.transform, window), source.crs, source.nodata)


def _moved(transform: Any, window: Window) -> Any:
    """Transform of a window; the grids that are fetched are not turned."""
    left = transform.c + window.col_off * transform.a
    top = transform.f + window.row_off * transform.e
    return type(transform)(transform.a, transform.b, left, transform.d, transform.e, top)


def _window(source: Any, bounds: Bounds) -> Window | None:
    """Whole cells that touch the bounds."""
    west, south, east, north = bounds
    place = source.transform
    left, right = (west - place.c) / place.a, (east - place.c) / place.a
    top, bottom = (north - place.f) / place.e, (south - place.f) / place.e
    first_column, first_row = max(0, math.floor(left + 1e-9)), max(0, math.floor(top + 1e-9))
    last_column = min(source.width, math.ceil(right - 1e-9))
    last_row = min(source.height, math.ceil(bottom - 1e-9))
    if last_column <= first_column or last_row <= first_row:
        return None
    return Window(first_column, first_row, last_column - first_column, last_row - first_row)


def write_grid(path: Path, bands: np.ndarray, transform: Any, crs: Any, nodata: float | None) -> None:
    """Bands of one shape as a GeoTIFF; the same bands give the same bytes."""
    count, height, width = bands.shape
    with rasterio.open(
        path, "w", driver="GTiff", width=width, height=height, count=count, dtype=bands.dtype, crs=crs,
        transform=transform, nodata=nodata, compress="deflate", predictor=1,
    ) as target:  # fmt: skip
        target.write(bands)


def read_grid(path: Path) -> tuple[np.ndarray, Any, Any, float | None]:
    """First band of a GeoTIFF with transform, CRS and the number of cells without data."""
    with rasterio.Env(**_QUIET), rasterio.open(path, driver="GTiff") as source:
        return source.read(1), source.transform, source.crs, source.nodata


def inside(outline: BaseGeometry, shape: tuple[int, int], transform: Any) -> np.ndarray:
    """Cells whose centre lies in an outline in the grid's CRS."""
    import shapely

    rows, columns = np.indices(shape)
    x, y = transform.c + (columns + 0.5) * transform.a, transform.f + (rows + 0.5) * transform.e
    shapely.prepare(outline)
    return shapely.contains_xy(outline, x, y)
