"""What each facility adds, counted by hand and by closing it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.service.overlap import contributions
from makers.reaches import reach_of

LIMIT = 900_000


def test_counted_by_hand() -> None:
    # s0: p0 p1, s1: p1 p2 (p2 exactly at the limit), s2: p3 a millisecond beyond it
    pairs = {(0, 0): 0, (0, 1): 60_000, (1, 1): 60_000, (1, 2): LIMIT, (2, 3): LIMIT + 1}
    reach = reach_of(pairs, 3, 4, 2 * LIMIT)
    people = {"total": np.array([1.0, 10.0, 100.0, 1000.0])}
    found = contributions(reach, LIMIT, people, np.array([True] * 4))["total"]
    assert found.reached.tolist() == [11, 110, 0]
    assert found.only_here.tolist() == [1, 100, 0]
    assert found.shared.tolist() == [10, 10, 0]
    outside = contributions(reach, LIMIT, people, np.array([False, True, True, True]))["total"]
    assert outside.only_here.tolist() == [0, 100, 0]


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 5)), st.integers(0, LIMIT), max_size=15))
def test_as_many_as_closing_it_leaves_uncovered(pairs) -> None:
    people = np.arange(1.0, 7.0)
    found = contributions(reach_of(pairs, 4, 6), LIMIT, {"g": people}, np.ones(6, dtype=bool))["g"]

    def covered(rows) -> float:
        return float(people[sorted({point for _, point in rows})].sum())

    for site in range(4):
        rest = [pair for pair in pairs if pair[0] != site]
        assert found.only_here[site] == pytest.approx(covered(pairs) - covered(rest))
