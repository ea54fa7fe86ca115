"""People at points, from tables, point layers and polygon layers; counts are never interpolated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.inputs.places import points_of
from coverplan.inputs.table_file import TableFile, has_columns, numbers, read_table, report_rows, texts
from coverplan.inputs.uniform_cells import SPACING_M, points_in, read_areas
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
    source: Population,
    folder: Path,
    *,
    crs: pyproj.CRS,
    problems: Problems,
    units: gpd.GeoDataFrame | None = None,
) -> People | None:
    """Read people; None when they cannot be used, with every bad row in `problems`.

    With `units`, an area that crosses a border between lowest units is split, its people by the area of the parts.
    """
    if source.spread == "uniform":
        return _even(source, folder, crs=crs, problems=problems, units=units)
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
    if units is not None:
        ids, geometries, groups = _split(ids, geometries, groups, units)
    points = _representative(geometries)
    order = np.argsort(ids.astype(np.str_), kind="stable")
    people = {group: values[order] for group, values in groups.items()}
    return People(
        ids[order], shapely.get_x(points)[order], shapely.get_y(points)[order], people, source.cell_m
    )


def _even(
    source: Population,
    folder: Path,
    *,
    crs: pyproj.CRS,
    problems: Problems,
    units: gpd.GeoDataFrame | None,
) -> People | None:
    """Evenly spaced weights over areas, to which the official totals are scaled afterwards."""
    areas = read_areas(source, folder, crs=crs, problems=problems)
    if areas is None or problems.errors:
        return None
    names = np.array([f"area{number}" for number in range(len(areas))], dtype=object)
    if units is not None:
        names, areas, _ = _split(names, areas, {}, units)
    spacing_m = source.cell_m or SPACING_M
    try:
        _, x, y, weight = points_in(areas, spacing_m)
    except ValueError as error:
        problems.add(Problem(str(error), folder / source.file, field="cell_m", code="too_large"))
        return None
    width = len(str(len(x)))
    ids = np.array([f"e{number:0{width}d}" for number in range(len(x))], dtype=object)
    return People(ids, x, y, {str(group): weight.copy() for group in source.groups}, spacing_m)


def _representative(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """A point for each shape; for an area the centroid where it lies inside, else a point that does."""
    centres = shapely.centroid(geometries)
    outside = ~shapely.intersects(geometries, centres)
    centres[outside] = shapely.point_on_surface(geometries[outside])
    return np.asarray(centres, dtype=object)


def _split(
    ids: NDArray[np.object_],
    shapes: NDArray[np.object_],
    groups: dict[str, FloatArray],
    units: gpd.GeoDataFrame,
) -> tuple[NDArray[np.object_], NDArray[np.object_], dict[str, FloatArray]]:
    """Areas that cross a border as parts named ``id#code``; the part outside every unit is ``id#``. Sums are kept."""
    lowest = units[~units.index.isin(units["parent"].dropna())]
    outlines = lowest.geometry.to_numpy()
    drawn = np.array([shape is not None and not shape.is_empty for shape in outlines], dtype=bool)
    areas = np.isin(shapely.get_type_id(shapes), [3, 6])
    if not drawn.any() or not areas.any():
        return ids, shapes, groups
    codes, outlines = lowest.index.to_numpy()[drawn], outlines[drawn]
    row, unit = shapely.STRtree(outlines).query(shapes, predicate="intersects")
    crossing = areas[row] & ~shapely.covers(outlines[unit], shapes[row])
    parts = shapely.intersection(shapes[row[crossing]], outlines[unit[crossing]])
    row, name = row[crossing], codes[unit[crossing]]
    solid = shapely.area(parts) > 0
    row, name, parts = row[solid], name[solid], parts[solid]
    split = np.unique(row)
    rest = np.array(
        [shapely.difference(shapes[at], shapely.union_all(parts[row == at])) for at in split], dtype=object
    )
    left = shapely.area(rest) > 1e-9 * shapely.area(shapes[split]) if len(split) else np.zeros(0, dtype=bool)
    row = np.concatenate([row, split[left]])
    parts = np.concatenate([parts, rest[left]])
    name = np.concatenate([name, np.full(int(left.sum()), "", dtype=object)])
    whole = np.bincount(row, weights=shapely.area(parts), minlength=len(shapes))
    share = shapely.area(parts) / whole[row]
    kept = np.setdiff1d(np.arange(len(shapes)), split)
    new_ids = np.array([f"{ids[at]}#{code}" for at, code in zip(row, name, strict=True)], dtype=object)
    return (
        np.concatenate([ids[kept], new_ids]),
        np.concatenate([shapes[kept], parts]),
        {group: np.concatenate([values[kept], values[row] * share]) for group, values in groups.items()},
    )


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
