"""Actions that a scenario allows, listed by hand for the toy town."""

from __future__ import annotations

import math
from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest

from coverplan.candidates.pool import Candidates
from coverplan.programme.actions.costs import CostFile
from coverplan.programme.actions.make_actions import Maker
from coverplan.scenario.siting_file import SitingAsk
from towns import toyledger as toy
from towns import toytown
from towns.tiny_towns import STREETS, TOWN_A, TOWN_B, spot, unit_at

COSTS = CostFile.model_validate(
    {
        "currency": "coin",
        "types": {
            "station": {
                "open": 10.0,
                "per_m2": 1.0,
                "close": 1.0,
                "move": 2.0,
                "upgrade": 3.0,
                "expand": 4.0,
            },
            "room": {"open": 6.0},
        },
        "vacant_building_factor": 0.5,
        "shared_premises_saving": 0.25,
    }
)
ROOM = {"layer": "social_work", "type": "room"}
STATION = {"layer": "elder_care", "type": "station"}
TOGETHER = {"share": {"compatible": [["station", "room"]]}}


def places(*rows: dict) -> Candidates:
    """Candidates at nodes; a type whose reasons are not told is usable everywhere."""
    table = gpd.GeoDataFrame(
        {
            "id": [f"c{at}" for at in range(len(rows))],
            "name": [None] * len(rows),
            "source": "s",
            "unit": [unit_at(spot(*row["at"])) for row in rows],
            "vacant": [row.get("vacant", False) for row in rows],
            "floor_area_m2": [row.get("area", math.nan) for row in rows],
            "slope_percent": math.nan,
        },
        geometry=[spot(*row["at"]) for row in rows],
        crs=toytown.CRS,
    )
    free = np.full(len(rows), "", dtype=object)
    barred = np.array([row.get("station", "") for row in rows], dtype=object)
    return Candidates(table, {"station": barred, "room": free}, (), {}, ())


def made(rows=(), candidates=None, costs=COSTS, **ask):
    asked = SitingAsk.model_validate({"years": (2025, 2026, 2027), "candidates": [STREETS], **ask})
    ledger = toy.facilities(*[{"id": f"f{at}", **row} for at, row in enumerate(rows)])
    return Maker(asked, ledger, candidates, costs, toytown.units(), {}).make()


def station(at=(0, 0), **more):
    return {"type": "station", "geometry": spot(*at), "unit": unit_at(spot(*at)), **more}


def exclusive(found) -> set[frozenset[str]]:
    """Pairs of keys that may not both be done."""
    return {
        frozenset({found.actions[a].key, found.actions[b].key})
        for group in found.exclusive
        for a, b in combinations(group, 2)
    }


def by_key(found):
    return {action.key: action for action in found.actions}


def test_a_facility_opens_at_every_usable_place_for_the_price_of_its_size():
    somewhere = places({"at": (0, 0)}, {"at": (0, 4), "station": "too_near"}, {"at": (2, 2), "vacant": True})
    found = made(candidates=somewhere, open=[STATION | {"offers": {"floor_area_m2": 20.0}, "lead_years": 1}])
    actions = by_key(found)
    assert list(actions) == ["open/elder_care/station/0/c0", "open/elder_care/station/0/c2"]
    assert [one.cost for one in found.actions[:1]] == [30.0]
    assert actions["open/elder_care/station/0/c2"].cost < 30.0
    assert {one.first_year for one in found.actions} == {2026}
    assert [one.unit for one in found.actions] == [TOWN_A, TOWN_B]


def test_a_vacant_building_must_be_large_enough():
    somewhere = places(
        {"at": (0, 0), "vacant": True, "area": 19.0}, {"at": (0, 1), "vacant": True, "area": 20.0}
    )
    found = made(candidates=somewhere, open=[STATION | {"offers": {"floor_area_m2": 20.0}}])
    assert [one.site for one in found.actions] == ["c1"]
    assert found.left_out == {"too_small": 1}


def test_what_costs_nothing_known_is_unknown():
    found = made(candidates=places({"at": (0, 0)}), open=[ROOM], costs=None)
    assert not found.actions[0].known_cost


def test_only_what_is_compatible_shares_a_candidate_place():
    found = made(candidates=places({"at": (0, 0)}), open=[STATION, ROOM])
    both = frozenset(by_key(found))
    assert exclusive(found) == {both}
    assert not found.sharing
    friends = made(candidates=places({"at": (0, 0)}), open=[STATION, ROOM], **TOGETHER)
    assert exclusive(friends) == set()
    assert [{friends.actions[at].key for at in group} for group in friends.sharing] == [set(both)]
    assert {one.saving for one in friends.actions} == {2.5, 1.5}


def test_new_ones_of_a_kind_keep_apart():
    # neighbours are too near, what is two streets away is not
    somewhere = places({"at": (0, 0)}, {"at": (0, 1)}, {"at": (0, 2)})
    found = made(candidates=somewhere, open=[STATION | {"apart_m": 1.5 * toytown.STREET_M}])
    sites = {frozenset(key.split("/")[-1] for key in pair) for pair in exclusive(found)}
    assert sites == {frozenset({"c0", "c1"}), frozenset({"c1", "c2"})}


def test_a_guest_saves_at_once_and_its_host_neither_closes_nor_moves_nor_changes_into_what_may_not_share():
    found = made(
        [station()],
        places({"at": (0, 1), "station": ""}),
        open=[ROOM],
        close=[{"layer": "elder_care"}],
        move=[{"layer": "elder_care", "within_m": 500.0}],
        upgrade=[
            {"layer": "elder_care", "offers": {"type": "cemetery"}},
            {"layer": "elder_care", "offers": {"grade": "5"}},
        ],
        **TOGETHER,
    )
    guest = "open/social_work/room/0/with:elder_care:f0"
    assert by_key(found)[guest].cost == 6.0 * 0.75
    assert by_key(found)[guest].host == ("elder_care", "f0")
    barred = {next(iter(pair - {guest})) for pair in exclusive(found) if guest in pair}
    assert barred == {
        "close/elder_care/station/0/f0",
        "move/elder_care/station/0/f0/c0",
        "upgrade/elder_care/station/u0/f0",
        "upgrade/elder_care/station/u0+u1/f0",
    }


@pytest.mark.parametrize(
    ("more", "hosts"),
    [({}, True), ({"closes": 2027.0}, False), ({"closes": 2028.0}, True), ({"opened": 2026.0}, False),
     ({"public": False}, False), ({"status": "suspended"}, False)],
)  # fmt: skip
def test_who_serves_all_years_and_may_be_shown_is_a_host(more, hosts):
    found = made([station(**more)], open=[ROOM], **TOGETHER)
    assert [one.host is not None for one in found.actions] == ([True] if hosts else [])


def test_improvements_come_alone_and_together_and_exclude_each_other():
    found = made(
        [station(floor_area_m2=100.0)],
        upgrade=[{"layer": "elder_care", "offers": {"grade": "5"}}],
        expand=[{"layer": "elder_care", "adds": {"floor_area_m2": 50.0}}],
    )
    actions = by_key(found)
    assert {key: one.cost for key, one in actions.items()} == {
        "expand/elder_care/station/e0/f0": 54.0,
        "upgrade/elder_care/station/u0/f0": 3.0,
        "upgrade/elder_care/station/u0+e0/f0": 57.0,
    }
    assert actions["upgrade/elder_care/station/u0+e0/f0"].fields == {"grade": "5", "floor_area_m2": 150.0}
    assert len(exclusive(found)) == 3


def test_an_amount_that_is_unknown_is_not_enlarged_and_the_facility_is_counted_as_left_out():
    found = made([station()], expand=[{"layer": "elder_care", "adds": {"beds": 10.0}}])
    assert (found.actions, found.left_out) == ((), {"no_change_or_unknown": 1})


def test_a_move_goes_no_farther_than_it_may():
    somewhere = places({"at": (0, 1)}, {"at": (0, 4)})
    found = made([station()], somewhere, move=[{"layer": "elder_care", "within_m": 1.5 * toytown.STREET_M}])
    assert [one.site for one in found.actions] == ["c0"]


def test_nothing_is_done_to_what_opens_later_before_it_opens():
    found = made([station(opened=2027.0)], close=[{"layer": "elder_care"}])
    assert [one.first_year for one in found.actions] == [2027]
