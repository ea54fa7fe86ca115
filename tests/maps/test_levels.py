"""Levels come from the tree of units, not from their types."""

from __future__ import annotations

import pytest

from coverplan.maps.levels import depths, level_names, overview_level
from coverplan.text.words import Words


def test_villages_and_communities_of_a_street_stand_on_one_level() -> None:
    codes = ["a", "ab", "abc", "abd", "ac"]
    assert depths(codes, [None, "a", "ab", "ab", "a"]) == [0, 1, 2, 2, 1]
    types = ["county", "street", "village", "community", "town"]
    assert level_names([0, 1, 2, 2, 1], types, Words("zh")) == ["县区", "镇、街道", "社区、村"]


@pytest.mark.parametrize("parents", [["elsewhere", "x"], [float("nan"), None]])
def test_a_parent_that_is_no_unit_makes_a_root(parents) -> None:
    assert depths(["a", "b"], parents) == [0, 0]


def test_children_may_stand_before_their_parents() -> None:
    assert depths(["abc", "ab", "a"], ["ab", "a", None]) == [2, 1, 0]


def test_the_overview_is_the_deepest_level_that_can_be_told_apart() -> None:
    assert overview_level([0] + [1] * 6 + [2] * 105) == 1
    assert overview_level([0, 1, 1]) == 1
    assert overview_level([0] * 99) == 0
    assert overview_level([]) == 0
