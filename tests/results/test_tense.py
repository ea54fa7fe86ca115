"""Which results speak of the present, and what they are called when they do not."""

from __future__ import annotations

import pandas as pd
import pytest

from coverplan.results.result import Result
from coverplan.results.tense import tense_of
from coverplan.text.words import LANGUAGES, Words


def result(*, as_of="2025-06-30", year=2025, changes=None, siting=None) -> Result:
    summary = {
        "study": {"as_of": as_of},
        "scenario": {"year": year},
        "run": {"finished": "2026-01-05T08:00:00+00:00"},
    }
    if changes is not None:
        summary["changes"] = changes
    if siting is not None:
        summary["siting"] = siting
    return Result(summary, pd.DataFrame(), {}, {})


@pytest.mark.parametrize(
    ("made", "moment", "projected"),
    [
        (result(), "present", False),
        (result(year=None), "present", False),
        (result(year=2023), "past", False),
        (result(year=2030), "later", True),
        (result(as_of=None, year=2025), "present", False),
        (result(as_of=None, year=2027), "later", True),
        (result(as_of=None, year=None), "present", False),
        (result(changes={"applied": [{}], "later": [], "own": 1}), "changed", True),
        (result(changes={"applied": [], "later": [{}], "own": 0}), "present", False),
        (result(year=2030, changes={"applied": [{}], "own": 0}, siting={"actions": 1}), "proposed", True),
        (result(year=2030, siting={"actions": 0}), "later", True),
        (result(siting={"actions": 3}), "present", False),
    ],
)
def test_a_result_is_of_the_present_only_where_nothing_is_ahead_or_changed(made, moment, projected):
    found = tense_of(made)
    assert (found.moment, found.projected) == (moment, projected)


def test_words_of_the_present_never_stand_on_what_is_expected():
    for language, present in (("zh", "现状"), ("en", "resent")):
        words = Words(language)
        ahead = tense_of(result(year=2030))
        for told in (ahead.label(words), ahead.head(words), ahead.short_head(words)):
            assert "2030" in told
            assert present not in told
        assert "2030" in (ahead.statement(words) or "")
        assert present in tense_of(result()).head(words)
        assert tense_of(result()).statement(words) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_moment_has_its_words(language):
    words = Words(language)
    own = {"applied": [{}, {}], "later": [], "own": 2}
    for made in (
        result(year=2023),
        result(year=2030),
        result(changes=own),
        result(as_of=None, year=None, changes=own),
        result(as_of=None, year=None),
    ):
        found = tense_of(made)
        assert found.titled("T", words).startswith("T")
        assert (found.titled("T", words) == "T") is not found.projected
        assert all((found.label(words), found.head(words), found.short_head(words)))


def test_the_official_example_in_chinese():
    found = tense_of(result(year=2030, changes={"applied": [{}] * 3, "later": [], "own": 3}))
    assert found.label(Words("zh")) == "2030年（方案实施后，预计）"
    assert found.statement(Words("zh")) == (
        "以下为2030年预计数，不是现状：计入届时已投用的在建和拟建项目，以及本方案列出的3项变动；现状数据截至2025年6月30日。"
    )
