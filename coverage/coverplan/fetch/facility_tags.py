"""Facilities of our layers by the tags of OpenStreetMap: what volunteers have mapped, never a full list."""

from __future__ import annotations

from collections.abc import Mapping

#: Layer and type of a place, by the first rule whose tags all fit; ``a|b`` stands for any of them.
_RULES: tuple[tuple[Mapping[str, str], str, str], ...] = (
    ({"social_facility": "nursing_home|assisted_living"}, "elder_care", "institution"),
    ({"amenity": "nursing_home"}, "elder_care", "institution"),
    ({"social_facility": "group_home", "social_facility:for": "senior"}, "elder_care", "institution"),
    (
        {"social_facility": "day_care|ambulatory_care", "social_facility:for": "senior"},
        "elder_care",
        "day_care",
    ),
    ({"amenity": "social_facility", "social_facility:for": "senior"}, "elder_care", "community_station"),
    ({"amenity": "community_centre", "community_centre:for": "senior"}, "elder_care", "day_care"),
    (
        {"social_facility": "shelter", "social_facility:for": "child|juvenile|orphan"},
        "child_protection",
        "protection_centre",
    ),
    (
        {"social_facility": "group_home", "social_facility:for": "child|juvenile|orphan"},
        "child_protection",
        "welfare_institution",
    ),
    (
        {"amenity": "social_facility", "social_facility:for": "child|juvenile|orphan"},
        "child_protection",
        "child_home",
    ),
    ({"social_facility": "shelter"}, "civic", "rescue_station"),
    ({"social_facility": "outreach|social_services"}, "social_work", "station"),
    ({"office": "social_services|social_welfare"}, "social_work", "station"),
    ({"amenity": "community_centre"}, "civic", "community_centre"),
    ({"amenity": "crematorium|funeral_hall"}, "cemetery", "funeral_home"),
    ({"amenity": "grave_yard"}, "cemetery", "public_cemetery"),
    ({"landuse": "cemetery"}, "cemetery", "public_cemetery"),
)


def layer_and_type(tags: Mapping[str, str]) -> tuple[str, str] | None:
    """Layer and type of a place; None where it is none of ours.

    >>> layer_and_type({"amenity": "social_facility", "social_facility": "nursing_home"})
    ('elder_care', 'institution')
    """
    for wanted, layer, kind in _RULES:
        if all(_fits(tags.get(key), words) for key, words in wanted.items()):
            return layer, kind
    return None


def is_facility(tags: Mapping[str, str]) -> bool:
    """Whether a place is one of ours."""
    return layer_and_type(tags) is not None


def _fits(said: str | None, words: str) -> bool:
    """Whether one of the words stands in a value, which may list several."""
    return said is not None and not set(words.split("|")).isdisjoint(part.strip() for part in said.split(";"))
