"""Which targets are asked of the actions, by when, and what they ask; every other one with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, Protocol

from coverplan.ground.demand import Demand
from coverplan.indicators import IndicatorContext, IndicatorValue
from coverplan.indicators.compute import compute_one
from coverplan.indicators.evidence import Evidence
from coverplan.plan.attributes import NEVER_JUDGED
from coverplan.plan.schema import Plan, Target
from coverplan.programme.actions.variants import Variants
from coverplan.programme.asking.asked import Asked
from coverplan.programme.asking.requirement import NoRequirement, Requirement, State
from coverplan.programme.asking.translate import TRANSLATIONS, requirement


class Asks(Protocol):
    """Which targets a scenario wants to be met, and by when; see `coverplan.scenario.siting_file.SitingAsk`."""

    @property
    def targets(self) -> Literal["binding", "computable"] | tuple[str, ...]:
        """Which targets."""

    @property
    def years(self) -> tuple[int, ...]:
        """Years in which something may be done, ascending."""

    @property
    def due(self) -> Mapping[str, int]:
        """Another year for a target than the plan's."""

    @property
    def overdue_by(self) -> int | None:
        """Year for targets whose own year is past."""


#: Evidence of a year without any action.
Before = Callable[[int], IndicatorContext]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One target of the plan and what becomes of it.

    Parameters
    ----------
    target
        Of the plan.
    due
        Year at whose end it must hold; None where it is not asked.
    state
        Whether it is a constraint, and if not, why.
    reason
        Code, with what to ask for after a colon.
    requirements
        What it asks, in its year and in the last one.
    without
        Its figure in `due` (in the last year where it is not asked) without any action.
    """

    target: Target
    due: int | None
    state: State
    reason: str | None
    requirements: tuple[Requirement, ...]
    without: IndicatorValue | None


def wanted_targets(
    plan: Plan,
    ask: Asks,
    *,
    variants: Mapping[int, Variants],
    before: Before,
    demand: Demand | None,
    known: Mapping[str, Wanted] = MappingProxyType({}),
) -> tuple[Wanted, ...]:
    """Every target of the plan in its order, with its requirements or the reason why it has none.

    Parameters
    ----------
    plan, ask
        What was promised, and what the scenario asks of it.
    variants
        Rows by year, for every year of the question.
    before
        Evidence of a year without any action.
    demand
        People at points; None without geometry.
    known
        Targets, by id, of which is known already what becomes of them.
    """
    evidence: dict[int, Evidence] = {}
    plain: dict[int, Evidence] = {}

    def over(year: int) -> Evidence:
        if year not in evidence:
            context = before(year)
            rows = variants[year].facilities
            evidence[year] = Evidence(plan, replace(context, facilities=rows))
            plain[year] = Evidence(plan, context)
        return evidence[year]

    found = []
    for target in plan.targets:
        if target.id in known:
            found.append(known[target.id])
            continue
        due, state, reason = due_year(target, ask)
        if due is None:
            found.append(Wanted(target, None, state, reason, (), None))
            continue
        needed = []
        refused: NoRequirement | None = None
        for year in sorted({due, ask.years[-1]}):
            asked = requirement(Asked(target, year, over(year), variants[year], demand))
            if isinstance(asked, NoRequirement):
                refused = asked
                break
            needed.append(asked)
        over(due)
        without = compute_one(target, plain[due])
        if refused is not None:
            found.append(Wanted(target, due, refused.state, refused.reason, (), without))
        else:
            found.append(Wanted(target, due, "constraint", None, tuple(needed), without))
    return tuple(found)


def due_year(  # noqa: PLR0911 - one answer for each way in which a target may stand to the years
    target: Target, ask: Asks
) -> tuple[int | None, State, str | None]:
    """Year by which a target is asked; None with the reason where it is not."""
    if not is_asked(target, ask):
        return None, "not_asked", None
    if target.attribute in NEVER_JUDGED:
        return None, "not_judged", target.attribute
    if target.indicator.kind not in TRANSLATIONS:
        return None, "not_influenced", target.indicator.kind
    first, last = ask.years[0], ask.years[-1]
    if target.id in ask.due:
        return min(max(ask.due[target.id], first), last), "constraint", None
    goal = target.goal.year
    if goal is None:
        return last, "constraint", None
    if goal > last:
        return None, "after_horizon", str(goal)
    if goal < first:
        return ask.overdue_by or last, "constraint", None
    return max(year for year in ask.years if year <= goal), "constraint", None


def is_asked(target: Target, ask: Asks) -> bool:
    """Whether the scenario wants a target to be met."""
    if ask.targets == "binding":
        return target.attribute == "binding"
    if ask.targets == "computable":
        return target.rule not in {"none", "approx"}
    return target.id in ask.targets


def target_row(
    target: Target,
    *,
    due: int | None,
    state: str,
    reason: str | None,
    present: IndicatorValue,
    without: IndicatorValue,
    promised: IndicatorValue,
) -> dict[str, Any]:
    """Row of the table ``siting_targets``: what was asked, and the figures today, without and with the actions."""
    return {
        "target_id": target.id,
        "name_zh": target.names.zh,
        "name_en": target.names.en,
        "measure": target.measure,
        "rule": target.rule,
        "goal": target.goal.value,
        "due": due,
        "state": state,
        "reason": reason,
        "present": present.value,
        "without": without.value,
        "promised": promised.value,
        "verdict_without": without.verdict.status,
        "verdict_promised": promised.verdict.status,
    }


def requirements_of(wanted: Sequence[Wanted]) -> tuple[Requirement, ...]:
    """All requirements in the order of the targets."""
    return tuple(one for target in wanted for one in target.requirements)


def year_end(year: int) -> date:
    """Last day of a year."""
    return date(year, 12, 31)
