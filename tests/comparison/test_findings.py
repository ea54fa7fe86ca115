"""The findings of the demo's comparison: what they say in both languages, and that each number stands in a table.

The comparison is kept small, as the runs made it: the unchanged year, the proposed sites and the official's own idea. Set
COVERPLAN_WRITE_GOLDEN=1 to write the texts anew.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from coverplan.comparison import tables
from coverplan.comparison.comparable import Comparable, Remark
from coverplan.comparison.outcome import Comparison
from coverplan.comparison.regret import Regret
from coverplan.comparison.sentences import between, sentences
from coverplan.comparison.side import Side
from coverplan.comparison.tables import regret as regret_table
from coverplan.comparison.whole import whole_comparison
from coverplan.comparison.wording import Wording
from coverplan.report.cellformat import written
from coverplan.report.content import Document, Head, numbered
from coverplan.report.labels import PAGE_LEVEL
from coverplan.report.outline import Outline
from coverplan.results.chosen import ACTIONS
from coverplan.results.result import Result
from coverplan.text.words import LANGUAGES
from coverplan.vocabulary import LEVELS
from makers import toyreport

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "summaries"
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
TEXTS = {
    "standard", "group", "unit_code", "unit_name", "unit_type", "scenario", "target_id", "name_zh", "name_en",
    "measure", "attribute", "rule", "year_basis", "number", "action", "layer", "type", "facility", "name",
}  # fmt: skip


def table(name: str) -> pd.DataFrame:
    path = FOLDER / "comparison" / "tables" / f"{name}.csv"
    found = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in found.columns:
        if not (column in TEXTS or column.startswith(("verdict_", "change_")) or column == "public"):
            found[column] = pd.to_numeric(found[column])
    return found


@pytest.fixture(scope="module")
def kept() -> Comparison:
    known = json.loads((FOLDER / "comparison" / "compare.json").read_text("utf-8"))
    sides = tuple(
        Side(one["letter"], one["stem"], Result(one["summary"], pd.DataFrame(), {}, {}), one["derived"])
        for one in known["sides"]
    )
    standards = tuple(standard["key"] for standard in known["sides"][0]["summary"]["standards"])
    remarks = tuple(Remark(one.pop("code"), one) for one in known["remarks"])
    actions = table("actions")
    return Comparison(
        sides=sides,
        common=Comparable(standards, people=True, targets=True, remarks=remarks),
        people=table("people"),
        nearer=table("nearer"),
        worst=table("worst"),
        targets=table("targets").replace({"present_A": {"": None}}),
        actions=actions.assign(public=actions["public"] == "True"),
        cost=table("cost"),
        regret=Regret(pd.DataFrame(known["regret"]), known["no_regret"]),
    )


def tables_of(comparison: Comparison, wording: Wording) -> list:
    of_sides = (tables.overview, tables.ways)
    return [
        tables.whole_area(comparison, wording),
        *(make(comparison, other, wording) for other in comparison.others for make in of_sides),
        *(
            tables.units(comparison, other, wording, key, LEVELS[PAGE_LEVEL], most=None)
            for other in comparison.others
            for key in comparison.common.standards
        ),
        tables.worst(comparison, wording, LEVELS[PAGE_LEVEL]),
        tables.targets(comparison, wording, turned=True),
        tables.targets(comparison, wording, turned=False),
        tables.costs(comparison, wording),
        tables.regret(comparison, wording),
    ]


def said(comparison: Comparison, wording: Wording) -> list[str]:
    found = [line for other in comparison.others for line in sentences(comparison, other, wording)]
    return [*found, *between(comparison, wording)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_findings_say_what_was_read_and_approved(kept, language):
    wording = Wording(kept, language)
    outline = Outline(wording.labels)
    for line in [*said(kept, wording), *map(wording.remark, kept.common.remarks)]:
        outline.say(line)
    outline.add(*(one for one in tables_of(kept, wording) if not one.key.startswith("units_")))
    found = toyreport.told(Document(Head("", "", (), None, ""), language, numbered(outline.blocks())))
    path = FOLDER / f"comparison.{language}.txt"
    if os.environ.get("COVERPLAN_WRITE_GOLDEN") == "1":
        path.write_text(found, encoding="utf-8", newline="\n")
    changes = "\n".join(
        difflib.unified_diff(path.read_text("utf-8").splitlines(), found.splitlines(), lineterm="")
    )
    assert not changes, f"read the difference; if it is right, write it to {path.name}:\n{changes}"


def test_units_of_measure_and_actions_are_told_as_in_the_report(kept):
    wording = Wording(kept, "en")
    measures = tables.targets(kept, wording, turned=False).column("measure")
    assert {"beds per 1,000 people", "m² per 100 households", "niches"} <= set(measures)
    assert [
        one for one in measures if not str(one).isprintable() or re.search("[\u3400-\u9fff]", str(one))
    ] == []
    known = {wording.words.name_of("siting_action", name) for name in ACTIONS}
    assert set(tables.actions(kept, wording).column("action")) <= known


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_of_the_findings_walks_back_to_a_table(kept, language):
    wording = Wording(kept, language)
    shown = tables_of(kept, wording)
    known = {
        number
        for one in shown
        for row in one.rows
        for value, column in zip(row.values, one.columns, strict=True)
        if column.numeric
        for number in NUMBER.findall(written(value, column, wording.words, row.decimals))
    }
    # what the findings count or subtract, counted and subtracted here
    turned = [int((kept.targets[f"change_{letter}"] != "").sum()) for letter in "BC"]
    known |= {str(len(kept.targets)), str(len(kept.common.standards))}
    known |= {str(count) for count in turned} | {str(count - 4) for count in turned if count > 4}
    whole = kept.people[kept.people["unit_code"] == ""].groupby("standard", sort=False).first()
    for one, two in ("AB", "AC", "BC"):
        change = whole[f"covered_{two}"] - whole[f"covered_{one}"]
        known |= {wording.people(abs(value)) for value in change}
        known |= {str(int((change > 0.5).sum())), str(int((change < -0.5).sum()))}
    known |= {"10,000"}  # the unit of money
    names = [
        wording.standard_of(key, kept.common.groups(kept.sides, key)[0]) for key in kept.common.standards
    ]
    names += [wording.labels.group(group) for group in kept.people["group"].unique()]
    names += [*kept.targets["name_zh"], *kept.targets["name_en"]]
    minutes = {f"{standard['minutes']:g}" for standard in kept.sides[0].summary["standards"]}
    told = said(kept, wording)
    assert len(told) == 9
    for line in told:
        bare = line
        for name in sorted(names, key=len, reverse=True):
            bare = bare.replace(name, " ")
        assert [n for n in NUMBER.findall(bare) if n not in known | minutes] == [], line


def test_parts_add_up_in_every_table(kept):
    wording = Wording(kept, "en")
    checked = 0
    for one in tables_of(kept, wording):
        keys = [column.key for column in one.columns]
        parts: list = []
        for row in one.rows:
            of = dict(zip(keys, row.values, strict=True))
            if "gained" in of:
                after = next(
                    value for key, value in of.items() if key.startswith("covered_") and key[-1] != "A"
                )
                assert of["covered_A"] + of["gained"] - of["lost"] == pytest.approx(after)
            if "no_way" in of:
                whole = kept.people[(kept.people["unit_code"] == "") & (kept.people["people"] > 0)]
                total = of["nearer"] + of["farther"] + of["same"] + of["no_way"]
                assert min(abs(whole["people"] - total)) < 1e-6 * total
            if row.kind != "total":
                parts.append(of)
                continue
            for column in one.columns:
                if parts and column.format in {"people", "value"} and of[column.key] is not None:
                    assert sum(part[column.key] for part in parts) == pytest.approx(of[column.key])
                    checked += 1
            parts = []
    assert checked > 50


def reported(comparison: Comparison) -> Comparison:
    """The comparison with the coverage that the report of each side shows."""
    people = comparison.people
    sides = tuple(
        replace(
            side,
            result=replace(
                side.result,
                coverage=people.assign(
                    covered=people[f"covered_{side.letter}"],
                    uncovered=people["people"] - people[f"covered_{side.letter}"],
                    off_network=0.0,
                    outside_units=0.0,
                ),
            ),
        )
        for side in comparison.sides
    )
    return replace(comparison, sides=sides)


def test_whole_people_of_a_comparison_add_up_as_printed(kept):
    shown = whole_comparison(reported(kept))
    moved = [f"{what}_{letter}" for letter in "BC" for what in ("gained", "lost", "nearer", "farther")]
    counted = ["people", "covered_A", "covered_B", "covered_C", "covered_present", *moved]
    people = shown.people
    assert (people[counted] == people[counted].round()).all(axis=None)
    assert (people[counted] >= 0).all(axis=None)
    assert float((people[counted] - kept.people[counted]).abs().max().max()) < 1.5
    assert not (people[moved].where(kept.people[moved] < 1e-6, 0) > 0).any(axis=None)
    for letter in "BC":
        net = people[f"gained_{letter}"] - people[f"lost_{letter}"]
        assert (people[f"covered_{letter}"] - people["covered_A"] == net).all()
    streets = people[people["unit_type"] == "street"].groupby(["standard", "group"])[counted].sum()
    whole = people[people["unit_code"] == ""].set_index(["standard", "group"])[counted]
    assert (streets == whole.loc[streets.index]).all(axis=None)
    plain = kept.people[kept.people["unit_type"] == "street"].round().groupby(["standard", "group"])
    assert not (plain["covered_A"].sum() == whole["covered_A"].loc[streets.index]).all()
    ways = shown.nearer[["nearer", "farther", "same", "no_way"]].sum(axis=1)
    keys = pd.MultiIndex.from_frame(shown.nearer[["standard", "group"]])
    assert ways.tolist() == whole["people"].loc[keys].tolist()


def test_units_of_the_best_are_a_list_in_the_table_that_is_kept(kept):
    best = kept.frames()["regret"]
    codes = {unit["code"] for unit in kept.sides[0].summary["units"]}
    for chosen, units in zip(best["chosen"], best["units"], strict=True):
        assert set(units) <= codes
        assert len(chosen.split(";")) >= len(units) > 0


def test_the_list_of_the_best_counts_as_many_places_as_were_found(kept):
    first, second = [unit["code"] for unit in kept.sides[0].summary["units"]][:2]
    table = kept.regret.table.iloc[:1].copy()
    table["units"] = [(first, second, first)]
    held = replace(kept, regret=replace(kept.regret, table=table))
    for language, several in (("zh", "（2处）"), ("en", " (2)")):
        (row,) = regret_table(held, Wording(held, language)).rows
        names = {unit["code"]: unit["name"] for unit in kept.sides[0].summary["units"]}
        assert f"{names[first]}{several}" in row.values[-1]
        assert row.values[-1].count(names[second]) == 1
