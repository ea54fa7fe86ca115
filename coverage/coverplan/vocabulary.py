"""One list of words for data, plan files, code and pages: layers, types, statuses, units, groups."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal

UnitType = Literal["city", "county", "town", "township", "street", "zone", "community", "village"]
UNIT_TYPES: tuple[UnitType, ...] = (
    "city",
    "county",
    "town",
    "township",
    "street",
    "zone",
    "community",
    "village",
)
#: Types of units that stand side by side, from the whole down.
LEVELS: tuple[tuple[UnitType, ...], ...] = (
    ("city",),
    ("county",),
    ("town", "township", "street", "zone"),
    ("community", "village"),
)
#: Types of the units above communities and villages.
STREET_TYPES = LEVELS[2]

Status = Literal["operating", "building", "planned", "suspended", "closed"]
STATUSES: tuple[Status, ...] = ("operating", "building", "planned", "suspended", "closed")

Precision = Literal["site", "street", "village", "town", "county", "none"]
PRECISIONS: tuple[Precision, ...] = ("site", "street", "village", "town", "county", "none")

#: Datums of Chinese coordinates that have no EPSG code of their own, or are usually named by these words.
DATUMS = ("wgs84", "cgcs2000", "gcj02", "bd09")

#: Number fields of a facility; unknown stays unknown (R15).
NUMBER_FIELDS = (
    "beds",
    "nursing_beds",
    "places",
    "niches",
    "niches_left",
    "staff",
    "social_workers",
    "floor_area_m2",
    "land_m2",
    "cost",
)

#: Longest phrase that is quoted from a document: it is evidence, not a copy.
MAX_PRINTED = 30

#: Types whose places are shown by unit only, unless the study says otherwise.
PRIVATE_TYPES = frozenset({"rescue_station", "protection_centre"})

#: Types of each layer; a study may add its own, and a type belongs to one layer.
LAYER_TYPES: MappingProxyType[str, tuple[str, ...]] = MappingProxyType(
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

#: Demand groups that every study knows; a study may add its own.
GROUPS = ("total", "age_0_14", "age_0_17", "age_60_plus", "age_65_plus", "age_80_plus")
