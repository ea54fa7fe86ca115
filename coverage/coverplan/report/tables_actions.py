"""What siting proposes: which site opens, grows, moves or closes, in which year and why."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.tables_ledger import known_sum, number
from coverplan.report.tables_plan import records, whole
from coverplan.results import Result

#: Whether an action in the unit of this code belongs to what is looked at.
Chosen = Callable[[str | None], bool]


def asked(result: Result) -> bool:
    """Whether the scenario asked where to build; an answer may still be that nothing is needed."""
    return "actions" in result.tables


def actions(result: Result, labels: Labels, *, key: str, caption: str, chosen: Chosen | None = None) -> Table:
    """Proposed actions in their own order, with a total of what is known; those of chosen units where given."""
    names = {unit["code"]: unit["name"] for unit in result.summary["units"]}
    found = [row for row in records(result, "actions") if chosen is None or chosen(row["unit_code"])]
    rows = [
        Row(
            (
                row["action_id"],
                whole(row["year"]),
                labels(f"action.{row['action']}"),
                labels.layer(row["layer"]),
                labels.type(row["type"]),
                row["name"] or row["site"] or labels("not_public"),
                names.get(row["unit_code"], row["unit_code"]),
                *(number(row[name]) for name in ("beds", "floor_area_m2", "cost")),
            )
        )
        for row in found
    ]
    if len(rows) > 1:
        sums = [known_sum(found, name) for name in ("beds", "floor_area_m2", "cost")]
        rows.append(Row((None, None, labels("total"), None, None, None, None, *sums), "total"))
    columns = (
        Column("action_id", labels("column.no"), "code", width=7),
        Column("year", labels("column.year"), "year", width=7),
        Column("action", labels("column.action"), width=8),
        Column("layer", labels("column.layer"), width=12),
        Column("type", labels("column.type"), width=16),
        Column("name", labels("column.site"), width=22),
        Column("unit", labels("column.unit_name"), width=14),
        Column("beds", labels("column.beds"), "people", labels("unit.beds"), 8),
        Column("floor_area_m2", labels("column.floor_area"), "people", "m²", 10),
        Column("cost", labels("column.cost"), "value", width=10),
    )
    return Table(key, caption, columns, tuple(rows))


def reasons(result: Result, labels: Labels) -> tuple[str, ...]:
    """One sentence for each action: what is done and why."""
    return tuple(
        labels(
            "action_because",
            number=row["action_id"],
            action=labels(f"action.{row['action']}"),
            site=row["name"] or row["site"] or labels("not_public"),
            why=why,
        )
        for row in records(result, "actions")
        if (why := _why(row, labels)) is not None
    )


def _why(row: Mapping[str, Any], labels: Labels) -> str | None:
    """The text of ``why_key`` with its values in the reader's language; else the words of ``why``."""
    key = row.get("why_key")
    if isinstance(key, str) and key:
        values = row.get("why_values")
        told = json.loads(values) if isinstance(values, str) else dict(values or {})
        return labels.words(key, **told)
    return row.get("why") or None
