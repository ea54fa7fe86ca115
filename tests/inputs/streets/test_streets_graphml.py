"""Streets from GraphML: twins become one edge, stored lengths stand, and Odense's stored distances come out."""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest

from coverplan.errors import Problems
from coverplan.ground.network import Network
from coverplan.inputs.streets.read import read_streets

CRS = "EPSG:32632"


def write_graph(path: Path, nodes, edges, *, crs: str | None = "epsg:32632") -> Path:
    """GraphML as osmnx writes it: every attribute a string."""
    graph = nx.MultiDiGraph()
    if crs:
        graph.graph["crs"] = crs
    for node, tags in nodes.items():
        graph.add_node(node, **tags)
    for start, end, tags in edges:
        graph.add_edge(start, end, **tags)
    nx.write_graphml(graph, path)
    return path


def place(x, y):
    return {"x": str(500000.0 + x), "y": str(6000000.0 + y)}


NODES = {"1": place(0, 0), "2": place(100, 0), "3": place(100, 100)}


def read(path: Path, **options) -> Network:
    problems = Problems()
    network = read_streets(path, crs=CRS, problems=problems, **options)
    assert not list(problems), [problem.text() for problem in problems]
    assert network is not None
    return network


def refused(path: Path, **options):
    problems = Problems()
    assert read_streets(path, crs=CRS, problems=problems, **options) is None
    return [(problem.code, problem.value) for problem in problems]


def test_twins_become_one_edge_and_stored_lengths_stand(tmp_path):
    street = {"highway": "residential", "length": "123.456", "name": "['东街', 'East Street']"}
    edges = [
        ("1", "2", street),
        ("2", "1", street),
        ("2", "3", {"highway": "['path', 'steps']", "length": "100"}),
    ]
    network = read(write_graph(tmp_path / "a.graphml", NODES, edges), modes=("walk", "drive"))
    assert network.node_key.tolist() == [1, 2, 3]
    assert network.length_m.tolist() == [123.456, 100.0]
    assert network.name.tolist() == ["东街, East Street", ""]
    assert network.steps.tolist() == [False, True]
    assert [network.kinds[kind] for kind in network.kind] == ["residential", "path"]
    assert network.passages["walk"].backward.tolist() == [True, True]
    assert network.passages["drive"].forward.tolist() == [True, False]
    assert network.passages["drive"].backward.tolist() == [True, False]


def test_wheels_need_an_edge_in_their_direction_and_feet_do_not(tmp_path):
    edges = [
        ("1", "2", {"highway": "primary", "length": "100", "oneway": "True", "maxspeed": "['60', '50']"})
    ]
    network = read(write_graph(tmp_path / "a.graphml", NODES, edges), modes=("walk", "drive"))
    assert (network.passages["drive"].forward.tolist(), network.passages["drive"].backward.tolist()) == (
        [True],
        [False],
    )
    assert network.passages["walk"].backward.tolist() == [True]
    assert network.maxspeed_kmh.tolist() == [50]


def test_two_streets_between_the_same_nodes_stay_two(tmp_path):
    short, long = ({"highway": "path", "length": length} for length in ("100", "180"))
    edges = [
        ("1", "2", short),
        ("2", "1", long),
        ("1", "2", long),
        ("2", "1", short),
        ("3", "3", long),
        ("3", "3", long),
    ]
    network = read(write_graph(tmp_path / "a.graphml", NODES, edges))
    assert sorted(network.length_m.tolist()) == [100, 180, 180]


def test_a_length_that_is_not_stored_is_measured_and_shapes_are_turned_to_run_forward(tmp_path):
    bent = {"highway": "path", "geometry": "LINESTRING (500100 6000000, 500100 6000100, 500000 6000000)"}
    network = read(write_graph(tmp_path / "a.graphml", NODES, [("1", "2", bent)]))
    assert network.shape_x.tolist() == pytest.approx([500000, 500100, 500100])
    assert network.shape_y.tolist() == pytest.approx([6000000, 6000100, 6000000])
    # UTM's scale on its central meridian is 0.9996: 241.42 m on paper are 241.52 m on the ground.
    assert network.length_m[0] == pytest.approx((100 + 100 * 2**0.5) / 0.9996, abs=0.005)


def test_degrees_are_projected(tmp_path):
    nodes = {"a": {"x": "9.0", "y": "54.0"}, "b": {"x": "9.0", "y": "54.001"}}
    network = read(
        write_graph(tmp_path / "a.graphml", nodes, [("a", "b", {"highway": "path"})], crs="epsg:4326")
    )
    assert network.node_x.tolist() == pytest.approx([500000, 500000], abs=1e-6)
    assert network.node_y[1] - network.node_y[0] == pytest.approx(network.length_m[0] * 0.9996, abs=1e-4)


@pytest.mark.parametrize(
    ("tags", "kept"),
    [
        ({"highway": "cycleway"}, True),
        ({"highway": "residential", "access": "no"}, True),
        ({"highway": "residential", "access": "private"}, True),
        ({"highway": "residential", "foot": "private", "access": "no"}, True),
        ({"highway": "path", "foot": "no"}, False),
        ({"highway": "motorway"}, False),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
    ],
)
def test_the_maker_of_a_walking_graph_is_trusted_but_for_what_it_says_itself(tmp_path, tags, kept):
    path = write_graph(tmp_path / "a.graphml", NODES, [("1", "2", {**tags, "length": "100"})])
    if kept:
        assert read(path).edges == 1
    else:
        assert [code for code, _ in refused(path)] == ["no_street"]


def test_everything_wrong_is_said_at_once(tmp_path):
    edges = [
        ("1", "2", {"length": "-5"}),
        ("2", "3", {"length": "nan"}),
        ("1", "3", {"geometry": "LINESTRING (oops)"}),
    ]
    found = refused(write_graph(tmp_path / "a.graphml", NODES, edges, crs=None))
    assert ("missing_crs", None) in found
    assert ("bad_length", "-5") in found
    assert ("bad_length", "nan") in found
    assert ("broken_geometry", "1-3") in found


def test_graphs_that_cannot_be_used(tmp_path):
    lost = {**NODES, "3": {"x": "nan", "y": "1"}}
    edge = ("1", "2", {"highway": "path", "length": "100"})
    assert refused(write_graph(tmp_path / "a.graphml", lost, [edge])) == [("nodes_without_coordinates", "3")]
    (tmp_path / "b.graphml").write_text("PK not xml")
    assert [code for code, _ in refused(tmp_path / "b.graphml")] == ["not_graphml"]
    assert [code for code, _ in refused(write_graph(tmp_path / "c.graphml", NODES, []))] == ["no_street"]
    far = write_graph(tmp_path / "d.graphml", NODES, [edge])
    assert [code for code, _ in refused(far, bounds_lonlat=(100, 20, 101, 21))] == ["no_overlap"]
    stray = (tmp_path / "d.graphml").read_text().replace('target="2"', 'target="77"')
    (tmp_path / "e.graphml").write_text(stray)
    assert refused(tmp_path / "e.graphml") == [("nodes_without_coordinates", "77")]


def test_bounds(tmp_path):
    edges = [
        ("1", "2", {"highway": "path", "length": "100"}),
        ("2", "3", {"highway": "steps", "length": "100"}),
    ]
    path = write_graph(tmp_path / "a.graphml", NODES, edges)
    problems = Problems()
    whole = read_streets(path, crs="EPSG:4326", problems=problems)
    assert whole is not None
    lon, lat = whole.node_x[2], whole.node_y[2]
    assert read(path, bounds_lonlat=(lon - 1e-5, lat - 1e-5, lon + 1e-5, lat + 1e-5)).kinds == ("steps",)


@pytest.mark.truth
@pytest.mark.parametrize(
    ("column", "kinds", "reached"),
    [
        ("Supermarket", {"Supermarket"}, 257),
        ("Convenience", {"Convenience"}, 257),
        ("Public transport stop (any)", {"Public transport stop (any)"}, 280),
    ],
)
def test_the_stored_distances_of_odense(shared_data, column, kinds, reached):
    network = read(shared_data / "odense/sample_graphml_proj.graphml")
    graph = nx.MultiGraph()
    for a, b, length in zip(
        network.edge_from.tolist(), network.edge_to.tolist(), network.length_m.tolist(), strict=True
    ):
        graph.add_edge(a, b, weight=length)
    store = shared_data / "odense/sample_odense_1437696.gpkg"
    shops = gpd.read_file(store, layer="destinations")
    shops = shops[shops["dest_name_full"].isin(kinds)]
    sources = {
        int(np.argmin(np.hypot(network.node_x - point.x, network.node_y - point.y)))
        for point in shops.geometry
    }
    ours = nx.multi_source_dijkstra_path_length(graph, sources, cutoff=500)
    stored = gpd.read_file(store, layer="gdf_nodes_poi_dist").set_index("osmid")[
        f"sp_nearest_node_{column}_dist"
    ]
    stored.index = stored.index.astype("int64")
    near = stored[stored >= 0]
    assert len(near) == reached
    position = {key: i for i, key in enumerate(network.node_key.tolist())}
    assert {position[key] for key in near.index} == set(ours)
    worst_m = max(abs(ours[position[key]] - distance) for key, distance in near.items())
    assert round(worst_m, 4) <= 0.003
