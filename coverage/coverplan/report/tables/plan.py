"""Tables of a plan: targets and gaps, who falls short by name, year by year, what to ask for, contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import pandas as pd

from coverplan.report.cellformat import absent, measured
from coverplan.report.content import Column, Row, Table, Tone, Value
from coverplan.report.even import most_decimals
from coverplan.report.labels import MOST_UNSURE, Labels
from coverplan.report.tables.known_years import counted_later, known_otherwise, too_few
from coverplan.results.result import Result
from coverplan.results.tables import without_geometry
from coverplan.text.words import UNKNOWN

VERDICTS = ("met", "on_track", "behind", "not_met", "cannot_be_judged", "report_only")
VERDICT_TONES: Mapping[str, Tone] = {
    "met": "good",
    "on_track": "fair",
    "behind": "warn",
    "not_met": "bad",
    "cannot_be_judged": "muted",
    "report_only": "reported",
}
#: Reasons for which no office can be asked for anything.
NOTHING_TO_ASK = frozenset({"no_pace"})


#: Rows of tables that a report has read already, by the table's place in memory, with the table that stands there.
_READ: ContextVar[dict[int, tuple[pd.DataFrame, list[dict[str, Any]]]] | None] = ContextVar(
    "rows", default=None
)


@contextmanager
def reading_once() -> Iterator[None]:
    """Let `records` read each table once while a report is made: a dozen of its parts ask for the same ones."""
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def records(result: Result, name: str) -> list[dict[str, Any]]:
    """Rows of one of the result's tables with None for the unknown; none where it has no such table.

    They may be shared with others who ask: none of them is changed.
    """
    table = result.tables.get(name)
    if table is None:
        return []
    read = _READ.get()
    if read is None:
        return _rows(table)
    if id(table) not in read:
        read[id(table)] = table, _rows(table)
    return list(read[id(table)][1])


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = without_geometry(table)
    names = [str(column) for column in plain.columns]
    columns = ([_plain(value) for value in plain[name].tolist()] for name in plain.columns)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(value: Any) -> Any:
    if absent(value):
        return None
    return value.item() if isinstance(value, np.generic) else value


def verdict_counts(result: Result) -> dict[str, int]:
    """Targets by verdict, every verdict in its fixed order."""
    found = [row["verdict"] for row in records(result, "gaps")]
    return {verdict: found.count(verdict) for verdict in VERDICTS}


def shortfall(result: Result, labels: Labels) -> Table:
    """One row for each target and unit that falls short or of which nobody can say, in code order."""
    names = {row["target_id"]: name_of(row, labels) for row in records(result, "gaps")}
    rows = [
        Row(
            (
                row["target_id"],
                names.get(row["target_id"], row["target_id"]),
                row["code"],
                row["name"],
                labels(f"state.{row['state']}"),
            ),
            tones={"state": "bad" if row["state"] == "short" else "muted"},
        )
        for row in records(result, "shortfall")
    ]
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=10),
        Column("target", labels("column.indicator"), width=30),
        Column("code", labels("column.unit_code"), "code", width=14),
        Column("name", labels("column.unit_name"), width=20),
        Column("state", labels("column.state"), width=10),
    )
    return Table("shortfall", labels("table.shortfall"), columns, tuple(rows), labels("table.shortfall_note"))


def shortfall_lists(result: Result, labels: Labels) -> Table:
    """One row for each target that has units short: how many of how many, and their names in code order."""
    rows = []
    for row in records(result, "gaps"):
        if not row["short"] and not row["unsure"]:
            continue
        rows.append(
            Row(
                (
                    row["target_id"],
                    name_of(row, labels),
                    _counted(row),
                    still_needed(row, labels),
                    labels.some(row["short"]),
                    _unsure(row, labels),
                )
            )
        )
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("target", labels("column.indicator"), width=20),
        Column("counted", labels("column.counted"), width=9),
        Column("units_missing", labels("column.units_missing"), "people", width=8),
        Column("short", labels("column.short"), width=44),
        Column("unsure", labels("column.unsure"), width=34),
    )
    if all(row.values[-1] is None for row in rows):
        caption = labels("table.shortfall_lists")
    elif any(row.values[-2] is not None for row in rows):
        caption = labels("table.shortfall_lists_both")
    else:
        caption = labels("table.shortfall_lists_unsure")
    return without_empty(Table("shortfall_lists", caption, columns, tuple(rows)), "short", "unsure")


def without_empty(table: Table, *names: str) -> Table:
    """The table without those of its columns in which no row says anything, so that the others have room."""
    dropped = [name for name in names if not any(table.column(name))]
    return table.without(*dropped, key=table.key, caption=table.caption, note=table.note)


def still_needed(row: Mapping[str, Any], labels: Labels) -> int | str | None:
    """How many more must have what was promised; what is unknown is not said to be lacking (R15).

    A range where some are unknown, and None where nothing is known of any.
    """
    most, unsure = whole(row["units_missing"]), len(row["unsure"])
    if most is None or not most or not unsure:
        return most
    least = max(0, most - unsure)
    if unsure >= (whole(row["listed"]) or whole(row["denominator"]) or 0):
        return None
    return most if least == most else labels("missing_range", low=least, high=most)


def _unsure(row: Mapping[str, Any], labels: Labels) -> str | None:
    """Units of which nothing is known; the whole roster in one word."""
    names = row["unsure"]
    if len(names) > 1 and len(names) == whole(row["listed"]):
        return labels("all_unknown", count=len(names))
    return labels.some(names, MOST_UNSURE)


def trajectory(result: Result, labels: Labels, target_id: str | None = None) -> Table:
    """Targets year by year against the straight line from base to target; of one target where it is given."""
    gaps_by_id = {row["target_id"]: row for row in records(result, "gaps")}
    rows = []
    for row in _with_printed_bases(result, labels):
        if target_id is not None and row["target_id"] != target_id:
            continue
        target = gaps_by_id.get(row["target_id"], {})
        rows.append(
            Row(
                (
                    row["target_id"],
                    name_of(target, labels) if target else row["target_id"],
                    labels.measure(target.get("measure")),
                    int(row["year"]),
                    row["value"],
                    row["pace"],
                    row["needed_per_year"],
                    row["actual_per_year"],
                    whole(row["unknown"]),
                    labels(f"verdict.{row['verdict']}"),
                ),
                tones={"verdict": VERDICT_TONES[row["verdict"]], "value": "computed"},
            )
        )
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("target", labels("column.indicator"), width=24),
        Column("measure", labels("column.measure"), width=8),
        Column("year", labels("column.year"), "year", width=7),
        Column("value", labels("column.value"), "value", width=10),
        Column("pace", labels("column.pace"), "value", width=10),
        Column("needed_per_year", labels("column.needed_per_year"), "value", width=10),
        Column("actual_per_year", labels("column.actual_per_year"), "value", width=10),
        Column("unknown", labels("column.unknown"), "people", width=8),
        Column("verdict", labels("column.verdict"), width=12),
    )
    note = labels("table.trajectory_note", counted=counted_later(labels))
    return Table("trajectory", labels("table.trajectory"), columns, tuple(rows), note, even="rows")


def drawn_years(
    target: Mapping[str, Any], rows: list[dict[str, Any]], labels: Labels
) -> list[dict[str, Any]]:
    """Years of a target that can be stated: its printed base, then from the year of the data on.

    What the ledger of a later year says of an earlier one is no statement of that year.

    Parameters
    ----------
    rows
        Rows of the table ``trajectory`` of this target, by year.
    """
    day = labels.tense.data_day
    first = target["as_of"].year if day is None else day.year
    base_year, base = whole(target["base_year"]), target["base"]
    kept = []
    for row in rows:
        printed = row["year"] == base_year and not absent(base) and target["base_suspect"] is not True
        if printed and row["year"] < first:
            kept.append({**row, "value": base, "unknown": 0})
        elif row["year"] >= first and not absent(row["value"]):
            kept.append(row)
    return kept


def _with_printed_bases(result: Result, labels: Labels) -> list[dict[str, Any]]:
    """Rows of the table ``trajectory`` for the years that can be stated, target by target."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in records(result, "trajectory"):
        rows.setdefault(row["target_id"], []).append(row)
    targets = {row["target_id"]: row for row in records(result, "gaps")}
    return [row for one, own in rows.items() for row in drawn_years(targets[one], own, labels)]


def by_year(result: Result, labels: Labels) -> Table:
    """One row for each computed target, a column for each year, and the pace it needs beside the one it has."""
    targets = {row["target_id"]: row for row in records(result, "gaps")}
    found: dict[str, dict[int, Mapping[str, Any]]] = {}
    for row in _with_printed_bases(result, labels):
        found.setdefault(row["target_id"], known_otherwise(targets[row["target_id"]], labels))[
            int(row["year"])
        ] = row
    years = sorted({year for of_target in found.values() for year in of_target})
    rows = []
    for target_id, of_target in found.items():
        target = targets[target_id]
        day = labels.tense.data_day
        today = of_target.get(target["as_of"].year if day is None else day.year, {})
        pace = [today.get("needed_per_year"), today.get("actual_per_year")]
        stated = most_decimals([*(row["value"] for row in of_target.values()), *pace])
        values = [_of_year(of_target.get(year), labels, stated) for year in years]
        rows.append(
            Row(
                (
                    target_id,
                    name_of(target, labels),
                    labels.measure(target["measure"]),
                    goal(target, labels),
                    *pace,
                    *values,
                )
            )
        )
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=8),
        Column("target", labels("column.indicator"), width=26),
        Column("measure", labels("column.measure"), width=9),
        Column("goal", labels("column.target"), width=8),
        Column("needed", labels("column.needed_per_year"), "value", width=8),
        Column("actual", labels("column.actual_per_year"), "value", width=8),
        *(Column(f"y{year}", str(year), "value", width=7) for year in years),
    )
    note = labels("table.by_year_note", counted=counted_later(labels))
    return Table("by_year", labels("table.by_year"), columns, tuple(rows), note, even="rows")


def _of_year(row: Mapping[str, Any] | None, labels: Labels, decimals: int) -> Value:
    """Value of a year, marked where something is not known of it."""
    if row is None or absent(row["value"]) or not whole(row["unknown"]):
        return None if row is None else row["value"]
    return labels("partly_known", value=measured(row["value"], labels.words, decimals))


def requests(result: Result, labels: Labels) -> Table:
    """What is missing, for which targets, and who may have it."""
    asked: dict[tuple[str, str], list[str]] = {}
    for row in records(result, "gaps"):
        for reason, what in open_questions(row):
            asked.setdefault((reason, what), []).append(row["target_id"])
    rows = [
        Row(
            (
                place,
                labels(f"ask.{reason}", what=reason_detail(what, labels)),
                labels.names(targets),
                labels(f"asked.{reason}"),
                "",  # room for an answer, which is not the same as an unknown one
            )
        )
        for place, ((reason, what), targets) in enumerate(asked.items(), start=1)
    ]
    columns = (
        Column("no", labels("column.no"), "year", width=5),
        Column("ask", labels("column.ask"), width=40),
        Column("targets", labels("column.for_targets"), width=20),
        Column("asked", labels("column.asked"), width=26),
        Column("answer", labels("column.answer"), width=16),
    )
    return Table("requests", labels("table.requests"), columns, tuple(rows))


def conflicts(result: Result, labels: Labels) -> Table:
    """Contradictions and repairs of the document, each with what is printed; nothing is resolved here."""
    plan = result.summary.get("plan") or {}
    rows = []
    for row in records(result, "gaps"):
        about = _contradiction(row, plan, labels)
        if about:
            rows.append(
                Row(
                    (
                        row["target_id"],
                        name_of(row, labels),
                        row["printed"],
                        goal(row, labels),
                        "\n".join(about),
                        labels.names(row["conflicts_with"]) or None,
                        whole(row["line"]),
                    )
                )
            )
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("target", labels("column.indicator"), width=20),
        Column("printed", labels("column.printed"), width=20),
        Column("read_as", labels("column.read_as"), width=12),
        Column("finding", labels("column.finding"), width=38),
        Column("conflicts_with", labels("column.conflicts_with"), width=12),
        Column("line", labels("column.line"), "year", width=6),
    )
    return Table("conflicts", labels("table.conflicts"), columns, tuple(rows))


def goal(row: Mapping[str, Any], labels: Labels) -> str:
    """A target's value with its operator, as a document would write it."""
    low, high = row["target"], row["target_high"]
    rule = row["rule"]
    if absent(low):
        return labels("rule.maintain") if rule == "maintain" else UNKNOWN
    figure = measured(low, labels.words)
    if not absent(high):
        return f"{figure}–{measured(high, labels.words)}"
    return labels(f"rule.{_RULES[rule]}", value=figure) if rule in _RULES else figure


def reason(row: Mapping[str, Any], labels: Labels) -> str | None:
    """Why a verdict is what it is, in words; None where the figures say it."""
    text = row["reason"]
    if not isinstance(text, str) or not text:
        return None
    code, _, what = text.partition(":")
    words = "reason.unknown_no_base" if code == "unknown" and too_few(row) else f"reason.{code}"
    return labels(words, what=reason_detail(what, labels))


def reason_detail(what: str, labels: Labels) -> str:
    """What a reason names, in words where the vocabulary has them."""
    return labels.names([_thing(word.strip(), labels) for word in what.split(",")])


def _thing(word: str, labels: Labels) -> str:
    """``layer.type|type.field|field``, or one word: a register, a field, a group, a layer, a type."""
    layer, _, rest = word.partition(".")
    if not rest:
        for family in ("report.register", "report.field", "report.estate", "group", "layer", "type"):
            known = labels.words.name_of(family, word)
            if known != word:
                return known
        return word
    types, _, fields = rest.partition(".")
    named = labels.types(types)
    if not fields:
        return named or labels.layer(layer)
    told = labels("or").join(labels.words.name_of("report.field", field) for field in fields.split("|"))
    return labels("field_of", things=named, field=told)


def name_of(row: Mapping[str, Any], labels: Labels) -> str:
    """Name of a target."""
    return str(row["name_zh"] if labels.language == "zh" else row["name_en"])


def whole(value: Any) -> int | None:
    """A count, None where it is unknown."""
    return None if absent(value) else int(value)


_RULES = {">=": "at_least", ">": "above", "approx": "about", "at_least_low_end": "at_least"}


def _counted(row: Mapping[str, Any]) -> str | None:
    passed, total = whole(row["numerator"]), whole(row["denominator"])
    return None if passed is None or total is None else f"{passed}/{total}"


def open_questions(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What to ask for so that a target can be judged: reasons and things."""
    reason, _, what = (row["reason"] or "").partition(":")
    if row["verdict"] == "cannot_be_judged" and reason and reason not in NOTHING_TO_ASK:
        if (reason, what) == ("missing_attribute", "households"):
            reason = (
                "missing_register"  # homes are counted by unit and are no column of a ledger of facilities
            )
        alone = reason in {"no_number", "no_target_year", "no_tolerance", "no_base", "unknown"}
        return [(reason, "" if alone else what)]
    if row["verdict"] == "report_only" and reason == "reported" and row["origin"] == "none":
        return [("reported", "")]
    return [("unknown", "")] if whole(row["unknown"]) else []


def _contradiction(row: Mapping[str, Any], plan: Mapping[str, Any], labels: Labels) -> list[str]:
    about = []
    if row["repaired"] is True:
        about.append(labels("repaired"))
    if row["base_suspect"] is True:
        about.append(labels("base_suspect"))
    if isinstance(row["conflict"], str):
        what = labels.title((plan.get("conflicts") or {}).get(row["conflict"]))
        about.append(labels("conflict_about", what=what or row["conflict"]))
    findings = plan.get("findings") or {}
    for key in row["findings"]:
        what = labels.title((findings.get(key) or {}).get("what"))
        if not what or not any(what in told for told in about):
            about.append(f"{key}: {what}" if what else str(key))
    return about
