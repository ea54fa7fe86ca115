"""A scenario file that does not fit its schema hides nothing else that is wrong in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from coverplan.answer.prepared import prepare
from coverplan.errors import InputError, Problems
from coverplan.scenario.readable_scenario import readable_scenario
from coverplan.yamlfile import read_yaml
from makers import toyfiles

RIGHT: dict[str, Any] = {"layer": "elder_care", "minutes": 5}


def told(folder: Path, scenario: dict[str, Any]) -> set[tuple[str | None, str | None]]:
    """Field and code of every error in the scenario file of the toy town."""
    path = toyfiles.write_town(folder, scenario=scenario)
    with pytest.raises(InputError) as raised:
        prepare(path)
    return {(one.field, one.code) for one in raised.value.problems if one.severity == "error"}


def test_words_are_told_beside_values_that_do_not_fit(tmp_path: Path) -> None:
    scenario = {
        "colour": "red",
        "seed": -1,
        "profiles": [{"name": "slow", "speed_m_s": 0.6}],
        "standards": [
            {**RIGHT, "minutes": -5},
            {**RIGHT, "profile": "slow", "name": "same"},
            {**RIGHT, "profile": "fast", "name": "same"},
            {"layer": "cemetery", "groups": ["nobody"]},
        ],
        "changes": [{"close": {"layer": "elder_care", "id": "h9"}}, {"close": {"layer": "elder_care", "id": "h8"}}],
    }  # fmt: skip
    assert told(tmp_path, scenario) == {
        ("colour", "extra_forbidden"),
        ("seed", "greater_than_equal"),
        ("profiles.0.source", "missing"),
        ("standards.0.minutes", "greater_than"),
        ("standards.3.layer", "unknown_layer"),
        ("standards.3.groups.0", "unknown_demand_group"),
        ("(file)", "named_twice"),
        ("changes.0.close.id", "unknown_facility"),
        ("changes.1.close.id", "unknown_facility"),
    }


def test_the_question_of_sites_is_told_beside_values_that_do_not_fit(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(toyfiles.PLAN, encoding="utf-8")
    asked = {
        "targets": ["T1", "T7"],
        "years": [2025, 2024],
        "gap": 2,
        "overdue_by": 2031,
        "candidates": [{"name": "a", "kind": "nothing"}, {"name": "b", "kind": "layer", "file": "gone.csv"}],
        "exclusions": [{"name": "z", "file": "gone.geojson", "metres": 5}],
        "open": [{"layer": "elder_care"}, {"layer": "elder_care", "type": "palace"}],
        "costs": "gone.yaml",
    }
    assert told(tmp_path, {"plan": "plan.yaml", "year": 2025, "siting": asked}) == {
        ("siting.gap", "less_than"),
        ("siting.candidates.0", "union_tag_invalid"),
        ("siting.exclusions.0.metres", "extra_forbidden"),
        ("siting.open.0.type", "missing"),
        ("siting.years.1", "years_not_ascending"),
        ("siting.overdue_by", "year_not_asked"),
        ("siting.targets.1", "unknown_target"),
        ("siting.open.1.type", "unknown_type"),
        ("siting.candidates.1.file", "missing_file"),
        ("siting.exclusions.0.file", "missing_file"),
        ("siting.costs", "missing_file"),
    }


def test_what_only_follows_from_a_part_that_does_not_fit_is_not_told(tmp_path: Path) -> None:
    scenario = {
        "year": "soon",
        "profiles": [{"name": "slow"}],
        "standards": [{**RIGHT, "profile": "slow", "name": "x"}, {"layer": "social_work"}],
        "changes": [{"open": {"layer": "social_work", "id": "new"}}],
        "plan": 7,
        "siting": {"years": "never", "candidates": [], "due": {"T1": 2030}, "overdue_by": 2030},
    }
    fields = {field for field, _ in told(tmp_path, scenario)}
    assert fields == {
        *("year", "profiles.0.source", "changes.0.open.x", "changes.0.open.y", "plan"),
        *("siting.years", "siting.candidates"),
    }


def test_a_file_of_which_nothing_can_be_used_or_that_is_of_another_format(tmp_path: Path) -> None:
    for content in ({"format": 9, "standards": 3}, {"siting": {"years": 3}, "standards": [], "study": {}}):
        document = read_yaml(toyfiles.write_yaml(tmp_path / "one.yaml", content), Problems())
        assert document is not None
        found = readable_scenario(document, Problems())
        assert (found is None) == ("format" in content)
