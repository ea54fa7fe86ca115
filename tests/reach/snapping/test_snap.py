"""Attaching points to streets."""

from __future__ import annotations

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.reach.snapping.components import components
from coverplan.reach.snapping.snap import Snapper, snap
from coverplan.reach.snapping.street_index import StreetIndex, edge_lines, street_lines
from coverplan.reach.speeds.profiles import PRESETS
from makers.walk_oracle import network_of
from towns import toytown

WALK = PRESETS["general"]


def attach(network, *places, profile=WALK):
    x, y = np.array(places, dtype=float).T
    return snap(network, profile, x, y)


def test_nearest_point_lies_on_an_edge_not_at_a_node():
    snaps = attach(toytown.network(), toytown.xy(0.25, 0.5))
    assert snaps.leg_m.tolist() == pytest.approx([18.0])
    assert snaps.fraction.tolist() == pytest.approx([0.5])
    assert snaps.stage.tolist() == [1]


def test_first_limit_is_inclusive_and_beyond_it_is_off_network():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    snaps = attach(network, (50, 300), (50, 300.001))
    assert snaps.on_network.tolist() == [True, False]
    assert snaps.stage.tolist() == [1, 0]
    assert snaps.leg_m[1] == pytest.approx(300.001)
    assert np.isnan(snaps.fraction[1])


def test_second_stage_is_used_only_when_the_profile_has_one():
    network = network_of([(0, 0), (100, 0)], [(0, 1)])
    patient = replace(WALK, access_second_m=1_600.0)
    snaps = attach(network, (50, 900), (50, 1_600), (50, 1_601), profile=patient)
    assert snaps.stage.tolist() == [2, 2, 0]


def town_and_scrap(scrap_m=50.0):
    """A street of 2 km, and a scrap of path 100 m north of it."""
    return network_of([(0, 0), (2_000, 0), (500, 100), (500 + scrap_m, 100)], [(0, 1), (2, 3)])


def test_point_beside_a_scrap_uses_the_large_network_and_says_so():
    snaps = attach(town_and_scrap(), (510, 90), (510, 20))
    assert snaps.edge.tolist() == [0, 0]
    assert snaps.moved.tolist() == [True, False]
    assert snaps.leg_m.tolist() == pytest.approx([90.0, 20.0])


def test_point_beside_a_scrap_stays_there_when_the_large_network_is_too_far():
    snaps = attach(town_and_scrap(), (510, 350))
    assert snaps.edge.tolist() == [1]
    assert snaps.moved.tolist() == [False]


def test_component_that_holds_a_whole_walk_is_no_scrap():
    snaps = attach(town_and_scrap(scrap_m=1_000.0), (510, 90))
    assert snaps.edge.tolist() == [1]


def test_components_are_listed_by_length():
    found = components(network_of([(0, 0), (50, 0), (0, 9), (700, 9)], [(0, 1), (2, 3)]), "walk")
    assert found.of_edge.tolist() == [1, 0]
    assert found.length_m.tolist() == [700.0, 50.0]
    assert found.scrap.tolist() == [False, True]


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=50, deadline=None)
def test_components_equal_those_of_networkx(seed):
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 1_000, (40, 2))
    ends = rng.integers(0, 40, (int(rng.integers(1, 50)), 2))
    ends = ends[ends[:, 0] != ends[:, 1]]
    if not len(ends):
        return
    network = network_of(places.tolist(), ends.tolist())
    parts = list(nx.connected_components(nx.Graph(ends.tolist())))
    expected = [next(i for i, part in enumerate(parts) if u in part) for u in network.edge_from.tolist()]
    found = components(network, "walk").of_edge.tolist()
    assert len(set(zip(found, expected, strict=True))) == len(set(found)) == len(parts)


def test_only_edges_of_the_mode_are_used():
    network = network_of([(0, 0), (100, 0)], [(0, 1)], mode="drive")
    assert attach(network, (50, 10)).on_network.tolist() == [False]


def test_nobody_steps_off_a_bridge_or_out_of_a_tunnel():
    ends = [(0, 0), (100, 0), (0, 40), (100, 40)]
    for what in ("bridge", "tunnel"):
        network = network_of(ends, [(0, 1), (2, 3)], **{what: np.array([True, False])})
        assert attach(network, (50, 1)).edge.tolist() == [1]


def test_edge_without_length_takes_a_point():
    network = network_of([(0, 0), (0, 0)], [(0, 1)])
    snaps = attach(network, (3, 4))
    assert (snaps.edge.tolist(), snaps.fraction.tolist(), snaps.leg_m.tolist()) == ([0], [0.0], [5.0])


def test_coordinates_must_be_finite():
    with pytest.raises(ValueError, match="finite"):
        attach(toytown.network(), (float("nan"), 0.0))


def test_no_points_no_snaps():
    assert snap(toytown.network(), WALK, np.zeros(0), np.zeros(0)).points == 0


def two_streets():
    """Streets along y = 0 and y = 100, joined at their eastern end."""
    return network_of([(0, 0), (400, 0), (0, 100), (400, 100)], [(0, 1), (2, 3), (1, 3)])


RIVER = shapely.LineString([(-100, 30), (390, 30)])


def beside_river(*places, river=RIVER, **options):
    x, y = np.array(places, dtype=float).T
    return snap(two_streets(), WALK, x, y, barriers=np.array([river], dtype=object), **options)


def test_leg_does_not_cross_a_river():
    snaps = beside_river((100, 40), (100, 20))
    assert snaps.edge.tolist() == [1, 0]
    assert snaps.leg_m.tolist() == pytest.approx([60.0, 20.0])
    assert snaps.around.tolist() == [True, False]


def test_area_bars_the_way_as_its_banks_do():
    snaps = beside_river((100, 40), river=RIVER.buffer(5.0))
    assert (snaps.edge.tolist(), snaps.around.tolist()) == ([1], [True])


def test_point_cut_off_on_all_sides_is_off_network():
    moat = shapely.Point(100, 50).buffer(20).boundary
    snaps = beside_river((100, 50), river=moat)
    assert snaps.on_network.tolist() == [False]
    assert snaps.around.tolist() == [False]
    assert snaps.leg_m.tolist() == pytest.approx([50.0])


def test_touching_a_barrier_is_no_crossing():
    wall = shapely.LineString([(0, 40), (400, 40)])
    snaps = beside_river((100, 40), river=wall)
    assert snaps.edge.tolist() == [0]


def test_second_river_far_away_changes_nothing():
    x, y = np.array([[100.0], [40.0]])
    far = np.array([shapely.LineString([(0, 5_000), (9, 5_000)])], dtype=object)
    assert snap(two_streets(), WALK, x, y, barriers=far).edge.tolist() == [0]


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_barred_legs_equal_an_exhaustive_search(seed):
    rng = np.random.default_rng(seed)
    chain = [(i, i + 1) for i in range(7)]
    network = network_of(rng.random((8, 2)) * 500, [*chain, *rng.integers(0, 8, (5, 2))])
    barriers = shapely.linestrings(rng.random((3, 2, 2)) * 500)
    x, y = rng.random((2, 25)) * 700 - 100
    snaps = snap(network, WALK, x, y, barriers=barriers)
    lines = edge_lines(network)
    for point, leg_m, on in zip(shapely.points(x, y), snaps.leg_m, snaps.on_network, strict=True):
        legs = shapely.shortest_line(point, lines)
        is_open = ~shapely.crosses(legs[:, None], barriers[None, :]).any(axis=1) & (
            shapely.length(legs) <= 300
        )
        assert on == is_open.any()
        if on:
            assert leg_m == pytest.approx(shapely.length(legs[is_open]).min())


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_nearest_street_behind_no_wall_is_found_however_far_it_is(seed):
    rng = np.random.default_rng(seed)
    # streets at whole distances: many are as far as one another and stand at the rim of a circle
    network = network_of(
        np.round(rng.random((8, 2)) * 30) * 50, [(i, i + 1) for i in range(7)] + [(0, 7), (2, 5)]
    )
    lines = edge_lines(network)
    walls = shapely.linestrings(rng.random((12, 2, 2)) * 1_500)
    x, y = np.round(rng.random((2, 15)) * 30) * 50
    limit_m = rng.choice([40.0, 50.0, 100.0, 450.0, 1_600.0], 15)
    index = StreetIndex(network, street_lines(network), np.arange(network.edges), walls)
    found = index.nearest_open(shapely.points(x, y), limit_m)
    for point, edge, limit in zip(shapely.points(x, y), found, limit_m, strict=True):
        legs = shapely.shortest_line(point, lines)
        metres = np.where(
            shapely.crosses(legs[:, None], walls[None, :]).any(axis=1), np.inf, shapely.length(legs)
        )
        assert (edge >= 0) == (metres.min() <= limit)
        if edge >= 0:
            assert metres[edge] == pytest.approx(metres.min())


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**32 - 1))
def test_leg_and_place_equal_an_exhaustive_search(seed):
    rng = np.random.default_rng(seed)
    chain = [(i, i + 1) for i in range(7)]  # one component, so nothing is moved
    network = network_of(rng.random((8, 2)) * 900, [*chain, *rng.integers(0, 8, (5, 2))])
    x, y = rng.random((2, 25)) * 1_500 - 300
    snaps = Snapper(network, WALK).snap(x, y)
    lines, points = edge_lines(network), shapely.points(x, y)
    distance = shapely.distance(points[:, None], lines[None, :])
    assert np.allclose(snaps.leg_m, distance.min(axis=1))
    assert np.array_equal(snaps.on_network, distance.min(axis=1) <= 300)
    on = snaps.on_network
    place = shapely.line_interpolate_point(lines[snaps.edge[on]], snaps.fraction[on], normalized=True)
    assert np.allclose(shapely.distance(place, points[on]), snaps.leg_m[on])


def test_the_end_of_a_street_is_its_node_also_for_who_stands_a_hair_beside_it():
    """A place within a billionth of a street's end stands on the node, from which any street may be taken."""
    network = network_of([(0, 0), (1_000, 0)], [(0, 1)])
    hair = 4e-7  # metres: 4e-10 of the street
    snaps = attach(network, (hair, 5), (1_000 - hair, 5), (1e-5, 5), (1_000 - 1e-5, 5))
    assert snaps.fraction[:2].tolist() == [0.0, 1.0]
    assert 0.0 < snaps.fraction[2] < snaps.fraction[3] < 1.0


def doors(network, *places, profile=WALK):
    """Leg and edge of every door of each place."""
    x, y = np.array(places, dtype=float).T
    point, rows = Snapper(network, profile).all_doors(x, y)
    return [
        [(round(float(rows.leg_m[row]), 3), int(rows.edge[row])) for row in np.flatnonzero(point == at)]
        for at in range(len(places))
    ]


def two_parts(gap_m: float):
    """Two streets of 2 and 1.5 km that do not meet, `gap_m` apart."""
    return network_of([(0, 0), (2_000, 0), (0, gap_m), (1_500, gap_m)], [(0, 1), (2, 3)])


def test_a_second_door_is_at_most_fifty_metres_farther_and_within_the_largest_distance():
    assert doors(two_parts(250), (500, 100), (500, 99.7), (500, 150)) == [
        [(100, 0), (150, 1)],
        [(99.7, 0)],
        [(100, 1), (150, 0)],
    ]
    assert doors(two_parts(590), (500, 289)) == [[(289, 0)]]  # 301 m to the other street


def test_who_was_moved_off_a_scrap_measures_from_the_scrap():
    """90 m to the large street and 10 to the scrap: another part at 70 m is 60 farther than the nearest of all."""
    ends = [(0, 0), (2_000, 0), (500, 100), (550, 100), (0, 160), (1_500, 160)]
    network = network_of(ends, [(0, 1), (2, 3), (4, 5)])
    assert doors(network, (510, 89)) == [[(71, 2), (11, 1)]]
    assert doors(network, (510, 50)) == [[(50, 0), (50, 1)]]


def test_walkers_have_doors_on_trunk_links_and_drivers_have_none():
    for mode, profile, edges in (("walk", WALK, [0]), ("drive", PRESETS["drive"], [1])):
        network = network_of(
            [(0, 0), (100, 0), (0, 40), (100, 40)], [(0, 1), (2, 3)], mode=mode,
            kinds=("residential", "trunk_link"), kind=np.array([1, 0], dtype=np.int16),
        )  # fmt: skip
        assert attach(network, (50, 1), profile=profile).edge.tolist() == edges


def test_a_private_scrap_is_a_private_street():
    """So that a scrap that is open to all is a second door beside it."""
    ends = [(0, 0), (2_000, 0), (500, 100), (550, 100), (500, 120), (550, 120)]
    network = network_of(ends, [(0, 1), (2, 3), (4, 5)])
    walk = network.passages["walk"]
    marked = replace(walk, private=np.array([False, True, False]))
    found = doors(replace(network, passages={"walk": marked}), (525, 105))
    assert [sorted(one) for one in found] == [[(5, 1), (15, 2), (105, 0)]]


def test_of_streets_that_are_not_barred_the_nearest_is_taken_to_the_millimetre():
    """The nearest stands behind a wall; of the two others the southern one is thirty centimetres farther."""
    ends = [(-900, 10), (1_100, 10), (-800, -10.3), (1_000, -10.3), (101, -0.5), (101, 0.5)]
    network = network_of(ends, [(0, 1), (2, 3), (4, 5)])
    wall = np.array([shapely.LineString([(100.5, -1), (100.5, 1)])], dtype=object)
    x, y = np.array([[100.0], [0.0]])
    assert snap(network, WALK, x, y).leg_m.tolist() == [10.0]  # moved off the scrap
    found = StreetIndex(network, street_lines(network), np.arange(3), wall).nearest(
        shapely.points(x, y), 300.0
    )
    assert [one.tolist() for one in found] == [[0], [True]]


def test_streets_are_drawn_from_their_western_then_southern_end():
    network = network_of([(0, 0), (0, 90), (90, 0)], [(0, 1), (1, 0), (2, 0), (0, 2)])
    drawn = street_lines(network)
    assert [shapely.get_coordinates(line)[0].tolist() for line in drawn.lines] == [[0, 0]] * 4
    assert drawn.turned.tolist() == [False, True, True, False]
