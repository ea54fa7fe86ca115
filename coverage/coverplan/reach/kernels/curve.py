"""Order of points along a space-filling curve: neighbours on the ground become neighbours in memory."""

from __future__ import annotations

import numpy as np

from coverplan.units import FloatArray, Int32Array, Int64Array

_BITS = 16


def curve_order(x: FloatArray, y: FloatArray) -> Int32Array:
    """Positions of points in the order of a Hilbert curve, so that neighbours stand close together in memory."""
    from coverplan.reach.kernels._arcs import curve_keys

    if not len(x):
        return np.zeros(0, dtype=np.int32)
    extent = max(np.ptp(x), np.ptp(y), 1.0)
    scale = (2**_BITS - 1) / extent
    column = ((x - x.min()) * scale).astype(np.int32)
    row = ((y - y.min()) * scale).astype(np.int32)
    keys: Int64Array = curve_keys(column, row, _BITS)
    return np.argsort(keys, kind="stable").astype(np.int32)
