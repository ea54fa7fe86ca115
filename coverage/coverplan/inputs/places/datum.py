"""Chinese datums: GCJ-02 and BD-09 to and from WGS-84, whole arrays at a time, with an exact inverse.

GCJ-02 is known by reverse engineering: this module agrees with the published converters and claims no authority.
CGCS2000 differs from WGS-84 by less than a metre and is taken as equal, which the manifest states.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from coverplan.units import BoolArray, FloatArray

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)

Pair = tuple[FloatArray, FloatArray]

#: Krasovsky 1940, which the GCJ-02 formula uses.
_RADIUS_M = 6_378_245.0
_ECCENTRICITY2 = 0.006_693_421_622_965_943
#: Box outside which the formula leaves coordinates as they are: west, south, east, north.
_BOX = (72.004, 0.8293, 137.8347, 55.8271)
_BD_TURN = np.pi * 3000.0 / 180.0
_BD_EAST, _BD_NORTH = 0.0065, 0.006
#: The inverse converges by a factor of about 100 a step; this many always reach the last digit.
_STEPS = 20
_SETTLED_DEG = 1e-13
_METRES_PER_DEGREE = 111_319.49


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: str) -> Pair:
    """WGS-84 longitudes and latitudes (degrees) of coordinates in a datum; NaN stays NaN, unshifted ones stay as they are."""
    lon, lat = _arrays(lon, lat)
    if datum == "gcj02":
        return _unshifted(lon, lat)
    if datum == "bd09":
        return _unshifted(*_inverse(_gcj02_to_bd09, lon, lat))
    return lon, lat


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> Pair:
    """Longitudes and latitudes (degrees) in a datum of WGS-84 coordinates; NaN stays NaN."""
    lon, lat = _arrays(lon, lat)
    if datum in {"wgs84", "cgcs2000"}:
        return lon, lat
    inside = in_china_box(lon, lat)
    east, north = _wgs84_to_gcj02(lon, lat)
    lon, lat = np.where(inside, east, lon), np.where(inside, north, lat)
    return (lon, lat) if datum == "gcj02" else _gcj02_to_bd09(lon, lat)


def in_china_box(lon: ArrayLike, lat: ArrayLike) -> BoolArray:
    """Which coordinates the GCJ-02 formula shifts; the box is larger than China."""
    lon, lat = _arrays(lon, lat)
    west, south, east, north = _BOX
    return (lon > west) & (lon < east) & (lat > south) & (lat < north)


def distance_m(lon: ArrayLike, lat: ArrayLike, other_lon: ArrayLike, other_lat: ArrayLike) -> FloatArray:
    """Metres between near pairs of coordinates, on a local plane; good to 0.5 % for shifts of a few kilometres."""
    lon, lat = _arrays(lon, lat)
    east = (np.asarray(other_lon, dtype=np.float64) - lon) * np.cos(np.radians(lat))
    north = np.asarray(other_lat, dtype=np.float64) - lat
    return np.asarray(np.hypot(east, north) * _METRES_PER_DEGREE)


def _arrays(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _unshifted(lon: FloatArray, lat: FloatArray) -> Pair:
    """Undo GCJ-02 where its source lies in the box; what lies outside was never shifted."""
    east, north = _inverse(_wgs84_to_gcj02, lon, lat)
    inside = in_china_box(east, north)
    return np.where(inside, east, lon), np.where(inside, north, lat)


def _inverse(forward: Callable[[FloatArray, FloatArray], Pair], lon: FloatArray, lat: FloatArray) -> Pair:
    """Fixed point of ``p = target - (forward(p) - p)``: exact, since the shift hardly changes within itself."""
    east, north = lon.copy(), lat.copy()
    for _ in range(_STEPS):
        there_lon, there_lat = forward(east, north)
        step_lon, step_lat = lon - there_lon, lat - there_lat
        east, north = east + step_lon, north + step_lat
        if not (np.abs(np.nan_to_num([step_lon, step_lat])) > _SETTLED_DEG).any():
            break
    return east, north


def _wgs84_to_gcj02(lon: FloatArray, lat: FloatArray) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = (20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + ripple
    north += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + ripple
    east += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    latitude = np.radians(lat)
    flat = 1.0 - _ECCENTRICITY2 * np.sin(latitude) ** 2
    meridian_m = _RADIUS_M * (1.0 - _ECCENTRICITY2) / flat**1.5
    parallel_m = _RADIUS_M / np.sqrt(flat) * np.cos(latitude)
    return lon + np.degrees(east / parallel_m), lat + np.degrees(north / meridian_m)


def _gcj02_to_bd09(lon: FloatArray, lat: FloatArray) -> Pair:
    length = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _BD_TURN)
    return length * np.cos(angle) + _BD_EAST, length * np.sin(angle) + _BD_NORTH
