"""A plan as the plain values that a YAML file holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import yaml

from coverplan.plan.schema import Plan


def plain_plan(plan: Plan) -> dict[str, Any]:
    """Number of the format and everything that a plan says; reading it back gives the same plan."""
    dumped = plan.model_dump(mode="python", by_alias=True, exclude_defaults=True)
    return {"format": plan.format, **{str(key): plain_value(value) for key, value in dumped.items()}}


def plan_text(plan: Plan) -> str:
    """A plan as the text of a YAML file."""
    return yaml.safe_dump(plain_plan(plan), allow_unicode=True, sort_keys=False, width=110)


def plain_value(value: Any) -> Any:
    """A value as YAML and JSON write it: decimals as numbers, tuples as lists."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {key: plain_value(inner) for key, inner in value.items()}
    return [plain_value(inner) for inner in value] if isinstance(value, list | tuple) else value
