"""Kernel of the catchments: weighted sums over pairs, without an array as long as the pairs between the steps."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.integer]


@njit(cache=True, nogil=True)
def weighted_sums(at: Places, of: Places, weight: Floats, value: Floats, count: int) -> Floats:
    """Sum of ``weight[i] * value[of[i]]`` by ``at[i]``, shape (count,), added up in the order of the pairs."""
    found = np.zeros(count)
    for i in range(len(at)):
        found[at[i]] += weight[i] * value[of[i]]
    return found
