"""Coordinates and numbers packed for a page: whole steps, differences, variable-length bytes, base64."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from coverplan.ground.transformers import transformer
from coverplan.units import FloatArray, Int64Array

#: The projection of web maps.
WEB_MERCATOR = "EPSG:3857"
DEGREES = "EPSG:4326"
#: Width of a step in metres of web mercator: finer than any place is known.
STEP_M = 0.5


@dataclass(frozen=True, slots=True)
class Frame:
    """Grid of whole steps in web mercator into which places are packed.

    Parameters
    ----------
    crs
        CRS of the places.
    origin
        x and y in metres of web mercator where the steps start.
    """

    crs: pyproj.CRS
    origin: tuple[float, float]

    @classmethod
    def around(cls, bounds: tuple[float, float, float, float], crs: pyproj.CRS) -> Frame:
        """Frame that starts in the middle of bounds (west, south, east, north in `crs`)."""
        x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
        east, north = _to_mercator(crs, x, y)
        return cls(crs, (float(round(east)), float(round(north))))

    def steps(self, xy: FloatArray) -> Int64Array:
        """Shape (n, 2): coordinates of shape (n, 2) in whole steps from the origin."""
        if not len(xy):
            return np.zeros((0, 2), dtype=np.int64)
        east, north = _to_mercator(self.crs, xy[:, 0], xy[:, 1])
        mercator = np.column_stack([east, north]) - np.asarray(self.origin)
        return np.rint(mercator / STEP_M).astype(np.int64)

    def points(self, layer: gpd.GeoDataFrame) -> str:
        """Points of a layer, in its order."""
        return packed_differences(self.steps(shapely.get_coordinates(layer.geometry.to_numpy())))

    def lines(self, lines: np.ndarray) -> dict[str, str]:
        """Lines as ``n`` (vertices of each) and ``xy`` (all vertices, one after the other)."""
        return {
            "n": packed(shapely.get_num_coordinates(lines).astype(np.int64)),
            "xy": packed_differences(self.steps(shapely.get_coordinates(lines))),
        }

    def areas(self, shapes: np.ndarray) -> dict[str, Any]:
        """Polygons as the lines of all their rings, and ``rings``: how many each shape has (0 for none)."""
        parts, owner = shapely.get_parts(shapes, return_index=True)
        polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        rings, polygon = shapely.get_rings(parts[polygons], return_index=True)
        count = np.bincount(owner[polygons][polygon], minlength=len(shapes)).astype(np.int64)
        return {"rings": packed(count), **self.lines(rings)}


def packed(values: Int64Array) -> str:
    """Whole numbers from 0 on: seven bits a byte, lowest first, the eighth says that more follow; base64."""
    if not len(values):
        return ""
    if values.min() < 0:
        raise ValueError("only numbers from 0 on can be packed")
    size = np.ones(len(values), dtype=np.int64)
    limit = 1 << 7
    while (longer := values >= limit).any():
        size += longer
        limit <<= 7
    end = np.cumsum(size)
    digits = np.empty(int(end[-1]), dtype=np.uint8)
    for place in range(int(size.max())):
        there = size > place
        more = (size[there] > place + 1).astype(np.int64) << 7
        digits[end[there] - size[there] + place] = (values[there] >> (7 * place) & 127) | more
    return base64.b64encode(digits.tobytes()).decode("ascii")


def packed_differences(steps: Int64Array) -> str:
    """Rows of coordinates, shape (n, 2), as differences to the row before; signs fold into the lowest bit."""
    change = np.diff(steps, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel()
    return packed((change << 1) ^ (change >> 63))


def packed_bytes(values: np.ndarray) -> str:
    """Whole numbers from 0 to 255, one byte each, in base64."""
    return base64.b64encode(np.ascontiguousarray(values, dtype=np.uint8).tobytes()).decode("ascii")


def _to_mercator(crs: pyproj.CRS, x: Any, y: Any) -> tuple[Any, Any]:
    """Places in web mercator, by way of degrees: PROJ has found that way already, and searches long for another."""
    degrees = transformer(crs, DEGREES).transform(x, y)
    east, north = transformer(DEGREES, WEB_MERCATOR).transform(*degrees)
    return east, north
