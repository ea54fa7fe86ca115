"""Every kind of indicator on the toy town (towns A and B in one county), counted by hand."""

from decimal import Decimal
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from shapely import Point

from coverplan.indicators import PeopleTotal, Stock, compute
from coverplan.indicators.answers import NO, YES
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.registry import KINDS
from coverplan.plan.kinds import Indicator
from towns import toyledger as toy
from towns.toyledger import COUNTY, TOWN_A, TOWN_B

INSTITUTIONS = {"layer": "elder_care", "types": ["institution"]}
PRESENCE = {"kind": "unit_presence", "units": "units", "facilities": [INSTITUTIONS]}
BEDS = {"facilities": INSTITUTIONS, "field": "beds"}
NURSING = {"facilities": INSTITUTIONS, "field": "nursing_beds"}
NURSING_SHARE = {"kind": "ratio_of_sums", "numerator": NURSING, "denominator": BEDS}


def home(declared: str | None, **more) -> dict:
    return {"type": "institution", "unit_code": declared, **more}


def value_of(indicator: dict, *rows: dict, rule=">=", value=100, target=None, **more):
    plan = toy.plan(toy.target(indicator, rule, value, **(target or {})))
    return compute(plan, toy.context(*rows, **more))[0]


def test_every_kind_of_the_schema_is_registered_and_tested_here():
    models = get_args(get_args(Indicator)[0])
    assert set(KINDS) == {get_args(model.model_fields["kind"].annotation)[0] for model in models}
    source = Path(__file__).read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f'"{kind}"' not in source] == []


# unit_presence --------------------------------------------------------------------------------------------


def test_one_of_two_towns_is_half_and_the_other_is_named():
    found = value_of(PRESENCE, home(TOWN_A))
    assert (found.numerator, found.denominator, found.value) == (1, 2, 50)
    assert found.short == (TOWN_B,)
    assert found.verdict.status == "not_met"


def test_at_equality_at_least_holds_and_more_than_does_not():
    assert value_of(PRESENCE, home(TOWN_A), rule=">=", value=50).verdict.status == "met"
    assert value_of(PRESENCE, home(TOWN_A), rule=">", value=50).verdict.status == "not_met"


def test_a_facility_that_serves_two_units_is_present_in_both_and_not_in_its_own():
    both = value_of(PRESENCE, home(TOWN_A, serves_units=(TOWN_A, TOWN_B)))
    assert (both.numerator, both.short) == (2, ())
    other = value_of(PRESENCE, home(TOWN_A, serves_units=(TOWN_B,)))
    assert other.short == (TOWN_A,)


def test_the_declared_unit_wins_over_the_place_and_the_disagreement_is_flagged():
    found = value_of(PRESENCE, home(TOWN_A, unit=TOWN_B))
    assert found.short == (TOWN_B,)
    assert found.flagged == ("f0",)


def test_without_a_declared_unit_it_is_where_it_lies():
    found = value_of(PRESENCE, home(None, unit=TOWN_B))
    assert (found.short, found.flagged) == ((TOWN_A,), ())


def test_a_facility_of_a_community_is_present_in_its_town_and_flags_nothing():
    found = value_of(PRESENCE, home("001001001", unit=TOWN_A), units=toy.community_units())
    assert (found.short, found.flagged) == ((TOWN_B,), ())


def test_a_facility_of_a_town_is_not_in_every_community_of_it():
    indicator = PRESENCE | {"units": "communities"}
    assert value_of(indicator, home(TOWN_A), units=toy.community_units()).numerator == 0


def test_unknown_functions_leave_a_unit_unknown_and_never_count():
    asks = PRESENCE | {"facilities": [INSTITUTIONS | {"functions": ["full_care", "day_care"]}]}
    rows = [home(TOWN_A, functions=frozenset({"full_care", "day_care", "meals"})), home(TOWN_B)]
    found = value_of(asks, *rows)
    assert (found.numerator, found.unknown, found.short, found.unsure) == (1, 1, (), (TOWN_B,))
    assert found.verdict.status == "cannot_be_judged"
    assert found.verdict.reason == "unknown:1"
    assert value_of(asks, *rows, value=50).verdict.status == "met"


def test_where_all_is_unknown_there_is_no_value_but_what_to_ask_for():
    asks = PRESENCE | {"facilities": [INSTITUTIONS | {"functions": ["full_care"]}]}
    found = value_of(asks, home(TOWN_A), home(TOWN_B))
    assert (found.value, found.numerator, found.denominator, found.unknown) == (None, 0, 2, 2)
    assert found.verdict.reason == "missing_attribute:elder_care.institution.functions"


def test_unknown_does_not_hide_what_cannot_be_reached_any_more():
    asks = PRESENCE | {"facilities": [INSTITUTIONS | {"functions": ["full_care"]}]}
    found = value_of(asks, home(TOWN_A), home(TOWN_B, functions=frozenset({"meals"})))
    assert found.short == (TOWN_B,)
    assert found.verdict.status == "not_met"


def test_a_condition_of_functions_is_for_one_facility_and_several_conditions_are_for_several():
    rows = [home(TOWN_A, functions=frozenset({"full_care"})), home(TOWN_A, functions=frozenset({"day_care"}))]
    in_one = PRESENCE | {"facilities": [INSTITUTIONS | {"functions": ["full_care", "day_care"]}]}
    in_all = PRESENCE | {"facilities": [INSTITUTIONS | {"functions": [f]} for f in ("full_care", "day_care")]}
    assert value_of(in_one, *rows).numerator == 0
    assert value_of(in_all, *rows).numerator == 1


def test_a_county_home_is_not_one_of_its_towns_where_the_level_is_asked():
    asks = PRESENCE | {"units": "counties", "facilities": [INSTITUTIONS | {"declared_at": ["county"]}]}
    assert value_of(asks, home(TOWN_A)).numerator == 0
    assert value_of(asks, home(COUNTY)).numerator == 1


def test_grade_any_of_and_unknown():
    asks = PRESENCE | {"facilities": [INSTITUTIONS | {"grades": ["5", "4"]}]}
    found = value_of(asks, home(TOWN_A, grade="4"), home(TOWN_B, grade="3"))
    assert (found.numerator, found.short) == (1, (TOWN_B,))


def test_planned_counts_from_its_year_on():
    asks = {"target": {"goal": {"year": 2030}}}
    plan = home(TOWN_A, status="planned", opened=2026.0)
    assert value_of(PRESENCE, plan, **asks).numerator == 0
    assert value_of(PRESENCE, plan, year=2026, **asks).numerator == 1


def test_no_ledger_of_the_layer_is_no_answer_and_an_empty_one_is_none():
    assert value_of(PRESENCE).verdict.reason == "missing_layer:elder_care.institution"
    empty = value_of(PRESENCE, empty_layers=frozenset({"elder_care"}))
    assert (empty.numerator, empty.short, empty.verdict.status) == (0, (TOWN_A, TOWN_B), "not_met")


def test_a_partial_ledger_cannot_say_that_a_unit_has_none():
    found = value_of(PRESENCE, home(TOWN_A), partial=frozenset({"elder_care.institution"}))
    assert (found.numerator, found.short, found.unsure) == (1, (), (TOWN_B,))
    assert found.verdict.reason == "unknown:1"


def test_hosts_with_somebody_at_their_premises():
    indicator = {
        "kind": "unit_presence",
        "hosts": {"layer": "civic", "types": ["community_centre"]},
        "facilities": [{"layer": "civic", "types": ["volunteer_point"]}],
    }
    centres = [
        {"id": f"c{i}", "layer": "civic", "type": "community_centre", "premises_id": p, "geometry": g}
        for i, (p, g) in enumerate([("p1", None), (None, Point(0, 0)), (None, Point(500, 0)), (None, None)])
    ]
    points = [
        {
            "id": "v0",
            "layer": "civic",
            "type": "volunteer_point",
            "premises_id": "p1",
            "geometry": Point(900, 0),
        },
        {
            "id": "v1",
            "layer": "civic",
            "type": "volunteer_point",
            "premises_id": "p9",
            "geometry": Point(50, 0),
        },
    ]
    found = value_of(indicator, *centres, *points, value=80)
    # c0 by premises, c1 at exactly 50 m, c2 450 m and 400 m away, c3 nobody knows
    assert (found.numerator, found.denominator) == (2, 4)
    assert (found.short, found.unsure) == (("c2",), ("c3",))


# hierarchical_presence, presence_or_reach -----------------------------------------------------------------


def test_three_tiers_together():
    indicator = {
        "kind": "hierarchical_presence",
        "tiers": [
            {"units": "counties", "facilities": [{"layer": "elder_care", "types": ["guidance_centre"]}]},
            {"units": "units", "facilities": [{"layer": "elder_care", "types": ["town_centre"]}]},
            {"units": "communities", "facilities": [{"layer": "elder_care", "types": ["community_station"]}]},
        ],
    }
    rows = [
        {"type": "guidance_centre", "unit_code": COUNTY},
        {"type": "town_centre", "unit_code": TOWN_A},
        {"type": "town_centre", "unit_code": TOWN_B},
        {"type": "community_station", "unit_code": "001001001"},
        {"type": "community_station", "unit_code": "001002002"},
    ]
    base = {"target": {"base": {"year": 2020, "value": 100}}}
    found = value_of(indicator, *rows, rule="maintain", value=None, units=toy.community_units(), **base)
    assert (found.numerator, found.denominator) == (5, 7)  # 1 + 2 + 2 of 1 + 2 + 4
    assert found.short == ("001001002", "001002001")
    assert found.verdict.status == "not_met"


def test_room_or_worker_or_reach():
    indicator = {
        "kind": "presence_or_reach",
        "units": "units",
        "facilities": [{"layer": "social_work", "types": ["room"]}],
        "worker_register": "assigned",
        "reach": {"facilities": {"layer": "social_work"}, "group": "total", "minutes": 15},
        "reach_share": 80,
    }
    room = {"layer": "social_work", "type": "room", "unit_code": TOWN_A}
    assert value_of(indicator, room).short == (TOWN_B,)
    worker = {"assigned": {TOWN_B: Decimal(1)}}
    assert value_of(indicator, room, registers=worker).numerator == 2
    reached = toy.coverage((0.0, 120.0), (100.0, 150.0))
    assert value_of(indicator, room, coverage=reached).numerator == 2  # 120 of 150 is the 80 % asked for
    missed = toy.coverage((100.0, 119.0), (100.0, 150.0))
    assert value_of(indicator, room, coverage=missed).short == (TOWN_B,)
    assert value_of(indicator).verdict.reason == "missing_layer:social_work.room"
    # of whom none is asked to be within reach, reach makes no unit count
    for left_out in ("reach", "reach_share"):
        rooms = {key: value for key, value in indicator.items() if key != left_out}
        assert value_of(rooms, room, coverage=reached).short == (TOWN_B,)


# people ---------------------------------------------------------------------------------------------------

WITHIN = {
    "kind": "population_within",
    "reach": {"facilities": INSTITUTIONS, "group": "age_60_plus", "minutes": 15},
}


def test_people_within_of_the_whole_area():
    found = value_of(WITHIN, coverage=toy.coverage((20.0, 15.0), (20.0, 30.0)), value=70)
    assert (found.numerator, found.denominator, found.value) == (35, 50, 70)
    assert found.verdict.status == "met"
    more = value_of(WITHIN, coverage=toy.coverage((20.0, 15.0), (20.0, 30.0)), value=70, rule=">")
    assert more.verdict.status == "not_met"


def test_people_within_of_every_unit_shows_the_worst():
    found = value_of(WITHIN | {"units": "units"}, coverage=toy.coverage((20.0, 15.0), (20.0, 30.0)), value=80)
    assert (found.value, found.numerator, found.denominator, found.short) == (50, 1, 2, (TOWN_B,))


def test_a_unit_without_people_has_nobody_to_cover():
    found = value_of(WITHIN | {"units": "units"}, coverage=toy.coverage((20.0, 0.0), (20.0, 0.0)))
    assert (found.numerator, found.denominator, found.verdict.status) == (1, 1, "met")


PLACES = {"kind": "served_within", "field": "beds", "reach": WITHIN["reach"]}


def served(**columns: list[float]):
    table = pd.DataFrame(columns, index=[TOWN_A, TOWN_B])
    return lambda question: table if question.field == "beds" else None


def test_people_with_a_place_of_the_whole_area():
    sure = served(served=[20.0, 15.0], unknown=[0.0, 0.0], total=[20.0, 30.0])
    found = value_of(PLACES, places=sure, value=70)
    assert (found.numerator, found.denominator, found.value, found.verdict.status) == (35, 50, 70, "met")
    maybe = served(served=[20.0, 5.0], unknown=[0.0, 10.0], total=[20.0, 30.0])
    assert value_of(PLACES, places=maybe, value=70).verdict.status == "cannot_be_judged"
    assert value_of(PLACES, places=maybe, value=50).verdict.status == "met"
    assert value_of(PLACES, places=maybe, value=71).verdict.status == "not_met"
    assert value_of(PLACES).reason == "missing_reach:elder_care"


def test_without_reach_nobody_can_say():
    assert value_of(WITHIN).verdict.reason == "missing_reach:elder_care"


def test_stated_as_achieved_is_shown_and_never_judged():
    achieved = {"target": {"attribute": "achieved"}}
    found = value_of(
        WITHIN, coverage=toy.coverage((0.0, 0.0), (20.0, 30.0)), rule="none", value=None, **achieved
    )
    assert found.value == 0
    assert (found.verdict.status, found.verdict.reason) == ("report_only", "achieved")


PER_1000 = {"kind": "per_1000", "amount": BEDS, "group": "age_60_plus"}
RESIDENT = {"target": {"population_base": "resident"}}


def test_beds_for_every_thousand_elders():
    sixty = toy.people(age_60_plus=(200.0, 300.0))
    found = value_of(
        PER_1000, home(TOWN_A, beds=10.0), home(TOWN_B, beds=9.0), people=sixty, value=38, **RESIDENT
    )
    assert (found.numerator, found.denominator, found.value) == (19, 500, 38)
    assert found.verdict.status == "met"


def test_an_unknown_amount_can_only_add():
    sixty = toy.people(age_60_plus=(200.0, 300.0))
    rows = [home(TOWN_A, beds=10.0), home(TOWN_B)]
    assert value_of(PER_1000, *rows, people=sixty, value=20, **RESIDENT).verdict.status == "met"
    open_end = value_of(PER_1000, *rows, people=sixty, value=21, **RESIDENT)
    assert (open_end.value, open_end.unknown, open_end.verdict.reason) == (20, 1, "unknown:1")


def test_the_base_of_the_population_is_asked_for_and_never_mixed():
    sixty = toy.people(age_60_plus=(200.0, 300.0))
    row = home(TOWN_A, beds=10.0)
    assert value_of(PER_1000, row, people=sixty).verdict.reason == "missing_population_base:age_60_plus"
    registered = {"target": {"population_base": "registered"}}
    found = value_of(PER_1000, row, people=sixty, **registered)
    assert found.verdict.reason == "missing_people:age_60_plus/registered"


def test_printed_totals_change_in_a_straight_line_between_their_years():
    totals = tuple(
        PeopleTotal("age_60_plus", "resident", year, Decimal(people))
        for year, people in ((2020, 1000), (2025, 1500))
    )
    row = home(TOWN_A, beds=12.0)
    assert value_of(PER_1000, row, people_totals=totals, year=2022, **RESIDENT).value == 10  # 12 of 1,200


def test_projected_people_go_before_those_counted_in_another_year():
    sixty = {"people": toy.people(age_60_plus=(400.0, 600.0)), "people_year": 2020}
    totals = {"people_totals": (PeopleTotal("age_60_plus", "resident", 2025, Decimal(1200)),)}
    row = home(TOWN_A, beds=12.0)
    assert value_of(PER_1000, row, **sixty, **totals, **RESIDENT).value == 10  # 12 of 1,200
    assert value_of(PER_1000, row, **sixty, **totals, year=2020, **RESIDENT).value == 12  # 12 of 1,000
    assert value_of(PER_1000, row, **sixty, **RESIDENT).value == 12  # nobody projects


def test_social_workers_for_every_ten_thousand():
    indicator = {"kind": "per_10k", "amount": {"register": "certified"}, "group": "total"}
    everyone = toy.people(total=(10_000.0, 15_000.0))
    found = value_of(indicator, people=everyone, registers={"certified": Decimal(40)}, value=16, **RESIDENT)
    assert (found.value, found.verdict.status) == (16, "met")
    assert value_of(indicator, people=everyone, **RESIDENT).verdict.reason == "missing_register:certified"


def test_a_control_total_stands_beside_the_study_and_is_not_judged():
    indicator = {"kind": "control_total", "group": "age_60_plus", "per": 10}
    forecast = {"target": {"population_base": "resident", "attribute": "forecast"}}
    found = value_of(indicator, people=toy.people(age_60_plus=(20.0, 30.5)), rule="=", value=5, **forecast)
    assert (found.value, found.verdict.status) == (Decimal("5.05"), "report_only")


# ratios and shares ----------------------------------------------------------------------------------------


def test_nursing_share_of_beds_compared_exactly():
    rows = [home(TOWN_A, beds=100.0, nursing_beds=60.0), home(TOWN_B, beds=100.0, nursing_beds=50.0)]
    found = value_of(NURSING_SHARE, *rows, value=55)
    assert (found.numerator, found.denominator, found.value) == (110, 200, 55)
    assert found.verdict.status == "met"
    assert value_of(NURSING_SHARE, *rows, rule=">", value=55).verdict.status == "not_met"


def test_unknown_nursing_beds_add_nothing_and_bound_the_share():
    rows = [home(TOWN_A, beds=100.0, nursing_beds=60.0), home(TOWN_B, beds=100.0)]
    found = value_of(NURSING_SHARE, *rows, value=30)
    assert (found.value, found.unknown, found.verdict.status) == (30, 1, "met")
    assert value_of(NURSING_SHARE, *rows, value=80).verdict.reason == "unknown:1"
    assert value_of(NURSING_SHARE, *rows, value=81).verdict.status == "not_met"  # at most 160 of 200


def test_a_home_without_beds_is_left_out_of_both_sums_and_leaves_the_share_open():
    rows = [home(TOWN_A, beds=100.0, nursing_beds=60.0), home(TOWN_B, nursing_beds=50.0)]
    found = value_of(NURSING_SHARE, *rows, value=55)
    assert (found.numerator, found.denominator, found.unknown) == (60, 100, 1)
    assert found.verdict.reason == "unknown:1"


def test_a_share_of_what_is_new_leaves_the_old_out_and_an_unknown_year_open():
    new = {
        **NURSING_SHARE,
        "numerator": NURSING | {"opened_from": 2021},
        "denominator": BEDS | {"opened_from": 2021},
    }
    old = home(TOWN_A, beds=100.0, nursing_beds=0.0, opened=2020.0)
    rows = [old, home(TOWN_B, beds=100.0, nursing_beds=60.0, opened=2021.0)]
    found = value_of(new, *rows, value=60)
    assert (found.numerator, found.denominator, found.verdict.status) == (60, 100, "met")
    undated = value_of(new, *rows, home(TOWN_B, beds=10.0, nursing_beds=10.0), value=60)
    assert (undated.value, undated.unknown) == (60, 1)
    part = {**NURSING_SHARE, "numerator": NURSING | {"opened_from": 2021}}
    assert value_of(part, *rows, value=30).value == 30  # 60 new of 200 in all


def test_a_ratio_of_two_registers():
    indicator = {
        "kind": "ratio_of_sums",
        "numerator": {"register": "in_homes"},
        "denominator": {"register": "disabled"},
    }
    registers = {"in_homes": {TOWN_A: Decimal(30), TOWN_B: Decimal(40)}, "disabled": Decimal(100)}
    assert value_of(indicator, registers=registers, value=70).verdict.status == "met"
    gap = {"in_homes": {TOWN_A: Decimal(30), TOWN_B: None}, "disabled": Decimal(100)}
    assert value_of(indicator, registers=gap).verdict.reason == "missing_register:in_homes"


def test_a_ratio_of_stocks():
    stocks = (
        Stock("elder_care", frozenset({"institution"}), "nursing_beds", 2020, Decimal(5206)),
        Stock("elder_care", frozenset({"institution"}), "beds", 2020, Decimal(16700)),
    )
    found = value_of(NURSING_SHARE, stocks=stocks, value=55)
    assert round(found.value, 1) == Decimal("31.2")


def test_a_stock_holds_what_opened_up_to_its_year_and_later_openings_are_added():
    total = {"kind": "sum", "amount": BEDS}
    stocks = (Stock("elder_care", frozenset({"institution"}), "beds", 2020, Decimal(100)),)
    rows = [
        home(TOWN_A, beds=1.0, opened=2020.0),
        home(TOWN_A, beds=10.0, opened=2021.0),
        home(TOWN_A, beds=1000.0),
    ]
    assert value_of(total, *rows, stocks=stocks).value == 110
    assert value_of(total, *rows, stocks=stocks, year=2020).value == 100
    assert value_of(total, *rows, stocks=stocks, year=2019).value == 1000  # not a stock of that year


def test_a_partial_ledger_gives_a_lower_bound():
    count = {"kind": "count", "amount": {"facilities": INSTITUTIONS}}
    partial = {"partial": frozenset({"elder_care"})}
    assert value_of(count, home(TOWN_A), value=1, **partial).verdict.status == "met"
    assert value_of(count, home(TOWN_A), value=2, **partial).verdict.reason == "unknown:1"
    nothing = value_of(count, {"type": "canteen"}, value=2, **partial)
    assert (nothing.value, nothing.reason) == (None, "missing_layer:elder_care.institution")


def test_rated_institutions():
    indicator = {"kind": "facility_share", "facilities": INSTITUTIONS, "having": {"grades": ["3", "4", "5"]}}
    rows = [home(TOWN_A, grade="3"), home(TOWN_A, grade="none"), home(TOWN_B, grade="5"), home(TOWN_B)]
    found = value_of(indicator, *rows, value=50)
    assert (found.numerator, found.denominator, found.short, found.unsure) == (2, 4, ("f1",), ("f3",))
    assert found.verdict.status == "met"
    assert value_of(indicator, *rows, value=75).verdict.reason == "unknown:1"
    assert value_of(indicator, *rows, value=76).verdict.status == "not_met"


def test_share_of_large_homes_with_a_clinic_asks_for_the_size_first():
    large = INSTITUTIONS | {"at_least": {"beds": 150}}
    indicator = {"kind": "facility_share", "facilities": large, "having": {"functions": ["medical"]}}
    clinic = frozenset({"medical"})
    rows = [
        home(TOWN_A, beds=150.0, functions=clinic),
        home(TOWN_A, beds=149.0, functions=frozenset()),
        home(TOWN_B, beds=None, functions=clinic),
    ]
    found = value_of(indicator, *rows, value=90)
    assert (found.numerator, found.denominator, found.unsure) == (1, 2, ("f2",))


def test_own_yes_no_columns():
    indicator = {"kind": "facility_share", "facilities": INSTITUTIONS, "having": {"flags": ["contract"]}}
    rows = [home(TOWN_A, **{"own:contract": True}), home(TOWN_B, **{"own:contract": False})]
    assert value_of(indicator, *rows).short == ("f1",)
    assert value_of(indicator, home(TOWN_A)).unsure == ("f0",)


CENTRES = {"layer": "civic", "types": ["community_centre"]}


def centre(unit: str, area: float | None) -> dict:
    return {"layer": "civic", "type": "community_centre", "unit_code": unit, "floor_area_m2": area}


def test_units_that_meet_a_standard_for_every_hundred_households():
    indicator = {
        "kind": "share_meeting_standard",
        "units": "communities",
        "facilities": CENTRES,
        "field": "floor_area_m2",
        "standard": 30,
        "per_100_households": True,
    }
    rows = [
        centre("001001001", 3.0),
        centre("001001002", 8.9),
        centre("001002001", 3.0),
        centre("001002001", 3.0),
    ]
    found = value_of(indicator, *rows, units=toy.community_units(), value=50)
    # 10 households need 3 m2, 30 need 9, 20 need 6; the fourth has no households on record
    assert (found.numerator, found.short, found.unsure) == (2, ("001001002",), ("001002002",))
    assert found.verdict.status == "met"


def test_without_the_standard_nobody_can_judge():
    indicator = {
        "kind": "share_meeting_standard",
        "units": "communities",
        "facilities": CENTRES,
        "field": "floor_area_m2",
    }
    assert value_of(indicator, centre(TOWN_A, 9.0)).verdict.reason == "missing_standard:floor_area_m2"


def test_sizes_inside_a_closed_range():
    indicator = {"kind": "share_in_range", "units": "communities"}
    asks = {"target": {"goal": {"high": 20}}}
    found = value_of(indicator, rule="inside", value=10, units=toy.community_units(), **asks)
    assert (found.value, found.short, found.unsure) == (50, ("001001002",), ("001002002",))
    assert found.verdict.status == "not_met"


def test_area_of_a_zone():
    indicator = {"kind": "area_share", "units": "units", "part_register": "zone", "whole_register": "land"}
    land = {"land": {TOWN_A: Decimal(40), TOWN_B: Decimal(60)}}
    found = value_of(indicator, registers=land | {"zone": {TOWN_A: Decimal(40), TOWN_B: Decimal(30)}})
    assert (found.value, found.short) == (70, (TOWN_B,))
    half = value_of(indicator, registers=land | {"zone": {TOWN_A: Decimal(40), TOWN_B: None}})
    assert (half.value, half.unsure, half.verdict.reason) == (40, (TOWN_B,), "unknown:1")
    assert (half.numerator, half.denominator, half.short) == (40, 100, ())
    # 30 of 40 in town A and nobody knows of the 60 in town B: from 30 to 90 percent
    some = land | {"zone": {TOWN_A: Decimal(30), TOWN_B: None}}
    judged = {
        goal: value_of(indicator, registers=some, value=goal).verdict.status for goal in (30, 31, 90, 91)
    }
    assert judged == {30: "met", 31: "cannot_be_judged", 90: "cannot_be_judged", 91: "not_met"}
    assert value_of(indicator).verdict.reason == "missing_register:land"


# floor area, counts, sizes --------------------------------------------------------------------------------


def area_indicator(**more) -> dict:
    return {"kind": "area_per_100_households", "facilities": CENTRES} | more


def test_floor_area_of_the_whole_area():
    found = value_of(area_indicator(), centre(TOWN_A, 20.0), centre(TOWN_B, 15.0), rule=">", value=35)
    assert (found.numerator, found.denominator, found.value) == (35, 100, 35)
    assert found.verdict.status == "not_met"


def test_floor_area_of_every_unit_shows_the_worst():
    found = value_of(area_indicator(units="units"), centre(TOWN_A, 20.0), centre(TOWN_B, 15.0), value=30)
    assert (found.value, found.short) == (25, (TOWN_B,))  # 20 / 0.4 and 15 / 0.6


ESTATES = pd.DataFrame(
    {
        "kind": ["new", "new", "existing", "new"],
        "households": [1000.0, 500.0, 100.0, 2000.0],
        "floor_area_m2": [300.0, 100.0, 20.0, None],
    },
    index=["e1", "e2", "e3", "e4"],
)


def test_floor_area_of_every_estate():
    found = value_of(area_indicator(estates="new"), estates=ESTATES, value=30)
    assert (found.value, found.numerator, found.short, found.unsure) == (20, 1, ("e2",), ("e4",))
    assert value_of(area_indicator(estates="existing"), estates=ESTATES, value=20).verdict.status == "met"
    assert value_of(area_indicator(estates="new")).verdict.reason == "missing_estates:new"


def test_an_estate_needs_the_larger_of_minimum_and_ratio():
    indicator = {
        "kind": "facility_minimum",
        "facilities": CENTRES,
        "estates": "new",
        "per_100_households": 30,
    }
    table = ESTATES.assign(floor_area_m2=[300.0, 299.0, None, 400.0])
    found = value_of(indicator, estates=table, value=300)
    assert (found.numerator, found.short) == (1, ("e2", "e4"))  # e4 needs 600
    plain = {key: value for key, value in indicator.items() if key != "per_100_households"}
    found = value_of(plain, estates=table, value=300)
    assert (found.numerator, found.short) == (2, ("e2",))


def test_every_facility_has_at_least_a_size():
    indicator = {"kind": "facility_minimum", "facilities": CENTRES}
    found = value_of(indicator, centre(TOWN_A, 300.0), centre(TOWN_B, 299.9), centre(TOWN_B, None), value=300)
    assert (found.value, found.short, found.unsure) == (Decimal("299.9"), ("f1",), ("f2",))
    assert found.verdict.status == "not_met"


def test_count_and_sum():
    count = {"kind": "count", "amount": {"facilities": INSTITUTIONS | {"grades": ["5"]}}}
    rows = [home(TOWN_A, grade="5", beds=3.0), home(TOWN_B, grade="4", beds=2.5), home(TOWN_B, beds=4.0)]
    found = value_of(count, *rows, value=1)
    assert (found.value, found.unknown, found.verdict.status) == (1, 1, "met")
    assert value_of(count, *rows, value=2).verdict.reason == "unknown:1"
    assert value_of(count, *rows, value=3).verdict.reason == "unknown:1"
    total = {"kind": "sum", "amount": BEDS}
    assert value_of(total, *rows, value=9.5).verdict.status == "met"


def test_only_what_is_new_counts_where_the_document_says_new():
    indicator = {"kind": "sum", "amount": BEDS | {"opened_from": 2021}}
    rows = [home(TOWN_A, beds=100.0, opened=2020.0), home(TOWN_B, beds=60.0, opened=2021.0)]
    assert value_of(indicator, *rows, value=60).value == 60
    unknown_year = value_of(indicator, *rows, home(TOWN_B, beds=5.0), value=61)
    assert (unknown_year.value, unknown_year.verdict.reason) == (60, "unknown:1")


def test_a_count_within_named_units():
    inside = {"kind": "count", "amount": {"facilities": INSTITUTIONS | {"within": "streets"}}}
    assert value_of(inside, home(TOWN_A), home(TOWN_B), home(TOWN_B), value=2).value == 2


def test_every_town_has_its_number():
    indicator = {"kind": "count_per_unit", "units": "units", "amount": {"facilities": INSTITUTIONS}}
    rows = [home(TOWN_A)] * 5 + [home(TOWN_B)] * 3
    rows = [row | {"id": f"h{i}"} for i, row in enumerate(rows)]
    asks = {"rule": "at_least_low_end", "value": 4, "target": {"goal": {"high": 4}}}
    found = value_of(indicator, *rows, **asks)
    assert (found.value, found.numerator, found.short) == (3, 1, (TOWN_B,))
    assert (
        value_of(indicator, *rows, home(TOWN_B) | {"id": "x"}, **asks).verdict.status == "met"
    )  # no cap at 4


def test_what_is_unknown_may_break_an_upper_end():
    indicator = {"kind": "count_per_unit", "units": "units", "amount": {"facilities": INSTITUTIONS}}
    graded = indicator | {"amount": {"facilities": INSTITUTIONS | {"grades": ["5"]}}}
    rows = [home(TOWN_A, grade="5"), home(TOWN_B, grade="5"), home(TOWN_B)]
    between = {"rule": "inside", "value": 1, "target": {"goal": {"high": 1}}}
    found = value_of(graded, *rows, **between)
    assert (found.numerator, found.unsure, found.verdict.reason) == (1, (TOWN_B,), "unknown:1")
    assert value_of(graded, *rows, value=1).verdict.status == "met"


def test_niches_left_against_deaths():
    indicator = {
        "kind": "capacity_balance",
        "units": "units",
        "facilities": {"layer": "cemetery", "types": ["columbarium"]},
        "yearly_use_register": "deaths",
        "horizon_years": 5,
    }
    rows = [
        {"layer": "cemetery", "type": "columbarium", "unit_code": TOWN_A, "niches_left": 600.0},
        {"layer": "cemetery", "type": "columbarium", "unit_code": TOWN_B, "niches_left": 600.0},
    ]
    deaths = {"deaths": {TOWN_A: Decimal(100), TOWN_B: Decimal(130)}}
    found = value_of(indicator, *rows, registers=deaths, rule="none", value=None)
    assert (found.value, found.short) == (-50, (TOWN_B,))
    assert (found.verdict.status, found.verdict.reason) == ("report_only", "no_rule")


def test_a_balance_of_which_a_part_is_unknown_is_unknown_for_that_unit_alone():
    indicator = {
        "kind": "capacity_balance",
        "units": "units",
        "facilities": {"layer": "cemetery", "types": ["columbarium"]},
        "yearly_use_register": "deaths",
        "horizon_years": 5,
    }
    of_a = {"layer": "cemetery", "type": "columbarium", "unit_code": TOWN_A, "niches_left": 100.0}
    of_b = of_a | {"unit_code": TOWN_B, "niches_left": 600.0}
    asked = {"rule": "none", "value": None}
    both = {"deaths": {TOWN_A: Decimal(100), TOWN_B: Decimal(100)}}
    uncounted = value_of(indicator, of_a, of_b, registers={"deaths": {TOWN_A: Decimal(100)}}, **asked)
    assert (uncounted.short, uncounted.unsure) == ((TOWN_A,), (TOWN_B,))
    unasked = value_of(indicator, of_a | {"niches_left": None}, of_b, registers=both, **asked)
    assert (unasked.short, unasked.unsure) == ((), (TOWN_A,))
    assert value_of(indicator, of_b, registers=both, **asked).short == (TOWN_A,)  # none there is none left
    just = {"deaths": {TOWN_A: Decimal(20), TOWN_B: Decimal(120)}}
    assert value_of(indicator, of_a, of_b, registers=just, **asked).short == ()


def test_projects_that_serve_people():
    indicator = {
        "kind": "project_delivery",
        "amount": {"facilities": {"layer": "elder_care", "names": ["North", "South", "West"]}},
    }
    rows = [
        home(TOWN_A, name="North", opened=2023.0),
        home(TOWN_B, name="South", status="building", opened=2026.0),
    ]
    found = value_of(indicator, *rows, value=2)
    assert (found.value, found.short, found.unsure) == (1, ("f1",), ("West",))
    assert (found.numerator, found.denominator) == (1, 2)
    nobody = value_of(indicator, home(TOWN_A, name="East"), value=2)
    assert (nobody.value, nobody.numerator, nobody.unknown) == (None, None, 3)
    waiting = value_of(indicator, rows[1], value=2)
    assert (waiting.value, waiting.numerator) == (0, 0)
    assert found.verdict.reason == "unknown:1"
    assert value_of(indicator, *rows, value=3).verdict.status == "not_met"
    assert value_of(indicator, *rows, value=2, year=2026).verdict.status == "met"


def test_what_is_unknown_below_a_share_leaves_no_lowest_and_is_counted_with_what_is_unknown_above():
    """Beds of one home are unknown below, and nursing beds of two above: the share may be lower and higher."""
    counts = {"facilities": INSTITUTIONS | {"grades": ["5"]}}
    indicator = {"kind": "ratio_of_sums", "numerator": counts, "denominator": BEDS}
    homes = [
        home(TOWN_A, beds=10.0, grade="5"),
        home(TOWN_A, grade="4"),
        home(TOWN_B, beds=10.0),
        home(TOWN_B, beds=5.0),
    ]
    found = value_of(indicator, *homes, value=4)
    assert (found.numerator, found.denominator, found.unknown, found.value) == (1, 25, 3, 4)
    assert found.verdict.reason == "unknown:3"
    assert (
        value_of(indicator, *homes, value=4, rule="inside", target={"goal": {"high": 9}}).verdict.reason
        == "unknown:3"
    )


def test_a_partial_ledger_leaves_a_share_of_two_sums_open():
    rows = [home(TOWN_A, beds=100.0, nursing_beds=60.0)]
    partial = value_of(NURSING_SHARE, *rows, value=50, partial=frozenset({"elder_care"}))
    assert (partial.value, partial.unknown, partial.verdict.reason) == (60, 1, "unknown:1")


def test_only_a_part_of_the_same_beds_has_a_highest_where_it_is_unknown():
    staff = {
        "kind": "ratio_of_sums",
        "numerator": {"facilities": INSTITUTIONS, "field": "staff"},
        "denominator": BEDS,
    }
    rows = [home(TOWN_A, beds=100.0, staff=60.0), home(TOWN_B, beds=100.0)]
    assert (
        value_of(staff, *rows, value=81).verdict.reason == "unknown:1"
    )  # more staff than beds may work there
    assert value_of(staff, rows[0], value=61).verdict.status == "not_met"


def test_a_facility_of_which_nobody_knows_whether_it_counts_is_no_worst_one():
    indicator = {"kind": "facility_minimum", "facilities": CENTRES | {"grades": ["5"]}}
    sure = centre(TOWN_A, 300.0) | {"grade": "5"}
    found = value_of(indicator, sure, centre(TOWN_B, 10.0), value=300)
    assert (found.value, found.short, found.unsure) == (300, (), ("f1",))
    assert found.verdict.reason == "unknown:1"
    assert value_of(indicator, sure, centre(TOWN_B, 300.0), value=300).verdict.status == "met"


def test_niches_left_of_which_a_part_is_unknown_are_no_balance():
    indicator = {
        "kind": "capacity_balance", "units": "units", "facilities": {"layer": "cemetery", "types": ["columbarium"]},
        "yearly_use_register": "deaths", "horizon_years": 5,
    }  # fmt: skip
    told = {"layer": "cemetery", "type": "columbarium", "unit_code": TOWN_A, "niches_left": 100.0}
    deaths = {"deaths": {TOWN_A: Decimal(100), TOWN_B: Decimal(0)}}
    found = value_of(
        indicator, told, told | {"niches_left": None, "id": "x"}, registers=deaths, rule="none", value=None
    )
    assert (found.short, found.unsure) == ((), (TOWN_A,))


def test_people_of_communities_are_those_of_their_town():
    reached = pd.DataFrame({"covered": [10.0, 30.0], "total": [40.0, 60.0]}, index=["001001001", "001001002"])
    found = value_of(
        WITHIN | {"units": "units"}, coverage=lambda _: reached, units=toy.community_units(), value=40
    )
    assert (found.value, found.denominator, found.verdict.status) == (40, 1, "met")


def test_projects_are_found_by_their_ids_and_unknown_ones_are_counted():
    amount = {"facilities": {"layer": "elder_care", "names": ["p7", "South", "West"], "grades": ["5"]}}
    indicator = {"kind": "project_delivery", "amount": amount}
    rows = [home(TOWN_A, name="North", grade="5") | {"id": "p7"}, home(TOWN_B, name="South")]
    found = value_of(indicator, *rows, value=3)
    assert (found.value, found.unknown, found.unsure) == (1, 2, ("West",))


def test_of_a_delivered_project_whose_beds_nobody_knows_the_sum_is_open():
    amount = {"facilities": {"layer": "elder_care", "names": ["North"]}, "field": "beds"}
    found = value_of(
        {"kind": "project_delivery", "amount": amount},
        home(TOWN_A, name="North"),
        home(TOWN_B, name="North", beds=3.0),
        value=1,
    )
    assert (found.value, found.unknown) == (3, 1)


def test_a_list_of_names_is_complete_in_a_partial_ledger():
    indicator = {"kind": "count", "amount": {"facilities": {"layer": "elder_care", "names": ["North"]}}}
    rows = home(TOWN_A, name="North"), home(TOWN_B, name="South")
    found = value_of(indicator, *rows, value=2, partial=frozenset({"elder_care"}))
    assert (found.unknown, found.verdict.status) == (0, "not_met")


def test_a_status_that_is_asked_for_counts_whatever_serves():
    asks = PRESENCE | {"facilities": [INSTITUTIONS | {"status": ["suspended", "building"]}]}
    found = value_of(asks, home(TOWN_A, status="suspended"), home(TOWN_B, status="operating"))
    assert (found.numerator, found.short) == (1, (TOWN_B,))


def test_evidence_of_other_facilities_is_theirs_and_of_other_figures_keeps_the_words():
    """What is kept of an earlier look must be what another ledger cannot change."""
    plan = toy.plan(toy.target(PRESENCE, ">=", 100))
    before = Evidence(plan, toy.context(home(TOWN_A), home(TOWN_B)))
    condition = plan.targets[0].indicator.facilities[0]
    assert before.serving(condition).tolist() == [YES, YES]
    closed = before.with_facilities(toy.context(home(TOWN_A, status="closed"), home(TOWN_A)))
    assert closed.serving(condition).tolist() == [NO, YES]
    assert closed.present((condition,), (TOWN_A, TOWN_B)) == {TOWN_A: True, TOWN_B: False}
    grown = before.with_figures(toy.context(home(TOWN_A, opened=2030.0), home(TOWN_B, beds=7.0)))
    assert grown.serving(condition).tolist() == [NO, YES]
    assert grown.numbers("beds") == [None, 7]


def test_what_the_office_types_in_is_shown_and_not_judged():
    found = value_of({"kind": "reported"}, reported={"T": Decimal("99.5")})
    assert (found.value, found.origin, found.verdict.status) == (Decimal("99.5"), "reported", "report_only")
    nothing = value_of({"kind": "reported"})
    assert (nothing.value, nothing.origin) == (None, "none")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_says_what_it_is(kind):
    assert KINDS[kind].definition
    assert KINDS[kind].missing
    assert KINDS[kind].version >= 1
