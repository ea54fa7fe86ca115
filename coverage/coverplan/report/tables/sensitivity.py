"""Coverage under other minutes, speeds, distances and straight lines: side by side for pages, in full for computing."""

from __future__ import annotations

from typing import Any

from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import records
from coverplan.results.result import Result

#: Order in which variants are shown, with their places among the rows of one standard and group.
_SLOTS = (
    ("minutes", 0),
    ("standard", 0),
    ("minutes", 1),
    ("speed", 0),
    ("speed", 1),
    ("distance", 0),
    ("distance", 1),
    ("straight", 0),
)
Slot = tuple[str, int]


def side_by_side(result: Result, labels: Labels) -> Table:
    """One row for each standard and group, one column for each variant."""
    found = by_slot(result)
    rows = tuple(
        Row(
            (
                labels.standard(standard),
                labels.group(group),
                *(variants[slot]["share"] if slot in variants else None for slot in _SLOTS),
            )
        )
        for (standard, group), variants in found.items()
    )
    columns = (
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=14),
        *(
            Column(f"{slot[0]}_{slot[1]}", _title(slot, list(found.values()), labels), "share", width=9)
            for slot in _SLOTS
        ),
    )
    return Table("sensitivity", labels("table.sensitivity"), columns, rows, labels("table.sensitivity_note"))


def full(result: Result, labels: Labels) -> Table:
    """One row for each standard, group and variant, with people and the difference from the standard."""
    rows = []
    for (standard, group), variants in by_slot(result).items():
        asked = variants["standard", 0]["covered"]
        rows += [
            Row(
                (
                    labels.standard(standard),
                    labels.group(group),
                    name_of_variant(row, labels),
                    row["people"],
                    row["covered"],
                    row["share"],
                    row["covered"] - asked,
                )
            )
            for row in (variants[slot] for slot in _SLOTS if slot in variants)
        ]
    columns = (
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=14),
        Column("variant", labels("column.variant"), width=18),
        Column("people", labels("column.people"), "people", labels("unit.people"), 11),
        Column("covered", labels.of_its_time(labels("column.covered")), "people", labels("unit.people"), 11),
        Column("share", labels.of_its_time(labels("column.share")), "share", width=9),
        Column("difference", labels("column.against_standard"), "people", labels("unit.people"), 12),
    )
    caption = labels("table.sensitivity")
    return Table("sensitivity", caption, columns, tuple(rows), labels("table.sensitivity_note"))


def by_slot(result: Result) -> dict[tuple[str, str], dict[Slot, dict[str, Any]]]:
    """Rows of each standard and group by the place of their variant, in the order of `_SLOTS`."""
    found: dict[tuple[str, str], dict[Slot, dict[str, Any]]] = {}
    known = {standard["key"] for standard in result.summary["standards"]}
    for row in (row for row in records(result, "sensitivity") if row["standard"] in known):
        variants = found.setdefault((row["standard"], row["group"]), {})
        variants[row["variant"], _place(row, variants)] = row
    return {
        key: {slot: variants[slot] for slot in _SLOTS if slot in variants} for key, variants in found.items()
    }


def name_of_variant(row: dict[str, Any], labels: Labels) -> str:
    """A variant in a few words: 10 minutes, speed -10 %, 800 m along the streets."""
    value, variant = row["at"], row["variant"]
    if variant == "speed":
        return labels("variant.speed", percent=f"{(value - 1) * 100:+.0f}".replace("-", "−"))
    return labels(f"variant.{variant}", value="" if value is None else f"{round(value, 1):g}")


def _place(row: dict[str, Any], before: dict[Slot, dict[str, Any]]) -> int:
    """First or second of its kind; a limit longer than the standard's is the second even where the first is missing."""
    if row["variant"] == "minutes":
        return int(row["at"] > before["standard", 0]["at"])
    return sum(variant == row["variant"] for variant, _ in before)


def _title(slot: Slot, found: list[dict[Slot, dict[str, Any]]], labels: Labels) -> str:
    """The variant's own name where all standards share it, else what it does to each of them."""
    names = {name_of_variant(variants[slot], labels) for variants in found if slot in variants}
    return names.pop() if len(names) == 1 else labels(f"variant.any_{slot[0]}_{slot[1]}")
