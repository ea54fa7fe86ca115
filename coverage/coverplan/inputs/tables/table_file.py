"""A table or layer in memory: its rows with the number a person would count, and what was noted about its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.inputs.tables.header_row import SetAside
from coverplan.text.folding import plain
from coverplan.units import BoolArray, Int64Array


class Repair(NamedTuple):
    """A cell that was read otherwise than it is printed.

    Fields: position in the table, row number and sheet as a person counts, column, printed form, what it was
    read as, and the rule (`coverplan.inputs.tables.amounts.Amount.rule` and others).
    """

    position: int
    row: int
    sheet: str | None
    column: str
    printed: object
    read_as: object
    rule: str


@dataclass(frozen=True, slots=True)
class TableFile:
    """Rows of one file.

    Parameters
    ----------
    path
        The file.
    rows
        Index: row number as a person counts (a table's header is row 1; a layer's first feature is 1).
        Columns hold what the file holds; a layer has a ``geometry`` column with its CRS.
    read
        Number of rows in the file, before any condition.
    sheets
        Shape (rows,): sheet of each row where several were read, else None.
    set_aside
        Totals, notes and repeated headers, which are no rows.
    shared
        By column: labels (sheet, row) of cells that are merged over several rows.
    units
        Units of measure that a title above the header states for the whole table (单位：千人).
    wide
        Rows with more cells than the header, by label, as they stand in the file; their cells in `rows` are blank.
    repairs
        Every cell that was read otherwise than printed; filled while columns are read.
    read_texts
        Columns that were read as texts once; rows never change.
    different
        Columns that were looked through once: which different value each row has, and these values.
    """

    path: Path
    rows: pd.DataFrame
    read: int
    sheets: tuple[str, ...] | None = None
    set_aside: tuple[SetAside, ...] = ()
    shared: dict[str, frozenset[tuple[str | None, int]]] = field(default_factory=dict)
    units: tuple[str, ...] = ()
    wide: dict[tuple[str | None, int], str] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)
    read_texts: dict[str, list[str | None]] = field(default_factory=dict, compare=False, repr=False)
    different: dict[str, tuple[Int64Array, list[Any]]] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def is_layer(self) -> bool:
        """Has geometries of its own."""
        return isinstance(self.rows, gpd.GeoDataFrame)

    def sheet_of(self, position: int) -> str | None:
        """Sheet of a row, where several were read."""
        return None if self.sheets is None else self.sheets[position]

    def label(self, position: int) -> tuple[str | None, int]:
        """Sheet and row number of a row."""
        return self.sheet_of(position), int(self.rows.index[position])

    def labels_at(self, positions: Sequence[int]) -> list[tuple[str | None, int]]:
        """Sheet and row number of some rows."""
        rows = self.rows.index.to_numpy()[positions].tolist()
        sheets = self.sheets or ()
        return [
            (sheets[position] if sheets else None, row) for position, row in zip(positions, rows, strict=True)
        ]

    def labels(self) -> list[tuple[str | None, int]]:
        """Sheet and row number of every row."""
        sheets = [None] * len(self.rows) if self.sheets is None else self.sheets
        return list(zip(sheets, self.rows.index.tolist(), strict=True))


def kept_rows(table: TableFile, keep: BoolArray) -> TableFile:
    """The table with some of its rows only; what was noted about cells is noted again as columns are read."""
    sheets = None if table.sheets is None else tuple(np.array(table.sheets, dtype=object)[keep])
    return replace(table, rows=table.rows.loc[keep], sheets=sheets, repairs=[], read_texts={}, different={})


def same_text(text: str) -> str:
    """A text for comparison: narrow signs, no white space."""
    return "".join(plain(text).split())
