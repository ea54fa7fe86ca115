"""Reach along straight lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coverplan.reach.speeds.profiles import PRESETS
from coverplan.reach.straight import DETOUR, straight_times
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


def test_nobody_and_nothing():
    none = np.zeros((0, 2))
    assert straight_times([], none, ["d"], np.zeros((1, 2)), 1, profile=METRE).pairs == 0
    assert straight_times(["s"], np.zeros((1, 2)), [], none, 1, profile=METRE).pairs == 0


def test_path_shorter_than_the_straight_line_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        straight_times(["s"], np.zeros((1, 2)), ["d"], np.zeros((1, 2)), 1, profile=METRE, detour=0.9)
