"""The same question asked with other speeds, minutes and people: which actions stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pandas as pd

from coverplan.ground.demand import Demand
from coverplan.ground.units_tree import OUTSIDE
from coverplan.plan.schema import Plan
from coverplan.programme.asking.asked import below
from coverplan.programme.solving.choose import Ground, Programme, answer_for
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.siting_file import Variant
from coverplan.service.measure import Surveyor

#: Gap at which a variant's answer is good enough.
GAP = 0.02


@dataclass(frozen=True, slots=True)
class Robustness:
    """Actions that are done under each variant.

    Parameters
    ----------
    chosen
        By variant: keys of the actions of the programme that are done there too.
    reached
        By variant: the question could be answered with every target met.
    actions
        By variant: how many actions are done there.
    cost
        By variant: what they cost; NaN where the cost of one is unknown.
    """

    chosen: Mapping[str, frozenset[str]]
    reached: Mapping[str, bool]
    actions: Mapping[str, int]
    cost: Mapping[str, float]


def robustness(programme: Programme) -> Robustness | None:
    """Answer the question again under each variant of the scenario; None where none is asked.

    Whether an action stays does not hang on the last per cent: the gap is `GAP` at least.
    """
    variants = programme.ground.ask.robustness
    if not variants:
        return None
    chosen, reached, actions, cost = {}, {}, {}, {}
    for variant in variants:
        ground = varied(programme.ground, variant)
        question, found = answer_for(ground, programme)
        chosen[variant.name] = frozenset(question.actions[at].key for at in found.year_of)
        reached[variant.name] = found.possible and not found.relief
        actions[variant.name] = len(found.year_of)
        costs = [
            question.actions[at].cost - (question.actions[at].saving if at in found.guests else 0.0)
            for at in found.year_of
        ]
        cost[variant.name] = float(sum(costs))
    return Robustness(chosen, reached, actions, cost)


def chosen_table(found: Robustness | None, keys: Mapping[str, str]) -> pd.DataFrame:
    """Columns ``action_id``, ``variant`` and ``chosen``; `keys` are those of the actions, by number."""
    rows = [
        (action_id, name, key in chosen)
        for action_id, key in keys.items()
        for name, chosen in ({} if found is None else found.chosen).items()
    ]
    return pd.DataFrame(rows, columns=["action_id", "variant", "chosen"])


def variant_table(found: Robustness | None) -> pd.DataFrame:
    """Columns ``variant``, ``met`` (every target), ``actions`` and ``cost`` (NaN where one is unknown); a row for each."""
    rows = (
        []
        if found is None
        else [(name, found.reached[name], found.actions[name], found.cost[name]) for name in found.chosen]
    )
    return pd.DataFrame(rows, columns=["variant", "met", "actions", "cost"])


def varied(ground: Ground, variant: Variant) -> Ground:
    """The same ground with other speeds, minutes and people; facilities and candidates stay as they are."""
    surveyor = ground.surveyor
    profiles = {
        name: replace(
            profile,
            speed_m_s=profile.speed_m_s * variant.speed,
            access_speed_m_s=profile.access_speed_m_s * variant.speed,
        )
        for name, profile in surveyor.profiles.items()
    }
    demand = _with_people(ground, variant)
    looking = Surveyor(
        surveyor.network,
        demand,
        surveyor.units,
        surveyor.area,
        profiles,
        surveyor.search_minutes,
        surveyor.terrain,
        surveyor.barriers,
        surveyor.doors_of,
    )
    ask = ground.ask.model_copy(update={"gap": max(ground.ask.gap, GAP)})
    return replace(
        ground,
        study=replace(ground.study, demand=demand),
        scenario=_with_minutes(ground.scenario.model_copy(update={"siting": ask}), variant.minutes),
        plan=None if ground.plan is None else _plan_with_minutes(ground.plan, variant.minutes),
        surveyor=looking,
    )


def _with_people(ground: Ground, variant: Variant) -> Demand:
    demand, units = ground.study.demand, ground.study.units
    factor = np.ones(demand.points)
    for code, times in variant.people.items():
        inside = below(units, code)[np.where(demand.unit == OUTSIDE, len(units.codes), demand.unit)]
        factor = np.where(inside, factor * times, factor)
    return replace(demand, people={group: people * factor for group, people in demand.people.items()})


def _with_minutes(scenario: ScenarioFile, times: float) -> ScenarioFile:
    standards = tuple(
        standard.model_copy(update={"minutes": standard.minutes * times, "name": standard.key})
        for standard in scenario.standards
    )
    return scenario.model_copy(update={"standards": standards})


def _plan_with_minutes(plan: Plan, times: float) -> Plan:
    """Questions of reach with other minutes; everything else as promised."""
    if times == 1.0:
        return plan
    targets = []
    for target in plan.targets:
        reach = getattr(target.indicator, "reach", None)
        if reach is not None:
            changed = reach.model_copy(update={"minutes": reach.minutes * Decimal(str(times))})
            indicator = target.indicator.model_copy(update={"reach": changed})
            targets.append(target.model_copy(update={"indicator": indicator}))
        else:
            targets.append(target)
    return plan.model_copy(update={"targets": tuple(targets)})
