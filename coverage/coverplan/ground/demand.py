"""Demand points: where people are, how many of each group, and to which unit they belong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coverplan.units import BoolArray, FloatArray, Int32Array


@dataclass(frozen=True, slots=True)
class Demand:
    """People at points, in id order (R11).

    Parameters
    ----------
    ids
        Shape (points,), object: unique ids as strings, ascending.
    x, y
        Shape (points,): metres in the study's CRS.
    people
        By group, shape (points,): people (float64, finite, zero or more).
    unit
        Shape (points,): position of the deepest unit that holds the point, -1 outside every unit.
    inside
        Shape (points,): in the study area; False for people of the buffer, who are never counted in it (R6).
    cell_m
        Width in metres of the cell that a point stands for, 0 where it stands for itself.
    """

    ids: NDArray[np.object_]
    x: FloatArray
    y: FloatArray
    people: Mapping[str, FloatArray]
    unit: Int32Array
    inside: BoolArray
    cell_m: float = 0.0

    @property
    def points(self) -> int:
        """Number of demand points."""
        return len(self.ids)

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, in the order of the study file."""
        return tuple(self.people)
