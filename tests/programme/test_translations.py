"""Every kind of target that actions can influence, with the actions counted by hand and judged by the indicators.

In each case the programme must need exactly the number of actions given, the indicators must then say that the target
is met, and must say so of no plan with fewer actions.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, get_args

import pytest
from shapely import Point

from coverplan.indicators import Stock
from coverplan.indicators.registry import KINDS
from coverplan.plan.kinds import Indicator
from coverplan.programme.asking.translate import TRANSLATIONS
from towns import toyledger as toy
from towns.tiny_towns import TOWN_A, TOWN_B, Town, Truth, change, opening

INSTITUTION = {"layer": "elder_care", "types": ["institution"]}
PRESENCE = {"kind": "unit_presence", "units": "units", "facilities": [INSTITUTION]}
BEDS = {"facilities": INSTITUTION, "field": "beds"}
NURSING = {"facilities": INSTITUTION, "field": "nursing_beds"}
COUNT = {"kind": "count", "amount": {"facilities": INSTITUTION}}
PER_UNIT = {"kind": "count_per_unit", "units": "units", "amount": {"facilities": INSTITUTION}}
CENTRES = {"layer": "civic", "types": ["community_centre"]}
FUNCTIONS = {
    "kind": "unit_presence",
    "units": "units",
    "facilities": [INSTITUTION | {"functions": ["full_care"]}],
}
SHARE = {"kind": "facility_share", "facilities": INSTITUTION, "having": {"grades": ["5"]}}
NICHES = {
    "kind": "capacity_balance", "units": "units", "facilities": {"layer": "cemetery", "types": ["columbarium"]},
    "yearly_use_register": "deaths", "horizon_years": 5,
}  # fmt: skip
COMMUNITIES = ("001001001", "001001002", "001002001", "001002002")


def home(unit: str | None, **more: Any) -> dict[str, Any]:
    return {"type": "institution", "unit_code": unit, **more}


def homes(*units: str, **more: Any) -> list:
    """Openings of institutions, one for each unit named."""
    return [opening(f"{unit}-{at}", unit, **more) for at, unit in enumerate(units)]


def centre(unit: str, area: float | None, **more: Any) -> dict[str, Any]:
    return {"layer": "civic", "type": "community_centre", "unit_code": unit, "floor_area_m2": area, **more}


def centres(*units: str, area: float = 10.0) -> list:
    return [
        opening(f"c{unit}-{at}", unit, layer="civic", type="community_centre", offers={"floor_area_m2": area})
        for at, unit in enumerate(units)
    ]


def niches(unit: str, left: float) -> dict[str, Any]:
    return {"layer": "cemetery", "type": "columbarium", "unit_code": unit, "niches_left": left}


def one(indicator: dict, rule: str = ">=", value: Any = 100, **more: Any) -> list[dict]:
    return [toy.target(indicator, rule, value, **more)]


BETWEEN = {"goal": {"high": 2}}
RESIDENT = {"population_base": "resident"}
SIXTY = {"people": toy.people(age_60_plus=(200.0, 300.0))}
PER_1000 = {"kind": "per_1000", "amount": BEDS, "group": "age_60_plus"}
HOSTS = {
    "kind": "unit_presence",
    "hosts": CENTRES,
    "facilities": [{"layer": "civic", "types": ["volunteer_point"]}],
}
TIERS = {
    "kind": "hierarchical_presence",
    "tiers": [
        {"units": "units", "facilities": [{"layer": "elder_care", "types": ["town_centre"]}]},
        {"units": "communities", "facilities": [{"layer": "elder_care", "types": ["community_station"]}]},
    ],
}
ROOMS = {
    "kind": "presence_or_reach", "units": "units", "facilities": [{"layer": "social_work", "types": ["room"]}],
    "worker_register": "assigned",
}  # fmt: skip
REACHED = ROOMS | {
    "reach": {"facilities": {"layer": "social_work", "types": ["station"]}, "group": "total", "minutes": 2},
    "reach_share": 60,
}
WITHIN = {
    "kind": "population_within",
    "reach": {"facilities": INSTITUTION, "group": "age_60_plus", "minutes": 2},
}
AREA = {"kind": "area_per_100_households", "facilities": CENTRES}
STANDARD = {
    "kind": "share_meeting_standard", "units": "communities", "facilities": CENTRES, "field": "floor_area_m2",
    "standard": 30, "per_100_households": True,
}  # fmt: skip


def town(rows: list, actions: list, targets: list, **more: Any) -> Town:
    return Town(rows, actions, targets, **more)


def room(unit: str) -> dict[str, Any]:
    return {"layer": "social_work", "type": "room", "unit_code": unit}


def point(name: str, x: float, **more: Any) -> Any:
    made = opening(name, layer="civic", type="volunteer_point", **more)
    return type(made)(**{**{n: getattr(made, n) for n in type(made).__slots__}, "place": Point(x, 0)})


SCATTERED = [centre(TOWN_A, 9.0, geometry=Point(500 * at, 0)) for at in range(4)]
POINTS = [point(f"v{at}", 500 * at + 50.0) for at in range(3)] + [point("far", 551.0)]
DEATHS = {"deaths": {TOWN_A: Decimal(100), TOWN_B: Decimal(130)}}
OFFERS_5 = {"grade": "5"}
B10 = {"offers": {"beds": 10.0}}

#: Name, town, least number of actions.
CASES: dict[str, tuple[Any, int]] = {
    # one of two towns has a home: all, half, and more than half
    "unit_presence all": (lambda: town([home(TOWN_A)], homes(TOWN_A, TOWN_B), one(PRESENCE)), 1),
    "unit_presence half, nothing yet": (lambda: town([home(None)], homes(TOWN_A, TOWN_B), one(PRESENCE, value=50)), 1),
    "unit_presence more than half": (
        lambda: town([home(None)], homes(TOWN_A, TOWN_B), one(PRESENCE, ">", 50)), 2),
    "unit_presence exactly half": (
        lambda: town([home(None)], homes(TOWN_A, TOWN_A, TOWN_B), one(PRESENCE, "=", 50)), 1),
    "unit_presence inside, one has to close": (
        lambda: town([home(TOWN_A), home(TOWN_B)], [change("close", "f0"), change("close", "f1")],
                     one(PRESENCE, "inside", 40, goal={"high": 60})), 1),
    "unit_presence of two conditions": (
        lambda: town([home(TOWN_A), home(TOWN_B)],
                     [opening("a", TOWN_A, type="canteen"), opening("b", TOWN_B, type="canteen"), *homes(TOWN_A)],
                     one(PRESENCE | {"facilities": [INSTITUTION, {"layer": "elder_care", "types": ["canteen"]}]})), 2),
    "unit_presence with functions, an unknown one never counts": (
        lambda: town([home(TOWN_A), home(TOWN_B, functions=frozenset({"meals"}))],
                     [*homes(TOWN_A, offers={"functions": ("full_care",)}), *homes(TOWN_B),
                      change("upgrade", "f1", fields={"functions": ("full_care", "meals")})],
                     one(FUNCTIONS)), 2),
    "unit_presence, move to the other town": (
        lambda: town([{"type": "institution", "unit": TOWN_A, "geometry": Point(0, 0)}, home(TOWN_A)],
                     [change("move", "f0", at=(0, 3))], one(PRESENCE)), 1),
    "unit_presence of a partial ledger": (
        lambda: town([home(TOWN_A)], homes(TOWN_B, TOWN_B), one(PRESENCE), more={"partial": frozenset({"elder_care"})}),
        1),
    "unit_presence, printed one more unit than listed": (
        lambda: town([home(TOWN_A)], homes(TOWN_B), one(PRESENCE | {"units": "printed_three"}, ">=", 60)), 1),
    "unit_presence, maintained": (
        lambda: town([home(TOWN_A)], homes(TOWN_B, TOWN_B), one(PRESENCE, "maintain", None, base={"year": 2020, "value": 100})),
        1),
    "unit_presence at hosts": (lambda: town([*SCATTERED], POINTS, one(HOSTS, value=50),
                                            more={"empty_layers": frozenset({"civic.volunteer_point"})}), 2),
    "unit_presence at hosts, more than half": (
        lambda: town([*SCATTERED], POINTS, one(HOSTS, ">", 50)), 3),
    "unit_presence at hosts, close a lonely one": (
        lambda: town([*SCATTERED, {"layer": "civic", "type": "volunteer_point", "geometry": Point(0, 0)}],
                     [change("close", f"f{at}", layer="civic", type="community_centre") for at in (1, 2, 3)],
                     one(HOSTS, value=50)), 2),
    "hierarchical_presence": (
        lambda: town([{"type": "town_centre", "unit_code": TOWN_A}],
                     [opening("t", TOWN_B, type="town_centre"),
                      *(opening(f"s{c}", c, type="community_station") for c in COMMUNITIES)],
                     one(TIERS, ">=", 80), more={"units": toy.community_units()}), 4),
    "presence_or_reach, one has a worker": (
        lambda: town([{"layer": "social_work", "type": "other", "unit_code": TOWN_A}],
                     [opening(f"r{u}", u, layer="social_work", type="room") for u in (TOWN_A, TOWN_B)],
                     one(ROOMS), more={"registers": {"assigned": {TOWN_A: Decimal(1)}}}), 1),
    # a station in the middle of B reaches 9 of its 15 points in two minutes: 60 percent
    "presence_or_reach by people": (
        lambda: town([room(TOWN_A)],
                     [opening("corner", layer="social_work", type="station", at=(0, 4)),
                      opening("middle", layer="social_work", type="station", at=(2, 3)),
                      opening("edge", layer="social_work", type="station", at=(4, 2))],
                     one(REACHED), reach=True), 1),
    # 13 points lie within two minutes of the middle, 6 of a corner: 26 and 12 of 50 elders
    "population_within": (
        lambda: town([home(None, geometry=Point(9e5, 9e6))],
                     [opening("middle", at=(2, 2)), opening("corner", at=(0, 0)), opening("other", at=(4, 4))],
                     one(WITHIN, ">=", 52), reach=True), 1),
    "population_within, more than": (
        lambda: town([home(None, geometry=Point(9e5, 9e6))],
                     [opening("middle", at=(2, 2)), opening("corner", at=(0, 0)), opening("other", at=(4, 4))],
                     one(WITHIN, ">", 52), reach=True), 2),
    "population_within every unit": (
        lambda: town([home(None, geometry=Point(9e5, 9e6))],
                     [opening("middle", at=(2, 2)), opening("a", at=(2, 0)), opening("b", at=(2, 3))],
                     one(WITHIN | {"units": "units"}, ">=", 60), reach=True), 2),
    "ratio_of_sums at equality": (
        lambda: town([home(TOWN_A, beds=100.0, nursing_beds=50.0), home(TOWN_B, beds=100.0, nursing_beds=50.0)],
                     [change("upgrade", "f0", fields={"nursing_beds": 60.0}), change("upgrade", "f1", fields={"nursing_beds": 59.0})],
                     one({"kind": "ratio_of_sums", "numerator": NURSING, "denominator": BEDS}, ">=", 55)), 1),
    "ratio_of_sums more than": (
        lambda: town([home(TOWN_A, beds=100.0, nursing_beds=50.0), home(TOWN_B, beds=100.0, nursing_beds=50.0)],
                     [change("upgrade", "f0", fields={"nursing_beds": 60.0}), change("upgrade", "f1", fields={"nursing_beds": 59.0})],
                     one({"kind": "ratio_of_sums", "numerator": NURSING, "denominator": BEDS}, ">", 55)), 2),
    "ratio_of_sums, beds unknown": (
        lambda: town([home(TOWN_A, beds=100.0, nursing_beds=60.0), home(TOWN_B)],
                     [change("upgrade", "f1", fields={"beds": 10.0}), change("close", "f1")],
                     one({"kind": "ratio_of_sums", "numerator": NURSING, "denominator": BEDS}, ">=", 55),
                     exclusive=((0, 1),)), 1),
    "ratio_of_sums from nothing": (
        lambda: town([{"type": "canteen"}], homes(TOWN_A, offers={"beds": 10.0, "nursing_beds": 6.0}),
                     one({"kind": "ratio_of_sums", "numerator": NURSING, "denominator": BEDS}, ">=", 55)), 1),
    "ratio_of_sums of stocks": (
        lambda: town([home(TOWN_A, opened=2020.0)],
                     [opening(f"n{at}", TOWN_A, offers={"beds": 10.0, "nursing_beds": 10.0}) for at in range(3)],
                     one({"kind": "ratio_of_sums", "numerator": NURSING, "denominator": BEDS}, ">=", 57),
                     more={"stocks": tuple(Stock("elder_care", frozenset({"institution"}), name, 2020, Decimal(value))
                                           for name, value in (("beds", 100), ("nursing_beds", 50)))}), 2),
    "facility_share": (
        lambda: town([home(TOWN_A), home(TOWN_A, grade="3"), home(TOWN_B, grade="5"), home(TOWN_B)],
                     [change("upgrade", "f0", fields=OFFERS_5), change("upgrade", "f1", fields=OFFERS_5),
                      *homes(TOWN_A, offers=OFFERS_5)], one(SHARE, ">=", 60)), 2),
    "facility_share at equality": (
        lambda: town([home(TOWN_A, grade="5"), home(TOWN_B, grade="3")],
                     [change("upgrade", "f1", fields=OFFERS_5), change("close", "f1"), *homes(TOWN_A, offers=OFFERS_5)],
                     one(SHARE, ">", 50), exclusive=((0, 1),)), 1),
    "facility_share from nothing": (
        lambda: town([{"type": "canteen"}], homes(TOWN_A, offers=OFFERS_5), one(SHARE, ">=", 60)), 1),
    "facility_share exactly, an unknown grade has to be told": (
        lambda: town([home(TOWN_A, grade="5"), home(TOWN_B)],
                     [change("upgrade", "f1", fields={"grade": "3"})], one(SHARE, "=", 50)), 1),
    "area_per_100_households": (
        lambda: town([centre(TOWN_A, 20.0)], centres(TOWN_A, TOWN_B, TOWN_B), one(AREA, ">=", 40)), 2),
    "area_per_100_households more than": (
        lambda: town([centre(TOWN_A, 20.0)], centres(TOWN_A, TOWN_B, TOWN_B), one(AREA, ">", 40)), 3),
    # 40 and 60 households: 25 for every hundred are 10 m2 and 15 m2
    "area_per_100_households every unit": (
        lambda: town([centre(TOWN_A, None)], centres(TOWN_A, TOWN_A, TOWN_B, TOWN_B), one(AREA | {"units": "units"}, ">=", 25)),
        3),
    # 10, 30, 20 households need 3, 9 and 6 m2; of the fourth nobody knows
    "share_meeting_standard of units": (
        lambda: town([centre(COMMUNITIES[0], 3.0), centre(COMMUNITIES[1], 8.9)], centres(*COMMUNITIES, area=6.0),
                     one(STANDARD, ">=", 75), more={"units": toy.community_units()}), 2),
    "share_meeting_standard of facilities": (
        lambda: town([centre(TOWN_A, 5.0), centre(TOWN_B, None)],
                     [change("expand", "f0", layer="civic", type="community_centre", fields={"floor_area_m2": 9.0}),
                      *centres(TOWN_A, TOWN_B)],
                     one({"kind": "share_meeting_standard", "facilities": CENTRES, "having": {"at_least": {"floor_area_m2": 9}}},
                         ">=", 50)), 1),
    "per_1000": (
        lambda: town([home(TOWN_A, beds=10.0), home(TOWN_B)], homes(TOWN_A, TOWN_A, **B10),
                     one(PER_1000, ">=", 40, **RESIDENT), more=SIXTY), 1),
    "per_1000 more than": (
        lambda: town([home(TOWN_A, beds=10.0), home(TOWN_B)], homes(TOWN_A, TOWN_A, **B10),
                     one(PER_1000, ">", 40, **RESIDENT), more=SIXTY), 2),
    "per_10k": (
        lambda: town([home(TOWN_A, beds=10.0)], homes(TOWN_A, TOWN_A, TOWN_B, **B10),
                     one(PER_1000 | {"kind": "per_10k"}, ">=", 500, **RESIDENT), more=SIXTY), 2),
    "count": (lambda: town([home(TOWN_A)], homes(TOWN_A, TOWN_B, TOWN_B), one(COUNT, ">=", 3)), 2),
    "count more than": (lambda: town([home(TOWN_A)], homes(TOWN_A, TOWN_B, TOWN_B), one(COUNT, ">", 3)), 3),
    "count exactly, two have to close": (
        lambda: town([home(TOWN_A)] * 3, [change("close", f"f{at}") for at in range(3)], one(COUNT, "=", 1)), 2),
    "count inside": (
        lambda: town([home(TOWN_A)] * 3, [*homes(TOWN_B), *(change("close", f"f{at}") for at in range(3))],
                     one(COUNT, "inside", 1, **BETWEEN)), 1),
    "count of a partial ledger": (
        lambda: town([home(TOWN_A)], homes(TOWN_A, TOWN_B), one(COUNT, ">=", 2), more={"partial": frozenset({"elder_care"})}),
        1),
    "count within some units": (
        lambda: town([home(TOWN_A)], homes(TOWN_A, TOWN_A, TOWN_B, TOWN_B),
                     one({"kind": "count", "amount": {"facilities": INSTITUTION | {"within": "streets"}}}, ">=", 2)), 2),
    "sum with a stock": (
        lambda: town([home(TOWN_A, beds=1.0, opened=2020.0), home(TOWN_A, beds=10.0, opened=2021.0), home(TOWN_A, beds=1000.0)],
                     homes(TOWN_A, TOWN_A, **B10), one({"kind": "sum", "amount": BEDS}, ">=", 130),
                     more={"stocks": (Stock("elder_care", frozenset({"institution"}), "beds", 2020, Decimal(100)),)}), 2),
    "sum of decimals": (
        lambda: town([home(TOWN_A, beds=0.1)], homes(TOWN_A, TOWN_A, TOWN_B, offers={"beds": 0.1}),
                     one({"kind": "sum", "amount": BEDS}, ">=", Decimal("0.3"))), 2),
    "sum of what is new": (
        lambda: town([home(TOWN_A, beds=100.0, opened=2020.0), home(TOWN_B, beds=60.0, opened=2021.0)],
                     homes(TOWN_A, TOWN_A, **B10), one({"kind": "sum", "amount": BEDS | {"opened_from": 2021}}, ">=", 61)), 1),
    "count_per_unit at least the low end": (
        lambda: town([home(TOWN_A)] * 5 + [home(TOWN_B)], homes(TOWN_A, TOWN_B, TOWN_B),
                     one(PER_UNIT, "at_least_low_end", 3, goal={"high": 4})), 2),
    "count_per_unit inside": (
        lambda: town([home(TOWN_A)] * 4, [*homes(TOWN_A, TOWN_B, TOWN_B), change("close", "f0"), change("close", "f1")],
                     one(PER_UNIT, "inside", 1, **BETWEEN)), 3),
    "count_per_unit exactly": (
        lambda: town([home(TOWN_A)] * 2, [*homes(TOWN_B, TOWN_B), change("close", "f0")], one(PER_UNIT, "=", 1)), 2),
    "facility_minimum": (
        lambda: town([centre(TOWN_A, 300.0), centre(TOWN_B, 299.0), centre(TOWN_B, None)],
                     [change("expand", "f1", layer="civic", type="community_centre", fields={"floor_area_m2": 300.0}),
                      change("close", "f2", layer="civic", type="community_centre"), *centres(TOWN_A)],
                     one({"kind": "facility_minimum", "facilities": CENTRES}, ">=", 300)), 2),
    "facility_minimum, the last one may not close": (
        lambda: town([centre(TOWN_A, 299.0)],
                     [change("expand", "f0", layer="civic", type="community_centre", fields={"floor_area_m2": 300.0}, cost=9.0),
                      change("close", "f0", layer="civic", type="community_centre", name="x")],
                     one({"kind": "facility_minimum", "facilities": CENTRES}, ">=", 300), exclusive=((0, 1),)), 1),
    "capacity_balance": (
        lambda: town([niches(TOWN_A, 600.0), niches(TOWN_B, 600.0)],
                     [change("expand", "f1", layer="cemetery", type="columbarium", fields={"niches_left": 650.0}),
                      opening("n", TOWN_B, layer="cemetery", type="columbarium", offers={"niches_left": 49.0})],
                     one(NICHES, ">=", 0), more={"registers": DEATHS}), 1),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_exactly_the_actions_counted_by_hand(name):
    make, fewest = CASES[name]
    asked = make()
    truth = Truth(asked)
    found = asked.answer()
    assert [(one.state, one.reason) for one in asked.wanted] == [("constraint", None)]
    assert "least_shortfall" not in [one.name for one in found.stages]
    due = truth.asked()
    done = dict(found.year_of)
    assert truth.keeps_targets(done, due)
    good = [plan for plan in truth.plans() if truth.keeps_targets(plan, due)]
    assert min(map(len, good)) == fewest
    cheapest = min(sum(asked.actions[at].cost for at in plan) for plan in good)
    assert sum(asked.actions[at].cost for at in done) == cheapest
    assert len(done) == fewest


def test_every_translation_has_a_case():
    assert {name.split(",")[0].split(" ")[0] for name in CASES} == set(TRANSLATIONS)


def test_the_kinds_without_a_translation_are_listed_as_not_influenced():
    others = {
        "area_share": {"units": "units", "part_register": "zone", "whole_register": "land"},
        "share_in_range": {"units": "communities"},
        "control_total": {"group": "age_60_plus"},
        "project_delivery": {"amount": {"facilities": {"layer": "elder_care", "names": ["North"]}}},
        "reported": {},
        "served_within": {"reach": {"facilities": {"layer": "elder_care"}, "group": "total", "minutes": 15}},
    }
    assert set(others) == set(KINDS) - set(TRANSLATIONS)
    kinds = {get_args(model.model_fields["kind"].annotation)[0] for model in get_args(get_args(Indicator)[0])}
    assert kinds == set(KINDS)
    asked = town(
        [home(TOWN_A)], homes(TOWN_B), [one({"kind": k, **v}, value=1)[0] for k, v in others.items()]
    )
    found = asked.answer()
    assert [(w.state, w.reason) for w in asked.wanted] == [("not_influenced", kind) for kind in others]
    assert found.year_of == {}
