"""People on a grid: WorldPop R2025A by age in degrees, or GHS-POP in Mollweide; counts stay in their cells."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from coverplan.fetch.addresses import Addresses
from coverplan.fetch.boundary import Boundary
from coverplan.fetch.grids import Bounds, cut_file, inside, read_grid, window_file, write_grid
from coverplan.fetch.recipe import Kept, PeopleFrom
from coverplan.fetch.web import Got, Web, failed

#: First ages of the five-year groups of WorldPop that make up each group of ours.
AGES = {
    "age_0_14": (0, 1, 5, 10),
    "age_60_plus": (60, 65, 70, 75, 80, 85, 90),
    "age_65_plus": (65, 70, 75, 80, 85, 90),
    "age_80_plus": (80, 85, 90),
}
#: Tiles of GHS-POP: a million metres wide, from the upper left corner of the world in Mollweide.
_TILE_M, _LEFT_M, _TOP_M = 1_000_000.0, -18_041_000.0, 9_000_000.0
MOLLWEIDE = "ESRI:54009"


def addresses_of(asked: PeopleFrom, iso3: str, boundary: Boundary, addresses: Addresses) -> dict[str, str]:
    """Raw file and address of every grid that is needed."""
    if asked.source == "ghs_pop":
        return {
            f"ghs_pop_{asked.year}_R{row}_C{column}.tif": addresses.ghs_pop(asked.year, row, column)
            for row, column in _tiles(_bounds(boundary, MOLLWEIDE))
        }
    found = {f"people_{asked.year}.tif": addresses.worldpop_people(iso3, asked.year)}
    if asked.ages:
        for age in sorted({age for ages in AGES.values() for age in ages}):
            found[f"people_{asked.year}_{age:02d}.tif"] = addresses.worldpop_age(iso3, asked.year, age)
    return found


def fetch_people(
    asked: PeopleFrom, needed: dict[str, str], boundary: Boundary, kept: Kept, web: Web
) -> dict[str, Path]:
    """Every grid's window over the place."""
    crs = MOLLWEIDE if asked.source == "ghs_pop" else "EPSG:4326"
    bounds = _bounds(boundary, crs)
    found = {}
    for name, address in needed.items():
        fetch: Callable[[Path], Got]
        if asked.source == "ghs_pop":
            fetch = partial(_unpacked, web, address, bounds)
        else:
            fetch = window_file(web, address, bounds)
        found[name] = kept.file(name, asked.source, address, fetch)
    return found


def write_people(asked: PeopleFrom, raw: dict[str, Path], boundary: Boundary, path: Path) -> dict[str, int]:
    """Write ``population.tif`` with a band for each group; cells whose centre lies outside the place hold nothing.

    Returns
    -------
    dict
        Band of each group.
    """
    if asked.source == "ghs_pop":
        bands, transform, crs = _joined(list(raw.values()))
        groups = {"total": 1}
    else:
        total, transform, crs, _ = read_grid(raw[f"people_{asked.year}.tif"])
        layers = [_people(raw[f"people_{asked.year}.tif"])]
        groups = {"total": 1}
        if asked.ages:
            for group, ages in AGES.items():
                grids = [_people(raw[f"people_{asked.year}_{age:02d}.tif"]) for age in ages]
                if any(grid.shape != total.shape for grid in grids):
                    raise failed(group, "its grids are not those of all people")
                layers.append(np.sum(grids, axis=0))
                groups[group] = len(layers)
        bands = np.stack(layers)
    outline = gpd.GeoSeries([boundary.outline], crs="EPSG:4326").to_crs(crs).iloc[0]
    bands = np.where(inside(outline, bands.shape[1:], transform)[None], bands, -99999.0).astype("float32")
    write_grid(path, bands, transform, crs, -99999.0)
    return groups


def _people(path: Path) -> np.ndarray:
    """People of every cell, 0 where the grid has nobody."""
    cells, _, _, nodata = read_grid(path)
    cells = cells.astype("float64")
    empty = ~np.isfinite(cells) | (cells < 0)
    if nodata is not None:
        empty |= cells == nodata
    return np.where(empty, 0.0, cells)


def _joined(paths: list[Path]) -> tuple[np.ndarray, object, object]:
    """Windows of neighbouring tiles side by side, on their common grid."""
    grids = [(_people(path), *read_grid(path)[1:3]) for path in paths]
    transform, crs = grids[0][1], grids[0][2]
    width, height = transform.a, transform.e
    left = min(grid[1].c for grid in grids)
    top = max(grid[1].f for grid in grids)
    right = max(grid[1].c + grid[0].shape[1] * width for grid in grids)
    bottom = min(grid[1].f + grid[0].shape[0] * height for grid in grids)
    shape = (round((bottom - top) / height), round((right - left) / width))
    whole = np.zeros(shape)
    for cells, place, _ in grids:
        row, column = round((place.f - top) / height), round((place.c - left) / width)
        whole[row : row + cells.shape[0], column : column + cells.shape[1]] = cells
    moved = type(transform)(width, transform.b, left, transform.d, height, top)
    return whole[None], moved, crs


def _unpacked(web: Web, address: str, bounds: Bounds, path: Path) -> Got:
    """A tile comes as a zip; its window is kept and the zip goes."""
    packed = path.with_suffix(".zip")
    got = web.download(address, packed)
    try:
        with zipfile.ZipFile(packed) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".tif")]
            if len(names) != 1:
                raise failed(address, f"{len(names)} grids in the archive instead of one")
            whole = path.with_suffix(".whole.tif")
            with archive.open(names[0]) as source, whole.open("wb") as target:
                while piece := source.read(1 << 20):
                    target.write(piece)
        cut_file(whole, bounds, path, address)
        whole.unlink()
    except zipfile.BadZipFile as error:
        raise failed(address, "the archive is damaged") from error
    finally:
        packed.unlink(missing_ok=True)
    return got


def _tiles(bounds: Bounds) -> Iterator[tuple[int, int]]:
    west, south, east, north = bounds
    for row in range(math.floor((_TOP_M - north) / _TILE_M) + 1, math.floor((_TOP_M - south) / _TILE_M) + 2):
        for column in range(
            math.floor((west - _LEFT_M) / _TILE_M) + 1, math.floor((east - _LEFT_M) / _TILE_M) + 2
        ):
            yield row, column


def _bounds(boundary: Boundary, crs: str) -> Bounds:
    moved: BaseGeometry = gpd.GeoSeries([boundary.outline], crs="EPSG:4326").to_crs(crs).iloc[0]
    west, south, east, north = moved.bounds
    return west, south, east, north
