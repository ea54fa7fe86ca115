"""Sites, points and straight-line pairs of a question from two layers of points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from coverplan.errors import Problem as Trouble
from coverplan.errors import Problems
from coverplan.ground.area import MOST_SCALE_ERROR, scale_error
from coverplan.ground.earth import no_places
from coverplan.siting import pairs as pairs_of
from coverplan.siting.limit import apart_by
from coverplan.siting.tables.named_values import identifier, unique_ids
from coverplan.siting.tables.table_inputs import Tables, joined
from coverplan.units import FloatArray

if TYPE_CHECKING:
    import geopandas as gpd

METRICS = {"euclidean": "euclidean", "manhattan": "manhattan", "cityblock": "manhattan"}
INDEX = "row of the layer"


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
    site_cost_col: str | None = None,
    distance_metric: str = "euclidean",
    longest: float | None = None,
) -> Tables:
    """Parts of a question from two layers of points in one metric CRS, with straight-line distances in metres.

    Parameters
    ----------
    demand_col, facility_col
        Columns of ids; the column of places, as spopt has it, stands for the index of the layer.
    weights_cols, facility_capacity_col, site_cost_col
        Columns of people, of capacities and of costs.
    predefined_facility_col, existing_facility_col
        Columns that say yes (or 1) for facilities that are opened in any case, and that stand anyway.
    distance_metric
        ``euclidean``, or ``manhattan`` (``cityblock``).
    longest
        Pairs that are further apart are left out.

    Raises
    ------
    coverplan.errors.InputError
        For a missing column, a missing or different CRS, degrees instead of metres, and geometry that is no point.
    """
    troubles = Problems()
    _check_kind(demand, facilities, distance_metric)
    demand, demand_col = _with_ids(demand, demand_col)
    facilities, facility_col = _with_ids(facilities, facility_col)
    wanted = {
        "demand": (demand, (demand_col, weights_cols)),
        "facilities": (
            facilities,
            (
                facility_col,
                predefined_facility_col,
                existing_facility_col,
                facility_capacity_col,
                site_cost_col,
            ),
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
    pairs = pairs_of.from_coordinates(
        _xy(facilities), _xy(demand), metric=METRICS[distance_metric], limit=longest
    )
    site_order, demand_order = (
        _first_rows(facilities[facility_col], site_ids),
        _first_rows(demand[demand_col], demand_ids),
    )
    return joined(
        site_ids,
        demand_ids,
        pairs.rearranged(site_order, demand_order),
        weights=_column(demand, demand_col, weights_cols),
        predefined=layer_marks(facilities, facility_col, predefined_facility_col),
        existing=layer_marks(facilities, facility_col, existing_facility_col),
        capacities=_column(facilities, facility_col, facility_capacity_col),
        site_costs=_column(facilities, facility_col, site_cost_col),
    )


def sites_apart(
    facilities: gpd.GeoDataFrame, facility_col: str, least_apart: float
) -> tuple[tuple[str, str], ...]:
    """Pairs of ids of facilities that are nearer to each other than `least_apart` metres, in a straight line."""
    layer, ids = _with_ids(facilities, facility_col)
    xy = _xy(layer)
    return apart_by([identifier(one) for one in layer[ids]], xy[:, 0], xy[:, 1], distance_m=least_apart).pairs


def distances(
    facilities: gpd.GeoDataFrame, facility_col: str, *, distance_metric: str = "euclidean"
) -> tuple[tuple[str, ...], FloatArray, gpd.GeoDataFrame, str]:
    """Ids of one layer of points, ascending, their straight-line distances, the layer with its ids, and their column."""
    troubles = Problems()
    _check_kind(facilities, facilities, distance_metric)
    layer, ids = _with_ids(facilities, facility_col)
    _check_layer("facilities", layer, [ids], troubles)
    troubles.raise_if_errors()
    names = unique_ids(layer[ids], field=ids, troubles=troubles)
    troubles.raise_if_errors()
    order = _first_rows(layer[ids], names)
    xy = _xy(layer)[order]
    apart = np.abs(xy[:, None] - xy[None])
    straight = METRICS[distance_metric] == "euclidean"
    return names, np.hypot(apart[..., 0], apart[..., 1]) if straight else apart.sum(axis=2), layer, ids


def _check_kind(demand: object, facilities: object, metric: str) -> None:
    """Refuse tables without places, and ways of measuring that there are not."""
    troubles = Problems()
    for name, layer in (("demand", demand), ("facilities", facilities)):
        if not hasattr(layer, "geometry") or not hasattr(layer, "crs"):
            troubles.add(
                Trouble(
                    what=f"the {name} are no layer",
                    value=type(layer).__name__,
                    expected="a GeoDataFrame of points",
                    code="geometry",
                )
            )
    if metric not in METRICS:
        troubles.add(
            Trouble(
                what="distances are not measured like this",
                field="distance_metric",
                value=metric,
                expected=", ".join(METRICS),
                remedy="measure along streets and give a cost matrix",
                code="bad_argument",
            )
        )
    troubles.raise_if_errors()


def _with_ids(layer: gpd.GeoDataFrame, column: str) -> tuple[gpd.GeoDataFrame, str]:
    """Layer with ids in a column: its index where the column that is named holds the places."""
    if column != layer.geometry.name:
        return layer, column
    return layer.assign(**{INDEX: layer.index}), INDEX


def layer_marks(layer: gpd.GeoDataFrame, ids: str, marks: str | None) -> dict[str, object]:
    """Marks of a column by id; none where no column is named."""
    if marks is None:
        return {}
    return dict(zip(map(identifier, layer[ids]), layer[marks].to_list(), strict=True))


def _column(layer: gpd.GeoDataFrame, ids: str, values: str | None) -> pd.Series | None:
    return None if values is None else pd.Series(layer[values].to_numpy(), index=layer[ids])


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
