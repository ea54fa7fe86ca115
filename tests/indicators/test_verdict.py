"""Verdicts: dates, pace, ranges, rosters; nothing unknown is ever met (R8)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coverplan.indicators import compute
from coverplan.indicators.measurement import Measurement, Tally, with_tally
from coverplan.indicators.verdict import judge, pace
from towns import toyledger as toy
from towns.toyledger import TOWN_A, TOWN_B

COUNT = {"kind": "count", "amount": {"facilities": {"layer": "elder_care"}}}
PRESENCE = {"kind": "unit_presence", "units": "units", "facilities": [{"layer": "elder_care"}]}


def verdict(value, target: dict, year: int = 2025):
    """Verdict on a plain number, with nothing unknown."""
    plan = toy.plan(target)
    exact = Fraction(Decimal(str(value)))
    return judge(plan, plan.targets[0], Measurement(exact, lowest=exact, highest=exact), date(year, 12, 31))


def test_a_verdict_carries_its_date():
    assert verdict(1, toy.target(COUNT, value=1), 2024).as_of == date(2024, 12, 31)


@pytest.mark.parametrize(
    ("rule", "value", "status"),
    [
        (">=", "55", "met"),
        (">=", "54.999999999999999999", "not_met"),
        (">", "55", "not_met"),
        (">", "55.000000000000000001", "met"),
        ("=", "55", "met"),
        ("=", "56", "not_met"),
    ],
)
def test_rules_at_the_edge(rule, value, status):
    assert verdict(value, toy.target(COUNT, rule, 55)).status == status


@pytest.mark.parametrize(("value", "status"), [(2, "met"), (4, "met"), (1.99, "not_met"), (4.01, "not_met")])
def test_inside_is_a_closed_interval(value, status):
    assert verdict(value, toy.target(COUNT, "inside", 2, goal={"high": 4})).status == status


def test_a_planning_range_has_no_cap():
    assert verdict(9, toy.target(COUNT, "at_least_low_end", 4, goal={"high": 6})).status == "met"
    assert verdict(3, toy.target(COUNT, "at_least_low_end", 4, goal={"high": 6})).status == "not_met"


def test_maintain_is_not_below_the_base():
    kept = toy.target(COUNT, "maintain", None, base={"year": 2020, "value": 100})
    assert verdict(100, kept).status == "met"
    assert verdict(99, kept).status == "not_met"
    assert verdict(100, kept | {"base": {"value": 100, "suspect": True}}).reason == "no_base:T"


def test_approximately_all_without_a_tolerance_is_nobodys_to_judge():
    assert verdict(99, toy.target(COUNT, "approx", 100)).reason == "no_tolerance:T"


def test_a_statement_without_a_number_cannot_be_judged_and_one_without_a_rule_is_reported():
    assert verdict(99, toy.target(COUNT, ">=", None)).reason == "no_number:T"
    assert verdict(99, toy.target(COUNT, "none", None)).status == "report_only"


@pytest.mark.parametrize("attribute", ["achieved", "history", "forecast"])
def test_what_is_no_promise_is_not_judged(attribute):
    found = verdict(0, toy.target(COUNT, value=1, attribute=attribute))
    assert (found.status, found.reason) == ("report_only", attribute)


# before the target year -----------------------------------------------------------------------------------

WITH_BASE = toy.target(COUNT, value=100, base={"year": 2020, "value": 50})


@pytest.mark.parametrize(
    ("year", "value", "status"),
    [
        (2022, 70, "on_track"),
        (2022, 69, "behind"),
        (2024, 99, "on_track"),
        (2021, 100, "met"),
        (2025, 99, "not_met"),
    ],
)
def test_linear_pace_from_the_base(year, value, status):
    assert verdict(value, WITH_BASE, year).status == status


def test_the_line_that_was_used_is_told():
    assert verdict(60, WITH_BASE, 2022).pace == 70
    plan = toy.plan(WITH_BASE)
    assert [pace(plan.targets[0], year) for year in (2019, 2020, 2025, 2030)] == [50, 50, 100, 100]


def test_a_base_printed_with_decimals_stands_for_what_rounds_to_it():
    target = toy.target(COUNT, value=16, base={"year": 2020, "value": 14.47})
    assert verdict("14.465", target, 2020).status == "on_track"
    assert verdict("14.4649", target, 2020).status == "behind"
    assert verdict(49.9, WITH_BASE, 2020).status == "behind"  # a whole number stands for itself


def test_without_a_base_the_pace_is_unknown():
    assert verdict(60, toy.target(COUNT, value=100), 2022).reason == "no_base:T"
    suspect = toy.target(COUNT, value=100, base={"year": 2020, "value": 50, "suspect": True})
    assert verdict(60, suspect, 2022).reason == "no_base:T"


def test_without_a_target_year_only_met_can_be_said():
    someday = toy.target(COUNT, value=100, goal={"year": None, "year_basis": "horizon"})
    assert verdict(100, someday).status == "met"
    assert verdict(99, someday).reason == "no_target_year:T"


def test_an_unknown_part_on_both_sides_of_the_line_leaves_the_pace_open():
    plan = toy.plan(WITH_BASE)
    open_ended = Measurement(Fraction(60), lowest=Fraction(60), highest=None, unknown=2)
    assert judge(plan, plan.targets[0], open_ended, date(2022, 12, 31)).reason == "unknown:2"


@pytest.mark.parametrize(
    ("lowest", "highest", "status"),
    [
        (None, 50, "not_met"), (60, None, "not_met"), (None, 60, "cannot_be_judged"), (50, None, "cannot_be_judged"),
        (50, 60, "cannot_be_judged"), (55, 55, "met"), (None, None, "cannot_be_judged"),
    ],
)  # fmt: skip
def test_a_number_that_is_known_by_its_bounds_alone_is_apart_from_the_goal_or_open(lowest, highest, status):
    plan = toy.plan(toy.target(COUNT, "=", 55))
    low, high = (None if bound is None else Fraction(bound) for bound in (lowest, highest))
    found = judge(
        plan,
        plan.targets[0],
        Measurement(Fraction(55), lowest=low, highest=high, unknown=1),
        date(2025, 12, 31),
    )
    assert found.status == status


# rosters --------------------------------------------------------------------------------------------------


def of_roster(unit_set: str, *rows: dict, value=100, year: int = 2025, **more):
    target = toy.target(PRESENCE | {"units": unit_set}, value=value, **more)
    return compute(toy.plan(target), toy.context(*rows, year=year))[0]


def home(declared: str) -> dict:
    return {"unit_code": declared}


def test_a_unit_that_the_roster_lacks_could_turn_all_into_not_all():
    found = of_roster("printed_three", home(TOWN_A), home(TOWN_B) | {"id": "g"})
    assert (found.value, found.verdict.reason) == (100, "roster:2/3")
    assert (found.roster.listed, found.roster.printed) == (2, 3)


def test_a_difference_that_cannot_turn_the_verdict_is_only_shown():
    met = of_roster("printed_three", home(TOWN_A), home(TOWN_B) | {"id": "g"}, value=66)
    assert met.verdict.status == "met"  # 2 of 3 at worst
    below = of_roster("printed_three", home(TOWN_A), value=66)
    assert below.verdict.reason == "roster:2/3"  # 1 of 3 or 2 of 3
    missed = of_roster("printed_three", home(TOWN_A), value=100)
    assert missed.verdict.status == "not_met"  # town B stays without one


def test_units_of_the_roster_that_the_plan_did_not_mean_could_be_the_failing_ones():
    found = of_roster("printed_one", home(TOWN_A))
    assert found.verdict.reason == "roster:2/1"


def with_printed(printed: int, passed: int, failed: int, percent: int):
    """Verdict on so many units of the roster where the plan prints another number."""
    sets = toy.UNIT_SETS | {"units": toy.UNIT_SETS["units"] | {"printed": printed}}
    plan = toy.plan(toy.target(PRESENCE | {"units": "units"}, value=percent), unit_sets=sets)
    tally = Tally(passed, 0, passed + failed)
    measured = with_tally(Measurement(Fraction(0), unit_set="units"), tally)
    return judge(plan, plan.targets[0], measured, date(2025, 12, 31))


def test_the_units_too_many_may_be_among_those_that_pass():
    assert with_printed(4, passed=3, failed=1, percent=75).status == "met"
    assert with_printed(3, passed=3, failed=1, percent=75).reason == "roster:4/3"  # 2 of 3, or 3 of 3
    assert with_printed(3, passed=3, failed=1, percent=66).status == "met"  # 2 of 3 at worst


def test_the_units_too_few_may_fail_or_pass():
    assert with_printed(5, passed=3, failed=1, percent=60).status == "met"  # 3 of 5 at worst
    assert with_printed(5, passed=3, failed=1, percent=61).reason == "roster:4/5"
    assert with_printed(5, passed=3, failed=1, percent=81).status == "not_met"  # 4 of 5 at best


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.integers(1, 30), st.integers(0, 100))
def test_more_evidence_never_turns_met_into_unknown(passed, unsure, failed, printed, percent):
    total = passed + unsure + failed
    if total == 0:
        return
    plan = toy.plan(toy.target(PRESENCE | {"units": "units"}, value=percent))
    before = with_tally(Measurement(Fraction(0)), Tally(passed, unsure, total))
    after = with_tally(Measurement(Fraction(0)), Tally(passed + unsure, 0, total))
    first, second = (judge(plan, plan.targets[0], m, date(2025, 12, 31)).status for m in (before, after))
    if first != "cannot_be_judged":
        assert {first, second} <= {"met", "not_met"}
        assert first == "not_met" or second == "met"
    if first == "met":
        assert 100 * passed >= percent * total
    with_roster = replace(before, unit_set="printed_three")
    judged = judge(plan, plan.targets[0], with_roster, date(2025, 12, 31)).status
    assert judged in {first, "cannot_be_judged"}


# bounds ---------------------------------------------------------------------------------------------------


def of_bounds(target: dict, lowest, highest, year: int = 2025):
    plan = toy.plan(target)
    low, high = (None if bound is None else Fraction(Decimal(str(bound))) for bound in (lowest, highest))
    found = Measurement(Fraction(0), lowest=low, highest=high, unknown=1)
    return judge(plan, plan.targets[0], found, date(year, 12, 31))


@pytest.mark.parametrize(("highest", "status"), [("14.4649", "behind"), ("14.465", "cannot_be_judged")])
def test_what_may_still_round_to_the_line_is_not_called_behind(highest, status):
    target = toy.target(COUNT, value=16, base={"year": 2020, "value": 14.47})
    assert of_bounds(target, None, highest, 2020).status == status


@pytest.mark.parametrize(
    ("lowest", "highest", "status"),
    [
        (4, None, "cannot_be_judged"), (4.01, None, "not_met"), (None, 2, "cannot_be_judged"), (None, 1.99, "not_met"),
        (2, 4, "met"), (None, 3, "cannot_be_judged"), (3, None, "cannot_be_judged"),
    ],
)  # fmt: skip
def test_the_ends_of_a_range_are_inside_it_also_where_one_bound_is_unknown(lowest, highest, status):
    assert of_bounds(toy.target(COUNT, "inside", 2, goal={"high": 4}), lowest, highest).status == status
