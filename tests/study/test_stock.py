"""The ledger seen from the units, counted by hand."""

from __future__ import annotations

from coverplan.study.stock import project_table, stock_by_unit
from towns import toyledger as toy
from towns import toytown
from towns.toyledger import COUNTY, TOWN_A, TOWN_B

HOME = {"type": "institution"}


def stock(*rows: dict, **options):
    table = stock_by_unit(toy.facilities(*rows), toytown.units(), **options)
    return table.set_index(["unit_code", "layer", "type"])


def test_beds_that_are_known_are_added_and_the_unknown_are_counted():
    table = stock(
        HOME | {"unit_code": TOWN_A, "beds": 10.0},
        HOME | {"unit_code": TOWN_A},
        HOME | {"unit_code": TOWN_B, "beds": 5.0},
    )
    home = ("elder_care", "institution")
    assert table.loc[(TOWN_A, *home), ["facilities", "beds", "beds_unknown"]].tolist() == [2, 10, 1]
    assert table.loc[(COUNTY, *home), ["facilities", "beds", "beds_unknown"]].tolist() == [3, 15, 1]


def test_a_facility_that_serves_two_units_stands_in_both_and_once_above():
    table = stock(HOME | {"serves_units": (TOWN_A, TOWN_B), "beds": 8.0})
    assert table["beds"].tolist() == [8, 8, 8]
    assert table["facilities"].tolist() == [1, 1, 1]


def test_what_is_to_come_counts_beside_and_from_its_year_on_within():
    coming = HOME | {"unit_code": TOWN_A, "status": "building", "opened": 2026.0, "beds": 9.0}
    assert stock(coming, year=2025)[["facilities", "planned", "beds"]].iloc[0].tolist() == [0, 1, 0]
    assert stock(coming, year=2026)[["facilities", "planned", "beds"]].iloc[0].tolist() == [1, 0, 9]


def test_closed_facilities_stand_nowhere():
    assert stock(HOME | {"unit_code": TOWN_A, "status": "closed"}).empty


def test_projects_in_the_order_of_their_years_and_protected_ones_without_a_name():
    table = project_table(
        toy.facilities(
            HOME | {"unit_code": TOWN_A, "status": "planned", "opened": 2028.0, "name": "late"},
            HOME
            | {
                "unit_code": TOWN_B,
                "status": "building",
                "opened": 2026.0,
                "name": "hidden",
                "public": False,
            },
            HOME | {"unit_code": TOWN_B, "status": "planned", "name": "some day"},
            HOME | {"unit_code": TOWN_B, "name": "stands already"},
        ),
        toytown.units(),
    )
    assert table["name"].tolist() == [None, "late", "some day"]
    assert table["id"].tolist() == [None, "f0", "f2"]
    assert table["unit_name"].tolist() == ["Town B", "Town A", "Town B"]
