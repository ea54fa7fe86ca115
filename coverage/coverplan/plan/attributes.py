"""What weight a document gives a statement, and which statements are never judged."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: Attributes of a plan file with the Chinese word for each.
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

#: Attributes whose statements are shown beside our figure and never judged (R8).
NEVER_JUDGED = frozenset({"achieved", "history", "forecast"})
