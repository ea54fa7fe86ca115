"""Sites, points and pairs from what people have at hand: cost matrices, GeoDataFrames, a reach matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.reach.matrix import Reach
from coverplan.siting import pairs as pairs_of
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import Points, make_points
from coverplan.siting.sites import Sites, SiteStatus, make_sites
from coverplan.units import FloatArray

if TYPE_CHECKING:
    import geopandas as gpd

Values = pd.Series | Mapping[str, float] | ArrayLike


@dataclass(frozen=True, slots=True)
class Tables:
    """Parts of a siting question that come from tables."""

    sites: Sites
    points: Points
    pairs: Pairs


def from_cost_matrix(
    costs: pd.DataFrame | ArrayLike,
    *,
    weights: Values | None = None,
    predefined: Iterable[str] = (),
    existing: Iterable[str] = (),
    capacities: Values | None = None,
    site_costs: Values | None = None,
    columns: tuple[str, str, str] = ("origin", "dest", "cost"),
    blank_is_absent: bool = False,
) -> Tables:
    """Parts of a question from a cost matrix, joined by id.

    Parameters
    ----------
    costs
        A long table with the columns `columns` (demand id, site id, cost); a wide table with demand ids as index
        and site ids as columns; or a bare array, whose row and column numbers, counted from 0, are the ids.
    weights, capacities, site_costs
        By id (Series or mapping), or a bare array beside a bare array of costs. Weights are 1 by default.
    predefined, existing
        Ids of sites that are opened in any case (and counted), and of sites that stand anyway (and are not).

    Raises
    ------
    coverplan.errors.InputError
        With everything that is wrong: ids, repeated pairs, blank, negative or non-numeric values.
    """
    if isinstance(costs, pd.DataFrame):
        long = set(columns) <= set(costs.columns)
        demand_ids = _ids(costs[columns[0]] if long else costs.index)
        site_ids = _ids(costs[columns[1]] if long else costs.columns)
        _refuse_bare(weights, capacities, site_costs)
    else:
        table = pd.DataFrame(np.asarray(costs, dtype=np.float64))
        table.index, table.columns = map(_numbered, table.shape)
        long, costs = False, table
        demand_ids, site_ids = tuple(table.index), tuple(table.columns)
        weights, capacities, site_costs = (
            _named(values, ids)
            for values, ids in ((weights, demand_ids), (capacities, site_ids), (site_costs, site_ids))
        )
    pairs = (
        pairs_of.from_long_table(
            costs,
            site_ids=site_ids,
            demand_ids=demand_ids,
            demand=columns[0],
            site=columns[1],
            cost=columns[2],
        )
        if long
        else pairs_of.from_wide_table(
            costs, site_ids=site_ids, demand_ids=demand_ids, blank_is_absent=blank_is_absent
        )
    )
    return _joined(
        site_ids,
        demand_ids,
        pairs,
        weights=weights,
        predefined=predefined,
        existing=existing,
        capacities=capacities,
        site_costs=site_costs,
    )


def from_reach(
    reach: Reach,
    *,
    weights: Values | None = None,
    predefined: Iterable[str] = (),
    existing: Iterable[str] = (),
    capacities: Values | None = None,
    site_costs: Values | None = None,
) -> Tables:
    """Parts of a question from a reach matrix; bare arrays stand in the order of its ids, costs are milliseconds."""
    site_ids, demand_ids = tuple(map(str, reach.site_ids)), tuple(map(str, reach.demand_ids))
    pairs = pairs_of.from_reach(reach)
    return _joined(
        site_ids,
        demand_ids,
        pairs,
        weights=_named(weights, demand_ids),
        predefined=predefined,
        existing=existing,
        capacities=_named(capacities, site_ids),
        site_costs=_named(site_costs, site_ids),
    )


def from_geodataframe(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    demand_col: str,
    facility_col: str,
    weights_cols: str | None = None,
    predefined_facility_col: str | None = None,
    facility_capacity_col: str | None = None,
    distance_metric: str = "euclidean",
    longest: float | None = None,
) -> Tables:
    """Parts of a question from two layers of points in one metric CRS, with straight-line distances in metres.

    Parameters
    ----------
    demand_col, facility_col
        Columns of ids.
    weights_cols, facility_capacity_col
        Columns of people and of capacities.
    predefined_facility_col
        Column that is true (or 1) for facilities that are opened in any case.
    distance_metric
        ``euclidean`` or ``manhattan``.
    longest
        Pairs that are further apart are left out.

    Raises
    ------
    coverplan.errors.InputError
        For a missing column, a missing or different CRS, degrees instead of metres, and geometry that is no point.
    """
    troubles = Problems()
    wanted = {
        "demand": (demand, (demand_col, weights_cols)),
        "facilities": (facilities, (facility_col, predefined_facility_col, facility_capacity_col)),
    }
    for name, (layer, columns) in wanted.items():
        _check_layer(name, layer, [column for column in columns if column], troubles)
    if demand.crs != facilities.crs:
        troubles.add(
            Trouble(
                what="the two layers have different CRS",
                value=f"{demand.crs}, {facilities.crs}",
                expected="one CRS in metres",
                remedy="call to_crs on one of them",
                code="crs",
            )
        )
    troubles.raise_if_errors()
    site_ids, demand_ids = _ids(facilities[facility_col]), _ids(demand[demand_col])
    pairs = pairs_of.from_coordinates(_xy(facilities), _xy(demand), metric=distance_metric, limit=longest)
    site_order, demand_order = (
        _first_rows(facilities[facility_col], site_ids),
        _first_rows(demand[demand_col], demand_ids),
    )
    mask = (
        ()
        if predefined_facility_col is None
        else facilities.loc[facilities[predefined_facility_col].astype(bool), facility_col]
    )
    return _joined(
        site_ids,
        demand_ids,
        pairs.rearranged(site_order, demand_order),
        weights=_column(demand, demand_col, weights_cols),
        predefined=[str(identifier) for identifier in mask],
        capacities=_column(facilities, facility_col, facility_capacity_col),
    )


def _column(layer: gpd.GeoDataFrame, ids: str, values: str | None) -> pd.Series | None:
    return None if values is None else pd.Series(layer[values].to_numpy(), index=layer[ids])


def _joined(
    site_ids: tuple[str, ...],
    demand_ids: tuple[str, ...],
    pairs: Pairs,
    *,
    weights: Values | None,
    predefined: Iterable[str] = (),
    existing: Iterable[str] = (),
    capacities: Values | None = None,
    site_costs: Values | None = None,
) -> Tables:
    troubles = Problems()
    people = _looked_up(weights, demand_ids, "weights", troubles)
    capacity = _looked_up(capacities, site_ids, "capacities", troubles)
    cost = _looked_up(site_costs, site_ids, "costs", troubles)
    status: dict[str, SiteStatus] = dict.fromkeys(site_ids, "candidate")
    fixed: tuple[tuple[Iterable[str], SiteStatus], ...] = ((predefined, "required"), (existing, "existing"))
    for ids, meaning in fixed:
        named = [str(identifier) for identifier in ids]
        unknown = sorted(set(named) - set(site_ids))
        if unknown:
            troubles.add(
                Trouble(
                    what=f"{len(unknown)} {meaning} sites are not in the cost matrix",
                    value=", ".join(unknown[:5]),
                    expected="ids of sites of the cost matrix",
                    code="unknown_id",
                )
            )
        status |= dict.fromkeys(named, meaning)
    troubles.raise_if_errors()
    return Tables(
        make_sites(site_ids, status=tuple(status[one] for one in site_ids), cost=cost, capacity=capacity),
        make_points(demand_ids, np.ones(len(demand_ids)) if people is None else people),
        pairs,
    )


def _looked_up(
    values: Values | None, ids: Sequence[str], field: str, troubles: Problems
) -> FloatArray | None:
    if values is None:
        return None
    assert isinstance(values, pd.Series | Mapping)
    return pairs_of.by_id(values, ids, field=field, troubles=troubles)


def _named(values: Values | None, ids: Sequence[str]) -> pd.Series | Mapping[str, float] | None:
    """Bare values get the ids they stand beside; labelled ones keep their labels."""
    if values is None or isinstance(values, pd.Series | Mapping):
        return values
    bare = np.asarray(values, dtype=np.float64)
    if len(bare) != len(ids):
        raise InputError(
            [
                Trouble(
                    what="a list has another length than the matrix",
                    value=len(bare),
                    expected=str(len(ids)),
                    code="shape",
                )
            ]
        )
    return pd.Series(bare, index=list(ids))


def _refuse_bare(*values: Values | None) -> None:
    if any(one is not None and not isinstance(one, pd.Series | Mapping) for one in values):
        raise InputError(
            [
                Trouble(
                    what="values without ids stand beside a cost table with ids",
                    expected="a Series or mapping by id",
                    remedy="join by id: rows of two tables need not stand in the same order",
                    code="join_by_id",
                )
            ]
        )


def _ids(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in values}))


def _numbered(count: int) -> list[str]:
    width = len(str(max(count - 1, 0)))
    return [f"{number:0{width}d}" for number in range(count)]


def _xy(layer: gpd.GeoDataFrame) -> FloatArray:
    return np.column_stack([layer.geometry.x.to_numpy(), layer.geometry.y.to_numpy()])


def _first_rows(column: pd.Series, ids: Sequence[str]) -> np.ndarray:
    rows = {str(value): row for row, value in enumerate(column)}
    return np.array([rows[identifier] for identifier in ids], dtype=np.int64)


def _check_layer(name: str, layer: gpd.GeoDataFrame, columns: list[str], troubles: Problems) -> None:
    for column in columns:
        if column not in layer.columns:
            troubles.add(
                Trouble(
                    what=f"the layer of {name} has no such column",
                    field=column,
                    expected=", ".join(map(str, layer.columns)),
                    code="missing_column",
                )
            )
    if columns and columns[0] in layer.columns and layer[columns[0]].astype(str).duplicated().any():
        troubles.add(Trouble(what=f"ids of the {name} repeat", field=columns[0], code="repeated_id"))
    if layer.crs is None or not layer.crs.is_projected:
        troubles.add(
            Trouble(
                what=f"the layer of {name} has no CRS in metres",
                value=str(layer.crs),
                expected="a projected CRS, such as the UTM zone",
                remedy="call to_crs(layer.estimate_utm_crs())",
                code="crs",
            )
        )
    if not (layer.geom_type == "Point").all():
        troubles.add(Trouble(what=f"the {name} are not all points", expected="points", code="geometry"))
