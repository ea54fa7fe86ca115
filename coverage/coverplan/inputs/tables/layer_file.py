"""Layers of points, lines or polygons from files: GeoPackage, GeoJSON, Shapefile."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from coverplan.errors import Problem, Problems
from coverplan.inputs.tables.gdal_door import ContentError, list_layers, read_rows
from coverplan.scenario.study_file import Source


def read_layer(path: Path, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Rows of a layer, numbered from 1, with its CRS; None and a problem where it cannot be read."""
    from coverplan.inputs.tables.code_page import shapefile_encoding

    try:
        layers = [name for name, _ in list_layers(path)]
        table = source.table or (layers[0] if len(layers) == 1 else None)
        if table is None or table not in layers:
            what = "the file holds several layers" if source.table is None else "the file has no such layer"
            problems.add(
                Problem(
                    what,
                    path,
                    field=source.table,
                    expected=f"table: one of {', '.join(layers)}",
                    remedy="name the layer with `table:`",
                    code="missing_layer",
                )
            )
            return None
        encoding = source.encoding or shapefile_encoding(path, problems)
        rows = read_rows(path, table, encoding=encoding)
    except ContentError as error:
        problems.add(
            Problem(
                f"the layer cannot be read: {error}",
                path,
                expected="a GeoPackage, Shapefile or GeoJSON that names no other file",
                remedy="export it again from the program that made it",
                code="broken_file",
            )
        )
        return None
    if not isinstance(rows, gpd.GeoDataFrame):
        problems.add(Problem("the layer has no geometry", path, field=table, code="no_geometry"))
        return None
    rows.index = pd.RangeIndex(1, 1 + len(rows))
    return _with_crs(rows, path, source, problems)


def _with_crs(
    rows: gpd.GeoDataFrame, path: Path, source: Source, problems: Problems
) -> gpd.GeoDataFrame | None:
    if rows.crs is not None:
        return rows
    if source.crs is None and source.datum is None:
        problems.add(
            Problem(
                "the layer does not say its coordinate reference system",
                path,
                expected="a CRS such as EPSG:4326 or EPSG:4549",
                remedy="add `crs:` to the entry in the study file",
                code="missing_crs",
            )
        )
        return None
    return rows.set_crs(system_name(source.crs, source.datum))


def system_name(crs: str | None, datum: str | None) -> str | None:
    """Name of the CRS in which numbers stand; a shifted datum counts in the degrees of WGS-84."""
    if datum is None:
        return crs
    return {"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490", "gcj02": "EPSG:4326", "bd09": "EPSG:4326"}.get(
        datum, datum
    )
