"""Travel times: counted by hand on the toy town, and against networkx on random towns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.ground.network import Passage
from coverplan.reach.graph import compile_graph
from coverplan.reach.matrix import Reach
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.snap import snap
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import _round_trip, nearest, node_times, stream_times, travel_times
from coverplan.units import minutes_to_ms
from makers.walk_oracle import as_table, doors_of, nearest_of, network_of, random_case, table
from towns import toytown

GENERAL = PRESETS["general"]
METRE = replace(GENERAL, name="metre", speed_m_s=1.0, access_speed_m_s=1.0)
SEEDS = st.integers(0, 2**32 - 1)


def toy_doors(network, ids, places):
    x, y = np.array(places).T
    return Doors.single(ids, snap(network, GENERAL, x, y))


@pytest.fixture(scope="module")
def toy():
    network = toytown.network()
    demand = toytown.demand()
    return (
        compile_graph(network, GENERAL),
        toy_doors(network, ["corner"], [toytown.xy(0, 0)]),
        Doors.single(demand.ids.tolist(), snap(network, GENERAL, demand.x, demand.y)),
    )


@pytest.mark.parametrize("minutes", range(9))
def test_toy_town_counts_by_hand(toy, minutes):
    graph, corner, demand = toy
    limit_ms = minutes_to_ms(minutes)
    expected = toytown.WITHIN_MINUTES_OF_CORNER[minutes]
    reach = travel_times(graph, corner, demand, limit_ms)
    assert reach.pairs == expected
    assert nearest(graph, corner, demand, limit_ms).reached.sum() == expected
    assert travel_times(graph, corner, demand, limit_ms - 1).pairs < expected if minutes else expected == 1


def test_zero_minutes_is_a_time(toy):
    graph, corner, demand = toy
    reach = travel_times(graph, corner, demand, 0)
    assert reach.demand.tolist() == [0]
    assert reach.times_ms.tolist() == [0]


def test_limit_is_inclusive_to_the_millisecond():
    network = network_of([(0, 0), (900, 0)], [(0, 1)])
    graph = compile_graph(network, METRE)
    ends = doors_of(["a"], [(0, 0.0, 0.0)]), doors_of(["b"], [(0, 1.0, 0.0)])
    assert travel_times(graph, *ends, 900_000).times_ms.tolist() == [900_000]
    assert travel_times(graph, *ends, 899_999).pairs == 0
    assert nearest(graph, *ends, 900_000).time_ms.tolist() == [900_000]
    assert nearest(graph, *ends, 899_999).site.tolist() == [-1]


def test_whole_walk_is_leg_part_street_part_leg():
    network = network_of([(0, 0), (100, 0), (200, 0)], [(0, 1), (1, 2)])
    graph = compile_graph(network, replace(METRE, access_speed_m_s=0.5))
    site, demand = doors_of(["s"], [(0, 0.25, 30.0)]), doors_of(["d"], [(1, 0.5, 7.0)])
    reach = travel_times(graph, site, demand, minutes_to_ms(15))
    assert reach.times_ms.tolist() == [60_000 + 75_000 + 50_000 + 14_000]


def test_pair_on_one_edge_does_not_walk_round_by_the_nodes():
    network = network_of([(0, 0), (1000, 0)], [(0, 1)])
    graph = compile_graph(network, METRE)
    site, demand = doors_of(["s"], [(0, 0.4, 0.0)]), doors_of(["d"], [(0, 0.5, 0.0)])
    assert travel_times(graph, site, demand, 150_000).times_ms.tolist() == [100_000]
    assert nearest(graph, site, demand, 150_000).time_ms.tolist() == [100_000]


def test_pair_on_one_edge_takes_the_short_cut_round_if_there_is_one():
    network = network_of([(0, 0), (1000, 0)], [(0, 1), (0, 1)], lengths=[1000, 50])
    graph = compile_graph(network, METRE)
    site, demand = doors_of(["s"], [(0, 0.1, 0.0)]), doors_of(["d"], [(0, 0.9, 0.0)])
    assert travel_times(graph, site, demand, 900_000).times_ms.tolist() == [250_000]


def test_dead_end_is_walked_back():
    network = network_of([(0, 0), (100, 0), (100, 80)], [(0, 1), (1, 2)])
    graph = compile_graph(network, METRE)
    site, demand = doors_of(["s"], [(1, 1.0, 0.0)]), doors_of(["d"], [(0, 0.0, 0.0)])
    assert travel_times(graph, site, demand, 900_000).times_ms.tolist() == [180_000]


@pytest.fixture
def loop():
    """Four corners, 100 m apart, driven round in one direction; the site a quarter behind the start."""
    corners = [(0, 0), (100, 0), (100, 100), (0, 100)]
    network = network_of(corners, [(0, 1), (1, 2), (2, 3), (3, 0)], one_way=range(4), mode="drive")
    profile = replace(PRESETS["drive"], speed_m_s=10.0, class_speed_m_s={})
    return compile_graph(network, profile), doors_of(["s"], [(1, 0.0, 0.0)]), doors_of(["d"], [(0, 0.0, 0.0)])


def test_one_way_loop_differs_by_direction(loop):
    assert travel_times(*loop, 60_000, direction="toward").times_ms.tolist() == [10_000]
    assert travel_times(*loop, 60_000, direction="from").times_ms.tolist() == [30_000]
    assert travel_times(*loop, 60_000, direction="round_trip").times_ms.tolist() == [20_000]


def test_one_way_edge_behind_the_door_means_all_the_way_round(loop):
    graph, _, _ = loop
    ahead, behind = doors_of(["s"], [(0, 0.2, 0.0)]), doors_of(["d"], [(0, 0.7, 0.0)])
    assert travel_times(graph, ahead, behind, 60_000, direction="toward").times_ms.tolist() == [35_000]
    assert travel_times(graph, ahead, behind, 60_000, direction="from").times_ms.tolist() == [5_000]


def test_round_trip_standard_means_half_of_there_and_back(loop):
    reach = travel_times(*loop, 20_000, direction="round_trip")
    assert reach.indptr.tolist() == [0, 1]  # one site, one pair
    assert travel_times(*loop, 19_999, direction="round_trip").pairs == 0


def test_edge_of_no_length_takes_no_time():
    network = network_of([(0, 0), (0, 0), (50, 0)], [(0, 1), (1, 2)])
    graph = compile_graph(network, METRE)
    site, demand = doors_of(["s"], [(0, 0.0, 0.0)]), doors_of(["d"], [(1, 1.0, 0.0)])
    assert travel_times(graph, site, demand, 50_000).times_ms.tolist() == [50_000]


def test_door_that_is_off_network_reaches_nothing():
    network = network_of([(0, 0), (50, 0)], [(0, 1)])
    graph = compile_graph(network, METRE)
    sites = doors_of(["off", "on"], [(-1, 0.0, 400.0), (0, 0.0, 0.0)])
    demand = doors_of(["d", "off"], [(0, 1.0, 0.0), (-1, 0.0, 400.0)])
    assert as_table(travel_times(graph, sites, demand, 900_000)) == {(1, 0): 50_000}
    assert nearest(graph, sites, demand, 900_000).site.tolist() == [1, -1]


def test_ties_go_to_the_first_id_not_to_the_first_row():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    graph = compile_graph(network, METRE)
    sites = doors_of(["b", "a"], [(0, 0.0, 0.0), (0, 1.0, 0.0)])
    demand = doors_of(["d"], [(0, 0.5, 0.0)])
    assert nearest(graph, sites, demand, 900_000).site.tolist() == [1]
    assert travel_times(graph, sites, demand, 900_000).nearest().site.tolist() == [1]


@settings(deadline=None, max_examples=120)
@given(seed=SEEDS, direction=st.sampled_from(["toward", "from"]), mode=st.sampled_from(["walk", "drive"]))
def test_matrix_equals_networkx(seed, direction, mode):
    network, sites, demand = random_case(seed, mode=mode)
    profile = replace(METRE if seed % 2 else GENERAL, mode=mode)
    expected = table(network, profile, sites, demand, direction)
    limit_ms = int(np.random.default_rng(seed).integers(0, 900_000))
    within = {pair: ms for pair, ms in expected.items() if ms <= limit_ms}
    graph = compile_graph(network, profile)
    reach = travel_times(graph, sites, demand, limit_ms, direction=direction)
    assert as_table(reach) == within
    near = nearest(graph, sites, demand, limit_ms, direction=direction)
    answer = list(zip(near.time_ms.tolist(), near.site.tolist(), strict=True))
    assert answer == nearest_of(expected, sites.ids, demand.places, limit_ms)
    again = reach.nearest()
    assert np.array_equal(again.time_ms, near.time_ms)
    assert np.array_equal(again.site, near.site)


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_round_trip_equals_half_of_both_ways_by_networkx(seed):
    network, sites, demand = random_case(seed)
    there = table(network, METRE, sites, demand, "toward")
    back = table(network, METRE, sites, demand, "from")
    expected = {pair: (there[pair] + back[pair] + 1) // 2 for pair in there.keys() & back.keys()}
    graph = compile_graph(network, METRE)
    reach = travel_times(graph, sites, demand, 300_000, direction="round_trip")
    assert as_table(reach) == {pair: ms for pair, ms in expected.items() if ms <= 300_000}


@settings(deadline=None, max_examples=30)
@given(seed=SEEDS)
def test_more_minutes_more_speed_and_more_sites_never_cover_less(seed):
    network, sites, demand = random_case(seed)
    graph = compile_graph(network, METRE)
    base = set(as_table(travel_times(graph, sites, demand, 200_000)))
    assert base <= set(as_table(travel_times(graph, sites, demand, 260_000)))
    faster = compile_graph(network, replace(METRE, speed_m_s=1.3, access_speed_m_s=1.3))
    assert base <= set(as_table(travel_times(faster, sites, demand, 200_000)))
    fewer = Doors(sites.ids[:-1], sites.start[:-1], sites.snaps.take(np.arange(sites.start[-2])))
    reached = nearest(graph, fewer, demand, 200_000).reached
    assert np.all(nearest(graph, sites, demand, 200_000).reached >= reached)


def shuffled(network, rng):
    """The same streets with nodes and edges in another order and some edges drawn the other way."""
    nodes, edges = rng.permutation(network.nodes), rng.permutation(network.edges)
    position = np.argsort(nodes)
    passage = network.passages["walk"]
    turned = rng.random(network.edges) < 0.5
    ends = position[np.stack((network.edge_from, network.edge_to))][:, edges].astype(np.int32)
    ends[:, turned] = ends[::-1, turned]
    ways = np.stack((passage.forward, passage.backward))[:, edges]
    ways[:, turned] = ways[::-1, turned]
    vertices = np.stack((network.shape_x, network.shape_y)).reshape(2, -1, 2)[:, edges]
    vertices[:, turned] = vertices[:, turned, ::-1]
    x, y = network.node_x[nodes], network.node_y[nodes]
    return replace(
        network,
        node_x=x,
        node_y=y,
        node_key=network.node_key[nodes],
        edge_from=ends[0].copy(),
        edge_to=ends[1].copy(),
        length_m=network.length_m[edges],
        shape_x=vertices[0].ravel(),
        shape_y=vertices[1].ravel(),
        steps=network.steps[edges],
        passages={"walk": Passage(ways[0].copy(), ways[1].copy())},
    )


@settings(deadline=None, max_examples=40)
@given(seed=SEEDS)
def test_order_of_rows_and_direction_of_drawing_change_nothing(seed):
    rng = np.random.default_rng(seed)
    every_pair = np.column_stack(
        np.triu_indices(9, 1)
    )  # no parallels: nothing could tell which one a point is on
    pairs = rng.permuted(rng.choice(every_pair, 14, replace=False), axis=1)
    network = network_of(
        rng.integers(0, 30, (9, 2)) * 11.0, pairs, one_way=[0, 3], steps=rng.random(14) < 0.2
    )
    x, y = rng.integers(0, 330, (2, 12)).astype(float)
    tables = []
    for streets in (network, shuffled(network, rng)):
        snaps = snap(streets, METRE, x, y)
        sites = Doors.single(["a", "b", "c"], snaps.take(np.arange(3)))
        demand = Doors.single([f"d{i}" for i in range(9)], snaps.take(np.arange(3, 12)))
        tables.append(as_table(travel_times(compile_graph(streets, METRE), sites, demand, 600_000)))
    assert tables[0].keys() == tables[1].keys()
    # parts of an edge are rounded from the end where it begins: a turned edge may differ by 1 ms at each door
    assert all(abs(ms - tables[1][pair]) <= 2 for pair, ms in tables[0].items())


@settings(deadline=None, max_examples=20)
@given(seed=SEEDS)
def test_relabelled_sites_and_demand_keep_their_times(seed):
    network, sites, demand = random_case(seed)
    rng = np.random.default_rng(seed)
    graph = compile_graph(network, METRE)
    before = as_table(travel_times(graph, sites, demand, 400_000))
    order = rng.permutation(demand.places)
    turned = Doors.single([demand.ids[i] for i in order], demand.snaps.take(order))
    after = as_table(travel_times(graph, sites, turned, 400_000))
    assert {(site, int(order[point])): ms for (site, point), ms in after.items()} == before


def many_sites():
    rng = np.random.default_rng(5)
    network = toytown.network()
    edge = rng.integers(0, network.edges, 2_000)
    rows = list(
        zip(edge.tolist(), rng.random(2_000).tolist(), (rng.random(2_000) * 50).tolist(), strict=True)
    )
    return (
        network,
        doors_of([f"s{i:04}" for i in range(1_500)], rows[:1_500]),
        doors_of([f"d{i:03}" for i in range(500)], rows[1_500:]),
    )


def test_number_of_threads_and_pieces_change_nothing():
    network, sites, demand = many_sites()
    graph = compile_graph(network, GENERAL)
    one = travel_times(graph, sites, demand, 200_000, threads=1)
    three = travel_times(graph, sites, demand, 200_000, threads=3)
    for name in ("indptr", "demand", "times_ms"):
        assert np.array_equal(getattr(one, name), getattr(three, name))
    pieces = list(stream_times(graph, sites, demand, 200_000, sites_at_once=400))
    assert [piece.sites for piece in pieces] == [400, 400, 400, 300]
    assert np.array_equal(np.concatenate([piece.times_ms for piece in pieces]), one.times_ms)
    assert tuple(i for piece in pieces for i in piece.site_ids) == sites.ids
    expected = one.nearest()
    for threads in (1, 2, 5):
        found = nearest(graph, sites, demand, 200_000, threads=threads)
        assert np.array_equal(found.time_ms, expected.time_ms)
        assert np.array_equal(found.site, expected.site)


def test_entries_of_a_site_ascend_and_occur_once():
    network, sites, demand = many_sites()
    reach = travel_times(compile_graph(network, GENERAL), sites, demand, 300_000)
    inside = np.ones(reach.pairs, dtype=bool)
    inside[reach.indptr[:-1]] = False
    assert np.all(np.diff(reach.demand)[inside[1:]] > 0)
    assert reach.pairs > 100_000


def test_node_times_equal_counts_by_hand():
    graph = compile_graph(toytown.network(), GENERAL)
    corner = graph.positions()[:1]
    indptr, nodes, ms = node_times(graph, corner, minutes_to_ms(3))
    assert indptr.tolist() == [0, toytown.WITHIN_MINUTES_OF_CORNER[3]]
    rows, columns = np.divmod(graph.order[nodes], toytown.SIDE)
    assert np.array_equal(ms, (rows + columns) * 60_000)


def test_node_times_toward_are_those_of_the_streets_turned_round():
    network = network_of([(0, 0), (30, 0), (30, 40)], [(0, 1), (1, 2), (2, 0)], one_way=(0, 1, 2))
    graph = compile_graph(network, METRE)
    start = graph.positions()[:1]
    found = {}
    for direction in ("from", "toward"):
        _, nodes, ms = node_times(graph, start, 100_000, direction=direction)
        found[direction] = {int(graph.order[node]): int(time) for node, time in zip(nodes, ms, strict=True)}
    assert found == {"from": {0: 0, 1: 30_000, 2: 70_000}, "toward": {0: 0, 2: 50_000, 1: 90_000}}


@pytest.mark.parametrize("turned", [False, True])
def test_two_doors_at_one_place_of_a_one_way_street_are_no_time_apart(turned):
    network = network_of([(0, 0), (900, 0)], [(1, 0) if turned else (0, 1)], one_way=(0,))
    graph = compile_graph(network, METRE)
    here, there = doors_of(["a"], [(0, 0.5, 3.0)]), doors_of(["b"], [(0, 0.5, 4.0)])
    for direction in ("toward", "from"):
        assert travel_times(graph, here, there, 60_000, direction=direction).times_ms.tolist() == [7_000]


def test_a_street_closed_forward_only_joins_doors_at_one_place():
    network = network_of([(0, 0), (900, 0)], [(0, 1)])
    passage = network.passages["walk"]
    back = replace(network, passages={"walk": Passage(np.array([False]), passage.backward)})
    graph = compile_graph(back, METRE)
    ends = doors_of(["a"], [(0, 0.5, 3.0)]), doors_of(["b"], [(0, 0.5, 4.0)])
    assert travel_times(graph, *ends, 60_000).times_ms.tolist() == [7_000]


def test_there_and_back_may_be_longer_together_than_a_number_of_32_bits():
    times = np.array([2_000_000_000], dtype=np.int32)
    way = Reach(("s",), ("p",), np.array([0, 1]), np.zeros(1, dtype=np.int32), times, 2_000_000_001)
    assert _round_trip(way, way, 2_000_000_000).times_ms.tolist() == [2_000_000_000]
