"""Linear relaxation of plain covering with rows over odd numbers of cells, solved by the inner points of HiGHS."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import scipy.sparse

from coverplan.siting.solvers.covering.plain_cover import PlainCover
from coverplan.siting.solvers.quiet import accepted, quiet_solver
from coverplan.siting.solvers.search import Watch
from coverplan.units import FloatArray, Int32Array, Int64Array

if TYPE_CHECKING:
    import highspy

Matrix: TypeAlias = scipy.sparse.csr_matrix


TOLERANCE = 1e-6  # of the relaxation, relative: prices need not be exact


@dataclass(frozen=True, slots=True)
class OddRows:
    """Rows that hold for every choice of whole sites, over triples of cells.

    With c the number of a triple's cells that a site reaches, the covered cells of the triple are no more than
    1 + sum over the chosen sites of c / 2, rounded up: half of the three rows that say a cell is covered only by a
    chosen site, and half of the three that say it is covered once, added up and rounded (Caprara and Fischetti 1996).

    Parameters
    ----------
    cells
        Shape (rows, cells): 1 for the cells of the triple.
    sites
        Shape (rows, sites): what a chosen site adds.
    """

    cells: Matrix
    sites: Matrix

    @property
    def count(self) -> int:
        """Number of rows."""
        return int(self.cells.shape[0])

    def and_more(self, other: OddRows) -> OddRows:
        """Both together."""
        both = ((self.cells, other.cells), (self.sites, other.sites))
        return OddRows(*(Matrix(scipy.sparse.vstack(parts, format="csr")) for parts in both))

    def some(self, kept: Int64Array) -> OddRows:
        """Some of the rows."""
        return OddRows(self.cells[kept], self.sites[kept])


def no_rows(small: PlainCover) -> OddRows:
    """No row."""
    return OddRows(Matrix((0, len(small.weight))), Matrix((0, small.sites)))


def rows_of(triples: Int32Array, reaches: Matrix) -> OddRows:
    """Rows of triples of cells; `reaches` has shape (cells, sites)."""
    ends = np.arange(0, 3 * len(triples) + 1, 3)
    cells = Matrix((np.ones(triples.size), triples.ravel(), ends), shape=(len(triples), reaches.shape[0]))
    sites = Matrix(cells @ reaches)
    sites.data = np.ceil(sites.data / 2)
    return OddRows(cells, sites)


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A question of plain covering whose best answer covers no less than the best one of another.

    Parameters
    ----------
    small
        Question with the prices of odd rows taken out of the weights and given to the sites.
    price, score
        Shape (cells,) and (sites,): prices of its cells, and what its sites earn at them.
    bound
        No answer of the first question covers more, by these prices.
    constant
        What is added to the values of `small`.
    """

    small: PlainCover
    price: FloatArray
    score: FloatArray
    bound: float
    constant: float = 0.0


@dataclass(frozen=True, slots=True)
class Inside:
    """A point inside the optimal face of the relaxation, and prices.

    Parameters
    ----------
    part, covered
        Shape (sites,) and (cells,): open part of each site, covered part of each cell.
    price, row_price
        Shape (cells,) and (odd rows,): prices.
    """

    part: FloatArray
    covered: FloatArray
    price: FloatArray
    row_price: FloatArray


@dataclass(frozen=True, slots=True)
class Program:
    """Relaxation over some sites.

    Parameters
    ----------
    reaches
        Shape (cells, sites): 1 where a site reaches a cell.
    sites
        Those that may be chosen from.
    """

    small: PlainCover
    reaches: Matrix
    rows: OddRows
    sites: Int64Array
    count: int


def solve_relaxation(program: Program, watch: Watch) -> Inside | None:
    """Solve it; None when time ran out or the solver failed.

    What comes back is used for prices only, and every price gives a bound that holds (see `relaxed_at`): it does not
    matter how exact the solver was.
    """
    import highspy

    solver = quiet_solver(watch.search, watch)
    for option, value in (
        ("solver", "ipm"),
        ("run_crossover", "off"),
        ("ipm_optimality_tolerance", TOLERANCE),
    ):
        accepted(solver, solver.setOptionValue(option, value), option)
    if solver.passModel(_passed(program)) == highspy.HighsStatus.kError:
        return None
    if watch.search.cancel is not None:
        solver.cbIpmInterrupt.subscribe(lambda event: event.interrupt() if watch.stopped_by() else None)
    if solver.run() == highspy.HighsStatus.kError:
        return None
    states = highspy.HighsModelStatus
    solution = solver.getSolution()
    # without a crossover to a corner the solver may call its answer unknown
    ended = solver.getModelStatus() in {states.kOptimal, states.kUnknown}
    if not (ended and solution.value_valid and solution.dual_valid):
        return None
    values, duals = np.asarray(solution.col_value), -np.asarray(solution.row_dual)
    cells, chosen = len(program.small.weight), len(program.sites)
    part = np.zeros(program.small.sites)
    part[program.sites] = np.clip(values[:chosen], 0.0, 1.0)
    covered = np.clip(values[chosen:], 0.0, 1.0)
    priced = np.maximum(np.nan_to_num(duals), 0.0)
    return Inside(part, covered, priced[:cells], priced[cells + 1 :])


def relaxed_at(small: PlainCover, rows: OddRows, inside: Inside, count: int) -> Relaxed:
    """Question and bound that follow from the prices, whatever they are.

    An odd row with price v allows v * (1 + what its sites add - its cells) on top of every answer, so that its cells
    are worth v less and its sites that much more; a cell that would be worth less than nothing is not covered. What
    is left is plain covering again, with the bound of `_bound`.
    """
    weight = np.maximum(small.weight - rows.cells.T @ inside.row_price, 0.0)
    own = small.own + rows.sites.T @ inside.row_price
    constant = float(inside.row_price.sum())
    price = np.minimum(inside.price, weight)
    pairs = np.concatenate(([0.0], np.cumsum(price[small.demand])))
    score = own + np.diff(pairs[small.indptr])
    best = np.partition(score, len(score) - count)[len(score) - count :]
    bound = constant + float((weight - price).sum()) + float(best.sum())
    looser = replace(small, weight=weight, own=own, whole=False)
    return Relaxed(looser, price, score, bound + 1e-11 * abs(bound), constant)


def _passed(program: Program) -> highspy.HighsLp:
    import highspy

    small, rows, sites = program.small, program.rows, program.sites
    cells, chosen = len(small.weight), len(sites)
    matrix = scipy.sparse.vstack(
        (
            scipy.sparse.hstack((-program.reaches[:, sites], scipy.sparse.identity(cells))),
            scipy.sparse.hstack((Matrix(np.ones((1, chosen))), Matrix((1, cells)))),
            scipy.sparse.hstack((-rows.sites[:, sites], rows.cells)),
        ),
        format="csr",
    )
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = chosen + cells, cells + 1 + rows.count
    lp.col_cost_ = -np.concatenate((small.own[sites], small.weight))
    lp.col_lower_, lp.col_upper_ = np.zeros(chosen + cells), np.ones(chosen + cells)
    none = np.full(cells, -np.inf)
    lp.row_lower_ = np.concatenate((none, [program.count], np.full(rows.count, -np.inf)))
    lp.row_upper_ = np.concatenate((np.zeros(cells), [program.count], np.ones(rows.count)))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    return lp
