"""Half of the people, nine in ten of the people: of all of them, those who reach nothing included."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import coverplan
from coverplan.report.labels import Labels
from coverplan.report.sentences import three_sentences
from makers import toyfiles

KEY = "s"


def town(folder: Path, **scenario):
    standard = {"layer": "elder_care", "groups": ["total"], "minutes": 2, "name": KEY}
    return coverplan.run(
        toyfiles.write_town(folder, scenario={"standards": [standard], **scenario}), write=False
    )


def spread(result):
    return result.summary["standards"][0]["distribution"]["total"]


def test_quantiles_of_the_toy_town_by_hand(tmp_path: Path) -> None:
    # minutes are row + column: 1, 2, 3, 4, 5, 4, 3, 2, 1 homes at 0 .. 8; the thirteenth of 25 is at 4, the 23rd at 7
    minutes = sorted(row + column for row in range(5) for column in range(5))
    found = spread(town(tmp_path))
    assert (found["p50"], found["p90"], found["p95"]) == (4, minutes[22], 7)
    assert found["p90"] == np.quantile(minutes, 0.9, method="inverted_cdf")


def test_those_who_reach_nothing_are_people_too(tmp_path: Path) -> None:
    """Within three minutes of search ten homes find one: half of the people is 12.5 homes."""
    found = spread(town(tmp_path, search_minutes=3))
    assert (found["people"], found["found_people"]) == (250, 100)
    assert found["p50"] is None
    assert found["p90"] is None
    found = spread(town(tmp_path, search_minutes=5))
    assert (found["found_people"], found["p50"], found["p90"]) == (190, 4, None)


@pytest.mark.parametrize(
    ("language", "half", "beyond"),
    [
        ("zh", "半数人口在4.0分钟内", "5分钟内能到达的不足九成"),
        (
            "en",
            "half reach the nearest facility within 4.0 minutes",
            "fewer than 90 % reach one within the 5",
        ),
    ],
)
def test_the_report_says_at_most_or_more_than(tmp_path: Path, language, half, beyond) -> None:
    result = town(tmp_path, search_minutes=5)
    told = " ".join(three_sentences(result, Labels(result, language)))
    assert half in told
    assert beyond in told
