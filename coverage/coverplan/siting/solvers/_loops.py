"""Small loops over arrays for which numba's own words compile seconds of checks: `into[:] = values` and `np.partition`."""

from __future__ import annotations

from typing import Any

from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def write_over(into: NDArray[Any], values: NDArray[Any]) -> None:
    """Write values of shape (n,) over the first n places of `into`, which has as many or more."""
    for k in range(len(values)):
        into[k] = values[k]


@njit(cache=True, nogil=True)
def put_in_place(values: NDArray[Any], k: int) -> None:
    """Reorder values so that number k (from 0) is what it were if they were sorted, none smaller behind it (Hoare's FIND)."""
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if values[middle] < values[low]:
            values[low], values[middle] = values[middle], values[low]
        if values[high] < values[low]:
            values[low], values[high] = values[high], values[low]
        if values[high] < values[middle]:
            values[middle], values[high] = values[high], values[middle]
        pivot = values[middle]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            return
