"""Drafts the plan of the next period: what was achieved becomes the base, every target is left open."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import yaml

from coverplan.errors import InputError, Problem
from coverplan.plan.attributes import NEVER_JUDGED
from coverplan.plan.plain import plain_value
from coverplan.plan.reference import reference_of
from coverplan.plan.schema import Plan, Target
from coverplan.text.words import LANGUAGES, Words

#: Decimals to which an achieved value is written down as a base.
BASE_DECIMALS = 2


def draft_next(plan: Plan, achieved: Mapping[str, Decimal | None], *, base_year: int, year: int) -> str:
    """Text of a plan file for the period that ends in `year`.

    Parameters
    ----------
    plan
        Plan of the period that ends.
    achieved
        Value of each target at the end of the period by target id; None or absent: unknown, no base.
    base_year
        Year of the achieved values.
    year
        Last year of the next period.

    Returns
    -------
    str
        YAML with indicators, rules and unit sets of the old plan, achieved values as bases, and no target
        value: each is to be set. Statements about the past, forecasts and contradictions are left out.

    Raises
    ------
    InputError
        When the next period would not lie after the base year.
    """
    if year <= base_year:
        raise InputError(
            [
                Problem(
                    "the next period must end after the base year",
                    value=year,
                    expected=f"a year after {base_year}",
                    code="year_order",
                )
            ]
        )
    targets = [target for target in plan.targets if target.attribute not in NEVER_JUDGED]
    draft: dict[str, Any] = {
        "format": plan.format,
        "id": f"{plan.id.rpartition('-')[0] or plan.id}-{year}",
        "names": {"zh": f"{plan.area.zh}规划草案（{year}）", "en": f"{plan.area.en}, draft plan to {year}"},
        "area": _plain(plan.area),
        "level": plan.level,
        "horizon": [base_year + 1, year],
        "synthetic": plan.synthetic,
        "source": {"title": f"由 {plan.id} 起草，目标值待定 / drafted from {plan.id}, targets to be set"},
        "unit_sets": {name: _plain(units) for name, units in plan.unit_sets.items()},
        "targets": [_open(target, achieved.get(target.id), base_year, year) for target in targets],
    }
    head = (
        "# 目标值待定：填写每个 goal 的 value，并核对 unit_sets 的 printed。\n"
        "# Targets to be set: fill in the value of every goal and check the printed counts of the unit sets.\n"
    )
    told = {target.id: _reference(target, plan, year) for target in targets}
    lines = (head + yaml.safe_dump(draft, allow_unicode=True, sort_keys=False, width=110)).splitlines()
    written: list[str] = []
    for line in lines:
        identifier = line.removeprefix("- id: ").strip("'\"") if line.startswith("- id: ") else None
        written += told.get(identifier, []) if identifier is not None else []
        written.append(line)
    return "\n".join(written) + "\n"


def _reference(target: Target, plan: Plan, year: int) -> list[str]:
    """Comments that name the figure set above the district, beside which the value is to be chosen."""
    reference = reference_of(target, plan)
    due = None if reference is None else reference.due(year)
    if reference is None or due is None:
        return []
    return [
        "# " + Words(language)(
            "plan_table.reference", value=due[1], measure=reference.measure, year=due[0],
            source=getattr(reference.source, language),
        )
        for language in LANGUAGES
    ]  # fmt: skip


def _open(target: Target, achieved: Decimal | None, base_year: int, year: int) -> dict[str, Any]:
    kept = _plain(target)
    wanted = ("id", "row", "names", "measure", "attribute", "indicator", "rule")
    draft: dict[str, Any] = {key: kept[key] for key in wanted if key in kept}
    if target.rule == "maintain" and achieved is None:
        draft["rule"] = ">="  # nothing to keep is known
    if achieved is not None:
        draft["base"] = {"year": base_year, "value": plain_value(round(achieved, BASE_DECIMALS))}
    draft["goal"] = {"year": year, "year_basis": "printed", "value": None}
    if target.population_base is not None:
        draft["population_base"] = target.population_base
    return draft | {"printed": ""}


def _plain(model: Any) -> dict[str, Any]:
    """A model as plain values that YAML writes, without what is not said."""
    dumped = model.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    return {str(key): plain_value(value) for key, value in dumped.items()}
