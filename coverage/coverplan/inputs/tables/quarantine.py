"""Rows that cannot be used: kept whole with every reason, written to a file that can be mended and read again (R12)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.table_file import TableFile
from coverplan.units import BoolArray


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing that is wrong in one row.

    Parameters
    ----------
    position
        Position of the row in its table.
    problem
        What is wrong.
    refused
        True when the row is not used because of it; False when only the cell reads as unknown (R15).
    """

    position: int
    problem: Problem
    refused: bool


class RowProblems:
    """Collects what is wrong with the rows of one table, and which rows cannot be used."""

    def __init__(self, table: TableFile) -> None:
        self._table = table
        several = table.sheets is not None
        labels = table.labels() if several else table.rows.index.tolist()
        self._position: dict[object, int] = dict(zip(labels, range(len(labels)), strict=True))
        self.found: list[RowProblem] = []

    def take(self, problems: Problems, *, refuse: Collection[str] = ()) -> Problems:
        """Take over problems of single rows; those of the whole table are given back.

        Parameters
        ----------
        problems
            What a reader found.
        refuse
            Codes for which the row cannot be used.
        """
        rest = Problems()
        for problem in problems:
            position = self._place(problem)
            if position is None or problem.severity == "note":
                rest.add(problem)
            else:
                self.found.append(RowProblem(position, problem, problem.code in refuse))
        return rest

    def refused(self) -> BoolArray:
        """Shape (rows,): rows that cannot be used."""
        mask = np.zeros(len(self._table.rows), dtype=bool)
        mask[[one.position for one in self.found if one.refused]] = True
        return mask

    def _place(self, problem: Problem) -> int | None:
        if problem.line is None:
            return None
        if self._table.sheets is None:
            return self._position.get(problem.line)
        return next(self._on_sheets(problem.field or "", problem.line), None)

    def _on_sheets(self, field: str, line: int) -> Iterator[int]:
        """Positions of a row on the sheets that a field may name; names may hold the sign that ends them."""
        named = [sheet for sheet in dict.fromkeys(self._table.sheets or ()) if field.startswith(f"{sheet}!")]
        columns = {str(column) for column in self._table.rows.columns}
        named.sort(key=lambda sheet: (field[len(sheet) + 1 :] in columns, len(sheet)), reverse=True)
        for sheet in named:
            if (sheet, line) in self._position:
                yield self._position[sheet, line]
