"""Facilities of every layer of a study, each in its unit."""

from __future__ import annotations

import operator
import re
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from coverplan.errors import Problem, Problems
from coverplan.ground.area import StudyArea
from coverplan.ground.facilities import Facilities
from coverplan.ground.openness import layers_said
from coverplan.ground.units_tree import OUTSIDE, UnitTree
from coverplan.inputs.ledgers.facility_table import read_facilities
from coverplan.inputs.ledgers.layer_files import one_id_space, report_twins
from coverplan.inputs.ledgers.shown_places import public_of_layer
from coverplan.inputs.places.geometries import representative_points
from coverplan.inputs.tables.column_values import has_columns, report_rows, texts
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Condition, FacilityLayer, Projects, StudyFile
from coverplan.vocabulary import LAYER_TYPES
from coverplan.yamlfile import Document

_WORD = re.compile(r"[a-z][a-z0-9_]*")


def read_all_facilities(
    file: StudyFile,
    folder: Path,
    crs: pyproj.CRS,
    units: UnitTree,
    problems: Problems,
    *,
    already: Sequence[gpd.GeoDataFrame | None] | None = None,
) -> Facilities | None:
    """Every facility and project that a study file names; None when a layer cannot be used.

    `already` are the rows of its facility layers where they were read before, in their order.
    """
    aliases = {} if file.units is None else file.units.aliases
    layers = [
        *file.facilities,
        *([] if file.projects is None else project_layers(file, file.projects, folder, problems)),
    ]
    before = [] if already is None else list(already)
    tables = before + [
        read_facilities(layer, folder, crs=crs, problems=problems, units=units.table, aliases=aliases)
        for layer in layers[len(before) :]
    ]
    found = [table for table in tables if table is not None]
    if len(found) < len(tables):
        return None
    found = one_id_space(found, layers, folder, problems)
    report_twins(found, layers, folder, problems)
    said = layers_said((layer.layer, public_of_layer(layer)) for layer in file.facilities)
    return Facilities(facilities_of(found, units, crs).table, said)


def project_layers(
    file: StudyFile, projects: Projects, folder: Path, problems: Problems
) -> list[FacilityLayer]:
    """The projects of each layer as a facility layer of their own, planned unless the ledger says otherwise."""
    table = read_table(projects, folder, problems)
    if table is None or not has_columns(table, [projects.layer_column], problems):
        return []
    said = projects.model_dump(exclude={"layer_column", "where"}, exclude_unset=True)
    public = layers_said((layer.layer, public_of_layer(layer)) for layer in file.facilities)
    written = texts(table, projects.layer_column)
    odd = [name is not None and _WORD.fullmatch(name) is None for name in written]
    report_rows(
        table, projects.layer_column, odd, problems, what="the layer of the project is not known",
        expected=f"a layer such as {', '.join(LAYER_TYPES)}", code="bad_project_layer",
        remedy="write the layer as the study file names it",
    )  # fmt: skip
    names = sorted({name for name, wrong in zip(written, odd, strict=True) if name is not None and not wrong})
    return [
        FacilityLayer(
            layer=name,
            status="planned",
            public=public.get(name),
            where=Condition(column=projects.layer_column, any_of=(name,)),
            **said,
        )
        for name in names
    ]


def facilities_of(tables: Sequence[gpd.GeoDataFrame], units: UnitTree, crs: pyproj.CRS) -> Facilities:
    """All facilities in (layer, id) order, each with the deepest unit in which it lies."""
    columns = {name: None for table in tables for name in table.columns}
    whole = pd.concat([table.reindex(columns=list(columns)) for table in tables], ignore_index=True)
    keys = list(zip(whole["layer"].tolist(), whole["id"].tolist(), strict=True))
    if any(map(operator.gt, keys, keys[1:])):
        whole = whole.sort_values(["layer", "id"], kind="stable", ignore_index=True)
    points = representative_points(whole["geometry"].to_numpy())
    placed = np.array([point is not None for point in points])
    position = np.full(len(whole), OUTSIDE, dtype=np.int32)
    if placed.any():
        position[placed] = units.locate(shapely.get_x(points[placed]), shapely.get_y(points[placed]))
    codes = units.codes
    whole["unit"] = pd.Series([None if at == OUTSIDE else codes[at] for at in position], dtype=object)
    return Facilities(gpd.GeoDataFrame(whole, geometry="geometry", crs=crs))


def notice_outside(facilities: Facilities, area: StudyArea, document: Document, problems: Problems) -> None:
    """Facilities outside the area are named, since a neighbour may be meant or a coordinate be wrong."""
    points = representative_points(facilities.table.geometry.to_numpy())
    placed = np.flatnonzero([point is not None for point in points])
    inside = area.holds(shapely.get_x(points[placed]), shapely.get_y(points[placed]))
    for position in placed[~inside].tolist():
        row = facilities.table.iloc[position]
        problems.add(
            Problem(
                f"the facility {row['id']} of {row['layer']} lies outside the study area"
                if row["public"]
                else f"a facility of {row['layer']} that is not public lies outside the study area",
                document.path,
                field="facilities",
                value=row["name"] if row["public"] else None,
                expected="a place inside, or a neighbour's facility on purpose",
                remedy="nothing if it is a neighbour's; else check its coordinates",
                severity="warning",
                code="facility_outside",
            )
        )
