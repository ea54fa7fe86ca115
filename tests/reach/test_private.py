"""Private streets: used where a walk begins or ends behind them, never as a way through; counted by networkx and by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.ground.network import Passage
from coverplan.reach.graph import compile_graph
from coverplan.reach.live import LiveNearest
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import nearest, travel_times
from makers.walk_oracle import as_table, doors_of, network_of

WALK = replace(PRESETS["general"], speed_m_s=1.0, access_speed_m_s=1.0)
FAR_MS = 100_000_000


def with_private(network, private):
    passage = network.passages["walk"]
    marked = Passage(passage.forward, passage.backward, np.array(private, dtype=bool))
    return replace(network, passages={"walk": marked})


def compound():
    """A ring road round a compound whose streets are private: gate at node 4, station and homes inside.

    Nodes 0..3 are the corners of a square of 500 m, 4 the gate in the middle of its south side, 5 the crossing inside.
    """
    xy = [(-250, -250), (250, -250), (250, 250), (-250, 250), (0, -250), (0, 0), (0, 200), (200, 0)]
    pairs = [(0, 4), (4, 1), (1, 2), (2, 3), (3, 0), (4, 5), (5, 6), (5, 7)]
    return with_private(network_of(xy, pairs), [False] * 5 + [True] * 3)


def test_neighbours_walk_their_own_streets_and_visitors_come_in():
    graph = compile_graph(compound(), WALK)
    site = doors_of(["inside"], [(6, 0.35, 0.0)])  # 70 m north of the crossing
    homes = doors_of(["in1", "in2", "outside"], [(6, 0.75, 0.0), (7, 0.75, 0.0), (0, 1.0, 10.0)])
    for direction in ("toward", "from", "round_trip"):
        reach = travel_times(graph, site, homes, FAR_MS, direction=direction)
        assert as_table(reach) == {(0, 0): 80_000, (0, 1): 220_000, (0, 2): 330_000}, direction


def test_nobody_cuts_through():
    """A private street joins two corners: 707 m for those who live on it, round the square for everybody else."""
    network = network_of([(0, 0), (500, 0), (500, 500), (0, 500)], [(0, 1), (1, 2), (2, 3), (3, 0), (0, 2)])
    graph = compile_graph(with_private(network, [False] * 4 + [True]), WALK)
    site = doors_of(["corner"], [(1, 1.0, 0.0)])
    homes = doors_of(["other", "behind"], [(0, 0.0, 0.0), (4, 0.5, 0.0)])
    assert as_table(travel_times(graph, site, homes, FAR_MS)) == {(0, 0): 1_000_000, (0, 1): 353_553}


def oracle(network, private, sites, homes):
    """Shortest walks of the form private, public, private, by three layers of nodes in networkx."""
    graph = nx.DiGraph()
    for edge in range(network.edges):
        u, v = int(network.edge_from[edge]), int(network.edge_to[edge])
        ms = round(float(network.length_m[edge]) * 1000)
        for layer in ("first", "last") if private[edge] else ("middle",):
            graph.add_edge((layer, u), (layer, v), ms=ms)
            graph.add_edge((layer, v), (layer, u), ms=ms)
    for node in range(network.nodes):
        graph.add_edge(("first", node), ("middle", node), ms=0)
        graph.add_edge(("middle", node), ("last", node), ms=0)
    found = {}
    for (h, (home_edge, home_end)), (s, (site_edge, site_end)) in product(enumerate(homes), enumerate(sites)):
        ends = [
            int((network.edge_from, network.edge_to)[end][edge])
            for edge, end in ((home_edge, home_end), (site_edge, site_end))
        ]
        starts = ("first",) if private[home_edge] else ("middle",)
        goals = ("first", "last") if private[site_edge] else ("middle",)
        best = [
            nx.dijkstra_path_length(graph, (a, ends[0]), (b, ends[1]), weight="ms")
            for a, b in product(starts, goals)
            if graph.has_node((a, ends[0]))
            and graph.has_node((b, ends[1]))
            and nx.has_path(graph, (a, ends[0]), (b, ends[1]))
        ]
        if home_edge == site_edge:
            best.append(0 if home_end == site_end else round(float(network.length_m[home_edge]) * 1000))
        if best:
            found[s, h] = min(best)
    return found


@st.composite
def towns(draw):
    """Up to 14 streets over a grid of 4 x 3 nodes, each private or not; doors at ends of streets."""
    pairs = draw(
        st.lists(
            st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda p: p[0] < p[1]),
            min_size=2,
            max_size=14,
            unique=True,
        )
    )
    private = draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    door = st.tuples(st.integers(0, len(pairs) - 1), st.integers(0, 1))
    return (
        pairs,
        private,
        draw(st.lists(door, min_size=1, max_size=3)),
        draw(st.lists(door, min_size=1, max_size=5)),
    )


@settings(deadline=None, max_examples=60)
@given(towns())
def test_every_walk_is_the_one_that_networkx_finds(town):
    pairs, private, sites, homes = town
    xy = [(100.0 * (i % 4) + 7 * i, 100.0 * (i // 4)) for i in range(12)]
    network = with_private(network_of(xy, pairs), private)
    graph = compile_graph(network, WALK)
    site = doors_of([f"s{i}" for i in range(len(sites))], [(e, float(end), 0.0) for e, end in sites])
    home = doors_of([f"h{i}" for i in range(len(homes))], [(e, float(end), 0.0) for e, end in homes])
    expected = oracle(network, private, sites, homes)
    toward = as_table(travel_times(graph, site, home, FAR_MS, threads=1))
    assert toward == expected
    assert as_table(travel_times(graph, site, home, FAR_MS, direction="from", threads=1)) == expected
    near = nearest(graph, site, home, FAR_MS, threads=1)
    least = [
        min((ms for (s, h), ms in expected.items() if h == point), default=-1) for point in range(len(homes))
    ]
    assert near.time_ms.tolist() == least
    live = LiveNearest(graph, site, home, FAR_MS, is_open=np.zeros(len(sites), dtype=bool))
    for position in range(len(sites)):
        live.open(position)
    assert live.nearest().time_ms.tolist() == least
    live.close(0)
    rest = [
        min((ms for (s, h), ms in expected.items() if h == point and s), default=-1)
        for point in range(len(homes))
    ]
    assert live.nearest().time_ms.tolist() == rest


@pytest.mark.parametrize("nodes", [compound().nodes])
def test_positions_of_nodes_are_those_of_the_network(nodes):
    network = compound()
    graph = compile_graph(network, WALK)
    assert graph.order[graph.positions()].tolist() == list(range(nodes))
    assert graph.nodes == nodes + 2 * 4  # nodes 4 to 7 have two copies more
