"""Pairs, nearest and parts of places, against scipy's trees and networkx."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.spatial import cKDTree

from coverplan.reach import close_by
from coverplan.reach.close_by import joined, nearest_m, pairs_within


def places(chance, count, kind):
    """Scattered, on a grid where many lie exactly the radius apart, all in a line, or all at one spot."""
    xy = chance.uniform(0, 3_000, (count, 2))
    if kind == "grid":
        xy = np.floor(xy / 100) * 100
    elif kind == "line":
        xy[:, 1] = 50.0
    elif kind == "spot":
        xy[:] = 700.0
    return np.add(xy, [500_000.0, 3_400_000.0])


@pytest.mark.parametrize("kind", ["scattered", "grid", "line", "spot"])
@pytest.mark.parametrize("radius", [0.0, 1.0, 100.0, 300.0, 1_000.0, 50_000.0])
def test_pairs_are_those_of_a_tree(kind, radius, monkeypatch):
    monkeypatch.setattr(close_by, "_PAIRS_AT_ONCE", 500)
    chance = np.random.default_rng(len(kind) + int(radius))
    ones, others = places(chance, 60, kind), places(chance, 90, kind)
    near = cKDTree(others).query_ball_point(ones, radius, return_sorted=True)
    expected = [(one, other) for one, found in enumerate(near) for other in found]
    assert list(zip(*(part.tolist() for part in pairs_within(ones, others, radius)), strict=True)) == expected


def test_every_place_has_its_own_radius():
    chance = np.random.default_rng(3)
    ones, others, radii = places(chance, 40, ""), places(chance, 70, ""), chance.uniform(0, 900, 40)
    near = cKDTree(others).query_ball_point(ones, radii, return_sorted=True)
    place, other = pairs_within(ones, others, radii)
    assert [other[place == at].tolist() for at in range(40)] == near.tolist()
    assert 0 < len(place) < 2_800


@pytest.mark.parametrize("kind", ["scattered", "grid", "line", "spot"])
@pytest.mark.parametrize("limit", [1.0, 250.0, 40_000.0])
@pytest.mark.parametrize("others", [1, 2, 70])
def test_the_nearest_is_that_of_a_tree(kind, limit, others):
    chance = np.random.default_rng(others)
    ones, sites = places(chance, 50, "scattered"), places(chance, others, kind)
    ones[0] += 20_000.0  # far from everything
    expected, _ = cKDTree(sites).query(ones, distance_upper_bound=limit)
    np.testing.assert_allclose(nearest_m(ones, sites, limit), expected, rtol=1e-12)


@pytest.mark.parametrize("links", [0, 1, 30, 90, 400])
def test_parts_are_those_of_networkx(links):
    chance = np.random.default_rng(links)
    one, other = chance.integers(0, 100, (2, links))
    graph = nx.Graph(zip(one.tolist(), other.tolist(), strict=True))
    graph.add_nodes_from(range(100))
    expected = np.zeros(100, dtype=int)
    for part in nx.connected_components(graph):
        expected[list(part)] = min(part)
    assert joined(100, one, other).tolist() == expected.tolist()


def test_long_chains_hang_together():
    order = np.random.default_rng(5).permutation(3_000)
    assert joined(3_000, order[:-1], order[1:]).tolist() == [0] * 3_000


def test_no_place_is_near_none():
    none, one = np.zeros((0, 2)), np.zeros((1, 2))
    assert [len(part) for part in pairs_within(none, one, 1.0)] == [0, 0]
    assert [len(part) for part in pairs_within(one, none, 1.0)] == [0, 0]
    assert nearest_m(one, none, 1.0).tolist() == [np.inf]
    assert len(nearest_m(none, one, 1.0)) == 0
