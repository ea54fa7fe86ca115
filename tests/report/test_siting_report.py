"""What a report says of where to build next, from a made-up answer on the toy town."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from coverplan.report import write_report
from coverplan.report.build import build, tables
from coverplan.report.content import Bullets, Figure, Gallery, Heading, PageBreak, Paragraph, Table
from coverplan.report.drawings.drawing import Area
from coverplan.report.drawings.frontier_chart import BOTTOM, HEIGHT, TOP, frontier_chart
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.siting_section import siting_section
from coverplan.report.siting_sentences import SitingSentences
from coverplan.report.tables import siting, siting_ground
from coverplan.report.tables.siting import targets
from coverplan.results.chosen import chosen_actions
from coverplan.text.words import LANGUAGES, Words
from makers import summaries, toyreport
from towns import toysiting

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


@pytest.fixture(scope="module")
def sited(toy):
    return toysiting.sited(toy)


def of_section(document) -> list:
    """Blocks of the section on siting."""
    heads = [i for i, b in enumerate(document.blocks) if isinstance(b, Heading) and b.level == 1]
    start = next(i for i in heads if document.blocks[i].key == "siting")
    return list(document.blocks[start : next(i for i in heads if i > start)])


def said(blocks) -> str:
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_section_says_what_was_read_and_approved(sited, language):
    document = build(sited, language=language)
    found = toyreport.told(replace(document, blocks=tuple(of_section(document))))
    path = GOLDEN / f"report_siting.{language}.txt"
    if os.environ.get("COVERPLAN_WRITE_GOLDEN") == "1":
        path.write_text(found, encoding="utf-8", newline="\n")
    expected = path.read_text("utf-8")
    changes = "\n".join(difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm=""))
    assert not changes, f"read the difference; if it is right, write it to {path.name}:\n{changes}"


def test_a_run_without_siting_has_no_word_of_it(toy):
    document = build(toy, language="en")
    assert "siting" not in {block.key for block in document.blocks if isinstance(block, Heading)}
    assert not [table for table in tables(toy, language="en") if "siting" in table.key]
    with pytest.raises(ValueError, match="no siting"):
        SitingSentences(toy, Labels(toy, "en"))


def test_every_number_of_the_action_table_is_that_of_the_result(sited):
    table = build(sited, language="en").table("siting_actions")
    body = [row for row in table.rows if row.kind == "body"]
    of = {column.key: i for i, column in enumerate(table.columns)}
    actions = sited.tables["actions"]
    for row, action in zip(body, actions.to_dict("records"), strict=True):
        for key in ("action_id", "year", "people_reached", "people_needed"):
            assert row.values[of[key]] == action[key]
        cost = row.values[of["cost"]]
        assert cost is None if pd.isna(action["cost"]) else cost == action["cost"]
    sums = [row.values[of["cost"]] for row in table.rows if row.kind == "rest"]
    assert sums == list(sited.tables["siting_years"]["spent"])
    assert table.rows[-1].kind == "total"
    assert table.rows[-1].values[of["cost"]] == sited.summary["siting"]["cost"]["total"]


def test_a_sheet_of_actions_has_no_totals_between_its_rows(sited):
    table = next(t for t in tables(sited, language="en") if t.key == "siting_actions")
    assert [row.kind for row in table.rows] == ["body"] * len(sited.tables["actions"]) + ["total"]


def test_unknown_costs_and_invented_ones_are_said(sited):
    warnings = [
        b.text for b in of_section(build(sited, language="en")) if getattr(b, "style", "") == "warning"
    ]
    assert len(warnings) == 2
    assert "invented" in warnings[0]
    assert "cost of 1 of the actions is unknown" in warnings[1]
    siting = sited.summary["siting"]
    none = toysiting.answered(sited, "optimal", cost={"total": 0.0, "unknown": siting["actions"]})
    section = of_section(build(none, language="en"))
    assert "number of actions was compared" in said(section)
    table = next(b for b in section if isinstance(b, Table) and b.key == "siting_actions")
    assert table.column("cost")[-1] is None


@pytest.mark.parametrize(
    ("status", "more", "told"),
    [
        ("optimal", {}, "the cheapest way to meet all 2 targets"),
        (
            "optimal",
            {"stages": [{"name": "fewest_actions", "sense": "min", "value": 7, "bound": 7, "gap": 0.0}]},
            "the fewest actions that meet all 2 targets",
        ),
        ("within_gap", {}, "no other plan costs less by more than 0.49 %"),
        ("stopped", {}, "stopped early"),
        (
            "stopped",
            {"stages": [{"name": "least_cost", "sense": "min", "value": 7, "bound": None, "gap": None}]},
            "how far it is from the best is not known",
        ),
        ("infeasible", {}, "no action is proposed"),
        ("nothing_to_do", {}, "met by what stands and what is being built"),
        ("optimal", {"relaxed": [{"target": "T2", "asked": "40", "reached": "33"}]}, "relaxes 1 of them"),
    ],
)
def test_each_status_is_told_in_plain_words(sited, status, more, told):
    for language in LANGUAGES:
        text = said(of_section(build(toysiting.answered(sited, status, **more), language=language)))
        assert "{" not in text
    assert told in text
    if status in {"within_gap", "stopped"}:
        assert "fewest" not in text.split("\n", 1)[0]
        assert "cheapest" not in text.split("\n", 1)[0]


@pytest.mark.parametrize(("year", "later"), [(2025, True), (2027, False)])
def test_a_target_that_is_asked_for_later_than_the_plan_does_is_said_to_be(sited, year, later):
    gaps = sited.tables["gaps"].assign(target_year=year)
    result = replace(sited, tables={**sited.tables, "gaps": gaps})
    for language, lead, note in (
        ("en", "2027, later than the plan’s own year", "Due later than the plan’s own year"),
        ("zh", "规划目标年更早，本方案以 2027 年为期", "期限晚于规划目标年的"),
    ):
        blocks = of_section(build(result, language=language))
        table = next(block for block in blocks if isinstance(block, Table) and block.key == "siting_targets")
        assert (lead in said(blocks), note in (table.note or "")) == (later, later)


def test_conflicts_and_relaxed_targets_are_named(sited):
    relaxed = [{"target": "T2", "asked": "40", "reached": "33"}]
    conflicts = [{"targets": ["T1", "T2"], "kind": "collide"}, {"targets": ["T2"], "kind": "unreachable"}]
    blocks = of_section(
        build(toysiting.answered(sited, "optimal", relaxed=relaxed, conflicts=conflicts), language="en")
    )
    table = next(b for b in blocks if isinstance(b, Table) and b.key == "siting_relaxed")
    assert [row.values for row in table.rows] == [("T2", "Indicator T2", "40", "33")]
    items = next(b for b in blocks if isinstance(b, Bullets)).items
    assert items[0] == "Cannot all be met: T1 Indicator T1; T2 Indicator T2."
    assert items[1].startswith("No candidate can meet it: T2")


def test_protected_actions_appear_by_unit_only(sited):
    last = sited.tables["actions"].iloc[-1]
    assert not last["public"]
    secret = sited.tables["actions"].copy()
    secret.loc[secret.index[-1], ["facility", "name", "site", "shared_with"]] = [
        "F-77",
        "Hidden",
        "S-77",
        "H-77",
    ]
    others = sited.tables["action_alternatives"].copy()
    others.loc[others["action_id"] == last["action_id"], ["alternative", "possible"]] = ["X-77", True]
    hidden = replace(sited, tables={**sited.tables, "actions": secret, "action_alternatives": others})
    for language in LANGUAGES:
        text = toyreport.told(build(hidden, language=language))
        everything = text + repr(tables(hidden, language=language))
        assert not [word for word in ("F-77", "Hidden", "S-77", "H-77", "X-77") if word in everything]
        assert str(last["unit_name"]) in text


def test_the_page_of_a_unit_has_the_actions_of_the_unit_and_below(sited):
    document = build(sited, language="en")
    actions = sited.tables["actions"]
    for code in ("001001", "001002"):
        own = actions[(actions["street_code"] == code) | (actions["unit_code"] == code)]
        assert len(own)
        assert document.table(f"actions_{code}").column("action_id") == list(own["action_id"])
    nowhere = actions.assign(street_code="001001", unit_code="001001")
    moved = build(replace(sited, tables={**sited.tables, "actions": nowhere}), language="en")
    with pytest.raises(KeyError):
        moved.table("actions_001002")
    assert "no action in this unit" in said(moved.blocks)


def test_the_choice_among_units_is_left_open_and_said_so(sited):
    ledger = toysiting.without_places(sited)
    items = next(b for b in of_section(build(ledger, language="en")) if isinstance(b, Bullets)).items
    count = len(ledger.tables["siting_choices"]["units"].iloc[0])
    assert items[0].startswith(f"T1 Indicator T1: 1 of these {count} units must act (town elder-care centre)")
    assert "which ones is open" in items[0]
    table = next(t for t in tables(ledger, language="en") if t.key == "siting_choices")
    assert table.column("needed") == [1, count]


def test_what_must_be_known_first_is_said_where_nobody_can_tell_how_many_must_act(sited):
    ledger = toysiting.without_places(sited)
    open_ones = ledger.tables["siting_choices"].assign(
        needed=np.nan,
        at_most=[20.0, np.nan],
        type=["town_centre|institution", None],
        ask=["missing_layer:elder_care.town_centre", "missing_register:deaths"],
    )
    unsure = replace(ledger, tables={**ledger.tables, "siting_choices": open_ones})
    items = next(b for b in of_section(build(unsure, language="en")) if isinstance(b, Bullets)).items
    assert "at most 20 actions are needed (town elder-care centre or elder-care institution)" in items[0]
    assert items[0].endswith("cannot be told: no ledger of town elder-care centre.")
    assert items[1].startswith(
        "T1 Indicator T1: how many actions are needed cannot be told: no register figure"
    )
    table = next(t for t in tables(unsure, language="zh") if t.key == "siting_choices")
    assert table.column("at_most") == [20, None]
    assert table.column("ask")[0] == "缺少综合养老服务中心设施台账"


def test_an_alternative_without_a_name_is_called_a_candidate(sited):
    others = sited.tables["action_alternatives"].assign(alternative=None)
    unnamed = replace(sited, tables={**sited.tables, "action_alternatives": others})
    assert "populated cell (no. 0)" in said(of_section(build(unnamed, language="en")))
    table = next(t for t in tables(unnamed, language="zh") if t.key == "siting_alternatives")
    assert table.column("alternative")[0] == "人口格网点位（0号）"


def test_nothing_that_could_be_asked_is_not_the_same_as_nothing_to_do(sited):
    siting = {**sited.summary["siting"], "status": "nothing_asked", "actions": 0, "stages": []}
    none = sited.tables["actions"].iloc[:0]
    asked = replace(
        sited, summary={**sited.summary, "siting": siting}, tables={**sited.tables, "actions": none}
    )
    assert said(of_section(build(asked, language="en"))).startswith("No target could be asked for")


def test_frontiers_are_drawn_where_two_steps_have_a_cost(sited):
    figure = next(b for b in of_section(build(sited, language="en")) if isinstance(b, Gallery)).figures[0]
    assert isinstance(figure, Figure)
    assert figure.alt.endswith("60: 100, 80: 420, 90: 900")
    assert {"900", "cost of the plan found"} & set(figure.drawing.texts())
    alone = sited.tables["siting_frontier"].iloc[:1]
    one = build(replace(sited, tables={**sited.tables, "siting_frontier": alone}), language="en")
    assert not [b for b in of_section(one) if isinstance(b, Gallery)]


@pytest.mark.parametrize(("bounds", "between"), [((100.0, 400.0), 100.0), ((400.0, 100.0), 100.0)])
def test_nothing_between_two_values_is_called_impossible_above_the_easier_bound(bounds, between):
    """A plan for 90 may cost as little as the bound of 80, so no straight line leads from bound to bound."""
    rows = [{"value": 80 + 20 * at, "cost": 400.0, "bound": bound} for at, bound in enumerate(bounds)]
    drawing = frontier_chart(rows, cost="cost", bound="bound", x_name="%", y_name="yuan")
    shade = next(shape for shape in drawing.shapes if isinstance(shape, Area)).rings[0][:-2]
    costs = np.round(400 * (HEIGHT - BOTTOM - shade[:, 1]) / (HEIGHT - BOTTOM - TOP))
    assert (costs[0], costs[-1]) == bounds
    level = [
        (a, b) for (a, left), (b, right) in pairwise(zip(costs, shade[:, 0], strict=True)) if left < right
    ]
    assert level == [(between, between)]


@pytest.mark.parametrize(
    ("state", "reason", "told"),
    [
        ("not_influenced", "reported", "reported by the office"),
        ("not_influenced", "project_delivery", "facilities do not change it"),
        ("not_influenced", "estates", "it depends on housing estates"),
        ("not_judged", "missing_layer:elder_care", "no ledger of elder care"),
        ("not_judged", "upper_end_of_several", "its upper end speaks of several kinds of facility"),
        ("not_judged", "achieved", "stated as achieved"),
        ("after_horizon", "2035", "goal year 2035"),
        ("not_asked", None, None),
    ],
)
def test_why_a_target_is_no_constraint_is_said_in_words(sited, state, reason, told):
    table = sited.tables["siting_targets"].iloc[:1].assign(state=state, reason=reason)
    row = targets(replace(sited, tables={"siting_targets": table}), Labels(sited, "en")).rows[0]
    assert (
        (row.values[-1] is None) if told is None else told in row.values[-1].lower() or told in row.values[-1]
    )


def test_all_three_files_are_written_with_hostile_names(hostile, tmp_path):
    result = toysiting.sited(hostile, names=toyreport.HOSTILE)
    paths = {path.suffix: path for path in write_report(result, tmp_path, language="zh")}
    page = paths[".html"].read_text("utf-8")
    assert "<img src=x" not in page
    assert "<script>alert" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page
    import openpyxl

    book = openpyxl.load_workbook(paths[".xlsx"])
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert [cell for cell in cells if "HYPERLINK" in str(cell.value)]
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_many_actions_are_told_on_upright_pages_and_tables_after_them_on_turned_ones():
    labels = Labels(result := summaries.result_of("demo-siting"), "en")
    outline = Outline(labels)
    siting_section(result, labels, outline)
    wide, told = None, {}
    for block in outline.blocks():
        wide = block.wide if isinstance(block, PageBreak) else wide
        if isinstance(block, Heading):
            told[block.key] = wide
    assert told["siting_actions"] is True
    assert told["siting_sites"] is False
    assert not any(turned for key, turned in told.items() if key.startswith("action_"))
    assert told["siting_candidates"] is True


@pytest.mark.parametrize(("language", "dash"), [("zh", "—"), ("en", "–")])
def test_every_action_has_a_paragraph_alike_ones_that_reach_nobody_have_one_together(language, dash):
    result = summaries.result_of("demo-siting")
    labels = Labels(result, language)
    outline = Outline(labels)
    siting_section(result, labels, outline)
    blocks = outline.blocks()
    named, together = [], []
    for heading, words in pairwise(blocks):
        if isinstance(heading, Heading) and heading.key.startswith("action_"):
            spans = re.findall(rf"A(\d\d)(?:{dash}A(\d\d))?", heading.text)
            own = [number for first, last in spans for number in range(int(first), int(last or first) + 1)]
            named += own
            if len(own) > 1:
                together.append((own, words.text))
    assert sorted(named) == list(range(1, 86))
    rows = result.tables["actions"].set_index("action_id")
    for own, words in together:
        alike = rows.loc[[f"A{number:02d}" for number in own]]
        assert alike[["year", "action", "type"]].drop_duplicates().shape[0] == 1
        assert not alike["people_reached"].any()
        assert (
            labels.words.number(float(alike["cost"].sum()), 2).removesuffix("0").removesuffix(".0") in words
        )


def test_two_places_of_one_name_in_one_unit_are_told_apart():
    chosen = chosen_actions(summaries.result_of("demo-siting"))
    words = Words("zh")
    told = {one.action_id: one.title(one.type, words) for one in chosen if one.name == "栖圩原供销社"}
    assert set(told) == {"A30", "A31"}
    assert len(set(told.values())) == 2
    assert all(re.fullmatch("栖圩原供销社（V?[0-9]+号）", name) for name in told.values())
    assert next(one for one in chosen if one.action_id == "A01").number is None


def test_the_units_of_an_action_add_up_to_its_people(sited):
    rows = sited.tables["action_people"]
    action = rows["action_id"].iloc[0]
    standard, group = rows.loc[rows["action_id"] == action, ["standard", "group"]].iloc[0]
    units = [unit["code"] for unit in sited.summary["units"]][:3]
    # 301.4 + 57.3 + 8.3 = 367, while rounded one by one they make 366
    shares = pd.DataFrame(
        [
            {"action_id": action, "standard": standard, "group": group, "unit_code": unit, "reached": people}
            for unit, people in zip(units, (301.4, 57.3, 8.3), strict=True)
        ]
    )
    result = replace(sited, tables={**sited.tables, "action_people": shares})
    sentences = SitingSentences(result, Labels(result, "zh"))
    told = sentences.why(next(one for one in sentences.actions if one.action_id == action))
    people = [
        int(text) for text in re.findall(r"[^\d](\d+) 人", told.partition("新增覆盖")[2].partition("。")[0])
    ]
    assert sum(people) == 367
    assert people[0] in {301, 302}


def test_steps_that_count_people_are_whole_and_each_has_its_unit(sited):
    stages = [
        {"name": "least_cost", "sense": "min", "value": 10.5, "bound": 10.25, "gap": 0.01},
        {"name": "best_order", "sense": "max", "value": 3760934.91, "bound": 3760934.92, "gap": 0.0},
    ]
    summary = {**sited.summary, "siting": {**sited.summary["siting"], "stages": stages}}
    table = siting_ground.stages(replace(sited, summary=summary), Labels(sited, "zh"))
    assert table.column("measure") == ["万元", "人·年"]
    assert table.column("value") == [10.5, 3760935]
    assert table.column("bound") == [10.25, 3760935]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_candidate_is_called_by_its_kind_and_number_in_tables_too(language):
    result = summaries.result_of("demo-siting")
    sites = [text for text in siting.actions(result, Labels(result, language)).column("site") if text]
    raw = [text for text in result.tables["actions"]["site"] if isinstance(text, str) and text]
    assert len(sites) == len(raw) > 30
    assert all(
        one.rpartition(":")[2] in told and ":" not in told for one, told in zip(raw, sites, strict=True)
    )
