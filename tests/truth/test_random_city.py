"""Random cities written as OpenStreetMap files; every walk recounted by networkx from the file itself, not from our network.

Gates, private streets, squares, steps, one-way paths, bridges and several parts; homes and stations at nodes. On a tilted
plane too, where a walk up is another than the walk down.
"""

from __future__ import annotations

import math
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import osmium
import pyproj
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverplan.errors import Problems
from coverplan.ground.terrain import Terrain
from coverplan.inputs.streets.read import read_streets
from coverplan.reach.graph import compile_graph
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.snap import Snapper
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import travel_times

pytestmark = pytest.mark.truth

CRS = "EPSG:32650"
SIDE, STEP = 4, 0.002
WALK = replace(PRESETS["general"], speed_m_s=1.0, access_speed_m_s=1.0, steps_factor=2.0)
HIKE = replace(WALK, slope_response="tobler", downhill_gain_cap=1.05)
TO_METRES = pyproj.Transformer.from_crs(4326, CRS, always_xy=True)
GEOD = pyproj.Geod(ellps="WGS84")
KINDS = (
    *[{"highway": "residential"}, {"highway": "service", "access": "private"}] * 3,
    {"highway": "residential"},
    {"highway": "residential", "oneway": "yes"},
    {"highway": "residential", "sidewalk": "no"},
    {"highway": "residential", "access": "residents"},
    {"highway": "service", "access": "private"},
    {"highway": "steps"},
    {"highway": "footway", "oneway:foot": "yes"},
    {"highway": "primary", "bridge": "yes"},
    {"highway": "motorway"},
    {"highway": "trunk"},
    {"highway": "pedestrian", "area": "yes"},
    {"man_made": "pier"},
)


def place(node: int) -> tuple[float, float]:
    """Longitude and latitude of a node of the lattice, which is a little askew, so that no two walks are equal."""
    row, column = divmod(node, SIDE)
    return 117 + STEP * column + 3.1e-5 * row * row, 30 + STEP * row + 4.7e-5 * column * column


def write(path: Path, ways, gates) -> Path:
    root = ET.Element("osm", version="0.6")
    for node in range(SIDE * SIDE):
        lon, lat = place(node)
        element = ET.SubElement(
            root, "node", id=str(node + 1), version="1", lon=f"{lon:.9f}", lat=f"{lat:.9f}"
        )
        for key, value in gates.get(node, {}).items():
            ET.SubElement(element, "tag", k=key, v=value)
    for number, (nodes, tags) in enumerate(ways):
        element = ET.SubElement(root, "way", id=str(number + 1), version="1")
        for node in nodes:
            ET.SubElement(element, "nd", ref=str(node + 1))
        for key, value in tags.items():
            ET.SubElement(element, "tag", k=key, v=value)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path


@st.composite
def cities(draw):
    ways = []
    for _ in range(draw(st.integers(5, 14))):
        here = draw(st.integers(0, SIDE * SIDE - 1))
        nodes = [here]
        for _ in range(draw(st.integers(1, 5))):
            row, column = divmod(nodes[-1], SIDE)
            around = [
                r * SIDE + c
                for r, c in ((row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1))
                if 0 <= r < SIDE and 0 <= c < SIDE and r * SIDE + c not in nodes
            ]
            if not around:
                break
            nodes.append(draw(st.sampled_from(around)))
        if len(nodes) > 1:
            ways.append((nodes, draw(st.sampled_from(KINDS))))
    stops = (
        {"barrier": "gate", "access": "no"},
        {"barrier": "gate"},
        {"barrier": "wall"},
        {"barrier": "bollard"},
    )
    gates = draw(st.dictionaries(st.integers(0, SIDE * SIDE - 1), st.sampled_from(stops), max_size=3))
    return ways, gates


def metres(a: int, b: int) -> float:
    return GEOD.inv(*place(a), *place(b))[2]


def level(_start: int, _end: int) -> float:
    """Time along flat ground as a multiple of itself."""
    return 1.0


def tilted(east: float, north: float):
    """Time from a node to its neighbour as a multiple of that on the flat, on a plane that rises to the east and north.

    Tobler 1993: speed falls by exp(-3.5 |slope + 0.05|); relative to the flat, and no more than the cap faster.
    """

    def factor(start: int, end: int) -> float:
        (x0, y0), (x1, y1) = (TO_METRES.transform(*place(node)) for node in (start, end))
        slope = (east * (x1 - x0) + north * (y1 - y0)) / math.hypot(x1 - x0, y1 - y0)
        relative = math.exp(-3.5 * abs(slope + 0.05)) / math.exp(-3.5 * 0.05)
        return 1 / min(relative, HIKE.downhill_gain_cap)

    return factor


def plane(east: float, north: float) -> Terrain:
    """The ground of `tilted`, in cells of 100 m around the city."""
    x, y = TO_METRES.transform(*place(0))
    at = np.arange(-5, 25) * 100.0 + 50
    heights = 1000 + east * at[None, :] + north * at[::-1, None]
    return Terrain(heights, (100.0, 0.0, x - 500, 0.0, -100.0, y + 2500), CRS)


def recount(ways, gates, ground=level):
    """Walks from vertex to vertex of the ways as their tags read by the book, by three layers: behind, public, behind.

    Closed gates part the ways that meet there: each piece of way has its own copy of such a node. Of the public streets
    that private ones hold together, the part with the most metres is the public one, and the others are private.
    """
    closed = {node for node, tags in gates.items() if tags.get("access") == "no" or tags["barrier"] == "wall"}
    walked = [
        (number, nodes, tags)
        for number, (nodes, tags) in enumerate(ways)
        if tags.get("highway") not in {"motorway", "trunk"}
    ]
    streets = {node for _, nodes, tags in walked if "highway" in tags for node in nodes}
    edges, between = [], []
    for number, nodes, tags in walked:
        if "man_made" in tags and not streets & set(nodes):
            continue
        for step, (a, b) in enumerate(pairwise(nodes)):
            ends = tuple((n, number, step) if n in closed else n for n in (a, b))
            edges.append((*ends, metres(a, b), tags))
            between.append((a, b))
    private = [tags.get("access") in {"private", "residents"} for *_, tags in edges]
    for at in behind(edges, private):
        private[at] = True
    graph, touched = nx.DiGraph(), set()
    for (a, b, length, tags), only, nodes in zip(edges, private, between, strict=True):
        stairs = tags.get("highway") == "steps"
        up, down = (2.0, 2.0) if stairs else (ground(*nodes), ground(*reversed(nodes)))
        both = [(a, b, length * up), (b, a, length * down)]
        for layer in ("first", "last") if only else ("public",):
            for start, end, weight in both[:1] if tags.get("oneway:foot") == "yes" else both:
                old = graph.get_edge_data((layer, start), (layer, end), {"weight": np.inf})["weight"]
                graph.add_edge((layer, start), (layer, end), weight=min(weight, old))
        touched.update((a, b) if only else ())
    for node in touched:
        graph.add_edge(("first", node), ("public", node), weight=0.0)
        graph.add_edge(("public", node), ("last", node), weight=0.0)
    return graph


def behind(edges, private):
    """Positions of public streets that hang together with the largest public part only through private ones."""
    whole, public = nx.Graph(), nx.MultiGraph()
    for (a, b, length, _), only in zip(edges, private, strict=True):
        whole.add_edge(a, b)
        if not only:
            public.add_edge(a, b, length=length)
    largest = {}
    for part in nx.connected_components(public):
        together = frozenset(nx.node_connected_component(whole, next(iter(part))))
        size = public.subgraph(part).size(weight="length")
        largest[together] = max(largest.get(together, (0.0, frozenset())), (size, frozenset(part)))
    open_nodes = {node for _, part in largest.values() for node in part}
    return [at for at, (a, *_) in enumerate(edges) if not private[at] and a not in open_nodes]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cities())
def test_every_walk_of_a_random_city_is_the_one_that_the_file_gives(tmp_path, city):
    compare(tmp_path, *city, WALK)


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cities(), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_every_walk_on_a_tilted_plane_is_the_one_up_or_down(tmp_path, city, east, north):
    ways, gates = city
    # bridges run straight from end to end, which is another test
    ways = [(nodes, tags) for nodes, tags in ways if "bridge" not in tags]
    compare(tmp_path, ways, gates, HIKE, terrain=plane(east, north), ground=tilted(east, north))


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cities())
def test_a_city_packed_as_pbf_is_the_same_city(tmp_path, city):
    path = write(tmp_path / "city.osm", *city)
    packed = tmp_path / "city.osm.pbf"
    with osmium.SimpleWriter(str(packed), overwrite=True) as writer:
        for thing in osmium.FileProcessor(str(path)):
            writer.add(thing)
    told = Problems(), Problems()
    one, two = (
        read_streets(file, crs=CRS, problems=some) for file, some in zip((path, packed), told, strict=True)
    )
    assert [(p.code, p.what) for p in told[0]] == [(p.code, p.what) for p in told[1]]
    if one is None or two is None:
        assert one is two
        return
    for field in fields(one):
        here, there = getattr(one, field.name), getattr(two, field.name)
        if isinstance(here, np.ndarray):
            np.testing.assert_array_equal(here, there)


def compare(tmp_path, ways, gates, profile, *, terrain=None, ground=level):
    """Our walks from door to door beside those of networkx on the file."""
    path = write(tmp_path / "city.osm", ways, gates)
    network = read_streets(path, crs=CRS, problems=Problems())
    graph = recount(ways, gates, ground)
    if network is None:
        assert not graph.edges
        return
    streets = Snapper(network, profile)
    there = {node for _, node in graph.nodes if not isinstance(node, tuple)}
    known = set((network.node_key - 1).tolist())
    doors = [n for n in sorted(there & known) if n not in gates]
    if not doors:
        return
    rows = {node: at for at, node in enumerate((network.node_key - 1).tolist())}
    at = np.array([rows[node] for node in doors])
    ids = [f"n{node:02}" for node in doors]
    found = streets.all_doors(network.node_x[at], network.node_y[at])
    places = Doors.of_rows(ids, *found)
    near = found[1].leg_m < 0.01
    standing = Doors.of_rows(ids, found[0][near], found[1].take(np.flatnonzero(near)))
    assert places.places == standing.places
    reach = travel_times(
        compile_graph(network, profile, terrain), standing, standing, 10**8, direction="from", threads=1
    )
    checked = 0
    for site in range(reach.sites):
        points, times_ms = reach.from_site(site)
        ours = dict(zip(points.tolist(), times_ms.tolist(), strict=True))
        for point, node in enumerate(doors):
            walks = [
                nx.dijkstra_path_length(graph, (a, doors[site]), (b, node))
                for a in ("first", "public")
                for b in ("first", "public", "last")
                if graph.has_node((a, doors[site]))
                and graph.has_node((b, node))
                and nx.has_path(graph, (a, doors[site]), (b, node))
            ]
            bridges_only = (
                standing.start[site + 1] == standing.start[site]
                or standing.start[point + 1] == standing.start[point]
            )
            if bridges_only:  # bridges have no doors
                continue
            if walks:
                assert ours[point] == pytest.approx(min(walks) * 1000, abs=len(ways) * 8)
                checked += 1
            else:
                assert point not in ours
    assert checked or not reach.pairs
