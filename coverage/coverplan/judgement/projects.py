"""Planned projects: what is coming, and what it changes, funded or not."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from coverplan.ground.facilities import Facilities
from coverplan.indicators import IndicatorContext, IndicatorValue, compute
from coverplan.plan.schema import Plan

COMING = ("building", "planned")
_LISTED = ("layer", "id", "name", "type", "status", "unit_code", "opened", "beds", "places", "floor_area_m2")


def project_list(facilities: Facilities) -> pd.DataFrame:
    """Facilities that are being built or planned, by opening year, then layer and id (R11).

    Returns
    -------
    DataFrame
        The columns of the facility table that describe a project, ``funded`` (True, False or None where
        unknown), and the user's own columns. Those without an opening year stand last: nobody can count
        on them in any year.
    """
    table = facilities.table
    own = [column for column in table.columns if str(column).startswith("own:")]
    coming = table.loc[table["status"].isin(COMING), [*_LISTED, "cost", "funded", *own]]
    return pd.DataFrame(coming).sort_values(["opened", "layer", "id"], na_position="last", ignore_index=True)


def project_effect(plan: Plan, context: IndicatorContext, year: int) -> pd.DataFrame:
    """Each computed target at the end of a year: without new projects, with the funded ones, with all of them.

    Figures that an office typed in and travel times say nothing about another year and are left out.

    Returns
    -------
    DataFrame
        Index ``target_id``; columns ``without``, ``funded``, ``all`` (values in the target's measure, None
        where unknown), ``short_without``, ``short_funded``, ``short_all`` (units that fall short for sure)
        and ``verdict_without``, ``verdict_funded``, ``verdict_all``.
    """
    later = context if year == context.year else context.at_year(year)
    kept = {
        "without": _compute(plan, _keep(later, funded_only=None)),
        "funded": _compute(plan, _keep(later, funded_only=True)),
        "all": _compute(plan, later),
    }
    rows = []
    for target in plan.targets:
        values = {name: found[target.id] for name, found in kept.items()}
        if values["all"].origin == "computed" or values["without"].origin == "computed":
            rows.append(
                {
                    "target_id": target.id,
                    **{name: value.value for name, value in values.items()},
                    **{f"short_{name}": len(value.short) for name, value in values.items()},
                    **{f"verdict_{name}": value.verdict.status for name, value in values.items()},
                }
            )
    columns = ["target_id", *kept, *(f"short_{name}" for name in kept), *(f"verdict_{name}" for name in kept)]
    return pd.DataFrame(rows, columns=columns, dtype=object).set_index("target_id")


def _compute(plan: Plan, context: IndicatorContext) -> dict[str, IndicatorValue]:
    return {value.target_id: value for value in compute(plan, context)}


def _keep(context: IndicatorContext, *, funded_only: bool | None) -> IndicatorContext:
    """The context without coming projects (None), or with only those that are known to be funded (True)."""
    table = context.facilities.table
    coming = table["status"].isin(COMING)
    dropped = coming if funded_only is None else coming & table["funded"].map(lambda value: value is not True)
    return replace(context, facilities=context.facilities.with_table(table[~dropped].reset_index(drop=True)))
