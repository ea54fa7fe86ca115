"""The siting answer as plain values: what was asked, the status and its proof, cost, candidates, conflicts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np

from coverplan.plan.schema import Plan
from coverplan.programme.outcome.tables import Told
from coverplan.programme.solving.choose import Programme
from coverplan.scenario.base import Bilingual


def siting_summary(told: Told) -> dict[str, Any]:
    """The block ``siting`` of ``result.json``: what was asked, the status and its proof, cost, candidates, conflicts."""
    programme, question = told.programme, told.programme.question
    costs = programme.costs
    done = [programme.cost_of(at) for at, _ in programme.done]
    budgets = told.budgets
    plan = programme.ground.plan
    return {
        "question": {
            "targets": list(dict.fromkeys(one.target_id for one in question.requirements)),
            "years": list(question.years),
            "budgets": None if budgets is None else {str(y): float(m) for y, m in sorted(budgets.items())},
            "limit_budgets": programme.ground.ask.limit_budgets,
            "carry_over": question.carry_over,
            "then": programme.ground.ask.then,
            "currency": None if costs is None else _title(costs.currency),
            "synthetic_costs": costs is not None and costs.synthetic,
            "standards": [aim.standard.key for aim in question.aims],
            **_most_people(told),
        },
        "status": _status(programme),
        "reproducible": programme.answer.reproducible,
        "stages": [
            {
                "name": stage.name,
                "sense": stage.sense,
                "value": stage.value,
                "bound": stage.bound,
                "gap": stage.gap,
            }
            for stage in programme.answer.stages
        ],
        "cost": {
            "total": float(np.nansum(done)) if done else 0.0,
            "unknown": int(np.isnan(done).sum()) if done else 0,
        },
        "actions": len(programme.done),
        "candidates": _candidates(programme),
        "relaxed": [] if plan is None else _relaxed(told, plan),
        "conflicts": [] if plan is None else _conflicts(told, plan),
    }


def _most_people(told: Told) -> dict[str, Any]:
    """How many more were asked for and how many people they bring within the standard; nothing where targets were asked."""
    new = told.programme.ground.new
    if new is None:
        return {}
    aim, year = told.programme.question.aims[0], told.programme.question.years[-1]
    key = year, aim.standard.key
    return {
        "most_people": {
            "new": new,
            "standard": aim.standard.key,
            "group": aim.group,
            "people": float(aim.people.sum()),
            "covered_without": float(aim.people @ told.counted.covered_without[key]),
            "covered": float(aim.people @ told.counted.covered[key]),
        }
    }


def _status(programme: Programme) -> str:
    answer = programme.answer
    if not answer.possible:
        return "infeasible"
    if not programme.done:
        asked = programme.question.requirements or programme.ground.new is not None
        return "nothing_to_do" if asked else "nothing_asked"
    main = [stage for stage in answer.stages if stage.name != "best_order"]
    if all(stage.optimal for stage in main):
        return "optimal"
    if any(stage.stopped_by is not None and not stage.optimal for stage in main):
        return "stopped"
    return "within_gap"


def _candidates(programme: Programme) -> dict[str, Any]:
    found = programme.candidates
    if found is None:
        return {"made": 0, "usable": 0, "excluded": {}, "not_checked": [], "actions": 0}
    reason = found.reason()
    names, counts = np.unique(reason[reason != ""].astype(str), return_counts=True)
    return {
        "made": found.count,
        "usable": int((reason == "").sum()),
        "excluded": {str(name): int(count) for name, count in zip(names, counts, strict=True)},
        "not_checked": [_title(one.title) for one in found.not_checked],
        "actions": len(programme.question.actions),
    }


def _relaxed(told: Told, plan: Plan) -> list[dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for at in told.programme.answer.relief:
        requirement = told.programme.question.requirements[at]
        target = plan.target(requirement.target_id)
        value = told.counted.values[requirement.year][target.id].value
        asked = "" if target.goal.value is None else str(target.goal.value)
        found[target.id] = {
            "target": target.id,
            "asked": f"{target.rule} {asked}".strip(),
            "reached": "" if value is None else _plain(value),
        }
    return list(found.values())


def _conflicts(told: Told, plan: Plan) -> list[dict[str, Any]]:
    """Targets that contradict each other in print, and those that no plan meets together."""
    asked = {one.target_id for one in told.programme.question.requirements}
    groups: dict[str, list[str]] = {}
    for target in plan.targets:
        if target.conflict is not None and target.id in asked:
            groups.setdefault(target.conflict, []).append(target.id)
    found = [{"targets": ids, "kind": "printed"} for ids in groups.values() if len(ids) > 1]
    if told.programme.answer.relief:
        found.append({"targets": sorted(told.relaxed_ids), "kind": told.programme.collision})
    return found


def _plain(value: Decimal) -> str:
    return f"{float(value):.4g}"


def _title(title: str | Bilingual) -> dict[str, str | None]:
    if isinstance(title, str):
        return {"zh": title, "en": title}
    return {"zh": title.zh or title.en, "en": title.en or title.zh}
