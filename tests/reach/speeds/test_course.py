"""Time along a street piece by piece, against the same street cut into its pieces."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.ground.terrain import Terrain
from coverplan.reach.attachment import attach
from coverplan.reach.graph import compile_graph
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.travel import travel_times
from makers.walk_oracle import as_table, doors_of, network_of

WALK = replace(PRESETS["general"], speed_m_s=1.0, access_speed_m_s=1.0)
CRS = "EPSG:32650"
STEP_M = 30.0


def terrain(heights):
    """Heights at 0, 30, 60 ... metres east, the same at every northing."""
    columns = np.asarray(heights, dtype=float)
    return Terrain(np.tile(columns, (20, 1)), (STEP_M, 0.0, -STEP_M / 2, 0.0, -STEP_M, 300.0), CRS)


def street(pieces):
    """One street of so many pieces of 30 m, and the same cut into them."""
    xy = [(STEP_M * i, 0.0) for i in range(pieces + 1)]
    whole = network_of([xy[0], xy[-1]], [(0, 1)])
    whole = replace(
        whole,
        shape_start=np.array([0, pieces + 1]),
        shape_x=np.array([x for x, _ in xy]),
        shape_y=np.zeros(pieces + 1),
    )
    return whole, network_of(xy, [(i, i + 1) for i in range(pieces)])


def test_flat_then_steep_by_hand():
    whole, _ = street(2)
    graph = compile_graph(whole, WALK, terrain([0.0, 0.0, 3.0]))
    steep = 30_000 * math.exp(0.35)  # 10 % uphill
    site, homes = (
        doors_of(["west"], [(0, 0.0, 0.0)]),
        doors_of(["a", "b", "c"], [(0, 0.25, 0.0), (0, 0.5, 0.0), (0, 0.75, 0.0)]),
    )
    away = as_table(travel_times(graph, site, homes, 10**7, direction="from"))
    assert away == {(0, 0): 15_000, (0, 1): 30_000, (0, 2): pytest.approx(30_000 + steep / 2, abs=1)}
    back = as_table(travel_times(graph, site, homes, 10**7))
    assert back == {
        (0, 0): 15_000,
        (0, 1): 30_000,
        (0, 2): pytest.approx(45_000, abs=1),
    }  # down as on the flat


@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(0, 20), min_size=3, max_size=12), st.data())
def test_a_door_in_a_street_is_as_far_as_in_the_street_cut_there(heights, data):
    pieces = len(heights) - 1
    whole, cut = street(pieces)
    ground = terrain(heights)
    at = data.draw(st.integers(1, pieces - 1))
    share = data.draw(st.sampled_from([0.0, 0.5]))
    one = attach(compile_graph(whole, WALK, ground), doors_of(["d"], [(0, (at + share) / pieces, 0.0)]))
    other = compile_graph(cut, WALK, ground)
    for ours, times, before in (
        (one.from_u_ms, other.forward_ms, True),
        (one.to_v_ms, other.forward_ms, False),
        (one.to_u_ms, other.backward_ms, True),
        (one.from_v_ms, other.backward_ms, False),
    ):
        known = times[:at].sum() + share * times[at]
        expected = known if before else times.sum() - known
        assert ours[0] == pytest.approx(expected, abs=pieces + 1)  # each cut piece is rounded by itself


def test_streets_without_pieces_are_walked_evenly():
    whole, _ = street(4)
    steps = replace(whole, steps=np.array([True]))
    graph = compile_graph(steps, WALK, terrain([0, 9, 0, 9, 0]))
    doors = attach(graph, doors_of(["d"], [(0, 0.25, 0.0)]))
    assert doors.from_u_ms.tolist() == [graph.forward_ms[0] // 4]
