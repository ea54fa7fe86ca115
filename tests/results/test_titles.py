"""What layers and types are called on maps and in reports."""

from __future__ import annotations

import pandas as pd
import pytest

from coverplan.report.labels import Labels
from coverplan.results.result import Result
from coverplan.results.titles import layer_title, type_title
from coverplan.text.words import Words
from makers import summaries

LAYERS = (
    {"layer": "healthcare", "title": {"zh": "医疗机构", "en": "Health care"}},
    {"layer": "elder_care", "title": None},
    {"layer": "school", "title": "Schools"},
)


@pytest.fixture
def result() -> Result:
    manifest = {"parameters": {"study": {"facilities": LAYERS}}}
    kept = summaries.result_of("demo")
    return Result(kept.summary, pd.DataFrame(), {}, manifest)


@pytest.mark.parametrize(
    ("layer", "kind", "zh", "en"),
    [
        ("healthcare", None, "医疗机构", "Health care"),
        ("healthcare", "healthcare", "医疗机构", "Health care"),
        ("healthcare", "clinic", "clinic", "clinic"),
        ("school", "school", "Schools", "Schools"),
        ("elder_care", "day_care", "日间照料中心", "day-care centre"),
    ],
)
def test_a_type_that_names_its_layer_again_is_called_as_the_layer_is(result, layer, kind, zh, en) -> None:
    for language, name in (("zh", zh), ("en", en)):
        assert type_title(result, layer, kind, Words(language)) == name
        if kind is not None:
            assert Labels(result, language).type(kind) == name


def test_a_layer_without_a_title_has_the_usual_name(result) -> None:
    assert layer_title(result, "elder_care", Words("zh")) == "养老服务"
