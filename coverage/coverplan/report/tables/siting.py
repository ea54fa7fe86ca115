"""Tables of the siting answer: actions, people, targets, alternatives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from coverplan.report.cellformat import absent
from coverplan.report.content import Column, Row, Table, Tone, Value
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import VERDICT_TONES, goal, name_of, reason, reason_detail, records, whole
from coverplan.results.chosen import ChosenAction, chosen_actions, question_of
from coverplan.results.result import Result

STATE_TONES: Mapping[str, Tone] = {
    "constraint": "good",
    "met_anyway": "good",
    "relaxed": "bad",
    "not_influenced": "reported",
    "not_judged": "muted",
    "after_horizon": "muted",
    "not_asked": "muted",
}


def actions(result: Result, labels: Labels, *, by_year: bool = False) -> Table:
    """Every action in order and the total of all; where asked also one after each year, which filters cannot have."""
    siting = question_of(result)
    of_year: dict[int, list[ChosenAction]] = {}
    for action in chosen_actions(result):
        of_year.setdefault(action.year, []).append(action)
    spent = {int(row["year"]): row["spent"] for row in records(result, "siting_years")}
    columns = action_columns(labels, unit=currency(result, labels))
    rows: list[Row] = []
    for year, own in of_year.items():
        rows += [action_row(action, labels) for action in own]
        if by_year:
            total = _total(labels("siting.year_total", year=year), spent.get(year), columns)
            rows.append(Row(total, "rest"))
    if rows and siting is not None:
        known = siting["cost"]["total"] if siting["cost"]["unknown"] < siting["actions"] else None
        rows.append(Row(_total(labels("total"), known, columns), "total"))
    note = labels("table.siting_actions_note")
    if any(action.action == "expand" and action.floor_area_m2 for own in of_year.values() for action in own):
        note = ("" if labels.language == "zh" else " ").join([labels("table.siting_extended_note"), note])
    return Table("siting_actions", labels("table.siting_actions"), columns, tuple(rows), note)


def action_row(action: ChosenAction, labels: Labels) -> Row:
    """One action; the values are those of `action_columns`."""
    public = action.public
    return Row(
        (
            action.action_id,
            action.year,
            labels.words.name_of("siting_action", action.action),
            labels.layer(action.layer),
            labels.type(action.type),
            action.title(labels.type(action.type), labels.words) if public else labels("not_public"),
            # of what is opened at a candidate the id is ours, and the number of the action says more
            action.facility if public and not action.site else None,
            labels.place(None, action.site) if public else None,
            action.unit_name,
            action.street_name,
            action.beds,
            action.nursing_beds,
            action.floor_area_m2,
            action.cost,
            action.saving or None,
            action.shared_with if public else None,
            action.people_reached,
            action.people_needed,
            labels.names(action.targets) or None,
            labels.names([one for one in action.serves if one not in action.targets]) or None,
        )
    )


def action_columns(labels: Labels, *, unit: str | None) -> tuple[Column, ...]:
    """Columns of actions; `unit` is the currency."""
    people = labels("unit.people")
    return (
        Column("action_id", labels("column.action_id"), "code", width=6),
        Column("year", labels("column.year"), "year", width=6),
        Column("action", labels("column.action"), width=9),
        Column("layer", labels("column.layer"), width=12),
        Column("type", labels("column.type"), width=16),
        Column("name", labels("column.facility_name"), width=20),
        Column("facility", labels("column.facility_id"), "code", width=12),
        Column("site", labels("column.site_id"), "code", width=12),
        Column("unit_name", labels("column.unit_name"), width=12),
        Column("street_name", labels("column.street_name"), width=11),
        Column("beds", labels("column.beds"), "people", labels("unit.beds"), 7),
        Column("nursing_beds", labels("column.nursing_beds"), "people", labels("unit.beds"), 8),
        Column("floor_area_m2", labels("column.floor_area"), "people", "m²", 8),
        Column("cost", labels("column.cost"), "value", unit, 8),
        Column("saving", labels("column.saving"), "value", unit, 8),
        Column("shared_with", labels("column.shared_with"), "code", width=12),
        Column("people_reached", labels("column.people_reached"), "people", people, 9),
        Column("people_needed", labels("column.people_needed"), "people", people, 9),
        Column("targets", labels("column.needs_it"), width=14),
        Column("serves", labels("column.serves"), width=12),
    )


def people(result: Result, labels: Labels) -> Table:
    """People within each standard by year, with and without the actions."""
    rows = [
        Row(
            (
                int(row["year"]),
                labels.standard(row["standard"]),
                labels.group(row["group"]),
                row["people"],
                row["covered_without"],
                row["covered"],
                _share(row["covered_without"], row["people"]),
                _share(row["covered"], row["people"]),
            )
        )
        for row in records(result, "siting_people")
    ]
    unit = labels("unit.people")
    columns = (
        Column("year", labels("column.year"), "year", width=7),
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=14),
        Column("people", labels("column.people"), "people", unit, 10),
        Column("covered_without", labels("column.covered_without"), "people", unit, 10),
        Column("covered", labels("column.covered_with"), "people", unit, 10),
        Column("share_without", labels("column.share_without"), "share", width=9),
        Column("share", labels("column.share_with"), "share", width=9),
    )
    return Table("siting_people", labels("table.siting_people"), columns, tuple(rows))


def targets(result: Result, labels: Labels) -> Table:
    """Every target: how it was treated and why, its figure and verdict with and without the actions."""
    gaps = {row["target_id"]: row for row in records(result, "gaps")}
    rows = [
        _target_row(row, gaps.get(row["target_id"], {}), labels) for row in records(result, "siting_targets")
    ]
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=7),
        Column("name", labels("column.indicator"), width=26),
        Column("measure", labels("column.measure"), width=8),
        Column("goal", labels("column.target"), width=9),
        Column("due", labels("column.due"), "year", width=7),
        Column("present", labels("column.now"), "value", width=8),
        Column("without", labels("column.without"), "value", width=8),
        Column("verdict_without", labels("column.verdict_without"), width=11),
        Column("promised", labels("column.promised"), "value", width=8),
        Column("verdict_promised", labels("column.verdict_promised"), width=11),
        Column("state", labels("column.siting_state"), width=13),
        Column("reason", labels("column.reason"), width=22),
    )
    day = labels.tense.data_day
    later = due_later(result)
    said = [
        None if day is None else labels("table.siting_targets_note", day=labels.words.date(day)),
        labels("table.siting_overdue_note", count=len(later)) if later else None,
    ]
    note = ("" if labels.language == "zh" else " ").join(one for one in said if one) or None
    return Table("siting_targets", labels("table.siting_targets"), columns, tuple(rows), note, even="rows")


def due_later(result: Result) -> dict[str, int]:
    """Asked targets that are due later than the plan's own year, and the year that the scenario gives them."""
    siting = question_of(result)
    asked = set() if siting is None else set(siting["question"]["targets"])
    printed = {row["target_id"]: whole(row["target_year"]) for row in records(result, "gaps")}
    later: dict[str, int] = {}
    for row in records(result, "siting_targets"):
        own, due = printed.get(row["target_id"]), whole(row["due"])
        if row["target_id"] in asked and own is not None and due is not None and own < due:
            later[row["target_id"]] = due
    return later


def relaxed(result: Result, labels: Labels) -> Table:
    """Targets out of reach: what was asked and what the nearest plan reaches."""
    siting = question_of(result)
    named = {row["target_id"]: name_of(row, labels) for row in records(result, "siting_targets")}
    rows = [
        Row((one["target"], named.get(one["target"]), one["asked"], one["reached"]))
        for one in ([] if siting is None else siting["relaxed"])
    ]
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("name", labels("column.indicator"), width=36),
        Column("asked", labels("column.asked_value"), width=16),
        Column("reached", labels("column.reached_value"), width=16),
    )
    return Table("siting_relaxed", labels("table.siting_relaxed"), columns, tuple(rows))


def reached(result: Result, labels: Labels) -> Table:
    """Whom each action reaches, by standard, group and street or town."""
    columns = (
        Column("action_id", labels("column.action_id"), "code", width=7),
        Column("standard", labels("column.standard"), width=30),
        Column("group", labels("column.group"), width=14),
        Column("unit_code", labels("column.unit_code"), "code", width=13),
        Column("unit_name", labels("column.unit_name"), width=16),
        Column("reached", labels("column.people_reached"), "people", labels("unit.people"), 10),
        Column("needed", labels("column.people_needed"), "people", labels("unit.people"), 10),
    )
    words: Mapping[str, Callable[[Any], Value]] = {"standard": labels.standard, "group": labels.group}
    found = [{**row, "unit_name": labels.unit(row["unit_code"])} for row in records(result, "action_people")]
    return Table(
        "siting_action_people", labels("table.siting_action_people"), columns, rows_of(found, columns, words)
    )


def alternatives(result: Result, labels: Labels) -> Table:
    """The next best alternatives to each action and their price; places of protected ones are withheld."""
    hidden = {action.action_id for action in chosen_actions(result) if not action.public}
    found = [
        {
            **row,
            "alternative": labels("not_public")
            if row["action_id"] in hidden
            else labels.place(row["alternative"], row["site"]),
        }
        for row in records(result, "action_alternatives")
    ]
    columns = (
        Column("action_id", labels("column.action_id"), "code", width=7),
        Column("alternative", labels("column.alternative"), width=22),
        Column("unit_name", labels("column.unit_name"), width=16),
        Column("extra_cost", labels("column.extra_cost"), "value", currency(result, labels), 10),
        Column("people_difference", labels("column.people_difference"), "people", labels("unit.people"), 10),
        Column("possible", labels("column.possible"), width=12),
    )
    words: Mapping[str, Callable[[Any], Value]] = {"possible": lambda yes: labels("yes" if yes else "no")}
    caption = labels("table.siting_alternatives")
    return Table("siting_alternatives", caption, columns, rows_of(found, columns, words))


def choices(result: Result, labels: Labels) -> Table:
    """Units of which some must act, where the ledger leaves open which, or what must be known first."""
    named = {row["target_id"]: name_of(row, labels) for row in records(result, "siting_targets")}
    found = [{**row, "name": named.get(row["target_id"])} for row in records(result, "siting_choices")]
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("name", labels("column.indicator"), width=26),
        Column("layer", labels("column.layer"), width=14),
        Column("type", labels("column.type"), width=18),
        Column("needed", labels("column.needed"), "people", labels("unit.sites"), 9),
        Column("at_most", labels("column.at_most"), "people", labels("unit.sites"), 9),
        Column("unit_names", labels("column.choice_units"), width=44),
        Column("ask", labels("column.reason"), width=30),
    )
    words: Mapping[str, Callable[[Any], Value]] = {
        "layer": labels.layer,
        "type": labels.types,
        "ask": lambda ask: reason({"reason": ask}, labels),
        "unit_names": lambda names: labels.names(tuple(names)),
    }
    return Table("siting_choices", labels("table.siting_choices"), columns, rows_of(found, columns, words))


def all_tables(result: Result, labels: Labels) -> tuple[Table, ...]:
    """Tables of the actions and of what they do, for a workbook; none without siting."""
    if question_of(result) is None:
        return ()
    return tuple(
        make(result, labels) for make in (actions, people, targets, relaxed, reached, alternatives, choices)
    )


def of_unit(result: Result, labels: Labels, unit: Mapping[str, Any]) -> Table:
    """Actions of one unit: a street or town, or the unit in which the action is."""
    columns = action_columns(labels, unit=currency(result, labels))
    rows = tuple(
        action_row(action, labels)
        for action in chosen_actions(result)
        if unit["code"] in {action.street_code, action.unit_code}
    )
    caption = labels("table.siting_unit", unit=unit["name"])
    own = Table(f"actions_{unit['code']}", caption, columns, rows)
    dropped = ("layer", "facility", "site", "street_name", "nursing_beds", "saving", "shared_with", "serves")
    # what would be lost without each of them stands with all actions, where a row has room for it
    needed = ("people_needed", "targets")
    return own.without(
        *dropped, *needed, *_unknown(own, "beds", "floor_area_m2"), key=own.key, caption=caption
    )


def on_page(table: Table) -> Table:
    """The actions with the columns that a page has room for."""
    dropped = ("layer", "facility", "site", "nursing_beds", "shared_with", "serves")
    spare = _unknown(table, "beds", "floor_area_m2", "saving")
    return table.without(*dropped, *spare, key=table.key, caption=table.caption, note=table.note)


def _unknown(table: Table, *columns: str) -> tuple[str, ...]:
    """Those of the columns that say nothing in any row."""
    return tuple(name for name in columns if all(absent(value) for value in table.column(name)))


def _target_row(row: Mapping[str, Any], target: Mapping[str, Any], labels: Labels) -> Row:
    tones: dict[str, Tone] = {"state": STATE_TONES[row["state"]]}
    for name in ("verdict_without", "verdict_promised"):
        if row[name] is not None:
            tones[name] = VERDICT_TONES[row[name]]
    asked = {"target": row["goal"], "target_high": target.get("target_high"), "rule": row["rule"]}
    values: tuple[Value, ...] = (
        row["target_id"],
        name_of(row, labels),
        labels.measure(row["measure"]),
        row["goal"] if isinstance(row["goal"], str) else goal(asked, labels),
        whole(row["due"]),
        target["now"] if "now" in target else row["present"],
        row["without"],
        _verdict(row["verdict_without"], labels),
        row["promised"],
        _verdict(row["verdict_promised"], labels),
        labels(f"siting_state.{row['state']}"),
        _because(row["state"], row["reason"], labels),
    )
    return Row(values, tones=tones)


def _verdict(verdict: str | None, labels: Labels) -> str | None:
    return None if verdict is None else labels(f"verdict.{verdict}")


def _because(state: str, reason: str | None, labels: Labels) -> str | None:
    """Why a target is no constraint, in words."""
    if not reason:
        return None
    code, _, what = reason.partition(":")
    known = labels.words.keys()
    if f"report.reason.{code}" in known:
        return labels(f"reason.{code}", what=reason_detail(what, labels))
    if f"report.siting_because.{state}" in known and f"report.siting_why.{code}" not in known:
        return labels(f"siting_because.{state}", what=labels.words.name_of("report.kind", code))
    return labels.words.name_of("report.siting_why", code)


def _share(part: float | None, whole_: float | None) -> float | None:
    return part / whole_ if part is not None and whole_ else None


def currency(result: Result, labels: Labels) -> str | None:
    """Unit of the amounts of money; None where the scenario has no prices."""
    siting = question_of(result)
    currency = None if siting is None else siting["question"]["currency"]
    return labels.title(currency) or None


def _total(name: str, cost: Value, columns: tuple[Column, ...]) -> tuple[Value, ...]:
    """A row that says nothing but its name and a sum of costs."""
    told = {"name": name, "cost": cost}
    return tuple(told.get(column.key) for column in columns)


def rows_of(
    found: list[dict[str, Any]], columns: tuple[Column, ...], words: Mapping[str, Callable[[Any], Value]]
) -> tuple[Row, ...]:
    """Rows of records, a column for each key; some columns in words."""
    return tuple(
        Row(tuple(words[c.key](row[c.key]) if c.key in words else row[c.key] for c in columns))
        for row in found
    )
