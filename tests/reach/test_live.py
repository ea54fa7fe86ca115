"""Nearest sites kept up to date equal nearest sites computed afresh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.reach.graph import compile_graph
from coverplan.reach.live import LiveNearest
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import nearest
from makers.walk_oracle import doors_of, network_of, random_case

WALK = replace(PRESETS["general"], speed_m_s=1.0, access_speed_m_s=1.0)


def afresh(graph, sites, demand, limit_ms, *, is_open, direction):
    """Nearest of the open sites alone, in positions of all sites."""
    chosen = np.flatnonzero(is_open)
    doors = [np.arange(sites.start[site], sites.start[site + 1]) for site in chosen]
    rows = np.concatenate([np.zeros(0, dtype=int), *doors])
    start = np.concatenate(([0], np.cumsum([len(d) for d in doors]))).astype(np.int64)
    only = Doors(tuple(sites.ids[site] for site in chosen), start, sites.snaps.take(rows))
    found = nearest(graph, only, demand, limit_ms, direction=direction)
    site = np.where(found.site >= 0, np.append(chosen, -1)[found.site], -1)
    return found.time_ms.tolist(), site.tolist()


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), direction=st.sampled_from(["toward", "from"]))
def test_any_sequence_of_changes_equals_a_fresh_search(seed, direction):
    network, sites, demand = random_case(seed)
    rng = np.random.default_rng(seed)
    graph = compile_graph(network, WALK)
    is_open = rng.random(sites.places) < 0.5
    live = LiveNearest(graph, sites, demand, 200_000, is_open=is_open, direction=direction)
    for _ in range(6):
        before = live.nearest()
        site = int(rng.integers(sites.places))
        changed = live.close(site) if live.is_open[site] and rng.random() < 0.7 else live.open(site)
        now = live.nearest()
        expected = afresh(graph, sites, demand, 200_000, is_open=live.is_open, direction=direction)
        assert (now.time_ms.tolist(), now.site.tolist()) == expected
        differs = np.flatnonzero((before.site != now.site) | (before.time_ms != now.time_ms))
        assert set(differs.tolist()) <= set(changed.tolist())


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), direction=st.sampled_from(["toward", "from"]))
def test_places_that_come_later_are_as_if_known_from_the_beginning(seed, direction):
    network, sites, demand = random_case(seed)
    rng = np.random.default_rng(seed)
    graph = compile_graph(network, WALK)
    order = rng.permutation(sites.places)  # later ids stand before and between earlier ones
    parts = np.array_split(order, 3)
    is_open = rng.random(len(parts[0])) < 0.7
    live = LiveNearest(graph, some(sites, parts[0]), demand, 200_000, is_open=is_open, direction=direction)
    for part in parts[1:]:
        added = live.add(some(sites, part))
        for site in added[rng.random(len(added)) < 0.7]:
            live.open(int(site))
        for site in np.flatnonzero(live.is_open)[::3]:
            live.close(int(site))
    known = np.zeros(sites.places, dtype=bool)
    known[order] = live.is_open
    found = live.nearest()
    expected = afresh(graph, sites, demand, 200_000, is_open=known, direction=direction)
    site = [-1 if at < 0 else int(order[at]) for at in found.site.tolist()]
    assert (found.time_ms.tolist(), site) == expected


def some(sites, chosen):
    """Doors of some of the places, in the order given."""
    doors = [np.arange(sites.start[site], sites.start[site + 1]) for site in chosen]
    rows = np.concatenate([np.zeros(0, dtype=int), *doors])
    start = np.concatenate(([0], np.cumsum([len(d) for d in doors]))).astype(np.int64)
    return Doors(tuple(sites.ids[site] for site in chosen), start, sites.snaps.take(rows))


@pytest.fixture
def street():
    network = network_of([(100 * i, 0) for i in range(11)], [(i, i + 1) for i in range(10)])
    sites = doors_of(["west", "east"], [(0, 0.0, 0.0), (9, 1.0, 0.0)])
    demand = doors_of([f"d{i}" for i in range(10)], [(i, 0.5, 0.0) for i in range(10)])
    return compile_graph(network, WALK), sites, demand


def test_closing_hands_over_to_the_next_site(street):
    live = LiveNearest(*street, 900_000, is_open=np.array([True, True]))
    assert live.nearest().site.tolist() == [0] * 5 + [1] * 5
    assert live.close(0).tolist() == [0, 1, 2, 3, 4]
    assert live.nearest().site.tolist() == [-1, *[1] * 9]  # the first stands 950 s from the eastern site


def test_moving_is_closing_and_opening(street):
    live = LiveNearest(*street, 450_000, is_open=np.array([True, False]))
    assert live.nearest().reached.sum() == 5
    assert len(live.move(0, 1)) == 10
    assert live.nearest().site.tolist() == [-1] * 5 + [1] * 5


def test_opening_what_is_open_changes_nothing(street):
    live = LiveNearest(*street, 900_000, is_open=np.array([True, False]))
    assert live.open(0).tolist() == []
    assert live.close(1).tolist() == []


def test_what_is_open_is_its_own(street):
    live = LiveNearest(*street, 100_000, is_open=(said := np.array([True, False])))
    said[:] = False
    assert live.is_open.tolist() == [True, False]
    live.is_open[:] = False
    assert live.is_open.tolist() == [True, False]
    other = live.copy()
    before = live.nearest()
    other.open(1)
    other.close(0)
    assert live.is_open.tolist() == [True, False]
    assert live.nearest().site.tolist() == before.site.tolist()
    assert live.nearest().time_ms.tolist() == before.time_ms.tolist()


def test_places_added_to_a_copy_change_nothing_of_the_first(street):
    live = LiveNearest(*street, 900_000, is_open=np.array([True, True]))
    before = live.nearest()
    other = live.copy()
    other.open(int(other.add(doors_of(["a", "zoo"], [(5, 0.5, 0.0), (5, 0.5, 0.0)], [1, 1]))[0]))
    assert other.nearest().site.tolist() != before.site.tolist()
    live.close(1)
    live.open(1)
    live.close(0)
    live.open(0)
    assert (live.nearest().site.tolist(), live.nearest().time_ms.tolist()) == (
        before.site.tolist(),
        before.time_ms.tolist(),
    )


def test_the_limit_is_inclusive_along_one_street_and_behind_a_door():
    network = network_of([(0, 0), (900, 0)], [(0, 1)])
    graph = compile_graph(network, WALK)
    site = doors_of(["s"], [(0, 0.0, 0.0)])
    near, behind = doors_of(["d"], [(0, 0.5, 0.0)]), doors_of(["d"], [(0, 0.0, 60.0)])
    inner, beyond = doors_of(["s"], [(0, 0.25, 0.0)]), doors_of(["d"], [(0, 0.75, 0.0)])
    for start, home, ms in ((site, near, 450_000), (site, behind, 60_000), (inner, beyond, 450_000)):
        for limit_ms, found in ((ms, [ms]), (ms - 1, [-1])):
            live = LiveNearest(graph, start, home, limit_ms, is_open=np.array([True]))
            assert live.nearest().time_ms.tolist() == found
    corner = network_of([(0, 0), (900, 0), (0, 900)], [(0, 1), (0, 2)])
    home = doors_of(["d"], [(1, 0.0, 60.0)])
    live = LiveNearest(compile_graph(corner, WALK), site, home, 60_000, is_open=np.array([False]))
    live.open(0)
    assert live.nearest().time_ms.tolist() == [60_000]
