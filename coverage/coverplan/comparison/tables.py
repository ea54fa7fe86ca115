"""Tables of a comparison as every file shows them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from coverplan.comparison.outcome import Comparison
from coverplan.comparison.side import Side
from coverplan.comparison.wording import Wording
from coverplan.report.cellformat import absent
from coverplan.report.content import Column, Row, Table, Tone
from coverplan.report.tables.plan import VERDICT_TONES, goal, whole
from coverplan.service.cover import WHOLE_AREA

CHANGES = ("gained", "lost", "nearer", "farther")
CHANGE_TONES: dict[str, Tone] = {"better": "good", "worse": "bad", "other": "muted"}


def whole_area(comparison: Comparison, wording: Wording) -> Table:
    """Every side beside each other, with what is so today where the answers know it: one row for a standard and group."""
    table = comparison.people[comparison.people["unit_code"] == WHOLE_AREA]
    letters = [side.letter for side in comparison.sides]
    present = "covered_present" in table
    names = (["present"] if present else []) + letters
    rows = [
        Row(
            (
                wording.standard_of(row["standard"], row["group"]),
                row["people"],
                *(row[f"{what}_{name}"] for name in names for what in ("covered", "share")),
            )
        )
        for row in table.to_dict("records")
    ]
    heads = ([wording("present")] if present else []) + [wording.letter(letter) for letter in letters]
    columns = [
        Column("standard", wording.labels("column.standard"), width=24),
        Column("people", wording.labels("column.people"), "people", width=10),
    ]
    for name, head in zip(names, heads, strict=True):
        columns.append(Column(f"covered_{name}", wording("column.covered", letter=head), "people", width=10))
        columns.append(Column(f"share_{name}", wording("column.share", letter=head), "share", width=8))
    return Table("whole_area", wording("table.whole_area"), tuple(columns), tuple(rows))


def overview(comparison: Comparison, other: Side, wording: Wording) -> Table:
    """One row for each standard and group: the whole area."""
    table = comparison.people[comparison.people["unit_code"] == WHOLE_AREA]
    pair = wording.pair(comparison.sides[0], other)
    rows = [
        Row((wording.standard_of(row["standard"], row["group"]), *_counts(row, other, net=False)))
        for row in table.to_dict("records")
    ]
    columns = (
        Column("standard", wording.labels("column.standard"), width=24),
        *_columns(comparison, other, wording, net=False),
    )
    return Table(f"overview_{other.letter}", wording("table.overview", pair=pair), columns, tuple(rows))


def units(
    comparison: Comparison,
    other: Side,
    wording: Wording,
    standard: str,
    types: Sequence[str],
    *,
    most: int | None,
) -> Table:
    """Units of a level in code order with the whole below; where they are more than `most`, those that change."""
    table = comparison.people[comparison.people["standard"] == standard]
    shown = table[table["unit_type"].isin(types)]
    note = wording("table.units_note")
    if most is not None and shown["unit_code"].nunique() > most:
        moving = shown[f"covered_{other.letter}"] != shown["covered_A"]
        shown = shown[shown["unit_code"].isin(set(shown.loc[moving, "unit_code"]))]
        note += wording("table.units_changed", count=shown["unit_code"].nunique())
    rows: list[Row] = []
    for group in dict.fromkeys(table["group"]):
        own = shown[shown["group"] == group]
        total = table[(table["group"] == group) & (table["unit_code"] == WHOLE_AREA)]
        head = wording.labels.group(str(group))
        rows += [
            Row((head, row["unit_code"], row["unit_name"], *_counts(row, other)))
            for row in own.to_dict("records")
        ]
        rows += [
            Row((head, None, wording.labels("total"), *_counts(row, other)), "total")
            for row in total.to_dict("records")
        ]
    columns = (
        Column("group", wording.labels("column.group"), width=11),
        Column("unit_code", wording.labels("column.unit_code"), "code", width=12),
        Column("unit_name", wording.labels("column.unit_name"), width=13),
        *_columns(comparison, other, wording),
    )
    caption = wording(
        "table.units",
        level=wording.labels.level(tuple(types)),
        standard=wording.standard(standard),
        pair=wording.pair(comparison.sides[0], other),
    )
    caption = caption[:1].upper() + caption[1:]
    return Table(f"units_{types[0]}_{standard}_{other.letter}", caption, columns, tuple(rows), note)


def _columns(
    comparison: Comparison, other: Side, wording: Wording, *, net: bool = True
) -> tuple[Column, ...]:
    """People, who is within on both sides, and what changes; the caption says that people are counted."""
    found = [Column("people", wording.labels("column.people"), "people", width=10)]
    for letter in ("A", other.letter):
        found.append(
            Column(
                f"covered_{letter}",
                wording("column.covered", letter=wording.letter(letter)),
                "people",
                width=10,
            )
        )
        found.append(
            Column(
                f"share_{letter}", wording("column.share", letter=wording.letter(letter)), "share", width=8
            )
        )
    if comparison.common.people:
        names = (("net",) if net else ()) + CHANGES
        found += [Column(name, wording(f"column.{name}"), "people", width=7) for name in names]
    return tuple(found)


def _counts(row: dict[Any, Any], other: Side, *, net: bool = True) -> tuple[Any, ...]:
    values = [row["people"]]
    for letter in ("A", other.letter):
        values += [row[f"covered_{letter}"], row[f"share_{letter}"]]
    if f"gained_{other.letter}" in row:
        values += [row[f"covered_{other.letter}"] - row["covered_A"]] if net else []
        values += [row[f"{name}_{other.letter}"] for name in CHANGES]
    return tuple(values)


def ways(comparison: Comparison, other: Side, wording: Wording) -> Table:
    """How many people get nearer and farther, with mean minutes before and after."""
    own = comparison.nearer[comparison.nearer["scenario"] == other.letter]
    counts, means = ("nearer", "farther", "same", "no_way"), ("mean_before", "mean_after")
    split = ("nearer_before", "nearer_after", "farther_before", "farther_after")
    rows = [
        Row(
            (
                wording.standard_of(row["standard"], row["group"]),
                *(row[name] for name in (*counts, *means, *split)),
            )
        )
        for row in own.to_dict("records")
    ]
    people, minutes = wording.labels("unit.people"), wording.labels("unit.minutes")
    letters = ("A", other.letter)
    columns = (
        Column("standard", wording.labels("column.standard"), width=26),
        *(Column(name, wording(f"column.{name}"), "people", people, 8) for name in counts),
        *(
            Column(name, wording(f"column.{name}", letter=wording.letter(letter)), "minutes", minutes, 8)
            for name, letter in zip(means, letters, strict=True)
        ),
        *(Column(name, wording(f"column.{name}"), "minutes", minutes, 8) for name in split),
    )
    caption = wording("table.ways", pair=wording.pair(comparison.sides[0], other))
    return Table(f"ways_{other.letter}", caption, columns, tuple(rows), wording("table.ways_note"))


def worst(comparison: Comparison, wording: Wording, types: Sequence[str] | None) -> Table:
    """Unit with the lowest share on each side, side by side."""
    rows = []
    for (standard, group), part in comparison.worst.groupby(["standard", "group"], sort=False):
        own = {row["scenario"]: row for row in part.to_dict("records")}
        cells = [
            own[side.letter].get(name) if side.letter in own else None
            for side in comparison.sides
            for name in ("unit_name", "share")
        ]
        rows.append(Row((wording.standard_of(str(standard), str(group)), *cells)))
    columns = [Column("standard", wording.labels("column.standard"), width=34)]
    for letter in (side.letter for side in comparison.sides):
        columns.append(
            Column(f"unit_{letter}", wording("column.unit", letter=wording.letter(letter)), width=16)
        )
        columns.append(
            Column(
                f"share_{letter}", wording("column.share", letter=wording.letter(letter)), "share", width=8
            )
        )
    level = "" if types is None else wording.labels.level(tuple(types))
    return Table("worst", wording("table.worst", level=level), tuple(columns), tuple(rows))


def targets(comparison: Comparison, wording: Wording, *, turned: bool) -> Table:
    """Targets side by side, all of them or those whose verdict turns."""
    rows = [
        _target_row(comparison, row, wording)
        for row in comparison.targets.to_dict("records")
        if not turned or any(row[f"change_{side.letter}"] for side in comparison.others)
    ]
    columns = [
        Column("target_id", wording.labels("column.target_id"), "code", width=8),
        Column("name", wording.labels("column.indicator"), width=28),
        Column("measure", wording.labels("column.measure"), width=8),
        Column("goal", wording.labels("column.target"), width=10),
        Column("year", wording.labels("column.target_year"), "year", width=7),
    ]
    for side in comparison.sides:
        letter = side.letter
        columns.append(
            Column(
                f"present_{letter}",
                wording("column.present", letter=wording.letter(letter)),
                "value",
                width=9,
            )
        )
        columns.append(
            Column(f"verdict_{letter}", wording("column.verdict", letter=wording.letter(letter)), width=12)
        )
        if letter != "A":
            columns.append(Column(f"change_{letter}", wording("column.change"), width=7))
    key = "turned" if turned else "targets"
    note = None if turned else wording("table.targets_note")
    return Table(key, wording(f"table.{key}"), tuple(columns), tuple(rows), note)


def _target_row(comparison: Comparison, row: dict[Any, Any], wording: Wording) -> Row:
    clean = {str(key): None if absent(value) else value for key, value in row.items()}
    values: list[Any] = [
        clean["target_id"],
        clean[f"name_{wording.language}"],
        wording.labels.measure(clean["measure"]),
        goal(clean, wording.labels),
        whole(clean["target_year"]),
    ]
    tones: dict[str, Tone] = {}
    for side in comparison.sides:
        verdict = clean[f"verdict_{side.letter}"]
        values += [clean[f"present_{side.letter}"], wording.verdict(verdict)]
        if verdict is not None:
            tones[f"verdict_{side.letter}"] = VERDICT_TONES[verdict]
        if side.letter != "A":
            change = clean[f"change_{side.letter}"]
            values.append(wording(f"change.{change}") if change else "")
            if change:
                tones[f"change_{side.letter}"] = CHANGE_TONES[change]
    return Row(tuple(values), tones=tones)


def costs(comparison: Comparison, wording: Wording) -> Table:
    """Number and cost of actions of each side by kind, each side with its total."""
    rows: list[Row] = []
    for side in comparison.sides:
        own = comparison.cost[comparison.cost["scenario"] == side.letter]
        rows += [
            Row(
                (
                    side.letter,
                    _action(row["action"], wording),
                    wording.labels.layer(row["layer"]),
                    wording.labels.type(row["type"] or None),
                    int(row["actions"]),
                    None if row["unknown"] == row["actions"] else row["cost"],
                    int(row["unknown"]),
                )
            )
            for row in own.to_dict("records")
        ]
        count, unknown = (int(own[name].sum()) for name in ("actions", "unknown"))
        known = None if count and count == unknown else float(own["cost"].sum())
        rows.append(Row((side.letter, wording.labels("total"), None, None, count, known, unknown), "total"))
    columns = (
        Column("scenario", wording("column.scenario"), width=8),
        Column("action", wording("column.action"), width=12),
        Column("layer", wording.labels("column.layer"), width=16),
        Column("type", wording.labels("column.type"), width=20),
        Column("actions", wording("column.actions"), "people", width=8),
        Column("cost", wording("column.cost"), "value", wording.currency, 12),
        Column("unknown", wording("column.unknown"), "people", width=9),
    )
    return Table("cost", wording("table.cost"), columns, tuple(rows), wording("table.cost_note"))


def actions(comparison: Comparison, wording: Wording) -> Table:
    """Every action; protected places by unit only."""
    rows = [
        Row(
            (
                row["scenario"],
                row["number"],
                whole(row["year"]),
                _action(row["action"], wording),
                wording.labels.type(row["type"]),
                wording.labels.place(row["name"], row["facility"])
                if row["public"]
                else wording.labels("not_public"),
                row["unit_name"],
                None if pd.isna(row["cost"]) else row["cost"],
            )
        )
        for row in comparison.actions.to_dict("records")
    ]
    columns = (
        Column("scenario", wording("column.scenario"), width=8),
        Column("number", wording("column.number"), "code", width=7),
        Column("year", wording.labels("column.year"), "year", width=7),
        Column("action", wording("column.action"), width=10),
        Column("type", wording.labels("column.type"), width=20),
        Column("name", wording("column.name"), width=26),
        Column("unit_name", wording.labels("column.unit_name"), width=16),
        Column("cost", wording("column.cost"), "value", wording.currency, 12),
    )
    return Table("actions", wording("table.actions"), columns, tuple(rows), wording("table.actions_note"))


def _counted(names: Sequence[str], wording: Wording) -> tuple[str, ...]:
    """Each name once, with how often it is there where that is more than once: the list then counts as its total."""
    counts = Counter(names)
    return tuple(wording("several", name=name, count=n) if n > 1 else name for name, n in counts.items())


def regret(comparison: Comparison, wording: Wording) -> Table:
    """Distance from the best with the same means, with its proven bound."""
    names = ("covered", "best", "bound", "regret", "at_most")
    names_of = {str(unit["code"]): str(unit["name"]) for unit in comparison.sides[0].summary["units"]}
    rows = [
        Row(
            (
                row["scenario"],
                wording.standard_of(row["standard"], row["group"]),
                wording(f"means.{row['means']}"),
                int(row["sites"]),
                row["money"],
                *(row[name] for name in names),
                wording(f"status.{row['status']}"),
                wording.labels.names(_counted([names_of.get(code, code) for code in row["units"]], wording)),
            )
        )
        for row in comparison.regret.table.to_dict("records")
    ]
    people = wording.labels("unit.people")
    columns = (
        Column("scenario", wording("column.scenario"), width=7),
        Column("standard", wording.labels("column.standard"), width=26),
        Column("means", wording("column.means"), width=16),
        Column("sites", wording("column.sites"), "people", width=7),
        Column("money", wording("column.cost"), "value", wording.currency, 9),
        *(
            Column(
                name,
                wording("column.covered_now" if name == "covered" else f"column.{name}"),
                "people",
                people,
                9,
            )
            for name in names
        ),
        Column("status", wording("column.status"), width=11),
        Column("where", wording("column.where"), width=20),
    )
    return Table("regret", wording("table.regret"), columns, tuple(rows), wording("table.regret_note"))


def sides(comparison: Comparison, wording: Wording) -> Table:
    """What is compared."""
    rows = [
        Row(
            (
                side.letter,
                wording.labels.title(side.summary["scenario"]["name"]),
                side.year,
                str(side.summary["scenario"]["file"]),
                wording.labels.day(str(side.summary["run"]["finished"])[:10]),
            )
        )
        for side in comparison.sides
    ]
    columns = (
        Column("scenario", wording("column.scenario"), width=8),
        Column("title", wording("column.title"), width=40),
        Column("year", wording.labels("column.year"), "year", width=7),
        Column("file", wording("column.file"), width=22),
        Column("made", wording.labels("fact.made"), width=14),
    )
    return Table("sides", wording("table.sides"), columns, tuple(rows))


def _action(action: str, wording: Wording) -> str:
    return wording.words.name_of("siting_action", action)
