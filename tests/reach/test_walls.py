"""Land cut at walls against shapely's own difference."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.reach.walls import Walls

LAND = shapely.MultiPolygon(
    [
        shapely.box(0, 0, 12, 12) - shapely.box(5, 5, 7, 7),
        shapely.box(14, 0, 20, 12),
    ]
)
PLACES = st.tuples(st.integers(-1, 20), st.integers(-1, 12), st.integers(1, 3), st.integers(1, 3))


@given(st.lists(PLACES, min_size=1, max_size=9))
@settings(max_examples=40, deadline=None)
def test_land_is_cut_as_shapely_cuts_it(places: list[tuple[int, int, int, int]]) -> None:
    walls = np.array([shapely.box(x, y, x + w, y + h) for x, y, w, h in places], dtype=object)
    left = shapely.MultiPolygon(list(Walls.of(walls).cut(LAND)))
    assert left.is_valid
    expected = shapely.difference(LAND, shapely.union_all(walls))
    assert left.area == pytest.approx(expected.area)
    assert shapely.symmetric_difference(left, expected).area == pytest.approx(0.0, abs=1e-9)


def test_walls_amid_land_become_holes_and_lines_have_a_width() -> None:
    barriers = np.array(
        [
            shapely.box(100, 100, 200, 200),
            shapely.box(300, 300, 400, 400) - shapely.box(320, 320, 380, 380),
            shapely.LineString([(500, 500), (600, 500)]),
        ],
        dtype=object,
    )
    walls = Walls.of(barriers)
    assert walls.alone.tolist().count(False) == 1  # the one with a yard in it
    main, yard = sorted(walls.cut(shapely.box(0, 0, 1000, 1000)), key=shapely.area, reverse=True)
    assert len(main.interiors) == 3
    assert yard.equals(shapely.box(320, 320, 380, 380))
    assert 1000**2 - main.area == pytest.approx(100**2 + 100**2 + 100 * 2)


def test_walls_that_touch_each_other_round_a_yard_cut_it_off() -> None:
    diamonds = [shapely.Point(x, y).buffer(2, quad_segs=1) for x, y in [(4, 6), (8, 6), (6, 4), (6, 8)]]
    left = Walls.of(np.array(diamonds, dtype=object)).cut(shapely.box(0, 0, 12, 12))
    assert shapely.is_valid(left).all()
    assert shapely.union_all(left).area == pytest.approx(144 - shapely.union_all(diamonds).area)
