"""What is wrong with a ``siting:`` block is said at once, at its place, before anything is computed (R12)."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from coverplan.answer.prepared import prepare
from coverplan.errors import InputError, Problem
from makers import toyfiles
from towns import toyledger

PRESENCE = {
    "kind": "unit_presence",
    "units": "units",
    "facilities": [{"layer": "elder_care", "types": ["day_care"]}],
}
STATIONS = {
    "kind": "unit_presence",
    "units": "units",
    "facilities": [{"layer": "social_work", "types": ["station"]}],
}
SITING: dict[str, Any] = {
    "targets": "binding",
    "years": [2024, 2025],
    "candidates": [{"name": "nodes", "kind": "streets", "spacing_m": 50}],
    "open": [{"layer": "elder_care", "type": "day_care", "offers": {"beds": 10}}],
}
COSTS: dict[str, Any] = {
    "synthetic": True,
    "currency": "yuan",
    "types": {"day_care": {"open": 100, "per_bed": 2}},
}


def problems_of(
    folder: Path, siting: dict[str, Any], *, costs: dict[str, Any] | None = None, **scenario: Any
) -> list[Problem]:
    """Everything noted while the scenario is prepared, warnings included."""
    targets = [toyledger.target(PRESENCE), toyledger.target(STATIONS, id="S", attribute="expected")]
    plan = toyledger.plan(*targets).model_dump(mode="json", by_alias=True, exclude_none=True)
    toyfiles.write_town(folder)
    toyfiles.write_yaml(folder / "plan.yaml", plan)
    asked = {**deepcopy(SITING), **siting}
    if costs is not None:
        toyfiles.write_yaml(folder / "costs.yaml", {**COSTS, **costs})
        asked["costs"] = "costs.yaml"
    content = {**toyfiles.SCENARIO, "plan": "plan.yaml", "year": 2025, "siting": asked, **scenario}
    content = {key: value for key, value in content.items() if value is not None}
    path = toyfiles.write_yaml(folder / "scenario.yaml", content)
    try:
        found = list(prepare(path).problems)
    except InputError as error:
        found = list(error.problems)
    return [problem for problem in found if problem.file == path]


def only(folder: Path, siting: dict[str, Any], **more: Any) -> Problem:
    (problem,) = problems_of(folder, siting, **more)
    return problem


def test_a_good_block_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path, {"budgets": {2024: 500, 2025: 0}}, costs={}) == []


@pytest.mark.parametrize(
    ("siting", "field", "code"),
    [
        ({"targets": ["T", "X"]}, "siting.targets.1", "unknown_target"),
        ({"targets": ["T", "T"]}, "siting.targets.1", "target_twice"),
        ({"due": {"X": 2025}}, "siting.due.X", "unknown_target"),
        ({"due": {"T": 2030}}, "siting.due.T", "year_not_asked"),
        ({"years": [2023, 2025], "due": {"T": 2024}}, "siting.due.T", "year_not_asked"),
        ({"overdue_by": 2020}, "siting.overdue_by", "year_not_asked"),
        ({"years": [2025, 2025]}, "siting.years.1", "years_not_ascending"),
        ({"years": [2025, 2024]}, "siting.years.1", "years_not_ascending"),
        ({"years": [2023, 2024]}, "year", "year_not_last"),
        ({"frontier": [{"target": "X", "values": [50]}]}, "siting.frontier.0.target", "unknown_target"),
        ({"frontier": [{"target": "S", "values": [50]}]}, "siting.frontier.0.target", "frontier_not_asked"),
        (
            {"frontier": [{"target": "T", "values": [50, 101]}]},
            "siting.frontier.0.values.1",
            "frontier_value",
        ),
        ({"frontier": [{"target": "T", "values": [-1]}]}, "siting.frontier.0.values.0", "frontier_value"),
        ({"frontier": [{"target": "T", "values": [50, 50]}]}, "siting.frontier.0.values.1", "value_twice"),
        ({"standards": ["nobody"]}, "siting.standards.0", "unknown_standard"),
        ({"open": [{"layer": "elder", "type": "day_care"}]}, "siting.open.0.layer", "unknown_layer"),
        ({"open": [{"layer": "elder_care", "type": "station"}]}, "siting.open.0.type", "unknown_type"),
        (
            {"open": [{"layer": "elder_care", "type": "day_care", "within": ["community"]}]},
            "siting.open.0.within.0",
            "unknown_unit_type",
        ),
        (
            {"open": [{"layer": "elder_care", "type": "day_care", "offers": {"type": "canteen"}}]},
            "siting.open.0.offers.type",
            "two_types",
        ),
        (
            {"upgrade": [{"layer": "elder_care", "types": ["day_cares"], "offers": {"beds": 1}}]},
            "siting.upgrade.0.types.0",
            "unknown_type",
        ),
        ({"close": [{"layer": "elder_care", "ids": ["h9"]}]}, "siting.close.0.ids.0", "unknown_facility"),
        ({"upgrade": [{"layer": "elder_care"}]}, "siting.upgrade.0", "upgrades_nothing"),
        ({"share": {"compatible": [["station", "stations"]]}}, "siting.share.compatible.0.1", "unknown_type"),
        (
            {"share": {"compatible": [["station", "columbarium"]]}},
            "siting.share.compatible.0.1",
            "cannot_share",
        ),
        (
            {"share": {"compatible": [["station", "station"]]}},
            "siting.share.compatible.0",
            "shares_with_itself",
        ),
        (
            {"robustness": [{"name": "more", "people": {"999": 2}}]},
            "siting.robustness.0.people.999",
            "unknown_unit",
        ),
        ({"robustness": [{"name": "a"}, {"name": "a"}]}, "siting.robustness.1", "variant_twice"),
        ({"budgets": {2030: 5}}, "siting.budgets.2030", "budget_not_asked"),
        ({"costs": "nowhere.yaml"}, "siting.costs", "missing_file"),
    ],
)
def test_a_mistake_is_an_error_at_its_place(
    tmp_path: Path, siting: dict[str, Any], field: str, code: str
) -> None:
    found = [problem for problem in problems_of(tmp_path, siting) if problem.severity == "error"]
    assert [(problem.field, problem.code) for problem in found] == [(field, code)]
    assert found[0].line is not None


def test_a_missing_year_is_said(tmp_path: Path) -> None:
    problem = only(tmp_path, {}, year=None, as_of="2025-12-31")
    assert (problem.code, problem.expected) == ("year_not_last", "year: 2025, the last of siting.years")


def test_actions_without_a_plan(tmp_path: Path) -> None:
    problem = only(tmp_path, {}, plan=None)
    assert (problem.field, problem.code, problem.severity) == ("siting", "no_plan", "error")


@pytest.mark.parametrize(
    ("siting", "field"),
    [
        ({"budgets": {2024: -1}}, "siting.budgets.2024"),
        ({"budgets": {2024: float("nan")}}, "siting.budgets.2024"),
        ({"frontier": [{"target": "T", "values": [float("inf")]}]}, "siting.frontier.0.values.0"),
        ({"gap": -0.1}, "siting.gap"),
        ({"time_limit_s": 0}, "siting.time_limit_s"),
        (
            {"open": [{"layer": "elder_care", "type": "day_care", "offers": {"beds": -4}}]},
            "siting.open.0.offers.beds",
        ),
    ],
)
def test_numbers_out_of_range(tmp_path: Path, siting: dict[str, Any], field: str) -> None:
    assert field in {problem.field for problem in problems_of(tmp_path, siting)}


def test_everything_at_once(tmp_path: Path) -> None:
    wrong = {
        "targets": ["X"],
        "years": [2024, 2024],
        "standards": ["nobody"],
        "share": {"compatible": [["station", "public_cemetery"]]},
    }
    found = {problem.code for problem in problems_of(tmp_path, wrong) if problem.severity == "error"}
    assert found == {
        "unknown_target",
        "years_not_ascending",
        "year_not_last",
        "unknown_standard",
        "cannot_share",
    }


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    problem = only(tmp_path, {"standards": ["nobody"]})
    lines = (tmp_path / "scenario.yaml").read_text(encoding="utf-8").splitlines()
    assert lines[(problem.line or 0) - 1].strip() == "- nobody"


def warning(folder: Path, siting: dict[str, Any], **more: Any) -> Problem:
    problem = only(folder, siting, **more)
    assert problem.severity == "warning"
    return problem


def test_a_year_after_the_plan(tmp_path: Path) -> None:
    problem = warning(tmp_path, {"years": [2025, 2026, 2027]}, year=2027)
    assert (problem.field, problem.code) == ("siting.years", "year_after_plan")
    assert "ends in 2025: for 2026, 2027 it promises nothing" in problem.what


def test_a_target_of_a_layer_in_which_nothing_may_be_done(tmp_path: Path) -> None:
    problem = warning(tmp_path, {"targets": "computable"})
    assert problem.code == "nothing_for_layer"
    assert problem.what.endswith("in the layer social_work, so that only what stands can meet S")
    extended = SITING["open"] + [{"layer": "social_work", "type": "station"}]
    assert problems_of(tmp_path, {"targets": "computable", "open": extended}) == []


def test_no_target_and_nothing_allowed(tmp_path: Path) -> None:
    assert warning(tmp_path, {"targets": []}).code == "no_target_asked"
    found = {problem.code for problem in problems_of(tmp_path, {"open": []})}
    assert found == {"nothing_allowed", "nothing_for_layer"}


def test_an_offer_that_comes_too_late(tmp_path: Path) -> None:
    late = [{"layer": "elder_care", "type": "day_care", "lead_years": 2}]
    assert warning(tmp_path, {"open": late}).field == "siting.open.0.lead_years"
    late[0]["lead_years"] = 1
    assert problems_of(tmp_path, {"open": late}) == []


def test_costs_that_are_partly_unknown_are_named(tmp_path: Path) -> None:
    offers = SITING["open"] + [{"layer": "elder_care", "type": "canteen"}]
    problem = warning(tmp_path, {"open": offers, "close": [{"layer": "elder_care"}]}, costs={})
    assert problem.code == "cost_unknown"
    assert problem.what == "nobody says what these cost: close day_care, open canteen"
    assert "as few of them as possible" in (problem.remedy or "")


@pytest.mark.parametrize(
    ("money", "buys"), [({2024: 0, 2025: 0}, False), ({2025: 119}, False), ({2025: 120}, True)]
)
def test_a_budget_that_buys_nothing(tmp_path: Path, money: dict[int, float], *, buys: bool) -> None:
    """One day-care centre of ten beds costs 100 + 10 x 2."""
    found = problems_of(tmp_path, {"budgets": money}, costs={})
    assert [problem.code for problem in found] == ([] if buys else ["budget_buys_nothing"])
    assert problems_of(tmp_path, {"budgets": money, "limit_budgets": False}, costs={}) == []


def test_a_budget_of_the_cost_file_that_buys_nothing(tmp_path: Path) -> None:
    problem = warning(tmp_path, {}, costs={"budgets": {2024: 0, 2026: 1000}})
    assert (problem.field, problem.code) == ("siting.costs", "budget_buys_nothing")
    assert "0 in 2024, 2025, and the cheapest action costs 120" in problem.what


def test_money_without_costs(tmp_path: Path) -> None:
    assert warning(tmp_path, {"budgets": {2024: 10}}).code == "budget_without_costs"
