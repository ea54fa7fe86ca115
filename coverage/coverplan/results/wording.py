"""Words on what a result measured that every output says alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.text.words import Words
from coverplan.units import KMH_PER_M_S

#: Clusters that maps, figures and tables of pages show of a standard; the tables of the result have all of them.
LISTED_CLUSTERS = 10


def method_words(standard: Mapping[str, Any], words: Words) -> str:
    """How a standard of ``result.json`` was measured: along streets on foot, by bicycle or by car, or straight."""
    if standard["method"] != "network":
        return words(f"method.{standard['method']}")
    return words(f"method.network_{standard['profile']['mode']}")


def has_one_speed(standard: Mapping[str, Any]) -> bool:
    """Whether the one speed of its profile timed a standard; along streets a car has those of their classes instead."""
    return bool(standard["method"] != "network" or standard["profile"]["mode"] != "drive")


def speed_words(standard: Mapping[str, Any], words: Words) -> str:
    """How fast a standard of ``result.json`` moves: metres a second on foot, kilometres an hour on wheels."""
    speed_m_s, walks = standard["profile"]["speed_m_s"], standard["profile"]["mode"] == "walk"
    if not has_one_speed(standard):
        return words("speed.by_class")
    if walks:
        return words("speed.walk", value=f"{speed_m_s:.3g}")
    return words("speed.ride", value=f"{speed_m_s * KMH_PER_M_S:.3g}")
