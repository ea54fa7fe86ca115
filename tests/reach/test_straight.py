"""Reach along straight lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.straight import DETOUR, straight_nearest, straight_times
from makers.walk_oracle import as_table

METRE = replace(PRESETS["general"], speed_m_s=1.0)


def test_equals_a_dense_table():
    rng = np.random.default_rng(1)
    sites, demand = rng.random((20, 2)) * 3_000, rng.random((90, 2)) * 3_000
    reach = straight_times(
        [f"s{i}" for i in range(20)], sites, [f"d{i}" for i in range(90)], demand, 900_000, profile=METRE
    )
    distance = np.sqrt(((sites[:, None] - demand[None]) ** 2).sum(axis=2))
    ms = np.rint(distance * DETOUR * 1000)
    expected = {(i, j): int(ms[i, j]) for i in range(20) for j in range(90) if ms[i, j] <= 900_000}
    assert as_table(reach) == expected
    assert 0 < len(expected) < 1_800


def test_budget_of_900_m_reaches_692_m_and_no_further():
    demand = np.array([[692.3, 0.0], [692.4, 0.0]])
    reach = straight_times(["s"], np.zeros((1, 2)), ["in", "out"], demand, 900_000, profile=METRE)
    assert reach.demand.tolist() == [0]


def test_the_nearest_without_the_table_is_the_nearest_of_the_table():
    rng = np.random.default_rng(2)
    sites, demand = rng.random((15, 2)) * 2_000, rng.random((60, 2)) * 3_000
    ids, points = [f"s{i}" for i in range(15)], [f"d{i}" for i in range(60)]
    for limit_ms, detour in ((900_000, DETOUR), (400_000, 1.0)):
        asked = {"profile": METRE, "detour": detour}
        of_table = straight_times(ids, sites, points, demand, limit_ms, **asked).nearest()
        found = straight_nearest(ids, sites, demand, limit_ms, **asked)
        assert found.time_ms.tolist() == of_table.time_ms.tolist()
        assert found.site.tolist() == of_table.site.tolist()
        assert 0 < (found.site < 0).sum() < 60


def test_of_sites_in_the_same_millisecond_the_first_id_is_nearest_though_it_stands_farther():
    sites = np.array([[100.0, 0.0], [100.0003, 0.0], [100.002, 0.0]])  # 130000.0, 130000.4 and 130002.6 ms
    found = straight_nearest(["b", "a", "A"], sites, np.zeros((1, 2)), 900_000, profile=METRE)
    assert (found.site.tolist(), found.time_ms.tolist()) == ([1], [130_000])
    exact = straight_nearest(["b"], sites[:1], np.zeros((1, 2)), 130_000, profile=METRE)
    assert exact.time_ms.tolist() == [130_000]  # the limit is inclusive
    assert straight_nearest(["b"], sites[1:2], np.zeros((1, 2)), 129_999, profile=METRE).site.tolist() == [-1]


def test_nobody_and_nothing():
    none = np.zeros((0, 2))
    assert straight_times([], none, ["d"], np.zeros((1, 2)), 1, profile=METRE).pairs == 0
    assert straight_times(["s"], np.zeros((1, 2)), [], none, 1, profile=METRE).pairs == 0
    assert straight_nearest([], none, np.zeros((2, 2)), 1, profile=METRE).site.tolist() == [-1, -1]
    assert len(straight_nearest(["s"], np.zeros((1, 2)), none, 1, profile=METRE).site) == 0


def test_path_shorter_than_the_straight_line_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        straight_times(["s"], np.zeros((1, 2)), ["d"], np.zeros((1, 2)), 1, profile=METRE, detour=0.9)


def test_the_limit_is_inclusive_to_the_millisecond_in_a_straight_line():
    metre = replace(PRESETS["general"], speed_m_s=1.0)
    here, there = np.array([[0.0, 0.0]]), np.array([[36.0, 48.0]])
    for limit_ms, found in ((60_000, [60_000]), (59_999, [])):
        reach = straight_times(["s"], here, ["d"], there, limit_ms, profile=metre, detour=1.0)
        assert reach.times_ms.tolist() == found
        near = straight_nearest(["s"], here, there, limit_ms, profile=metre, detour=1.0)
        assert near.time_ms.tolist() == (found or [-1])
