"""When places for the dead run out, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.service.burial.exhaustion import RestingPlace, exhaustion, yearly_need

YEARS = range(2025, 2035)


def flat(amount: float):
    return np.full(len(YEARS), amount)


def test_the_formula_of_the_provincial_standard() -> None:
    # DB34/T 4180-2022: residents x death rate x 20 years x 50 %, here for one year
    assert 20 * yearly_need(100_000, 7.6, 1.0, 0.5) == pytest.approx(7_600)


def test_one_unit_runs_out_in_the_year_of_its_last_place() -> None:
    found = exhaustion([RestingPlace("a", frozenset("u"), 25, 2025)], {"u": flat(10)}, YEARS)
    assert found.full == {"a": 2027}
    assert found.short == {"u": 2027}  # the third year finds 5 of 10
    assert found.unmet["u"] == pytest.approx(75)
    exact = exhaustion([RestingPlace("a", frozenset("u"), 20, 2025)], {"u": flat(10)}, YEARS)
    assert (exact.full["a"], exact.short["u"]) == (2026, 2027)


def test_what_an_expansion_buys() -> None:
    places = [RestingPlace("a", frozenset("u"), 25, 2025), RestingPlace("new", frozenset("u"), 30, 2027)]
    assert exhaustion(places, {"u": flat(10)}, YEARS).short == {"u": 2030}
    late = [places[0], RestingPlace("new", frozenset("u"), 30, 2029)]
    found = exhaustion(late, {"u": flat(10)}, YEARS)
    assert found.short == {"u": 2027}
    assert found.unmet["u"] == pytest.approx(5 + 10 + 30)  # 2027, 2028, 2032 to 2034


def test_own_places_go_before_shared_ones_and_those_are_shared_by_need() -> None:
    places = [RestingPlace("all", frozenset("uv"), 30, 2025), RestingPlace("own", frozenset("u"), 20, 2025)]
    found = exhaustion(places, {"u": flat(10), "v": flat(5)}, YEARS)
    # 2025, 2026: u its own 20, v 10 of the shared; 2027: 15 of 20; 2028: 5 for 15
    assert found.full == {"own": 2026, "all": 2028}
    assert found.short == {"u": 2028, "v": 2028}
    assert found.unmet["u"] == pytest.approx(10 * 2 / 3 + 60)


def test_unknown_sizes_and_units_without_any() -> None:
    places = [RestingPlace("a", frozenset("u"), None, 2025)]
    found = exhaustion(places, {"u": flat(1), "w": flat(1)}, YEARS)
    assert found.full == {}
    assert found.unsure == {"u"}
    assert found.unserved == {"w"}
    assert found.short == {"u": 2025, "w": 2025}


def test_ashes_that_wait_come_first() -> None:
    place = [RestingPlace("a", frozenset("u"), 25, 2025)]
    assert exhaustion(place, {"u": flat(10)}, YEARS, backlog={"u": 10}).short == {"u": 2026}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=2), st.integers(0, 9), st.integers(0, 9))
def test_nothing_is_lost(left, u, v) -> None:
    places = [
        RestingPlace("a", frozenset("u"), left[0], 2025),
        RestingPlace("b", frozenset("uv"), left[1], 2025),
    ]
    found = exhaustion(places, {"u": flat(u), "v": flat(v)}, YEARS)
    met = 10 * (u + v) - sum(found.unmet.values())
    assert 0 <= met <= sum(left) + 1e-9
    if any(year is None for year in found.full.values()) is False and sum(left):
        assert met == pytest.approx(sum(left), abs=0.01)


def test_what_cannot_be_is_refused() -> None:
    one = RestingPlace("a", frozenset("u"), 1, 2025)
    with pytest.raises(ValueError, match="twice"):
        exhaustion([one, one], {}, YEARS)
    with pytest.raises(ValueError, match="not negative"):
        exhaustion([RestingPlace("a", frozenset("u"), -1, 2025)], {}, YEARS)
    with pytest.raises(ValueError, match="each year"):
        exhaustion([one], {"u": np.ones(2)}, YEARS)
