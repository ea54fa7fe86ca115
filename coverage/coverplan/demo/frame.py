"""The frame of the invented district: its CRS, its corner, its size, its chance.

Everything is made in local metres with the corner at (0, 0), rounded to whole centimetres, and put in its
place in the CRS when it is written. The place lies in the open sea, so that nobody takes it for a real one.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from coverplan.units import FloatArray

CRS = "EPSG:4549"
CORNER_M = (550_000.0, 3_860_000.0)
WIDTH_M = 20_400.0
HEIGHT_M = 19_800.0
CENTIMETRE = 0.01
DISTRICT_CODE = "990101"
DISTRICT_NAME = ("澄湾区", "Chengwan District")

Point = tuple[float, float]
Geometries = NDArray[np.object_]
Shape = TypeVar("Shape", bound=shapely.Geometry | NDArray[np.object_])


def chance(seed: int, purpose: str) -> np.random.Generator:
    """Random numbers of one purpose: what one part draws never shifts what another part gets (R11)."""
    return np.random.default_rng([seed, zlib.crc32(purpose.encode())])


def on_grid(geometry: Shape) -> Shape:
    """A geometry, or an array of them, with every coordinate rounded to whole centimetres."""
    return cast("Shape", shapely.transform(cast("Any", geometry), lambda xy: np.round(xy, 2)))


def smooth_line(points: Sequence[Point], *, rounds: int = 4) -> shapely.LineString:
    """A curve through the neighbourhood of `points`: Chaikin's corner cutting, which is plain arithmetic."""
    xy = np.asarray(points, dtype=np.float64)
    for _ in range(rounds):
        near, far = 0.75 * xy[:-1] + 0.25 * xy[1:], 0.25 * xy[:-1] + 0.75 * xy[1:]
        inner = np.stack([near, far], axis=1).reshape(-1, 2)
        xy = np.vstack([xy[:1], inner[1:-1], xy[-1:]])
    return shapely.LineString(np.round(xy, 2))


def smooth_ring(points: Sequence[Point], *, rounds: int = 4) -> shapely.Polygon:
    """A rounded polygon inside `points`, by the same corner cutting."""
    xy = np.asarray(points, dtype=np.float64)
    for _ in range(rounds):
        after = np.roll(xy, -1, axis=0)
        xy = np.stack([0.75 * xy + 0.25 * after, 0.25 * xy + 0.75 * after], axis=1).reshape(-1, 2)
    return shapely.Polygon(np.round(xy, 2))


def frame_polygon() -> shapely.Polygon:
    """The whole sheet on which things are drawn."""
    return shapely.box(0.0, 0.0, WIDTH_M, HEIGHT_M)


def in_place(geometries: Geometries) -> Geometries:
    """Local geometries moved to their place in `CRS`, whole centimetres again."""
    moved = shapely.transform(cast("Any", geometries), lambda xy: np.round(xy + CORNER_M, 2))
    return np.asarray(moved, dtype=np.object_)


@cache
def _to_wgs84() -> Transformer:
    return Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)


def lon_lat(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Longitudes and latitudes (degrees, WGS84, six decimals: 0.1 m) of local points."""
    lon, lat = _to_wgs84().transform(x + CORNER_M[0], y + CORNER_M[1])
    return np.round(lon, 6), np.round(lat, 6)
