"""Tables of the money of a siting answer: by year, street and type, and what it buys first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from coverplan.report.content import Column, Row, Table, Value
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import records
from coverplan.report.tables.siting import currency
from coverplan.report.tables.siting_ground import survival
from coverplan.results.chosen import ChosenAction, chosen_actions, question_of
from coverplan.results.result import Result

#: Yuan of the money in which Chinese budgets are kept.
YUAN = {"万元": 10_000.0}


def years(result: Result, labels: Labels) -> Table:
    """Budget, what was left of earlier years, and money spent by year."""
    siting, unit = question_of(result), currency(result, labels)
    carries = siting is not None and bool(siting["question"]["carry_over"])
    rows, left = [], 0.0
    for row in records(result, "siting_years"):
        carried = left if carries else 0.0
        known = row["budget"] is not None
        available = row["budget"] + carried if known else None
        values: tuple[Value, ...] = (int(row["year"]), int(row["actions"]), row["budget"])
        values += (carried, available) if carries and known else ((None, None) if carries else ())
        rows.append(Row((*values, row["spent"], row["left"])))
        left = row["left"] or 0.0
    columns = (
        Column("year", labels("column.year"), "year", width=8),
        Column("actions", labels("column.action_count"), "people", width=10),
        Column("budget", labels("column.budget"), "value", unit, 12),
        *(
            (
                Column("carried", labels("column.carried"), "value", unit, 12),
                Column("available", labels("column.available"), "value", unit, 12),
            )
            if carries
            else ()
        ),
        Column("spent", labels("column.spent"), "value", unit, 12),
        Column("left", labels("column.left"), "value", unit, 12),
    )
    note = labels("table.siting_years_note") if carries else None
    return Table("siting_years", labels("table.siting_years"), columns, tuple(rows), note)


def by_street(result: Result, labels: Labels) -> Table:
    """Cost by street or town, with a column for each year."""
    return _crossed(
        "siting_cost_street", result, labels, lambda action: action.street_name or action.unit_name or ""
    )


def by_type(result: Result, labels: Labels) -> Table:
    """Cost by type of facility, with a column for each year."""
    return _crossed("siting_cost_type", result, labels, lambda action: labels.type(action.type))


def _crossed(key: str, result: Result, labels: Labels, of: Callable[[ChosenAction], str]) -> Table:
    actions = chosen_actions(result)
    spans = sorted({action.year for action in actions})
    unit = currency(result, labels)

    def row(name: str, own: list[ChosenAction], *, total: bool = False) -> Row:
        yearly = [_sum([action for action in own if action.year == year]) for year in spans]
        return Row((name, len(own), *yearly, _sum(own)), "total" if total else "body")

    found: dict[str, list[ChosenAction]] = {}
    # streets in code order
    for action in (
        sorted(actions, key=lambda one: one.street_code or "") if key == "siting_cost_street" else actions
    ):
        found.setdefault(of(action), []).append(action)
    rows = [row(name, own) for name, own in found.items()]
    if rows:
        rows.append(row(labels("total"), list(actions), total=True))
    first = "column.street_name" if key == "siting_cost_street" else "column.type"
    columns = (
        Column("name", labels(first), width=24),
        Column("actions", labels("column.action_count"), "people", width=9),
        *(Column(f"y{year}", str(year), "value", unit, 10) for year in spans),
        Column("cost", labels("total"), "value", unit, 11),
    )
    unknown = sum(action.cost is None for action in actions)
    note = labels("table.siting_cost_note", unknown=unknown) if unknown else None
    return Table(key, labels(f"table.{key}"), columns, tuple(rows), note)


def in_order(result: Result) -> list[ChosenAction]:
    """Actions that stay under every variant first, then those that reach most people for their money; ties by number."""
    stays = survival(result)

    def order(action: ChosenAction) -> tuple[Any, ...]:
        often, of = stays.get(action.action_id, (0, 0))
        return (often != of, not action.people_reached, -(_per_money(action) or 0.0), action.action_id)

    return sorted(chosen_actions(result), key=order)


def priority(result: Result, labels: Labels) -> Table:
    """Actions in the order of `in_order`."""
    stays = survival(result)
    unit = currency(result, labels) or labels("unit.money")
    rows = []
    for place, action in enumerate(in_order(result), start=1):
        often, of = stays.get(action.action_id, (0, 0))
        name = action.title(labels.type(action.type), labels.words)
        rows.append(
            Row(
                (
                    place,
                    action.action_id,
                    action.year,
                    labels.words.name_of("siting_action", action.action),
                    name if action.public else labels("not_public"),
                    action.street_name,
                    action.cost,
                    action.people_reached,
                    _per_money(action),
                    labels("siting.times", count=often, all=of) if of else None,
                )
            )
        )
    columns = (
        Column("place", labels("column.place"), "year", width=5),
        Column("action_id", labels("column.action_id"), "code", width=6),
        Column("year", labels("column.year"), "year", width=6),
        Column("action", labels("column.action"), width=10),
        Column("name", labels("column.facility_name"), width=24),
        Column("street_name", labels("column.street_name"), width=13),
        Column("cost", labels("column.cost"), "value", unit, 9),
        Column("people_reached", labels("column.people_reached"), "people", labels("unit.people"), 9),
        Column("per_money", labels("column.per_money", unit=unit), "value", labels("unit.people"), 10),
        *((Column("survives", labels("column.survives"), width=9),) if stays else ()),
    )
    note = labels(f"table.siting_priority{'' if stays else '_plain'}_note", unit=unit)
    shown = tuple(row if stays else Row(row.values[:-1]) for row in rows)
    return Table("siting_priority", labels("table.siting_priority"), columns, shown, note)


def value(result: Result, labels: Labels) -> Table:
    """What it costs to serve one person more, by standard and group: all actions together, nobody counted twice."""
    last: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(result, "siting_people"):
        last[row["standard"], row["group"]] = row
    unit = currency(result, labels)
    yuan = YUAN.get(unit or "") or (10_000.0 if unit == labels("unit.money") else None)
    standards = {standard["key"]: standard for standard in result.summary["standards"]}
    rows = []
    for (key, group), row in last.items():
        cost = _sum([a for a in chosen_actions(result) if _counts(a, standards[key])])
        newly = row["covered"] - row["covered_without"]
        if cost and newly >= 1:
            each = cost * yuan / newly if yuan else cost / newly
            rows.append(Row((labels.standard(key), labels.group(group), newly, cost, each)))
    columns = (
        Column("standard", labels("column.standard"), width=34),
        Column("group", labels("column.group"), width=14),
        Column("newly", labels("column.newly"), "people", labels("unit.people"), 10),
        Column("cost", labels("column.cost"), "value", unit, 10),
        Column("each", labels("column.per_person"), "people", labels("unit.yuan_each") if yuan else unit, 12),
    )
    note = labels("table.siting_value_note")
    return Table("siting_value", labels("table.siting_value"), columns, tuple(rows), note)


def all_tables(result: Result, labels: Labels) -> tuple[Table, ...]:
    """Every one of these tables, for a workbook; none without siting."""
    if question_of(result) is None:
        return ()
    return tuple(make(result, labels) for make in (priority, years, by_street, by_type, value))


def _counts(action: ChosenAction, standard: dict[str, Any]) -> bool:
    """Whether a standard counts the facility of an action."""
    types = standard["types"]
    return action.layer == standard["layer"] and (types is None or action.type in types)


def _per_money(action: ChosenAction) -> float | None:
    """People newly reached for each unit of money; None where either is unknown or nothing."""
    if not action.people_reached or not action.cost:
        return None
    return action.people_reached / action.cost


def _sum(actions: list[ChosenAction]) -> float | None:
    """Sum of the known costs; None where none is known and 0 for no action (R15)."""
    known = [action.cost for action in actions if action.cost is not None]
    return sum(known) if known or not actions else None
