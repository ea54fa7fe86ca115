"""Layers of a run for maps and GIS; protected places appear by unit only (DESIGN section 8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from coverplan.ground.facilities import Facilities
from coverplan.reach.matrix import NOT_REACHED
from coverplan.reach.snapping.street_index import edge_lines
from coverplan.service.cover import WHOLE_AREA, Reason
from coverplan.service.measure import Measured, Surveyor, counts_protected
from coverplan.service.supply.tables import Supplied
from coverplan.study.load import Study
from coverplan.text.cells import as_text
from coverplan.units import BoolArray, FloatArray
from coverplan.vocabulary import NUMBER_FIELDS


def make_layers(
    study: Study,
    facilities: Facilities,
    measured: Sequence[Measured],
    table: pd.DataFrame,
    *,
    year: int | None,
    before: Sequence[Measured] | None = None,
    supplied: Sequence[Supplied] = (),
) -> dict[str, gpd.GeoDataFrame]:
    """Layers ``units``, ``demand``, ``facilities``, ``streets`` and the base layers in the study's CRS; empty ones are left out.

    With `before`, the same standards without the changes of the scenario, ``demand`` also says what was so then:
    ``minutes_before`` and ``reason_before``. With `supplied` it says what a thousand people have there:
    ``supply_per_1000``, empty where all that is within the standard has an unknown capacity.
    """
    layers = {
        "units": _units(study, table),
        "demand": _demand(study, facilities, measured, before or (), supplied),
        "facilities": _facilities(study, facilities, year),
        "streets": _streets(study),
        **study.base,
    }
    return {name: layer for name, layer in layers.items() if layer is not None and len(layer)}


def _units(study: Study, table: pd.DataFrame) -> gpd.GeoDataFrame | None:
    units = study.units.table
    if not len(units) or units.geometry.isna().all():
        return None
    layer = units[["name", "type", "parent", "households", "geometry"]].reset_index()
    layer["name"] = layer["name"].map(as_text)
    rows = table[table["unit_code"] != WHOLE_AREA]
    for (standard, group), part in rows.groupby(["standard", "group"], sort=False):
        values = part.set_index("unit_code")
        for column in ("people", "covered", "share"):
            layer[f"{standard}|{group}|{column}"] = layer["code"].map(values[column])
    return gpd.GeoDataFrame(layer, geometry="geometry", crs=study.area.crs)


def _demand(
    study: Study,
    facilities: Facilities,
    measured: Sequence[Measured],
    before: Sequence[Measured],
    supplied: Sequence[Supplied],
) -> gpd.GeoDataFrame:
    demand = study.demand
    codes = np.array([*study.units.codes, None], dtype=object)
    columns: dict[str, Any] = {
        "id": [as_text(i) for i in demand.ids],
        "unit_code": codes[demand.unit],
        "inside": demand.inside,
        **{f"people|{group}": people for group, people in demand.people.items()},
    }
    for i, one in enumerate(measured):
        if counts_protected(one, facilities):
            continue
        key, coverage = one.standard.key, one.coverage
        columns[f"{key}|minutes"] = _minutes(one, demand.inside)
        columns[f"{key}|nearest"] = _nearest_ids(one, demand.inside)
        columns[f"{key}|within"] = pd.array(coverage.times_within, dtype="Int32")
        columns[f"{key}|within"][~demand.inside] = pd.NA
        columns[f"{key}|reason"] = _reasons(one)
        # what is closed may have been protected
        if before and not counts_protected(before[i], study.facilities):
            columns[f"{key}|minutes_before"] = _minutes(before[i], demand.inside)
            columns[f"{key}|reason_before"] = _reasons(before[i])
    for each in supplied:
        if each.access is not None and not counts_protected(each.one, facilities):
            per_1000 = np.where(demand.inside, 1000 * each.access.per_person, np.nan)
            columns[f"{each.one.standard.key}|supply_per_1000"] = per_1000
    points = shapely.points(demand.x, demand.y)
    return gpd.GeoDataFrame(columns, geometry=points, crs=study.area.crs)


def _minutes(measured: Measured, inside: BoolArray) -> FloatArray:
    """Minutes of homes in the area; those beyond its edge would come from streets that are cut off there."""
    return np.where(inside, measured.coverage.minutes, np.nan)


def _reasons(measured: Measured) -> np.ndarray:
    return np.array([reason.name.lower() for reason in Reason])[measured.coverage.reason]


def _nearest_ids(measured: Measured, inside: BoolArray) -> np.ndarray:
    ids = np.array([*measured.coverage.site_ids, None], dtype=object)
    site = measured.coverage.nearest_site
    return np.asarray(ids[np.where((site == NOT_REACHED) | ~inside, len(ids) - 1, site)])


def _facilities(study: Study, facilities: Facilities, year: int | None) -> gpd.GeoDataFrame | None:
    table = facilities.table
    shown = table["public"].to_numpy(dtype=bool) & table.geometry.notna().to_numpy()
    if not shown.any():
        return None
    layer = table.loc[shown].copy()
    layer["serves"] = facilities.open_in(year)[shown]
    layer["functions"] = [None if f is None else ";".join(sorted(f)) for f in layer["functions"]]
    layer["serves_units"] = [";".join(codes) for codes in layer["serves_units"]]
    layer["funded"] = [None if f is None else ("yes" if f else "no") for f in layer["funded"]]
    for column in layer.columns.difference(
        [*NUMBER_FIELDS, "opened", "closes", "public", "serves", "geometry"]
    ):
        layer[column] = pd.Series(
            [as_text(value) for value in layer[column]], index=layer.index, dtype=object
        )
    return gpd.GeoDataFrame(layer, geometry="geometry", crs=study.area.crs)


def _streets(study: Study) -> gpd.GeoDataFrame | None:
    network = study.network
    if network is None:
        return None
    kinds = np.array(network.kinds, dtype=object)[network.kind]
    return gpd.GeoDataFrame(
        {"kind": kinds, "name": [as_text(name) for name in network.name], "length_m": network.length_m},
        geometry=edge_lines(network),
        crs=study.area.crs,
    )


def outlines_of(
    measured: Sequence[Measured], surveyor: Surveyor, facilities: Facilities, study: Study
) -> gpd.GeoDataFrame | None:
    """Outlines of service areas, which only pages need."""
    from coverplan.service.outlines import service_areas

    return service_areas(measured, surveyor, facilities, study.area.crs.to_string())
