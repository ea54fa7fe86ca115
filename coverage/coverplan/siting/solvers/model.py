"""A mixed-integer linear model as sparse arrays with readable names, and its text in LP form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from coverplan.siting.objective import Sense
from coverplan.units import BoolArray, FloatArray, Int32Array, Int64Array

NameOf = Callable[[int], str]
Entry = tuple[ArrayLike, ArrayLike, ArrayLike]


@dataclass(frozen=True, slots=True)
class Expression:
    """Sum of columns times values."""

    columns: Int64Array
    values: FloatArray


@dataclass(slots=True)
class Model:
    """Columns and rows, added block by block; every block names its members by position."""

    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    integer: list[BoolArray] = field(default_factory=list)
    column_names: list[tuple[int, NameOf]] = field(default_factory=list)
    row_of: list[Int64Array] = field(default_factory=list)
    column_of: list[Int64Array] = field(default_factory=list)
    value_of: list[FloatArray] = field(default_factory=list)
    row_lower: list[FloatArray] = field(default_factory=list)
    row_upper: list[FloatArray] = field(default_factory=list)
    row_names: list[tuple[int, NameOf]] = field(default_factory=list)
    columns: int = 0
    rows: int = 0

    def add_columns(
        self,
        count: int,
        name: NameOf,
        *,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = 1.0,
        integer: bool = False,
    ) -> Int64Array:
        """Add `count` columns; returns their positions."""
        self.lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), count))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), count))
        self.integer.append(np.full(count, integer))
        self.column_names.append((count, name))
        self.columns += count
        return np.arange(self.columns - count, self.columns, dtype=np.int64)

    def add_rows(
        self,
        count: int,
        name: NameOf,
        entries: Sequence[Entry],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
    ) -> None:
        """Add `count` rows from triples of (row within the block, column, value), each broadcast together."""
        for row, column, value in entries:
            rows, columns, values = np.broadcast_arrays(row, column, value)
            self.row_of.append(rows.astype(np.int64).ravel() + self.rows)
            self.column_of.append(columns.astype(np.int64).ravel())
            self.value_of.append(values.astype(np.float64).ravel())
        self.row_lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), count))
        self.row_upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), count))
        self.row_names.append((count, name))
        self.rows += count

    def add_row(
        self, name: str, expression: Expression, *, lower: float = -np.inf, upper: float = np.inf
    ) -> None:
        """Add one row."""
        entry = (np.zeros(len(expression.columns), dtype=np.int64), expression.columns, expression.values)
        self.add_rows(1, lambda _: name, [entry], lower=lower, upper=upper)

    def add_entries(self, rows: Int64Array, columns: Int64Array, values: FloatArray) -> None:
        """Put columns into rows that exist."""
        self.row_of.append(rows)
        self.column_of.append(columns)
        self.value_of.append(values)

    def matrix(self) -> tuple[Int64Array, Int32Array, FloatArray]:
        """Rows as (start, column, value), columns ascending within a row, what stands twice in a row added up."""
        row = np.concatenate([np.zeros(0, dtype=np.int64), *self.row_of])
        column = np.concatenate([np.zeros(0, dtype=np.int64), *self.column_of])
        value = np.concatenate([np.zeros(0), *self.value_of])
        order = np.lexsort((column, row))
        row, column, value = row[order], column[order], value[order]
        first = np.ones(len(row), dtype=bool)
        first[1:] = (np.diff(row) != 0) | (np.diff(column) != 0)
        if not first.all():
            value = np.add.reduceat(value, np.flatnonzero(first))
            row, column = row[first], column[first]
        start = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=self.rows))))
        return start.astype(np.int64), column.astype(np.int32), value

    def dense(self, expression: Expression) -> FloatArray:
        """Shape (columns,): value of every column in an expression."""
        summed = np.bincount(expression.columns, weights=expression.values, minlength=self.columns)
        return summed.astype(np.float64)


def lp_text(model: Model, expression: Expression, sense: Sense) -> str:
    """Model in the LP format that every solver reads, with its names, for people and for other solvers."""
    columns = list(_names(model.column_names))
    rows = list(_names(model.row_names))
    start, column_of, values = model.matrix()
    low, high = np.concatenate(model.row_lower), np.concatenate(model.row_upper)
    lines = ["Maximize" if sense == "max" else "Minimize"]
    lines.append(" objective: " + _sum(columns, expression.columns, expression.values))
    lines.append("Subject To")
    for row, name in enumerate(rows):
        part = slice(start[row], start[row + 1])
        lines += _row_lines(name, _sum(columns, column_of[part], values[part]), low[row], high[row])
    lines.append("Bounds")
    lower, upper = np.concatenate(model.lower), np.concatenate(model.upper)
    lines += [f" {_number(lower[at])} <= {name} <= {_number(upper[at])}" for at, name in enumerate(columns)]
    integer = np.concatenate(model.integer)
    lines += ["General", *(f" {name}" for name, whole in zip(columns, integer, strict=True) if whole), "End"]
    return "\n".join(lines) + "\n"


def _row_lines(name: str, left: str, low: float, high: float) -> list[str]:
    if low == high:
        return [f" {name}: {left} = {_number(low)}"]
    lines = []
    if np.isfinite(low):
        lines.append(f" {name}: {left} >= {_number(low)}")
    if np.isfinite(high):
        suffix = "_upper" if lines else ""
        lines.append(f" {name}{suffix}: {left} <= {_number(high)}")
    return lines


def _names(blocks: list[tuple[int, NameOf]]) -> Iterator[str]:
    for count, name in blocks:
        for position in range(count):
            yield re.sub(r"[^\w.()]", "_", name(position))


def _sum(names: list[str], columns: ArrayLike, values: ArrayLike) -> str:
    parts = []
    for column, value in zip(np.asarray(columns), np.asarray(values), strict=True):
        if value:
            factor = "" if abs(value) == 1 else f"{_number(abs(value))} "
            parts.append(f"{'-' if value < 0 else '+'} {factor}{names[column]}")
    return " ".join(parts).removeprefix("+ ") if parts else "0"


def _number(value: float) -> str:
    if np.isinf(value):
        return "inf" if value > 0 else "-inf"
    return f"{value:.12g}"
