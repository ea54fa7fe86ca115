"""Rows that grow while they are filled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def doubled(values: NDArray[Any]) -> NDArray[Any]:
    """The values, with room for as many again and some more."""
    longer = np.empty(2 * len(values) + 64, dtype=values.dtype)
    for k in range(len(values)):  # a slice would make numba compile seconds of words for its errors
        longer[k] = values[k]
    return longer
