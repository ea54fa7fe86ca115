"""Targets and gaps: in the office's own form for pages, and with every figure in a column of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from coverplan.judgement.gaps import WITH_BASE
from coverplan.report.cellformat import absent, measured
from coverplan.report.content import Column, Row, Table, Tone, Value
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import (
    VERDICT_TONES,
    goal,
    name_of,
    reason,
    records,
    still_needed,
    whole,
)
from coverplan.results.result import Result
from coverplan.text.words import UNKNOWN

#: Values at the date of the data and without changes, where the result itself is of another time.
UNCHANGED = ("now", "without")


def _unchanged_columns(result: Result, labels: Labels) -> tuple[Column, ...]:
    heads = {"now": "column.now", "without": "column.unchanged"}
    gaps = result.tables.get("gaps")
    return tuple(
        Column(name, labels(heads[name]), "value", width=10)
        for name in UNCHANGED
        if gaps is not None and name in gaps
    )


def office(result: Result, labels: Labels) -> Table:
    """Targets in the office's own form: what was promised, where things stand, and what can be said of it."""
    rows = [_gap_row(row, place, labels) for place, row in enumerate(records(result, "gaps"), start=1)]
    columns = (
        Column("no", labels("column.no"), "year", width=5),
        Column("name", labels("column.indicator"), width=24),
        Column("measure", labels("column.measure"), width=8),
        Column("attribute", labels("column.attribute"), width=10),
        Column("base", labels("column.base"), "value", width=11),
        *_unchanged_columns(result, labels),
        Column("present", labels.tense.short_head(labels.words), "value", width=12),
        Column("target", labels("column.target"), "value", width=13),
        Column("gap", labels("column.gap"), "value", width=8),
        Column("completion", labels("column.completion"), "percent", width=10),
        Column("elapsed", labels("column.elapsed"), "percent", width=9),
        Column("verdict", labels("column.verdict"), width=22),
        Column("source", labels("column.source"), width=14),
        Column("method", labels("column.method"), width=22),
    )
    note = _note(result, labels, "table.gaps_note")
    return Table("gaps", _caption(result, labels), columns, tuple(rows), note, even="cells")


def full(result: Result, labels: Labels) -> Table:
    """The same targets with every figure, year and name in a column of its own, for computing on."""
    rows = [_full_row(row, labels) for row in records(result, "gaps")]
    columns = (
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("name", labels("column.indicator"), width=32),
        Column("measure", labels("column.measure"), width=10),
        Column("attribute", labels("column.attribute"), width=9),
        Column("base_year", labels("column.base_year"), "year", width=8),
        Column("base", labels("column.base"), "value", width=10),
        *_unchanged_columns(result, labels),
        Column("as_of", labels("column.as_of"), width=12),
        Column("present", labels.tense.head(labels.words), "value", width=10),
        Column("present_text", labels("column.present_text"), width=12),
        Column("origin", labels("column.origin"), width=8),
        Column("unknown", labels("column.unknown"), "people", width=8),
        Column("rule", labels("column.rule"), width=8),
        Column("target_year", labels("column.target_year"), "year", width=8),
        Column("target", labels("column.target"), "value", width=10),
        Column("target_high", labels("column.target_high"), "value", width=10),
        Column("gap", labels("column.gap"), "value", width=10),
        Column("completion", labels("column.completion"), "percent", width=10),
        Column("formula", labels("column.formula"), width=24),
        Column("elapsed", labels("column.elapsed"), "percent", width=10),
        Column("verdict", labels("column.verdict"), width=11),
        Column("reason", labels("column.reason"), width=28),
        Column("numerator", labels("column.numerator"), "value", width=11),
        Column("denominator", labels("column.denominator"), "value", width=11),
        Column("units_missing", labels("column.units_missing"), "people", width=8),
        Column("listed", labels("column.listed"), "people", width=8),
        Column("printed_count", labels("column.printed_count"), "people", width=8),
        Column("short", labels("column.short"), width=40),
        Column("unsure", labels("column.unsure"), width=24),
        Column("population_base", labels("column.population_base"), width=10),
        Column("method", labels("column.method"), width=18),
        Column("printed", labels("column.printed"), width=24),
        Column("document", labels("column.document"), width=20),
        Column("line", labels("column.line"), "year", width=7),
    )
    note = _note(result, labels, "table.gaps_note")
    return Table("gaps", _caption(result, labels), columns, tuple(rows), note, even="cells")


def evaluation(result: Result, labels: Labels) -> Table:
    """The form that closes a plan: from which base to which target, what was achieved, the verdict and why."""
    rows = []
    for place, row in enumerate(records(result, "gaps"), start=1):
        tone: Tone = "reported" if row["origin"] == "reported" else "computed"
        values: tuple[Value, ...] = (
            place,
            row["target_id"],
            name_of(row, labels),
            labels.measure(row["measure"]),
            labels(f"attribute.{row['attribute']}"),
            _based(row, labels),
            _due(row, labels),
            _present(row, labels),
            row["completion_percent"],
            labels(f"verdict.{row['verdict']}"),
            _ground(row, labels),
        )
        rows.append(Row(values, tones={"achieved": tone, "verdict": VERDICT_TONES[row["verdict"]]}))
    columns = (
        Column("no", labels("column.no"), "year", width=5),
        Column("target_id", labels("column.target_id"), "code", width=9),
        Column("name", labels("column.indicator"), width=28),
        Column("measure", labels("column.measure"), width=10),
        Column("attribute", labels("column.attribute"), width=10),
        Column("base", labels("column.base"), "value", width=13),
        Column("target", labels("column.target"), "value", width=16),
        Column("achieved", labels("column.achieved"), "value", width=12),
        Column("completion", labels("column.completion"), "percent", width=10),
        Column("verdict", labels("column.verdict"), width=11),
        Column("ground", labels("column.reason"), width=32),
    )
    days = sorted({row["as_of"] for row in records(result, "gaps")})
    caption = labels("table.evaluation", day=labels.words.date(days[-1] if days else None))
    note = _note(result, labels, "table.evaluation_note")
    return Table("evaluation", caption, columns, tuple(rows), note, even="cells")


def _note(result: Result, labels: Labels, key: str) -> str:
    """Note of a table with what its mark of inferred years means, where it is used."""
    head = labels.tense.short_head(labels.words)
    return labels(key, head=head) + inferred_years(records(result, "gaps"), labels)


def inferred_years(rows: Iterable[Mapping[str, Any]], labels: Labels) -> str:
    """What the mark of an inferred year means, where one of the rows bears it, else nothing."""
    inferred = any(row["year_basis"] == "horizon" for row in rows)
    return labels("inferred_note") if inferred else ""


def _ground(row: Mapping[str, Any], labels: Labels) -> str | None:
    """What a verdict rests on: its reason, else how much is missing."""
    why = reason(row, labels)
    if why is not None or row["verdict"] not in {"not_met", "behind"}:
        return why
    missing = still_needed(row, labels)
    if missing:
        named, listed = labels.some(row["short"]), len(row["short"])
        return (
            labels("ground_units", count=missing)
            if named is None
            else labels("ground_named", count=missing, names=named, listed=listed)
        )
    if absent(row["gap"]):
        return None
    gap = labels("rule.above", value="0") if on_the_edge(row) else measured(row["gap"], labels.words)
    return labels("ground_gap", gap=gap, measure=difference(row["measure"], labels))


def on_the_edge(row: Mapping[str, Any]) -> bool:
    """Whether a value is just what it must be more than: then no gap can be named, and none is no answer."""
    return row["rule"] == ">" and not absent(row["gap"]) and row["gap"] == 0


def difference(measure: str, labels: Labels) -> str:
    """Unit of a difference: between two shares lie percentage points."""
    return labels("points") if measure == "%" else labels.measure(measure)


def _caption(result: Result, labels: Labels) -> str:
    """With the date that all verdicts carry (R8), or the year for which they are expected."""
    if labels.tense.projected:
        return labels("table.gaps_ahead", label=labels.tense.label(labels.words))
    days = sorted({row["as_of"] for row in records(result, "gaps")})
    return labels("table.gaps", day=labels.words.date(days[-1] if days else None))


def _full_row(row: Mapping[str, Any], labels: Labels) -> Row:
    formula = row["completion_formula"]
    base = row["population_base"]
    values: tuple[Value, ...] = (
        row["target_id"],
        name_of(row, labels),
        labels.measure(row["measure"]),
        labels(f"attribute.{row['attribute']}"),
        whole(row["base_year"]),
        row["base"],
        *(row[name] for name in UNCHANGED if name in row),
        row["as_of"],
        row["present"],
        row["present_text"],
        labels(f"origin.{row['origin']}"),
        whole(row["unknown"]),
        labels.words.name_of("report.rule_word", row["rule"]),
        whole(row["target_year"]),
        row["target"],
        row["target_high"],
        labels("rule.above", value="0") if on_the_edge(row) else row["gap"],
        row["completion_percent"],
        _formula(formula, labels),
        row["elapsed_percent"],
        labels(f"verdict.{row['verdict']}"),
        reason(row, labels),
        row["numerator"],
        row["denominator"],
        still_needed(row, labels),
        whole(row["listed"]),
        whole(row["printed_count"]),
        labels.names(row["short"]) or None,
        labels.names(row["unsure"]) or None,
        labels(f"population_base.{base}") if isinstance(base, str) else None,
        _kind(row, labels),
        row["printed"],
        row["document"],
        whole(row["line"]),
    )
    tone: Tone = "reported" if row["origin"] == "reported" else "computed"
    tones = {"present": tone, "present_text": tone, "origin": tone, "verdict": VERDICT_TONES[row["verdict"]]}
    return Row(values, tones=tones)


def _gap_row(row: Mapping[str, Any], place: int, labels: Labels) -> Row:
    tone: Tone = "reported" if row["origin"] == "reported" else "computed"
    values: tuple[Value, ...] = (
        place,
        name_of(row, labels),
        labels.measure(row["measure"]),
        labels(f"attribute.{row['attribute']}"),
        _based(row, labels),
        *(row[name] for name in UNCHANGED if name in row),
        _present(row, labels),
        _due(row, labels),
        labels("rule.above", value="0") if on_the_edge(row) else row["gap"],
        row["completion_percent"],
        row["elapsed_percent"],
        _judged(row, labels),
        _source(row, labels),
        _method(row, labels),
    )
    return Row(values, tones={"present": tone, "verdict": VERDICT_TONES[row["verdict"]]})


def _based(row: Mapping[str, Any], labels: Labels) -> Value:
    value, year = row["base"], whole(row["base_year"])
    if absent(value):
        return None
    lines = [measured(value, labels.words)] + ([] if year is None else [labels("year_below", year=year)])
    return "\n".join(lines) + (labels("doubtful") if row["base_suspect"] is True else "")


def _present(row: Mapping[str, Any], labels: Labels) -> Value:
    if row["origin"] == "none":
        return None
    text = row["present_text"] if absent(row["present"]) else measured(row["present"], labels.words)
    if row["origin"] == "reported":
        return labels("reported_value", value=text)
    unknown = whole(row["unknown"]) or 0
    return labels("with_unknown", value=text, count=unknown) if unknown else text


def _due(row: Mapping[str, Any], labels: Labels) -> Value:
    year = whole(row["target_year"])
    text = goal(row, labels)
    if text == UNKNOWN:
        return None
    if year is None:
        return text
    inferred = row["year_basis"] == "horizon"
    below = labels("inferred_year_below", year=year) if inferred else labels("year_below", year=year)
    return f"{text}\n{below}"


def _judged(row: Mapping[str, Any], labels: Labels) -> str:
    verdict = labels(f"verdict.{row['verdict']}")
    why = reason(row, labels)
    return verdict if why is None else labels("verdict_because", verdict=verdict, reason=why)


def _source(row: Mapping[str, Any], labels: Labels) -> str:
    line = whole(row["line"])
    parts = [labels(f"origin.{row['origin']}"), str(row["target_id"])]
    if line is not None:
        parts.append(labels("line_of", line=line))
    return " ".join(parts)


def _kind(row: Mapping[str, Any], labels: Labels) -> str:
    """How the value is computed, with the version of that."""
    kind, _, version = str(row["method"]).partition("/")
    return labels.words.name_of("report.kind", kind) + labels("method_version", version=version)


def _method(row: Mapping[str, Any], labels: Labels) -> str:
    parts = [_kind(row, labels)]
    if isinstance(row["population_base"], str):
        parts.append(labels(f"population_base.{row['population_base']}"))
    if not any(absent(row[part]) for part in ("present", "numerator", "denominator")):
        parts.append(
            f"{measured(row['numerator'], labels.words)}/{measured(row['denominator'], labels.words)}"
        )
    if isinstance(row["completion_formula"], str):
        parts.append(labels("formula_1" if row["completion_formula"] == WITH_BASE else "formula_2"))
    listed, printed = whole(row["listed"]), whole(row["printed_count"])
    if printed is not None and printed != listed:
        parts.append(labels("roster_differs", listed=listed, printed=printed))
    return labels("clause").join(parts)


def _formula(formula: object, labels: Labels) -> str | None:
    if not isinstance(formula, str):
        return None
    head = labels.tense.short_head(labels.words)
    head = head if labels.language == "zh" else head.lower()
    return labels("formula_base" if formula == WITH_BASE else "formula_plain", head=head)
