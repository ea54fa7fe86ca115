"""A plan as a plain table: one row for each statement, for reading and for looking things up."""

from __future__ import annotations

from typing import Any

import pandas as pd

from coverplan.plan.schema import Plan, Target


def plan_table(plan: Plan) -> pd.DataFrame:
    """Every target of a plan, in the plan's order.

    Returns
    -------
    DataFrame
        Index ``target_id``. Numbers are Decimals, None where the document has none. ``units`` and
        ``printed_count``: the unit set that is counted and how many units the document says it has.
    """
    rows = [_row(plan, target) for target in plan.targets]
    return pd.DataFrame(rows, dtype=object).set_index("target_id")


def _row(plan: Plan, target: Target) -> dict[str, Any]:
    name = getattr(target.indicator, "units", None)
    units = None if name is None else plan.unit_sets[name]
    return {
        "target_id": target.id,
        "row": target.row,
        "name_zh": target.names.zh,
        "name_en": target.names.en,
        "measure": target.measure,
        "attribute": target.attribute,
        "kind": target.indicator.kind,
        "units": name,
        "printed_count": None if units is None else units.printed,
        "rule": target.rule,
        "base_year": target.base.year,
        "base": target.base.value,
        "target_year": target.goal.year,
        "year_basis": target.goal.year_basis,
        "target": target.goal.value,
        "target_high": target.goal.high,
        "population_base": target.population_base,
        "printed": target.printed,
        "repaired": target.repaired,
        "conflict": target.conflict,
        "document": plan.source.file,
        "line": target.line,
    }
