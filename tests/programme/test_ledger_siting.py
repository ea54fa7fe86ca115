"""Fewest units that must act, without a map: by hand, by trying everything, and on a real document's ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import coverplan
from coverplan.errors import InputError
from coverplan.ground.units_tree import UnitTree
from coverplan.indicators import IndicatorContext, compute
from coverplan.pages.outputs import write_outputs
from coverplan.plan import Plan
from coverplan.programme.ledger_programme import LedgerProgramme
from coverplan.results.tables import read_tables_csv
from coverplan.scenario.ledger_scenario import LedgerSiting
from makers import toyfiles
from towns import toyledger

ROOT = Path(__file__).resolve().parents[2]
STREETS = tuple(f"1{at:02d}" for at in range(15))
TOWNS = tuple(f"2{at:02d}" for at in range(18))
CENTRE = {"layer": "elder_care", "types": ["town_centre"]}


def units(streets: int = 15, towns: int = 18, households: float = np.nan) -> UnitTree:
    """A county of streets and towns, 33 as a city of the plans has them."""
    codes = [*STREETS[:streets], *TOWNS[:towns]]
    table = pd.DataFrame(
        {
            "name": [
                "County",
                *(f"Street {c}" for c in codes[:streets]),
                *(f"Town {c}" for c in codes[streets:]),
            ],
            "type": ["county", *["street"] * streets, *["town"] * towns],
            "parent": [None, *["0"] * len(codes)],
            "households": [np.nan, *[households] * len(codes)],
        },
        index=pd.Index(["0", *codes], name="code"),
    ).sort_index()
    return UnitTree(gpd.GeoDataFrame(table, geometry=[None] * len(table)))


UNIT_SETS = {
    "all": {"names": {"zh": "镇街", "en": "all"}, "types": ["town", "street"]},
    "streets": {"names": {"zh": "街道", "en": "streets"}, "types": ["street"]},
    "towns": {"names": {"zh": "镇", "en": "towns"}, "types": ["town"]},
}


def presence(unit_set: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "unit_presence", "units": unit_set, "facilities": list(conditions)}


def programme(
    targets: list[dict[str, Any]], *rows: dict[str, Any], roster: UnitTree | None = None, **more: Any
) -> LedgerProgramme:
    """Targets held against a ledger of which everything is listed, unless `more` says otherwise."""
    plan = toyledger.plan(*targets, unit_sets=UNIT_SETS)
    context = toyledger.context(*rows, units=units() if roster is None else roster, **more)
    return LedgerProgramme(plan, context, LedgerSiting(targets="computable", year=2025))


def choices(found: LedgerProgramme, target: str = "T") -> list[dict[str, Any]]:
    table = found.tables()["siting_choices"]
    return table[table["target_id"] == target].to_dict("records")


def state(found: LedgerProgramme, target: str = "T") -> dict[str, Any]:
    table = found.tables()["siting_targets"].set_index("target_id")
    return dict(table.loc[target])


def centres(*codes: str, **more: Any) -> list[dict[str, Any]]:
    return [{"id": f"c{code}", "type": "town_centre", "unit_code": code, **more} for code in codes]


@pytest.mark.parametrize(
    ("streets", "towns", "rule", "goal", "needed"),
    [
        (15, 18, ">=", 60, 20),  # 19.8 of 33
        (15, 18, ">", 60, 20),
        (15, 18, ">=", 50, 17),  # 16.5 of 33
        (15, 18, ">", 50, 17),
        (15, 17, ">=", 50, 16),  # just half of 32 is enough ...
        (15, 17, ">", 50, 17),  # ... and more than half is one more
        (15, 18, ">=", 100, 33),
    ],
)
def test_units_of_a_share(streets: int, towns: int, rule: str, goal: int, needed: int) -> None:
    target = toyledger.target(presence("all", CENTRE), rule, goal)
    found = programme([target], *centres("0"), roster=units(streets, towns))
    (row,) = choices(found)
    assert (row["needed"], row["at_most"], len(row["units"])) == (needed, needed, streets + towns)
    assert row["unsure"] == ()
    assert len(row["example"]) == needed
    assert (found.summary()["actions"], found.summary()["status"]) == (needed, "optimal")
    assert state(found)["verdict_promised"] == "met"
    assert float(state(found)["promised"]) == pytest.approx(100 * needed / (streets + towns))


def test_units_that_have_one_are_not_named() -> None:
    found = programme([toyledger.target(presence("towns", CENTRE), ">=", 40)], *centres(*TOWNS[:5]))
    (row,) = choices(found)
    assert row["needed"] == 3  # 40 % of 18 are 7.2: eight, and five have one
    assert row["units"] == TOWNS[5:]  # "3 of these 13 towns"
    assert row["unit_names"] == tuple(f"Town {code}" for code in TOWNS[5:])
    assert float(state(found)["without"]) == pytest.approx(100 * 5 / 18)


def test_one_action_serves_several_targets() -> None:
    """Every street, and 60 % of all 33: twenty in all, fifteen of them in the streets."""
    targets = [
        toyledger.target(presence("all", CENTRE), ">=", 60, id="A"),
        toyledger.target(presence("streets", CENTRE), ">=", 100, id="B"),
    ]
    found = programme(targets, *centres("0"))
    assert found.summary()["actions"] == 20
    assert choices(found, "A")[0]["needed"] == 20
    assert choices(found, "B")[0]["needed"] == 15
    assert set(STREETS) <= set(choices(found, "A")[0]["example"])


def test_what_different_targets_ask_of_one_centre_is_joined() -> None:
    """Eighteen towns with guidance, 60 % of all with full care: eighteen centres do both, two more do the rest."""
    targets = [
        toyledger.target(presence("towns", {**CENTRE, "functions": ["guidance"]}), ">=", 100, id="A"),
        toyledger.target(
            presence(
                "all",
                {"layer": "elder_care", "types": ["institution", "town_centre"], "functions": ["full_care"]},
            ),
            ">=",
            60,
            id="B",
        ),
    ]
    found = programme(targets, *centres("0", functions=frozenset({"meals"})))
    assert found.summary()["actions"] == 20
    assert state(found, "A")["verdict_promised"] == state(found, "B")["verdict_promised"] == "met"


def test_unknown_is_not_lacking() -> None:
    """A ledger that does not list everything: five have one for sure, of the other 28 nobody knows."""
    target = toyledger.target(presence("all", CENTRE), ">=", 60)
    found = programme([target], *centres(*STREETS[:5]), partial=frozenset({"elder_care"}))
    (row,) = choices(found)
    assert np.isnan(row["needed"])
    assert row["at_most"] == 15
    assert row["units"] == ()
    assert row["unsure"] == (*STREETS[5:], *TOWNS)
    assert row["ask"] is not None
    assert state(found)["state"] == "not_judged"
    assert (found.summary()["actions"], found.summary()["status"]) == (0, "nothing_asked")


def test_a_layer_of_which_nothing_is_known() -> None:
    found = programme(
        [toyledger.target(presence("all", {"layer": "social_work", "types": ["station"]}), ">=", 50)]
    )
    (row,) = choices(found)
    assert (row["at_most"], len(row["unsure"]), row["ask"]) == (17, 33, "missing_layer:social_work.station")


def test_missing_traits_leave_some_units_open() -> None:
    """One centre says what it does, one does not, and every town shall have full care: one is surely lacking."""
    roster = units(streets=0, towns=3)
    rows = [*centres(TOWNS[0], functions=frozenset({"full_care"})), *centres(TOWNS[1])]
    found = programme(
        [toyledger.target(presence("towns", {**CENTRE, "functions": ["full_care"]}))], *rows, roster=roster
    )
    (row,) = choices(found)
    assert (row["units"], row["unsure"], row["at_most"]) == ((TOWNS[2],), (TOWNS[1],), 2)
    assert np.isnan(row["needed"])
    assert row["ask"] == "missing_attribute:elder_care.town_centre.functions"
    assert state(found)["verdict_promised"] == "met"


def test_counts_in_all_and_in_each_unit() -> None:
    stations = {"layer": "elder_care", "types": ["village_station"]}
    rows = [{"id": f"v{at}", "type": "village_station", "unit_code": TOWNS[0]} for at in range(4)]
    targets = [
        toyledger.target({"kind": "count", "amount": {"facilities": stations}}, ">=", 10, id="A"),
        toyledger.target({"kind": "count", "amount": {"facilities": stations}}, ">", 10, id="B"),
        toyledger.target(
            {"kind": "count_per_unit", "units": "towns", "amount": {"facilities": stations}}, ">=", 3, id="C"
        ),
    ]
    found = programme(targets, *rows, roster=units(streets=0, towns=3))
    assert [choices(found, name)[0]["needed"] for name in "ABC"] == [6, 7, 6]
    assert choices(found, "C")[0]["units"] == (TOWNS[1], TOWNS[2])
    assert found.summary()["actions"] == 7  # six in the towns that have none, and one more anywhere


def test_beds_and_floor_area_are_said_with_their_amount() -> None:
    beds = {"facilities": {"layer": "elder_care", "types": ["institution"]}, "field": "beds"}
    halls = {"layer": "civic", "types": ["community_centre"]}
    targets = [
        toyledger.target({"kind": "sum", "amount": beds}, ">=", 120, id="A"),
        toyledger.target(
            {"kind": "area_per_100_households", "facilities": halls, "units": "towns"}, ">=", 20, id="B"
        ),
    ]
    rows = [
        {"id": "i", "type": "institution", "unit_code": "0", "beds": 75.0},
        {
            "id": "h",
            "layer": "civic",
            "type": "community_centre",
            "unit_code": TOWNS[0],
            "floor_area_m2": 60.0,
        },
        {
            "id": "k",
            "layer": "civic",
            "type": "community_centre",
            "unit_code": TOWNS[1],
            "floor_area_m2": 100.0,
        },
    ]
    found = programme(targets, *rows, roster=units(streets=0, towns=3, households=500))
    (beds_row,), (area,) = choices(found, "A"), choices(found, "B")
    assert (beds_row["needed"], beds_row["field"], beds_row["amount"]) == (1, "beds", 45)
    assert (area["needed"], area["field"], area["amount"]) == (2, "floor_area_m2", 40 + 100)
    assert area["units"] == (TOWNS[0], TOWNS[2])
    assert state(found, "B")["verdict_promised"] == "met"


def test_facilities_that_must_change_are_named() -> None:
    """90 % of five homes with a clinic are five; two lack one. 55 % of 200 beds are 110: the home of 100 converts."""
    homes = {"layer": "elder_care", "types": ["institution"]}
    sizes = [(100, 0), (40, 0), (20, 20), (20, 20), (20, 20)]
    rows = [
        {
            "id": f"i{at}",
            "type": "institution",
            "unit_code": TOWNS[0],
            "beds": float(beds),
            "nursing_beds": float(nursing),
            "functions": frozenset({"medical"} if at > 1 else {"meals"}),
        }
        for at, (beds, nursing) in enumerate(sizes)
    ]
    ratio = {
        "kind": "ratio_of_sums",
        "numerator": {"facilities": homes, "field": "nursing_beds"},
        "denominator": {"facilities": homes, "field": "beds"},
    }
    targets = [
        toyledger.target(
            {"kind": "facility_share", "facilities": homes, "having": {"functions": ["medical"]}},
            ">=",
            90,
            id="A",
        ),
        toyledger.target(ratio, ">=", 55, id="B"),
    ]
    found = programme(targets, *rows)
    assert (choices(found, "A")[0]["needed"], choices(found, "A")[0]["facility_ids"]) == (2, ("i0", "i1"))
    assert (choices(found, "B")[0]["needed"], choices(found, "B")[0]["facility_ids"]) == (1, ("i0", "i1"))
    assert found.summary()["actions"] == 2
    assert state(found, "B")["verdict_promised"] == "met"


def test_a_plan_that_is_met_asks_nothing() -> None:
    found = programme([toyledger.target(presence("streets", CENTRE), ">=", 100)], *centres(*STREETS))
    assert (found.summary()["actions"], found.summary()["status"]) == (0, "nothing_to_do")
    assert state(found)["state"] == "met_anyway"
    assert "siting_choices" not in found.tables()
    json.dumps(found.summary(), allow_nan=False)


def test_what_no_facility_changes_is_no_constraint() -> None:
    """Workers of a register: 9 for 10,000 people where 18 are asked, and nothing that opens makes them more."""
    workers = {"kind": "per_10k", "amount": {"register": "workers"}, "group": "total"}
    people = pd.DataFrame({"total": [10_000.0]}, index=["0"])
    target = toyledger.target(workers, ">=", 18, population_base="resident")
    found = programme([target], *centres("0"), people=people, registers={"workers": Decimal(9)})
    assert (state(found)["state"], state(found)["reason"]) == ("not_influenced", "register:workers")
    assert state(found)["verdict_without"] == "not_met"
    assert found.summary()["relaxed"] == []


def test_a_later_target_is_left_out() -> None:
    target = toyledger.target(presence("streets", CENTRE), ">=", 100, goal={"year": 2030})
    assert state(programme([target], *centres("0")))["state"] == "after_horizon"


def met(plan: Plan, context: IndicatorContext) -> bool:
    return all(value.verdict.status == "met" for value in compute(plan, context))


def ways(count: int) -> Iterator[tuple[int, ...]]:
    for size in range(count + 1):
        yield from combinations(range(count), size)


@pytest.mark.parametrize(("share", "number"), [(50, 2), (75, 5), (100, 3), (25, 4)])
def test_fewest_by_trying_everything(share: int, number: int) -> None:
    """Centres with and without full care in four units, all subsets of eight, judged by the indicators alone."""
    roster = units(streets=2, towns=2)
    targets = [
        toyledger.target(presence("all", CENTRE), ">=", share, id="A"),
        toyledger.target(presence("towns", {**CENTRE, "functions": ["full_care"]}), ">=", 50, id="B"),
        toyledger.target({"kind": "count", "amount": {"facilities": CENTRE}}, ">=", number, id="C"),
    ]
    standing = centres(STREETS[0], functions=frozenset({"meals"}))
    found = programme(targets, *standing, roster=roster)
    codes = (*STREETS[:2], *TOWNS[:2])
    offers = [
        {
            "id": f"n{at}",
            "type": "town_centre",
            "unit_code": codes[at % 4],
            "functions": frozenset({"full_care"} if at < 4 else {"meals"}),
        }
        for at in range(8)
    ]
    least = next(
        len(chosen)
        for chosen in ways(len(offers))
        if met(
            found.plan,
            replace(found.at_end, facilities=toyledger.facilities(*standing, *(offers[at] for at in chosen))),
        )
    )
    assert found.summary()["actions"] == least


def test_a_real_document_says_what_to_ask_for(tmp_path: Path) -> None:
    result = coverplan.run(ROOT / "scenarios" / "huaibei-siting.yaml", out=tmp_path / "out")
    plain = coverplan.run(ROOT / "scenarios" / "huaibei-2025.yaml", write=False)
    pd.testing.assert_frame_equal(result.tables["gaps"], plain.tables["gaps"])
    table = read_tables_csv(tmp_path / "out" / "tables")["siting_choices"].set_index("target_id")
    assert table.loc["HB-08", "at_most"] == 20
    assert table.loc["HB-06", "at_most"] == 17
    assert table["needed"].isna().all()
    assert (table["units"].dropna().map(len) == 0).all()
    assert table["ask"].notna().all()
    assert table.loc["HB-06", "ask"] == "missing_layer:child_protection.protection_station"
    written = json.loads((tmp_path / "out" / "result.json").read_text(encoding="utf-8"))
    assert written["siting"]["actions"] == 0
    assert written["siting"]["status"] == "nothing_to_do"
    write_outputs(result, tmp_path / "out", languages=["zh", "en"])
    told = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "最多须 20 项建设任务（综合养老服务中心或养老机构）" in told.replace("\u2009", " ")


@pytest.mark.parametrize(
    ("siting", "field", "code"),
    [
        ({"targets": ["HB-99"], "year": 2025}, "siting.targets.0", "unknown_target"),
        ({"year": 2010}, "siting.year", "year_past"),
        ({"year": 2025, "budgets": {2025: 1}}, "siting.budgets", "extra_forbidden"),
    ],
)
def test_mistakes_in_the_block(tmp_path: Path, siting: dict[str, Any], field: str, code: str) -> None:
    ledger = str(ROOT / "data" / "ledgers" / "huaibei-2025" / "ledger.yaml")
    path = toyfiles.write_yaml(tmp_path / "s.yaml", {"name": "x", "ledger": ledger, "siting": siting})
    with pytest.raises(InputError) as raised:
        coverplan.run(path, write=False)
    assert [(problem.field, problem.code) for problem in raised.value.problems] == [(field, code)]
