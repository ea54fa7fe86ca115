"""Supply, fairness and resting places of the toy town, counted by hand from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import coverplan
from coverplan.answer.prepared import prepare
from coverplan.errors import InputError, Problems
from coverplan.reach.matrix import NOT_REACHED
from coverplan.service.reached import reach_of_measured
from makers import toyfiles
from towns import toytown

KEY = "elder_care-general-4min"
SUPPLY = {"field": "beds", "group": "age_60_plus"}


def standard(**more: Any) -> dict[str, Any]:
    return {"layer": "elder_care", "groups": ["total", "age_60_plus"], "minutes": 4} | more


def run(folder: Path, **scenario: Any):
    asked = {"standards": [standard(supply=SUPPLY)]} | scenario
    return coverplan.run(toyfiles.write_town(folder, scenario=asked), write=False)


def test_ten_beds_for_thirty_older_people_within_reach(tmp_path: Path) -> None:
    # from the corner 15 points with 2 older people each are within 4 minutes, 10 points are not
    table = run(tmp_path).tables["supply"].set_index(["unit_code", "group"])
    row = table.loc["", "age_60_plus"]
    assert (row["people"], row["served"], row["no_place"], row["not_reached"]) == pytest.approx(
        (50, 10, 20, 20)
    )
    assert row["per_1000"] == pytest.approx(1000 * 10 / 50)  # 10 / 30 for 30 of the 50
    # the nearest are served: row + column <= 1 (3 points), and 4 people of the 3 points at 2 minutes
    everyone = table.loc["", "total"]
    assert everyone["served"] == pytest.approx(50)
    parts = table[["served", "no_place", "place_unknown", "not_reached"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table["people"].to_numpy())
    towns = table.xs("age_60_plus", level="group")
    assert towns.loc["001001", "people"] + towns.loc["001002", "people"] == 50


def test_what_a_facility_adds_and_how_full_it_is(tmp_path: Path) -> None:
    (row,) = run(tmp_path).tables["utilisation"].to_dict("records")
    assert (row["facility"], row["reached"], row["only_here"], row["capacity"], row["used"]) == (
        "h0",
        30,
        30,
        10,
        10,
    )


def test_the_most_overfull_comes_first(tmp_path: Path) -> None:
    # each point has 2 older people; h0 at the corner is nearest for all but the 10 points next to h1
    path = toyfiles.write_town(tmp_path, scenario={"standards": [standard(supply=SUPPLY, minutes=8)]})
    toyfiles.homes((0, 0), (4, 3)).assign(beds=[40, 5]).to_csv(tmp_path / "homes.csv", index=False)
    table = coverplan.run(path, write=False).tables["utilisation"]
    nearer = sum((4 - i) + abs(3 - j) < i + j for i in range(5) for j in range(5))
    assert table["facility"].tolist() == ["h1", "h0"]
    assert table["wanted"].tolist() == pytest.approx([2 * nearer, 2 * (25 - nearer)])
    assert table["used"].tolist() == pytest.approx([5, 40])


def test_fairness_is_that_of_the_counted_places(tmp_path: Path) -> None:
    table = run(tmp_path).tables["equity"]
    supply = table[(table["of"] == "supply") & (table["group"] == "age_60_plus")].set_index("index")
    assert supply.loc["gini", "amount"] == pytest.approx(0.4)  # 60 % share evenly what 40 % have nothing of
    assert supply.loc["hoover", "amount"] == pytest.approx(0.4)
    assert pd.isna(supply.loc["palma", "amount"])
    assert supply.loc["palma", "reason"] == "least_have_nothing"
    worst = table[(table["index"] == "worst") & (table["group"] == "total")].iloc[0]
    # column 2 has rows 0 to 2, column 3 rows 0 and 1, column 4 row 0: 6 of 15 points
    assert (worst["unit_code"], worst["amount"]) == ("001002", pytest.approx(6 / 15))


def test_no_service_at_all_cannot_be_judged(tmp_path: Path) -> None:
    table = run(tmp_path, changes=[{"close": {"layer": "elder_care", "id": "h0"}}], year=2025).tables[
        "equity"
    ]
    rows = table[(table["of"] == "supply") & (table["group"] == "total")]
    assert rows["amount"].isna().all()
    assert set(rows["reason"]) == {"no_service"}
    assert rows.set_index("index").loc["gini", "amount_before"] == pytest.approx(0.4)


def test_an_attribute_of_some_units_ranks_only_their_people(tmp_path: Path) -> None:
    attribute = {"name": "income", "units": {"001001": 10, "001002": 20}}
    table = run(tmp_path, equity={"attribute": attribute}).tables["equity"]
    row = table[
        (table["index"] == "concentration") & (table["of"] == "choices") & (table["group"] == "total")
    ]
    # town A (rank 0.2) has 9 of its 10 points within, town B (rank 0.7) 6 of 15: 2 (0.36 x 0.2 + 0.24 x 0.7) / 0.6 - 1
    assert row["amount"].iloc[0] == pytest.approx(2 * (0.36 * 0.2 + 0.24 * 0.7) / 0.6 - 1)


def test_the_pairs_are_those_of_the_coverage(tmp_path: Path) -> None:
    from coverplan.answer.computed import surveyor_of
    from coverplan.answer.prepared import prepare

    own = standard(count="own_unit", name="own")
    ready = prepare(toyfiles.write_town(tmp_path, scenario={"standards": [standard(), own]}))
    surveyor = surveyor_of(ready)
    for asked in ready.loaded.scenario.standards:
        one = surveyor.measure(asked, ready.changed.facilities, None)
        reach = reach_of_measured(one, surveyor, ready.changed.facilities)
        assert reach.times_within(240_000).tolist() == one.coverage.times_within.tolist()
        wide = reach_of_measured(one, surveyor, ready.changed.facilities, wider=1.5)
        assert (wide.nearest().site != NOT_REACHED).sum() >= (one.coverage.times_within > 0).sum()


def write_burial(folder: Path, **burial: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "id": "c0",
            "left": 3,
            "all": 50,
            "type": "columbarium",
            "status": "operating",
            "opened": 2010,
            "at": (0, 0),
        },
        {
            "id": "c1",
            "left": None,
            "all": 2,
            "type": "columbarium",
            "status": "planned",
            "opened": 2028,
            "at": (1, 1),
        },
        {
            "id": "c2",
            "left": None,
            "all": 9,
            "type": "columbarium",
            "status": "operating",
            "opened": 2011,
            "at": (1, 3),
        },
    ]
    for row in rows:
        row["x"], row["y"] = toytown.xy(*row.pop("at"))
    pd.DataFrame(rows).to_csv(folder / "graves.csv", index=False)
    columns = {"id": "id", "niches_left": "left", "niches": "all", "type": "type", "status": "status"}
    layer = {"layer": "cemetery", "file": "graves.csv", "crs": toytown.CRS}
    layer["columns"] = columns | {"opened": "opened", "x": "x", "y": "y"}
    study = {"facilities": [*toyfiles.STUDY["facilities"], layer], "as_of": "2025-12-31"}
    ask = {"deaths_per_1000": {2020: 10}, "niche_share": 1.0, "cremation_share": 1.0, "until": 2035} | burial
    return toyfiles.write_town(folder, study=study, scenario={"burial": ask})


def test_when_the_niches_of_the_toy_town_run_out(tmp_path: Path) -> None:
    result = coverplan.run(write_burial(tmp_path), write=False)
    units = result.tables["burial"].set_index("unit_code")
    # town A: 100 people, one niche a year from 2026; 3 are left, 2 more come in 2028
    assert units.loc["001001", "need_first"] == pytest.approx(1.0)
    assert units.loc["001001", "short_year_without"] == 2029
    assert units.loc["001001", "short_year"] == 2031
    assert units.loc["001001", "years_gained"] == 2
    assert units.loc["001001", "unmet"] == pytest.approx(5)
    assert units.loc["001001", "state"] == "short"
    assert units.loc["001001", "left_known"] == 5
    assert units.loc["001002", "state"] == "unsure"
    assert pd.isna(units.loc["001002", "left_known"]), (
        "its only place is of unknown size, which is not nothing"
    )
    places = result.tables["burial_places"].set_index("facility")
    assert places.loc["c0", "full_year"] == 2028
    assert places.loc["c1", "full_year"] == 2030
    assert places["opens"].tolist() == [2010, 2028, 2011]
    assert pd.isna(places.loc["c2", "left_known"])
    early = coverplan.run(write_burial(tmp_path / "b", ashes_in_flats={"001001": 2}), write=False)
    assert early.tables["burial"].set_index("unit_code").loc["001001", "short_year_without"] == 2027


def test_what_an_enlarged_columbarium_buys(tmp_path: Path) -> None:
    path = write_burial(tmp_path)
    scenario = yaml.safe_load(path.read_text("utf-8"))
    enlarged = {"layer": "cemetery", "id": "c0", "offers": {"niches_left": 7}}
    scenario["changes"] = [{"upgrade": enlarged}]
    path.write_text(yaml.safe_dump(scenario, allow_unicode=True), "utf-8")
    units = coverplan.run(path, write=False).tables["burial"].set_index("unit_code")
    # one niche a year from 2026: 3 last to 2028, 7 and the 2 of c1 to 2034
    row = units.loc["001001"]
    assert (row["short_year_without"], row["short_year"], row["years_gained"]) == (2029, 2035, 6)


def test_the_sets_of_parameters_say_where_they_come_from(tmp_path: Path) -> None:
    found = coverplan.run(write_burial(tmp_path, niche_share=None), write=False).summary["burial"]
    assert found["niche_share"] == 0.5
    assert found["sources"]["niche_share"] == "db34-t-4180-2022"
    assert found["sources"]["deaths_per_1000"] == "scenario"
    assert any(
        one["id"] == "funeral-regulations-2026" and one["effective"] == "2026-03-30" for one in found["sets"]
    )


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ({"standards": [standard(supply={"field": "beds", "group": "nobody"})]}, "no demand group"),
        ({"standards": [standard(supply={"field": "bets"})]}, "field"),
        (
            {"standards": [standard(supply={"field": "beds", "decay": {"kind": "exponential"}})]},
            "needs a rate",
        ),
        (
            {
                "standards": [
                    standard(supply={"field": "beds", "decay": {"kind": "stepped", "steps": [[4, 0.5]]}})
                ]
            },
            "at the door",
        ),
        ({"equity": {"attribute": {"name": "a", "units": {"9": 1}}}}, "no unit"),
        ({"burial": {"layer": "graves"}}, "no layer"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, scenario, said: str) -> None:
    with pytest.raises(InputError) as error:
        coverplan.run(toyfiles.write_town(tmp_path, scenario=scenario), write=False)
    assert said in str(error.value)
    assert all(problem.line for problem in error.value.problems)


def test_capacities_that_nobody_knows_are_a_warning(tmp_path: Path) -> None:
    result = run(tmp_path, standards=[standard(supply={"field": "staff"})])
    assert [p.what for p in result.problems if p.code == "capacity_unknown"] == [
        "no facility's capacity is known"
    ]
    row = result.tables["supply"].set_index(["unit_code", "group"]).loc["", "total"]
    assert (row["served"], row["place_unknown"], row["not_reached"]) == pytest.approx((0, 150, 100))


def test_a_check_warns_of_unknown_capacities_as_the_run_does(tmp_path: Path) -> None:
    path = toyfiles.write_town(
        tmp_path, scenario={"standards": [standard(supply=SUPPLY), standard(minutes=5)]}
    )
    homes = toyfiles.homes((0, 0), (4, 4), (2, 2))
    homes.loc[1, "beds"] = None
    homes.to_csv(tmp_path / "homes.csv", index=False)
    checked = [one for one in prepare(path).problems if one.code == "capacity_unknown"]
    ran = [one for one in coverplan.run(path, write=False).problems if one.code == "capacity_unknown"]
    assert checked == ran
    assert [one.value for one in checked] == ["beds: 1 of 3 facilities"]


@pytest.mark.parametrize(
    ("beds", "code"),
    [(-5, "negative_number"), ("many", "not_a_number"), ("10 m2", "not_a_number"), ("50%", "not_a_number")],
)
def test_a_bad_capacity_is_unknown_and_said(tmp_path: Path, beds, code: str) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"standards": [standard(supply=SUPPLY)]})
    homes = toyfiles.homes((0, 0), (4, 4)).astype({"beds": object})
    homes.loc[0, "beds"] = beds
    homes.to_csv(tmp_path / "homes.csv", index=False)
    result = coverplan.run(path, write=False)
    assert {code, "capacity_unknown"} <= {problem.code for problem in result.problems}
    row = result.tables["supply"].set_index(["unit_code", "group"]).loc["", "age_60_plus"]
    # 15 points around each corner share the 5 of the diagonal: 10 beds for 30, and 20 around the unknown one alone
    assert row[["served", "no_place", "place_unknown", "not_reached"]].tolist() == pytest.approx(
        [10, 10, 30, 0]
    )
    used = result.tables["utilisation"].set_index("facility")["used"]
    assert pd.isna(used["h0"])
    assert used["h1"] == pytest.approx(10)


def test_a_group_without_people_cannot_be_judged(tmp_path: Path) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"standards": [standard(supply=SUPPLY)]})
    toyfiles.people().assign(older=0).to_csv(tmp_path / "people.csv", index=False)
    result = coverplan.run(path, write=False)
    row = result.tables["supply"].set_index(["unit_code", "group"]).loc["", "age_60_plus"]
    assert (row["people"], row["served"]) == (0, 0)
    assert pd.isna(row["per_1000"])
    table = result.tables["equity"]
    mine = table[(table["group"] == "age_60_plus") & (table["index"] != "worst")]
    assert mine["amount"].isna().all()
    assert set(mine["reason"]) == {"nobody"}
    drawn = result.tables["supply_range"]
    assert drawn[["share", "low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize(("units", "reason"), [({"001001": 10}, None), ({}, "no_attribute")])
def test_an_attribute_that_units_lack_leaves_their_people_out(tmp_path: Path, units, reason) -> None:
    if not units:
        # the other town alone has a figure, and nobody lives there
        people = toyfiles.people()
        units = {"001002": 20}
        path = toyfiles.write_town(
            tmp_path, scenario={"equity": {"attribute": {"name": "a", "units": units}}}
        )
        inside = people["id"].str[-1].astype(int) <= 1
        people[inside].to_csv(tmp_path / "people.csv", index=False)
        table = coverplan.run(path, write=False).tables["equity"]
    else:
        table = run(tmp_path, equity={"attribute": {"name": "a", "units": units}}).tables["equity"]
    row = table[
        (table["index"] == "concentration") & (table["of"] == "choices") & (table["group"] == "total")
    ]
    if reason is None:
        assert row["amount"].iloc[0] == pytest.approx(
            0
        )  # one figure for all of them: nobody is ranked above another
    else:
        assert (row["reason"].iloc[0], pd.isna(row["amount"].iloc[0])) == (reason, True)


def test_units_without_the_attribute_are_named_and_a_figure_above_is_enough(tmp_path: Path) -> None:
    def said(folder: Path, units: dict[str, float]) -> list[str]:
        result = run(folder, equity={"attribute": {"name": "a", "units": units}})
        return [str(one.value) for one in result.problems if one.code == "attribute_missing"]

    assert said(tmp_path / "one", {"001001": 10}) == ["001002"]
    assert said(tmp_path / "above", {"001": 10}) == []


@pytest.mark.parametrize(
    ("decay", "code"),
    [
        ({"kind": "power"}, "decay_rate"),
        ({"kind": "linear", "steps": [[2, 1.0]]}, "decay_steps"),
        ({"kind": "stepped"}, "decay_no_steps"),
        ({"kind": "stepped", "steps": [[4, 1.0], [2, 0.5]]}, "decay_order"),
        ({"kind": "stepped", "steps": [[4, 0.5]]}, "decay_door"),
        ({"kind": "stepped", "steps": [[2, 1.0], [4, 1.5]]}, "decay_grows"),
        ({"kind": "stepped", "steps": [[2, 1.0], [4, -1.0]]}, "decay_negative"),
    ],
)
def test_what_is_wrong_with_a_decay_is_said_in_chinese_too(decay, code: str) -> None:
    from coverplan.scenario.supply_ask import DecayAsk
    from coverplan.text.problem_words import what_words
    from coverplan.text.words import Words
    from coverplan.yamlfile import Document, validate

    problems = Problems()
    assert validate(Document(Path("a.yaml"), decay, {(): 1}), DecayAsk, problems) is None
    (one,) = problems
    assert (one.code, bool(one.expected), bool(one.remedy)) == (code, True, True)
    words = Words("zh")
    assert what_words(one, words).startswith(words(f"fault.{code}"))


@pytest.mark.parametrize("method", ["2sfca", "m2sfca", "bfca"])
def test_a_scenario_may_ask_for_any_method(tmp_path: Path, method: str) -> None:
    # a step of one half beyond two minutes: 6 points of 2 people at full weight, 9 points at half
    decay = {"kind": "stepped", "steps": [[2, 1.0], [4, 0.5]]}
    found = run(tmp_path, standards=[standard(supply=SUPPLY | {"method": method, "decay": decay})])
    row = found.tables["supply"].set_index(["unit_code", "group"]).loc["", "age_60_plus"]
    near, far = {
        "2sfca": (10 / 30, 10 / 30),
        "m2sfca": (10 / 21, 0.25 * 10 / 21),  # 12 + 18 / 2 = 21 people drawn, each weight squared
        "bfca": (
            10 / 30 / 10.5,
            0.5 * 10 / 30 / 10.5,
        ),  # one site: all choose it; weights shared out of 6 + 9 / 2
    }[method]
    assert row["per_1000"] == pytest.approx(1000 * (12 * near + 18 * far) / 50)
    assert found.summary["supply"][0]["method"] == method
