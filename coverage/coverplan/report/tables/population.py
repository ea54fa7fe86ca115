"""How people came to official totals and to a plan year: the factor of every unit (R6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.report.content import Column, Row, Table
from coverplan.report.labels import Labels
from coverplan.results.result import Result


def scalings(result: Result, labels: Labels, *, groups: tuple[str, ...] | None = None) -> Table:
    """People of units before and after, with the factor between them; no rows where nothing was scaled.

    Parameters
    ----------
    groups
        Groups to show; every one when not given.
    """
    names = {unit["code"]: unit["name"] for unit in result.summary.get("units", ())}
    found = result.summary["study"].get("population_scalings") or ()

    def spread(scaling: Mapping[str, Any]) -> bool:
        """Square metres were turned into people: nobody was there before."""
        return scaling["kind"] == "official" and result.summary["study"].get("population_spread") == "uniform"

    rows = [
        Row(
            (
                labels(f"scaling.{scaling['kind']}"),
                scaling["year"],
                labels.title(names.get(row["code"])) or row["code"],
                labels.group(row["group"]),
                None if spread(scaling) else row["before"],
                row["official"],
                None if spread(scaling) else row["factor"],
                labels.names(scaling["files"]),
            )
        )
        for scaling in found
        for row in scaling["factors"]
        if groups is None or row["group"] in groups
    ]
    columns = (
        Column("scaling", labels("column.scaling"), width=20),
        Column("year", labels("column.year"), "year", width=7),
        Column("unit", labels("column.unit_name"), width=18),
        Column("group", labels("column.group"), width=12),
        Column("before", labels("column.before"), "people", labels("unit.people"), 11),
        Column("after", labels("column.after"), "people", labels("unit.people"), 11),
        Column("factor", labels("column.factor"), "value", width=9),
        Column("file", labels("column.file"), width=22),
    )
    parents = [
        labels("parent_total", unit=labels.title(names.get(code)) or code, people=f"{people:,.0f}")
        for scaling in found
        for code, people in scaling["parent_totals"].items()
    ]
    evenly = [labels("table.scalings_uniform")] if any(spread(scaling) for scaling in found) else []
    note = " ".join([*evenly, labels("table.scalings_note"), *parents])
    return Table("scalings", labels("table.scalings"), columns, tuple(rows), note)
