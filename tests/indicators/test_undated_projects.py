"""A project of which nobody says from which year it serves: no zero in a later year, and no yes either (R8, R15)."""

import pytest

from coverplan.indicators import Stock, compute
from coverplan.judgement.gaps import shortfall, trajectory
from towns import toyledger as toy
from towns.toyledger import TOWN_A, TOWN_B

HOMES = {"layer": "elder_care", "types": ["institution"]}
BEDS = {"facilities": HOMES, "field": "beds"}
PRESENCE = {"kind": "unit_presence", "units": "units", "facilities": [HOMES]}
DELIVERY = {
    "kind": "project_delivery",
    "amount": {"facilities": {"layer": "elder_care", "names": ["North", "South"]}},
}
STANDS = {"type": "institution", "unit_code": TOWN_A, "name": "North", "beds": 100.0, "nursing_beds": 40.0}
COMING = {
    "type": "institution",
    "unit_code": TOWN_B,
    "name": "South",
    "status": "planned",
    "beds": 50.0,
    "nursing_beds": 50.0,
}


def later(indicator, *rows, value, year=2030, **more):
    plan = toy.plan(toy.target(indicator, ">=", value))
    context = toy.context(*rows, **more)
    return compute(plan, context.at_year(year))[0], context


def test_it_serves_nobody_on_the_day_of_the_data():
    found = compute(toy.plan(toy.target(PRESENCE, ">=", 100)), toy.context(STANDS, COMING))[0]
    assert (found.short, found.unsure) == ((TOWN_B,), ())


def test_in_a_later_year_its_unit_is_unknown_and_not_short():
    found, context = later(PRESENCE, STANDS, COMING, value=100)
    assert (found.numerator, found.short, found.unsure) == (1, (), (TOWN_B,))
    assert found.verdict.status == "cannot_be_judged"
    named = shortfall([found], context.units)
    assert named["state"].tolist() == ["unknown"]


def test_beds_of_a_later_year_are_what_is_known_with_how_many_are_not():
    found, _ = later({"kind": "sum", "amount": BEDS}, STANDS, COMING, value=150)
    assert (found.value, found.unknown, found.verdict.reason) == (100, 1, "unknown:1")
    # enough without it is enough
    assert later({"kind": "sum", "amount": BEDS}, STANDS, COMING, value=100)[0].verdict.status == "met"


def test_nothing_known_is_no_zero():
    for indicator in ({"kind": "count", "amount": {"facilities": HOMES}}, {"kind": "sum", "amount": BEDS}):
        found, _ = later(indicator, COMING, value=1)
        assert (found.value, found.origin, found.unknown) == (None, "none", 1)
        assert found.verdict.status == "cannot_be_judged"
    # a known zero stays one
    empty = compute(
        toy.plan(toy.target({"kind": "count", "amount": {"facilities": HOMES}}, ">=", 1)), toy.context(COMING)
    )[0]
    assert (empty.value, empty.verdict.status) == (0, "not_met")


def test_a_promised_project_without_a_year_is_not_called_undelivered():
    found, _ = later(DELIVERY, STANDS, COMING, value=2)
    assert (found.value, found.short, found.unsure, found.verdict.reason) == (1, (), ("f1",), "unknown:1")
    alone, _ = later(DELIVERY, COMING, value=2)
    assert (alone.value, alone.unknown) == (None, 2)


def test_it_may_add_to_a_printed_stock():
    stock = Stock("elder_care", frozenset({"institution"}), "beds", 2024, 500)
    found, _ = later({"kind": "sum", "amount": BEDS}, STANDS, COMING, value=600, stocks=(stock,))
    assert (found.value, found.unknown, found.verdict.status) == (500, 1, "cannot_be_judged")


def test_the_years_of_a_target_carry_it_as_unknown():
    plan = toy.plan(toy.target(PRESENCE, ">=", 100))
    context = toy.context(STANDS, COMING)
    table = trajectory(plan, context, range(context.year, 2031)).set_index("year")
    assert table.loc[context.year, "unknown"] == 0
    assert set(table.loc[context.year + 1 :, "unknown"]) == {1}


@pytest.mark.parametrize(
    "indicator",
    [PRESENCE, DELIVERY, {"kind": "sum", "amount": BEDS}, {"kind": "count", "amount": {"facilities": HOMES}}],
)
@pytest.mark.parametrize("value", [1, 2, 50, 100, 101, 151])
def test_a_verdict_without_its_year_holds_whatever_the_year_turns_out_to_be(indicator, value):
    said = later(indicator, STANDS, COMING, value=value)[0].verdict.status
    for year in (2026.0, 2030.0, 2031.0, 2040.0):
        known = later(indicator, STANDS, COMING | {"opened": year}, value=value)[0].verdict.status
        assert said in {known, "cannot_be_judged"}


def test_a_project_that_closes_in_the_year_serves_nobody_in_it():
    found, _ = later(PRESENCE, STANDS, COMING | {"closes": 2030.0}, value=100)
    assert (found.short, found.unsure) == ((TOWN_B,), ())
    assert later(PRESENCE, STANDS, COMING | {"closes": 2031.0}, value=100)[0].unsure == (TOWN_B,)
