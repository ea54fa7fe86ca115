"""A search that labels more nodes than the queue has room for at first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from coverplan.reach import labels, workspace
from coverplan.reach.graph import compile_graph
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import nearest, node_times, travel_times
from makers.walk_oracle import doors_of, network_of

METRE = replace(PRESETS["general"], speed_m_s=1.0, access_speed_m_s=1.0)
SIDE = 60
FAR_MS = 10_000_000


@pytest.fixture(scope="module")
def town():
    """A grid of 3,600 nodes with uneven streets, and the metres from its first corner by scipy."""
    rng = np.random.default_rng(4)
    at = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    pairs = np.concatenate(
        [
            np.column_stack((at[:-1].ravel(), at[1:].ravel())),
            np.column_stack((at[:, :-1].ravel(), at[:, 1:].ravel())),
        ]
    )
    lengths = rng.integers(1, 200, len(pairs)).astype(float)
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    network = network_of(np.column_stack((column, row)) * 100.0, pairs, lengths=lengths)
    streets = csr_array((lengths, pairs.T), shape=(SIDE * SIDE, SIDE * SIDE))
    return network, dijkstra(streets, directed=False, indices=0)


@pytest.fixture(params=[4, 64, 1_000])
def little_room(request, monkeypatch):
    """Start with almost no room, so that it has to grow again and again."""
    monkeypatch.setattr(workspace, "_FIRST_ROOM", request.param)
    monkeypatch.setattr(labels, "_FIRST_ROOM", request.param)


@pytest.mark.usefixtures("little_room")
def test_queue_and_answer_grow_as_they_must(town):
    network, metres = town
    graph = compile_graph(network, METRE)
    _, nodes, ms = node_times(graph, graph.positions()[:1], FAR_MS)
    by_node = np.full(network.nodes, -1)
    by_node[graph.order[nodes]] = ms
    assert np.array_equal(by_node, metres * 1000)
    corner = doors_of(["s"], [(0, 0.0, 0.0)])
    ends = [(e, 0.0, 0.0) for e in range(network.edges)]
    people = doors_of([f"d{e:05}" for e in range(network.edges)], ends)
    expected = metres[network.edge_from] * 1000
    assert np.array_equal(travel_times(graph, corner, people, FAR_MS).times_ms, expected)
    assert np.array_equal(nearest(graph, corner, people, FAR_MS).time_ms, expected)
