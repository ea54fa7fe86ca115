"""Demand points merged into cells that every answer treats alike (isomorphic aggregation)."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from coverplan.siting.pairs import Pairs
from coverplan.siting.problem import Problem
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

THREADED_PAIRS = 2_000_000  # from which threads pay


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
        from coverplan.siting.solvers.covering import _cover

        return _cover.class_sums(self.of_point, weight, self.count)


def merge(pairs: Pairs, ignored: BoolArray, *, threads: int = 1) -> Cells:
    """Cells of points with equal cover sets; exact, see `_cover.equal_cover_sets`.

    Threads merge a range of points each, and the cells of all ranges are merged once more; cells and their order
    are the same for any number of threads.
    """
    from coverplan.siting.solvers.covering import _cover

    indptr, demand = pairs.indptr, pairs.demand
    if threads == 1 or len(demand) < THREADED_PAIRS:
        return _merged(indptr[:-1], indptr[1:], demand, 0, ignored)
    ends = [pairs.demand_points * k // threads for k in range(threads + 1)]
    at = [_cover.first_at_or_behind(indptr, demand, end) for end in ends]

    def part(k: int) -> Cells:
        return _merged(at[k], at[k + 1], demand, ends[k], ignored[ends[k] : ends[k + 1]])

    with ThreadPoolExecutor(max_workers=threads) as workers:
        return functools.reduce(_merged_again, workers.map(part, range(threads)))


def _merged(start: Int64Array, stop: Int64Array, demand: Int32Array, low: int, ignored: BoolArray) -> Cells:
    from coverplan.siting.solvers.covering import _cover

    of_point, first = _cover.equal_cover_sets(start, stop, demand, low, ignored)
    indptr, kept = _cover.keep_first_members(start, stop, demand, low, of_point, first)
    return Cells(of_point, Pairs(indptr, kept, None, len(first)))


def _merged_again(one: Cells, other: Cells) -> Cells:
    """Cells of two ranges of points, the second behind the first."""
    from coverplan.siting.solvers.covering import _cover

    indptr, demand = _cover.side_by_side(
        one.pairs.indptr, one.pairs.demand, other.pairs.indptr, other.pairs.demand, one.count
    )
    both = _merged(indptr[:-1], indptr[1:], demand, 0, np.zeros(one.count + other.count, dtype=bool))
    renamed = np.append(both.of_point, np.int32(-1))  # -1, no cell, reads the last place
    behind = np.append(both.of_point[one.count :], np.int32(-1))
    of_point = np.concatenate((renamed[one.of_point], behind[other.of_point]))
    return Cells(of_point, both.pairs)


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
    from coverplan.siting.solvers.covering import _cover

    known = np.flatnonzero(of_point >= 0)
    cells, at = np.unique(of_point[known], return_index=True)
    first = known[at].astype(np.int32)
    indptr, demand = _cover.keep_first_members(
        pairs.indptr[:-1], pairs.indptr[1:], pairs.demand, 0, of_point, first
    )
    return Cells(of_point, Pairs(indptr, demand, None, len(cells)))
