"""Fewest units that must act for the targets of a plan where there is no map; which of like units acts is left open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd

from coverplan.errors import RecountError
from coverplan.ground.facilities import Facilities
from coverplan.indicators import IndicatorContext, IndicatorValue
from coverplan.indicators.compute import compute_one
from coverplan.indicators.evidence import Evidence
from coverplan.plan.schema import Plan, Target
from coverplan.programme.actions.action import Action
from coverplan.programme.actions.variants import Variants, make_variants
from coverplan.programme.asking.asked import Asked, NotAsked
from coverplan.programme.asking.question import Question
from coverplan.programme.asking.requirement import NoRequirement, Requirement, State
from coverplan.programme.asking.targets import due_year, target_row
from coverplan.programme.asking.translate import requirement
from coverplan.programme.ledger_offers import Improvement, Offer, Ways, together, ways_of
from coverplan.programme.solving.stages import Answer, answer
from coverplan.scenario.ledger_scenario import LedgerSiting
from coverplan.siting.solvers.search import Search

CHOICES = [
    "target_id", "layer", "type", "needed", "at_most", "field", "amount", "units", "unit_names", "unsure",
    "facility_ids", "example", "ask",
]  # fmt: skip


@dataclass(frozen=True)
class Solved:
    """One question over openings and improvements, answered.

    Parameters
    ----------
    actions
        What might be done.
    labels
        Layer and types of each action, as the plan asks for them.
    variants
        What stands, and what each action leaves behind.
    requirements
        What the targets ask.
    answer
        Which actions are done.
    """

    actions: tuple[Action, ...]
    labels: tuple[tuple[str, str], ...]
    variants: Variants
    requirements: tuple[Requirement, ...]
    answer: Answer

    @cached_property
    def done(self) -> tuple[int, ...]:
        """Actions that are done, in key order."""
        return tuple(sorted(self.answer.year_of))

    def of_use(self, target_id: str) -> list[int]:
        """Actions that may help a target."""
        rows = [row for one in self.requirements if one.target_id == target_id for row in one.rows]
        return sorted(
            {action for row in rows for action, factor in row.actions.factors.items() if factor > 0}
        )

    def facilities(self) -> Facilities:
        """The ledger once the actions are done."""
        variants = self.variants
        changed = {int(variants.row_changed_by[at]) for at in self.done}
        rows = [row for row in range(variants.standing) if row not in changed]
        rows += [int(variants.row_of_action[at]) for at in self.done]
        return variants.facilities.with_table(variants.facilities.table.iloc[rows].reset_index(drop=True))


@dataclass(frozen=True)
class Told:
    """One target: what becomes of it, and what it would need by itself.

    Parameters
    ----------
    target, due, state, reason
        As in `coverplan.programme.asking.targets.Wanted`.
    without
        Its figure in the year without any action.
    ways
        What could be done for it.
    alone
        The fewest actions for it alone that surely meet it; None where nobody can say.
    """

    target: Target
    due: int | None
    state: State
    reason: str | None
    without: IndicatorValue
    ways: Ways
    alone: Solved | None


@dataclass(frozen=True)
class LedgerProgramme:
    """A plan's targets met with the fewest actions.

    Parameters
    ----------
    plan, context
        What was promised and what is known.
    ask
        Which targets, and by when.
    """

    plan: Plan
    context: IndicatorContext
    ask: LedgerSiting

    @cached_property
    def at_end(self) -> IndicatorContext:
        """Evidence at the end of the year asked; registers stand as they are known."""
        return replace(self.context.at_year(self.ask.year), registers=self.context.registers)

    @cached_property
    def evidence(self) -> Evidence:
        """The same without any action, laid out."""
        return Evidence(self.plan, self.at_end)

    @cached_property
    def told(self) -> tuple[Told, ...]:
        """Every target of the plan in its order."""
        return tuple(self._tell(target) for target in self.plan.targets)

    @cached_property
    def solved(self) -> Solved:
        """All targets that must be met, together."""
        asked = [one for one in self.told if one.state in {"constraint", "met_anyway"}]
        offers = [offer for one in asked for offer in one.ways[0]]
        improvements = [improvement for one in asked for improvement in one.ways[1]]
        solved, _ = self._solve([one.target for one in asked], (offers + together(offers), improvements))
        self._confirm(solved)
        return solved

    def _tell(self, target: Target) -> Told:
        due, state, reason = due_year(target, self.ask)
        without = compute_one(target, self.evidence)
        if due is None:
            return Told(target, None, state, reason, without, ([], []), None)
        try:
            ways = ways_of(Asked(target, due, self.evidence, make_variants(self.at_end.facilities, ()), None))
        except NotAsked as refused:
            return Told(target, due, refused.state, refused.reason, without, ([], []), None)
        alone, refusal = self._alone(target, ways)
        state, reason = self._state(target, without, ways, refusal)
        return Told(target, due, state, reason, without, ways, alone)

    @staticmethod
    def _state(
        target: Target, without: IndicatorValue, ways: Ways, refusal: NoRequirement | None
    ) -> tuple[State, str | None]:
        """What becomes of a target that is asked: what nobody can judge today is no constraint."""
        status = without.verdict.status
        if status not in {"met", "not_met"}:
            return "not_judged", without.verdict.reason or without.reason
        if refusal is not None:
            return refusal.state, refusal.reason
        if status == "met":
            return "met_anyway", None
        return ("constraint", None) if any(ways) else ("not_influenced", target.indicator.kind)

    def _alone(self, target: Target, ways: Ways) -> tuple[Solved | None, NoRequirement | None]:
        """The target by itself, None where even then nobody could say that it is met; or why it asks nothing."""
        solved, refusals = self._solve([target], ways)
        if refusals:
            return None, refusals[0]
        after = compute_one(target, self._over(solved.facilities()))
        return solved if after.verdict.status == "met" else None, None

    def _over(self, facilities: Facilities) -> Evidence:
        return Evidence(self.plan, replace(self.at_end, facilities=facilities))

    def _solve(self, targets: Sequence[Target], ways: Ways) -> tuple[Solved, list[NoRequirement]]:
        actions, labels, exclusive = self._actions(ways)
        variants = make_variants(self.at_end.facilities, actions)
        over = self._over(variants.facilities)
        found = [requirement(Asked(target, self.ask.year, over, variants, None)) for target in targets]
        requirements = tuple(one for one in found if isinstance(one, Requirement))
        question = Question(
            actions,
            (self.ask.year,),
            budgets=None,
            carry_over=True,
            requirements=requirements,
            exclusive=exclusive,
        )
        search = Search(gap=0.0, time_limit_s=self.ask.time_limit_s)
        done = answer(question, then="nothing", search=search)
        refusals = [one for one in found if isinstance(one, NoRequirement)]
        return Solved(actions, labels, variants, requirements, done), refusals

    def _actions(
        self, ways: Ways
    ) -> tuple[tuple[Action, ...], tuple[tuple[str, str], ...], tuple[tuple[int, ...], ...]]:
        """Actions in key order with their labels, and of which at most one is done for a facility."""
        offers, improvements = ways
        made: list[tuple[Action, tuple[str, str]]] = []
        for number, offer in enumerate(offers):
            label = (offer.condition.layer, "|".join(offer.condition.types))
            made += [(action, label) for action in offer.actions(number, self.ask.year, self.evidence)]
        for number, improvement in enumerate(_combined(improvements)):
            action = improvement.action(number, self.ask.year, self.evidence)
            made.append((action, (action.layer, action.type)))
        made.sort(key=lambda pair: pair[0].key)
        of_facility: dict[tuple[str, str], list[int]] = {}
        for at, (action, _) in enumerate(made):
            if action.facility is not None:
                of_facility.setdefault((action.layer, action.facility), []).append(at)
        exclusive = tuple(tuple(group) for group in of_facility.values() if len(group) > 1)
        return tuple(action for action, _ in made), tuple(label for _, label in made), exclusive

    @cached_property
    def promised(self) -> dict[str, IndicatorValue]:
        """Figures of all targets once the actions are done, computed anew (R9)."""
        after = self._over(self.solved.facilities())
        return {target.id: compute_one(target, after) for target in self.plan.targets}

    def _confirm(self, solved: Solved) -> None:
        after = self._over(solved.facilities())
        for at, one in enumerate(solved.requirements):
            found = compute_one(self.plan.target(one.target_id), after).verdict
            if at not in solved.answer.relief and found.status != "met":
                raise RecountError(
                    f"{one.target_id} was promised for {one.year} and the recount says {found.status}"
                )

    @cached_property
    def relaxed(self) -> frozenset[str]:
        """Targets that no answer meets."""
        return frozenset(self.solved.requirements[at].target_id for at in self.solved.answer.relief)

    # what is said

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables ``siting_targets`` and ``siting_choices``."""
        targets = pd.DataFrame([self._target_row(one) for one in self.told], dtype=object)
        rows = [row for one in self.told for row in self._choice_rows(one)]
        choices = pd.DataFrame(rows, columns=CHOICES)
        found = {"siting_targets": targets, "siting_choices": choices}
        return {name: table for name, table in found.items() if len(table)}

    def _target_row(self, one: Told) -> dict[str, Any]:
        target = one.target
        return target_row(
            target,
            due=one.due,
            state="relaxed" if target.id in self.relaxed else one.state,
            reason=one.reason,
            present=compute_one(target, Evidence(self.plan, self.context)),
            without=one.without,
            promised=self.promised[target.id],
        )

    def _choice_rows(self, one: Told) -> list[dict[str, Any]]:
        """What a target needs by itself, for each kind of facility: how many of which units."""
        if one.state == "constraint" and one.alone is not None:
            return self._counted(one, one.alone, None)
        if one.state != "not_judged":
            return []
        ask = one.reason
        if one.alone is not None and one.alone.done:
            return self._counted(one, one.alone, ask)
        blank = dict.fromkeys(("units", "unit_names", "unsure", "facility_ids", "example"), ())
        row = dict.fromkeys(CHOICES) | blank
        return [
            row
            | {"target_id": one.target.id, "needed": np.nan, "at_most": np.nan, "amount": np.nan, "ask": ask}
        ]

    def _counted(self, one: Told, alone: Solved, ask: str | None) -> list[dict[str, Any]]:
        useful = alone.of_use(one.target.id)
        kinds = sorted({alone.labels[at] for at in alone.done})
        rows = []
        for layer, types in kinds:
            done = [alone.actions[at] for at in alone.done if alone.labels[at] == (layer, types)]
            could = [alone.actions[at] for at in useful if alone.labels[at] == (layer, types)]
            unsure = self._unsure(one, layer, types, could)
            units = tuple(dict.fromkeys(a.unit for a in could if a.unit is not None and a.unit not in unsure))
            names = self.context.units.table["name"]
            sizes, field = _amount(one.ways, done)
            known = ask is None and not unsure
            rows.append(
                {
                    "target_id": one.target.id,
                    "layer": layer,
                    "type": types,
                    "needed": float(len(done)) if known else np.nan,
                    "at_most": float(len(done)),
                    "field": field,
                    "amount": sizes,
                    "units": units,
                    "unit_names": tuple(str(names.get(code, code)) for code in units),
                    "unsure": unsure,
                    "facility_ids": tuple(dict.fromkeys(a.facility for a in could if a.facility is not None)),
                    "example": self._example(one, layer),
                    "ask": ask if ask is not None else self._ask(one, layer, types) if unsure else None,
                }
            )
        return rows

    def _example(self, one: Told, layer: str) -> tuple[str, ...]:
        """Units of one way to meet all targets at once, as far as this target gains by them."""
        if one.state != "constraint":
            return ()
        useful = set(self.solved.of_use(one.target.id))
        units = [
            self.solved.actions[at].unit
            for at in self.solved.done
            if at in useful and self.solved.actions[at].layer == layer
        ]
        return tuple(unit for unit in dict.fromkeys(units) if unit is not None)

    def _unsure(self, one: Told, layer: str, types: str, could: Iterable[Action]) -> tuple[str, ...]:
        """Units of which nobody knows whether they have one already."""
        codes = {action.unit for action in could if action.facility is None and action.unit is not None}
        found: set[str] = set()
        for offer in self._offers(one, layer, types):
            if not self.evidence.knows(offer.condition):
                return tuple(sorted(codes))
            present = self.evidence.present([offer.condition], sorted(codes))
            found |= {code for code, there in present.items() if there is None}
        return tuple(sorted(found | (codes & set(one.without.unsure))))

    def _ask(self, one: Told, layer: str, types: str) -> str:
        """What to ask for, so that it can be known which units lack one."""
        for offer in self._offers(one, layer, types):
            if self.evidence.lists_all(offer.condition):
                return self.evidence.unsaid(offer.condition)
        return f"partial_ledger:{layer}.{types}"

    @staticmethod
    def _offers(one: Told, layer: str, types: str) -> list[Offer]:
        return [o for o in one.ways[0] if (o.condition.layer, "|".join(o.condition.types)) == (layer, types)]

    def summary(self) -> dict[str, Any]:
        """The block ``siting`` of ``result.json``."""
        solved = self.solved
        relaxed = [self._relaxed(name) for name in sorted(self.relaxed)]
        conflicts = [{"targets": sorted(self.relaxed), "kind": "unreachable"}] if self.relaxed else []
        return {
            "question": {
                "targets": [one.target_id for one in solved.requirements],
                "years": [self.ask.year],
                "budgets": None,
                "limit_budgets": False,
                "carry_over": True,
                "then": "nothing",
                "currency": None,
                "synthetic_costs": False,
                "standards": [],
            },
            "status": self._status(),
            "reproducible": solved.answer.reproducible,
            "stages": [
                {"name": s.name, "sense": s.sense, "value": s.value, "bound": s.bound, "gap": s.gap}
                for s in solved.answer.stages
            ],
            "cost": {"total": 0.0, "unknown": len(solved.done)},
            "actions": len(solved.done),
            "candidates": {
                "made": 0,
                "usable": 0,
                "excluded": {},
                "not_checked": [],
                "actions": len(solved.actions),
            },
            "relaxed": relaxed,
            "conflicts": conflicts,
            "left_open": True,
        }

    def _status(self) -> str:
        solved = self.solved.answer
        if not solved.possible:
            return "infeasible"
        if not self.solved.done:
            return "nothing_to_do" if self.solved.requirements else "nothing_asked"
        if all(stage.optimal for stage in solved.stages):
            return "optimal"
        return "within_gap" if solved.reproducible else "stopped"

    def _relaxed(self, name: str) -> dict[str, str]:
        target, value = self.plan.target(name), self.promised[name].value
        goal = "" if target.goal.value is None else str(target.goal.value)
        reached = "" if value is None else f"{float(value):.4g}"
        return {"target": name, "asked": f"{target.rule} {goal}".strip(), "reached": reached}


def _combined(improvements: Sequence[Improvement]) -> list[Improvement]:
    """Each improvement, and for every facility all of its improvements at once."""
    ordered = sorted(improvements, key=lambda one: one.row)
    found = list(ordered)
    for row, group in groupby(ordered, key=lambda one: one.row):
        several = list(group)
        if len(several) > 1:
            fields: dict[str, Any] = {}
            for one in several:
                functions = tuple(sorted({*fields.get("functions", ()), *one.fields.get("functions", ())}))
                fields |= dict(one.fields) | ({"functions": functions} if functions else {})
            found.append(Improvement(row, fields))
    return found


def _amount(ways: Ways, done: Sequence[Action]) -> tuple[float, str | None]:
    """Sum and name of the number that the openings bring, where one is asked for."""
    fields = {name for offer in ways[0] for sizes in offer.amounts.values() for name in sizes}
    if len(fields) != 1:
        return float("nan"), None
    (field,) = fields
    return sum(float(action.fields[field]) for action in done if field in action.fields), field
