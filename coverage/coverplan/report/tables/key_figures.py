"""A few figures side by side: at present, without new action, and with what the result adds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from coverplan.report.cellformat import absent, measured
from coverplan.report.content import Column, Row, Table, Value
from coverplan.report.even import most_decimals
from coverplan.report.labels import Labels
from coverplan.report.tables.plan import VERDICT_TONES, goal, name_of, records
from coverplan.results.cautions import computable
from coverplan.results.result import Result
from coverplan.results.whole_people import stage_share
from coverplan.text.words import UNKNOWN

#: Targets that the first page shows; all of them stand in the table of gaps.
MOST_TARGETS = 12


def key_figures(result: Result, labels: Labels) -> Table | None:
    """Shares served and the targets that the changes move; None for a result of the present."""
    tense = labels.tense
    if not tense.projected or "covered_present" not in result.coverage:
        return None
    changed = tense.moment != "later"
    rows = [*_standards(result, labels, changed=changed), *_targets(result, labels, changed=changed)]
    last = tense.short_head(labels.words) if not changed else labels(_WITH[tense.moment])
    columns = (
        Column("name", labels("column.what_of"), width=40),
        Column("now", labels("column.now"), "value", width=10),
        *((Column("unchanged", labels("column.unchanged"), "value", width=11),) if changed else ()),
        Column("value", last, "value", width=11),
        Column("goal", labels("column.target"), "value", width=9),
        Column("verdict", labels("column.verdict"), width=11),
    )
    if not rows:
        return None
    day = UNKNOWN if tense.data_day is None else labels.words.date(tense.data_day)
    form = "table.key_figures" if changed else "table.key_figures_later"
    note = "table.key_figures_note" if changed else "table.key_figures_note_later"
    caption = labels(form, label=tense.label(labels.words))
    return Table("key_figures", caption, columns, tuple(rows), labels(note, day=day, year=tense.year))


_WITH: Mapping[str, str] = {"changed": "column.with_changes", "proposed": "column.with_actions"}


def _standards(result: Result, labels: Labels, *, changed: bool) -> Iterator[Row]:
    for standard in result.summary["standards"]:
        known = computable(result, standard["key"])
        for group, people in standard["people"].items():
            name = labels("named_share", standard=labels.standard(standard["key"]), group=labels.group(group))
            before = stage_share(people, "covered_before") if "covered_before" in people else people["share"]
            shares = [stage_share(people, "covered_present"), *([before] if changed else []), people["share"]]
            told: list[Value] = [None if share is None else labels.words.share(share) for share in shares]
            if not known:
                told[-1] = labels("not_computable")
            yield Row((name, *told, None, None))


def _targets(result: Result, labels: Labels, *, changed: bool) -> list[Row]:
    """Targets whose value differs between the columns, those of the plan's binding ones first."""
    found = [row for row in records(result, "gaps") if _moves(row, changed=changed)]
    found.sort(key=lambda row: row["attribute"] != "binding")
    rows = []
    for row in found[:MOST_TARGETS]:
        values = [row.get("now"), *([row.get("without")] if changed else []), row["present"]]
        told: list[Value] = [
            None if absent(value) else measured(value, labels.words, most_decimals(values))
            for value in values
        ]
        name = labels(
            "named_target",
            id=row["target_id"],
            name=name_of(row, labels),
            measure=labels.measure(row["measure"]),
        )
        text = goal(row, labels)
        verdict = labels(f"verdict.{row['verdict']}")
        rows.append(
            Row(
                (name, *told, None if text == UNKNOWN else text, verdict),
                tones={"verdict": VERDICT_TONES[row["verdict"]]},
            )
        )
    return rows


def _moves(row: Mapping[str, Any], *, changed: bool) -> bool:
    values = [row.get("now"), row["present"], *([row.get("without")] if changed else [])]
    return len({str(value) for value in values}) > 1
