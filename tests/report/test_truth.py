"""Every number of the sentences that a director reads first stands in a table, and every table's parts in its total."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest

from coverplan.report.build import build, tables
from coverplan.report.cellformat import written
from coverplan.report.content import Column, Heading, Paragraph, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.tables import coverage, ledger, siting, siting_money
from coverplan.results.chosen import question_of
from coverplan.results.whole_people import in_whole_people
from coverplan.text.words import LANGUAGES, Words
from makers import adding, summaries, toyreport
from towns import toysiting, toytown

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def ahead(tmp_path_factory):
    x, y = toytown.xy(0, 4)
    new = {
        "layer": "elder_care",
        "id": "idea",
        "x": x,
        "y": y,
        "crs": toytown.CRS,
        "offers": {"type": "day_care"},
    }
    return toyreport.result(
        tmp_path_factory.mktemp("truth") / "town",
        study={"as_of": "2025-06-30"},
        year=2026,
        changes=[{"year": 2026, "open": new}],
    )


def of_summary(document) -> list[str]:
    """Sentences of the first section and those that lead the siting answer."""
    heads = [(i, b.key) for i, b in enumerate(document.blocks) if isinstance(b, Heading) and b.level == 1]
    spans = {key: (at, after) for (at, key), (after, _) in zip(heads, [*heads[1:], (None, "")], strict=True)}
    chosen = [spans["summary"]] + ([spans["siting"]] if "siting" in spans else [])
    blocks = [block for start, stop in chosen for block in document.blocks[start:stop]]
    return [b.text for b in blocks if isinstance(b, Paragraph) and b.style in {"lead", "brief", "warning"}]


def in_tables(result, document, language) -> set[str]:
    """Numbers of all cells, and how many rows of a table have the same verdict, state or kind."""
    words = Words(language)
    found: set[str] = set()
    listed = [*tables(result, language=language), *(b for b in document.blocks if hasattr(b, "rows"))]
    for table in listed:
        body = [row for row in table.rows if row.kind == "body"]
        found.add(str(len(body)))
        for at, column in enumerate(table.columns):
            for row in table.rows:
                found |= set(NUMBER.findall(written(row.values[at], column, words, row.decimals)))
            found |= {str(n) for n in Counter(str(row.values[at]) for row in body).values()}
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["toy", "sited", "ahead"])
def test_every_number_of_the_summary_walks_back_to_a_table(toy, ahead, kind, language):
    result = {"toy": toy, "sited": toysiting.sited(toy), "ahead": ahead}[kind]
    document = build(result, language=language)
    known = in_tables(result, document, language) | {"10,000"}  # the unit of money
    # the year and the day of the data are those of the result
    known |= {"2025", "2026", "6", "30", "06"} if kind == "ahead" else set()
    # sums over verdicts of binding targets, which the table of gaps lists one by one
    gaps = result.tables["gaps"].reset_index()
    judged = gaps["verdict"].isin(["met", "not_met", "behind", "on_track"])
    known |= {str(int(judged.sum())), str(int((~judged).sum())), str(len(gaps))}
    sentences = of_summary(document)
    assert sentences
    for sentence in sentences:
        unknown = [number for number in NUMBER.findall(sentence) if number not in known]
        assert unknown == [], sentence


def levels_of(result) -> dict[str, str]:
    return {unit["code"]: unit["type"] for unit in result.summary["units"]}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["toy", "sited", "ahead"])
def test_parts_add_up_in_every_table_of_a_finished_document(toy, ahead, kind, language):
    result = {"toy": toy, "sited": toysiting.sited(toy), "ahead": ahead}[kind]
    finished = build(result, language=language).tables()
    assert adding.broken_people(finished) == []
    listed = [*tables(result, language=language), *finished]
    wrong, totals = adding.wrong_totals(listed, levels_of(result))
    short, rows = adding.wrong_rows(listed)
    assert (wrong, short) == ([], [])
    assert totals > 5
    assert rows > 10


@pytest.mark.parametrize(
    ("name", "least"), [("demo", (5, 30)), ("demo-siting", (9, 30)), ("shaoyang-2025", (1, 0))]
)
def test_parts_add_up_in_every_table_of_the_kept_results(name, least):
    result = in_whole_people(summaries.result_of(name))
    labels = Labels(result, "zh")
    made = [
        *(coverage.units(result, labels, types) for types in coverage.levels(result)),
        coverage.clusters(result, labels),
        ledger.projects(result, labels),
        ledger.project_years(result, labels),
        *(
            coverage.without_nobody(coverage.units(result, labels, types, standard["key"]), "unit_type")
            for standard in result.summary["standards"]
            for types in coverage.levels(result)
        ),
    ]
    if question_of(result) is not None:
        made += siting.all_tables(result, labels) + siting_money.all_tables(result, labels)
    listed = [table for table in made if table is not None]
    wrong, totals = adding.wrong_totals(listed, levels_of(result))
    short, rows = adding.wrong_rows(listed)
    assert (wrong, short) == ([], [])
    assert (totals >= least[0], rows >= least[1]) == (True, True), (totals, rows)


def test_a_page_keeps_every_part_of_the_people_in_which_anybody_is(toy):
    """Of two hundred people ten have no road and four no unit: a page that dropped either would not add up."""
    moved = toy.coverage.assign(off_network=10.0, outside_units=4.0)
    moved["uncovered"] = moved["people"] - moved["covered"] - 14.0
    listed = build(replace(toy, coverage=moved), language="en").tables()
    wrong, rows = adding.wrong_rows(
        [table for table in listed if table.key.startswith(("overview", "units_", "worst_"))]
    )
    assert wrong == []
    assert rows == 8
    assert adding.wrong_rows([table.without("off_network", key=table.key, caption="") for table in listed])[0]


def test_a_total_that_is_no_sum_is_found():
    columns = (Column("name", "N"), Column("people", "P", "people"))
    parts = (Row(("a", 2)), Row(("b", None)), Row(("c", 3.5)))
    right = Table("t", "T", columns, (*parts, Row((None, 5.5), "total")))
    assert adding.wrong_totals([right], {}) == ([], 1)
    assert adding.wrong_totals([Table("t", "T", columns, (*parts, Row((None, 6), "total")))], {}) == (
        ["t: (None, 6)"],
        1,
    )
