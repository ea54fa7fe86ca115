"""Columns and rows of objectives that look at how many open sites reach somebody: backup, expected service, repelling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from coverplan.siting.solvers.cells import Cells
from coverplan.siting.solvers.model import Expression, Model
from coverplan.units import FloatArray, Int64Array


@dataclass(frozen=True, slots=True)
class Reached:
    """Cells with the sites that reach them, in a model.

    Parameters
    ----------
    model
        Grows by what is asked.
    cells
        Points merged by the sites that reach them.
    opened
        Shape (sites,): columns that say whether a site is open.
    name
        Names a cell.
    """

    model: Model
    cells: Cells
    opened: Int64Array
    name: Callable[[int], str]

    def backup(self, weight: FloatArray, times: int) -> Expression:
        """People whom at least `times` open sites reach."""
        cells = self.cells
        columns = self.model.add_columns(cells.count, lambda c: f"backup({self.name(c)})", integer=True)
        row, site = cells.pairs.demand, cells.pairs.site_of_pair()
        self.model.add_rows(
            cells.count,
            lambda c: f"twice({self.name(c)})" if times == 2 else f"times{times}({self.name(c)})",
            [(np.arange(cells.count), columns, float(times)), (row, self.opened[site], -1.0)],
            upper=0.0,
        )
        return Expression(columns, cells.sums(weight))

    def expected(self, weight: FloatArray, busy: float, most_open: int) -> Expression:
        """People who find a free server, one server a site; at most `most_open` sites are open."""
        cells = self.cells
        row, site = cells.pairs.demand, cells.pairs.site_of_pair()
        depth = np.minimum(np.bincount(row, minlength=cells.count), most_open)
        cell = np.repeat(np.arange(cells.count), depth)
        level = np.arange(len(cell)) - np.repeat(np.cumsum(depth) - depth, depth)
        columns = self.model.add_columns(len(cell), lambda e: f"server({self.name(cell[e])}.{level[e] + 1})")
        self.model.add_rows(
            cells.count,
            lambda c: f"servers({self.name(c)})",
            [(cell, columns, 1.0), (row, self.opened[site], -1.0)],
            upper=0.0,
        )
        return Expression(columns, cells.sums(weight)[cell] * (1 - busy) * busy**level)

    def touched(self, against: FloatArray) -> Expression:
        """People of `against` whom any open site reaches, taken off; a column cannot stay 0 beside an open site."""
        cells, people = self.cells, self.cells.sums(against)
        disliking = np.flatnonzero(people > 0)
        columns = self.model.add_columns(len(disliking), lambda c: f"touched({self.name(disliking[c])})")
        place = np.full(cells.count, -1, dtype=np.int64)
        place[disliking] = np.arange(len(disliking))
        cell, site = cells.pairs.demand, cells.pairs.site_of_pair()
        counts = place[cell] >= 0
        cell, site = cell[counts], site[counts]
        pair = np.arange(len(cell))
        self.model.add_rows(
            len(cell),
            lambda e: f"touches({self.name(cell[e])}.{site[e]})",
            [(pair, columns[place[cell]], 1.0), (pair, self.opened[site], -1.0)],
            lower=0.0,
        )
        return Expression(columns, -people[disliking])
