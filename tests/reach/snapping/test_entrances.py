"""Doors of places that are areas, and the audit of snapping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from coverplan.reach.graph import compile_graph
from coverplan.reach.snapping.audit import snap_audit
from coverplan.reach.snapping.doors import Doors
from coverplan.reach.snapping.entrances import place_doors
from coverplan.reach.snapping.snap import Snapper
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import nearest, travel_times
from makers.walk_oracle import as_table, doors_of, network_of
from towns import toytown

WALK = replace(PRESETS["general"], speed_m_s=1.0, access_speed_m_s=1.0)


def cross():
    """Streets along both axes, 1 km each way from the middle."""
    return network_of(
        [(-1000, 0), (0, 0), (1000, 0), (0, -1000), (0, 1000)], [(0, 1), (1, 2), (3, 1), (1, 4)]
    )


@pytest.fixture(scope="module")
def snapper():
    return Snapper(cross(), WALK)


def test_park_is_entered_where_streets_cross_its_outline(snapper):
    park = shapely.box(-200, -300, 200, 300)
    doors = place_doors(snapper, ["park"], [park])
    assert doors.start.tolist() == [0, 4]
    assert doors.snaps.leg_m == pytest.approx([0, 0, 0, 0], abs=1e-9)
    place = {
        (int(e), round(float(f), 6)) for e, f in zip(doors.snaps.edge, doors.snaps.fraction, strict=True)
    }
    assert place == {(0, 0.8), (1, 0.2), (2, 0.7), (3, 0.3)}


def test_walk_to_a_park_ends_at_its_edge_not_in_its_middle(snapper):
    doors = place_doors(snapper, ["park"], [shapely.box(-200, -300, 200, 300)])
    home = doors_of(["home"], [(1, 0.9, 0.0)])
    reach = travel_times(compile_graph(cross(), WALK), doors, home, 900_000)
    assert as_table(reach) == {(0, 0): 700_000}


def test_cemetery_beside_the_streets_is_entered_from_the_nearest_points_of_its_outline(snapper):
    doors = place_doors(snapper, ["cemetery"], [shapely.box(50, 20, 250, 120)])
    legs = {edge: doors.snaps.leg_m[doors.snaps.edge == edge] for edge in (1, 3)}
    assert sum(map(len, legs.values())) == doors.snaps.points
    assert [float(leg.min()) for leg in legs.values()] == pytest.approx([20.0, 50.0])


@pytest.mark.parametrize(
    ("shape", "west", "east"),
    [
        (shapely.MultiPoint([(300, 10), (1_000, 10)]), 210, 210),
        (shapely.box(300, 10, 1_000, 400), 210, 210),
        (shapely.MultiPolygon([shapely.box(290, 10, 310, 30), shapely.box(990, 10, 1_010, 30)]), 200, 200),
    ],
)
def test_every_entrance_along_one_street_is_used(shape, west, east):
    """By hand: 200 m along the street from a home at its side, or less where the building begins, and 10 m to the door."""
    shift = (554_000.3, 3_868_000.7)  # in figures as large as those of a real CRS
    road = network_of([shift, (shift[0] + 2_000, shift[1])], [(0, 1)])
    moved = shapely.transform(shape, lambda xy: xy + shift)
    doors = place_doors(Snapper(road, WALK), ["home"], [moved])
    people = doors_of(["west", "east"], [(0, 100 / 2_000, 0.0), (0, 1_200 / 2_000, 0.0)])
    reach = travel_times(compile_graph(road, WALK), doors, people, 900_000)
    assert as_table(reach) == {
        (0, 0): pytest.approx(west * 1_000, abs=1),
        (0, 1): pytest.approx(east * 1_000, abs=1),
    }


def test_doors_that_help_nobody_are_left_out():
    road = network_of([(0, 0), (2_000, 0)], [(0, 1)])
    gates = shapely.MultiPoint([(300, 10), (300, 10), (301, 40), (310, 200), (350, 290)])
    assert place_doors(Snapper(road, WALK), ["a"], [gates]).snaps.leg_m.tolist() == [10.0]


def village(gap_m: float, length_m: float):
    """A town's street of 1,800 m and a village's own beside it, `gap_m` away."""
    half = length_m / 2
    return network_of([(-900, 0), (900, 0), (-half, gap_m), (half, gap_m)], [(0, 1), (2, 3)])


def seconds(network, site, homes):
    snapper = Snapper(network, WALK)
    xy = np.array([home for _, *home in homes], dtype=float)
    people = Doors.of_rows([name for name, *_ in homes], *snapper.all_doors(xy[:, 0], xy[:, 1]))
    reach = travel_times(
        compile_graph(network, WALK), place_doors(snapper, ["s"], [shapely.Point(site)]), people, 3_600_000
    )
    return {homes[point][0]: ms / 1_000 for (_, point), ms in as_table(reach).items()}


def test_both_ends_of_a_walk_choose_their_street_together():
    """By hand: along the village's own street, which is a scrap of 800 m, 250 m from the town's."""
    network = village(250, 800)
    homes = [("near", -200, 250), ("far", 200, 250), ("town", -300, 5), ("between", 100, 130)]
    found = seconds(network, (-300, 250), homes)
    assert found == {"near": 100, "far": 500, "town": 255, "between": 400 + 120}
    rising = network_of([(-900, 0), (900, 0), (-400, 290), (400, 310)], [(0, 1), (2, 3)])
    there = seconds(rising, (-300, 292.5), [("home", 390, 309.75)])
    assert there["home"] == pytest.approx(690, abs=1)


def test_a_street_that_is_much_farther_than_the_nearest_is_no_second_door():
    network = village(250, 1_200)
    snapper = Snapper(network, WALK)
    point, rows = snapper.all_doors(np.zeros(3), np.array([20.0, 120.0, 245.0]))
    assert point.tolist() == [0, 1, 1, 2]
    assert rows.edge.tolist() == [0, 0, 1, 1]
    assert rows.leg_m.tolist() == [20, 120, 130, 5]


def test_known_entrances_go_before_the_outline(snapper):
    gate = shapely.MultiPoint([(200, 10), (-300, 5)])
    doors = place_doors(snapper, ["park"], [shapely.box(-200, -300, 200, 300)], entrances={"park": gate})
    assert doors.snaps.leg_m.tolist() == pytest.approx([10.0, 5.0])


def test_points_and_unknown_places_keep_their_order(snapper):
    shapes = [shapely.Point(0, 100), None, shapely.Point(500, 30), shapely.Point(5_000, 5_000)]
    doors = place_doors(snapper, ["c", "nowhere", "a", "far"], shapes)
    assert doors.start.tolist() == [0, 1, 1, 2, 3]
    assert doors.on_network.tolist() == [True, False, True, False]
    near = nearest(compile_graph(cross(), WALK), doors, doors_of(["d"], [(1, 0.5, 0.0)]), 900_000)
    assert near.site.tolist() == [2]


def test_audit_counts_what_happened():
    scrap = network_of([(0, 0), (2_000, 0), (500, 100), (550, 100)], [(0, 1), (2, 3)])
    profile = replace(WALK, access_second_m=1_600.0)
    river = np.array([shapely.LineString([(1_000, 50), (1_200, 50)])], dtype=object)
    snapper = Snapper(scrap, profile, river)
    x, y = np.array([[510, 90], [100, 10], [1_100, 60], [100, 500], [100, 1_700]], dtype=float).T
    found = snap_audit(snapper.snap(x, y), snapper.components, np.array([1.0, 2.0, 3.0, 4.0, 10.0]))
    assert (found.points, found.weight, found.components) == (5, 20.0, 2)
    assert (found.off_network, found.off_network_weight, found.off_network_share) == (1, 10.0, 0.5)
    assert (found.moved_from_scrap, found.around_barrier, found.second_stage) == (1, 1, 2)
    assert found.in_largest == 3
    assert found.largest_share == pytest.approx(2_000 / 2_050)
    assert found.leg_longest_m >= found.leg_p95_m >= found.leg_median_m
    assert found.as_dict()["off_network_share"] == 0.5


def test_audit_of_nobody():
    snapper = Snapper(toytown.network(), WALK)
    found = snap_audit(snapper.snap(np.zeros(0), np.zeros(0)), snapper.components)
    assert (found.points, found.off_network_share) == (0, 0.0)
    assert np.isnan(found.leg_median_m)


def test_a_line_without_length_is_entered_where_it_stands(snapper):
    line, point = shapely.LineString([(30, 20), (30, 20)]), shapely.Point(30, 20)
    doors = place_doors(snapper, ["line", "point"], [line, point])
    assert doors.start.tolist() == [0, 1, 2]
    assert doors.snaps.edge[0] == doors.snaps.edge[1]
    assert doors.snaps.leg_m[0] == doors.snaps.leg_m[1]


def test_a_door_stays_where_the_street_to_another_may_be_slow():
    """Two gates 100 m apart on one street: steps may take five times as long as a leg, so a leg of 90 m more is worth it."""
    road = network_of([(0, 0), (2_000, 0)], [(0, 1)])
    gates = shapely.MultiPoint([(300, 10), (400, 100), (900, 299), (902, 289)])
    assert sorted(place_doors(Snapper(road, WALK), ["a"], [gates]).snaps.leg_m) == [10, 100, 289, 299]


def test_of_a_place_that_is_off_the_network_its_nearest_gate_is_told():
    road = network_of([(0, 0), (2_000, 0)], [(0, 1)])
    far = shapely.MultiPoint([(300, 900), (400, 700), (500, 800)])
    doors = place_doors(Snapper(road, WALK), ["a"], [far])
    assert doors.snaps.leg_m.tolist() == [700.0]
    assert doors.on_network.tolist() == [False]
