"""Streets from GraphML as osmnx saves it: nodes with x and y, directed edges with length and geometry.

Such a graph was chosen and split by whoever saved it, so its edges stay as they are, with the lengths stored
in it. An edge and its twin in the other direction become one edge.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from coverplan.errors import Problem, Problems
from coverplan.ground.earth import no_places
from coverplan.ground.network import Mode, Network, Passage
from coverplan.ground.shift_files import names_shift_file
from coverplan.ground.transformers import transformer
from coverplan.inputs.places.datum import to_wgs84
from coverplan.inputs.places.known_shift import unknown_shift
from coverplan.inputs.streets import osm_tags
from coverplan.inputs.streets.build import class_columns, gather_runs, geodesic_lengths_m, overlapping
from coverplan.inputs.streets.osm_tags import WayClass
from coverplan.inputs.streets.wording import Bounds, no_street, nothing_left
from coverplan.inputs.tables.layer_file import contradiction
from coverplan.text.counting import many
from coverplan.units import BoolArray, FloatArray, Int64Array

_MOST_EXAMPLES = 10
_SPELLED_LIST = re.compile(r"'([^']*)'|\"([^\"]*)\"")


@dataclass(slots=True)
class _Graph:
    """Text of a GraphML file, sorted into nodes and edges."""

    directed: bool = True
    attributes: dict[str, str] = field(default_factory=dict)
    node_id: list[str] = field(default_factory=list)
    node_tags: list[dict[str, str]] = field(default_factory=list)
    ends: list[tuple[str, str]] = field(default_factory=list)
    edge_tags: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Edges:
    """Edges as arrays: ends as node positions, stored length (NaN where none), shape in the graph's CRS."""

    source: Int64Array
    target: Int64Array
    length_m: FloatArray
    start: Int64Array
    x: FloatArray
    y: FloatArray


def read_graphml(
    path: Path,
    *,
    crs: str,
    problems: Problems,
    modes: Sequence[Mode] = ("walk",),
    bounds_lonlat: Bounds | None = None,
    said_crs: str | None = None,
    datum: str | None = None,
) -> Network | None:
    """Network of a GraphML file; None exactly if an error was written to `problems`.

    Walkers may use every edge in both directions, except motorways, trunk roads and what is private, and
    whatever a stored ``foot`` tag forbids. Wheels may use an edge in the directions in which the graph has
    it, if its tags let them: a graph that was downloaded for walking knows no one-way streets.

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
        West, south, east, north in degrees: edges whose box does not touch it are left out.
    said_crs
        What the study says, which must be what the graph says.
    datum
        ``gcj02`` or ``bd09`` where the graph is shifted.
    """
    graph = _parse(path, found := Problems(path))
    source_crs = _graph_crs(graph, found)
    node_x, node_y = _places(graph, found)
    edges = _edges(graph, node_x, node_y, found)
    if edges is not None and source_crs is not None:
        _report_off_the_earth(graph, edges, source_crs, found)
        found.extend(contradiction(path, source_crs, said_crs, datum, (node_x.mean(), node_y.mean())))
    problems.extend(found)
    if found.errors or edges is None or source_crs is None:
        return None

    problems.extend(unknown_shift(source_crs, crs, path, x=node_x, y=node_y))
    lon, lat = transformer(source_crs, 4326).transform(edges.x, edges.y)
    if datum is not None:
        lon, lat = to_wgs84(lon, lat, datum)
        source_crs, edges = CRS.from_epsg(4326), replace(edges, x=lon, y=lat)
    first, twin = _paired(edges, directed=graph.directed)
    classes, class_of = _classified(graph, first, modes)
    usable = class_of >= 0
    if not usable.any():
        problems.add(no_street(path, modes))
        return None
    if bounds_lonlat is not None:
        usable &= overlapping(edges.start, lon, lat, bounds_lonlat)[first]
    if not usable.any():
        extent = (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
        problems.add(nothing_left(path, extent, bounds_lonlat, modes))
        return None
    measured_m = geodesic_lengths_m(edges.start, lon, lat)
    x, y = transformer(source_crs, crs).transform(edges.x, edges.y)
    edges = replace(edges, x=x, y=y)
    _report_off_the_earth(graph, edges, CRS(crs), found, of=first[usable])
    if found.errors:
        problems.extend(found.errors)
        return None
    edges = replace(edges, length_m=np.where(np.isnan(edges.length_m), measured_m, edges.length_m))
    columns = class_columns(classes, class_of[usable], modes)
    columns["passages"] = _in_graph(columns["passages"], twin[usable])
    return _network(graph, edges, first[usable], crs, columns)


def _parse(path: Path, problems: Problems) -> _Graph:
    graph = _Graph()
    names: dict[str, str] = {}
    try:
        for _, element in ET.iterparse(path, events=("end",)):  # noqa: S314 (expat limits entity expansion)
            tag = element.tag.rpartition("}")[2]
            if tag == "key":
                names[element.get("id", "")] = element.get("attr.name", "")
            elif tag in {"node", "edge"}:
                data = _data(element, names)
                if tag == "node":
                    graph.node_id.append(element.get("id", ""))
                    graph.node_tags.append(data)
                else:
                    graph.ends.append((element.get("source", ""), element.get("target", "")))
                    graph.edge_tags.append(data)
                element.clear()
            elif tag == "graph":
                graph.directed = element.get("edgedefault") != "undirected"
                graph.attributes = _data(element, names)
    except ET.ParseError as error:
        problems.add(
            Problem(
                f"the file cannot be read as GraphML: {error}",
                expected="a graph saved by osmnx.save_graphml",
                remedy="save the graph again",
                code="not_graphml",
            )
        )
    return graph


def _data(element: ET.Element, names: Mapping[str, str]) -> dict[str, str]:
    return {
        names.get(child.get("key", ""), ""): child.text or ""
        for child in element
        if child.tag.endswith("data")
    }


def _graph_crs(graph: _Graph, problems: Problems) -> CRS | None:
    text = graph.attributes.get("crs", "")
    code = re.search(r"epsg:(\d+)", text, flags=re.IGNORECASE)
    if problems.errors:
        return None
    try:
        return CRS.from_user_input(int(code[1]) if code else "" if names_shift_file(text) else text)
    except CRSError:
        problems.add(
            Problem(
                "the graph does not say in which coordinates its nodes are",
                field="crs",
                value=text or None,
                expected="a graph attribute crs such as epsg:4326",
                remedy="save the graph with osmnx.save_graphml, which writes it",
                code="missing_crs",
            )
        )
        return None


def _places(graph: _Graph, problems: Problems) -> tuple[FloatArray, FloatArray]:
    """Shape (nodes,): x and y in the graph's CRS; a node without them is a problem."""
    x = np.array([_number(tags.get("x")) for tags in graph.node_tags], dtype=np.float64)
    y = np.array([_number(tags.get("y")) for tags in graph.node_tags], dtype=np.float64)
    lost = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if len(lost):
        problems.add(
            Problem(
                f"{len(lost)} nodes have no coordinates", field="x, y", expected="two numbers for each node",
                value=", ".join(graph.node_id[node] for node in lost[:_MOST_EXAMPLES]),
                remedy="save the graph again with its node attributes x and y",
                code="nodes_without_coordinates", details={"count": len(lost)},
            )
        )  # fmt: skip
        x[lost] = y[lost] = 0.0  # anywhere: reading goes on only to find whatever else is wrong
    return x, y


def _report_off_the_earth(
    graph: _Graph, edges: _Edges, crs: CRS, problems: Problems, *, of: Int64Array | None = None
) -> None:
    """One problem that names the edges, among `of`, of which a vertex is no place of `crs`."""
    wild = np.logical_or.reduceat(no_places(edges.x, edges.y, crs), edges.start[:-1])
    if of is not None:
        wild[np.setdiff1d(np.arange(len(wild)), of)] = False
    if wild.any():
        ends = [
            f"{graph.node_id[edges.source[edge]]}-{graph.node_id[edges.target[edge]]}"
            for edge in np.flatnonzero(wild)[:_MOST_EXAMPLES]
        ]
        problems.add(
            Problem(
                f"{many(int(wild.sum()), 'edge has coordinates', 'edges have coordinates')} that do not fit the coordinate reference system",
                field="x, y",
                value=", ".join(ends),
                expected=f"coordinates in {crs.to_string()}",
                code="impossible_coordinates",
            )
        )


def _edges(graph: _Graph, node_x: FloatArray, node_y: FloatArray, problems: Problems) -> _Edges | None:
    """Edges as arrays; None where the file's edges cannot be used."""
    position = {node: i for i, node in enumerate(graph.node_id)}
    stray = sorted({end for ends in graph.ends for end in ends if end not in position})
    if stray:
        problems.add(
            Problem(
                f"edges end at {len(stray)} nodes that the file does not have", field="source, target", expected="ids of nodes",
                value=", ".join(stray[:_MOST_EXAMPLES]), remedy="save the whole graph again",
                code="nodes_without_coordinates", details={"count": len(stray)},
            )
        )  # fmt: skip
        return None
    source = np.array([position[ends[0]] for ends in graph.ends], dtype=np.int64)
    target = np.array([position[ends[1]] for ends in graph.ends], dtype=np.int64)
    shapes = _shapes(graph, source, target, np.column_stack((node_x, node_y)), problems)
    length_m = _lengths_m(graph, problems)
    if problems.errors:
        return None
    start = np.concatenate(([0], np.cumsum(shapely.get_num_coordinates(shapes), dtype=np.int64)))
    places = shapely.get_coordinates(shapes)
    places[start[:-1]] = np.column_stack((node_x[source], node_y[source]))
    places[start[1:] - 1] = np.column_stack((node_x[target], node_y[target]))
    return _Edges(source, target, length_m, start, places[:, 0], places[:, 1])


def _shapes(
    graph: _Graph, source: Int64Array, target: Int64Array, places: FloatArray, problems: Problems
) -> NDArray[np.object_]:
    """Shape (edges,): a line from source to target, straight where the file draws none."""
    shapes = np.asarray(shapely.linestrings(np.stack((places[source], places[target]), axis=1)), dtype=object)
    drawn = [
        i for i, tags in enumerate(graph.edge_tags) if tags.get("geometry", "").upper().startswith("LINE")
    ]
    lines = shapely.from_wkt([graph.edge_tags[edge]["geometry"] for edge in drawn], on_invalid="ignore")
    broken = np.flatnonzero(shapely.is_missing(lines) | shapely.is_empty(lines))
    if len(broken):
        problems.add(
            Problem(
                f"the geometry of {len(broken)} edges cannot be read",
                field="geometry",
                value=", ".join("-".join(graph.ends[drawn[edge]]) for edge in broken[:_MOST_EXAMPLES]),
                expected="LINESTRING (x y, x y, ...)",
                remedy="save the graph again",
                code="broken_geometry",
            )
        )
        return shapes
    begins = shapely.get_coordinates(shapely.get_point(lines, 0))
    ends = shapely.get_coordinates(shapely.get_point(lines, -1))
    origin = places[source[drawn]]
    against = np.hypot(*(ends - origin).T) < np.hypot(*(begins - origin).T)
    shapes[drawn] = np.where(against, shapely.reverse(lines), lines)
    return shapes


def _lengths_m(graph: _Graph, problems: Problems) -> FloatArray:
    """Shape (edges,): stored metres, NaN where the file stores none."""
    lengths = np.array([_number(tags.get("length")) for tags in graph.edge_tags], dtype=np.float64)
    stored = np.array(["length" in tags for tags in graph.edge_tags], dtype=np.bool_)
    bad = np.flatnonzero(stored & ~((lengths >= 0) & np.isfinite(lengths)))
    for edge in bad[:_MOST_EXAMPLES]:
        problems.add(
            Problem(
                f"the length of the edge from {graph.ends[edge][0]} to {graph.ends[edge][1]} is no length",
                field="length",
                value=graph.edge_tags[edge]["length"],
                expected="metres, zero or more",
                remedy="take the length out of the file to have it measured from the geometry, or mend it",
                code="bad_length",
            )
        )
    if len(bad) > _MOST_EXAMPLES:
        problems.add(
            Problem(many(len(bad), "edge in all has such a length", "edges in all have such lengths"), field="length", code="bad_length", details={"count": len(bad)})
        )  # fmt: skip
    return lengths


def _number(text: str | None) -> float:
    try:
        return float(text or "nan")
    except ValueError:
        return math.nan


def _paired(edges: _Edges, *, directed: bool) -> tuple[Int64Array, BoolArray]:
    """Edges that stand for themselves and a twin, and whether they have that twin.

    Twins join the same nodes the other way with the same length, to the millimetre. Of two twins the one
    that comes first in the file stands for both.
    """
    count = len(edges.source)
    everyone = np.arange(count, dtype=np.int64)
    if not directed:
        return everyone, np.ones(count, dtype=np.bool_)
    low, high = np.minimum(edges.source, edges.target), np.maximum(edges.source, edges.target)
    length_mm = np.rint(np.nan_to_num(edges.length_m, nan=-1.0) * 1000).astype(np.int64)
    along = edges.source <= edges.target
    rank = _rank_among_equals(low, high, length_mm, along)
    loop = edges.source == edges.target
    along = np.where(loop, rank % 2 == 0, along)
    rank = np.where(loop, rank // 2, rank)
    order = np.lexsort((everyone, rank, length_mm, high, low))
    same = np.ones(count, dtype=np.bool_)
    same[:1] = False
    for column in (low, high, length_mm, rank):
        same[1:] &= column[order][1:] == column[order][:-1]
    first = order[~same]
    has_twin = np.zeros(count, dtype=np.bool_)
    has_twin[order[:-1][same[1:]]] = True
    first.sort()
    return first, has_twin[first]


def _rank_among_equals(*columns: NDArray[np.generic]) -> Int64Array:
    """Shape (rows,): how many earlier rows have the same values."""
    order = np.lexsort((np.arange(len(columns[0])), *columns))
    new = np.zeros(len(order), dtype=np.bool_)
    new[:1] = True
    for column in columns:
        new[1:] |= column[order][1:] != column[order][:-1]
    begins = np.flatnonzero(new)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - begins[np.cumsum(new) - 1]
    return rank


def _classified(graph: _Graph, edges: Int64Array, modes: Sequence[Mode]) -> tuple[list[WayClass], Int64Array]:
    """Classes and, for each of the edges, its class; -1 where no mode may use it."""
    classes: list[WayClass] = []
    by_tags: dict[frozenset[tuple[str, str]], int] = {}
    class_of = np.empty(len(edges), dtype=np.int64)
    for i, edge in enumerate(edges.tolist()):
        telling = frozenset(
            (key, text) for key, text in graph.edge_tags[edge].items() if key in osm_tags.TELLING_KEYS
        )
        if telling not in by_tags:
            found = _classify(dict(telling), modes)
            by_tags[telling] = len(classes) if found else -1
            if found:
                classes.append(found)
        class_of[i] = by_tags[telling]
    return classes, class_of


def _classify(stored: Mapping[str, str], modes: Sequence[Mode]) -> WayClass | None:
    """Class of an edge; its direction for wheels is left to the graph, its walkers to its maker."""
    lists = {key: _listed(text) for key, text in stored.items()}
    tags = {key: texts[0] for key, texts in lists.items() if texts}
    for key in [key for key in tags if key.startswith("oneway") or key == "junction"]:
        del tags[key]
    fast = tags.get("highway", "").startswith(("motorway", "trunk"))
    if "foot" not in tags and not fast and tags.get("access") != "private":
        tags["foot"] = "yes"
    if "maxspeed" in stored:
        tags["maxspeed"] = stored["maxspeed"]
    found = osm_tags.classify(tags, modes)
    return found and replace(found, steps="steps" in lists.get("highway", ()))


def _listed(text: str) -> list[str]:
    """Values of an attribute, of which osmnx writes several as ``['a', 'b']``."""
    if not text.startswith("["):
        return [] if text in {"", "nan", "None"} else [text]
    return [single or double for single, double in _SPELLED_LIST.findall(text)]


def _in_graph(passages: Mapping[Mode, Passage], twin: BoolArray) -> dict[Mode, Passage]:
    """Passages where wheels need an edge of the graph in the direction they go."""
    return {
        mode: passage if mode == "walk" else replace(passage, backward=passage.backward & twin)
        for mode, passage in passages.items()
    }


def _network(graph: _Graph, edges: _Edges, chosen: Int64Array, crs: str, columns: dict[str, Any]) -> Network:
    """Network of the chosen edges, shapes in its CRS; nodes in ascending key order."""
    keys = _node_keys(graph.node_id)
    vertices, shape_start = gather_runs(edges.start[chosen], edges.start[chosen + 1])
    shape_x, shape_y = edges.x[vertices], edges.y[vertices]
    ends = np.concatenate((edges.source[chosen], edges.target[chosen]))
    used, node_of_end = np.unique(keys[ends], return_inverse=True)
    end_vertex = np.empty(len(used), dtype=np.int64)
    end_vertex[node_of_end] = np.concatenate((shape_start[:-1], shape_start[1:] - 1))
    names = [", ".join(_listed(graph.edge_tags[edge].get("name", ""))) for edge in chosen.tolist()]
    return Network(
        crs=crs,
        node_x=shape_x[end_vertex],
        node_y=shape_y[end_vertex],
        node_key=used,
        edge_from=node_of_end[: len(chosen)].astype(np.int32),
        edge_to=node_of_end[len(chosen) :].astype(np.int32),
        length_m=edges.length_m[chosen],
        shape_start=shape_start,
        shape_x=shape_x,
        shape_y=shape_y,
        name=np.array(names, dtype=object),
        **columns,
    )


def _node_keys(ids: Sequence[str]) -> Int64Array:
    """Shape (nodes,): the graph's own ids where all are whole numbers, else positions in the file."""
    try:
        return np.array([int(text) for text in ids], dtype=np.int64)
    except (ValueError, OverflowError):
        return np.arange(len(ids), dtype=np.int64)
