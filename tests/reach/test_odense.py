"""Distances in Odense that somebody else computed and stored (Global Healthy and Sustainable City-Indicators)."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest

from coverplan.reach.graph import compile_graph
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import nearest, travel_times
from makers.walk_oracle import doors_of, network_of

METRE = replace(PRESETS["general"], name="metre", speed_m_s=1.0, access_speed_m_s=1.0)
CUTOFF_MS = 500_000
SEED_DISTANCE = {
    "Supermarket": 257,
    "Convenience": 257,
    "Public transport stop (any)": 280,
}


@pytest.fixture(scope="module")
def odense(shared_data):
    folder = shared_data / "odense"
    streets = nx.read_graphml(folder / "sample_graphml_proj.graphml", force_multigraph=True)
    keys = list(streets.nodes)
    xy = np.array([(float(streets.nodes[key]["x"]), float(streets.nodes[key]["y"])) for key in keys])
    place = {key: i for i, key in enumerate(keys)}
    pairs = [(place[a], place[b]) for a, b in streets.edges()]
    lengths = [float(length) for _, _, length in streets.edges(data="length")]
    file = folder / "sample_odense_1437696.gpkg"
    stored = gpd.read_file(file, layer="gdf_nodes_poi_dist")
    destinations = gpd.read_file(file, layer="destinations")
    return network_of(xy, pairs, lengths=lengths), keys, stored, destinations


def doors_at_nodes(network, nodes, ids):
    """Doors on nodes, at the end of any edge that touches the node; off network on a node without edges."""
    first = {}
    for e, (a, b) in enumerate(zip(network.edge_from.tolist(), network.edge_to.tolist(), strict=True)):
        first.setdefault(a, (e, 0.0, 0.0))
        first.setdefault(b, (e, 1.0, 0.0))
    return doors_of(ids, [first.get(node, (-1, 0.0, 0.0)) for node in nodes])


def nearest_nodes(network, points):
    xy = np.column_stack((network.node_x, network.node_y))
    return [int(np.argmin(np.hypot(*(xy - (p.x, p.y)).T))) for p in points]


@pytest.mark.truth
@pytest.mark.parametrize("kind", SEED_DISTANCE)
def test_stored_distances_at_every_reached_node(odense, kind):
    network, keys, stored, destinations = odense
    chosen = destinations[destinations["dest_name_full"] == kind]
    sites = doors_at_nodes(
        network, nearest_nodes(network, chosen.geometry), [f"s{i}" for i in range(len(chosen))]
    )
    demand = doors_at_nodes(network, range(network.nodes), keys)
    graph = compile_graph(network, METRE)
    near = nearest(graph, sites, demand, CUTOFF_MS)
    column = stored.set_index(stored["osmid"].astype(str))[f"sp_nearest_node_{kind}_dist"].reindex(keys)
    known = (column >= 0).to_numpy()
    assert known.sum() == SEED_DISTANCE[kind]
    assert np.array_equal(near.reached, known)
    stored_mm = np.rint(
        column[known].to_numpy() * 1000
    )  # they are stored as single floats of whole millimetres
    assert np.abs(near.time_ms[known] - stored_mm).max() <= 3
    assert np.array_equal(travel_times(graph, sites, demand, CUTOFF_MS).nearest().time_ms, near.time_ms)
