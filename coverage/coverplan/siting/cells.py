"""Demand points merged into cells that every answer treats alike (isomorphic aggregation)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from coverplan.siting.pairs import Pairs
from coverplan.siting.problem import Problem
from coverplan.units import BoolArray, FloatArray, Int32Array


@dataclass(frozen=True, slots=True)
class Cells:
    """Groups of demand points that the same sites reach.

    Parameters
    ----------
    of_point
        Shape (points,): cell of each point; -1 for points without people and points that no site reaches.
    pairs
        Pairs between sites and cells, without costs.
    """

    of_point: Int32Array
    pairs: Pairs

    @property
    def count(self) -> int:
        """Number of cells."""
        return self.pairs.demand_points

    def sums(self, weight: FloatArray) -> FloatArray:
        """Shape (cells,): sum of a weight given by point."""
        known = self.of_point >= 0
        counted = np.bincount(self.of_point[known], weights=weight[known], minlength=self.count)
        return counted.astype(np.float64)


def merge(pairs: Pairs, ignored: BoolArray) -> Cells:
    """Cells of points with equal cover sets; exact, see `_cover.equal_cover_sets`."""
    from coverplan.siting import _cover

    of_point, first = _cover.equal_cover_sets(pairs.indptr, pairs.demand, ignored)
    indptr, demand = _cover.keep_first_members(pairs.indptr, pairs.demand, of_point, first)
    return Cells(of_point, Pairs(indptr, demand, None, len(first)))


def split_by_unit(problem: Problem, pairs: Pairs, ignored: BoolArray) -> Cells:
    """Cells of points with equal cover sets that also lie in the same unit."""
    merged = merge(pairs, ignored)
    known = np.flatnonzero(merged.of_point >= 0)
    key = np.column_stack([merged.of_point[known], problem.points.unit[known]])
    _, first, inverse = np.unique(key, axis=0, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    of_point = np.full(problem.points.count, -1, dtype=np.int32)
    of_point[known] = rank[inverse.ravel()]
    return _cells_of(pairs, of_point)


def one_per_point(pairs: Pairs, ignored: BoolArray) -> Cells:
    """Cells of one point each, where the cost of the way matters."""
    of_point = np.full(len(ignored), -1, dtype=np.int32)
    reached = np.zeros(len(ignored), dtype=bool)
    reached[pairs.demand] = True
    kept = np.flatnonzero(reached & ~ignored)
    of_point[kept] = np.arange(len(kept), dtype=np.int32)
    return _cells_of(pairs, of_point)


def _cells_of(pairs: Pairs, of_point: Int32Array) -> Cells:
    from coverplan.siting import _cover

    known = np.flatnonzero(of_point >= 0)
    cells, at = np.unique(of_point[known], return_index=True)
    first = known[at].astype(np.int32)
    indptr, demand = _cover.keep_first_members(pairs.indptr, pairs.demand, of_point, first)
    return Cells(of_point, Pairs(indptr, demand, None, len(cells)))
