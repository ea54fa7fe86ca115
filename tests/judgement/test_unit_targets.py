"""Targets seen from single counties and towns, counted by hand and summed to the whole."""

from decimal import Decimal

import pandas as pd
import pytest

from coverplan.indicators.compute import compute_all
from coverplan.indicators.evidence import Evidence
from coverplan.judgement.unit_targets import unit_targets
from towns import toyledger as toy
from towns.toyledger import COUNTY, TOWN_A, TOWN_B

STATIONS = {"layer": "elder_care", "types": ["community_station"]}
EVERY = {"kind": "unit_presence", "units": "communities", "facilities": [STATIONS]}


def station(code, **more):
    return {"type": "community_station", "unit_code": code, **more}


def table(indicator, *rows, rule=">=", value=100, **more):
    evidence = Evidence(toy.plan(toy.target(indicator, rule, value)), toy.context(*rows, **more))
    return unit_targets(evidence, compute_all(evidence)).set_index("unit_code")


def test_each_town_is_counted_over_its_own_communities_and_the_county_over_all():
    found = table(
        EVERY,
        station("001001001"),
        station("001001002"),
        station("001002001"),
        units=toy.community_units(),
    )
    assert found.loc[COUNTY, ["asked", "passed", "unknown", "state"]].tolist() == [4, 3, 0, "short"]
    assert found.loc[TOWN_A, ["asked", "passed", "unknown", "state"]].tolist() == [2, 2, 0, "met"]
    assert found.loc[TOWN_B, ["asked", "passed", "unknown", "state"]].tolist() == [2, 1, 0, "short"]
    assert (
        found.loc[[TOWN_A, TOWN_B], ["asked", "passed"]].sum().tolist()
        == found.loc[COUNTY, ["asked", "passed"]].tolist()
    )


def test_the_targets_own_share_is_asked_of_each_town():
    rows = [station("001001001"), station("001002001"), station("001002002")]
    half = table(EVERY, *rows, value=50, units=toy.community_units())
    assert half["state"].tolist() == ["met", "met", "met"]
    more = table(EVERY, *rows, rule=">", value=50, units=toy.community_units())
    assert more.loc[[TOWN_A, TOWN_B], "state"].tolist() == ["short", "met"]


def test_what_nobody_knows_is_neither():
    unsure = table(EVERY, station("001001001", type=None), units=toy.community_units())
    assert unsure.loc[TOWN_A, ["passed", "unknown", "state"]].tolist() == [0, 1, "short"]
    half = table(EVERY, station("001001001", type=None), value=50, units=toy.community_units())
    assert half.loc[TOWN_A, "state"] == "unknown"
    # without a ledger nothing is known of any of them
    nothing = table(EVERY, {"layer": "civic", "type": "community_centre"}, units=toy.community_units())
    assert nothing["unknown"].tolist() == nothing["asked"].tolist()
    assert set(nothing["state"]) == {"unknown"}


def test_shares_of_people_are_those_of_each_unit():
    reach = {"facilities": STATIONS, "group": "age_60_plus", "profile": "general", "minutes": 15}
    people = pd.DataFrame({"covered": [9.0, 6.0], "total": [10.0, 15.0]}, index=[TOWN_A, TOWN_B])
    found = table({"kind": "population_within", "reach": reach}, value=60, coverage=lambda _: people)
    assert found.loc[TOWN_A, "value"] == Decimal(90)
    assert found.loc[TOWN_B, "value"] == Decimal(40)
    assert found["state"].to_dict() == {COUNTY: "met", TOWN_A: "met", TOWN_B: "short"}


@pytest.mark.parametrize(
    "indicator",
    [{"kind": "reported"}, {"kind": "count", "amount": {"facilities": STATIONS}}],
)
def test_what_is_asked_of_the_whole_alone_is_asked_of_no_unit(indicator):
    assert table(indicator, station(TOWN_A)).empty
