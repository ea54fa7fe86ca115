"""Units of measure and their conversions; every quantity elsewhere carries its unit in its name.

Times are whole milliseconds in int32 (R2): 2**31 ms is 24.8 days, so no walk and no drive overflows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

MS_PER_SECOND = 1_000
MS_PER_MINUTE = 60_000
KMH_PER_M_S = 3.6
MAX_MS = 2**31 - 1

Int32Array = NDArray[np.int32]
Int64Array = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def minutes_to_ms(minutes: float) -> int:
    """Whole milliseconds of a number of minutes, rounded half to even; raises ValueError outside int32."""
    milliseconds = round(minutes * MS_PER_MINUTE)
    if not 0 <= milliseconds < MAX_MS:
        raise ValueError(f"{minutes} minutes cannot be a travel time (0 to {MAX_MS / MS_PER_MINUTE:.0f})")
    return milliseconds


def ms_to_minutes(milliseconds: ArrayLike) -> FloatArray:
    """Minutes (float64) of milliseconds; exact to the last digit that a person reads."""
    return np.asarray(milliseconds, dtype=np.float64) / MS_PER_MINUTE


def travel_ms(length_m: ArrayLike, speed_m_s: ArrayLike) -> Int32Array:
    """Milliseconds (int32, rounded once, R2) to cover `length_m` metres at `speed_m_s` metres a second.

    Raises
    ------
    ValueError
        If a length is negative or not finite, a speed is not positive, or a time does not fit int32.
    """
    length = np.asarray(length_m, dtype=np.float64)
    speed = np.asarray(speed_m_s, dtype=np.float64)
    if not np.all(np.isfinite(length)) or np.any(length < 0):
        raise ValueError("lengths must be finite and not negative")
    if not np.all(speed > 0):
        raise ValueError("speeds must be above zero")
    milliseconds = np.rint(length / speed * MS_PER_SECOND)
    if np.any(milliseconds >= MAX_MS):
        raise ValueError("a single edge takes longer than 24.8 days; check lengths and speeds")
    return milliseconds.astype(np.int32)
