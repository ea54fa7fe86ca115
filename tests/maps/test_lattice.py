"""The cell of a grid is found from its points alone, with gaps and turned."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.maps.lattice import cell_outline


def turned(xy: np.ndarray, degrees: float) -> np.ndarray:
    a = np.radians(degrees)
    return xy @ np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 2**31), st.floats(20, 1000), st.floats(-44, 44))
def test_cells_of_a_square_grid_touch_and_do_not_overlap(seed, width, degrees) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = np.divmod(np.arange(400), 20)
    keep = rng.random(400) < 0.7
    xy = turned(np.column_stack([columns, rows])[keep] * width, degrees) + np.array([5e5, 3e6])
    corners = cell_outline(xy)
    assert corners.shape == (4, 2)
    cells = shapely.polygons(xy[:, None, :] + corners[None, :, :])
    assert shapely.area(cells).sum() == pytest.approx(len(xy) * width**2, rel=1e-6)
    assert shapely.union_all(cells, grid_size=1e-4).area == pytest.approx(len(xy) * width**2, rel=1e-3)


def test_cells_of_a_hexagonal_grid_fill_the_plane() -> None:
    rows, columns = np.divmod(np.arange(900), 30)
    xy = np.column_stack([columns + 0.5 * (rows % 2), rows * np.sqrt(3) / 2]) * 300.0
    corners = cell_outline(turned(xy, 17.0))
    assert corners.shape == (6, 2)
    cells = shapely.polygons(turned(xy, 17.0)[:, None, :] + corners[None, :, :])
    area = 300.0**2 * np.sqrt(3) / 2
    assert shapely.area(cells)[0] == pytest.approx(area)
    assert shapely.union_all(cells, grid_size=1e-4).area == pytest.approx(900 * area, rel=1e-3)


def test_cells_of_a_stretched_hexagonal_grid_fill_the_plane_too() -> None:
    rows, columns = np.divmod(np.arange(900), 30)
    xy = np.column_stack([columns + 0.5 * (rows % 2), rows * np.sqrt(3) / 2 * 1.04]) * 300.0
    xy = turned(xy, -8.0)[np.random.default_rng(1).random(900) < 0.8]
    cells = shapely.polygons(xy[:, None, :] + cell_outline(xy)[None, :, :])
    area = 300.0**2 * np.sqrt(3) / 2 * 1.04
    assert shapely.area(cells)[0] == pytest.approx(area)
    assert shapely.union_all(cells, grid_size=1e-4).area == pytest.approx(len(xy) * area, rel=1e-3)


@pytest.mark.parametrize("xy", [np.zeros((1, 2)), np.zeros((5, 2)), np.array([[0.0, 0], [90_000, 0]])])
def test_scattered_points_get_a_square_of_a_sensible_size(xy) -> None:
    corners = cell_outline(xy)
    assert corners.shape == (4, 2)
    assert 50 <= np.ptp(corners[:, 0]) <= 1_000.001
