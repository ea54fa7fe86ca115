"""Areas without counts (built-up ground) as evenly spaced points whose weights add up to their areas."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.inputs.places.geometries import layer_geometries
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Population
from coverplan.units import FloatArray, Int64Array

#: Spacing where the study file names none, metres.
SPACING_M = 100.0
_MOST_POINTS = 5_000_000


def read_areas(
    source: Population, folder: Path, *, crs: pyproj.CRS, problems: Problems
) -> NDArray[np.object_] | None:
    """Outlines over which people are spread; None, with reasons, when there are none or no totals to spread."""
    table = read_table(source, folder, problems)
    if table is None:
        return None
    if source.official is None or not table.is_layer:
        problems.add(
            Problem(
                "people can be spread evenly only from official totals over areas",
                table.path,
                field="spread",
                expected="a layer of areas, and `official:` totals",
                code="nothing_to_spread",
            )
        )
        return None
    shapes = layer_geometries(table, target=crs, problems=problems, datum=source.datum)
    areas = shapes[np.isin(shapely.get_type_id(shapes), [3, 6])]
    if not len(areas):
        problems.add(
            Problem("the layer holds no areas", table.path, expected="polygons", code="not_a_polygon")
        )
        return None
    return np.asarray(areas, dtype=object)


def points_in(
    areas: NDArray[np.object_], spacing_m: float
) -> tuple[Int64Array, FloatArray, FloatArray, FloatArray]:
    """Points on one grid for all areas.

    Returns
    -------
    tuple
        Shape (points,) each: position of the area, x, y, and weight in square metres. The weights of an area add up to
        its size; an area that no grid point falls into has one point of its own.

    Raises
    ------
    ValueError
        If the spacing would make more than five million points.
    """
    west, south, east, north = shapely.total_bounds(areas).tolist()
    if ((east - west) / spacing_m + 2) * ((north - south) / spacing_m + 2) > _MOST_POINTS:
        raise ValueError(f"a spacing of {spacing_m:g} m makes too many points here")
    columns = np.arange(np.floor(west / spacing_m), np.ceil(east / spacing_m)) * spacing_m + spacing_m / 2
    rows = np.arange(np.floor(south / spacing_m), np.ceil(north / spacing_m)) * spacing_m + spacing_m / 2
    x, y = (part.ravel() for part in np.meshgrid(columns, rows))
    point, area = shapely.STRtree(areas).query(shapely.points(x, y), predicate="within")
    bare = np.setdiff1d(np.arange(len(areas)), area)
    own = shapely.point_on_surface(areas[bare])
    area = np.concatenate([area, bare]).astype(np.int64)
    x = np.concatenate([x[point], shapely.get_x(own)])
    y = np.concatenate([y[point], shapely.get_y(own)])
    weight = (shapely.area(areas) / np.bincount(area, minlength=len(areas)))[area]
    return area, x, y, weight
