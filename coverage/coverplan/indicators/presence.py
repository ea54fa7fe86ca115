"""Presence: how many units, tiers or host facilities have what they shall have."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from coverplan.indicators.context import exact
from coverplan.indicators.evidence import YES, Evidence
from coverplan.indicators.measurement import Measurement, Present, missing, share_of
from coverplan.plan.kinds import Condition, HierarchicalPresence, PresenceOrReach, ReachQuestion, UnitPresence
from coverplan.plan.schema import Target

#: Facilities this close share their premises where no premises id says so.
SAME_PLACE_M = 50.0


def unit_presence(indicator: UnitPresence, target: Target, evidence: Evidence) -> Measurement:
    """Units of the set with at least one facility for every condition, in percent of the set."""
    del target
    lacking = _lacking(indicator.facilities, evidence)
    if lacking is not None:
        return lacking
    if indicator.hosts is not None:
        return _hosts_with(indicator.hosts, indicator.facilities, evidence)
    unit_set = str(indicator.units)
    present = evidence.present(indicator.facilities, evidence.codes(unit_set))
    return share_of(present, unit_set=unit_set, flagged=_flagged(indicator.facilities, evidence))


def hierarchical_presence(indicator: HierarchicalPresence, target: Target, evidence: Evidence) -> Measurement:
    """Units of all tiers with the tier's facility, in percent of the units of all tiers together."""
    del target
    present: dict[str, Present] = {}
    flagged: set[str] = set()
    for tier in indicator.tiers:
        lacking = _lacking(tier.facilities, evidence)
        if lacking is not None:
            return lacking
        codes = evidence.codes(tier.units)
        if not codes:
            return missing("missing_units", tier.units)
        for code, yes in evidence.present(tier.facilities, codes).items():
            present[code] = _both(yes, present.get(code, True))
        flagged.update(_flagged(tier.facilities, evidence))
    return share_of(present, unit_set=None, flagged=flagged)


def presence_or_reach(indicator: PresenceOrReach, target: Target, evidence: Evidence) -> Measurement:
    """Units with a facility, an assigned worker, or people enough within reach, in percent of the set."""
    del target
    codes = evidence.codes(indicator.units)
    ways = []
    if all(evidence.knows(condition) for condition in indicator.facilities):
        ways.append(evidence.present(indicator.facilities, codes))
    if indicator.worker_register is not None and indicator.worker_register in evidence.context.registers:
        ways.append(_with_workers(indicator.worker_register, codes, evidence))
    if indicator.reach is not None and indicator.reach_share is not None:
        shares = reach_by_unit(indicator.reach, codes, evidence)
        needed = Fraction(indicator.reach_share)
        if shares is not None:
            ways.append({c: None if s is None else s >= needed for c, s in shares.items()})
    if not ways:
        return missing("missing_layer", indicator.facilities[0].layer)
    present = {code: _any([way[code] for way in ways]) for code in codes}
    return share_of(present, unit_set=indicator.units, flagged=_flagged(indicator.facilities, evidence))


def reach_by_unit(
    question: ReachQuestion, codes: tuple[str, ...], evidence: Evidence
) -> dict[str, Fraction | None] | None:
    """Percent of each unit's people within reach; None for a unit without people; None where unknown."""
    answer = None if evidence.context.coverage is None else evidence.context.coverage(question)
    if answer is None:
        return None
    covered = dict.fromkeys(codes, Fraction(0))
    total = dict.fromkeys(codes, Fraction(0))
    for code, covered_here, total_here in zip(answer.index, answer["covered"], answer["total"], strict=True):
        for above in evidence.ancestors(str(code)):
            if above in total:
                covered[above] += exact(covered_here)
                total[above] += exact(total_here)
    return {code: 100 * covered[code] / total[code] if total[code] else None for code in codes}


def _hosts_with(hosts: Condition, wanted: tuple[Condition, ...], evidence: Evidence) -> Measurement:
    if not evidence.knows(hosts):
        return missing("missing_layer", hosts.layer)
    host_answers = evidence.serving(hosts)
    rows = np.flatnonzero(host_answers == YES)
    ids = evidence.table["id"].to_numpy()
    present: dict[str, Present] = {str(ids[row]): True for row in rows}
    for condition in wanted:
        others = np.flatnonzero(evidence.serving(condition) == YES)
        complete = evidence.lists_all(condition)
        for row in rows:
            here = _any([_same_place(evidence, row, other) for other in others])
            here = None if here is False and not complete else here
            present[str(ids[row])] = _both(present[str(ids[row])], here)
    return share_of(present, unit_set=None)


def _same_place(evidence: Evidence, one: np.intp, other: np.intp) -> Present:
    """Same premises id, else within `SAME_PLACE_M`; unknown where neither can be told."""
    table = evidence.table
    premises = table["premises_id"].iloc[one], table["premises_id"].iloc[other]
    if premises[0] is not None and premises[0] == premises[1]:
        return True
    places = table.geometry.iloc[one], table.geometry.iloc[other]
    if places[0] is not None and places[1] is not None:
        return bool(places[0].distance(places[1]) <= SAME_PLACE_M)
    if None not in premises:
        return False
    return None


def _with_workers(register: str, codes: tuple[str, ...], evidence: Evidence) -> dict[str, Present]:
    workers = {code: evidence.context.register_of(register, code) for code in codes}
    return {code: None if number is None else number >= 1 for code, number in workers.items()}


def _lacking(conditions: tuple[Condition, ...], evidence: Evidence) -> Measurement | None:
    for condition in conditions:
        if not evidence.knows(condition):
            return missing("missing_layer", condition.layer)
    return None


def _flagged(conditions: tuple[Condition, ...], evidence: Evidence) -> set[str]:
    return {name for condition in conditions for name in evidence.flagged(evidence.serving(condition))}


def _any(answers: list[Present]) -> Present:
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def _both(one: Present, other: Present) -> Present:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
