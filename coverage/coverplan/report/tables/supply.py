"""Who gets a place, how full every facility is, whom it alone reaches, and how evenly all of it is shared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from coverplan.report.content import Column, Row, Table, Tone, Value
from coverplan.report.labels import PAGE_LEVEL, Labels, first_group
from coverplan.report.tables.method_sheet import decay_words
from coverplan.report.tables.plan import records
from coverplan.results.changed import done_actions
from coverplan.results.result import Result
from coverplan.vocabulary import LEVELS

#: Facilities that one table of a page lists; the workbook has all of them.
MOST_LISTED = 10
#: Facilities of a standard that the list of whom each serves has on a page.
MOST_SERVED = 60
#: Letters of an id that stands in that list.
LONGEST_ID = 14
FULL = 0.999
INDICES = ("gini", "palma", "theil", "theil_between", "theil_within", "atkinson", "hoover", "concentration")
_PARTS = ("served", "no_place", "place_unknown", "not_reached")


def supply(result: Result, labels: Labels, *, every_unit: bool) -> Table:
    """People with and without a place; of units those of the middle level, or every one."""
    types = {unit["code"]: unit["type"] for unit in result.summary["units"]}
    rows = [
        Row(
            (
                labels.standard(row["standard"]),
                labels.group(row["group"]),
                row["unit_code"] or None,
                labels.unit(row["unit_code"]) if row["unit_code"] else labels("total"),
                row["people"],
                *(row[part] for part in _PARTS),
                row["served"] / row["people"] if row["people"] else None,
                row["per_1000"],
            ),
            kind="body" if row["unit_code"] else "total",
        )
        for row in records(result, "supply")
        if row["people"]
        and (every_unit or not row["unit_code"] or types.get(row["unit_code"]) in LEVELS[PAGE_LEVEL])
    ]
    people = labels("unit.people")
    columns = (
        Column("standard", labels("column.standard"), width=24),
        Column("group", labels("column.group"), width=12),
        Column("unit_code", labels("column.unit_code"), "code", width=13),
        Column("unit_name", labels("column.unit_name"), width=14),
        Column("people", labels("column.people"), "people", people, 10),
        *(Column(part, labels(f"column.{part}"), "people", people, 11) for part in _PARTS),
        Column("served_share", labels("column.served_share"), "share", width=9),
        Column("per_1000", labels("column.per_1000"), "value", _unit_of(result, labels), 10),
    )
    note = labels("table.supply_note") + "".join(_methods(result, labels))
    return Table("supply", labels("table.supply"), columns, tuple(rows), note)


def _methods(result: Result, labels: Labels) -> Iterator[str]:
    """By which method the capacity of each standard is spread over people."""
    for ask in result.summary.get("supply", ()):
        method = labels.words.name_of("report.access_method", ask["method"])
        decay = decay_words(ask["decay"], labels)
        yield labels("supply_method", standard=labels.standard(ask["standard"]), method=method, decay=decay)


def facilities(result: Result, labels: Labels) -> Table:
    """Every facility: whom it reaches, whom it alone reaches, capacity and use."""
    names, numbers = _names(result), _numbers(result)
    rows = [_facility_row(row, labels, names, numbers) for row in records(result, "utilisation")]
    caption, note = labels("table.utilisation"), labels("table.utilisation_note")
    return Table(
        "utilisation", caption, _facility_columns(labels, _unit_of(result, labels)), tuple(rows), note
    )


def served_ones(result: Result, labels: Labels, standard: str) -> Table:
    """Facilities of a standard with whom each reaches of its first group that is told, those that reach most first."""
    rows = _of(result, standard)
    if not rows:
        return _listed(result, labels, rows, "served", standard)
    group = first_group(list(dict.fromkeys(str(row["group"]) for row in rows)))
    rows = [row for row in rows if row["group"] == group]
    rows.sort(key=lambda row: (-row["reached"], str(row["facility"])))
    table = _listed(result, labels, rows, "served", standard, most=MOST_SERVED)
    caption = labels("served_group", caption=table.caption, group=labels.group(group))
    rest = [labels("table.served_more")] if len(rows) > MOST_SERVED else []
    notes = [labels("table.served_note"), *rest, table.note or ""]
    if any(column.key == "wanted" for column in table.columns):
        notes.append(labels("table.wanted_note"))
    note = ("" if labels.language == "zh" else " ").join(filter(None, notes))
    return table.without("group", key=table.key, caption=caption, note=note)


def _numbered(table: Table, result: Result, labels: Labels) -> Table:
    """The table without ids that are too long for its column, and with a note where some are numbers of actions.

    What has no name but its id is told by that, however long.
    """
    if table.columns[0].key != "facility":
        return table
    ids = [str(row.values[0] or "") for row in table.rows]
    told = [one if 0 < len(one) <= LONGEST_ID else None for one in ids]
    rows = [replace(row, values=(one, *row.values[1:])) for row, one in zip(table.rows, told, strict=True)]
    proposed = set(_numbers(result).values())
    note = labels("table.action_numbers") if any(one in proposed for one in ids) else table.note
    return replace(table, rows=tuple(rows), note=note)


def _numbers(result: Result) -> dict[str, str]:
    """Number of the action that opens each new facility, by the id that we gave it."""
    return {
        one.facility: one.action_id for one in done_actions(result) if one.facility and one.action == "open"
    }


def full_ones(result: Result, labels: Labels, standard: str) -> Table:
    """Facilities of a standard whose places are all taken, the most overfull first."""
    rows = [row for row in _of(result, standard) if row["capacity"] and row["used"] >= FULL * row["capacity"]]
    return _listed(result, labels, rows, "full", standard)


def needed_ones(result: Result, labels: Labels, standard: str) -> Table:
    """Facilities of a standard whose closing would leave most people without any."""
    rows = [row for row in _of(result, standard) if row["only_here"] >= 1]
    rows.sort(key=lambda row: (-row["only_here"], str(row["facility"])))
    return _listed(result, labels, rows, "needed", standard)


def equity(result: Result, labels: Labels) -> Table:
    """Measures of inequality, one row for each standard, group and thing that is shared."""
    found: dict[tuple[str, str, str], dict[str, dict[str, Any]]] = {}
    for row in records(result, "equity"):
        if row["index"] != "worst":
            found.setdefault((row["standard"], row["group"], row["of"]), {})[row["index"]] = row
    shown = [name for name in INDICES if any(name in values for values in found.values())]
    before = any(row["amount_before"] is not None for values in found.values() for row in values.values())
    rows = [
        Row(
            (
                labels.standard(standard),
                labels.group(group),
                labels(f"equity_of.{of}"),
                *([_moment(labels, now=now)] if before else []),
                *(_index(values.get(name), labels, None if now else values) for name in shown),
            )
        )
        for (standard, group, of), values in found.items()
        for now in ([False, True] if before else [True])
    ]
    columns = (
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=12),
        Column("of", labels("column.equity_of"), width=14),
        *([Column("moment", labels("column.moment"), width=24)] if before else []),
        *(
            Column(name, labels(f"equity.{name}"), "value", width=12 if name == "palma" else 9)
            for name in shown
        ),
    )
    return Table("equity", labels("table.equity"), columns, tuple(rows), labels("table.equity_note"))


def worst_units(result: Result, labels: Labels) -> tuple[str, ...]:
    """A sentence on the worst unit of each standard and group."""
    return tuple(
        labels(
            "worst_unit_ahead" if labels.tense.projected else "worst_unit",
            when=labels.tense.label(labels.words),
            standard=labels.standard(row["standard"]),
            group=labels.group(row["group"]),
            unit=labels.unit(row["unit_code"]),
            share=labels.words.share(row["amount"]),
        )
        for row in records(result, "equity")
        if row["index"] == "worst" and row["unit_code"]
    )


def _of(result: Result, standard: str) -> list[dict[str, Any]]:
    return [row for row in records(result, "utilisation") if row["standard"] == standard]


def _listed(
    result: Result,
    labels: Labels,
    rows: Sequence[dict[str, Any]],
    what: str,
    standard: str,
    *,
    most: int = MOST_LISTED,
) -> Table:
    names, numbers = _names(result), _numbers(result)
    shown = tuple(_facility_row(row, labels, names, numbers) for row in rows[:most])
    dropped = [
        "standard",
        *(
            []
            if any(row["capacity"] is not None for row in rows)
            else ["capacity", "used", "part", "wanted", "pressure"]
        ),
        *([] if any(row["unit_code"] for row in rows) else ["unit_name"]),
        # where no facility has a name its id stands once
        *(
            ["facility"]
            if rows and all(names.get(row["facility"]) == row["facility"] for row in rows)
            else []
        ),
    ]
    whole = Table(what, "", _facility_columns(labels, _unit_of(result, labels, standard)), shown)
    listed = "listed_all" if len(rows) <= most else "listed_some"
    counted = labels(f"table.{listed}", count=len(rows), shown=min(len(rows), most))
    caption = labels(f"table.{what}", standard=labels.standard(standard), listed=counted)
    return _numbered(whole.without(*dropped, key=f"{what}_{standard}", caption=caption), result, labels)


def _facility_row(
    row: Mapping[str, Any], labels: Labels, names: Mapping[str, str], numbers: Mapping[str, str]
) -> Row:
    part = row["used"] / row["capacity"] if row["capacity"] and row["used"] is not None else None
    tones: dict[str, Tone] = {"part": "warn"} if part is not None and part >= FULL else {}
    values: tuple[Value, ...] = (
        labels.standard(row["standard"]),
        numbers.get(row["facility"] or "") or row["facility"],
        names.get(row["facility"] or "") or labels("not_public_row"),
        labels.unit(row["unit_code"]) if row["unit_code"] else None,
        labels.group(row["group"]),
        row["reached"],
        row["only_here"],
        row["capacity"],
        row["used"],
        part,
        row.get("wanted"),
        _pressure(row),
    )
    return Row(values, tones=tones)


def _pressure(row: Mapping[str, Any]) -> float | None:
    wanted = row.get("wanted")
    return wanted / row["capacity"] if row["capacity"] and wanted is not None else None


def _unit_of(result: Result, labels: Labels, *standards: str) -> str:
    """What capacity is counted in: beds, places, m²; empty where standards count different things, or none."""
    asked = result.summary.get("supply", ())
    fields = {ask["field"] for ask in asked if not standards or ask["standard"] in standards}
    return labels.words.name_of("report.capacity_unit", fields.pop()) if len(fields) == 1 else ""


def _facility_columns(labels: Labels, unit: str) -> tuple[Column, ...]:
    people = labels("unit.people")
    return (
        Column("standard", labels("column.standard"), width=24),
        Column("facility", labels("column.facility_id"), "code", width=10),
        Column("name", labels("column.facility"), width=24),
        Column("unit_name", labels("column.unit_name"), width=14),
        Column("group", labels("column.group"), width=12),
        Column("reached", labels("column.reached_people"), "people", people, 10),
        Column("only_here", labels("column.only_here"), "people", people, 12),
        Column("capacity", labels("column.capacity"), "people", unit, 9),
        Column("used", labels("column.used"), "people", unit, 9),
        Column("part", labels("column.used_share"), "share", width=9),
        Column("wanted", labels("column.wanted"), "people", unit, 9),
        Column("pressure", labels("column.pressure"), "share", width=9),
    )


def _names(result: Result) -> dict[str, str]:
    """Names of public facilities by id; an id without a name stands for itself."""
    layer = result.layers.get("facilities")
    if layer is None:
        return {row["facility"]: row["facility"] for row in records(result, "utilisation") if row["facility"]}
    return {
        str(identifier): str(name) if isinstance(name, str) and name else str(identifier)
        for identifier, name in zip(layer["id"], layer["name"], strict=True)
    }


def _moment(labels: Labels, *, now: bool) -> str:
    """Name of the time with what the scenario does, or without it."""
    if now:
        return labels.tense.label(labels.words)
    year = labels.tense.year
    return labels.words("map.without_undated") if year is None else labels.words("map.without", year=year)


def _index(
    row: Mapping[str, Any] | None, labels: Labels, before: Mapping[str, Mapping[str, Any]] | None
) -> Value:
    """A measure, or why it cannot be judged; that before the changes where all measures are given."""
    if row is None:
        return None
    amount = row["amount"] if before is None else row["amount_before"]
    if amount is not None:
        return round(float(amount), 3)
    reason = row["reason"] if before is None else _reason_before(row, before)
    return None if reason is None else labels(f"equity_reason.{reason}")


def _reason_before(row: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> str:
    """Why a measure could not be judged before the changes, which move no people, units or attributes."""
    if row["reason"] in {"nobody", "no_attribute", "no_units"}:
        return str(row["reason"])
    served = any(one["amount_before"] is not None for one in values.values())
    if served and row["index"] in {"theil_between", "theil_within"}:
        return "no_units"
    return "least_have_nothing" if served else "no_service"
