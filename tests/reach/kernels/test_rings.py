"""Rings around cells above a level against contourpy's filled areas."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from contourpy import FillType, contour_generator
from numpy.typing import NDArray

from coverplan.reach.kernels._rings import rings_above


def by_us(squares: NDArray[np.uint16], level: float) -> list[shapely.Polygon]:
    x, y, starts, areas = rings_above(squares, level)
    rings = [shapely.LinearRing(np.column_stack([x, y])[a:b]) for a, b in pairwise(starts)]
    of_area = [
        [ring for ring, area in zip(rings, areas, strict=True) if area == one] for one in set(areas.tolist())
    ]
    return [shapely.Polygon(outer, holes) for outer, *holes in of_area]


def by_contourpy(squares: NDArray[np.uint16], level: float) -> list[shapely.Polygon]:
    drawn = contour_generator(z=np.sqrt(squares.astype(np.float64)), fill_type=FillType.OuterOffset).filled(
        level, np.inf
    )
    return [
        shapely.Polygon(points[: offsets[1]], [points[a:b] for a, b in pairwise(offsets[1:])])
        for points, offsets in zip(*drawn, strict=True)
    ]


def alike(polygons: list[shapely.Polygon]) -> list[tuple[float, int, list[float]]]:
    return sorted(
        (round(polygon.area, 9), len(polygon.interiors), np.round(polygon.bounds, 9).tolist())
        for polygon in polygons
    )


@pytest.mark.parametrize("level", [1.5, 3.5, 4.5])
@pytest.mark.parametrize("seed", range(6))
def test_rings_and_their_holes_are_those_of_contourpy(seed: int, level: float) -> None:
    squares = np.random.default_rng(seed).integers(0, 30, (40, 53)).astype(np.uint16)
    squares[[0, -1]] = squares[:, [0, -1]] = 0
    ours, theirs = by_us(squares, level), by_contourpy(squares, level)
    assert alike(ours) == alike(theirs)
    assert len(ours) + sum(len(area.interiors) for area in ours) > 3
    for area in ours:
        assert area.exterior.is_ccw
        assert not any(hole.is_ccw for hole in area.interiors)


@pytest.mark.parametrize("seed", range(4))
def test_at_the_border_of_the_grid_rings_run_through_its_outermost_cells(seed: int) -> None:
    squares = np.random.default_rng(seed).integers(0, 30, (9, 14)).astype(np.uint16)
    ours, theirs = (
        shapely.union_all(shapely.make_valid(np.array(made(squares, 3.5)))) for made in (by_us, by_contourpy)
    )
    assert ours.area == pytest.approx(theirs.area)
    assert ours.symmetric_difference(theirs).area == pytest.approx(0.0, abs=1e-9)


def test_an_island_in_a_lake_is_an_area_of_its_own_and_nothing_is_none() -> None:
    squares = np.zeros((9, 9), dtype=np.uint16)
    squares[1:8, 1:8] = 9
    squares[3:6, 3:6] = 0
    squares[4, 4] = 9
    outer, island = by_us(squares, 1.5)
    assert (len(outer.interiors), len(island.interiors)) == (1, 0)
    assert shapely.Polygon(outer.interiors[0]).contains(island)
    assert by_us(np.zeros((4, 5), dtype=np.uint16), 1.5) == []


def test_a_grid_that_is_above_the_level_everywhere_is_one_area() -> None:
    (all_of_it,) = by_us(np.full((4, 6), 9, dtype=np.uint16), 1.5)
    assert shapely.normalize(all_of_it.simplify(0)).equals(shapely.box(0, 0, 5, 3))
