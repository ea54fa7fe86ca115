"""The capped distance of cells against scipy's exact transform."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import distance_transform_edt

from coverplan.reach.kernels._distance import squared_cells


@pytest.mark.parametrize(("share", "most"), [(0.5, 3), (0.05, 6), (0.005, 12), (0.001, 40)])
@pytest.mark.parametrize("shape", [(40, 61), (1, 30), (25, 1)])
def test_distances_are_those_of_scipy_up_to_the_cap(share: float, most: int, shape: tuple[int, int]) -> None:
    found = np.random.default_rng(7).random(shape) < share
    found[0, 0] = True
    expected = np.minimum(distance_transform_edt(~found), most)
    np.testing.assert_allclose(np.sqrt(squared_cells(found, most)), expected, rtol=1e-6)


def test_without_any_true_cell_all_are_beyond() -> None:
    assert (squared_cells(np.zeros((5, 4), dtype=np.bool_), 9) == 81).all()
