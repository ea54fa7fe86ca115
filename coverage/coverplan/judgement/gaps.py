"""Gaps: target minus present value, who falls short by name, and whether the pace is enough."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.ground.units_tree import UnitTree
from coverplan.indicators import IndicatorContext, IndicatorValue, compute
from coverplan.indicators.context import as_decimal
from coverplan.indicators.verdict import pace
from coverplan.plan.schema import Plan, Target

WITH_BASE = "(present - base) / (target - base)"
WITHOUT_BASE = "present / target"


def gap_table(
    plan: Plan, values: Sequence[IndicatorValue], units: UnitTree, facilities: Facilities | None = None
) -> pd.DataFrame:
    """One row for each target, in the plan's order.

    Parameters
    ----------
    plan
        What was promised.
    values
        What `indicators.compute` found, for all targets of the plan.
    units
        Roster, for the names of units that fall short.
    facilities
        Ledger, for the names of facilities that do; without it they are called by their ids.

    Returns
    -------
    DataFrame
        Index ``target_id``. Numbers are Decimals in the target's ``measure``, None where unknown.
        ``gap``: target minus present, negative where the target is exceeded; for ranges the distance to the
        nearer end. ``completion_percent`` with its ``completion_formula``, None for ``>``, ranges and
        statements without a number. ``elapsed_percent``: part of the time from base to target year.
        ``units_missing``: units still needed for the target's share. ``short`` and ``unsure``: names of
        units and facilities (ids of estates) in code order. ``layer``: that of the facilities asked for first.
    """
    names = _names(units, facilities)
    rows = [gap_row(plan, plan.target(value.target_id), value, names) for value in values]
    # object columns keep None as None and Decimals exact
    return pd.DataFrame(rows, dtype=object).set_index("target_id")


def shortfall(
    values: Iterable[IndicatorValue], units: UnitTree, facilities: Facilities | None = None
) -> pd.DataFrame:
    """Everything that falls short: one row for each target and unit, facility or estate, in code order.

    Returns
    -------
    DataFrame
        Columns ``target_id``, ``code``, ``name``, ``state`` (``short`` or ``unknown``).
    """
    names = _names(units, facilities)
    rows = [
        {"target_id": value.target_id, "code": code, "name": names.get(code, code), "state": state}
        for value in values
        for code, state in sorted(
            [(code, "short") for code in value.short] + [(code, "unknown") for code in value.unsure]
        )
    ]
    return pd.DataFrame(rows, columns=["target_id", "code", "name", "state"])


def trajectory(plan: Plan, context: IndicatorContext, years: Iterable[int]) -> pd.DataFrame:
    """Computed targets year by year: what opens when, against the straight line from base to target.

    Figures that an office typed in and travel times are those of the context's own year alone.

    Returns
    -------
    DataFrame
        Columns ``target_id``, ``year``, ``value``, ``unknown``, ``pace`` (the straight line, None without a
        base), ``needed_per_year`` and ``actual_per_year`` (since the base year), ``verdict``, ``reason``.
    """
    rows = []
    for year in sorted(set(years)):
        at = context if year == context.year else context.at_year(year)
        for value in compute(plan, at):
            target = plan.target(value.target_id)
            if value.origin == "computed":
                rows.append(_year_row(target, value, year))
    columns = ["target_id", "year", "value", "unknown", "pace", "needed_per_year", "actual_per_year"]
    table = pd.DataFrame(rows, columns=[*columns, "verdict", "reason"], dtype=object)
    order = {target.id: position for position, target in enumerate(plan.targets)}
    return table.sort_values(
        ["target_id", "year"], key=lambda column: column.map(order) if column.name == "target_id" else column
    ).reset_index(drop=True)


def data_requests(values: Iterable[IndicatorValue]) -> pd.DataFrame:
    """What to ask for, so that more targets can be judged: one row for each missing thing.

    Returns
    -------
    DataFrame
        Columns ``reason`` (such as ``missing_layer``), ``what`` (such as ``civic.lottery_outlet``),
        ``targets`` (ids, in the plan's order) and ``units`` (codes of which something is unknown, in code
        order); those that hold up most targets first, ties by reason and thing (R11).
    """
    asked: dict[tuple[str, str], tuple[list[str], set[str]]] = {}
    for value in values:
        if value.verdict.status == "cannot_be_judged" and value.verdict.reason is not None:
            reason, _, what = value.verdict.reason.partition(":")
            # the number of unknowns tells nobody what to ask for: the indicator does
            thing = value.kind if reason == "unknown" else what
            targets, units = asked.setdefault((reason, thing), ([], set()))
            targets.append(value.target_id)
            units.update(value.unsure)
    rows = [
        {"reason": reason, "what": what, "targets": tuple(targets), "units": tuple(sorted(units))}
        for (reason, what), (targets, units) in asked.items()
    ]
    rows.sort(key=lambda row: (-len(row["targets"]), row["reason"], row["what"]))
    return pd.DataFrame(rows, columns=["reason", "what", "targets", "units"])


def units_needed(percent: Decimal, total: int, rule: str) -> int:
    """Fewest units whose share of `total` satisfies ``>=`` or ``>`` percent; compared in integers.

    ``>=``: the smallest k with 100 k >= p N; ``>``: with 100 k > p N.
    """
    exact = Fraction(percent) * total / 100
    floor = exact.numerator // exact.denominator
    if rule == ">":
        return floor + 1
    return floor if exact == floor else floor + 1


def gap_row(plan: Plan, target: Target, value: IndicatorValue, names: Mapping[str, str]) -> dict[str, Any]:
    """One target's row of `gap_table`; `names` are those of units and facilities by code and id."""
    completion, formula = _completion(target, value.value)
    return {
        "target_id": target.id,
        "row": target.row,
        "name_zh": target.names.zh,
        "name_en": target.names.en,
        "measure": target.measure,
        "attribute": target.attribute,
        "rule": target.rule,
        "base_year": target.base.year,
        "base": target.base.value,
        "base_suspect": target.base.suspect,
        "present": value.value,
        "present_text": value.text,
        "as_of": value.verdict.as_of,
        "target_year": target.goal.year,
        "year_basis": target.goal.year_basis,
        "target": target.goal.value,
        "target_high": target.goal.high,
        "gap": gap_of(target, value.value),
        "completion_percent": completion,
        "completion_formula": formula,
        "elapsed_percent": _elapsed(target, value.verdict.as_of.year),
        "verdict": value.verdict.status,
        "reason": value.verdict.reason,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "units_missing": units_missing(target, value),
        "listed": None if value.roster is None else value.roster.listed,
        "printed_count": None if value.roster is None else value.roster.printed,
        "short": tuple(names.get(code, code) for code in value.short),
        "unsure": tuple(names.get(code, code) for code in value.unsure),
        "unknown": value.unknown,
        "flagged": value.flagged,
        "origin": value.origin,
        "method": value.method,
        "population_base": target.population_base,
        "printed": target.printed,
        "repaired": target.repaired,
        "conflict": target.conflict,
        "conflicts_with": tuple(
            other.id
            for other in plan.targets
            if other.conflict is not None and other.conflict == target.conflict and other.id != target.id
        ),
        "findings": target.findings,
        "document": plan.source.file,
        "line": target.line,
        "layer": _layer(target.indicator.model_dump()),
    }


def _layer(said: object) -> str | None:
    """Layer of the facilities that an indicator asks for first; None where it asks for none."""
    if isinstance(said, Mapping):
        layer = said.get("layer")
        found = [layer] if isinstance(layer, str) else [_layer(part) for part in said.values()]
    else:
        found = [_layer(part) for part in said] if isinstance(said, tuple | list) else []
    return next((one for one in found if one is not None), None)


def gap_of(target: Target, present: Decimal | None) -> Decimal | None:
    """Target minus figure in the target's measure; None where either is unknown or the rule has no distance."""
    goal, high = target.goal.value, target.goal.high
    if target.rule == "maintain":
        goal = target.base.value
    if present is None or goal is None or target.rule == "none" or target.indicator.kind == "share_in_range":
        return None
    if target.rule == "inside" and high is not None and present > goal:
        return min(Decimal(0), high - present)
    return goal - present


def _completion(target: Target, present: Decimal | None) -> tuple[Decimal | None, str | None]:
    base, goal = target.base, target.goal.value
    plain = target.rule in {">=", "="} and target.indicator.kind not in {"share_in_range", "reported"}
    if not plain or present is None or goal is None:
        return None, None
    if base.value is not None and not base.suspect and base.value != goal:
        return 100 * (present - base.value) / (goal - base.value), WITH_BASE
    return (None, None) if goal == 0 else (100 * present / goal, WITHOUT_BASE)


def _elapsed(target: Target, year: int) -> Decimal | None:
    start, end = target.base.year, target.goal.year
    if start is None or end is None:
        return None
    return 100 * Decimal(min(max(year, start), end) - start) / Decimal(end - start)


def units_missing(target: Target, value: IndicatorValue) -> int | None:
    """Units that must still be added for the share, or for every one, by the roster that was judged."""
    if value.roster is None or value.numerator is None or value.denominator is None:
        return None
    total, passed = int(value.denominator), int(value.numerator)
    shares = {"unit_presence", "presence_or_reach", "share_meeting_standard"}
    if value.kind not in shares:
        return total - passed
    goal = target.goal.value
    if goal is None or target.rule not in {">=", ">"}:
        return None
    return max(0, units_needed(goal, total, target.rule) - passed)


def _year_row(target: Target, value: IndicatorValue, year: int) -> dict[str, Any]:
    base, goal = target.base, target.goal
    needed = actual = None
    if base.value is not None and base.year is not None and not base.suspect:
        if goal.value is not None and goal.year is not None:
            needed = (goal.value - base.value) / Decimal(goal.year - base.year)
        if value.value is not None and year > base.year:
            actual = (value.value - base.value) / Decimal(year - base.year)
    return {
        "target_id": target.id,
        "year": year,
        "value": value.value,
        "unknown": value.unknown,
        "pace": as_decimal(pace(target, year)),
        "needed_per_year": needed,
        "actual_per_year": actual,
        "verdict": value.verdict.status,
        "reason": value.verdict.reason,
    }


def _names(units: UnitTree, facilities: Facilities | None) -> dict[str, str]:
    """Names of units by code and of facilities by id; a facility without one is called after its unit.

    So is one that is not public. An id that stands in two layers names nothing.
    """
    of_units = {str(code): str(name) for code, name in units.table["name"].items()}
    if facilities is None:
        return of_units
    table = facilities.table
    homes = table["unit_code"].where(table["unit_code"].notna(), table["unit"]).map(of_units)
    shown = table["name"].where(table["public"].astype(bool) & table["name"].notna(), homes)
    known = shown.notna() & ~table["id"].duplicated(keep=False)
    return dict(zip(table["id"][known], shown[known].map(str), strict=True)) | of_units
