"""The fewest actions that meet chosen targets of the plan, on top of an idea, with a proof of how few are needed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from coverplan.desk.workbench.ground import Ground
from coverplan.desk.workbench.idea import Idea
from coverplan.desk.workbench.touched import conditions_of
from coverplan.errors import InputError, Problem, Problems
from coverplan.ground.facilities import Facilities
from coverplan.ground.openness import may_be_shown
from coverplan.plan.kinds import Condition
from coverplan.plan.schema import Plan
from coverplan.programme.ask_check import check_ask
from coverplan.programme.solving.choose import Aims, make_programme
from coverplan.programme.solving.choose import Ground as ProgrammeGround
from coverplan.scenario.candidate_file import StreetCandidates
from coverplan.scenario.change_file import Change, Fields
from coverplan.scenario.siting_file import OpenOffer, SitingAsk
from coverplan.siting.solvers.search import Progress
from coverplan.study.changes import apply_changes
from coverplan.vocabulary import LAYER_TYPES

SPACING_M = 150.0
#: An answer this close to the fewest possible is good enough.
GAP = 0.005


@dataclass(frozen=True, slots=True)
class Fewest:
    """Actions that meet targets.

    Parameters
    ----------
    changes
        What to do, each as a change of the scenario; places in the study's CRS.
    bound
        Fewer actions, or with costs less money, cannot do; None where nothing is proven.
    cost
        Sum of the known costs; None where no costs are given.
    unmet
        Targets that no choice of these actions meets entirely, by id.
    left_out
        Targets that were chosen and are no question of where something stands, by id.
    stopped
        ``time`` or ``cancel`` where the search ended before its proof, else None.
    """

    changes: tuple[Change, ...]
    bound: float | None
    cost: float | None
    unmet: tuple[str, ...]
    left_out: tuple[str, ...]
    stopped: str | None


def fewest(
    ground: Ground,
    idea: Idea,
    targets: tuple[str, ...],
    *,
    cheapest: bool = False,
    time_limit_s: float = 60.0,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Fewest:
    """The fewest further actions with which targets hold at the end of the idea's year.

    Parameters
    ----------
    ground, idea
        What stands, and what is tried already.
    targets
        Ids of the plan's targets.
    cheapest
        Least money instead of fewest actions; only where the scenario names a cost file.

    Raises
    ------
    InputError
        Without a plan or a year, for an unknown target, or with what is wrong with the scenario's candidates.

    Notes
    -----
    Where the scenario asks itself how targets are met, its candidates, exclusions, offers and costs are used; otherwise
    whatever a target counts may open on street corners.
    """
    ready = ground.ready
    plan, year = _plan_of(ground, targets), idea.year
    if year is None:
        raise InputError([Problem("nobody says which year is looked at", field="year", code="missing_year")])
    problems = Problems()
    ask = _asked(ground, plan, targets, year, time_limit_s)
    scenario = idea.in_scenario(ready.loaded.scenario).model_copy(update={"siting": ask})

    def facilities_in(at: int, further: tuple[Change, ...]) -> Facilities:
        found = apply_changes(
            ready.study.facilities, ready.loaded.scenario_document, (*idea.changes, *further),
            year=at, area=ready.study.area, units=ready.study.units, problems=(odd := Problems()),
            language=scenario.language,
        )  # fmt: skip
        odd.raise_if_errors()
        return found.facilities

    check_ask(
        scenario, ready.loaded.scenario_document, plan=plan, facilities=facilities_in(year, ()),
        units=ready.study.units, problems=problems,
    )  # fmt: skip
    problems.raise_if_errors()
    money = cheapest and ask.costs is not None
    asked = ProgrammeGround(
        ready.study, scenario, ready.loaded.scenario_document, plan, ready.printed, ground.surveyor, facilities_in,
        Aims(None if money else ("fewest_actions",), cancel, progress),
    )  # fmt: skip
    programme = make_programme(asked, problems)
    costs = [programme.cost_of(at) for at, _ in programme.done]
    known = [cost for cost in costs if not math.isnan(cost)]
    chosen, rows = set(targets), programme.question.requirements
    stages = programme.answer.stages
    last = stages[-1] if stages else None
    return Fewest(
        programme.changes,
        None if last is None or programme.answer.relief else last.bound,
        sum(known) if programme.costs is not None and len(known) == len(costs) else None,
        tuple(sorted({rows[at].target_id for at, missing in programme.answer.relief.items() if missing > 0})),
        tuple(one.target.id for one in programme.wanted if one.target.id in chosen and not one.requirements),
        next((stage.stopped_by for stage in stages if stage.stopped_by), None),
    )


def _plan_of(ground: Ground, targets: tuple[str, ...]) -> Plan:
    plan = ground.ready.plan
    known = () if plan is None else tuple(target.id for target in plan.targets)
    unknown = [one for one in targets if one not in known]
    if plan is None or unknown or not targets:
        raise InputError(
            [
                Problem(
                    "the choice is unknown", field="targets", value=", ".join(unknown) or None,
                    expected=", ".join(known), code="unknown_choice",
                )
            ]
        )  # fmt: skip
    return plan


def _asked(ground: Ground, plan: Plan, targets: tuple[str, ...], year: int, time_limit_s: float) -> SitingAsk:
    """The question: the scenario's own with these targets, or openings of what the targets count."""
    own = ground.ready.loaded.scenario.siting
    common: dict[str, Any] = {
        "targets": targets, "years": (year,), "due": dict.fromkeys(targets, year), "overdue_by": year,
        "limit_budgets": False, "then": "nothing", "robustness": (), "frontier": (), "gap": GAP,
        "time_limit_s": time_limit_s,
    }  # fmt: skip
    if isinstance(own, SitingAsk):
        return own.model_copy(update=common)
    chosen = [target for target in plan.targets if target.id in targets]
    offers = [offer for target in chosen for one in conditions_of(target) if (offer := _offer(ground, one))]
    unlike = list({offer.model_dump_json(): offer for offer in offers}.values())
    exclusions = () if own is None else own.exclusions
    streets = StreetCandidates(name="streets", kind="streets", spacing_m=SPACING_M)
    return SitingAsk(open=tuple(unlike), candidates=(streets,), exclusions=exclusions, **common)


def _offer(ground: Ground, condition: Condition) -> OpenOffer | None:
    """The least that counts for a condition; None where nothing of the kind may be opened on a street corner."""
    types = condition.types or LAYER_TYPES.get(condition.layer, ())
    kind = next((one for one in types if may_be_shown(one)), None)
    if kind is None or condition.names or condition.flags or condition.layer not in ground.layers():
        return None
    fields: dict[str, Any] = {name: float(bound) for name, bound in condition.at_least.items()}
    if condition.functions:
        fields["functions"] = condition.functions
    if condition.grades:
        fields["grade"] = condition.grades[0]
    return OpenOffer(
        layer=condition.layer, type=kind, offers=Fields(**fields), unit_level=condition.declared_at
    )
