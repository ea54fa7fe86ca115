"""Which numbers can be a place on the earth."""

from __future__ import annotations

import math

import numpy as np
import pyproj

from coverplan.units import BoolArray, FloatArray

#: No plane coordinate of the earth is larger; beyond it sums of squares overflow.
FARTHEST_M = 1e8
#: Layers cut at the edge of the world end a rounding beyond it, in degrees.
_ROUNDED = 1e-6


def no_places(x: FloatArray, y: FloatArray, crs: pyproj.CRS) -> BoolArray:
    """Shape (places,): no number, or beyond half a turn east or west, a quarter north or south, `FARTHEST_M` metres."""
    most_x = most_y = FARTHEST_M
    if crs.is_geographic:
        most_x = math.pi / crs.axis_info[0].unit_conversion_factor + _ROUNDED
        most_y = most_x / 2
    return ~((np.abs(x) <= most_x) & (np.abs(y) <= most_y))
