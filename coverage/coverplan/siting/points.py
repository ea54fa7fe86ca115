"""Where demand is, how much of it by group, and in which unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coverplan.ground.demand import Demand
from coverplan.units import FloatArray, Int32Array, Int64Array


@dataclass(frozen=True, slots=True)
class Points:
    """Demand points in id order (R11).

    Parameters
    ----------
    ids
        Unique ids, ascending.
    weights
        By group, shape (points,): people, finite, zero or more.
    unit
        Shape (points,): position of the unit, -1 outside every unit.
    """

    ids: Sequence[str]
    weights: Mapping[str, FloatArray]
    unit: Int32Array

    @property
    def count(self) -> int:
        """Number of demand points."""
        return len(self.ids)

    def rearranged(self, order: Int64Array) -> Points:
        """Same points in another order (old positions, new order)."""
        return Points(
            tuple(self.ids[place] for place in order),
            {group: weight[order] for group, weight in self.weights.items()},
            self.unit[order],
        )


def make_points(
    ids: Sequence[str], weights: FloatArray | Mapping[str, FloatArray], *, unit: Int32Array | None = None
) -> Points:
    """Points with defaults: a bare array of weights is the group ``total``; in no unit."""
    groups = weights if isinstance(weights, Mapping) else {"total": weights}
    return Points(
        ids,
        {group: np.asarray(weight, dtype=np.float64) for group, weight in groups.items()},
        np.full(len(ids), -1, dtype=np.int32) if unit is None else np.asarray(unit, dtype=np.int32),
    )


def from_demand(demand: Demand) -> Points:
    """Points of a study's demand, in its order; people of the buffer count nothing (R6), units are the tree's."""
    return Points(
        tuple(map(str, demand.ids)),
        {group: np.where(demand.inside, people, 0.0) for group, people in demand.people.items()},
        demand.unit,
    )
