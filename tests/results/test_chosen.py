"""Names of chosen places: a street is no facility, and an id made by the program is nobody's name."""

from __future__ import annotations

from dataclasses import fields

import pytest

from coverplan.results.chosen import ChosenAction
from coverplan.text.words import Words


def action(**known) -> ChosenAction:
    nothing = {one.name: None for one in fields(ChosenAction)}
    told = {"action_id": "A01", "year": 2026, "action": "open", "targets": (), "serves": (), "public": True}
    return ChosenAction(**{**nothing, **told, "unit_name": "East", **known})


@pytest.mark.parametrize(
    ("known", "zh", "en"),
    [
        ({"name": "兰禾西街", "site": "streets:2326"}, "兰禾西街旁", "by 兰禾西街"),
        ({"name": "Old school", "site": "vacant:V2"}, "Old school", "Old school"),
        ({"name": "Home", "facility": "h1"}, "Home", "Home"),
        ({"facility": "h1"}, "h1", "h1"),
        (
            {"facility": "new:day_care:streets:7", "site": "streets:7"},
            "East日间照料中心",
            "day-care centre in East",
        ),
        ({"name": "Home", "public": False}, "East日间照料中心", "day-care centre in East"),
    ],
)
def test_a_place_is_told_as_what_it_is(known, zh, en):
    for language, told in (("zh", zh), ("en", en)):
        words = Words(language)
        assert action(**known).title(words.name_of("type", "day_care"), words) == told
