"""People at points, from tables, point layers and polygon layers; counts are never interpolated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problems
from coverplan.inputs.places import points_of
from coverplan.inputs.table_file import TableFile, has_columns, numbers, read_table, report_rows, texts
from coverplan.scenario.study_file import Population
from coverplan.units import FloatArray


@dataclass(frozen=True, slots=True)
class People:
    """People at points, in the order of their ids.

    Parameters
    ----------
    ids
        Shape (points,), object: unique.
    x, y
        Shape (points,): metres in the study's CRS. A polygon stands at a point on its surface.
    groups
        By group, shape (points,): people.
    cell_m
        Width of the cell that a point stands for, 0 where it stands for itself.
    """

    ids: NDArray[np.object_]
    x: FloatArray
    y: FloatArray
    groups: dict[str, FloatArray]
    cell_m: float


def read_population(
    source: Population, folder: Path, *, crs: pyproj.CRS, problems: Problems
) -> People | None:
    """Read people; None when they cannot be used, with every bad row in `problems`."""
    table = read_table(source, folder, problems)
    if table is None:
        return None
    columns = {group: str(column) for group, column in source.groups.items()}
    if not has_columns(table, [source.id, *columns.values()], problems):
        return None
    before = len(problems.errors)
    geometries = points_of(
        table, x=source.x, y=source.y, crs=source.crs, datum=source.datum, target=crs, problems=problems
    )
    ids = _ids(table, source.id, problems)
    groups = {group: _people(table, column, source, problems) for group, column in columns.items()}
    if len(problems.errors) > before or geometries is None:
        return None
    points = _representative(geometries)
    order = np.argsort(ids.astype(np.str_), kind="stable")
    people = {group: values[order] for group, values in groups.items()}
    return People(
        ids[order], shapely.get_x(points)[order], shapely.get_y(points)[order], people, source.cell_m
    )


def _representative(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """A point for each shape; for an area the centroid where it lies inside, else a point that does."""
    centres = shapely.centroid(geometries)
    outside = ~shapely.intersects(geometries, centres)
    centres[outside] = shapely.point_on_surface(geometries[outside])
    return np.asarray(centres, dtype=object)


def _ids(table: TableFile, column: str | None, problems: Problems) -> NDArray[np.object_]:
    if column is None:
        width = len(str(table.rows.index.max()))
        return np.array([f"row{row:0{width}d}" for row in table.rows.index], dtype=object)
    ids = texts(table, column)
    report_rows(
        table,
        column,
        [i is None for i in ids],
        problems,
        what="the row has no id",
        code="missing_id",
        expected="an id, or no `id:` in the study file",
    )
    known = pd.Series(ids)
    report_rows(
        table,
        column,
        (known.duplicated() & known.notna()).to_numpy(),
        problems,
        what="the id stands in an earlier row too",
        expected="each id once",
        code="duplicate_id",
    )
    return np.array([i or "" for i in ids], dtype=object)


def _people(table: TableFile, column: str, source: Population, problems: Problems) -> FloatArray:
    people = numbers(table, column, problems, what="a number of people")
    unknown = np.isnan(people)
    if source.blank == "zero":
        people[unknown] = 0.0
    else:
        report_rows(
            table,
            column,
            unknown,
            problems,
            what="the number of people is missing",
            code="missing_population",
            expected="a number; 0 where nobody lives",
            remedy="fill the cell, or write `blank: zero` if empty means nobody",
        )
    report_rows(
        table,
        column,
        people < 0,
        problems,
        what="the number of people is negative",
        code="negative_population",
        expected="zero or more",
    )
    return people
