"""People spread evenly over areas: weights add up to the areas, and too many points are refused before they are made."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from coverplan.inputs.people.uniform_cells import points_in


def test_weights_add_up_to_the_size_of_each_area():
    areas = np.array(
        [shapely.box(0, 0, 1_000, 600), shapely.Point(5_000, 5_000).buffer(300), shapely.box(9, 700, 12, 703)]
    )
    area, x, y, weight = points_in(areas, 100.0)
    assert np.bincount(area, weights=weight) == pytest.approx(shapely.area(areas), rel=1e-12)
    assert shapely.intersects_xy(areas[area], x, y).all()
    assert np.count_nonzero(area == 0) == 60
    assert np.count_nonzero(area == 2) == 1


@pytest.mark.parametrize("spacing_m", [1e-7, 1e-300, 0.1])
def test_a_spacing_of_too_many_points_is_refused_at_once(spacing_m):
    with pytest.raises(ValueError, match="too many points"):
        points_in(np.array([shapely.box(0, 0, 1_000, 600)]), spacing_m)
