"""Geometries of a table's rows in the study's CRS: from coordinate columns or from the layer itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from coverplan.errors import Problem, Problems
from coverplan.inputs.table_file import TableFile, has_columns, numbers, report_rows

Geometries = NDArray[np.object_]


def known_crs(name: str, problems: Problems, *, file: Path | None = None) -> pyproj.CRS | None:
    """A CRS by name; None and a problem when there is no such CRS."""
    try:
        return pyproj.CRS.from_user_input(name)
    except CRSError:
        problems.add(
            Problem(
                "there is no coordinate reference system of this name",
                file,
                value=name,
                expected="an authority code such as EPSG:4326 (longitude and latitude) or EPSG:4549",
                code="unknown_crs",
            )
        )
        return None


def transform_points(
    x: Any, y: Any, source: pyproj.CRS | str, target: pyproj.CRS | str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates in another CRS, x before y whatever order the authority prefers."""
    change = pyproj.Transformer.from_crs(source, target, always_xy=True)
    new_x, new_y = change.transform(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64))
    return np.asarray(new_x), np.asarray(new_y)


def points_of(
    table: TableFile,
    *,
    x: str | None,
    y: str | None,
    crs: str | None,
    target: pyproj.CRS,
    problems: Problems,
    required: bool = True,
) -> Geometries | None:
    """Shape (rows,): geometry of each row in `target`, None where a row says none and may.

    Tables take their points from the columns `x` and `y` in `crs`; layers bring geometries and CRS.
    """
    if table.is_layer:
        return layer_geometries(table, target=target, problems=problems, required=required)
    if x is None or y is None:
        problems.add(
            Problem(
                "the table has no coordinates",
                table.path,
                expected="the columns of x and y (or longitude and latitude)",
                remedy="name them in the study file as x and y",
                code="missing_coordinates",
            )
        )
        return None
    if crs is None:
        problems.add(
            Problem(
                "it is not said in which coordinate reference system x and y are",
                table.path,
                expected="a CRS such as EPSG:4326",
                remedy="add `crs:` to the entry in the study file",
                code="missing_crs",
            )
        )
        return None
    source = known_crs(crs, problems, file=table.path)
    if source is None or not has_columns(table, [x, y], problems):
        return None
    return _from_columns(table, x, y, source, target=target, problems=problems, required=required)


def layer_geometries(
    table: TableFile, *, target: pyproj.CRS, problems: Problems, required: bool = True
) -> Geometries:
    """Shape (rows,): a layer's geometries in `target`; broken ones are reported, never mended in silence."""
    rows = table.rows
    assert isinstance(rows, gpd.GeoDataFrame)
    geometries = rows.geometry.to_numpy()
    empty = np.array([shape is None or shape.is_empty for shape in geometries])
    if required:
        report_rows(
            table,
            "geometry",
            empty,
            problems,
            what="the row has no geometry",
            code="missing_geometry",
            expected="a point, line or polygon",
            remedy="draw it or delete the row",
        )
    broken = ~empty & ~shapely.is_valid(geometries)
    for position in np.flatnonzero(broken):
        problems.add(
            Problem(
                f"the geometry is broken: {shapely.is_valid_reason(geometries[position])}",
                table.path,
                int(rows.index[position]),
                "geometry",
                expected="a valid outline that does not cross itself",
                remedy="mend it in a GIS (QGIS: Fix geometries)",
                code="broken_geometry",
            )
        )
    moved = rows.geometry.to_crs(target).to_numpy().copy()
    far = ~empty & ~np.isfinite(shapely.bounds(moved)).all(axis=1)
    report_rows(
        table,
        "geometry",
        far,
        problems,
        what="the coordinates do not fit the coordinate reference system",
        code="impossible_coordinates",
        expected=f"coordinates in {rows.crs.to_string()}",
    )
    moved[empty] = None
    return np.asarray(moved, dtype=object)


def _from_columns(
    table: TableFile,
    x: str,
    y: str,
    source: pyproj.CRS,
    *,
    target: pyproj.CRS,
    problems: Problems,
    required: bool,
) -> Geometries:
    across, up = numbers(table, x, problems), numbers(table, y, problems)
    missing = np.isnan(across) | np.isnan(up)
    if required:
        report_rows(
            table,
            x,
            missing,
            problems,
            what="the row has no coordinates",
            code="missing_coordinates",
            expected="numbers in both coordinate columns",
        )
    wild = ~missing & source.is_geographic & ((np.abs(across) > 180) | (np.abs(up) > 90))
    report_rows(
        table,
        x,
        wild,
        problems,
        what="longitude or latitude is impossible",
        code="impossible_coordinates",
        expected="longitude -180 to 180 in x, latitude -90 to 90 in y",
        remedy="perhaps x and y are swapped, or the numbers are metres of another CRS",
    )
    usable = ~missing & ~wild
    result = np.full(len(across), None, dtype=object)
    new_x, new_y = transform_points(across[usable], up[usable], source, target)
    result[usable] = shapely.points(new_x, new_y)
    beyond = np.zeros(len(across), dtype=bool)
    beyond[np.flatnonzero(usable)[~(np.isfinite(new_x) & np.isfinite(new_y))]] = True
    report_rows(
        table,
        x,
        beyond,
        problems,
        what="the coordinates do not fit the coordinate reference system",
        code="impossible_coordinates",
        expected=f"coordinates in {source.to_string()}",
    )
    result[beyond] = None
    return result
