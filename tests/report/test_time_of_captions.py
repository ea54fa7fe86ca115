"""Of which time the tables and figures of a siting answer and of a scenario's own changes say that they are (R8)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coverplan.report.build import build, tables
from coverplan.report.content import Bullets, Column, Figure, Gallery, Row, Table
from coverplan.report.documents.webpage import UPRIGHT_LETTERS, layout
from coverplan.report.labels import Labels
from coverplan.text.words import LANGUAGES

#: What has no numbers of people, or tells of several times in its heads or rows.
TIMELESS = (
    "actions", "by_year", "candidates", "conflicts", "equity", "facts", "gaps", "inputs", "key_figures", "method_sheet",
    "priority", "profiles", "project", "requests", "run", "siting_", "standards", "stock", "trajectory", "versions",
    "years_", "notices", "worst_gaps", "proposals", "scalings",
)  # fmt: skip


@pytest.fixture(scope="module")
def ahead(toy):
    """The toy's numbers as those of a year to come, after what the scenario changes."""
    summary = {**toy.summary, "scenario": {**toy.summary["scenario"], "year": 2030}}
    return replace(toy, summary={**summary, "changes": {"applied": ["c1"], "own": 1}})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_with_numbers_of_people_says_for_which_year_they_are_expected(ahead, language):
    labels = Labels(ahead, language)
    label = labels.tense.label(labels.words)
    blocks = build(ahead, language=language).blocks
    shown = [block for block in (*blocks, *tables(ahead, language=language)) if isinstance(block, Table)]
    bare = [
        table.key
        for table in shown
        if label not in table.caption
        and not table.key.startswith(TIMELESS)
        and not table.key.endswith("_changes")
    ]
    assert not bare
    assert all(label in figure.caption for figure in blocks if isinstance(figure, Figure))
    told = [
        item for block in blocks if isinstance(block, Bullets) and not block.ordered for item in block.items
    ]
    assert all(label in item for item in told if "%" in item)
    # a sheet is called by the short caption
    named = [table.name for table in tables(ahead, language=language) if label in table.caption]
    assert any(named)
    assert not any(label in name for name in named if name)


def test_charts_of_years_to_come_say_that_they_count_what_the_scenario_changes(ahead):
    blocks = build(ahead, language="zh").blocks
    (gallery,) = [
        block
        for block in blocks
        if isinstance(block, Gallery) and block.figures[0].key.startswith("trajectory")
    ]
    assert "本方案列出的变动" in gallery.note
    assert "只计入" not in gallery.note


def test_a_result_of_the_present_has_no_year_behind_its_captions(toy):
    captions = [
        block.caption for block in build(toy, language="zh").blocks if isinstance(block, Table | Figure)
    ]
    assert not [caption for caption in captions if "预计" in caption]


def test_the_full_table_of_gaps_calls_no_expected_value_present(ahead):
    gaps = next(table for table in tables(ahead, language="zh") if table.key == "gaps")
    told = [text for text in gaps.column("formula") if text]
    assert told
    assert all("2030年预计" in text and "现状" not in text for text in told)
    assert [column.head for column in gaps.columns if column.key == "as_of"] == ["数值时点"]


def test_a_workbook_has_whole_people_that_add_up_as_the_pages_have(toy):
    names = ["covered", "uncovered", "off_network", "outside_units"]
    coverage = toy.coverage.copy()
    coverage[["people", *names]] = coverage[["people", *names]].astype(float) * 1.0137
    assert (coverage["people"] % 1 > 0).any()
    book = tables(replace(toy, coverage=coverage), language="zh")
    shown = [table for table in book if table.key.startswith("units_")]
    assert shown
    for table in shown:
        people, *parts = (table.column(name) for name in ("people", *names))
        assert all(float(number).is_integer() for column in (people, *parts) for number in column)
        assert [sum(row) for row in zip(*parts, strict=True)] == people


def test_codes_are_not_broken_on_the_web_page():
    codes = tuple(Row((f"{code}", "一二三四五六七八九十" * 6)) for code in (990101001, 990101002))
    narrow = Table(
        "t", "", (Column("unit_code", "代码", "code", width=5), Column("b", "B", width=120)), codes
    )
    whole, (first, _) = layout(narrow, wide=False)
    assert whole == 100
    assert first / 100 * UPRIGHT_LETTERS >= len("990101001") + 2
