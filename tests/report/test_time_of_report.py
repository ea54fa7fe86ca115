"""A report of what is expected never calls it present, and holds the present beside it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coverplan.report.build import build, tables
from coverplan.report.content import Figure, Heading, Paragraph
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import by_year, drawn_years, records, still_needed
from makers import toyreport
from towns import toytown

STUDY = {"as_of": "2025-06-30"}
IDEA = {"open": {"layer": "elder_care", "id": "idea", "crs": toytown.CRS, "offers": {"type": "day_care"}}}


@pytest.fixture(scope="module")
def ahead(tmp_path_factory):
    """The toy town in 2026: the planned home has opened, and somebody has an idea for town B."""
    x, y = toytown.xy(0, 4)
    change = {"year": 2026, "open": {**IDEA["open"], "x": x, "y": y}}
    return toyreport.result(
        tmp_path_factory.mktemp("ahead") / "town", study=STUDY, year=2026, changes=[change]
    )


def said(document) -> str:
    return toyreport.told(document)


def test_a_future_report_says_so_first_and_never_speaks_of_the_present_as_its_own(ahead):
    document = build(ahead, language="zh")
    first = next(block for block in document.blocks if isinstance(block, Paragraph))
    assert "2026年预计数，不是现状" in first.text
    assert "2026年（方案实施后，预计）" in document.head.title
    told = said(document)
    for wrong in ("现状值", "实现值", "规划期已满", "已运营"):
        assert wrong not in told
    assert "evaluation" not in {table.key for table in tables(ahead, language="zh")}


def test_three_columns_stand_side_by_side_as_counted_by_hand(ahead):
    """One home in a corner reaches 15 of 25 homes in four minutes; a second in the far corner, which opens in 2026,
    reaches 15 too and shares 5 with it; all 25 are reached.
    """
    table = build(ahead, language="en").table("key_figures")
    share = dict(zip([column.key for column in table.columns], table.rows[0].values, strict=True))
    assert (share["now"], share["unchanged"], share["value"]) == ("60.0 %", "100.0 %", "100.0 %")
    beds = next(row for row in table.rows if "T2" in str(row.values[0]))
    assert beds.values[1:4] == ("10", "40", "40")
    people = ahead.summary["standards"][0]["people"]["total"]
    assert (people["covered_present"], people["covered_before"], people["covered"]) == (150, 250, 250)


@pytest.mark.parametrize(("language", "head"), [("zh", "2026年预计"), ("en", "exp. 2026")])
def test_heads_and_captions_of_who_is_served_name_the_year(ahead, toy, language, head):
    document = build(ahead, language=language)
    label = Labels(ahead, language).tense.label(Labels(ahead, language).words)
    shown = [
        one for one in document.tables() if {"covered", "share"} <= {column.key for column in one.columns}
    ]
    assert len(shown) > 2
    for one in shown:
        titles = [column.title for column in one.columns if column.key in {"covered", "share"}]
        assert all(head in title for title in titles), (one.key, titles)
    figures = [
        one for one in document.blocks if isinstance(one, Figure) and one.key.startswith(("units_", "map_"))
    ]
    assert figures
    assert all(one.caption.endswith(label) for one in figures)
    present = build(toy, language=language)
    assert head not in said(present)


def test_with_and_without_stand_side_by_side_under_heads_of_their_own(ahead):
    table = next(one for one in build(ahead, language="en").tables() if one.key.endswith("overview_changes"))
    assert [column.title for column in table.columns if column.key.startswith("covered")] == [
        "Covered at present",
        "Covered without new action",
        "Covered with the changes (expected)",
    ]
    for row in table.rows:
        told = dict(zip([column.key for column in table.columns], row.values, strict=True))
        assert told["covered_before"] + told["gained"] - told["lost"] == pytest.approx(told["covered"])


def test_what_stands_is_listed_apart_from_what_is_proposed(ahead):
    document = build(ahead, language="en")
    listed = document.table("changes")
    assert [row.values[0] for row in listed.rows] == ["C01"]
    stock = ahead.tables["stock"]
    whole = stock[stock["unit_code"] == "001"].iloc[0]
    assert (whole["facilities"], whole["planned"]) == (1, 1)  # neither the idea nor what opens later stands


def test_a_present_report_has_no_word_of_another_time(toy):
    told = said(build(toy, language="zh"))
    assert "预计数，不是现状" not in told
    assert "key_figures" not in told
    assert "changes" not in {
        block.key for block in build(toy, language="zh").blocks if isinstance(block, Heading)
    }


@pytest.mark.parametrize(("day", "over"), [("2025-12-31", True), ("2026-03-01", True), ("2025-06-30", False)])
def test_the_form_that_closes_a_plan_comes_when_its_last_year_is_over(toy, day, over):
    summary = {**toy.summary, "study": {**toy.summary["study"], "as_of": day}}
    scenario = {**toy.summary["scenario"], "year": int(day[:4])}
    result = replace(toy, summary={**summary, "scenario": scenario})
    keys = {block.key for block in build(result, language="en").blocks if isinstance(block, Heading)}
    assert ("evaluation" in keys) is over


def test_a_line_begins_at_the_printed_base_and_goes_on_from_the_year_of_the_data(toy):
    summary = {**toy.summary, "study": {**toy.summary["study"], "as_of": "2024-12-31"}}
    labels = Labels(replace(toy, summary=summary), "en")
    target = next(row for row in records(toy, "gaps") if row["target_id"] == "T2")
    rows = [row for row in records(toy, "trajectory") if row["target_id"] == "T2"]
    drawn = drawn_years(target, rows, labels)
    assert [(row["year"], int(row["value"])) for row in drawn] == [(2020, 5), (2024, 10), (2025, 10)]
    suspect = drawn_years({**target, "base_suspect": True}, rows, labels)
    assert [row["year"] for row in suspect] == [2024, 2025]


def test_base_and_present_value_stand_by_year_where_no_year_but_the_last_is_computed(toy):
    gaps, years = toy.tables["gaps"].copy(), toy.tables["trajectory"]
    kept = years[~((years["target_id"] == "T2") & (years["year"].astype(int) < 2025))]
    gaps["now"] = 7
    gaps["unknown"] = 0
    summary = {**toy.summary, "study": {**toy.summary["study"], "as_of": "2024-12-31"}}
    result = replace(toy, summary=summary, tables={**toy.tables, "gaps": gaps, "trajectory": kept})
    table = by_year(result, Labels(result, "en"))
    at = table.column("target_id").index("T2")
    assert [int(table.column(f"y{year}")[at]) for year in (2020, 2024, 2025)] == [5, 7, 10]
    # from 5 in 2020 to 7 in 2024: 2 in four years; to the 40 that are asked for in 2025: 35 in five
    assert [float(table.column(name)[at]) for name in ("actual", "needed")] == [0.5, 7]


@pytest.mark.parametrize(
    ("missing", "unsure", "listed", "needed"),
    [(25, 0, 100, 25), (25, 10, 100, "15–25"), (5, 10, 100, "0–5"), (3635, 3635, 3635, None), (0, 4, 9, 0)],
)
def test_what_is_unknown_is_not_said_to_be_lacking(toy, missing, unsure, listed, needed):
    row = {"units_missing": missing, "unsure": ("x",) * unsure, "listed": listed, "denominator": listed}
    assert still_needed(row, Labels(toy, "en")) == needed
