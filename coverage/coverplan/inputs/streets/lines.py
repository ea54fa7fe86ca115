"""Streets from a layer of lines (GeoPackage, GeoJSON, Shapefile) that knows nothing of its junctions.

Lines meet where an end of one lies on another, within a centimetre, whether or not the other has a vertex
there. Lines that merely cross are joined only when asked, and never where just one of them is a bridge or a
tunnel. Gaps wider than a centimetre are left for the audit to name (`coverplan.study.network_audit`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from coverplan.errors import Problem, Problems
from coverplan.ground.network import Mode, Network
from coverplan.ground.transformers import transformer
from coverplan.inputs.places.geometries import moved_shapes, off_the_earth, report_off_the_earth
from coverplan.inputs.streets import osm_tags
from coverplan.inputs.streets.build import Ways, build_network, without_repeats
from coverplan.inputs.streets.line_tags import line_tags
from coverplan.inputs.streets.osm_tags import WayClass
from coverplan.inputs.streets.wording import Bounds, no_street, nothing_left
from coverplan.inputs.tables.column_values import report_rows
from coverplan.inputs.tables.read_table import read_table
from coverplan.inputs.tables.table_file import TableFile
from coverplan.scenario.study_file import Streets
from coverplan.units import BoolArray, FloatArray, Int64Array

JOIN_WITHIN_M = 0.01
"""Ends nearer than this to a line lie on it: room for rounding, not for gaps."""
#: Crossings to the line above which a layer looks like a drawing without junctions, not like one with some bridges.
_MANY_CROSSINGS = 0.05
#: Pairs of vertices to be joined that fit in any memory; what a star of twenty lines takes is never too much.
_MOST_PAIRS, _STAR = 20_000_000, 420


@dataclass(frozen=True, slots=True)
class _Vertices:
    """Vertices of lines, line by line, in the order along each.

    `line` is the line of each vertex, `along_m` its distance from the line's start, `joins` whether whatever
    else lies at its place is joined to it.
    """

    line: Int64Array
    along_m: FloatArray
    x: FloatArray
    y: FloatArray
    joins: BoolArray


def read_lines(
    path: Path,
    *,
    crs: str,
    problems: Problems,
    modes: Sequence[Mode] = ("walk",),
    bounds_lonlat: Bounds | None = None,
    source: Streets,
    join_crossings: bool = False,
) -> Network | None:
    """Network of a line layer; None exactly if an error was written to `problems`.

    Parameters
    ----------
    path
        The file.
    crs
        Projected CRS in metres of the network.
    problems
        Receives whatever is wrong.
    modes
        Who is to use the network.
    bounds_lonlat
        West, south, east, north in degrees: streets beyond are left out.
    source
        The study file's entry: layer, CRS or datum, columns and classes. Columns whose names are OpenStreetMap keys
        (``foot``, ``access``) are understood as such.
    join_crossings
        Join lines where they cross, bridges and tunnels apart.
    """
    found = Problems(path)
    layer = read_table(source.layer.model_copy(update={"file": path.name}), path.parent, found)
    if layer is None:
        problems.extend(found)
        return None
    lines = _lines(layer, found)
    tags = line_tags(layer, source.columns, source.kinds, found)
    problems.extend(found)
    if found.errors or lines is None or tags is None:
        return None
    classes, class_of_row = _classified(tags, modes)
    row_of_line, shapes = lines
    class_of = class_of_row[row_of_line]
    usable = class_of >= 0
    if not usable.any():
        problems.add(no_street(path, modes))
        return None
    row_of_line, class_of = row_of_line[usable], class_of[usable]
    placed = gpd.GeoDataFrame(geometry=shapes[usable], crs=layer.rows.crs)
    moved = moved_shapes(layer, placed, source.datum, pyproj.CRS(crs), problems)
    lost = np.unique(row_of_line[off_the_earth(moved, pyproj.CRS(crs))])
    if len(lost):
        report_off_the_earth(layer, np.isin(np.arange(len(layer.rows)), lost), problems)
        return None
    crowded = _crowded(moved, path)
    if crowded is not None:
        problems.add(crowded)
        return None
    level = np.array([known.bridge - known.tunnel for known in classes], dtype=np.int64)[class_of]
    vertices = _joined(moved, level, join_crossings=join_crossings)
    if not join_crossings:
        problems.extend(_unjoined(moved, level, path))
    names = np.array([row.get("name", "") for row in tags], dtype=object)[row_of_line]
    ways = _ways(vertices, crs, classes, class_of, names)
    network = build_network(without_repeats(ways), crs=crs, modes=modes, bounds_lonlat=bounds_lonlat)
    if network is None:
        problems.add(nothing_left(path, ways.extent, bounds_lonlat, modes))
    return network


def _crowded(shapes: NDArray[np.object_], path: Path) -> Problem | None:
    """What is said of lines of which so many vertices lie at one place that to join them would fill any memory."""
    places = shapely.get_coordinates(shapes)
    column, row = np.floor(places / JOIN_WITHIN_M).astype(np.int64).T
    _, square, alike = np.unique(column * 2**32 + row, return_inverse=True, return_counts=True)
    last = np.cumsum(shapely.get_num_coordinates(shapes)) - 1
    ends = np.zeros(len(places))
    ends[last], ends[np.append(0, last[:-1] + 1)] = 1, 1
    # every end is laid on every line there, and then all are held against each other
    held = alike + np.bincount(square, weights=ends) ** 2
    if float((held[held > _STAR] ** 2).sum()) / 2 <= _MOST_PAIRS:
        return None
    most = int(alike.max())
    return Problem(
        f"{most} vertices of streets lie within a centimetre of each other",
        path,
        field="geometry",
        value=most,
        expected="lines whose vertices lie farther apart than a centimetre",
        remedy="simplify the layer in a GIS, or check whether its coordinates are degrees taken for metres",
        code="streets_too_fine",
        details={"count": most},
    )


def _lines(layer: TableFile, problems: Problems) -> tuple[Int64Array, NDArray[np.object_]] | None:
    """Row position and shape of each single line, in the layer's own CRS."""
    geometries = layer.rows.geometry.to_numpy()
    empty = shapely.is_missing(geometries) | shapely.is_empty(geometries)
    kinds = shapely.get_type_id(geometries)
    linear = np.isin(kinds, (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING))
    report_rows(
        layer,
        "geometry",
        empty,
        problems,
        what="the row has no line and was left out",
        code="missing_geometry",
        expected="a line",
        severity="warning",
    )
    report_rows(
        layer,
        "geometry",
        ~empty & ~linear,
        problems,
        what="the row is no line",
        code="not_a_line",
        expected="lines or multilines",
        remedy="name the layer that holds the centre lines of streets",
    )
    report_off_the_earth(layer, linear & off_the_earth(geometries, pyproj.CRS(layer.rows.crs)), problems)
    if problems.errors:
        return None
    parts, part_of = shapely.get_parts(geometries[~empty], return_index=True)
    return np.flatnonzero(~empty)[part_of], shapely.force_2d(parts)


def _classified(
    tags: Sequence[Mapping[str, str]], modes: Sequence[Mode]
) -> tuple[list[WayClass], Int64Array]:
    """Classes and, for each row, its class; -1 where no mode may use it."""
    classes: list[WayClass] = []
    by_tags: dict[frozenset[tuple[str, str]], int] = {}
    class_of = np.empty(len(tags), dtype=np.int64)
    for i, row in enumerate(tags):
        telling = frozenset((key, value) for key, value in row.items() if key != "name")
        if telling not in by_tags:
            found = _classify(dict(telling), modes)
            by_tags[telling] = len(classes) if found else -1
            if found:
                classes.append(found)
        class_of[i] = by_tags[telling]
    return classes, class_of


def _classify(tags: dict[str, str], modes: Sequence[Mode]) -> WayClass | None:
    """Class of a row; a kind that is no OpenStreetMap class is a road open to everybody."""
    kind = tags["highway"]
    if kind in osm_tags.KNOWN_KINDS:
        return osm_tags.classify(tags, modes)
    found = osm_tags.classify({**tags, "highway": "road"}, modes)
    return found and replace(found, kind=kind)


def _joined(shapes: NDArray[np.object_], level: Int64Array, *, join_crossings: bool) -> _Vertices:
    """Vertices of the lines, with one more wherever another line joins and this one had none."""
    places, line = shapely.get_coordinates(shapes, return_index=True)
    count = shapely.get_num_coordinates(shapes)
    last = np.cumsum(count) - 1
    first = last - count + 1
    step = np.hypot(*np.diff(places, axis=0, prepend=places[:1]).T)
    step[first] = 0.0
    run = np.cumsum(step)
    along = run - np.repeat(run[first], count)
    ends = np.zeros(len(line), dtype=np.bool_)
    ends[first] = True
    ends[last] = True
    parts = [
        _Vertices(line.astype(np.int64), along, places[:, 0], places[:, 1], ends),
        _touches(shapes, places[ends]),
    ]
    if join_crossings:
        parts.append(_crossings(shapes, level))
    whole = [
        np.concatenate([getattr(part, column) for part in parts])
        for column in ("line", "along_m", "x", "y", "joins")
    ]
    order = np.lexsort((whole[1], whole[0]))
    return _Vertices(*(column[order] for column in whole))


def _unjoined(shapes: NDArray[np.object_], level: Int64Array, path: Path) -> Iterator[Problem]:
    """Say how often lines on one level cross without meeting, as drawings do that know no junctions."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="crosses")
    crossings = int(np.count_nonzero((one < other) & (level[one] == level[other])))
    if crossings:
        yield Problem(
            f"{crossings} pairs of lines cross without being joined there",
            path,
            expected="lines that end where they meet, and bridges and tunnels named as such",
            remedy="write `join_crossings: true` under streets in the study file if these are junctions",
            severity="warning" if crossings > _MANY_CROSSINGS * len(shapes) else "note",
            code="crossings_not_joined",
            details={"count": crossings},
        )


def _touches(shapes: NDArray[np.object_], ends: FloatArray) -> _Vertices:
    """Vertices for lines on which an end of any line lies; at vertices they have already, no harm is done."""
    points = np.asarray(shapely.points(ends), dtype=object)
    point, line = shapely.STRtree(shapes).query(points, predicate="dwithin", distance=JOIN_WITHIN_M)
    return _on_lines(shapes, line, points[point])


def _crossings(shapes: NDArray[np.object_], level: Int64Array) -> _Vertices:
    """Vertices for both of two lines on one level that cross or share a vertex."""
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    same = (one < other) & (level[one] == level[other])
    one, other = one[same], other[same]
    points, pair = shapely.get_parts(
        shapely.extract_unique_points(shapely.intersection(shapes[one], shapes[other])), return_index=True
    )
    both = [_on_lines(shapes, lines[pair], points) for lines in (one, other)]
    return _Vertices(
        *(
            np.concatenate([getattr(part, column) for part in both])
            for column in ("line", "along_m", "x", "y", "joins")
        )
    )


def _on_lines(shapes: NDArray[np.object_], line: Int64Array, points: NDArray[np.object_]) -> _Vertices:
    along = shapely.line_locate_point(shapes[line], points)
    x, y = shapely.get_x(points), shapely.get_y(points)
    return _Vertices(line.astype(np.int64), along, x, y, np.ones(len(line), dtype=np.bool_))


def _ways(
    vertices: _Vertices,
    crs: str,
    classes: Sequence[WayClass],
    class_of: Int64Array,
    names: NDArray[np.object_],
) -> Ways:
    """Ways in which vertices at one place have one number if anything joins there."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components
    from scipy.spatial import cKDTree

    count = len(vertices.x)
    tree = cKDTree(np.column_stack((vertices.x, vertices.y)))
    pairs = tree.query_pairs(JOIN_WITHIN_M, output_type="ndarray")
    near = coo_matrix((np.ones(len(pairs), dtype=np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    places, place = connected_components(near, directed=False)
    joins = np.zeros(places, dtype=np.bool_)
    joins[place[vertices.joins]] = True
    head = np.full(places, count, dtype=np.int64)
    np.minimum.at(head, place, np.arange(count))
    vertex = np.where(joins[place], head[place], np.arange(count))
    lon, lat = transformer(crs, 4326).transform(vertices.x[vertex], vertices.y[vertex])
    return Ways(
        key=np.arange(len(class_of), dtype=np.int64),
        class_of=class_of.astype(np.int32),
        classes=classes,
        name=names,
        start=np.searchsorted(vertices.line, np.arange(len(class_of) + 1)).astype(np.int64),
        ref=vertex,
        lon=lon,
        lat=lat,
    )
