"""People: who is within reach, how much there is for every thousand of them, how many they are."""

from __future__ import annotations

from fractions import Fraction

from coverplan.indicators.amounts import Total, total
from coverplan.indicators.context import exact_sum
from coverplan.indicators.counts import passes_rule
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement, every_one, known, missing
from coverplan.indicators.presence import reach_by_unit
from coverplan.indicators.shares import divided
from coverplan.plan.kinds import ControlTotal, Per10k, Per1000, PopulationWithin, ServedWithin
from coverplan.plan.schema import Target


def population_within(indicator: PopulationWithin, target: Target, evidence: Evidence) -> Measurement:
    """People of the group within the travel time in percent of the group; or each unit's, the worst shown."""
    answer = None if evidence.context.coverage is None else evidence.context.coverage(indicator.reach)
    if answer is None:
        return missing("missing_reach", indicator.reach.facilities.layer)
    if indicator.units is not None:
        codes = evidence.codes(indicator.units)
        shares = reach_by_unit(indicator.reach, codes, evidence) or {}
        # a unit without people has nobody who could be uncovered: it is left out, not counted as covered
        peopled = {code: share for code, share in shares.items() if share is not None}
        passes = {code: passes_rule(share, target) for code, share in peopled.items()}
        return every_one(peopled, passes, unit_set=indicator.units)
    covered, everyone = exact_sum(answer["covered"].tolist()), exact_sum(answer["total"].tolist())
    if everyone <= 0:
        return missing("missing_people", indicator.reach.group)
    return known(100 * covered / everyone, covered, everyone)


def served_within(indicator: ServedWithin, target: Target, evidence: Evidence) -> Measurement:
    """People of the group with a place within the travel time in percent of the group; unknown capacity may add."""
    del target
    answer = None if evidence.context.places is None else evidence.context.places(indicator)
    if answer is None:
        return missing("missing_reach", indicator.reach.facilities.layer)
    served, unknown, everyone = (
        exact_sum(answer[column].tolist()) for column in ("served", "unknown", "total")
    )
    if everyone <= 0:
        return missing("missing_people", indicator.reach.group)
    low = 100 * served / everyone
    high = 100 * (served + unknown) / everyone
    return Measurement(low, served, everyone, lowest=low, highest=high, unknown=int(unknown > 0))


def per_1000(indicator: Per1000, target: Target, evidence: Evidence) -> Measurement:
    """An amount over the people of a group, times 1,000."""
    return _per(indicator, target, evidence, 1_000)


def per_10k(indicator: Per10k, target: Target, evidence: Evidence) -> Measurement:
    """An amount over the people of a group, times 10,000."""
    return _per(indicator, target, evidence, 10_000)


def _per(indicator: Per1000 | Per10k, target: Target, evidence: Evidence, scale: int) -> Measurement:
    base = target.population_base
    if base is None:
        return missing("missing_population_base", indicator.group)
    people = evidence.context.people_of(indicator.group, base)
    if not people:
        return missing("missing_people", f"{indicator.group}/{base}")
    return divided(total(evidence, indicator.amount), Total(people, 0), Fraction(scale))


def control_total(indicator: ControlTotal, target: Target, evidence: Evidence) -> Measurement:
    """People of the group in the study, to stand beside the printed number."""
    if target.population_base is None:
        return missing("missing_population_base", indicator.group)
    people = evidence.context.people_of(indicator.group, target.population_base)
    if people is None:
        return missing("missing_people", f"{indicator.group}/{target.population_base}")
    return known(people / Fraction(indicator.per))
