"""What a report says of the toy town, counted by hand and kept as readable text."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from coverplan.indicators.verdict import REASONS, REPORT_REASONS
from coverplan.report import write_report
from coverplan.report.build import build, tables
from coverplan.report.content import Column, Figure, Heading, Table, numbered, spread
from coverplan.report.drawings.drawing import Label
from coverplan.report.labels import Labels
from coverplan.report.outline import chinese_number
from coverplan.report.sentences import three_sentences
from coverplan.report.tables.coverage import units
from coverplan.report.tables.plan import VERDICTS, reason
from coverplan.results.wording import LISTED_CLUSTERS
from coverplan.text.words import LANGUAGES, Words
from coverplan.vocabulary import LEVELS
from makers import toyreport

REPORT = Path(__file__).resolve().parents[2] / "coverage" / "coverplan" / "report"
GOLDEN = Path(__file__).resolve().parents[1] / "golden"
TOWNS = LEVELS[2]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_the_report_says_is_as_it_was_read_and_approved(toy, language):
    found = toyreport.told(build(toy, language=language))
    path = GOLDEN / f"report_toy.{language}.txt"
    if os.environ.get("COVERPLAN_WRITE_GOLDEN") == "1":
        path.write_text(found, encoding="utf-8", newline="\n")
    expected = path.read_text("utf-8")
    changes = "\n".join(difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm=""))
    assert not changes, f"read the difference; if it is right, write it to {path.name}:\n{changes}"


@pytest.mark.parametrize(
    ("title", "unit", "head"),
    [
        ("People", "people", "People"),
        ("People newly reached", "people", "People newly reached"),
        ("Capacity", "places", "Capacity (places)"),
        ("People", None, "People"),
        ("人口", "人", "人口 (人)"),
    ],
)
def test_a_head_says_its_unit_once(title, unit, head):
    assert Column("key", title, "people", unit).head == head


def test_no_finished_table_says_a_unit_twice(toy):
    for table in build(toy, language="en").tables():
        for column in table.columns:
            words = re.findall(r"[a-z]+", column.head.lower())
            assert words.count(str(column.unit)) <= 1, column.head


def test_three_sentences_carry_the_numbers_counted_by_hand(toy):
    served, plan, where = three_sentences(toy, Labels(toy, "en"))
    # 15 of 25 points lie within four minutes of the corner, two older people on each
    assert "50 people" in served
    assert "30 (60.0 %)" in served
    assert "20 do not" in served
    assert "4 targets: 2 not met, 1 cannot be judged, 1 report only" in plan
    # 9 of 10 points of town A, 6 of 15 of town B
    assert "among streets and towns: Town B (40.0 %);" in where
    assert "Town B: 18" in where


def test_without_a_plan_the_sentences_and_sections_are_of_coverage_alone(toy):
    bare = replace(toy, tables={}, summary={k: v for k, v in toy.summary.items() if k != "plan"})
    document = build(bare, language="en")
    keys = {block.key for block in document.blocks if isinstance(block, Heading)}
    assert "gaps" not in keys
    assert "those who reach none included: half reach" in three_sentences(bare, Labels(bare, "en"))[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_study_of_ledgers_alone_has_a_report_of_its_plan(toy, tmp_path, language):
    study = {"name": "Ledger", "synthetic": False, "as_of": None, "units": 3, "facilities": 2, "sources": []}
    summary = {
        **toy.summary,
        "study": study,
        "standards": [],
        "units": [{**unit, "coverage": {}} for unit in toy.summary["units"]],
        "reconciliation": {"people": {}, "partition": []},
        "warnings": [],
    }
    manifest = {**toy.manifest, "parameters": {}}
    left = {name: table for name, table in toy.tables.items() if name != "clusters"}
    empty = toy.coverage.iloc[:0]
    bare = replace(toy, summary=summary, manifest=manifest, coverage=empty, layers={}, tables=left)
    document = build(bare, language=language)
    keys = [block.key for block in document.blocks if isinstance(block, Heading) and block.level == 1]
    assert keys == ["summary", "matrix", "requests", "figures", "gaps", "units", "projects", "method"]
    assert "Town B" in three_sentences(bare, Labels(bare, language))[2]
    assert {table.key for table in tables(bare, language=language)} >= {"gaps", "shortfall", "requests"}
    assert len(write_report(bare, tmp_path, language=language)) == 3


@pytest.mark.parametrize("group", ["total", "age_60_plus"])
def test_rows_of_units_add_up_to_their_total(toy, group):
    labels = Labels(toy, "en")
    table = units(toy, labels, TOWNS)
    of_group = [row for row in table.rows if row.values[1] == labels.group(group)]
    parts, total = [row for row in of_group if row.kind != "total"], of_group[-1]
    assert total.kind == "total"
    for position, column in enumerate(table.columns):
        if column.format == "people":
            assert sum(row.values[position] for row in parts) == total.values[position]


def test_people_of_no_unit_have_a_row_of_their_own(toy):
    partial = toy.coverage[toy.coverage["unit_code"] != "001002"]
    table = units(replace(toy, coverage=partial), Labels(toy, "en"), TOWNS)
    rest = next(row for row in table.rows if row.kind == "rest")
    people = [column.key for column in table.columns].index("people")
    # town B holds 150 of the 250 residents
    assert rest.values[people] == 150


def test_every_number_of_the_gap_table_is_that_of_the_result(toy):
    table = build(toy, language="en").table("gaps")
    assert table.column("gap") == [toy.tables["gaps"].at[t, "gap"] for t in ("T1", "T2", "T3", "T4")]
    assert table.column("present") == ["50", "10", "87.5 [reported]", None]
    assert table.column("completion")[1] == toy.tables["gaps"].at["T2", "completion_percent"]
    tones = [row.tones["present"] for row in table.rows]
    assert tones == ["computed", "computed", "reported", "computed"]


def test_who_falls_short_is_named_on_the_page_of_the_unit(toy):
    document = build(toy, language="en")
    assert document.table("gaps_001002").column("target_id") == ["T1"]
    with pytest.raises(KeyError):
        document.table("gaps_001001")  # town A lacks nothing
    assert document.table("years_001002").column("opened") == [2026]
    assert document.table("stock_001002").column("planned") == [1]


def test_what_to_ask_for_names_the_targets(toy):
    (whole,) = [table for table in tables(toy, language="en") if table.key == "requests"]
    for table in (whole, build(toy, language="en").table("requests_business")):
        assert table.column("targets") == ["T4"]
        assert "a (total or by unit" in table.column("ask")[0]


def test_the_mark_of_invented_data_stands_in_the_head(toy):
    assert build(toy, language="zh").head.mark == Words("zh")("summary.synthetic")
    real = {**toy.summary, "study": {**toy.summary["study"], "synthetic": False}, "plan": None}
    assert build(replace(toy, summary=real), language="zh").head.mark is None


def test_the_off_network_warning_stands_before_everything(toy):
    warning = {"code": "off_network_high", "standard": toyreport.KEY, "group": "total", "share": 0.08}
    shown = build(replace(toy, summary={**toy.summary, "warnings": [warning]}), language="en")
    warnings = [b for b in shown.blocks if getattr(b, "style", None) == "warning"]
    assert len(warnings) == 1
    assert "8.0 %" in warnings[0].text


def test_tables_and_figures_are_numbered_each_in_its_own_row(toy):
    document = build(toy, language="en")
    assert [t.number for t in document.tables()] == list(range(1, len(document.tables()) + 1))
    figures = [b for b in document.blocks if isinstance(b, Figure)]
    assert figures[0].number == 1
    assert len({t.key for t in document.tables()}) == len(document.tables())
    assert numbered(()) == ()


def test_every_table_has_a_value_for_each_of_its_columns(toy):
    for table in tables(toy, language="zh"):
        assert isinstance(table, Table)
        assert {len(row.values) for row in table.rows} == {len(table.columns)}, table.key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_verdict_and_question_has_words(toy, language):
    labels = Labels(toy, language)
    for code in (*REASONS, *REPORT_REASONS):
        assert reason({"reason": f"{code}:elder_care"}, labels)
    for verdict in VERDICTS:
        assert labels(f"verdict.{verdict}")
    for code in REASONS:
        if code != "no_pace":
            assert labels(f"ask.{code}", what="x")
            assert labels(f"asked.{code}")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (35, "三十五"),
        (100, "一百"),
        (105, "一百零五"),
        (115, "一百一十五"),
        (203, "二百零三"),
    ],
)
def test_chinese_numbers(number, text):
    assert chinese_number(number) == text


def test_columns_shrink_to_the_words_of_their_heads_before_a_word_breaks():
    columns = (
        Column("a", "Completion", width=10),
        Column("b", "Method", width=60),
        Column("c", "口径", width=30),
    )
    roomy = spread(columns, 200)
    assert sum(roomy) < 1
    assert [round(200 * part, 1) for part in roomy] == [12.3, 60, 30]
    narrow = spread(columns, 60)
    assert sum(narrow) == pytest.approx(1)
    assert all(60 * part >= column.least - 1e-9 for part, column in zip(narrow, columns, strict=True))
    assert sum(spread(columns, 5)) == pytest.approx(1)


def test_every_word_that_the_report_asks_for_exists_and_none_is_left_over():
    files = [path for path in REPORT.rglob("*") if path.suffix in {".py", ".html"}]
    source = "\n".join(path.read_text("utf-8") for path in files)
    words = sorted(Words("en").keys())
    keys = {key.removeprefix("report.") for key in words if key.startswith("report.")}
    asked = set(re.findall(r"labels\(\s*\"([a-z_0-9.]+)\"", source))
    asked |= set(re.findall(r"[\"']report\.([a-z_0-9]+\.[a-z_0-9]+)[\"']", source))
    assert len(asked) > 150
    assert asked <= keys
    # words of a family are asked for by what a result holds
    families = {"type", "unit_type", "kind", "rule_word", "level", "number", "section"}
    families |= {"measure", "field", "register", "estate", "variant"}
    families |= {"siting_why", "siting_variant", "access_method", "decay", "capacity_unit"}
    families |= set(re.findall(r"labels\(\s*f\"([a-z_0-9]+)[._]\{", source))
    plain = {key for key in keys - asked if key.split(".")[0] not in families}
    assert {key for key in plain if f'"{key}"' not in source and not key.endswith("_intro")} == set()


def twice(result):
    """The result with its standard a second time, and with a dozen clusters and one of either."""
    (one,), again = result.summary["standards"], "again"
    key = one["key"]
    coverage = pd.concat([result.coverage, result.coverage.assign(standard=again)], ignore_index=True)
    layers = dict(result.layers)
    for layer in ("demand", "units"):
        names = [name for name in layers[layer] if name.startswith(f"{key}|")]
        more = {name.replace(key, again): layers[layer][name] for name in names}
        layers[layer] = layers[layer].assign(**more)
    first = result.tables["clusters"].iloc[[0]]
    many = [
        first.assign(standard=standard, group=group, cluster=number, people=100 - number)
        for standard in (key, again)
        for group in one["groups"]
        for number in range(1, 14)
    ]
    return replace(
        result,
        coverage=coverage,
        layers=layers,
        tables={**result.tables, "clusters": pd.concat(many)},
        summary={**result.summary, "standards": [one, {**one, "key": again}]},
    )


def test_every_numbered_place_of_a_figure_stands_in_the_list_below_it(toy):
    result = twice(toy)
    blocks = list(build(result, language="zh").blocks)
    told = []
    for standard in result.summary["standards"]:
        start = f"map_{standard['key']}_"
        place = next(i for i, b in enumerate(blocks) if isinstance(b, Figure) and b.key.startswith(start))
        texts = [one.text for one in blocks[place].drawing.shapes if isinstance(one, Label) and one.bold]
        numbers = sorted(int(text) for text in texts if text.isdigit())
        assert isinstance(blocks[place + 1], Table)
        assert list(blocks[place + 1].column("cluster")) == numbers == list(range(1, LISTED_CLUSTERS + 1))
        told.append(start)
    assert len(told) == 2
