"""Words on what a result measured that every output says alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.text.words import Words

#: Clusters that maps, figures and tables of pages show of a standard; the tables of the result have all of them.
LISTED_CLUSTERS = 10


def method_words(standard: Mapping[str, Any], words: Words) -> str:
    """How a standard of ``result.json`` was measured: along streets on foot, by bicycle or by car, or straight."""
    if standard["method"] != "network":
        return words(f"method.{standard['method']}")
    return words(f"method.network_{standard['profile']['mode']}")
