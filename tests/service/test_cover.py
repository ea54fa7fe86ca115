"""Own units, the partition of people and where nobody found anything: counted by hand on the toy town."""

from __future__ import annotations

import numpy as np
import pytest

from coverplan.errors import RecountError
from coverplan.reach.matrix import Reach
from coverplan.service.cover import Coverage, Reason, UnitSums, group_sums, own_pairs, tally
from towns import toytown


def test_a_site_and_people_without_a_unit_do_not_belong_together():
    reach = Reach(
        ("s", "t"), ("p", "q", "r"), np.array([0, 3, 6]), np.array([0, 1, 2, 0, 1, 2], dtype=np.int32),
        np.arange(1, 7, dtype=np.int32), 60_000,
    )  # fmt: skip
    kept = own_pairs(reach, ["A", None], ["A", None, "B"])
    assert kept.indptr.tolist() == [0, 1, 1]
    assert kept.demand.tolist() == [0]
    none = own_pairs(reach, [None, None], [None, None, None])
    assert none.indptr.tolist() == [0, 0, 0]
    assert len(none.times_ms) == 0


def coverage_of(reason: np.ndarray, nearest: np.ndarray) -> Coverage:
    within = (reason == Reason.COVERED).astype(np.int32)
    return Coverage(
        ("s",), nearest.astype(np.int32), np.where(nearest < 10**9, 0, -1).astype(np.int32), within, reason
    )


def test_people_off_the_network_have_found_nothing():
    demand, units = toytown.demand(), toytown.units()
    reason = np.full(25, Reason.COVERED, dtype=np.int8)
    reason[:5] = Reason.OFF_NETWORK
    nearest = np.full(25, 60_000)
    nearest[:5] = 600_000  # as if a straight line had found something
    assert coverage_of(reason, nearest).covered.tolist() == [False] * 5 + [True] * 20
    rows = tally(coverage_of(reason, nearest), demand, units, ["total"]).set_index("unit_code")
    assert rows.loc[""][["people", "off_network", "covered", "uncovered"]].tolist() == [250, 50, 200, 0]
    assert rows.loc["", "mean_minutes"] == 1.0


def test_people_who_are_in_no_part_are_noticed():
    demand, units = toytown.demand(), toytown.units()
    reason = np.full(25, Reason.COVERED, dtype=np.int8)
    reason[3] = Reason.BUFFER  # inside the area, so that it is in no part of the partition
    with pytest.raises(RecountError, match="not conserved"):
        group_sums(coverage_of(reason, np.full(25, 1)), demand, UnitSums(demand, units), "total")
