"""Own units, the partition of people and where nobody found anything: counted by hand on the toy town."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from coverplan.errors import RecountError
from coverplan.reach.matrix import NOT_REACHED, Nearest, Reach
from coverplan.service.cover import Coverage, Reason, UnitSums, _check_conserved, group_sums, own_pairs, tally
from coverplan.service.cover import coverage_of as coverage_of_times
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
        group_sums(coverage_of(reason, np.full(25, 1)), UnitSums(demand, units), "total")


def test_each_person_is_counted_under_the_first_reason_that_holds():
    """Outside the area goes before outside every unit, that before off the network, that before covered and too far."""
    demand = toytown.demand()
    demand = replace(
        demand,
        unit=np.where(np.arange(25) % 5 == 0, -1, demand.unit).astype(np.int32),
        inside=np.arange(25) >= 6,
    )
    nearest = Nearest(np.full(25, 70_000, dtype=np.int32), np.zeros(25, dtype=np.int32))
    nearest.site[20:] = nearest.time_ms[20:] = NOT_REACHED
    times = (np.arange(25) % 2 == 1).astype(np.int32)
    times[20:] = 0
    on_network = np.arange(25) % 7 != 0
    for has_units in (True, False):
        found = coverage_of_times(
            ("s",), times, nearest, demand=demand, on_network=on_network, has_units=has_units
        )
        by_hand = [
            Reason.BUFFER if at < 6
            else Reason.OUTSIDE_UNITS if has_units and at % 5 == 0
            else Reason.OFF_NETWORK if at % 7 == 0
            else Reason.NOT_REACHED if at >= 20
            else Reason.COVERED if at % 2 == 1
            else Reason.TOO_FAR
            for at in range(25)
        ]  # fmt: skip
        assert found.reason.tolist() == by_hand
        assert np.isnan(found.minutes[20:]).all()
        assert found.minutes[0] == 70 / 60


def test_sums_of_units_hold_what_lies_below_and_leave_out_who_is_in_none():
    demand, units = toytown.demand(), toytown.units()
    unit = demand.unit.copy()
    unit[:3], unit[3:5] = -1, 0  # three points in no unit, two in the county and in no town
    values = 2.0 ** np.arange(25)
    sums = UnitSums(replace(demand, unit=unit), units)(values)
    towns = [values[unit == at].sum() for at in (1, 2)]
    assert sums.tolist() == [values.sum(), sum(towns) + values[3] + values[4], *towns]


def test_a_unit_where_nothing_was_found_has_no_mean_and_one_of_nobody_no_share():
    demand, units = toytown.demand(), toytown.units()
    demand.people["total"][demand.unit == 1] = 0.0
    reason = np.where(demand.unit == 2, Reason.NOT_REACHED, Reason.TOO_FAR).astype(np.int8)
    nearest = np.where(demand.unit == 2, NOT_REACHED, 90_000)
    found = Coverage(
        ("s",), nearest.astype(np.int32), nearest.astype(np.int32), np.zeros(25, dtype=np.int32), reason
    )
    rows = tally(found, demand, units, ["total", "age_60_plus"])
    assert rows.columns[:3].tolist() == ["unit_code", "group", "people"]
    rows = rows.set_index(["unit_code", "group"])
    assert np.isnan(rows.loc[("001001", "total"), ["share", "mean_minutes"]].astype(float)).all()
    assert rows.loc[("001002", "total"), "share"] == 0.0
    assert np.isnan(rows.loc[("001002", "total"), "mean_minutes"])
    assert rows.loc[("", "age_60_plus"), "mean_minutes"] == 1.5
    assert rows.loc[("", "total"), "uncovered"] == 150


def test_twice_covered_shares_and_mean_minutes_are_counted_by_hand():
    """Five points of ten people in town A: covered once, twice and three times, too far, and nobody found."""
    demand, units = toytown.demand(), toytown.units()
    inside = np.zeros(25, dtype=bool)
    inside[[0, 1, 5, 6, 10]] = True
    demand = replace(demand, inside=inside)
    reason = np.full(25, Reason.BUFFER, dtype=np.int8)
    reason[[0, 1, 5, 6, 10]] = [Reason.COVERED] * 3 + [Reason.TOO_FAR, Reason.NOT_REACHED]
    nearest = np.full(25, 60_000, dtype=np.int32)
    nearest[[0, 1, 5, 6, 10]] = [0, 60_000, 120_000, 300_000, NOT_REACHED]
    times = np.full(25, 9, dtype=np.int32)
    times[[0, 1, 5, 6, 10]] = [1, 2, 3, 2, 0]
    found = Coverage(("s",), nearest, np.zeros(25, dtype=np.int32), times, reason)
    table = group_sums(found, UnitSums(demand, units), "total")
    whole = {name: values[0] for name, values in table.items()}
    assert whole == {
        "people": 50, "outside_units": 0, "off_network": 0, "covered": 30, "uncovered": 20, "covered_twice": 20,
        "share": 0.6, "mean_minutes": (0 + 1 + 2 + 5) / 4,
    }  # fmt: skip


def test_half_a_person_has_a_mean_and_units_at_the_end_that_nobody_lives_in_are_there():
    demand, units = toytown.demand(), toytown.units()
    people = np.zeros(25)
    people[0] = 0.5
    demand = replace(
        demand, people={"total": people}, unit=np.where(demand.unit == 2, -1, demand.unit).astype(np.int32)
    )
    nearest = np.full(25, 90_000, dtype=np.int32)
    found = Coverage(
        ("s",), nearest, np.zeros(25, dtype=np.int32), np.zeros(25, dtype=np.int32), np.full(25, Reason.TOO_FAR, dtype=np.int8)
    )  # fmt: skip
    table = group_sums(found, UnitSums(demand, units), "total")
    assert table["people"].tolist() == [0.5, 0.5, 0.5, 0.0]
    assert table["mean_minutes"][:3].tolist() == [1.5] * 3
    assert table["share"][:3].tolist() == [0.0] * 3
    assert np.isnan([table["mean_minutes"][3], table["share"][3]]).all()


def test_reasons_keep_their_numbers():
    """They stand in the layers of results, and kinds of people are looked up by them."""
    assert {reason.name: reason.value for reason in Reason} == {
        "COVERED": 0, "TOO_FAR": 1, "NOT_REACHED": 2, "OFF_NETWORK": 3, "OUTSIDE_UNITS": 4, "BUFFER": 5,
    }  # fmt: skip
    assert (
        len(
            set(
                UnitSums._KIND[
                    [Reason.COVERED, Reason.TOO_FAR, Reason.OFF_NETWORK, Reason.OUTSIDE_UNITS, Reason.BUFFER]
                ]
            )
        )
        == 5
    )
    assert UnitSums._KIND[Reason.NOT_REACHED] == UnitSums._KIND[Reason.TOO_FAR]


def parts_off_by(people: float, off: float) -> dict[str, np.ndarray]:
    nobody = np.zeros(1)
    parts = {"outside_units": nobody, "off_network": nobody, "uncovered": nobody}
    return {"people": np.array([people]), "covered": np.array([people + off]), **parts}


def test_people_may_be_off_by_the_rounding_of_sums_and_no_more():
    """A billionth of them, and of one person where there are fewer."""
    for people, off in ((0.0, 1e-9), (0.0, -1e-9), (0.5, 0.9e-9), (1e6, 5e-4), (1e6, -5e-4)):
        _check_conserved(parts_off_by(people, off), ("",), "total")
    for people, off in ((0.0, 1.5e-9), (0.0, -1.5e-9), (0.5, 1.5e-9), (1e6, 2e-3), (1e6, -2e-3)):
        with pytest.raises(RecountError, match="not conserved"):
            _check_conserved(parts_off_by(people, off), ("",), "total")


def test_people_around_the_area_are_in_no_part_and_in_no_sum():
    demand, units = toytown.demand(), toytown.units()
    unit = np.where(np.arange(25) < 5, -1, demand.unit).astype(np.int32)
    demand = replace(demand, unit=unit, inside=np.arange(25) >= 5)
    reason = np.where(np.arange(25) < 5, Reason.BUFFER, Reason.COVERED).astype(np.int8)
    rows = tally(coverage_of(reason, np.full(25, 1)), demand, units, ["total"]).set_index("unit_code")
    parts = ["people", "outside_units", "off_network", "covered", "uncovered"]
    assert rows.loc["", parts].tolist() == [200, 0, 0, 200, 0]


def test_a_share_is_of_all_people_those_off_the_network_and_in_no_unit_included():
    demand, units = toytown.demand(), toytown.units()
    demand = replace(demand, unit=np.where(np.arange(25) == 24, -1, demand.unit).astype(np.int32))
    reason = np.full(25, Reason.COVERED, dtype=np.int8)
    reason[:5], reason[24] = Reason.OFF_NETWORK, Reason.OUTSIDE_UNITS
    table = group_sums(coverage_of(reason, np.full(25, 60_000)), UnitSums(demand, units), "total")
    assert table["share"][0] == 190 / 250


def test_own_pairs_were_looked_for_as_far_as_all_pairs():
    reach = Reach(("s",), ("p",), np.array([0, 1]), np.zeros(1, np.int32), np.full(1, 5, np.int32), 60_000)
    kept = own_pairs(reach, ["A"], ["A"])
    assert kept.limit_ms == 60_000
    assert kept.times_within(60_000).tolist() == [1]


def test_sums_that_somebody_changes_are_nobody_elses():
    sums = UnitSums(toytown.demand(), toytown.units())
    found = coverage_of(np.full(25, Reason.COVERED, dtype=np.int8), np.full(25, 60_000))
    group_sums(found, sums, "total")["people"][:] = 0
    assert group_sums(found, sums, "total")["people"][0] == 250
