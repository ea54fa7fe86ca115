"""Presence: how many units, tiers or host facilities have what they shall have."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import shapely

from coverplan.indicators.answers import YES
from coverplan.indicators.context import exact
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.measurement import Measurement, Present, missing, share_of
from coverplan.plan.kinds import Condition, HierarchicalPresence, PresenceOrReach, ReachQuestion, UnitPresence
from coverplan.plan.schema import Target
from coverplan.units import Int64Array

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
    share = share_of(present, unit_set=unit_set, flagged=_flagged(indicator.facilities, evidence))
    return _with_reason(share, indicator.facilities, evidence)


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
            present[code] = _all([yes, present.get(code, True)])
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
        return missing("missing_layer", evidence.name(indicator.facilities[0]))
    present = {code: _any([way[code] for way in ways]) for code in codes}
    share = share_of(present, unit_set=indicator.units, flagged=_flagged(indicator.facilities, evidence))
    return _with_reason(share, indicator.facilities, evidence)


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
        return missing("missing_layer", evidence.name(hosts))
    rows = np.flatnonzero(evidence.serving(hosts) == YES)
    here = [_at_hosts(rows, condition, evidence) for condition in wanted]
    ids = evidence.column("id")
    present = {str(ids[row]): _all([answers[i] for answers in here]) for i, row in enumerate(rows.tolist())}
    return _with_reason(share_of(present, unit_set=None), wanted, evidence)


def _at_hosts(rows: Int64Array, condition: Condition, evidence: Evidence) -> list[Present]:
    """For each host row: a facility of the condition on its premises or within `SAME_PLACE_M`.

    No for sure only where each of them tells a premises id or a place that can be compared with the host's.
    """
    others = np.flatnonzero(evidence.serving(condition) == YES)
    premises = evidence.column("premises_id")
    places = evidence.column("geometry")
    named = np.array([name is not None for name in premises], dtype=bool)
    drawn = np.array([place is not None for place in places], dtype=bool)
    theirs = set(premises[others][named[others]])
    tree = shapely.STRtree(places[others][drawn[others]])
    answers: list[Present] = []
    for row in rows.tolist():
        near = drawn[row] and len(tree.query(places[row], predicate="dwithin", distance=SAME_PLACE_M)) > 0
        comparable = (named[others] & named[row]) | (drawn[others] & drawn[row])
        if near or premises[row] in theirs:
            answers.append(True)
        else:
            answers.append(False if evidence.lists_all(condition) and comparable.all() else None)
    return answers


def _with_workers(register: str, codes: tuple[str, ...], evidence: Evidence) -> dict[str, Present]:
    workers = {code: evidence.context.register_of(register, code) for code in codes}
    return {code: None if number is None else number >= 1 for code, number in workers.items()}


def _lacking(conditions: tuple[Condition, ...], evidence: Evidence) -> Measurement | None:
    for condition in conditions:
        if not evidence.knows(condition):
            return missing("missing_layer", evidence.name(condition))
    return None


def _flagged(conditions: tuple[Condition, ...], evidence: Evidence) -> set[str]:
    return {name for condition in conditions for name in evidence.flagged(evidence.serving(condition))}


def _any(answers: list[Present]) -> Present:
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def _all(answers: list[Present]) -> Present:
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def _with_reason(share: Measurement, conditions: tuple[Condition, ...], evidence: Evidence) -> Measurement:
    """Where all of a set is unknown, say what to ask for."""
    if share.value is not None or share.reason is not None:
        return share
    lacks = [lack for condition in conditions if (lack := evidence.lack(condition)) is not None]
    return replace(share, reason=lacks[0]) if lacks else share
