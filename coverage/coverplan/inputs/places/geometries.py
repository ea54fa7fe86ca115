"""Geometries of a table's rows in the study's CRS: from coordinate columns or from the layer itself."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems, Severity
from coverplan.ground.earth import no_places
from coverplan.inputs.places.broken_outlines import Untangled, untangled
from coverplan.inputs.places.coordinates import (
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
from coverplan.units import BoolArray

__all__ = [
    "Geometries",
    "known_crs",
    "layer_geometries",
    "off_the_earth",
    "points_of",
    "report_off_the_earth",
    "representative_points",
    "transform_points",
]

Geometries = NDArray[np.object_]
#: A broken outline of which no more than this share is in doubt is mended.
_SURE_ENOUGH = 0.001


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


def representative_points(shapes: NDArray[np.object_]) -> Geometries:
    """Shape (shapes,): a point on the surface of each, points as they are; None where there is none."""
    found = np.full(len(shapes), None, dtype=object)
    there = shapely.is_geometry(shapes) & ~shapely.is_empty(shapes)
    points = there & (shapely.get_type_id(shapes) == shapely.GeometryType.POINT)
    found[points] = shapes[points]
    found[there & ~points] = shapely.point_on_surface(shapes[there & ~points])
    return found


def layer_geometries(
    table: TableFile,
    *,
    target: pyproj.CRS,
    problems: Problems,
    required: bool = True,
    datum: str | None = None,
    severity: Any = "error",
) -> Geometries:
    """Shape (rows,): a layer's geometries in `target`; broken ones are mended or reported, never in silence."""
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
    moved = moved_shapes(table, rows, datum, target, problems)
    far = ~empty & (off_the_earth(geometries, rows.crs) | off_the_earth(moved, target))
    report_off_the_earth(table, far, problems, severity=severity)
    broken = ~empty & ~shapely.is_valid(geometries)
    for position in np.flatnonzero(broken).tolist():
        found = None if far[position] else untangled(moved[position])
        broken[position] = found is None or found.doubt > _SURE_ENOUGH
        if found is not None and not broken[position]:
            moved[position] = found.shape
        problems.add(_broken(table, position, found, target, severity=severity))
    moved[empty] = None
    if severity != "error":
        moved[broken | far] = None
    return np.asarray(moved, dtype=object)


def off_the_earth(shapes: Geometries, crs: pyproj.CRS) -> BoolArray:
    """Shape (shapes,): a vertex is no place of `crs`, as `no_places` tells."""
    places, shape_of = shapely.get_coordinates(shapes, return_index=True)
    wild = no_places(places[:, 0], places[:, 1], crs)
    return np.bincount(shape_of[wild], minlength=len(shapes)) > 0


def report_off_the_earth(
    table: TableFile, rows: BoolArray, problems: Problems, *, severity: Severity = "error"
) -> None:
    """One problem for each row of a layer whose coordinates cannot be."""
    report_rows(
        table, "geometry", rows, problems, what="the coordinates do not fit the coordinate reference system",
        code="impossible_coordinates", expected=f"coordinates in {table.rows.crs.to_string()}", severity=severity,
    )  # fmt: skip


def _broken(
    table: TableFile, position: int, found: Untangled | None, target: pyproj.CRS, *, severity: Any
) -> Problem:
    """What is said of a broken shape: that it was mended, or what cannot be told, with the area at stake."""
    rows = table.rows
    line, reason = int(rows.index[position]), shapely.is_valid_reason(rows.geometry.iloc[position])
    if found is not None and found.doubt <= _SURE_ENOUGH:
        at_stake = _area(found.twice + found.doubtful, found, target)
        return Problem(
            f"the outline touches or crosses itself and was mended: {reason}",
            table.path,
            line,
            "geometry",
            f"{at_stake} that it goes round twice count once, or not at all where it does so backwards",
            remedy="look at it in a GIS, if it matters",
            severity="warning" if found.twice > _SURE_ENOUGH * shapely.area(found.shape) else "note",
            code="outline_mended",
            details={"area": at_stake},
        )
    doubted = None if found is None else _area(found.doubtful, found, target)
    doubt = "" if doubted is None else f"; of {doubted} it cannot be told whether they belong to it"
    return Problem(
        f"the geometry is broken: {reason}{doubt}",
        table.path,
        line,
        "geometry",
        doubted,
        expected="a valid outline that does not cross itself",
        remedy="mend it in a GIS (QGIS: Fix geometries)",
        severity=severity,
        code="broken_geometry",
        details={} if doubted is None else {"area": doubted},
    )


def _area(area: float, of: Untangled, crs: pyproj.CRS) -> str:
    """An area in square metres where these are known, and in per cent of the shape with what is in doubt."""
    share = area / (shapely.area(of.shape) + of.doubtful)
    return f"{area:,.0f} m2 ({share:.1%})" if crs.is_projected else f"{share:.1%}"


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
        places = np.where(no_places(places[:, 0], places[:, 1], system.crs)[:, np.newaxis], np.nan, places)
        return np.column_stack(report_shift(places[:, 0], places[:, 1], system, table, problems))

    shifted = shapely.transform(degrees, undo)
    return np.asarray(gpd.GeoSeries(shifted, crs="EPSG:4326").to_crs(target).to_numpy().copy())
