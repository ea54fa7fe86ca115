"""A result in the hands of an analyst: names that are not there, numbers to reckon with, how it shows itself."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

import coverplan
from coverplan.results.files import as_json, write_result
from makers import toyreport

KEY = toyreport.KEY


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return toyreport.result(
        tmp_path_factory.mktemp("town"),
        names=toyreport.HOSTILE,
        name={"zh": "<b>镇</b>", "en": "T"},
        language="zh",
    )


@pytest.fixture(scope="module")
def folder(result, tmp_path_factory):
    into = tmp_path_factory.mktemp("written") / "answer"
    write_result(result, into)
    return into


def test_what_is_not_there_is_named_with_what_there_is(result):
    for ask, what, near in (
        (lambda: result.share("elder_care-general-5min"), "standard", KEY),
        (lambda: result.share(KEY, "totl"), "group", "total"),
        (lambda: result.of_standard(KEY, "age_99"), "group", "total"),
        (lambda: result.worst_units(KEY, "total", ("strete",)), "type of units", "street"),
        (lambda: result.table("gap"), "table", "gaps"),
    ):
        with pytest.raises(coverplan.UnknownNameError) as caught:
            ask()
        assert caught.value.what == what
        assert near in caught.value.known
        assert near in str(caught.value)
        assert isinstance(caught.value, KeyError)
        assert not str(caught.value).startswith('"')
    with pytest.raises(coverplan.UnknownNameError, match="did you mean gaps"):
        result.table("gap")


def test_tables_to_reckon_with_hold_floats_and_nan(result):
    exact, plain = result.tables["gaps"], result.table("gaps")
    for column in ("present", "target", "gap", "base"):
        assert plain[column].dtype == np.float64
        assert plain[column].isna().tolist() == [value is None for value in exact[column]]
        known = exact[column].dropna()
        assert plain.loc[known.index, column].tolist() == [float(value) for value in known]
    assert np.isnan(plain.at["T4", "present"])
    assert str(plain["as_of"].dtype).startswith("datetime64")
    assert plain["verdict"].tolist() == exact["verdict"].tolist()
    assert exact["present"].dtype == object, "the exact table is left as it was"
    pd.testing.assert_frame_equal(result.table("coverage"), result.coverage)


class Tags(HTMLParser):
    """Counts tags and gathers texts."""

    def __init__(self):
        super().__init__()
        self.tags, self.text, self.open = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        assert not attrs
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_a_notebook_shows_who_is_covered_and_how_the_plan_stands(result):
    page = Tags()
    page.feed(result._repr_html_())
    assert page.open == []
    assert page.tags.count("table") == len(result.summary["standards"]) + 1
    assert "b" in page.tags
    assert page.tags.count("b") == 1, "a name with tags is text"
    said = " ".join(page.text)
    assert "<b>镇</b>" in said
    assert "虚构数据" in said
    people = result.summary["standards"][0]["people"]["total"]
    assert {f"{people[name]:,.0f}" for name in ("people", "covered", "uncovered")} <= set(page.text)
    verdicts = result.tables["gaps"]["verdict"].value_counts()
    assert str(verdicts.iloc[0]) in page.text


def test_a_result_prints_in_one_line(result, folder):
    assert "\n" not in repr(result)
    assert f"{KEY} total" in repr(result)
    assert "in memory" in repr(result)
    assert str(folder) in repr(coverplan.read_result(folder))


def test_a_result_of_another_format_says_what_to_do(result, folder, tmp_path):
    write_result(result, tmp_path / "other")
    for found, code, way in (
        (99, "newer_result", "update"),
        (0, "old_result", "again"),
        (None, "old_result", "again"),
    ):
        text = as_json({**result.summary, "format": found})
        (tmp_path / "other" / "result.json").write_text(text, encoding="utf-8")
        with pytest.raises(coverplan.InputError) as caught:
            coverplan.read_result(str(tmp_path / "other"))
        assert [problem.code for problem in caught.value.problems] == [code]
        assert way in caught.value.problems[0].remedy


def test_pages_need_a_folder(tmp_path):
    with pytest.raises(ValueError, match="write=False"):
        coverplan.run(tmp_path / "none.yaml", pages=True, write=False)
