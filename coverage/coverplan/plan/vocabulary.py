"""Words of plan files: what weight a document gives a statement."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from coverplan.vocabulary import LAYER_TYPES

ATTRIBUTES: Mapping[str, str] = MappingProxyType(
    {
        "binding": "约束性",
        "expected": "预期性",
        "promise": "文本承诺",
        "design_standard": "设计标准",
        "achieved": "既有成效",
        "history": "上期指标",
        "forecast": "人口预测",
    }
)
"""What weight a document gives a statement, with the Chinese word for it."""

NEVER_JUDGED = frozenset({"achieved", "history", "forecast"})
"""Attributes whose statements are shown beside our figure and never judged (R8)."""


def layer_of_type(facility_type: str) -> str | None:
    """Layer to which a type of the vocabulary belongs, or None."""
    return next((layer for layer, types in LAYER_TYPES.items() if facility_type in types), None)
