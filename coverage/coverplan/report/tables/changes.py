"""The scenario's own changes, with the numbers that they have on the maps."""

from __future__ import annotations

from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import without_empty
from coverplan.results.changed import own_changes
from coverplan.results.result import Result


def changes(result: Result, labels: Labels) -> Table:
    """One row for each change that holds in the result's year; what is not public is named by unit alone."""
    rows = tuple(
        Row(
            (
                change.action_id,
                change.year,
                labels.words.name_of("siting_action", change.action),
                labels.type(change.type or None),
                change.title(labels.type(change.type or None), labels.words)
                if change.public
                else labels("not_public"),
                change.street_name,
                change.unit_name,
                change.beds,
                change.floor_area_m2,
                change.cost,
            )
        )
        for change in own_changes(result)
    )
    columns = (
        Column("action_id", labels("column.action_id"), "code", width=6),
        Column("year", labels("column.year"), "year", width=7),
        Column("kind", labels("column.kind"), width=10),
        Column("type", labels("column.type"), width=18),
        Column("name", labels("column.facility_name"), width=26),
        Column("street_name", labels("column.street_name"), width=14),
        Column("unit_name", labels("column.unit_name"), width=14),
        Column("beds", labels("column.beds"), "people", labels("unit.beds"), 8),
        Column("floor_area_m2", labels("column.floor_area"), "people", "m²", 9),
        Column("cost", labels("column.cost"), "value", labels.money, 9),
    )
    table = Table("changes", labels("table.changes"), columns, rows, labels("table.changes_note"))
    return without_empty(table, "beds", "floor_area_m2", "cost", "street_name") if rows else table
