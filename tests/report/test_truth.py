"""Every number of the sentences that a director reads first stands in a table, and every table's parts in its total."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from coverplan.report.build import build, tables
from coverplan.report.cellformat import written
from coverplan.report.content import Heading, Paragraph
from coverplan.text.words import LANGUAGES, Words
from makers import toyreport
from towns import toysiting, toytown

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")


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
                found |= set(NUMBER.findall(written(row.values[at], column, words)))
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_parts_add_up_to_their_totals_in_every_table(toy, language):
    sited = toysiting.sited(toy)
    for table in tables(sited, language=language):
        if table.key not in {"siting_cost_street", "siting_cost_type", "siting_candidates", "projects"}:
            continue
        total = next(row for row in table.rows if row.kind == "total")
        body = [row for row in table.rows if row.kind == "body"]
        for at, column in enumerate(table.columns):
            values = [row.values[at] for row in body if isinstance(row.values[at], (int, float))]
            if column.numeric and isinstance(total.values[at], (int, float)):
                assert sum(values) == pytest.approx(total.values[at]), (table.key, column.key)


def test_people_of_every_unit_are_parted_without_rest(toy):
    for table in tables(toy, language="en"):
        keys = [column.key for column in table.columns]
        if not {"people", "covered", "uncovered", "off_network", "outside_units"} <= set(keys):
            continue
        for row in table.rows:
            of = dict(zip(keys, row.values, strict=True))
            parts = of["covered"] + of["uncovered"] + of["off_network"] + of["outside_units"]
            assert parts == pytest.approx(of["people"])
