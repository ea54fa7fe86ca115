"""Layers of points, lines or polygons from files: GeoPackage, GeoJSON, Shapefile, KML, file geodatabase, MapInfo."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
from pyproj.exceptions import CRSError, ProjError

from coverplan.errors import Problem, Problems
from coverplan.ground.transformers import disagree, transformer
from coverplan.inputs.tables.code_page import shapefile_encoding
from coverplan.inputs.tables.gdal_door import ContentError, list_layers, read_rows
from coverplan.scenario.study_file import Source

#: What every KML file says of how its places are drawn.
_HOW_DRAWN = frozenset(
    {"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon", "snippet"}
)
#: Kinds of file whose places carry heights that say nothing.
_WITH_HEIGHTS = (".kml", ".kmz")
_GEOJSON = (".geojson", ".json")
#: GeoJSON says its CRS before or behind its features, within so many bytes.
_ENDS = 65_536


def read_layer(path: Path, source: Source, problems: Problems) -> gpd.GeoDataFrame | None:
    """Rows of a layer, numbered from 1, with its CRS; None and a problem where it cannot be read."""
    if _lacks_a_part(path, problems):
        return None
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
                    code="missing_table",
                )
            )
            return None
        rows = _read(path, table, source.encoding or shapefile_encoding(path, problems))
    except ContentError as error:
        problems.add(
            Problem(
                f"the layer cannot be read: {error}",
                path,
                expected="a layer that a GIS opens and that names no other file",
                remedy="open it in a GIS and save it as a GeoPackage; where texts are the trouble, name their `encoding:`",
                code="broken_file",
            )
        )
        return None
    if not isinstance(rows, gpd.GeoDataFrame):
        problems.add(Problem("the layer has no geometry", path, field=table, code="no_geometry"))
        return None
    rows = _flat(_told_apart(rows, path, problems))
    rows.index = pd.RangeIndex(1, 1 + len(rows))
    if path.suffix.lower() in _WITH_HEIGHTS:
        rows.geometry = rows.geometry.force_2d()
        rows = rows.drop(
            columns=[name for name in rows.columns if name in _HOW_DRAWN or rows[name].isna().all()]
        )
    return _with_crs(rows, path, source, problems)


def _told_apart(rows: gpd.GeoDataFrame, path: Path, problems: Problems) -> gpd.GeoDataFrame:
    """Rows without columns of one name, as heads that a Shapefile cuts may be: GDAL gives each of them the last one's values."""
    twice = rows.columns[rows.columns.duplicated()].unique()
    if len(twice):
        problems.add(
            Problem(
                "columns have the same head and cannot be told apart; none of them is read",
                path,
                value=", ".join(map(str, twice)),
                expected="heads that differ within their first 10 bytes",
                remedy="give them other names, or save the layer as a GeoPackage",
                severity="warning",
                code="same_heads",
            )
        )
    return rows.drop(columns=twice)


def _flat(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lists and mappings within cells, which GeoJSON may have, as their text."""
    for column in rows.columns.drop(rows.geometry.name):
        cells = rows[column]
        if pd.api.types.is_object_dtype(cells) and any(
            isinstance(cell, dict | list | np.ndarray) for cell in cells
        ):
            rows[column] = pd.Series(
                [_as_text(cell) if isinstance(cell, dict | list | np.ndarray) else cell for cell in cells],
                index=rows.index, dtype=object,
            )  # fmt: skip
    return rows


def _as_text(cell: object) -> str:
    held = cell.tolist() if isinstance(cell, np.ndarray) else cell
    return json.dumps(held, ensure_ascii=False, default=str)


def _read(path: Path, table: str, encoding: str | None) -> Any:
    """Rows of a layer; heads and texts of a Shapefile that were cut within a character lose what is left of it."""
    try:
        return read_rows(path, table, encoding=encoding)
    except ContentError as error:
        if path.suffix.lower() != ".shp" or not isinstance(error.__cause__, UnicodeDecodeError):
            raise
    rows = read_rows(path, table, encoding="ISO-8859-1")
    name = encoding or "utf-8"
    for column in rows.columns:
        if pd.api.types.is_string_dtype(rows[column]) or pd.api.types.is_object_dtype(rows[column]):
            rows[column] = [_decoded(cell, name) if isinstance(cell, str) else cell for cell in rows[column]]
    heads = {str(column): _decoded(str(column), name, cut="…") for column in rows.columns}
    return rows.rename(columns=heads)


def _decoded(text: str, encoding: str, *, cut: str = "") -> str:
    """A text whose bytes were kept one by one; `cut` marks one that ends within a character."""
    data = text.encode("ISO-8859-1")
    for lost in range(4):
        try:
            return data[: len(data) - lost].decode(encoding) + (cut if lost else "")
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4:
                raise ContentError(f"its texts are not {encoding}") from error
    return data.decode(encoding, errors="replace")


def _lacks_a_part(path: Path, problems: Problems) -> bool:
    """Whether a Shapefile came without the parts that it cannot do without; a missing table of texts is a warning."""
    if path.suffix.lower() != ".shp":
        return False
    beside = {other.suffix.lower() for other in path.parent.glob(f"{glob.escape(path.stem)}.*")}
    for part, what in ((".shx", "its index"), (".dbf", "its names, types and numbers")):
        if part not in beside:
            problems.add(
                Problem(
                    f"the Shapefile came without {path.stem}{part}, {what}",
                    path,
                    expected=f"{path.stem}.shp with .shx, .dbf, .prj and .cpg",
                    remedy="ask for all parts of the layer, or for a GeoPackage",
                    severity="error" if part == ".shx" else "warning",
                    code="missing_part",
                    details={"file": f"{path.stem}{part}"},
                )
            )
    return ".shx" not in beside


def _with_crs(
    rows: gpd.GeoDataFrame, path: Path, source: Source, problems: Problems
) -> gpd.GeoDataFrame | None:
    if rows.crs is not None and _says_its_own(path, source):
        if not _is_on_earth(rows, path, problems):
            return None
        problems.extend(contradiction(path, rows.crs, source.crs, source.datum, _middle(rows)))
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
    try:
        said = pyproj.CRS.from_user_input(system_name(source.crs, source.datum))
    except CRSError:
        problems.add(no_such_crs(path, system_name(source.crs, source.datum)))
        return None
    return rows.set_crs(said, allow_override=True)


def _says_its_own(path: Path, source: Source) -> bool:
    """Whether a layer says its CRS itself; GeoJSON without a word on it is taken for WGS-84, unless the study file says more."""
    if source.crs is None or path.suffix.lower() not in _GEOJSON:
        return True
    with path.open("rb") as file:
        start = file.read(_ENDS)
        file.seek(max(path.stat().st_size - _ENDS, 0))
        return b'"crs"' in start + file.read()


def _middle(rows: gpd.GeoDataFrame) -> tuple[float, float]:
    west, south, east, north = rows.total_bounds
    return (west + east) / 2, (south + north) / 2


def contradiction(
    path: Path, own: pyproj.CRS, crs: str | None, datum: str | None, place: tuple[float, float]
) -> Iterator[Problem]:
    """What is wrong where a file says one CRS and the study file another; `place` is x and y of numbers in the file."""
    name = system_name(crs, datum)
    if name is None or not np.isfinite(place).all():
        return
    try:
        said = pyproj.CRS.from_user_input(name)
    except CRSError:
        yield no_such_crs(path, name)
        return
    if crs is None and not str(datum).upper().startswith(
        "EPSG:"
    ):  # a datum alone says nothing of a projection
        own_degrees = own.geodetic_crs
        if own_degrees is None or not disagree(own_degrees, said, (105.0, 35.0)):
            return
    elif not disagree(own, said, place):
        return
    yield Problem(
        f"the file is in {own.name}, and the study file says {said.name}: the two put it in different places",
        path,
        field="datum" if crs is None else "crs",
        value=name,
        expected=f"{own.name}, or no `crs:` and `datum:`, as the file says its own",
        remedy="remove the entry from the study file; if the file is wrong, mend the CRS in the file "
        "(QGIS: Assign projection; ogr2ogr -a_srs, gdal_edit.py -a_srs)",
        code="crs_contradiction",
        details={"own": own.name, "said": said.name},
    )


def no_such_crs(path: Path | None, name: str | None) -> Problem:
    """There is no CRS of this name."""
    return Problem(
        "there is no coordinate reference system of this name",
        path,
        value=name,
        expected="an authority code such as EPSG:4326 (longitude and latitude) or EPSG:4549",
        code="unknown_crs",
    )


def _is_on_earth(rows: gpd.GeoDataFrame, path: Path, problems: Problems) -> bool:
    """Whether the layer's own CRS can be brought to degrees; a local grid cannot."""
    try:
        transformer(rows.crs, "EPSG:4326")
    except (CRSError, ProjError):
        problems.add(
            Problem(
                "the layer's coordinate reference system has no place on the earth",
                path,
                value=rows.crs.name,
                expected="a CRS such as EPSG:4326 or EPSG:4549",
                remedy="bring the layer into such a system in a GIS and export it again",
                code="unknown_crs",
            )
        )
        return False
    return True


def system_name(crs: str | None, datum: str | None) -> str | None:
    """Name of the CRS in which numbers stand; a shifted datum counts in the degrees of WGS-84."""
    if datum is None:
        return crs
    return {"wgs84": "EPSG:4326", "cgcs2000": "EPSG:4490", "gcj02": "EPSG:4326", "bd09": "EPSG:4326"}.get(
        datum, datum
    )
