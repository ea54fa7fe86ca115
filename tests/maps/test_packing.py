"""What is packed comes out again, read by another hand."""

from __future__ import annotations

import base64

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.maps.packing import STEP_M, Frame, packed, packed_bytes, packed_differences

UTM = pyproj.CRS.from_epsg(32650)
ORIGIN = (500_000.0, 3_500_000.0)


def read(text: str) -> list[int]:
    """Numbers of a packed text, byte by byte."""
    numbers, value, shift = [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if not byte & 128:
            numbers.append(value)
            value, shift = 0, 0
    return numbers


def read_points(text: str) -> list[tuple[int, int]]:
    x = y = 0
    points = []
    changes = [-((n + 1) // 2) if n % 2 else n // 2 for n in read(text)]
    for dx, dy in zip(changes[::2], changes[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    return points


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(0, 2**40), max_size=50))
def test_numbers_come_out_again(numbers) -> None:
    assert read(packed(np.array(numbers, dtype=np.int64))) == numbers


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-(2**30), 2**30), st.integers(-(2**30), 2**30)), max_size=40))
def test_points_come_out_again(points) -> None:
    steps = np.array(points, dtype=np.int64).reshape(-1, 2)
    assert read_points(packed_differences(steps)) == points


def test_small_steps_take_one_byte() -> None:
    assert len(base64.b64decode(packed(np.arange(128)))) == 128
    assert len(base64.b64decode(packed(np.array([128])))) == 2


def test_numbers_below_zero_are_refused() -> None:
    with pytest.raises(ValueError, match="from 0 on"):
        packed(np.array([3, -1]))


def test_bytes_keep_their_values() -> None:
    assert list(base64.b64decode(packed_bytes(np.array([0, 6, 255])))) == [0, 6, 255]


def test_places_are_within_half_a_step_of_pyproj() -> None:
    rng = np.random.default_rng(4)
    xy = np.array(ORIGIN) + rng.uniform(-20_000, 20_000, (500, 2))
    frame = Frame.around((*(np.array(ORIGIN) - 20_000), *(np.array(ORIGIN) + 20_000)), UTM)
    layer = gpd.GeoDataFrame(geometry=shapely.points(xy), crs=UTM)
    steps = np.array(read_points(frame.points(layer)))
    mercator = layer.to_crs("EPSG:3857").geometry
    found = steps * STEP_M + np.array(frame.origin)
    assert np.abs(found[:, 0] - mercator.x).max() <= STEP_M / 2 + 1e-6
    assert np.abs(found[:, 1] - mercator.y).max() <= STEP_M / 2 + 1e-6


def test_areas_keep_their_holes_and_empty_ones_have_no_rings() -> None:
    x, y = ORIGIN
    holed = shapely.box(x, y, x + 900, y + 900) - shapely.box(x + 300, y + 300, x + 600, y + 600)
    two = shapely.MultiPolygon([shapely.box(x, y, x + 9, y + 9), shapely.box(x + 50, y, x + 59, y + 9)])
    frame = Frame.around((x, y, x + 900, y + 900), UTM)
    areas = frame.areas(np.array([holed, None, two, shapely.Polygon()], dtype=object))
    assert read(areas["rings"]) == [2, 0, 2, 0]
    assert read(areas["n"]) == [5, 5, 5, 5]
    assert len(read_points(areas["xy"])) == 20
