"""Targets seen from one county, street or town: how many of its own units have what was promised, and what share is served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from coverplan.indicators.compute import IndicatorValue
from coverplan.indicators.context import as_decimal
from coverplan.indicators.counts import passes_rule
from coverplan.indicators.evidence import Evidence
from coverplan.indicators.presence import reach_by_unit
from coverplan.judgement.gaps import units_needed
from coverplan.plan.kinds import PopulationWithin
from coverplan.plan.schema import Target

#: Types of units that are looked at; what lies below them is counted in them.
LOOKED_AT = ("county", "town", "township", "street", "zone")
#: Kinds that ask for a share of the units of a set; the others ask every one of them.
_SHARES = frozenset({"unit_presence", "presence_or_reach", "share_meeting_standard"})
_COLUMNS = ("target_id", "unit_code", "asked", "passed", "unknown", "value", "state")


def unit_targets(evidence: Evidence, values: Sequence[IndicatorValue]) -> pd.DataFrame:
    """Targets that ask something of single units, held against each county, street and town by itself.

    Parameters
    ----------
    evidence
        From which the values were computed.
    values
        Of all targets of its plan.

    Returns
    -------
    DataFrame
        One row for each target and unit of `LOOKED_AT` of which it asks something; in the order of the plan, then by code.
        ``asked``: units of the target's set that are the unit or lie in it. ``passed`` of them have what was promised,
        of ``unknown`` ones nobody can say. ``value``: percent of the people served, for targets of people, whose counts are
        None. ``state``: ``met``, ``short`` or ``unknown``, by the target's own rule applied to the unit alone; ``none``
        where the target has no rule to apply.
    """
    table = evidence.context.units.table
    looked = tuple(str(code) for code in table.index[table["type"].isin(LOOKED_AT)])
    rows = [row for value in values for row in _rows(evidence, value, looked)]
    return pd.DataFrame(rows, columns=list(_COLUMNS), dtype=object)


def _rows(evidence: Evidence, value: IndicatorValue, looked: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    target = evidence.plan.target(value.target_id)
    if value.verdict.status == "report_only" and value.verdict.reason != "no_rule":
        return
    if isinstance(target.indicator, PopulationWithin) and target.indicator.units is None:
        yield from _shares(evidence, target, looked)
        return
    unit_set = getattr(target.indicator, "units", None)
    if not isinstance(unit_set, str):
        return
    codes = evidence.codes(unit_set)
    # without a count of the set nothing is known of any of its units
    unknown = frozenset(codes) if value.roster is None else frozenset(value.unsure)
    short = frozenset(value.short)
    counts: dict[str, list[int]] = {code: [0, 0, 0] for code in looked}
    for code in codes:
        for above in evidence.ancestors(code):
            if above in counts:
                of_unit = counts[above]
                of_unit[0] += 1
                of_unit[1] += code not in short and code not in unknown
                of_unit[2] += code in unknown
    for code, (asked, passed, unsure) in counts.items():
        if asked:
            state = _state(target, asked, passed, unsure)
            yield _row(target.id, code, state, counts=(asked, passed, unsure))


def _shares(evidence: Evidence, target: Target, looked: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Percent of each unit's people within the travel time, against the number for the whole."""
    assert isinstance(target.indicator, PopulationWithin)
    for code, share in (reach_by_unit(target.indicator.reach, looked, evidence) or {}).items():
        if share is not None:
            yield _row(target.id, code, _state_of_share(target, share), value=as_decimal(share))


def _state_of_share(target: Target, share: Fraction) -> str:
    if target.goal.value is None or target.rule not in {">=", ">", "=", "inside", "at_least_low_end"}:
        return "none"
    return "met" if passes_rule(share, target) else "short"


def _state(target: Target, asked: int, passed: int, unsure: int) -> str:
    needed = asked
    if target.indicator.kind in _SHARES:
        if target.goal.value is None or target.rule not in {">=", ">"}:
            return "none"
        needed = min(asked, units_needed(target.goal.value, asked, target.rule))
    if passed >= needed:
        return "met"
    return "short" if passed + unsure < needed else "unknown"


def _row(
    target_id: str,
    code: str,
    state: str,
    *,
    counts: tuple[int | None, int | None, int | None] = (None, None, None),
    value: Decimal | None = None,
) -> dict[str, Any]:
    return dict(zip(_COLUMNS, (target_id, code, *counts, value, state), strict=True))
