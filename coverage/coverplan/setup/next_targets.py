"""Values among which the next plan may choose: what projects bring, what the programme reaches and costs, what is asked above."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from coverplan.errors import InputError, Problem, Problems
from coverplan.plan.attributes import NEVER_JUDGED
from coverplan.plan.load import library_names, load_plan
from coverplan.plan.reference import reference_of
from coverplan.plan.schema import Plan
from coverplan.results.result import Result
from coverplan.text.words import Language, Words
from coverplan.yamlfile import read_yaml

COLUMNS = (
    "target_id", "name", "measure", "rule", "present", "pipeline", "pipeline_year", "programme", "programme_cost",
    "frontier", "reference", "reference_year", "reference_source", "old_target",
)  # fmt: skip


def next_targets(result: Result, plan: Plan, *, year: int, language: Language = "zh") -> pd.DataFrame:
    """Three values for every indicator of a plan, with what they cost.

    Parameters
    ----------
    result
        A result of a scenario with the plan; with a ``siting:`` question it also says what actions reach.
    plan
        The plan whose indicators go on.
    year
        Last year of the next period.
    language
        Of names and sources.

    Returns
    -------
    DataFrame
        One row a target, in plan order. ``present``: value today; ``pipeline``: value in ``pipeline_year`` when the
        projects under way arrive and nothing else is done; ``programme``: value with the actions of the siting answer,
        whose whole cost is ``programme_cost``; ``frontier``: "value at cost" of each price that was asked;
        ``reference``: figure that is named above the district, due in ``reference_year``, with its source. Missing is
        NaN or None: nothing is made up.

    Raises
    ------
    InputError
        When the result judges no target of the plan.
    """
    gaps = result.tables.get("gaps")
    judged = () if gaps is None else gaps["target_id"] if "target_id" in gaps.columns else gaps.index
    if not set(map(str, judged)) & {target.id for target in plan.targets}:
        raise InputError([Problem("the result judges no target of this plan", value=plan.id, code="no_plan")])
    rows = [
        _row(result, plan, target.id, year, language)
        for target in plan.targets
        if target.attribute not in NEVER_JUDGED
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS)).set_index("target_id")


def plan_of(scenario: Path) -> Plan:
    """The plan that a scenario names, itself or through its ledger.

    Raises
    ------
    InputError
        When the scenario cannot be read or names no plan.
    """
    problems = Problems()
    document = read_yaml(scenario, problems)
    problems.raise_if_errors()
    assert document is not None
    named = document.data.get("plan")
    if named is None and isinstance(document.data.get("ledger"), str):
        document = read_yaml(document.resolve(document.data["ledger"]), problems)
        problems.raise_if_errors()
        assert document is not None
        named = document.data.get("plan")
    if not isinstance(named, str):
        raise InputError(
            [
                Problem(
                    "the scenario names no plan",
                    scenario,
                    expected="a `plan:` or a `ledger:`",
                    code="no_plan",
                )
            ]
        )
    return load_plan(named if named in library_names() else document.resolve(named))


def _row(result: Result, plan: Plan, identifier: str, year: int, language: Language) -> dict[str, Any]:
    target = plan.target(identifier)
    acted = _of(result, "siting_targets", identifier)
    pipeline, pipeline_year = _pipeline(result, acted, identifier, year)
    promised, cost = _programme(result, acted)
    reference = reference_of(target, plan)
    due = None if reference is None else reference.due(year)
    return {
        "target_id": identifier,
        "name": target.names.zh if language == "zh" else target.names.en,
        "measure": target.measure,
        "rule": target.rule,
        "present": _present(result, acted, identifier),
        "pipeline": pipeline,
        "pipeline_year": pipeline_year,
        "programme": promised,
        "programme_cost": cost,
        "frontier": _frontier(result, identifier, Words(language)),
        "reference": np.nan if due is None else float(due[1]),
        "reference_year": None if due is None else due[0],
        "reference_source": None if reference is None else getattr(reference.source, language),
        "old_target": _number(target.goal.value),
    }


def _of(result: Result, table: str, identifier: str) -> list[dict[str, Any]]:
    """Rows of a target in a table of the result, in their order."""
    found = result.tables.get(table)
    if found is None:
        return []
    rows = found if "target_id" in found.columns else found.reset_index()
    return [
        {str(key): value for key, value in row.items()}
        for row in rows[rows["target_id"] == identifier].to_dict("records")
    ]


def _present(result: Result, acted: list[dict[str, Any]], identifier: str) -> float:
    """Value today; the gaps of a siting answer speak of the state after its actions."""
    rows = acted or _of(result, "gaps", identifier)
    return _number(rows[0]["present"]) if rows else np.nan


def _pipeline(
    result: Result, acted: list[dict[str, Any]], identifier: str, year: int
) -> tuple[float, int | None]:
    """Value without any action in the last year up to `year` of which the result speaks; unknown where parts are."""
    if acted:
        due = _number(acted[0]["due"])
        return _number(acted[0]["without"]), None if np.isnan(due) else int(due)
    rows = [
        row
        for row in _of(result, "trajectory", identifier)
        if row["year"] <= year and not _number(row["unknown"]) > 0
    ]
    if not rows:
        return np.nan, None
    last = max(rows, key=lambda row: row["year"])
    return _number(last["value"]), int(last["year"])


def _programme(result: Result, acted: list[dict[str, Any]]) -> tuple[float, float]:
    """Value with the actions of the siting answer, and what all of them cost; unknown where a cost is."""
    actions = result.tables.get("actions")
    if not acted or acted[0]["state"] not in {"constraint", "relaxed"}:
        return np.nan, np.nan
    cost = np.nan if actions is None or "cost" not in actions else float(sum(map(_number, actions["cost"])))
    return _number(acted[0]["promised"]), cost


def _frontier(result: Result, identifier: str, words: Words) -> str | None:
    rows = [row for row in _of(result, "siting_frontier", identifier) if not np.isnan(_number(row["cost"]))]
    said = [
        words(
            "plan_table.at_cost", value=f"{_number(row['value']):g}", cost=words.number(_number(row["cost"]))
        )
        for row in rows
    ]
    return words("plan_table.join").join(said) or None


def _number(value: Any) -> float:
    if value is None or (not isinstance(value, Decimal) and pd.isna(value)):
        return np.nan
    return float(value)
