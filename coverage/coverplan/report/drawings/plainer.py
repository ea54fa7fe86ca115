"""Shapes of the ground with as few corners as their drawing needs, made once for all maps of about one scale."""

from __future__ import annotations

import math

import numpy as np
import shapely

from coverplan.units import Int64Array

#: Steps of the tolerance by which shapes are kept, for each doubling.
STEPS = 2


class Plainer:
    """Shapes without the corners that a drawing does not show.

    Parameters
    ----------
    shapes
        Lines or areas in metres, shape (n,).
    """

    def __init__(self, shapes: np.ndarray) -> None:
        self._shapes = shapes
        self._kept: dict[int, np.ndarray] = {}

    def of(self, chosen: Int64Array, tolerance: float) -> np.ndarray:
        """Some of the shapes by their numbers, none of which leaves its course by more than the metres given."""
        step = math.floor(STEPS * math.log2(tolerance))
        if step not in self._kept:
            self._kept[step] = np.full(len(self._shapes), None, dtype=object)
        kept = self._kept[step]
        new = chosen[shapely.is_missing(kept[chosen])]
        kept[new] = shapely.simplify(self._shapes[new], 2.0 ** (step / STEPS))
        return kept[chosen]
