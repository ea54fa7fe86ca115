"""The audit names parts, gaps, speeds and lengths; it joins nothing unless asked."""

from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely

from coverplan.errors import Problems
from coverplan.ground.network import Network
from coverplan.inputs.streets.read import read_streets
from coverplan.study.network_audit import audit_network, find_components, join_near_ends
from towns import toytown

CORNER = np.array(toytown.CORNER)


def streets(tmp_path, lines, **columns) -> Network:
    """Network of lines given in metres from the toy town's corner."""
    shapes = [shapely.linestrings(np.array(line, dtype=float) + CORNER) for line in lines]
    gpd.GeoDataFrame(columns, geometry=shapes, crs=toytown.CRS).to_file(tmp_path / "s.gpkg", engine="pyogrio")
    problems = Problems()
    network = read_streets(tmp_path / "s.gpkg", crs=toytown.CRS, problems=problems)
    assert network is not None
    return network


def distance(network: Network, start: tuple[float, float], end: tuple[float, float]) -> float:
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(network.nodes))
    for a, b, length in zip(
        network.edge_from.tolist(), network.edge_to.tolist(), network.length_m.tolist(), strict=True
    ):
        graph.add_edge(a, b, weight=length)
    near = [
        int(np.argmin(np.hypot(network.node_x - CORNER[0] - x, network.node_y - CORNER[1] - y)))
        for x, y in (start, end)
    ]
    return nx.dijkstra_path_length(graph, *near)


def test_a_clean_town_has_one_part_and_nothing_to_say():
    network = toytown.network()
    audit = audit_network(network, "walk")
    assert audit.components.count == 1
    assert set(audit.components.of_node.tolist()) == {0}
    assert audit.components.length_m.tolist() == [pytest.approx(40 * 72)]
    assert list(audit.problems(network)) == []


def test_parts_are_numbered_by_their_length(tmp_path):
    network = streets(
        tmp_path, [[(0, 0), (10, 0)], [(0, 100), (50, 100)], [(50, 100), (90, 100)], [(0, 200), (60, 200)]]
    )
    parts = find_components(network, "walk")
    np.testing.assert_allclose(parts.length_m, [90, 60, 10], rtol=1e-3)
    y = network.node_y - CORNER[1]
    np.testing.assert_array_equal(parts.of_node, np.select([y < 50, y < 150], [2, 0], 1))


def test_nodes_that_a_mode_cannot_reach_belong_to_no_part():
    network = toytown.network()
    passage = network.passages["walk"]
    cut = ~((network.edge_from == 0) | (network.edge_to == 0))
    shut = replace(
        network,
        passages={"walk": replace(passage, forward=passage.forward & cut, backward=passage.backward & cut)},
    )
    parts = find_components(shut, "walk")
    assert parts.count == 1
    assert parts.of_node[0] == -1
    assert (parts.of_node[1:] == 0).all()


def test_dead_ends_that_stop_short_are_named_and_others_are_not(tmp_path):
    network = streets(
        tmp_path,
        [
            [(0, 0), (100, 0)],  # a street
            [(40, 3), (40, 50)],  # stops 3 m short of it
            [(102, 0), (150, 0)],  # end to end with it, 2 m apart
            [(70, 0), (70, 4)],  # a spur of 4 m that hangs on it
            [(20, 8), (20, 60)],  # too far
        ],
    )
    audit = audit_network(network, "walk")
    ends = audit.near_ends
    found = {
        (round(x), round(y)): round(gap, 3)
        for x, y, gap in zip(
            network.node_x[ends.node] - CORNER[0],
            network.node_y[ends.node] - CORNER[1],
            ends.gap_m.tolist(),
            strict=True,
        )
    }
    assert found == {(40, 3): 3, (102, 0): 2, (100, 0): 2}
    assert ends.between_parts.all()
    assert ends.gap_m.tolist() == sorted(ends.gap_m.tolist())
    assert audit.components.count == 4
    said = {problem.code: problem for problem in audit.problems(network)}
    assert set(said) == {"components", "near_ends"}
    assert "3 dead ends" in said["near_ends"].what
    assert "2.0 m at 117.00" in str(said["near_ends"].value)
    assert list(ends.table(network).columns[:4]) == ["node_key", "lon", "lat", "gap_m"]


def test_what_goes_under_a_bridge_is_not_near_it(tmp_path):
    lines = [[(0, 0), (100, 0)], [(40, 3), (40, 50)]]
    assert audit_network(streets(tmp_path, lines, bridge=["yes", "no"]), "walk").near_ends.count == 0
    assert audit_network(streets(tmp_path, lines, bridge=["yes", "yes"]), "walk").near_ends.count == 1


def test_gaps_are_joined_when_asked_with_their_own_length(tmp_path):
    lines = [[(0, 0), (100, 0)], [(40, 3), (40, 50)], [(60, -4), (60, -50)], [(100, 3), (100, 20)]]
    network = streets(tmp_path, lines)
    audit = audit_network(network, "walk")
    assert audit.near_ends.count == 3 + 1  # the street's own end is near the last line, too
    joined = join_near_ends(network, audit.near_ends)
    assert find_components(joined, "walk").count == 1
    scale = 1 / 0.9996
    assert distance(joined, (40, 50), (0, 0)) == pytest.approx(47 * scale + 3 + 40 * scale, abs=0.01)
    assert distance(joined, (40, 50), (60, -50)) == pytest.approx(
        47 * scale + 3 + 20 * scale + 4 + 46 * scale, abs=0.01
    )
    links = joined.kind == joined.kinds.index("joined")
    assert joined.length_m[~links].sum() == pytest.approx(network.length_m.sum(), rel=1e-12)
    assert joined.length_m[links].tolist() == pytest.approx([3, 3, 4]), (
        "ends that face each other are joined once"
    )
    assert len(np.unique(joined.node_key)) == joined.nodes
    first, last = joined.shape_start[:-1], joined.shape_start[1:] - 1
    np.testing.assert_array_equal(joined.shape_x[first], joined.node_x[joined.edge_from])
    np.testing.assert_array_equal(joined.shape_y[last], joined.node_y[joined.edge_to])
    assert network.edges == len(lines), "the network that was given stays as it was"
    said = [problem for problem in audit.problems(network, joined=True) if problem.code == "gaps_joined"]
    assert len(said) == 1
    gaps_m = [part.split(" at ")[0] for part in str(said[0].value).split("; ")]
    assert gaps_m == ["3.0 m", "3.0 m", "3.0 m", "4.0 m"], "every place is named"
    assert "near_ends" not in {problem.code for problem in audit.problems(network, joined=True)}


def test_nothing_to_join_changes_nothing():
    network = toytown.network()
    assert join_near_ends(network, audit_network(network, "walk").near_ends) is network


def test_speeds_and_lengths_that_are_hard_to_believe():
    network = toytown.network()
    speed = np.full(network.edges, np.nan)
    speed[[2, 3, 4]] = [3, 130, 50]
    length = network.length_m.copy()
    length[7] = 60.0
    length[8] = 71.9
    odd = replace(network, maxspeed_kmh=speed, length_m=length)
    audit = audit_network(odd, "walk")
    assert audit.odd_speeds.tolist() == [2, 3]
    assert audit.short_lengths.tolist() == [7]
    said = {problem.code: problem for problem in audit.problems(odd)}
    assert set(said) == {"odd_speed", "short_length"}
    assert "130 km/h" in str(said["odd_speed"].value)
    assert "60.0 m" in str(said["short_length"].value)


def test_the_two_sides_of_a_closed_gate_are_no_gap(tmp_path):
    gate = '<tag k="barrier" v="gate"/><tag k="access" v="no"/>'
    nodes = "".join(
        f'<node id="{key}" version="1" lon="{117 + key / 1000}" lat="30">{gate if key == 2 else ""}</node>'
        for key in (1, 2, 3)
    )
    way = '<way id="9" version="1"><nd ref="1"/><nd ref="2"/><nd ref="3"/><tag k="highway" v="path"/></way>'
    (tmp_path / "a.osm").write_text(f'<osm version="0.6">{nodes}{way}</osm>')
    network = read_streets(tmp_path / "a.osm", crs=toytown.CRS, problems=Problems())
    assert network is not None
    audit = audit_network(network, "walk")
    assert (audit.components.count, audit.near_ends.count) == (2, 0)


@pytest.mark.truth
def test_a_real_city(shared_data):
    problems = Problems()
    network = read_streets(shared_data / "poa/poa_osm.pbf", crs="EPSG:31982", problems=problems)
    assert network is not None
    audit = audit_network(network, "walk")
    graph = nx.Graph(zip(network.edge_from.tolist(), network.edge_to.tolist(), strict=True))
    parts = list(nx.connected_components(graph))
    assert audit.components.count == len(parts)
    assert np.bincount(audit.components.of_node).tolist()[0] == max(map(len, parts))
    assert len(audit.short_lengths) == 0
    assert 0 < audit.near_ends.count < 0.02 * network.nodes
    joined = join_near_ends(network, audit.near_ends)
    assert find_components(joined, "walk").count < audit.components.count
    links = joined.kind == joined.kinds.index("joined")
    assert joined.length_m[~links].sum() == pytest.approx(network.length_m.sum(), rel=1e-12)
    assert 0 < np.count_nonzero(links) <= audit.near_ends.count
