"""A report of few pages, for a plan of which most cannot be judged: what is known, what is coming, and the letter."""

from __future__ import annotations

from coverplan.report.content import Bullets, Table
from coverplan.report.drawings import figures
from coverplan.report.front.letter import letter
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.siting_sentences import SitingSentences
from coverplan.report.tables import gaps as tables_gaps
from coverplan.report.tables import ledger as tables_ledger
from coverplan.report.tables.plan import records
from coverplan.results.chosen import question_of
from coverplan.results.result import Result

JUDGED = frozenset({"met", "on_track", "behind", "not_met"})


def is_sparse(result: Result) -> bool:
    """Nothing is measured on the ground, and fewer than half of the plan's targets can be judged."""
    rows = records(result, "gaps")
    judged = sum(row["verdict"] in JUDGED for row in rows)
    return bool(rows) and not result.summary["standards"] and 2 * judged < len(rows)


def short_form(result: Result, labels: Labels, outline: Outline) -> None:
    """What is known in two sections, then the letter; the workbook has the rest."""
    outline.section("known")
    outline.say(labels("short.why"), "note")
    outline.add(figures.verdict_chart(result, labels))
    outline.add(_known(result, labels))
    told = tables_ledger.last_year_share(result, labels)
    by_year = tables_ledger.project_years(result, labels)
    if by_year.rows:
        outline.part("projects", labels("section.projects"))
        outline.say(labels("projects_intro"), "note")
        if told is not None:
            outline.say(told)
        outline.add(by_year)
    _choices(result, labels, outline)
    outline.part("how", labels("part.how"))
    outline.add(Bullets(tuple(labels(f"how.{step}") for step in ("verdict", "unknown", "protected"))))
    letter(result, labels, outline)


def _choices(result: Result, labels: Labels, outline: Outline) -> None:
    """What the targets need at most, and what keeps us from saying more, where the scenario asked."""
    if question_of(result) is None:
        return
    choices = SitingSentences(result, labels).choices(records(result, "siting_choices"))
    if choices:
        outline.part("siting_choices", labels("part.siting_choices"))
        outline.add(Bullets(choices))


def _known(result: Result, labels: Labels) -> Table:
    """Targets of which anything is known: a figure of the present or of the base, or a verdict."""
    rows = records(result, "gaps")
    told = {
        str(row["target_id"])
        for row in rows
        if row["verdict"] in JUDGED or row["present"] is not None or row["base"] is not None
    }
    office = tables_gaps.office(result, labels)
    kept = tuple(line for row, line in zip(rows, office.rows, strict=True) if str(row["target_id"]) in told)
    dropped = ("attribute", "gap", "completion", "elapsed", "source", "method")
    whole = Table("known", "", office.columns, kept)
    caption = labels("table.known", count=len(kept), all=len(rows))
    shown = [row for row in rows if str(row["target_id"]) in told]
    note = labels("table.known_note") + tables_gaps.inferred_years(shown, labels)
    return whole.without(*dropped, key="known", caption=caption, note=note)
