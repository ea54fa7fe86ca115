"""Sites, points and pairs from what people have at hand: cost matrices, GeoDataFrames, a reach matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from coverplan.errors import InputError, Problems
from coverplan.errors import Problem as Trouble
from coverplan.ground.area import MOST_SCALE_ERROR, scale_error
from coverplan.ground.earth import no_places
from coverplan.reach.matrix import Reach
from coverplan.siting import pairs as pairs_of
from coverplan.siting.named_values import Marks, Values, beside, identifier, looked_up, marked, unique_ids
from coverplan.siting.pairs import Pairs
from coverplan.siting.points import Points, make_points
from coverplan.siting.sites import Sites, SiteStatus, make_sites
from coverplan.units import FloatArray

if TYPE_CHECKING:
    import geopandas as gpd


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
    predefined: Marks = (),
    existing: Marks = (),
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
        and site ids as columns; or a bare array, whose row and column numbers, counted from 0, are the ids. In a
        scipy sparse array what is stored is a pair, and what is not stored cannot be used. Ids that stand in `weights`
        alone are points that no site reaches, as in a table that was cut at a longest cost.
    weights, capacities, site_costs
        By id (Series or mapping), or a bare array beside a bare array of costs. Weights are 1 by default.
    predefined, existing
        Ids of sites that are opened in any case (and counted), and of sites that stand anyway (and are not); or a
        mark for each site in the order of the columns (true, false, 1, 0), or marks by id.

    Raises
    ------
    coverplan.errors.InputError
        With everything that is wrong: ids, repeated pairs, blank, negative or non-numeric values.
    """
    troubles = Problems()
    if not isinstance(costs, pd.DataFrame):
        pairs = pairs_of.from_array(costs)
        demand_ids, site_ids = _numbered(pairs.demand_points), _numbered(pairs.sites)
        weights, capacities, site_costs = (
            beside(values, ids)
            for values, ids in ((weights, demand_ids), (capacities, site_ids), (site_costs, site_ids))
        )
    elif set(columns) <= set(costs.columns):
        _refuse_bare(weights, capacities, site_costs)
        demand_ids = unique_ids(costs[columns[0]], field=columns[0], troubles=troubles, repeats=True)
        site_ids = unique_ids(costs[columns[1]], field=columns[1], troubles=troubles, repeats=True)
        troubles.raise_if_errors()
        demand_ids = _with_unreached(demand_ids, weights)
        names = dict(zip(("demand", "site", "cost"), columns, strict=True))
        pairs = pairs_of.from_long_table(costs, site_ids=site_ids, demand_ids=demand_ids, **names)
    else:
        _refuse_bare(weights, capacities, site_costs)
        demand_ids = unique_ids(costs.index, field="index", troubles=troubles)
        site_ids = unique_ids(costs.columns, field="columns", troubles=troubles)
        troubles.raise_if_errors()
        _refuse_unnamed_long(costs, columns)
        pairs = pairs_of.from_wide_table(
            costs, site_ids=site_ids, demand_ids=demand_ids, blank_is_absent=blank_is_absent
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
    texts = [name for name in costs.columns if not pd.api.types.is_numeric_dtype(costs[name])]
    long = bool(texts) and not pd.api.types.is_numeric_dtype(costs[texts[0]])
    long &= any(pd.to_numeric(costs[name], errors="coerce").isna().all() for name in texts)
    if not long and costs.shape[1] == 3 and isinstance(costs.index, pd.RangeIndex):
        first = costs.iloc[:, :2]
        whole = all(pd.api.types.is_integer_dtype(kind) for kind in first.dtypes)
        most = max(first.iloc[:, 0].nunique(), first.iloc[:, 1].nunique())
        long = whole and not first.duplicated().any() and most < len(costs)
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


def from_reach(
    reach: Reach,
    *,
    weights: Values | None = None,
    predefined: Marks = (),
    existing: Marks = (),
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
        weights=beside(weights, demand_ids),
        predefined=predefined,
        existing=existing,
        capacities=beside(capacities, site_ids),
        site_costs=beside(site_costs, site_ids),
    )


def from_geodataframe(
    demand: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    *,
    demand_col: str,
    facility_col: str,
    weights_cols: str | None = None,
    predefined_facility_col: str | None = None,
    existing_facility_col: str | None = None,
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
    predefined_facility_col, existing_facility_col
        Columns that say yes (or 1) for facilities that are opened in any case, and that stand anyway.
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
        "facilities": (
            facilities,
            (facility_col, predefined_facility_col, existing_facility_col, facility_capacity_col),
        ),
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
    site_ids = unique_ids(facilities[facility_col], field=facility_col, troubles=troubles)
    demand_ids = unique_ids(demand[demand_col], field=demand_col, troubles=troubles)
    troubles.raise_if_errors()
    pairs = pairs_of.from_coordinates(_xy(facilities), _xy(demand), metric=distance_metric, limit=longest)
    site_order, demand_order = (
        _first_rows(facilities[facility_col], site_ids),
        _first_rows(demand[demand_col], demand_ids),
    )
    return _joined(
        site_ids,
        demand_ids,
        pairs.rearranged(site_order, demand_order),
        weights=_column(demand, demand_col, weights_cols),
        predefined=_marks(facilities, facility_col, predefined_facility_col),
        existing=_marks(facilities, facility_col, existing_facility_col),
        capacities=_column(facilities, facility_col, facility_capacity_col),
    )


def _marks(layer: gpd.GeoDataFrame, ids: str, marks: str | None) -> dict[str, object]:
    if marks is None:
        return {}
    return dict(zip(map(identifier, layer[ids]), layer[marks].to_list(), strict=True))


def _column(layer: gpd.GeoDataFrame, ids: str, values: str | None) -> pd.Series | None:
    return None if values is None else pd.Series(layer[values].to_numpy(), index=layer[ids])


def _joined(
    site_ids: tuple[str, ...],
    demand_ids: tuple[str, ...],
    pairs: Pairs,
    *,
    weights: Values | None,
    predefined: Marks = (),
    existing: Marks = (),
    capacities: Values | None = None,
    site_costs: Values | None = None,
) -> Tables:
    troubles = Problems()
    people = looked_up(weights, demand_ids, field="weights", troubles=troubles)
    capacity = looked_up(capacities, site_ids, field="capacities", troubles=troubles)
    cost = looked_up(site_costs, site_ids, field="costs", troubles=troubles)
    status: dict[str, SiteStatus] = dict.fromkeys(site_ids, "candidate")
    fixed: tuple[tuple[Marks, SiteStatus], ...] = ((predefined, "required"), (existing, "existing"))
    for marks, meaning in fixed:
        status |= dict.fromkeys(marked(marks, site_ids, field=meaning, troubles=troubles), meaning)
    troubles.raise_if_errors()
    return Tables(
        make_sites(site_ids, status=tuple(status[one] for one in site_ids), cost=cost, capacity=capacity),
        make_points(demand_ids, np.ones(len(demand_ids)) if people is None else people),
        pairs,
    )


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


def _numbered(count: int) -> tuple[str, ...]:
    width = len(str(max(count - 1, 0)))
    return tuple(f"{number:0{width}d}" for number in range(count))


def _xy(layer: gpd.GeoDataFrame) -> FloatArray:
    return np.column_stack([layer.geometry.x.to_numpy(), layer.geometry.y.to_numpy()])


def _first_rows(column: pd.Series, ids: Sequence[str]) -> np.ndarray:
    rows = {identifier(value): row for row, value in enumerate(column)}
    return np.array([rows[identifier] for identifier in ids], dtype=np.int64)


def _report_off_the_earth(name: str, layer: gpd.GeoDataFrame, troubles: Problems) -> None:
    places = layer.geometry
    for row in np.flatnonzero(no_places(places.x.to_numpy(), places.y.to_numpy(), layer.crs)).tolist():
        troubles.add(
            Trouble(
                what=f"a point of the {name} lies nowhere on the earth",
                line=row + 1,
                field="geometry",
                value=places.iloc[row].wkt,
                expected=f"coordinates in {layer.crs.to_string()}",
                code="impossible_coordinates",
            )
        )


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
    elif len(layer) and (layer.geom_type == "Point").all():
        _report_off_the_earth(name, layer, troubles)
        error = scale_error(layer.crs, layer.geometry.x.to_numpy(), layer.geometry.y.to_numpy())
        if error > MOST_SCALE_ERROR:
            troubles.add(
                Trouble(
                    what=f"lengths in the CRS of the layer of {name} are {error:.0%} off at its place",
                    value=str(layer.crs),
                    expected="a projected CRS fit for the place, such as the UTM zone",
                    remedy="call to_crs(layer.estimate_utm_crs())",
                    code="not_true_to_scale",
                    details={"share": f"{error:.0%}"},
                )
            )
    if not (layer.geom_type == "Point").all():
        troubles.add(Trouble(what=f"the {name} are not all points", expected="points", code="geometry"))
