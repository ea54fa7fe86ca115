"""Siting's proposals and the end-of-plan form in a report; names of measures, registers and types in both languages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from coverplan.plan import library_names, load_plan
from coverplan.reach.profiles import PRESETS
from coverplan.report import write_report
from coverplan.report.build import build, tables
from coverplan.report.content import Blank, Heading, Paragraph
from coverplan.report.labels import Labels
from coverplan.report.tables_plan import reason_detail
from coverplan.result_tables import read_tables_csv, write_tables_csv
from coverplan.text.words import LANGUAGES, Words

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = [
    "action_id",
    "year",
    "action",
    "layer",
    "type",
    "site",
    "name",
    "unit_code",
    "beds",
    "floor_area_m2",
    "cost",
    "why",
    "why_key",
    "why_values",
]
ACTIONS = [
    ["A1", 2026, "open", "elder_care", "day_care", "c7", None, "001002", 20, 300, 1.5, "", "report.sentence.left",
     json.dumps({"uncovered": 7, "off_network": 0})],
    ["A2", 2027, "expand", "elder_care", "day_care", "h0", "Home 0", "001001", 10, None, 0.5, "no room", None, None],
]  # fmt: skip


def with_actions(toy, rows):
    return replace(toy, tables={**toy.tables, "actions": pd.DataFrame(rows, columns=COLUMNS)})


def texts(document) -> str:
    return "\n".join(block.text for block in document.blocks if isinstance(block, Paragraph | Heading))


@pytest.mark.parametrize("language", LANGUAGES)
def test_proposed_actions_stand_in_a_section_and_on_the_pages_of_their_units(toy, tmp_path, language):
    result = with_actions(toy, ACTIONS)
    document = build(result, language=language)
    labels = Labels(result, language)
    table = document.table("actions")
    assert table.column("action_id") == ["A1", "A2", None]
    assert table.column("name") == ["c7", "Home 0", None]
    assert (table.column("beds"), table.column("cost")) == ([20, 10, 30], [1.5, 0.5, 2.0])
    assert table.column("floor_area_m2") == [300, None, 300]
    told = texts(document)
    assert labels("sentence.left", uncovered=7, off_network=0) in told
    assert "no room" in told
    assert document.table("actions_001001").column("action_id") == ["A2"]
    assert document.table("actions_001002").column("action_id") == ["A1"]
    # a place to write by hand is left where nothing was asked
    blanks = [block.title for block in document.blocks if isinstance(block, Blank)]
    assert blanks == [labels("evaluation_blank")]
    assert len(write_report(result, tmp_path, language=language)) == 3


def test_siting_that_proposes_nothing_says_so(toy):
    document = build(with_actions(toy, []), language="en")
    told = texts(document)
    assert "nothing needs to be done" in told
    assert "Siting proposes nothing in Town A." in told
    with pytest.raises(KeyError):
        document.table("actions")


def test_without_siting_the_pages_say_that_none_was_asked(toy):
    document = build(toy, language="en")
    assert texts(document).count("No siting was asked") == 2
    assert "actions" not in {table.key for table in tables(toy, language="en")}


def test_the_end_of_plan_form_says_what_is_missing_and_whether_the_period_is_over(toy):
    document = build(toy, language="en")
    form = document.table("evaluation")
    assert form.column("target_id") == ["T1", "T2", "T3", "T4"]
    assert form.column("verdict") == ["not met", "not met", "report only", "cannot be judged"]
    assert form.column("ground")[:2] == ["1 still missing; short: Town B", "30 beds from the target"]
    assert "period is over" in texts(document)
    gaps = toy.tables["gaps"].copy()
    gaps["target_year"] = 2030
    early = build(replace(toy, tables={**toy.tables, "gaps": gaps}), language="en")
    assert "interim state" in texts(early)


def test_a_gap_between_shares_is_in_percentage_points(toy):
    gaps = toy.tables["gaps"].copy()
    gaps["units_missing"] = None
    form = build(replace(toy, tables={**toy.tables, "gaps": gaps}), language="en").table("evaluation")
    assert form.column("ground")[0] == "50 percentage points from the target"


def test_every_measure_and_register_of_the_plans_has_words_in_both_languages():
    plans = [load_plan(name) for name in library_names()] + [load_plan(ROOT / "data" / "demo" / "plan.yaml")]
    for language in LANGUAGES:
        keys = Words(language).keys()
        for plan in plans:
            for target in plan.targets:
                assert f"report.measure.{target.measure}" in keys, target.id
            text = yaml.safe_dump(plan.model_dump(mode="json", by_alias=True))
            registers = {
                line.split(":")[1].strip()
                for line in text.splitlines()
                if "register" in line.split(":")[0] and line.split(":")[1].strip() not in {"", "null"}
            }
            assert {name for name in registers if f"report.register.{name}" not in keys} == set()


def test_what_a_reason_names_is_said_in_words(toy):
    zh, en = Labels(toy, "zh"), Labels(toy, "en")
    assert (
        reason_detail("elder_care.town_centre|institution.functions", zh)
        == "综合养老服务中心或养老机构的功能"
    )
    assert reason_detail("yearly_niche_use", en) == "niches used in a year"
    assert reason_detail("new", en) == "new estates"
    assert reason_detail("age_60_plus", en) == "aged 60 and over"
    assert reason_detail("elder_care", en) == "Elder care"
    assert reason_detail("14/15", en) == "14/15"


def test_sources_of_built_in_profiles_are_those_of_the_code():
    words = Words("en")
    assert {name: words(f"profile_source.{name}") for name in PRESETS} == {
        name: profile.source for name, profile in PRESETS.items()
    }


def test_a_profile_of_the_scenario_keeps_its_own_source(toy):
    summary = json.loads(json.dumps(toy.summary, default=str))
    summary["standards"][0]["profile"]["source"] = "counted in our street"
    document = build(replace(toy, summary=summary), language="zh")
    assert document.table("profiles").column("source") == ["counted in our street"]
    assert "本项目假定" in str(build(toy, language="zh").table("profiles").column("source")[0])


def test_tables_read_back_make_the_same_report(toy, tmp_path):
    result = with_actions(toy, ACTIONS)
    write_tables_csv(result.tables, tmp_path / "tables")
    again = replace(result, tables=read_tables_csv(tmp_path / "tables"))
    for key in ("sensitivity", "actions", "evaluation"):
        assert build(again, language="en").table(key) == build(result, language="en").table(key)
