"""What part of the ground maps show."""

from __future__ import annotations

import numpy as np
import pyproj

from coverplan.errors import InputError, Problem
from coverplan.results.result import Result


def extent(result: Result) -> tuple[float, float, float, float]:
    """West, south, east, north in metres of the study's CRS: of the units, else of people and facilities.

    Raises
    ------
    InputError
        If the result has no layer with a place.
    """
    for names in (("units",), ("demand", "facilities"), tuple(result.layers)):
        layers = [result.layers[name] for name in names if name in result.layers]
        boxes = np.array([layer.total_bounds for layer in layers if len(layer)])
        if len(boxes) and np.isfinite(boxes).all():
            west, south = boxes[:, :2].min(axis=0)
            east, north = boxes[:, 2:].max(axis=0)
            return float(west), float(south), float(east), float(north)
    raise _nothing()


def crs_of(result: Result) -> pyproj.CRS:
    """The study's CRS; raises InputError as `extent` does."""
    found = [layer.crs for layer in result.layers.values() if layer.crs is not None]
    if not found:
        raise _nothing()
    return found[0]


def _nothing() -> InputError:
    problem = Problem(
        "the result holds no layer that could be drawn",
        expected="units, people or facilities with places",
        remedy="run the scenario again, or write numbers only",
        code="nothing_to_draw",
    )
    return InputError([problem])
