"""Tables of the ledger: what stands in each unit, and which projects are to come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from coverplan.report.cellformat import absent
from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import records, whole
from coverplan.results.result import Result
from coverplan.vocabulary import LAYER_TYPES


def stock(result: Result, labels: Labels) -> Table:
    """Facilities by unit, layer and type, with what is known to stand behind their doors."""
    names = {unit["code"]: unit["name"] for unit in result.summary["units"]}
    found = sorted(records(result, "stock"), key=lambda row: (row["unit_code"], *_order(row)))
    with_beds = {(row["layer"], row["type"]) for row in found if row["beds"] > 0}
    with_area = {(row["layer"], row["type"]) for row in found if row["floor_area_m2"] > 0}
    rows = [
        Row(
            (
                row["unit_code"],
                names.get(row["unit_code"]),
                labels.layer(row["layer"]),
                labels.type(row["type"]),
                int(row["facilities"]),
                int(row["planned"]),
                *_known(row, "beds", "beds_unknown", with_beds),
                *_known(row, "floor_area_m2", "floor_area_unknown", with_area),
            )
        )
        for row in found
    ]
    columns = (
        Column("unit_code", labels("column.unit_code"), "code", width=16),
        Column("unit_name", labels("column.unit_name"), width=18),
        Column("layer", labels("column.layer"), width=14),
        Column("type", labels("column.type"), width=22),
        Column("facilities", labels("column.facilities"), "people", labels("unit.sites"), 9),
        Column("planned", labels("column.planned"), "people", labels("unit.sites"), 9),
        Column("beds", labels("column.beds"), "people", labels("unit.beds"), 9),
        Column("beds_unknown", labels("column.beds_unknown"), "people", labels("unit.sites"), 9),
        Column("floor_area_m2", labels("column.floor_area"), "people", "m²", 10),
        Column("floor_area_unknown", labels("column.area_unknown"), "people", labels("unit.sites"), 9),
    )
    return Table("stock", labels("table.stock"), columns, tuple(rows), labels("table.stock_note"))


def _order(row: Mapping[str, Any]) -> tuple[int, int]:
    """Place of a layer and of its type in the vocabulary; a study's own ones come last, as they are."""
    layers = list(LAYER_TYPES)
    types = LAYER_TYPES.get(row["layer"], ())
    layer = layers.index(row["layer"]) if row["layer"] in layers else len(layers)
    return layer, types.index(row["type"]) if row["type"] in types else len(types)


def projects(result: Result, labels: Labels) -> Table:
    """What is being built or planned, with a total of what is known."""
    found = records(result, "projects")
    rows = [
        Row(
            (
                place,
                labels("not_public") if absent(row["id"]) else (row["name"] or row["id"]),
                labels.layer(row["layer"]),
                labels.type(row["type"]),
                _text(row["unit_name"]) or _text(row["unit_code"]),
                labels(f"status.{row['status']}"),
                whole(row["opened"]),
                number(row["beds"]),
                number(row["floor_area_m2"]),
                number(row["cost"]),
                None if row["funded"] is None else labels("yes" if row["funded"] else "no"),
                _text(row["source"]),
            )
        )
        for place, row in enumerate(found, start=1)
    ]
    sums = [known_sum(found, name) for name in ("beds", "floor_area_m2", "cost")]
    if rows:
        rows.append(Row((None, labels("total"), None, None, None, None, None, *sums, None, None), "total"))
    columns = (
        Column("no", labels("column.no"), "year", width=5),
        Column("name", labels("column.project"), width=22),
        Column("layer", labels("column.layer"), width=12),
        Column("type", labels("column.type"), width=16),
        Column("unit", labels("column.unit_name"), width=14),
        Column("status", labels("column.status"), width=8),
        Column("opened", labels("column.opened"), "year", width=8),
        Column("beds", labels("column.beds"), "people", labels("unit.beds"), 8),
        Column("floor_area_m2", labels("column.floor_area"), "people", "m²", 10),
        Column("cost", labels("column.cost"), "value", labels("unit.money"), 10),
        Column("funded", labels("column.funded"), width=8),
        Column("source", labels("column.source"), width=16),
    )
    unknown = {name: sum(absent(row[name]) for row in found) for name in ("floor_area_m2", "cost")}
    # a columbarium or an office lacks no beds
    unknown["beds"] = sum(absent(row["beds"]) for row in found if row["type"] in _with_beds(result, found))
    note = labels(
        "table.projects_note",
        beds=unknown["beds"],
        area=unknown["floor_area_m2"],
        cost=unknown["cost"],
    )
    return Table("projects", labels("table.projects"), columns, tuple(rows), note if rows else None)


def _with_beds(result: Result, found: list[dict[str, Any]]) -> set[str]:
    """Types of which a facility that stands or a project has beds."""
    standing = {row["type"] for row in records(result, "stock") if row["beds"] > 0}
    return standing | {row["type"] for row in found if not absent(row["beds"]) and row["beds"] > 0}


def project_years(result: Result, labels: Labels) -> Table:
    """What is to open in each year: how much, and what share of all that is known; without a year last."""
    found = records(result, "projects")
    years = sorted({year for row in found if (year := whole(row["opened"])) is not None})
    beds = known_sum(found, "beds")
    rows = []
    for year in [*years, None]:
        mine = [row for row in found if whole(row["opened"]) == year]
        if not mine:
            continue
        own = known_sum(mine, "beds")
        rows.append(
            Row(
                (
                    labels("no_year") if year is None else str(year),
                    len(mine),
                    own,
                    None if own is None or not beds else own / beds,
                    known_sum(mine, "floor_area_m2"),
                    known_sum(mine, "cost"),
                )
            )
        )
    columns = (
        Column("opened", labels("column.opened"), width=10),
        Column("projects", labels("column.projects"), "people", labels("unit.projects"), 10),
        Column("beds", labels("column.beds"), "people", labels("unit.beds"), 10),
        Column("beds_share", labels("column.beds_share"), "share", width=12),
        Column("floor_area_m2", labels("column.floor_area"), "people", "m²", 12),
        Column("cost", labels("column.cost"), "value", labels("unit.money"), 12),
    )
    return Table("project_years", labels("table.project_years"), columns, tuple(rows))


def last_year_share(result: Result, labels: Labels) -> str | None:
    """How much of what is to come is due in the last year; None where it comes in one year or nothing is known."""
    found = [row for row in records(result, "projects") if whole(row["opened"]) is not None]
    years = sorted({int(row["opened"]) for row in found})
    beds = known_sum(found, "beds")
    if len(years) < 2 or not beds:
        return None
    last = known_sum([row for row in found if int(row["opened"]) == years[-1]], "beds") or 0.0
    words = labels.words
    told = labels(
        "projects_last_year",
        year=years[-1],
        last=words.number(last),
        beds=words.number(beds),
        share=words.share(last / beds),
    )
    return told + _undated(result, labels)


def _undated(result: Result, labels: Labels) -> str:
    """Projects that the sentence on years cannot count, because nobody says when they open; empty without any."""
    rows = [row for row in records(result, "projects") if whole(row["opened"]) is None]
    if not rows:
        return ""
    beds = known_sum(rows, "beds")
    told = labels("projects_undated", count=len(rows))
    return told + ("" if not beds else labels("projects_undated_beds", beds=labels.words.number(beds)))


def _known(
    row: dict[str, Any], field: str, unknown: str, told: set[tuple[str, str]]
) -> tuple[float | None, int | None]:
    """A sum of what is known, None where nothing is (R15), and how many are unknown.

    Both are None for a type of which the ledger tells no such number at all: a canteen has no beds.
    """
    if (row["layer"], row["type"]) not in told:
        return None, None
    return (None if row[unknown] == row["facilities"] else float(row[field])), int(row[unknown])


def number(value: Any) -> float | None:
    """A figure, None where it is unknown."""
    return None if absent(value) else float(value)


def known_sum(rows: list[dict[str, Any]], field: str) -> float | None:
    """Sum of what is known of a field, None where nothing is (R15)."""
    known = [float(row[field]) for row in rows if not absent(row[field])]
    return sum(known) if known else None


def _text(value: Any) -> str | None:
    return None if value is None or bool(pd.isna(value)) or value == "" else str(value)
