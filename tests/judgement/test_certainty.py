"""Certainty of coverage and verdicts: every draw held against a measurement of its own."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import coverplan
from coverplan.indicators.evidence import Evidence
from coverplan.judgement import certainty, drawn_supply
from coverplan.scenario.supply_ask import UncertaintyAsk
from coverplan.service.uncertainty.draws import draw
from makers import toyfiles, toyreport
from towns import toytown

KEY = "elder_care-general-4min"
STILL = {"speed_sd": 0, "door_delay_s": 0, "people_sd": 0, "capacity_sd": 0, "late": 0}


def run(folder: Path, uncertainty: dict[str, Any], **scenario: Any):
    path = toyfiles.write_town(folder, scenario={"uncertainty": STILL | uncertainty} | scenario)
    return coverplan.run(path, write=False)


def row(result, group: str = "total", unit: str = "") -> pd.Series:
    table = result.tables["uncertainty"]
    return table[(table["group"] == group) & (table["unit_code"] == unit)].iloc[0]


def test_without_any_spread_every_draw_is_the_run(tmp_path: Path) -> None:
    found = row(run(tmp_path, {"draws": 5}))
    assert (found["share"], found["low"], found["middle"], found["high"]) == (0.6, 0.6, 0.6, 0.6)
    assert found["draws"] == 5


def test_no_draws_no_tables(tmp_path: Path) -> None:
    assert "uncertainty" not in run(tmp_path, {"draws": 0}).tables


def test_a_speed_of_a_draw_covers_whom_a_profile_of_that_speed_covers(tmp_path: Path) -> None:
    result = run(tmp_path / "a", {"draws": 6, "speed_sd": 0.3})
    tornado = result.tables["tornado"].set_index(["group", "cause"]).loc[("total", "speed")]
    for side, factor in (("at_low", np.exp(-0.3 * 1.6448536)), ("at_high", np.exp(0.3 * 1.6448536))):
        profile = {"name": "other", "speed_m_s": 1.2 * float(factor), "source": "test"}
        standard = {"layer": "elder_care", "minutes": 4, "profile": "other", "name": "other"}
        path = toyfiles.write_town(tmp_path / side, scenario={"profiles": [profile], "standards": [standard]})
        assert tornado[side] == coverplan.run(path, write=False).share("other")


def test_a_delay_at_the_door_shortens_the_walk(tmp_path: Path) -> None:
    # 1.96 x 40 s = 78 s lost of 240 s: 2.69 streets, 6 of 25 points
    tornado = run(tmp_path, {"draws": 3, "door_delay_s": 40}).tables["tornado"].set_index(["group", "cause"])
    assert tornado.loc[("total", "door_delay"), "at_high"] == pytest.approx(6 / 25)
    assert tornado.loc[("total", "door_delay"), "at_low"] == pytest.approx(15 / 25)


def test_people_of_towns_weigh_the_whole(tmp_path: Path) -> None:
    found = row(run(tmp_path, {"draws": 60, "people_sd": 0.3, "people_alike": 0}))
    drawn = draw(
        UncertaintyAsk(**STILL | {"draws": 60, "people_sd": 0.3, "people_alike": 0}),
        20240,
        units=2,
        facilities=1,
    )
    a, b = drawn.people[:60].T
    shares = np.sort((90 * a + 60 * b) / (100 * a + 150 * b))  # town A has 9 of 10 points within, B 6 of 15
    assert found["middle"] == pytest.approx(shares[29])
    assert (found["low"], found["high"]) == pytest.approx((shares[2], shares[56]))


def test_what_opens_late_serves_nobody_yet(tmp_path: Path) -> None:
    tmp_path.mkdir(exist_ok=True)
    homes = toyfiles.homes((0, 0), (4, 4)).assign(status=["operating", "planned"], opened=[2010, 2026])
    homes.to_csv(tmp_path / "later.csv", index=False)
    layer = {"layer": "elder_care", "file": "later.csv", "crs": toytown.CRS, "type": "day_care"}
    study = {"facilities": [layer], "as_of": "2025-12-31"}
    for late, high in ((1.0, 0.6), (0.0, 1.0)):
        scenario = {"year": 2026, "uncertainty": STILL | {"draws": 4, "late": late}}
        path = toyfiles.write_town(tmp_path, study=study, scenario=scenario)
        found = row(coverplan.run(path, write=False))
        assert found["share"] == 1.0  # every point lies within four streets of one corner or the other
        assert (found["low"], found["high"]) == (high, high)


def plan_scenario(folder: Path, uncertainty: dict[str, Any], goal: float):
    folder.mkdir(parents=True, exist_ok=True)
    beds = {"kind": "sum", "amount": {"facilities": toyreport.DAY_CARE, "field": "beds"}}
    plan = toyreport.plan()
    plan["targets"] = [
        toyreport.target("BEDS", beds, measure="beds", goal={"value": goal}),
        toyreport.target(
            "ALL", {"kind": "unit_presence", "units": "towns", "facilities": [toyreport.DAY_CARE]}
        ),
    ]
    toyfiles.write_yaml(folder / "plan.yaml", plan)
    scenario = {"plan": "plan.yaml", "as_of": "2025-12-31", "uncertainty": STILL | uncertainty}
    return coverplan.run(toyfiles.write_town(folder, scenario=scenario), write=False)


def test_met_in_as_many_draws_as_have_beds_enough(tmp_path: Path) -> None:
    ask = {"draws": 40, "capacity_sd": 0.2}
    table = plan_scenario(tmp_path, ask, 10).tables["certainty"].set_index("target_id")
    drawn = draw(UncertaintyAsk(**STILL | ask), 20240, units=2, facilities=1)
    enough = int((drawn.capacity[:40, 0] >= 1).sum())
    assert 0 < enough < 40
    beds = table.loc["BEDS"]
    assert (beds["verdict"], beds["met"], beds["not_met"], beds["same"]) == (
        "met",
        enough,
        40 - enough,
        enough,
    )
    assert beds["causes"] == ("capacity",)
    presence = table.loc["ALL"]
    assert (presence["same"], presence["draws"], presence["causes"]) == (40, 40, ())


def test_a_draw_that_fails_is_counted_and_named(tmp_path: Path, monkeypatch) -> None:
    whole, calls = certainty.compute_all, []

    def sometimes(evidence):
        calls.append(1)
        if len(calls) == 3:
            raise ValueError("an odd draw")
        return whole(evidence)

    monkeypatch.setattr(certainty, "compute_all", sometimes)
    tables = plan_scenario(tmp_path, {"draws": 5, "capacity_sd": 0.2}, 10).tables
    assert tables["certainty"].set_index("target_id").loc["BEDS", "draws"] == 4
    assert tables["failed_draws"].to_dict("records") == [{"reason": "ValueError: an odd draw", "count": 1}]


@pytest.mark.parametrize("failing", [6, 7])
def test_a_cause_whose_draw_fails_is_no_row_without_a_figure(tmp_path: Path, monkeypatch, failing) -> None:
    """Five draws of everything, then capacity alone, low and high."""
    whole, calls = certainty.compute_all, []

    def sometimes(evidence):
        calls.append(1)
        if len(calls) == failing:
            raise ArithmeticError("an odd draw")
        return whole(evidence)

    monkeypatch.setattr(certainty, "compute_all", sometimes)
    tables = plan_scenario(tmp_path, {"draws": 5, "capacity_sd": 0.2}, 10).tables
    assert len(calls) == 7
    assert list(tables["tornado"]["target_id"].dropna()) == []
    assert tables["certainty"].set_index("target_id").loc["BEDS", "draws"] == 5
    assert tables["failed_draws"]["count"].tolist() == [1]


def test_a_cause_that_changes_nothing_that_is_told_is_no_row() -> None:
    """Decimals of one figure may part in the twenty-eighth digit, since people of a draw are floats."""
    draws = draw(UncertaintyAsk(draws=1), 7, units=1, facilities=1)
    behind = SimpleNamespace(status="behind")
    figures = Decimal("75.11335728470337"), Decimal("75.1133572847033700000000001"), Decimal("75.2"), None

    def told(low: int, high: int, last: SimpleNamespace = behind) -> int:
        pair = (
            SimpleNamespace(value=figures[low], verdict=behind),
            SimpleNamespace(value=figures[high], verdict=last),
        )
        values = [pair[0]] * draws.count + [pair[side == "high"] for _, side in draws.alone]
        return len(certainty._alone("T", values, draws))

    causes = len(draws.alone) // 2
    assert causes > 0
    assert (told(0, 1), told(3, 3)) == (0, 0)
    assert told(0, 2) == told(0, 3) == told(0, 0, SimpleNamespace(status="met")) == causes


def test_a_draw_in_which_no_places_can_be_given_out_is_counted_and_named(tmp_path: Path, monkeypatch) -> None:
    whole, calls = drawn_supply.assign_places, []

    def sometimes(*asked, **more):
        calls.append(1)
        if len(calls) in {3, 5}:
            raise ValueError("no flow")
        return whole(*asked, **more)

    monkeypatch.setattr(drawn_supply, "assign_places", sometimes)
    standard = {"layer": "elder_care", "minutes": 4, "supply": {"field": "beds"}}
    tables = run(tmp_path, {"draws": 6, "capacity_sd": 0.2}, standards=[standard]).tables
    ranges = tables["supply_range"]
    assert ranges["draws"].tolist() == [4] * 4
    assert not ranges[["share", "low", "middle", "high"]].isna().any(axis=None)
    assert tables["uncertainty"]["draws"].eq(6).all()
    assert tables["failed_draws"].to_dict("records") == [{"reason": "ValueError: no flow", "count": 2}]


def test_a_second_run_says_the_same(tmp_path: Path) -> None:
    one, other = (run(tmp_path / name, {"draws": 8, "speed_sd": 0.2}) for name in "ab")
    pd.testing.assert_frame_equal(one.tables["uncertainty"], other.tables["uncertainty"])


def places_scenario(folder: Path, goal: float, beds: float | None, **spread: Any):
    folder.mkdir(parents=True, exist_ok=True)
    indicator = {"kind": "served_within", "field": "beds", "per_1000": 500}
    indicator["reach"] = {"facilities": toyreport.DAY_CARE, "group": "age_60_plus", "minutes": 4}
    plan = toyreport.plan()
    plan["targets"] = [toyreport.target("PLACES", indicator, goal={"value": goal})]
    toyfiles.write_yaml(folder / "plan.yaml", plan)
    toyfiles.homes((0, 0)).assign(beds=[beds]).to_csv(folder / "some.csv", index=False)
    layer = {"layer": "elder_care", "file": "some.csv", "crs": toytown.CRS, "type": "day_care"}
    scenario = {"plan": "plan.yaml", "as_of": "2025-12-31", "uncertainty": STILL | {"draws": 20} | spread}
    path = toyfiles.write_town(folder, study={"facilities": [layer]}, scenario=scenario)
    return coverplan.run(path, write=False).tables


def test_a_plan_can_ask_for_places_within_reach(tmp_path: Path) -> None:
    # 10 beds are places for 20 of the 30 older people within four minutes, of 50 in all
    tables = places_scenario(tmp_path / "a", 40, 10)
    assert float(tables["gaps"].loc["PLACES", "present"]) == pytest.approx(40)
    assert tables["gaps"].loc["PLACES", "verdict"] == "met"
    assert tables["certainty"].set_index("target_id").loc["PLACES", "met"] == 20
    drawn = (
        places_scenario(tmp_path / "b", 40, 10, capacity_sd=0.2)["certainty"]
        .set_index("target_id")
        .loc["PLACES"]
    )
    factors = draw(UncertaintyAsk(**STILL | {"draws": 20, "capacity_sd": 0.2}), 20240, units=2, facilities=1)
    assert drawn["met"] == int((factors.capacity[:20, 0] >= 1).sum())


def test_places_that_nobody_knows_are_neither_met_nor_missed(tmp_path: Path) -> None:
    tables = places_scenario(tmp_path, 40, None)
    assert tables["gaps"].loc["PLACES", "verdict"] == "cannot_be_judged"
    assert places_scenario(tmp_path / "high", 90, None)["gaps"].loc["PLACES", "verdict"] == "not_met"


def test_the_need_of_niches_is_a_register_for_plans(tmp_path: Path) -> None:
    plan = toyreport.plan()
    balance = {
        "kind": "capacity_balance",
        "units": "towns",
        "facilities": toyreport.DAY_CARE,
        "field": "niches_left",
    }
    balance |= {"yearly_use_register": "niches_needed", "horizon_years": 5}
    plan["targets"] = [toyreport.target("NICHES", balance, measure="niches", goal={"value": 0})]
    tmp_path.mkdir(exist_ok=True)
    toyfiles.write_yaml(tmp_path / "plan.yaml", plan)
    rows = toyfiles.homes((0, 0), (0, 3)).assign(niches_left=[8, 5])
    rows.to_csv(tmp_path / "left.csv", index=False)
    layer = {"layer": "elder_care", "file": "left.csv", "crs": toytown.CRS, "type": "day_care"}
    burial = {"layer": "elder_care", "types": ["day_care"], "deaths_per_1000": {2020: 10}, "niche_share": 1.0}
    scenario = {"plan": "plan.yaml", "as_of": "2025-12-31", "burial": burial | {"cremation_share": 1.0}}
    study = {"facilities": [layer], "as_of": "2025-12-31"}
    row = coverplan.run(toyfiles.write_town(tmp_path, study=study, scenario=scenario), write=False).tables[
        "gaps"
    ]
    # town A: 8 left less 5 x 1; town B: 5 left less 5 x 1.5
    assert float(row.loc["NICHES", "present"]) == pytest.approx(-2.5)
    assert row.loc["NICHES", "short"] == ("Town B",)


def test_what_a_draw_keeps_of_the_run_is_what_it_would_find_anew(tmp_path: Path, monkeypatch) -> None:
    whole, pairs = certainty.compute_all, []

    def both(evidence):
        pairs.append((whole(evidence), whole(Evidence(evidence.plan, evidence.context))))
        return pairs[-1][0]

    monkeypatch.setattr(certainty, "compute_all", both)
    plan_scenario(tmp_path, {"draws": 6, "capacity_sd": 0.4, "people_sd": 0.2}, 10)
    assert len(pairs) > 6
    assert all(kept == anew for kept, anew in pairs)
    assert len({value.value for values, _ in pairs for value in values}) > 3


def places(result) -> pd.DataFrame:
    return result.tables["supply_range"].set_index("part")


def supplied(**more: Any) -> dict[str, Any]:
    asked = {"layer": "elder_care", "groups": ["age_60_plus"], "minutes": 4, "supply": {"field": "beds"}}
    return {"standards": [asked], **more}


def test_without_any_spread_everybody_keeps_the_place_of_the_run(tmp_path: Path) -> None:
    found = places(run(tmp_path, {"draws": 4}, **supplied()))
    # 10 beds for the 30 of 50 older people within reach
    assert found["share"].to_dict() == pytest.approx(
        {"served": 0.2, "no_place": 0.4, "unknown": 0, "not_reached": 0.4}
    )
    for name in ("low", "middle", "high"):
        assert found[name].tolist() == found["share"].tolist()


def test_places_follow_the_capacity_of_every_draw(tmp_path: Path) -> None:
    asked = {"draws": 40, "capacity_sd": 0.2, "capacity_alike": 0.5}
    found = places(run(tmp_path, asked, **supplied()))
    drawn = draw(UncertaintyAsk(**STILL | asked), 20240, units=2, facilities=1)
    beds = np.sort(10 * drawn.capacity[:40, 0])  # never 30, so that every bed is taken
    assert beds[-1] < 30
    ends = (beds[1] / 50, beds[19] / 50, beds[37] / 50)
    assert found.loc["served", ["low", "middle", "high"]].tolist() == pytest.approx(ends)
    assert found.loc["not_reached", "high"] == pytest.approx(0.4)


def shifted(x: float, y: float) -> tuple[float, float]:
    """Where a place of the town would stand if its degrees had been encrypted."""
    from coverplan.inputs.places.coordinates import transform_points
    from coverplan.inputs.places.datum import from_wgs84

    degrees = transform_points(np.array([x]), np.array([y]), toytown.CRS, "EPSG:4326")
    east, north = transform_points(*from_wgs84(*degrees, "gcj02"), "EPSG:4326", toytown.CRS)
    return float(east[0]), float(north[0])


def test_places_that_are_shifted_serve_whom_they_reach_from_there(tmp_path: Path) -> None:
    middle = toytown.xy(2, 2)
    away = tuple(2 * at - there for at, there in zip(middle, shifted(*middle), strict=True))
    assert np.hypot(away[0] - middle[0], away[1] - middle[1]) > 300
    shares, served = [], []
    for name, place, chance in (("drawn", away, 1.0), ("there", shifted(*away), 0.0)):
        scenario = supplied(uncertainty=STILL | {"draws": 3, "datum_shift": chance})
        path = toyfiles.write_town(tmp_path / name, scenario=scenario)
        home = toyfiles.homes((0, 0)).assign(x=place[0], y=place[1])
        home.to_csv(tmp_path / name / "homes.csv", index=False)
        result = coverplan.run(path, write=False)
        shares.append(row(result, "age_60_plus"))
        served.append(places(result).loc["served"])
    drawn, there = shares
    assert there["share"] > 0.8
    assert drawn["share"] == 0
    assert (drawn["low"], drawn["high"]) == (there["share"], there["share"])
    assert (served[0]["share"], served[0]["middle"]) == (0, pytest.approx(served[1]["share"]))
    assert served[1]["share"] == pytest.approx(0.2)
