"""When cemeteries and columbaria are full: by unit, and by place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.report.content import Column, Row, Table, Tone
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import records
from coverplan.results.result import Result


def units(result: Result, labels: Labels) -> Table:
    """Need, what is left, and the year from which places are missing, with and without what is coming."""
    near = _near(result)
    rows = []
    for row in records(result, "burial"):
        tone: Tone = {"lasts": "good", "short": "bad"}.get(row["state"], "warn")  # type: ignore[assignment]
        rows.append(
            Row(
                (
                    row["unit_code"],
                    labels.unit(row["unit_code"]),
                    row["people"],
                    row["need_first"],
                    row["left_known"],
                    row["short_year"],
                    row["short_year_without"],
                    _gained(row, labels),
                    row["unmet"],
                    row["unmet_without"] - row["unmet"],
                    near.get(row["unit_code"]),
                    labels(f"burial_state.{row['state']}"),
                ),
                tones={"state": tone},
            )
        )
    columns = (
        Column("unit_code", labels("column.unit_code"), "code", width=13),
        Column("unit_name", labels("column.unit_name"), width=14),
        Column("people", labels("column.people"), "people", labels("unit.people"), 10),
        Column("need_first", labels("column.need_first"), "people", width=10),
        Column("left_known", labels("column.left_own"), "people", width=10),
        Column("short_year", labels("column.short_year"), "year", width=10),
        Column("short_year_without", labels("column.short_year_without"), "year", width=11),
        Column("years_gained", labels("column.years_gained"), width=11),
        Column("unmet", labels("column.unmet"), "people", width=10),
        Column("spared", labels("column.spared"), "people", width=10),
        Column("near", labels("column.near"), "share", width=11),
        Column("state", labels("column.state"), width=16),
    )
    table = Table("burial", labels("table.burial"), columns, tuple(rows), _note(result, labels))
    return table if near else table.without("near", key=table.key, caption=table.caption, note=table.note)


def _gained(row: Mapping[str, Any], labels: Labels) -> str | None:
    """Years by which what is coming or changed puts a shortage off; at least so many where none comes any more."""
    years = row["years_gained"]
    if not years:
        return None
    return labels("burial_gained", years=f"{years:g}") if row["short_year"] is None else f"{years:g}"


def _standard(result: Result) -> Mapping[str, Any] | None:
    """The first standard that asks who reaches a resting place."""
    layer = result.summary["burial"].get("layer")
    return next((one for one in result.summary["standards"] if one["layer"] == layer), None)


def _near(result: Result) -> dict[str, float]:
    """Share of the people of each unit within that standard."""
    asked = _standard(result)
    if asked is None:
        return {}
    table = result.coverage
    mine = (table["standard"] == asked["key"]) & (table["group"] == asked["groups"][0])
    rows = table[mine & (table["people"] > 0)]
    return dict(zip(rows["unit_code"].astype(str), rows["covered"] / rows["people"], strict=True))


def places(result: Result, labels: Labels) -> Table:
    """Every resting place: what is left, and the year in which the last is taken."""
    layer = result.layers.get("facilities")
    names = {} if layer is None else dict(zip(layer["id"], layer["name"], strict=True))
    rows = [
        Row(
            (
                row["facility"],
                names.get(row["facility"]) or row["facility"] or labels("not_public_row"),
                labels.type(row["type"]),
                labels.unit(row["unit_code"]) if row["unit_code"] else None,
                row["left_known"],
                row["opens"],
                row["full_year"],
                row["full_year_without"],
            )
        )
        for row in records(result, "burial_places")
    ]
    columns = (
        Column("facility", labels("column.facility_id"), "code", width=10),
        Column("name", labels("column.facility"), width=24),
        Column("type", labels("column.type"), width=14),
        Column("unit_name", labels("column.unit_name"), width=14),
        Column("left_known", labels("column.left_now"), "people", width=10),
        Column("opens", labels("column.opens"), "year", width=10),
        Column("full_year", labels("column.full_year"), "year", width=12),
        Column("full_year_without", labels("column.short_year_without"), "year", width=12),
    )
    return Table(
        "burial_places",
        labels("table.burial_places"),
        columns,
        tuple(rows),
        labels("table.burial_places_note"),
    )


def _note(result: Result, labels: Labels) -> str:
    """The figures that the need is reckoned from."""
    figures = result.summary["burial"]
    deaths = labels.names(
        [
            labels("burial_deaths", year=year, value=f"{value:g}")
            for year, value in figures["deaths_per_1000"].items()
        ]
    )
    told = labels(
        "table.burial_note",
        deaths=deaths,
        cremation=labels.words.share(figures["cremation_share"], 0),
        niches=labels.words.share(figures["niche_share"], 0),
        first=figures["years"][0],
        last=figures["years"][1],
    )
    asked = _standard(result)
    return told if asked is None else told + labels("burial_near", standard=labels.standard(asked["key"]))
