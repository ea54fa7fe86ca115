"""Draws: the same from the same seed, with the spreads and correlations that were asked for."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from coverplan.scenario.supply_ask import UncertaintyAsk
from coverplan.service.uncertainty.draws import HALF_TAIL_AT, TAIL, TAIL_AT, Draws, draw


def drawn(units: int = 5, facilities: int = 4, **ask: float) -> Draws:
    return draw(UncertaintyAsk(**ask), 7, units=units, facilities=facilities)


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = drawn(), drawn()
    for name in ("speed", "delay_ms", "people", "capacity", "late", "shifted"):
        assert getattr(one, name).tobytes() == getattr(other, name).tobytes()
    again = draw(UncertaintyAsk(), 8, units=5, facilities=4)
    assert again.speed.tobytes() != one.speed.tobytes()


def test_spreads_and_correlations_are_those_asked_for() -> None:
    many = drawn(draws=8000, speed_sd=0.1, people_sd=0.2, people_alike=0.5, late=0.3)
    rows = slice(0, many.count)
    assert np.log(many.speed[rows]).std() == pytest.approx(0.1, rel=0.05)
    people = np.log(many.people[rows])
    assert people.std() == pytest.approx(0.2, rel=0.05)
    assert np.corrcoef(people[:, 0], people[:, 1])[0, 1] == pytest.approx(0.5, abs=0.05)
    assert (many.late[rows] > 0).mean() == pytest.approx(0.3, abs=0.02)
    assert (many.late[rows] == 2).mean() == pytest.approx(0.09, abs=0.02)
    assert (many.delay_ms >= 0).all()
    assert not many.shifted[rows].any()


def test_all_alike_and_each_by_itself() -> None:
    alike = drawn(people_alike=1.0)
    assert (alike.people[: alike.count] == alike.people[: alike.count, :1]).all()
    apart = drawn(draws=8000, people_alike=0.0)
    assert abs(np.corrcoef(apart.people[: apart.count, 0], apart.people[: apart.count, 1])[0, 1]) < 0.05


def test_each_cause_alone_leaves_the_others_as_they_are() -> None:
    found = drawn(draws=3, datum_shift=0.1)
    assert [cause for cause, side in found.alone if side == "low"] == [
        "speed", "door_delay", "people", "capacity", "opening", "datum",
    ]  # fmt: skip
    low, high = found.count, found.count + 1
    assert found.speed[low] == pytest.approx(np.exp(-0.1645), abs=1e-4)
    assert found.speed[high] == pytest.approx(np.exp(0.1645), abs=1e-4)
    assert found.delay_ms[low] == found.delay_ms[high] == 0
    assert (found.people[low] == 1).all()
    assert found.late[found.count + 9].tolist() == [1] * 4
    assert found.shifted[-1]
    assert not found.shifted[found.count : -1].any()


def test_what_has_no_spread_is_no_cause() -> None:
    none = {"speed_sd": 0, "door_delay_s": 0, "people_sd": 0, "capacity_sd": 0, "late": 0}
    found = drawn(draws=5, **none)
    assert found.alone == ()
    assert (found.speed == 1).all()
    assert (found.people == 1).all()
    assert not found.late.any()
    assert drawn(draws=0).rows == 0


def test_tails_begin_where_scipy_says():
    assert pytest.approx((ndtri(1 - TAIL), ndtri(1 - TAIL / 2)), rel=1e-15) == (TAIL_AT, HALF_TAIL_AT)


@pytest.mark.parametrize(("chance", "years"), [(0.0, {0}), (1.0, {1, 2})])
def test_never_and_always_late(chance, years):
    assert set(drawn(draws=400, late=chance).late[:400].ravel().tolist()) == years
