"""Words that a plan file may use: layers and their types, functions, fields, groups of people, attributes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from coverplan.facilities import NUMBER_FIELDS

LAYER_TYPES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "elder_care": (
            "institution",
            "special_care",
            "guidance_centre",
            "town_centre",
            "community_station",
            "village_station",
            "day_care",
            "nursing_centre",
            "canteen",
            "home_service",
            "home_bed",
        ),
        "social_work": ("station", "room", "relief_point"),
        "child_protection": (
            "protection_station",
            "protection_centre",
            "child_home",
            "child_station",
            "welfare_institution",
        ),
        "cemetery": ("public_cemetery", "columbarium", "funeral_home", "funeral_station"),
        "civic": (
            "community_centre",
            "volunteer_point",
            "lottery_outlet",
            "marriage_registry",
            "rescue_station",
            "mental_health",
            "wellness_base",
        ),
    }
)
"""Types by layer; a type belongs to one layer. A study may add its own."""

FIELDS: tuple[str, ...] = NUMBER_FIELDS
"""Numbers that stand behind a facility's door; a user's own column is written ``own:<column>``."""

GROUPS = ("total", "age_0_14", "age_0_17", "age_60_plus", "age_65_plus", "age_80_plus")
"""Groups of people that a study has by default."""

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
