"""What is known of a target's years beside its computed trajectory."""

from __future__ import annotations

from collections.abc import Mapping
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
        found[first] = {"value": now, "unknown": 0}
    return found
