"""People at points, from tables, point layers and polygon layers; counts are never interpolated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.inputs.people.border_cells import cut_at_borders, points_inside
from coverplan.inputs.people.official_totals import columns_between
from coverplan.inputs.people.uniform_cells import SPACING_M, points_in, read_areas
from coverplan.inputs.places.geometries import points_of
from coverplan.inputs.tables.column_values import has_columns, numbers, report_rows, texts
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import Population
from coverplan.units import FloatArray

#: More than live in any city; what stands above is another number.
_MOST_PEOPLE = 50_000_000.0
#: Groups that were rounded or estimated apart may be so much larger than the whole.
_ROUNDED = 0.01
#: An area wider than half of a walk of 15 minutes is not where its middle is; fewer people in such areas need no word.
_WIDE_M, _WIDE_SHARE = 500.0, 0.1


@dataclass(frozen=True, slots=True)
class Scaling:
    """How people came to official numbers.

    Parameters
    ----------
    kind
        ``official`` for a count, ``totals``, ``growth`` or ``cohorts`` for the ways to a plan year.
    year
        Year of the numbers, or None when it is not said.
    files
        Files of the numbers, as the study file names them.
    parent_totals
        Totals of parents that control the units below them, by code.
    factors
        As those of `coverplan.inputs.people.disaggregate.Scaled`.
    """

    kind: str
    year: int | None
    files: tuple[str, ...]
    parent_totals: dict[str, float]
    factors: pd.DataFrame


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
    scalings
        What was done to them after reading, in this order.
    """

    ids: NDArray[np.object_]
    x: FloatArray
    y: FloatArray
    groups: dict[str, FloatArray]
    cell_m: float
    scalings: tuple[Scaling, ...] = ()


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
    columns = _columns(table, source, problems)
    if columns is None or not has_columns(table, [source.id], problems):
        return None
    before = len(problems.errors)
    geometries = points_of(
        table, x=source.x, y=source.y, crs=source.crs, datum=source.datum, target=crs, problems=problems
    )
    ids = _ids(table, source.id, problems)
    groups = {
        group: np.sum([_people(table, column, source, problems) for column in names], axis=0)
        for group, names in columns.items()
    }
    _report_nonsense(table, columns, groups, problems)
    if len(problems.errors) > before or geometries is None:
        return None
    points = points_inside(geometries)
    _report_wide_areas(table, groups, geometries, problems)
    people = People(ids, shapely.get_x(points), shapely.get_y(points), groups, source.cell_m)
    return _in_id_order(people) if units is None else split_people(people, geometries, units)


def _report_wide_areas(
    table: TableFile, groups: Mapping[str, FloatArray], geometries: NDArray[np.object_], problems: Problems
) -> None:
    """People of a wide area stand at one point of it, so that all of them or none are within reach of a place."""
    widths_m = np.sqrt(shapely.area(geometries))
    everybody = next(iter(groups.values()))
    wide, total = float(everybody[widths_m > _WIDE_M].sum()), float(everybody.sum())
    if total > 0 and wide > _WIDE_SHARE * total:
        share = f"{wide / total:.0%}"
        problems.add(
            Problem(
                f"{share} of the people stand at one point of an area wider than {_WIDE_M:.0f} m",
                table.path,
                expected="people at homes, on a grid, or in areas of some hundred metres",
                remedy="give finer people, or write these as official totals and `spread: uniform` (as init does)",
                severity="warning",
                code="wide_areas",
                details={
                    "share": share,
                    "metres": f"{_WIDE_M:.0f}",
                    "count": int((widths_m > _WIDE_M).sum()),
                },
            )
        )


def _columns(table: TableFile, source: Population, problems: Problems) -> dict[str, list[str]] | None:
    """Columns of each group; None when one does not exist."""
    columns: dict[str, list[str]] = {}
    for group, said in source.groups.items():
        names = columns_between(table, said if isinstance(said, tuple) else (str(said),), problems)
        if names is None:
            return None
        columns[str(group)] = names
    return columns


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
    if units is not None:
        areas = cut_at_borders(areas, units).shapes
    spacing_m = source.cell_m or SPACING_M
    try:
        _, x, y, weight = points_in(areas, spacing_m)
    except ValueError as error:
        remedy = "write a larger cell_m, such as 100"
        problems.add(
            Problem(str(error), folder / source.file, field="cell_m", remedy=remedy, code="too_many_points")
        )
        return None
    width = len(str(len(x)))
    ids = np.array([f"e{number:0{width}d}" for number in range(len(x))], dtype=object)
    return People(ids, x, y, {str(group): weight.copy() for group in source.groups}, spacing_m)


def split_people(people: People, shapes: NDArray[np.object_], units: gpd.GeoDataFrame) -> People:
    """People whose areas a border cuts, as one point inside each part; `shapes` has the area of each point.

    Areas that no border cuts stay where they are. Parts are named ``id#code``, outside every unit ``id#``; every
    group's sum is kept.
    """
    parts = cut_at_borders(shapes, units)
    whole = np.array([code is None for code in parts.code], dtype=bool)
    points = points_inside(parts.shapes[~whole])
    x, y = people.x[parts.source], people.y[parts.source]
    x[~whole], y[~whole] = shapely.get_x(points), shapely.get_y(points)
    groups = {group: values[parts.source] * parts.share for group, values in people.groups.items()}
    return _in_id_order(People(parts.ids(people.ids), x, y, groups, people.cell_m))


def _in_id_order(people: People) -> People:
    order = np.argsort(people.ids.astype(np.str_), kind="stable")
    groups = {group: values[order] for group, values in people.groups.items()}
    return People(people.ids[order], people.x[order], people.y[order], groups, people.cell_m)


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


def _report_nonsense(
    table: TableFile, columns: dict[str, list[str]], groups: dict[str, FloatArray], problems: Problems
) -> None:
    """Rows with more people than live in any place, or with more of a group than there are people."""
    for group, people in groups.items():
        report_rows(
            table, columns[group][0], people > _MOST_PEOPLE, problems, what="more people than live in any city",
            code="too_many_people", expected=f"at most {_MOST_PEOPLE:,.0f} in one row",
        )  # fmt: skip
        if group != "total" and "total" in groups:
            whole = groups["total"]
            report_rows(
                table, columns[group][0],
                (whole >= 0) & (people > whole + np.maximum(_ROUNDED * whole, 1.0)), problems,  # less than 0 was told
                what=f"more people of the group {group} than people", code="more_than_total",
                expected=f"no more than {columns['total'][0]} says", remedy="look whether two columns were exchanged",
                severity="warning",
            )  # fmt: skip


def _people(table: TableFile, column: str, source: Population, problems: Problems) -> FloatArray:
    before = len(problems.errors)
    people = numbers(table, column, problems, what="a number of people", kind="people")
    if len(problems.errors) > before and np.isnan(people).all():
        return people  # the unit in the head is none of people: nothing is said of single rows
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
        remedy="if it stands for a secret or unknown number, leave the row out: where: {column: ..., at_least: 0}",
    )
    return people
