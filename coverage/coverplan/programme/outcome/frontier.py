"""What a target costs at several values: the question again with another goal, budgets left aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from coverplan.plan.schema import Plan
from coverplan.programme.solving.choose import Programme, answer_for

#: Gap at which a price is good enough; the bound stands beside it.
GAP = 0.01


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """Least cost of all targets when one of them asks for a value.

    Parameters
    ----------
    target, value
        Which target, and its value in its measure.
    cost, bound
        Known cost of the answer, and what no answer costs less than; None without an answer.
    actions
        How many actions.
    status
        ``optimal``, ``within_gap``, ``stopped`` or ``infeasible``.
    """

    target: str
    value: float
    cost: float | None
    bound: float | None
    actions: int
    status: str


def frontier(programme: Programme) -> tuple[FrontierPoint, ...]:
    """Price of every value that the scenario asks for, without budgets and without what comes after the targets."""
    return tuple(
        _point(programme, entry.target, value)
        for entry in programme.ground.ask.frontier
        for value in entry.values
    )


def _point(programme: Programme, target: str, value: float) -> FrontierPoint:
    ground = programme.ground
    gap = max(ground.ask.gap, GAP)
    ask = ground.ask.model_copy(update={"limit_budgets": False, "then": "nothing", "gap": gap})
    scenario = ground.scenario.model_copy(update={"siting": ask})
    assert ground.plan is not None  # values of a target are asked of a plan
    asked = replace(ground, scenario=scenario, plan=_with_goal(ground.plan, target, value))
    question, answer = answer_for(asked, programme, as_known=lambda one: one.id != target)
    if not answer.possible or answer.relief:
        return FrontierPoint(target, value, None, None, 0, "infeasible")
    stage = next((one for one in answer.stages if one.name in {"least_cost", "fewest_actions"}), None)
    if stage is None:
        return FrontierPoint(target, value, None, None, 0, "infeasible")
    status = "optimal" if stage.optimal else "stopped" if stage.stopped_by else "within_gap"
    costs = question.costs
    known = sum(float(costs[at]) for at in answer.year_of if costs[at] == costs[at])
    saved = sum(question.actions[at].saving for at in answer.guests)
    return FrontierPoint(target, value, round(known - saved, 6), stage.bound, len(answer.year_of), status)


def _with_goal(plan: Plan, identifier: str, value: float) -> Plan:
    targets = tuple(
        target.model_copy(update={"goal": target.goal.model_copy(update={"value": Decimal(str(value))})})
        if target.id == identifier
        else target
        for target in plan.targets
    )
    return plan.model_copy(update={"targets": targets})
