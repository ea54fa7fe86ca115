"""Supply on the map: classes at their ends, and the numbers of the toy town as counted by hand."""

from __future__ import annotations

import base64
from pathlib import Path

import numpy as np
import pytest

import coverplan
from coverplan.maps.supply_layer import SUPPLY_COLOURS, UNKNOWN, supply_classes, supply_labels
from coverplan.maps.web.page_content import page_content
from coverplan.text.words import Words
from makers import toyfiles

KEY = "elder_care-general-4min"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory):
    standard = {
        "layer": "elder_care",
        "groups": ["total", "age_60_plus"],
        "minutes": 4,
        "supply": {"field": "beds", "group": "age_60_plus", "per_1000": 500},
    }
    folder: Path = tmp_path_factory.mktemp("supply")
    return coverplan.run(toyfiles.write_town(folder, scenario={"standards": [standard]}), write=False)


def test_an_end_belongs_to_the_class_above_and_unknown_is_no_class_of_amounts() -> None:
    values = np.array([0, 1e-9, 4.999, 5, 10, 20, 39.9, 40, 1e9, np.nan])
    assert supply_classes(values, 20).tolist() == [0, 1, 1, 2, 3, 4, 4, 5, 5, UNKNOWN]
    for language in ("zh", "en"):
        labels = supply_labels(20, Words(language))
        assert len(labels) == len(set(labels)) == len(SUPPLY_COLOURS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_has_the_supply_that_was_counted_by_hand(result, language) -> None:
    content = page_content(result, Words(language))
    told = content["standards"][0]["supply"]
    # 10 beds for the 30 of 50 older people within 4 minutes; half of them want one: 20 can be served
    assert told["numbers"] == pytest.approx([2, 200, 50, 20, 10, 0, 20])
    assert "500" in told["wanted"]
    assert told["note"] is None
    rows = dict(zip(content["units"]["codes"], content["units"]["supply"], strict=True))
    assert sum(rows[code][KEY][2] for code in ("001001", "001002")) == pytest.approx(50)
    assert content["facilities"]["use"] == {KEY: [pytest.approx([10, 10, 30, 30])]}


def test_every_home_has_the_class_of_its_own_supply(result) -> None:
    content = page_content(result, Words("zh"))
    classes = np.frombuffer(base64.b64decode(content["cells"]["supply"][KEY]), dtype=np.uint8)
    # ten beds for thirty people are 333 a thousand, of 500 wanted: more than half, less than all
    assert np.bincount(classes, minlength=4).tolist() == [10, 0, 0, 15]
    column = result.layers["demand"][f"{KEY}|supply_per_1000"]
    assert sorted(column.round(6).unique()) == pytest.approx([0, 333.333333])


def test_a_study_that_asks_no_supply_has_no_theme_of_it() -> None:
    from towns import maptown

    content = page_content(maptown.town(), Words("zh"))
    assert [one["supply"] for one in content["standards"]] == [None] * 3
    assert content["cells"]["supply"] == {}
    assert maptown.HIDDEN_ID not in str(content["facilities"]["use"])
