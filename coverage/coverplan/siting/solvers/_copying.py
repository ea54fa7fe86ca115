"""Arrays written over by others, in a loop: numba's own `into[:] = values` compiles seconds of words for its errors."""

from __future__ import annotations

from typing import Any

from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def write_over(into: NDArray[Any], values: NDArray[Any]) -> None:
    """Write values of shape (n,) over the first n places of `into`, which has as many or more."""
    for k in range(len(values)):
        into[k] = values[k]
