"""What is known of a target's years beside its computed trajectory."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from coverplan.report.cellformat import absent
from coverplan.report.labels import Labels


def known_otherwise(target: Mapping[str, Any], labels: Labels) -> dict[int, Mapping[str, Any]]:
    """Printed base and present value of a target, also where no trajectory is computed for their years."""
    day = labels.tense.data_day
    first = target["as_of"].year if day is None else day.year
    now = target.get("now")
    found: dict[int, Mapping[str, Any]] = {}
    printed = (
        not (absent(target["base"]) or absent(target["base_year"])) and target["base_suspect"] is not True
    )
    if printed and int(target["base_year"]) < first:
        found[int(target["base_year"])] = {"value": target["base"], "unknown": 0}
    if not absent(now) and not absent(target["unknown"]) and target["unknown"] == 0:
        pace = _per_year(target, first) if printed and int(target["base_year"]) < first else {}
        found[first] = {"value": now, "unknown": 0, **pace}
    return found


def _per_year(target: Mapping[str, Any], first: int) -> dict[str, Decimal]:
    """What a year since the base has brought, and what it has to bring where the target has a value and a year."""
    start, base = int(target["base_year"]), target["base"]
    found: dict[str, Decimal] = {"actual_per_year": (target["now"] - base) / Decimal(first - start)}
    if not (absent(target["target"]) or absent(target["target_year"])) and int(target["target_year"]) > start:
        found["needed_per_year"] = (target["target"] - base) / Decimal(int(target["target_year"]) - start)
    return found


def counted_later(labels: Labels) -> str:
    """What the figures of years to come count: projects alone, or what the scenario changes or proposes as well."""
    return labels(f"table.counted.{labels.tense.moment}")


def too_few(row: Mapping[str, Any]) -> bool:
    """All that is unknown of named projects could not reach the target: it is the base that the verdict lacks."""
    known = not any(absent(row.get(name)) for name in ("present", "target", "unknown"))
    of_projects = str(row.get("method") or "").startswith("project_delivery")
    return known and of_projects and absent(row["base"]) and row["present"] + row["unknown"] < row["target"]
