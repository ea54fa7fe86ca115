"""Gaps, shortfalls, trajectories and clusters on the toy town, counted by hand."""

from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest

from coverplan.indicators import PeopleTotal, compute
from coverplan.judgement.gaps import (
    WITH_BASE,
    WITHOUT_BASE,
    _names,
    data_requests,
    gap_table,
    shortfall,
    trajectory,
    units_needed,
)
from coverplan.service.clusters import uncovered_clusters
from towns import toyledger as toy
from towns import toytown
from towns.toyledger import TOWN_A, TOWN_B

INSTITUTIONS = {"layer": "elder_care", "types": ["institution"]}
PRESENCE = {"kind": "unit_presence", "units": "units", "facilities": [INSTITUTIONS]}
BEDS = {"kind": "sum", "amount": {"facilities": INSTITUTIONS, "field": "beds"}}


def row_of(target: dict, *rows: dict, **more):
    plan, context = toy.plan(target), toy.context(*rows, **more)
    return gap_table(plan, compute(plan, context), context.units).loc["T"]


@pytest.mark.parametrize(
    ("percent", "total", "rule", "needed"),
    [
        ("60", 33, ">=", 20),
        ("50", 33, ">=", 17),
        ("90", 12, ">=", 11),
        ("50", 12, ">=", 6),
        ("50", 12, ">", 7),
        ("80", 12, ">=", 10),
        ("90", 165, ">=", 149),
        ("100", 33, ">=", 33),
        ("0", 12, ">=", 0),
        ("33.3", 1000, ">=", 333),
        ("33.3", 1000, ">", 334),
    ],
)
def test_units_needed_for_a_share(percent, total, rule, needed):
    assert units_needed(Decimal(percent), total, rule) == needed


def test_gap_with_names_in_code_order_and_units_still_missing():
    row = row_of(toy.target(PRESENCE), {"type": "institution", "unit_code": TOWN_A})
    assert (row["present"], row["target"], row["gap"]) == (50, 100, 50)
    assert (row["numerator"], row["denominator"], row["units_missing"]) == (1, 2, 1)
    assert row["short"] == ("Town B",)
    assert (row["verdict"], row["completion_formula"]) == ("not_met", WITHOUT_BASE)


def test_completion_from_a_base_and_time_elapsed():
    base = {"base": {"year": 2020, "value": 20}}
    row = row_of(
        toy.target(BEDS, value=100, **base),
        {"type": "institution", "beds": 60.0, "unit_code": TOWN_A},
        year=2023,
    )
    assert (row["completion_percent"], row["completion_formula"]) == (50, WITH_BASE)
    assert (row["gap"], row["elapsed_percent"], row["verdict"]) == (40, 60, "behind")


def test_no_completion_is_counted_from_a_base_that_its_document_contradicts():
    base = {"base": {"year": 2020, "value": 20, "suspect": True}}
    beds = {"type": "institution", "beds": 60.0, "unit_code": TOWN_A}
    row = row_of(toy.target(BEDS, value=100, **base), beds)
    assert (row["completion_percent"], row["completion_formula"]) == (60, WITHOUT_BASE)


def test_more_than_and_ranges_have_no_completion():
    beds = {"type": "institution", "beds": 60.0, "unit_code": TOWN_A}
    assert row_of(toy.target(BEDS, ">", 50), beds)["completion_percent"] is None
    ranged = row_of(toy.target(BEDS, "inside", 20, goal={"high": 50}), beds)
    assert (ranged["gap"], ranged["completion_percent"]) == (-10, None)


def test_statements_that_contradict_stand_beside_each_other():
    conflict = {"conflict": "beds"}
    plan = toy.plan(
        toy.target(BEDS, value=50, id="A", **conflict),
        toy.target(BEDS, value=70, id="B", **conflict),
        conflicts={"beds": {"zh": "床位数", "en": "number of beds"}},
    )
    context = toy.context({"type": "institution", "beds": 60.0, "unit_code": TOWN_A})
    table = gap_table(plan, compute(plan, context), context.units)
    assert list(table["verdict"]) == ["met", "not_met"]
    assert list(table["conflicts_with"]) == [("B",), ("A",)]


def test_shortfall_tells_what_is_missing_from_what_is_unknown():
    asks = PRESENCE | {"facilities": [INSTITUTIONS | {"functions": ["meals"]}]}
    plan = toy.plan(toy.target(asks))
    rows = [
        {"type": "institution", "unit_code": TOWN_B},
        {"type": "institution", "unit_code": TOWN_A, "functions": frozenset()},
    ]
    context = toy.context(*rows)
    table = shortfall(compute(plan, context), context.units)
    assert table.to_dict("records") == [
        {"target_id": "T", "code": TOWN_A, "name": "Town A", "state": "short"},
        {"target_id": "T", "code": TOWN_B, "name": "Town B", "state": "unknown"},
    ]


def test_what_to_ask_for_most_wanted_first():
    outlets = {"kind": "count", "amount": {"facilities": {"layer": "civic", "types": ["lottery_outlet"]}}}
    register = {"kind": "count", "amount": {"register": "agencies"}}
    asks = PRESENCE | {"facilities": [INSTITUTIONS | {"functions": ["meals"]}]}
    plan = toy.plan(
        toy.target(register, id="A", value=1),
        toy.target(outlets, id="B", value=5),
        toy.target(outlets, id="C", value=6),
        toy.target(asks, id="D"),
        toy.target({"kind": "reported"}, id="E"),
    )
    rows = [
        {"type": "institution", "unit_code": TOWN_A, "functions": frozenset({"meals"})},
        {"type": "institution", "unit_code": TOWN_B},
    ]
    table = data_requests(compute(plan, toy.context(*rows)))
    assert table.to_dict("records") == [
        {"reason": "missing_layer", "what": "civic.lottery_outlet", "targets": ("B", "C"), "units": ()},
        {"reason": "missing_register", "what": "agencies", "targets": ("A",), "units": ()},
        {"reason": "unknown", "what": "unit_presence", "targets": ("D",), "units": (TOWN_B,)},
    ]


def test_the_order_of_the_ledger_changes_nothing():
    asks = [
        toy.target(PRESENCE, id="A"),
        toy.target(BEDS, id="B", value=100),
        toy.target({"kind": "count_per_unit", "units": "units", "amount": BEDS["amount"]}, id="C", value=30),
    ]
    rows = [
        {"id": "x", "type": "institution", "unit_code": TOWN_A, "beds": 0.1},
        {"id": "y", "type": "institution", "unit_code": TOWN_A, "beds": 0.2},
        {"id": "z", "type": "institution", "serves_units": (TOWN_A, TOWN_B)},
    ]
    plan = toy.plan(*asks)
    found = {compute(plan, toy.context(*(rows[i] for i in order))) for order in permutations(range(3))}
    assert len(found) == 1


def test_a_trajectory_shows_that_half_of_the_beds_arrive_in_the_last_year():
    per_1000 = {"kind": "per_1000", "amount": BEDS["amount"], "group": "age_60_plus"}
    plan = toy.plan(
        toy.target(per_1000, value=20, population_base="resident", base={"year": 2020, "value": 10})
    )
    rows = [
        {"type": "institution", "unit_code": TOWN_A, "beds": 100.0, "opened": 2019.0},
        {"type": "institution", "unit_code": TOWN_A, "beds": 50.0, "opened": 2023.0, "status": "building"},
        {"type": "institution", "unit_code": TOWN_B, "beds": 50.0, "opened": 2025.0, "status": "planned"},
    ]
    totals = tuple(
        PeopleTotal("age_60_plus", "resident", year, Decimal(people))
        for year, people in ((2020, 10_000), (2025, 10_000))
    )
    context = toy.context(*rows, year=2024, people_totals=totals)
    table = trajectory(plan, context, range(2021, 2026)).set_index("year")
    assert list(table["value"]) == [10, 10, 15, 15, 20]
    assert list(table["pace"]) == [12, 14, 16, 18, 20]
    assert list(table["verdict"]) == ["behind"] * 4 + ["met"]
    assert list(table["needed_per_year"]) == [2] * 5
    assert list(table["actual_per_year"]) == [0, 0, Decimal(5) / 3, Decimal("1.25"), 2]


def test_reported_figures_of_one_year_say_nothing_about_another():
    share = {"kind": "ratio_of_sums", "numerator": {"register": "a"}, "denominator": {"register": "b"}}
    plan = toy.plan(toy.target(share))
    context = toy.context(year=2024, registers={"a": Decimal(1), "b": Decimal(2)})
    assert list(trajectory(plan, context, [2023, 2024])["year"]) == [2024]


# clusters -------------------------------------------------------------------------------------------------


def clusters(uncovered, **more):
    options = {"group": "total", "radius_m": 72.0, "least_people": 30} | more
    return uncovered_clusters(toytown.demand(), np.array(uncovered), network=toytown.network(), **options)


def test_two_clusters_most_people_first_and_the_lonely_counted():
    demand = toytown.demand()
    uncovered = np.zeros(25, dtype=bool)
    west, east, alone = (0, 5, 10), (3, 4, 8, 9), 22
    uncovered[[*west, *east, alone]] = True
    found = clusters(uncovered, units=toytown.units())
    assert list(found["people"]) == [40, 30]
    assert list(found["points"]) == [4, 3]
    assert list(found["unit"]) == [TOWN_B, TOWN_A]
    assert list(found["unit_name"]) == ["Town B", "Town A"]
    assert found.attrs["people_outside"] == 10
    assert found["people"].sum() + found.attrs["people_outside"] == demand.people["total"][uncovered].sum()


def test_nobody_uncovered_is_no_cluster():
    assert len(clusters(np.zeros(25, dtype=bool))) == 0


def test_the_nearest_named_street_is_told_with_its_distance():
    network = toytown.network()
    network.name[0] = "Corner Road"  # from (0, 0) to (0, 1)
    uncovered = np.zeros(25, dtype=bool)
    uncovered[[10, 15, 20]] = True
    found = uncovered_clusters(
        toytown.demand(), uncovered, group="total", radius_m=72.0, least_people=30, network=network
    )
    assert list(found["street"]) == ["Corner Road"]
    assert found["street_m"].iloc[0] == pytest.approx(144)


def test_people_of_the_buffer_are_no_part_of_a_cluster():
    demand = toytown.demand()
    demand.inside[:] = False
    found = uncovered_clusters(demand, np.ones(25, dtype=bool), group="total", radius_m=72.0, least_people=30)
    assert len(found) == 0


def test_a_facility_that_is_not_public_is_called_after_its_unit():
    ledger = toy.facilities(
        {"name": "甲", "public": False, "unit_code": TOWN_A},
        {"name": "乙", "unit_code": TOWN_A},
        {"name": None, "unit_code": TOWN_B},
        {"name": "丁", "public": False},
    )
    names = _names(toytown.units(), ledger)
    assert [names.get(f"f{i}") for i in range(4)] == ["Town A", "乙", "Town B", None]
