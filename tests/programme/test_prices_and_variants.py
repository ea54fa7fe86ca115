"""Prices of a target's values and variants of a question: what is asked again, and what its answer says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from coverplan.plan.load import load_plan
from coverplan.programme.outcome import frontier as prices
from coverplan.programme.outcome import robustness as variants
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.siting_file import Variant
from makers import toyfiles
from towns import toytown

PLAN = load_plan(str(Path(__file__).resolve().parents[2] / "data" / "demo" / "plan.yaml"))
SCENARIO = ScenarioFile.model_validate({**toyfiles.SCENARIO, "year": 2025, "siting": {
    "years": [2025], "gap": 0.001, "limit_budgets": True,
    "candidates": [{"name": "streets", "kind": "streets", "spacing_m": 50}],
    "open": [{"layer": "elder_care", "type": "day_care"}],
    "frontier": [{"target": "D-09", "values": [80, 85.5]}],
    "robustness": [{"name": "slower", "speed": 0.9}],
}})  # fmt: skip


@dataclass
class Ground:
    """As much of the ground of a programme as is asked of it here."""

    scenario: ScenarioFile
    plan: object
    study: object = None
    surveyor: object = None

    @property
    def ask(self):
        return self.scenario.siting


def stage(name="least_cost", *, optimal=True, stopped_by=None):
    return SimpleNamespace(name=name, optimal=optimal, stopped_by=stopped_by, bound=90.0)


def answer(*stages, possible=True, relief=()):
    """Three actions, of which the first costs 60, the second shares premises and saves 10 of 50, the third's cost is unknown."""
    return SimpleNamespace(
        possible=possible, relief=relief, stages=stages, year_of={0: 2025, 1: 2025, 2: 2025}, guests={1}
    )


QUESTION = SimpleNamespace(
    costs=np.array([60.0, 50.0, np.nan]),
    actions=[
        SimpleNamespace(key=f"k{at}", saving=saving, cost=cost)
        for at, (cost, saving) in enumerate([(60.0, 0.0), (50.0, 10.0), (np.nan, 0.0)])
    ],
)


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (answer(stage()), "optimal"),
        (answer(stage("fewest_actions")), "optimal"),
        (answer(stage("other"), stage(optimal=False)), "within_gap"),
        (answer(stage(optimal=False, stopped_by="time")), "stopped"),
        (answer(stage("other")), "infeasible"),
        (answer(stage(), possible=False), "infeasible"),
        (answer(stage(), relief={"D-09": 1.0}), "infeasible"),
    ],
)
def test_what_a_value_costs_is_asked_without_budgets_and_for_that_goal_alone(monkeypatch, given, status):
    asked = []

    def answer_for(ground, programme, as_known):
        asked.append((ground, as_known))
        return QUESTION, given

    monkeypatch.setattr(prices, "answer_for", answer_for)
    ground = Ground(SCENARIO, PLAN)
    points = prices.frontier(SimpleNamespace(ground=ground))
    assert [(point.target, point.value, point.status) for point in points] == [
        ("D-09", 80.0, status),
        ("D-09", 85.5, status),
    ]
    for (other, known), value in zip(asked, ("80.0", "85.5"), strict=True):
        goals = {target.id: target.goal.value for target in other.plan.targets}
        assert goals.pop("D-09") == Decimal(value)
        assert goals == {one.id: one.goal.value for one in PLAN.targets if one.id != "D-09"}
        assert (other.ask.limit_budgets, other.ask.then, other.ask.gap) == (False, "nothing", 0.01)
        assert [known(SimpleNamespace(id=name)) for name in ("D-09", "D-10")] == [False, True]
    if status == "infeasible":
        assert {(point.cost, point.bound, point.actions) for point in points} == {(None, None, 0)}
    else:
        assert {(point.cost, point.bound, point.actions) for point in points} == {(60 + 50 - 10, 90.0, 3)}


def test_a_gap_that_is_wider_already_stays(monkeypatch):
    asked = []
    monkeypatch.setattr(
        prices, "answer_for", lambda ground, *_, **__: (asked.append(ground), (QUESTION, answer()))[1]
    )
    wide = SCENARIO.model_copy(update={"siting": SCENARIO.siting.model_copy(update={"gap": 0.05})})
    prices.frontier(SimpleNamespace(ground=Ground(wide, PLAN)))
    assert {ground.ask.gap for ground in asked} == {0.05}


def test_each_variant_says_what_is_done_whether_all_is_met_and_at_which_cost(monkeypatch):
    monkeypatch.setattr(variants, "varied", lambda _, variant: variant)
    found = {"slower": answer(stage()), "faster": answer(stage(), relief={"D-09": 1.0})}
    found["faster"].year_of = {1: 2026}
    monkeypatch.setattr(variants, "answer_for", lambda variant, _: (QUESTION, found[variant.name]))
    two = SCENARIO.siting.model_copy(update={"robustness": tuple(Variant(name=name) for name in found)})
    ground = Ground(SCENARIO.model_copy(update={"siting": two}), PLAN)
    seen = variants.robustness(SimpleNamespace(ground=ground))
    assert seen is not None
    assert seen.chosen == {"slower": {"k0", "k1", "k2"}, "faster": {"k1"}}
    table = variants.variant_table(seen)
    assert table[["variant", "met", "actions"]].to_numpy().tolist() == [
        ["slower", True, 3],
        ["faster", False, 1],
    ]
    assert table["cost"].isna().tolist() == [True, False]
    assert table["cost"].iloc[1] == 40.0
    rows = variants.chosen_table(seen, {"A01": "k0", "A02": "k1"})
    assert rows.to_numpy().tolist() == [
        ["A01", "slower", True], ["A01", "faster", False], ["A02", "slower", True], ["A02", "faster", True],
    ]  # fmt: skip


def test_without_variants_there_is_nothing_to_tell():
    plain = SCENARIO.model_copy(update={"siting": SCENARIO.siting.model_copy(update={"robustness": ()})})
    assert variants.robustness(SimpleNamespace(ground=Ground(plain, PLAN))) is None
    empty = (variants.chosen_table(None, {"A01": "k0"}), variants.variant_table(None))
    assert [(len(table), isinstance(table, pd.DataFrame)) for table in empty] == [(0, True), (0, True)]
    assert list(empty[1].columns) == ["variant", "met", "actions", "cost"]


def test_people_of_a_unit_and_of_everything_in_it_are_more():
    demand = toytown.demand()
    ground = Ground(SCENARIO, PLAN, study=SimpleNamespace(demand=demand, units=toytown.units()))
    more = variants._with_people(ground, Variant(name="more", people={"001001": 1.5, "001": 2.0}))
    assert more.people["total"].tolist() == [30.0 if unit == 1 else 20.0 for unit in demand.unit]
    assert more.people["age_60_plus"].sum() == 2 * (10 * 3.0 + 15 * 2.0)
    assert variants._with_people(ground, Variant(name="same")).people["total"].tolist() == [10.0] * 25


def test_other_minutes_keep_the_names_of_standards_and_change_every_question_of_reach():
    (before,), (after,) = SCENARIO.standards, variants._with_minutes(SCENARIO, 1.5).standards
    assert (after.minutes, after.key) == (before.minutes * 1.5, before.key)
    assert variants._plan_with_minutes(PLAN, 1.0) is PLAN
    changed = variants._plan_with_minutes(PLAN, 0.5)
    asked = 0
    for one, other in zip(PLAN.targets, changed.targets, strict=True):
        reach = getattr(one.indicator, "reach", None)
        if reach is None:
            assert other is one
        else:
            asked += 1
            assert other.indicator.reach.minutes == reach.minutes / 2
    assert asked >= 2
