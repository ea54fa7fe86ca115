"""Pairs of site and demand point from long and wide tables, arrays and sparse arrays; costs that are none are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import numpy as np
import pandas as pd

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.siting.pairs import Pairs, from_triples
from coverplan.siting.tables.named_values import identifier
from coverplan.text.counting import many
from coverplan.units import BoolArray, FloatArray, Int32Array

PADDED_FORMATS = (
    "bsr",
    "dia",
)  # scipy's formats that store cells nobody named, or lose zeros that somebody did


def from_long_table(
    table: pd.DataFrame,
    *,
    site_ids: Sequence[str],
    demand_ids: Sequence[str],
    site: str = "dest",
    demand: str = "origin",
    cost: str = "cost",
    blank_is_absent: bool = False,
) -> Pairs:
    """Pairs of a table with one row per pair, joined by id.

    Parameters
    ----------
    table
        One row per pair; a pair that is absent cannot be used.
    site_ids, demand_ids
        Ids in the order that positions refer to.
    site, demand, cost
        Names of the columns.
    blank_is_absent
        A row without a cost is a pair that cannot be used; otherwise it is an error.

    Raises
    ------
    coverplan.errors.InputError
        For a missing column, an id that is not among the sites or demand points, a repeated pair, and a cost
        that is not a number or below zero.
    """
    troubles = Problems()
    for column in (site, demand, cost):
        if column not in table.columns:
            troubles.add(missing_column(column, table))
    troubles.raise_if_errors()
    at_site = _positions(one_column(table, site), site_ids, field=site, troubles=troubles)
    at_demand = _positions(one_column(table, demand), demand_ids, field=demand, troubles=troubles)
    given = one_column(table, cost)
    values, blank = _numbers(given, cost, troubles)
    kept = ~blank if blank_is_absent else np.ones(len(table), dtype=bool)
    rows = np.flatnonzero(kept)
    _check_costs(
        values[rows],
        lambda at: f"row {rows[at] + 2}",
        lambda at: given.iloc[int(rows[at])],
        field=cost,
        troubles=troubles,
    )
    key = at_site.astype(np.int64) * max(1, len(demand_ids)) + at_demand
    _, first, count = np.unique(key, return_index=True, return_counts=True)
    for row in first[count > 1][:5]:
        pair = f"{table[site].iloc[row]}, {table[demand].iloc[row]}"
        troubles.add(_repeated(pair, line=int(row) + 2))
    troubles.raise_if_errors()
    return from_triples(
        at_site[rows], at_demand[rows], values[rows], sites=len(site_ids), demand_points=len(demand_ids)
    )


def from_wide_table(
    table: pd.DataFrame,
    *,
    site_ids: Sequence[str],
    demand_ids: Sequence[str],
    blank_is_absent: bool = False,
) -> Pairs:
    """Pairs of a table with demand ids as index and site ids as columns.

    Parameters
    ----------
    blank_is_absent
        A blank cell is a pair that cannot be used; otherwise a blank is an error. An infinite cost is always a
        pair that cannot be used.

    Raises
    ------
    coverplan.errors.InputError
        For ids that do not match, blanks, cells that are no numbers, and costs below zero.
    """
    troubles = Problems()
    at_demand = _positions(table.index, demand_ids, field="index", troubles=troubles)
    at_site = _positions(table.columns, site_ids, field="columns", troubles=troubles)
    values, blank = _cells(table, troubles)
    row, column = _usable(values, blank, blank_is_absent=blank_is_absent)
    _check_costs(
        values[row, column],
        lambda at: f"row {table.index[row[at]]}, column {table.columns[column[at]]}",
        lambda at: table.iloc[row[at], column[at]],
        field="cost",
        troubles=troubles,
    )
    troubles.raise_if_errors()
    return from_triples(
        at_site[column],
        at_demand[row],
        values[row, column],
        sites=len(site_ids),
        demand_points=len(demand_ids),
    )


def from_array(costs: Any, *, blank_is_absent: bool = False) -> Pairs:
    """Pairs of a bare array of costs, demand points in rows and sites in columns; of a sparse one what it stores.

    Parameters
    ----------
    blank_is_absent
        A cell without a number, or a masked one, is a pair that cannot be used; otherwise it is an error. An infinite
        cost of an array that is not sparse is always a pair that cannot be used.

    Raises
    ------
    coverplan.errors.InputError
        For costs that are blank, below zero or no numbers, for an array without two dimensions, and for sparse arrays
        that name a pair twice or are of a format that stores what nobody named.
    """
    troubles = Problems()
    if hasattr(costs, "tocoo"):
        row, column, values, shape = _stored(costs, troubles)
        given: Any = values
        if blank_is_absent:
            known = ~np.isnan(values)
            row, column, values, given = row[known], column[known], values[known], values[known]
    else:
        table = pd.DataFrame(_two_dimensions(costs))
        whole, blank = _cells(table, troubles)
        shape = whole.shape
        row, column = _usable(whole, blank, blank_is_absent=blank_is_absent)
        values = whole[row, column]
        given = values if _is_plain(table) else table.to_numpy()[row, column]
    _check_costs(
        values,
        lambda at: f"row {row[at]}, column {column[at]}",
        lambda at: given[at],
        field="cost",
        troubles=troubles,
    )
    troubles.raise_if_errors()
    return from_triples(
        column.astype(np.int32), row.astype(np.int32), values, sites=shape[1], demand_points=shape[0]
    )


def _two_dimensions(costs: Any) -> np.ndarray:
    """Shape (demand points, sites): the array, masked cells blank."""
    try:
        found = np.asarray(costs)
    except ValueError:  # rows of different lengths
        found = np.zeros(0)
    if found.ndim != 2:
        refuse_shape(
            "a cost matrix has demand points by rows and sites by columns",
            "give a table, or an array of two dimensions",
            value=type(costs).__name__ if found.ndim == 0 else f"shape {found.shape}",
        )
    if np.ma.isMaskedArray(costs) and found.dtype.kind in "fiu":
        return np.where(np.ma.getmaskarray(costs), np.nan, found.astype(np.float64))
    return found


def _stored(costs: Any, troubles: Problems) -> tuple[np.ndarray, np.ndarray, FloatArray, tuple[int, int]]:
    """Rows, columns and values that a sparse array stores, and its shape."""
    kind = str(getattr(costs, "format", ""))
    if kind in PADDED_FORMATS or len(costs.shape) != 2:
        refuse_shape(
            "this sparse array does not say which pairs it stores",
            "give a coo, csr or csc array of two dimensions",
            value=kind,
        )
    coo = costs.tocoo()
    if coo.dtype.kind not in "fiu":
        troubles.add(_no_numbers("cost_matrix", str(coo.dtype)))
        troubles.raise_if_errors()
    order = np.lexsort((coo.col, coo.row))
    row, column = coo.row[order].astype(np.int64), coo.col[order].astype(np.int64)
    for at in np.flatnonzero((np.diff(row) == 0) & (np.diff(column) == 0))[:5].tolist():
        troubles.add(_repeated(f"row {row[at]}, column {column[at]}"))
    return row, column, np.asarray(coo.data, dtype=np.float64)[order], (coo.shape[0], coo.shape[1])


def _usable(values: FloatArray, blank: BoolArray, *, blank_is_absent: bool) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns of the cells that are pairs, or should be, column by column."""
    usable = ~np.isinf(values) | (values < 0)
    column, row = np.nonzero((usable & ~blank if blank_is_absent else usable).T)
    return row, column


def _cells(table: pd.DataFrame, troubles: Problems) -> tuple[FloatArray, BoolArray]:
    """Shape (rows, columns): costs as numbers, NaN where they are none, and which cells are blank."""
    if _is_plain(table) or table.empty:
        values = table.to_numpy(dtype=np.float64)
        return values, np.isnan(values)
    read = [_numbers(table[name], f"column {name}", troubles) for name in table.columns]
    return np.column_stack([column for column, _ in read]), np.column_stack([empty for _, empty in read])


def _is_plain(table: pd.DataFrame) -> bool:
    """Whether all columns are numpy's numbers."""
    return all(isinstance(kind, np.dtype) and kind.kind in "fiu" for kind in set(table.dtypes))


def _numbers(column: pd.Series, name: str, troubles: Problems) -> tuple[FloatArray, BoolArray]:
    """Shape (rows,): costs as numbers, NaN where they are none, and which cells are blank."""
    if column.dtype.kind in "bcmM" or isinstance(column.dtype, pd.SparseDtype):
        troubles.add(_no_numbers(name, str(column.dtype)))
        return np.zeros(len(column)), np.zeros(len(column), dtype=bool)
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    if pd.api.types.is_numeric_dtype(column):
        return values, np.isnan(values)
    return values, (column.isna() | (column.astype(str).str.strip() == "")).to_numpy(dtype=bool)


def _no_numbers(name: str, kind: str) -> Trouble:
    return Trouble(
        what="costs of this kind are no numbers",
        field=name,
        value=kind,
        expected="numbers in one unit, such as metres or minutes",
        remedy="turn them into numbers; a sparse table into costs.sparse.to_coo()",
        code="bad_cost",
    )


def one_column(table: pd.DataFrame, name: str) -> pd.Series:
    """Column of a name that stands once."""
    found = table[name]
    if isinstance(found, pd.Series):
        return found
    raise InputError(
        [
            Trouble(
                what="several columns have this name",
                field=name,
                value=found.shape[1],
                expected="one column of each name",
                code="repeated_id",
            )
        ]
    )


def _positions(
    found: pd.Series | pd.Index, ids: Sequence[str], *, field: str, troubles: Problems
) -> Int32Array:
    position = {identifier: place for place, identifier in enumerate(ids)}
    codes, kinds = pd.factorize(found, use_na_sentinel=False)
    names = [identifier(value) for value in kinds]
    places = np.array([position.get(name, -1) for name in names], dtype=np.int32)[codes]
    unknown = sorted({name for name in names if name not in position})
    if unknown:
        troubles.add(
            Trouble(
                what=many(
                    len(unknown), "id of the cost matrix is unknown", "ids of the cost matrix are unknown"
                ),
                field=field,
                value=", ".join(unknown[:5]),
                expected="ids of the sites and demand points that were given",
                code="unknown_id",
            )
        )
    return places


def _check_costs(
    values: FloatArray,
    place: Callable[[int], str],
    written: Callable[[int], object],
    *,
    field: str,
    troubles: Problems,
) -> None:
    for bad, what in (
        (np.isnan(values), "a cost is not a number"),
        (np.isinf(values), "a cost is infinite"),
        (values < 0, "a cost is below zero"),
    ):
        rows = np.flatnonzero(bad)
        if len(rows):
            troubles.add(
                Trouble(
                    what=what,
                    field=field,
                    value=f"{place(int(rows[0]))}: {written(int(rows[0]))}",
                    expected="a finite cost of zero or more; leave a pair out when it cannot be used",
                    code="bad_cost",
                )
            )


def missing_column(column: str, table: pd.DataFrame) -> Trouble:
    """Trouble of a column that is named and not there."""
    return Trouble(
        what="the cost table has no such column",
        field=column,
        expected=f"one of {', '.join(map(str, table.columns))}",
        code="missing_column",
    )


def _repeated(pair: str, *, line: int | None = None) -> Trouble:
    return Trouble(
        what="the same pair stands in the cost table more than once",
        line=line,
        value=pair,
        expected="one row per pair",
        code="repeated_pair",
    )


def refuse_shape(what: str, remedy: str, *, value: object = None) -> NoReturn:
    """Refuse what is no matrix of costs."""
    raise InputError([Trouble(what=what, field="cost_matrix", value=value, remedy=remedy, code="shape")])
