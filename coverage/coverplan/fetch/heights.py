"""Heights of the place and its surroundings from the tiles of Copernicus GLO-30."""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
import rasterio
from rasterio.merge import merge

from coverplan.errors import InputError
from coverplan.fetch.addresses import Addresses
from coverplan.fetch.grids import Bounds, window_file, write_grid
from coverplan.fetch.recipe import Kept
from coverplan.fetch.web import Web

_VOID = -9999.0


def height_addresses(bounds: Bounds, addresses: Addresses) -> dict[str, str]:
    """Raw file and address of every one-degree tile that touches the bounds, in degrees."""
    west, south, east, north = bounds
    return {
        f"heights_{y:+03d}_{x:+04d}.tif": addresses.glo30(y, x)
        for y in range(math.floor(south), math.floor(north) + 1)
        for x in range(math.floor(west), math.floor(east) + 1)
    }


def fetch_heights(needed: dict[str, str], bounds: Bounds, kept: Kept, web: Web) -> list[Path]:
    """The window of every tile; tiles of open sea are not there and are left out."""
    found, last = [], None
    for name, address in needed.items():
        try:
            found.append(kept.file(name, "glo30", address, window_file(web, address, bounds)))
        except InputError as error:
            if "status 404" not in str(error) and "status 403" not in str(error):
                raise
            last = error
    if not found and last is not None:
        raise last
    return found


def write_heights(raw: list[Path], path: Path) -> None:
    """One grid of all windows, in degrees, as fine as the finest."""
    sources = [rasterio.open(file, driver="GTiff") for file in raw]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PendingDeprecationWarning)  # of rasterio's own use of affine
            cells, transform = merge(sources, nodata=_VOID, dtype="float32")
        crs = sources[0].crs
    finally:
        for source in sources:
            source.close()
    write_grid(path, np.asarray(cells), transform, crs, _VOID)
