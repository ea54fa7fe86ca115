"""Tables of who is covered: the whole area, the units of each level, clusters of people who are not."""

from __future__ import annotations

from typing import Any

import pandas as pd

from coverplan.report.content import Column, Row, Table, Value
from coverplan.report.labels import Labels
from coverplan.results.result import Result
from coverplan.vocabulary import LEVELS

#: People who belong to no row: fewer than this part of the whole are rounding.
NOBODY = 1e-6
COUNTED = ("people", "covered", "uncovered", "off_network", "outside_units", "covered_twice")
#: All people and the parts that add up to them.
PARTS = COUNTED[:5]
CHANGED = ("covered_present", "covered_before", "gained", "lost")


def overview(result: Result, labels: Labels) -> Table:
    """One row for each standard and group: the whole area."""
    spread = {s["key"]: s["distribution"] for s in result.summary["standards"]}
    rows = [
        Row(
            (
                labels.standard(row["standard"]),
                labels.group(row["group"]),
                *(row[name] for name in PARTS),
                row["share"],
                _twice(row),
                *(_time(spread[row["standard"]][row["group"]], name, labels) for name in ("p50", "p90")),
                row["mean_minutes"],
                *(row[name] for name in CHANGED if name in row),
            )
        )
        for row in _whole(result).to_dict("records")
    ]
    columns = (
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=14),
        *(people_column(name, labels) for name in PARTS),
        _share(labels),
        Column("twice_share", labels("column.twice_share"), "share", width=9),
        Column("p50", labels("column.p50"), "minutes", labels("unit.minutes"), 9),
        Column("p90", labels("column.p90"), "minutes", labels("unit.minutes"), 9),
        Column("mean_minutes", labels("column.mean_minutes"), "minutes", labels("unit.minutes"), 9),
        *(people_column(name, labels) for name in CHANGED if name in result.coverage),
    )
    return Table(
        "overview",
        labels.dated(labels("table.overview")),
        columns,
        tuple(rows),
        labels("table.overview_note"),
    )


def levels(result: Result) -> list[tuple[str, ...]]:
    """Levels that have units in the coverage, from the whole down."""
    present = set(result.coverage["unit_type"])
    return [types for types in LEVELS if present & set(types)]


def street_level(result: Result) -> tuple[str, ...] | None:
    """Level of streets and towns, else the deepest one; None where there are no units."""
    found = levels(result)
    if not found:
        return None
    return found[-2] if len(found) > 1 and found[-1][0] == "community" else found[-1]


def units(result: Result, labels: Labels, types: tuple[str, ...], standard: str | None = None) -> Table:
    """Units of a level in code order with a total for each standard and group; of one standard where given."""
    table = result.coverage if standard is None else result.of_standard(standard)
    rows: list[Row] = []
    for (key, group), part in table.groupby(["standard", "group"], sort=False):
        rows += _rows_of(part, types, labels, (labels.standard(str(key)), labels.group(str(group))))
    more = [name for name in CHANGED if name in table]
    columns = (
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=14),
        Column("unit_code", labels("column.unit_code"), "code", width=11),
        Column("unit_name", labels("column.unit_name"), width=21),
        Column("unit_type", labels("column.unit_type"), width=8),
        *(people_column(name, labels) for name in COUNTED),
        _share(labels),
        Column("mean_minutes", labels("column.mean_minutes"), "minutes", labels("unit.minutes"), 9),
        *(people_column(name, labels) for name in more),
    )
    caption = labels("table.units", level=labels.level(types))
    return Table(f"units_{types[0]}", caption, columns, tuple(rows), labels("table.units_note"))


def worst(result: Result, labels: Labels, standard: str, group: str, most: int) -> Table:
    """Units of the deepest level, lowest share first."""
    types = levels(result)[-1]
    rows = [
        Row((place, row["unit_code"], row["unit_name"], *(row[c] for c in PARTS), row["share"]))
        for place, row in enumerate(
            result.worst_units(standard, group, types).head(most).to_dict("records"), start=1
        )
    ]
    columns = (
        Column("place", labels("column.place"), "year", width=5),
        Column("unit_code", labels("column.unit_code"), "code", width=17),
        Column("unit_name", labels("column.unit_name"), width=18),
        *(people_column(name, labels) for name in PARTS),
        _share(labels),
    )
    caption = labels(
        "table.worst",
        count=len(rows),
        level=labels.level(types),
        standard=labels.standard(standard),
        group=labels.group(group),
    )
    return without_nobody(Table(f"worst_{standard}_{group}", caption, columns, tuple(rows)))


def without_nobody(table: Table, *dropped: str, key: str | None = None, caption: str | None = None) -> Table:
    """A page's table without `dropped` columns, and without those outside units where nobody is.

    The parts that are left add up to all people in every row.
    """
    empty = () if any(map(_anybody, table.column("outside_units"))) else ("outside_units",)
    return table.without(
        *dropped, *empty, key=key or table.key, caption=caption or table.caption, note=table.note
    )


def changes(table: Table, caption: str, labels: Labels) -> Table | None:
    """Of a table of the same rows: who is covered, at present, without and with what is done; None where nothing is told."""
    told = [column.key for column in table.columns if column.key in CHANGED]
    if not told:
        return None
    head = ("standard", "group", "unit_code", "unit_name", "people")
    order = (*head, *CHANGED[:2], "covered", *CHANGED[2:])
    note = labels("table.covered_changes_note") if "gained" in told else None
    form = f"column.covered_{labels.tense.moment}"
    titles = {"covered": labels(form)} if labels.tense.moment in {"changed", "proposed"} else {}
    return table.only(*order, key=f"{table.key}_changes", caption=caption, note=note, titles=titles)


def _anybody(people: Value) -> bool:
    """Whether a number of people is more than rounding."""
    return isinstance(people, int | float) and round(people) > 0


def clusters(result: Result, labels: Labels) -> Table | None:
    """Where uncovered people live close together, most people first; None where nothing was looked for."""
    found = result.tables.get("clusters")
    if found is None or found.empty:
        return None
    rows = [
        Row(
            (
                labels.standard(row["standard"]),
                labels.group(row["group"]),
                int(row["cluster"]),
                row["people"],
                int(row["points"]),
                _text(row["unit_name"]),
                _text(row["street"]),
                None if pd.isna(row["street_m"]) else row["street_m"],
            )
        )
        for row in found.to_dict("records")
    ]
    columns = (
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=14),
        Column("cluster", labels("column.cluster"), "year", width=6),
        Column("not_covered", labels("column.not_covered"), "people", labels("unit.people"), 11),
        Column("points", labels("column.points"), "people", width=8),
        Column("unit_name", labels("column.unit_name"), width=18),
        Column("street", labels("column.street"), width=18),
        Column("street_m", labels("column.street_m"), "people", labels("unit.m"), 10),
    )
    return Table("clusters", labels("table.clusters"), columns, tuple(rows), labels("table.clusters_note"))


def worst_clusters(result: Result, labels: Labels, standard: str, group: str, most: int) -> Table | None:
    """The clusters of one standard and group with most people; None where there are none."""
    table = clusters(result, labels)
    found = result.tables.get("clusters")
    if table is None or found is None:
        return None
    chosen = ((found["standard"] == standard) & (found["group"] == group)).tolist()
    if not any(chosen):
        return None
    rows = tuple(row for row, kept in zip(table.rows, chosen, strict=True) if kept)
    some = len(rows) > most
    listed = labels(f"table.{'first_some' if some else 'listed_all'}", shown=most, count=len(rows))
    caption = labels(
        "table.clusters_of", standard=labels.standard(standard), group=labels.group(group), listed=listed
    )
    note = labels("table.clusters_more", note=table.note) if some else table.note
    shown = Table(table.key, caption, table.columns, rows[:most])
    return shown.without("standard", "group", key=table.key, caption=caption, note=note)


def _whole(result: Result) -> pd.DataFrame:
    return result.coverage[result.coverage["unit_code"] == ""]


def _time(spread: dict[str, Any], name: str, labels: Labels) -> float | str | None:
    """Minutes within which a part of all people reaches a facility; more than was searched where fewer do."""
    if spread[name] is None and spread["people"]:
        return labels("beyond", minutes=f"{spread['searched_minutes']:g}")
    known: float | None = spread[name]
    return known


def _twice(row: dict[Any, Any]) -> float | None:
    return row["covered_twice"] / row["people"] if row["people"] else None


def _rows_of(part: pd.DataFrame, types: tuple[str, ...], labels: Labels, head: tuple[str, str]) -> list[Row]:
    """Units, what belongs to none of them, and the total that all of them add up to."""
    numbers = [name for name in (*COUNTED, *CHANGED) if name in part]
    chosen = part[part["unit_type"].isin(types)]
    whole = part[part["unit_code"] == ""].iloc[0]
    rows = [
        _row(row, (*head, row["unit_code"], row["unit_name"], labels.unit_type(row["unit_type"])), numbers)
        for row in chosen.to_dict("records")
    ]
    rest = {name: whole[name] - chosen[name].sum() for name in numbers}
    if rest["people"] > NOBODY * whole["people"]:
        share = rest["covered"] / rest["people"]
        beside = {**rest, "share": share, "mean_minutes": None}
        rows.append(_row(beside, (*head, None, labels("rest"), None), numbers, "rest"))
    total = whole.to_dict()
    return [*rows, _row(total, (*head, None, labels("total"), None), numbers, "total")]


def _row(row: dict[Any, Any], head: tuple[Any, ...], numbers: list[str], kind: Any = "body") -> Row:
    counted = [row[name] for name in numbers if name in COUNTED]
    changed = [row[name] for name in numbers if name in CHANGED]
    return Row((*head, *counted, row["share"], row["mean_minutes"], *changed), kind)


def people_column(name: str, labels: Labels, *, width: float = 11) -> Column:
    """A column of people; those who are covered under a head of their time."""
    title = labels(f"column.{name}")
    return Column(
        name,
        labels.of_its_time(title) if name == "covered" else title,
        "people",
        labels("unit.people"),
        width,
    )


def _share(labels: Labels) -> Column:
    return Column("share", labels.of_its_time(labels("column.share")), "share", width=9)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
