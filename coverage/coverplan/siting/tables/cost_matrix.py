"""Cost matrices as people have them, long or wide, with names or without; what could be read in two ways is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.siting.pairs import Pairs
from coverplan.siting.tables.named_values import Values, identifier, unique_ids
from coverplan.siting.tables.pair_tables import (
    from_array,
    from_long_table,
    from_wide_table,
    missing_column,
    one_column,
    refuse_shape,
)

COLUMNS = ("origin", "dest", "cost")
EMPTY = "the cost matrix is empty"
_HEADS = (  # of demand points, of sites, of costs
    re.compile(r"(origin|orig|from|source|demand|tract|o|i)[ _]?(id|name|fid|oid)?|起点|需求点|需求"),
    re.compile(
        r"(destination|dest|to|target|site|facility|fac|store|d|j)[ _]?(id|name|fid|oid)?|终点|设施|点位"
    ),
    re.compile(
        r"(total[ _])?(travel[ _]?)?(cost|dist|distance|length|metres|meters|kilometers|km|time|traveltime|minutes|min|seconds"
        r"|duration)|距离|成本|费用|时间|分钟"
    ),
)
MOST_HEADS = (
    12  # columns of a table with one row per pair; wider ones are wide tables whatever they are called
)
_NUMBER_HEAD = re.compile(r"(object|f|o)?id|unnamed: ?0|index|编号|序号", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Costs:
    """Ids and pairs of a cost matrix; `numbered` where row and column numbers are the ids."""

    demand_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    pairs: Pairs
    numbered: bool = False


def read_costs(
    costs: pd.DataFrame | ArrayLike,
    *,
    columns: Sequence[str] = COLUMNS,
    blank_is_absent: bool = False,
    weights: Values | None = None,
) -> Costs:
    """Ids and pairs of a matrix of any shape; see `coverplan.siting.tables.table_inputs.from_cost_matrix`.

    Raises
    ------
    coverplan.errors.InputError
        For what is no matrix or could be read in two ways, doubtful ids, and costs that are none.
    """
    if isinstance(costs, pd.Series):
        refuse_shape(
            "a series is no cost matrix", "call reset_index() and name the columns with columns=(...)"
        )
    if isinstance(costs, pd.DataFrame):
        if costs.empty:
            refuse_shape(EMPTY, "give demand points by rows and sites by columns")
        return _from_table(costs, _names(columns), weights, blank_is_absent=blank_is_absent)
    pairs = from_array(costs, blank_is_absent=blank_is_absent)
    if not pairs.demand_points or not pairs.sites:
        refuse_shape(EMPTY, "give demand points by rows and sites by columns")
    return Costs(numbered_ids(pairs.demand_points), numbered_ids(pairs.sites), pairs, numbered=True)


def numbered_ids(count: int) -> tuple[str, ...]:
    """Row or column numbers as ids, from 0, of one width so that they sort as numbers do."""
    width = len(str(max(count - 1, 0)))
    return tuple(f"{number:0{width}d}" for number in range(count))


def _from_table(
    costs: pd.DataFrame, columns: tuple[str, str, str], weights: Values | None, *, blank_is_absent: bool
) -> Costs:
    if costs.index.nlevels > 1 or costs.columns.nlevels > 1:
        refuse_shape(
            "the cost table has ids of several levels",
            "call reset_index() and name the columns with columns=(...)",
        )
    missing = [name for name in columns if name not in costs.columns]
    if missing and tuple(columns) != COLUMNS:
        raise InputError([missing_column(name, costs) for name in missing])
    troubles = Problems()
    if not missing:
        demand_ids = _ids_of_rows(one_column(costs, columns[0]), columns[0], troubles)
        site_ids = _ids_of_rows(one_column(costs, columns[1]), columns[1], troubles)
        troubles.raise_if_errors()
        demand_ids = _with_unreached(demand_ids, weights)
        names = dict(zip(("demand", "site", "cost"), columns, strict=True))
        pairs = from_long_table(
            costs, site_ids=site_ids, demand_ids=demand_ids, blank_is_absent=blank_is_absent, **names
        )
    else:
        demand_ids = unique_ids(costs.index, field="index", troubles=troubles)
        site_ids = unique_ids(costs.columns, field="columns", troubles=troubles)
        troubles.raise_if_errors()
        _refuse_unnamed_long(costs, columns)
        _refuse_ids_as_costs(costs)
        pairs = from_wide_table(
            costs, site_ids=site_ids, demand_ids=demand_ids, blank_is_absent=blank_is_absent
        )
    return Costs(demand_ids, site_ids, pairs)


def _names(columns: object) -> tuple[str, str, str]:
    """Three different names of columns."""
    if (
        isinstance(columns, Sequence)
        and not isinstance(columns, str)
        and len(set(columns)) == len(columns) == 3
    ):
        return columns[0], columns[1], columns[2]
    raise InputError(
        [
            Trouble(
                what="these are not the names of three columns",
                field="columns",
                value=columns,
                expected="names of the columns of demand ids, site ids and costs",
                code="bad_argument",
            )
        ]
    )


def _ids_of_rows(column: pd.Series, field: str, troubles: Problems) -> tuple[str, ...]:
    """Ids of a column of a table with one row per pair, ascending, each once."""
    if column.isna().any():
        return unique_ids(column, field=field, troubles=troubles, repeats=True)
    return unique_ids(pd.unique(column), field=field, troubles=troubles, repeats=True)


def _with_unreached(demand_ids: tuple[str, ...], weights: Values | None) -> tuple[str, ...]:
    """Demand ids with those that have a weight and no pair at all: a table cut at a limit does not name them.

    Where some id of the table has no weight the two tables write ids differently, and nothing is added.
    """
    if not isinstance(weights, pd.Series | Mapping):
        return demand_ids
    named = {identifier(key) for key in (weights.index if isinstance(weights, pd.Series) else weights)}
    return tuple(sorted(named)) if set(demand_ids) <= named else demand_ids


def _refuse_unnamed_long(costs: pd.DataFrame, columns: tuple[str, str, str]) -> None:
    """Refuse a table with one row per pair whose columns have other names, which would be read as a wide one."""
    kinds = {kind: pd.api.types.is_numeric_dtype(kind) for kind in set(costs.dtypes)}
    texts = [name for name, kind in costs.dtypes.items() if not kinds[kind]]
    long = bool(texts)
    long &= any(pd.to_numeric(costs[name], errors="coerce").isna().all() for name in texts)
    if not long and isinstance(costs.index, pd.RangeIndex):
        long = _has_heads_of_pairs(costs) or (costs.shape[1] == 3 and _are_pairs(costs.iloc[:, :2]))
    if long:
        raise InputError(
            [
                Trouble(
                    what="this looks like a table with one row per pair",
                    field="cost_matrix",
                    value=", ".join(map(str, costs.columns[:6])),
                    expected=f"columns {', '.join(columns)}; or demand ids as index and site ids as columns",
                    remedy="name its columns of demand ids, site ids and costs with columns=(...)",
                    code="unnamed_columns",
                )
            ]
        )


def _has_heads_of_pairs(costs: pd.DataFrame) -> bool:
    """Whether columns are called as those of demand points, sites and costs are, two of the three at least."""
    names = [str(name).strip().lower() for name in costs.columns]
    return len(names) <= MOST_HEADS and sum(any(map(head.fullmatch, names)) for head in _HEADS) >= 2


def _are_pairs(first: pd.DataFrame) -> bool:
    """Whether two columns of whole numbers name pairs: each number often, each pair once."""
    whole = all(pd.api.types.is_integer_dtype(kind) for kind in first.dtypes)
    most = max(first.iloc[:, 0].nunique(), first.iloc[:, 1].nunique())
    return whole and not first.duplicated().any() and most < len(first)


def _refuse_ids_as_costs(costs: pd.DataFrame) -> None:
    """Refuse a wide table whose demand ids stand in its first column, which would be read as a site."""
    if not isinstance(costs.index, pd.RangeIndex) or costs.shape[1] < 2:
        return
    first = costs.iloc[:, 0]
    counted = (
        len(first) > 2 and pd.api.types.is_integer_dtype(first) and bool((first.diff().iloc[1:] == 1).all())
    )
    if counted or _NUMBER_HEAD.fullmatch(str(costs.columns[0]).strip()):
        raise InputError(
            [
                Trouble(
                    what="the first column of the cost table looks like ids",
                    field=str(costs.columns[0]),
                    expected="demand ids as index and site ids as columns",
                    remedy=f"call set_index({str(costs.columns[0])!r})",
                    code="unnamed_columns",
                )
            ]
        )
