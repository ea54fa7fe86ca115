"""Lines on a grid against shapely's cells that a line meets."""

from __future__ import annotations

import numpy as np
import shapely

from coverplan.reach.kernels._drawing import STEP, cells_of_lines


def test_cells_are_met_by_the_lines_and_miss_only_where_they_cut_a_corner() -> None:
    lines = [shapely.LineString(np.random.default_rng(seed).uniform(0, 20, (4, 2))) for seed in range(12)] + [
        shapely.LineString([(3.5, 7.5), (3.5, 7.5)])
    ]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    found = cells_of_lines(xy, line, -2, -1, 24, 23)
    for row in range(24):
        for column in range(23):
            cell = shapely.box(column - 2, row - 1, column - 1, row)
            longest = max(shapely.length(shapely.intersection(lines, cell)))
            assert found[row, column] == (longest > 0 or (row, column) == (8, 5)) or 0 < longest <= STEP


def test_lines_apart_are_not_joined_and_what_lies_outside_is_left_out() -> None:
    xy = np.array([[0.5, 0.5], [4.5, 0.5], [0.5, 3.5], [-9.0, 3.5], [90.0, -90.0]])
    found = cells_of_lines(xy, np.array([0, 0, 1, 1, 2]), 0, 0, 4, 3)
    assert found.astype(int).tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [1, 0, 0]]
