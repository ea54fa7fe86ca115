"""How fast a standard moves: as people of its way of moving say it, and by class of street where that is so."""

from __future__ import annotations

import pytest

from coverplan.reach.speeds.profiles import PRESETS
from coverplan.results.wording import speed_words
from coverplan.text.words import Words


@pytest.mark.parametrize(
    ("profile", "method", "zh", "en"),
    [
        ("general", "network", "1.2 米/秒", "1.2 m/s"),
        ("older_adult", "euclidean", "1 米/秒", "1 m/s"),
        ("bicycle", "network", "15.1 公里/时", "15.1 km/h"),
        ("drive", "network", "速度按道路等级", "speed by class of street"),
        ("drive", "euclidean", "20 公里/时", "20 km/h"),
    ],
)
def test_speeds_are_told_as_people_say_them(profile: str, method: str, zh: str, en: str) -> None:
    moving = PRESETS[profile]
    standard = {"method": method, "profile": {"mode": moving.mode, "speed_m_s": moving.speed_m_s}}
    assert speed_words(standard, Words("zh")) == zh
    assert speed_words(standard, Words("en")) == en
    # a car's streets have speeds of their own exactly where no one speed is told
    assert bool(moving.class_speed_m_s) == (moving.mode == "drive")
