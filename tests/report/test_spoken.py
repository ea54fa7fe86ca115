"""Places that are not public are called so in the reader's language alone, whatever language the result is in."""

import io

import pandas as pd
import pytest
from rich.console import Console

from coverplan.cli.terminal_numbers import print_plan
from coverplan.report.content import Bullets, Column, Heading, PageBreak, Paragraph, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.spoken import spoken
from coverplan.results.redaction import Withheld, redacted
from coverplan.results.result import Result

MARKS = {"zh": "（不公开）", "en": "(not public)"}


@pytest.mark.parametrize("written", MARKS)
@pytest.mark.parametrize("language", MARKS)
def test_every_kind_of_block_says_it_in_one_language(toy, written, language):
    labels, mark, said = Labels(toy, language), MARKS[written], MARKS[language]
    row = Row((f"a {mark}", 3, None), tones={"a": "bad"})
    columns = (Column("a", "a"), Column("b", "b", "people"), Column("c", "c"))
    table = spoken(Table("t", "t", columns, (row,)), labels)
    assert table.rows[0].values == (f"a {said}", 3, None)
    assert table.rows[0].tones == {"a": "bad"}
    assert spoken(Paragraph(mark, "note"), labels) == Paragraph(said, "note")
    assert spoken(Heading("h", mark), labels).text == said
    assert spoken(Bullets((mark, "b"), ordered=True), labels) == Bullets((said, "b"), ordered=True)
    assert spoken(PageBreak(), labels) == PageBreak()


@pytest.mark.parametrize("written", MARKS)
def test_a_result_names_withheld_places_in_the_first_language_of_its_scenario(written):
    table = pd.DataFrame({"name": ["Hidden house", "Open house"]})
    whole = Result({"scenario": {"language": written}}, pd.DataFrame(), {}, {}, tables={"stock": table})
    clean = redacted(whole, Withheld(names=frozenset({"Hidden house"}), openings=frozenset({("civic", "x")})))
    assert clean.tables["stock"]["name"].tolist() == [MARKS[written], "Open house"]


@pytest.mark.parametrize("language", MARKS)
def test_the_terminal_says_it_in_one_language(toy, language):
    gaps = toy.tables["gaps"].copy()
    gaps["short"] = [list(MARKS.values())] * len(gaps)
    shown = Result(toy.summary, toy.coverage, {}, {}, tables={**toy.tables, "gaps": gaps})
    console = Console(width=300, file=io.StringIO())
    print_plan(console, shown, Labels(shown, language))
    told = console.file.getvalue()
    other = next(mark for name, mark in MARKS.items() if name != language)
    assert MARKS[language] in told
    assert other not in told
