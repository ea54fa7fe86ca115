"""Travel times that were made elsewhere, joined to sites and demand points by id, never by row."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.reach.matrix import Reach
from coverplan.units import MS_PER_MINUTE, Int64Array

_SHOWN = 5


def from_long(
    table: pd.DataFrame,
    *,
    site_ids: Sequence[str],
    demand_ids: Sequence[str],
    limit_ms: int,
    site: str = "dest",
    demand: str = "origin",
    minutes: str = "minutes",
    file: Path | None = None,
) -> Reach:
    """Reach from a table with one row for every pair.

    Parameters
    ----------
    table
        Columns of ids and of minutes, by default as people travel toward a site; other columns are ignored. A pair
        that is absent or has no minutes is not reached (R1); 0 minutes is a time.
    site_ids, demand_ids
        Ids that the study knows, in its order. Those that the table does not mention are not reached.
    limit_ms
        Longest time to keep, inclusive (R2); times are rounded once to whole milliseconds.
    site, demand, minutes
        Names of the columns.
    file
        Where the table came from, for messages.

    Raises
    ------
    InputError
        With every missing column, unknown id, pair that occurs twice and value that is no time; rows are counted as
        in a file whose header is row 1.
    """
    problems = Problems(file)
    _need_columns(problems, table, (site, demand, minutes))
    problems.raise_if_errors()
    times = pd.to_numeric(table[minutes], errors="coerce").to_numpy(dtype=np.float64)
    given = (table[minutes].notna() & (table[minutes].astype(str).str.strip() != "")).to_numpy()
    _bad_rows(
        problems,
        table[minutes],
        given & ~(times >= 0),
        minutes,
        expected="a number of minutes, zero or more",
        code="bad_time",
    )
    at_site = _positions(problems, table[site], site_ids, site)
    at_demand = _positions(problems, table[demand], demand_ids, demand)
    known = (at_site >= 0) & (at_demand >= 0)
    pair = np.where(known, at_site * max(len(demand_ids), 1) + at_demand, -1 - np.arange(len(table)))
    _bad_rows(
        problems,
        table[site],
        pd.Series(pair).duplicated().to_numpy(),
        site,
        expected="every pair once",
        code="pair_twice",
    )
    problems.raise_if_errors()
    return _reach(
        at_site[given], at_demand[given], times[given], tuple(site_ids), tuple(demand_ids), limit_ms=limit_ms
    )


def from_wide(
    table: pd.DataFrame,
    *,
    site_ids: Sequence[str],
    demand_ids: Sequence[str],
    limit_ms: int,
    file: Path | None = None,
) -> Reach:
    """Reach from a table with a row for every demand point and a column for every site.

    Parameters
    ----------
    table
        Index: ids of demand points; columns: ids of sites; values: minutes, empty where not reached.
    site_ids, demand_ids, limit_ms, file
        As for `from_long`.

    Raises
    ------
    InputError
        As for `from_long`.
    """
    rows, columns = table.shape
    long = pd.DataFrame(
        {
            "origin": np.repeat(_as_ids(table.index.to_series()), columns),
            "dest": np.tile(_as_ids(table.columns.to_series()), rows),
            "minutes": table.to_numpy(dtype=object).ravel(),
        }
    )
    return from_long(long, site_ids=site_ids, demand_ids=demand_ids, limit_ms=limit_ms, file=file)


def _need_columns(problems: Problems, table: pd.DataFrame, columns: tuple[str, str, str]) -> None:
    for column in columns:
        if column not in table.columns:
            problems.add(
                Problem(
                    what=f"the travel times have no column {column}",
                    field=column,
                    expected=f"columns {', '.join(columns)}; there are {', '.join(map(str, table.columns))}",
                    remedy="rename the column or name it in the scenario",
                    code="missing_column",
                    details={"column": column},
                )
            )


def _reach(
    site: Int64Array,
    demand: Int64Array,
    minutes: np.ndarray,
    site_ids: tuple[str, ...],
    demand_ids: tuple[str, ...],
    *,
    limit_ms: int,
) -> Reach:
    exact_ms = np.rint(minutes * MS_PER_MINUTE)
    keep = exact_ms <= limit_ms
    site, demand, exact_ms = site[keep], demand[keep], exact_ms[keep]
    order = np.lexsort((demand, site))
    indptr = np.searchsorted(site[order], np.arange(len(site_ids) + 1))
    return Reach(
        site_ids,
        demand_ids,
        indptr,
        demand[order].astype(np.int32),
        exact_ms[order].astype(np.int32),
        limit_ms,
    )


def _positions(problems: Problems, column: pd.Series, ids: Sequence[str], name: str) -> Int64Array:
    found = pd.Index(ids).get_indexer(pd.Index(_as_ids(column)))
    expected = f"ids of the study, such as {', '.join(list(ids)[:_SHOWN])}"
    _bad_rows(problems, column, found < 0, name, expected=expected, code="unknown_id")
    return np.asarray(found, dtype=np.int64)


def _as_ids(column: pd.Series) -> np.ndarray:
    """Ids as text; 12.0, which a table with an empty cell makes of 12, is 12 again."""
    if pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype(str).str.strip().to_numpy(dtype=object)


def _bad_rows(
    problems: Problems, column: pd.Series, bad: np.ndarray, name: str, *, expected: str, code: str
) -> None:
    rows = np.flatnonzero(bad)
    what = {"bad_time": "no travel time", "unknown_id": "an id that the study does not know"}
    for row in rows[:_SHOWN]:
        problems.add(
            Problem(
                what=what.get(code, "a pair that stands in an earlier row too")
                + (f" ({len(rows)} rows in all)" if row == rows[0] and len(rows) > 1 else ""),
                line=int(row) + 2,
                field=name,
                value=column.iloc[row],
                expected=expected,
                remedy="correct the row or leave it out",
                code=code,
            )
        )
