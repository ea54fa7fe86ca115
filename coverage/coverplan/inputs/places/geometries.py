"""Geometries of a table's rows in the study's CRS: from coordinate columns or from the layer itself."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.inputs.places.coordinates import (
    FARTHEST_M,
    System,
    known_crs,
    known_system,
    read_coordinates,
    report_shift,
    transform_points,
)
from coverplan.inputs.places.known_shift import unknown_shift
from coverplan.inputs.tables.column_values import has_columns, report_rows
from coverplan.inputs.tables.table_file import TableFile

__all__ = ["Geometries", "known_crs", "layer_geometries", "points_of", "transform_points"]

Geometries = NDArray[np.object_]


def points_of(
    table: TableFile,
    *,
    x: str | None,
    y: str | None,
    crs: str | None,
    target: pyproj.CRS,
    problems: Problems,
    datum: str | None = None,
    required: bool = True,
) -> Geometries | None:
    """Shape (rows,): geometry of each row in `target`, None where a row says none and may.

    Tables take their points from the columns `x` and `y` in `crs` or `datum`; layers bring geometries and CRS,
    and `datum` says when these are shifted.
    """
    if table.is_layer:
        return layer_geometries(table, target=target, problems=problems, required=required, datum=datum)
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
    system = known_system(crs, datum, problems, file=table.path)
    if system is None or not has_columns(table, [x, y], problems):
        return None
    found = read_coordinates(table, (x, y), system, target=target, problems=problems)
    if required:
        report_rows(
            table,
            x,
            found.missing,
            problems,
            what="the row has no coordinates",
            code="missing_coordinates",
            expected="numbers in both coordinate columns",
        )
    return points_where_known(found.x, found.y)


def points_where_known(x: Any, y: Any) -> Geometries:
    """Shape (rows,): points, None where a coordinate is not finite."""
    result = np.full(len(x), None, dtype=object)
    known = np.isfinite(x) & np.isfinite(y)
    result[known] = shapely.points(x[known], y[known])
    return result


def layer_geometries(
    table: TableFile,
    *,
    target: pyproj.CRS,
    problems: Problems,
    required: bool = True,
    datum: str | None = None,
    severity: Any = "error",
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
            severity=severity,
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
                severity=severity,
                code="broken_geometry",
            )
        )
    moved = moved_shapes(table, rows, datum, target, problems)
    far = ~empty & ~(np.abs(shapely.bounds(moved)) < FARTHEST_M).all(axis=1)
    report_rows(
        table,
        "geometry",
        far,
        problems,
        what="the coordinates do not fit the coordinate reference system",
        code="impossible_coordinates",
        expected=f"coordinates in {rows.crs.to_string()}",
        severity=severity,
    )
    moved[empty] = None
    if severity != "error":
        moved[broken | far] = None
    return np.asarray(moved, dtype=object)


def moved_shapes(
    table: TableFile, rows: gpd.GeoDataFrame, datum: str | None, target: pyproj.CRS, problems: Problems
) -> NDArray[np.object_]:
    """Shape (rows,): shapes in `target`, a Chinese shift undone and said, a change that nobody knows warned of."""
    west, south, east, north = rows.total_bounds
    problems.extend(unknown_shift(rows.crs, target, table.path, x=(west + east) / 2, y=(south + north) / 2))
    if datum not in {"gcj02", "bd09"}:
        return np.asarray(rows.geometry.to_crs(target).to_numpy().copy())
    degrees = rows.geometry.to_crs("EPSG:4326").to_numpy()
    system = System(pyproj.CRS.from_epsg(4326), datum)

    def undo(places: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(report_shift(places[:, 0], places[:, 1], system, table, problems))

    shifted = shapely.transform(degrees, undo)
    return np.asarray(gpd.GeoSeries(shifted, crs="EPSG:4326").to_crs(target).to_numpy().copy())
