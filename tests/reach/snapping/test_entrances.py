"""Doors of places that are areas, and the audit of snapping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from coverplan.reach.graph import compile_graph
from coverplan.reach.snapping.audit import snap_audit
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
    assert doors.snaps.edge.tolist() == [1, 3]
    assert doors.snaps.leg_m.tolist() == pytest.approx([20.0, 50.0])


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
