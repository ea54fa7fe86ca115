"""Which targets of a plan nobody can ever judge, whatever a study knows, and why."""

from __future__ import annotations

from collections.abc import Iterator

from coverplan.plan.attributes import NEVER_JUDGED
from coverplan.plan.kinds import ControlTotal, PerPeople, ShareMeetingStandard
from coverplan.plan.schema import Plan, Target


def never_judged(plan: Plan) -> Iterator[tuple[Target, str]]:
    """Targets without a verdict in any study, in the plan's order, each with its reason.

    Returns
    -------
    iterator of (Target, str)
        Reasons are those of `coverplan.indicators.verdict`, with what to ask for after a colon.
    """
    for target in plan.targets:
        reason = _reason(target)
        if reason is not None:
            yield target, reason


def _reason(target: Target) -> str | None:  # noqa: PLR0911 - one line a reason
    indicator, base = target.indicator, target.base
    if target.attribute in NEVER_JUDGED:
        return target.attribute
    if indicator.kind == "reported":
        return "reported"
    if target.rule == "none":
        return "no_rule"
    if isinstance(indicator, PerPeople | ControlTotal) and target.population_base is None:
        return f"missing_population_base:{indicator.group}"
    if (
        isinstance(indicator, ShareMeetingStandard)
        and indicator.having is None
        and indicator.standard is None
    ):
        return f"missing_standard:{indicator.field}"
    if target.rule == "approx":
        return f"no_tolerance:{target.id}"
    if target.rule == "maintain":
        return None if base.value is not None and not base.suspect else f"no_base:{target.id}"
    return f"no_number:{target.id}" if target.goal.value is None else None
