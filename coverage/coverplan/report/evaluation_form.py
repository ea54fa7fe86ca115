"""Mid-term and final evaluation of a plan in the form of the offices; every figure names the row in which it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from coverplan.errors import InputError, Problem
from coverplan.report.build import heading
from coverplan.report.cellformat import absent, measured
from coverplan.report.content import Blank, Bullets, Document, Head, Table, numbered
from coverplan.report.labels import Labels
from coverplan.report.outline import Outline
from coverplan.report.spoken import spoken
from coverplan.report.tables import gaps as tables_gaps
from coverplan.report.tables import plan as tables_plan
from coverplan.report.tables.plan import VERDICTS, goal, name_of, records, still_needed, whole
from coverplan.results.result import Result
from coverplan.text.words import Language

Stage = Literal["mid", "final"]
#: Units that one sentence lists; the table has all of them.
_MOST_NAMED = 12
_PROGRESS, _SHORT, _ASKED, _DOUBTFUL = "evaluation", "shortfall_lists", "requests", "conflicts"


def stage_of(result: Result) -> Stage:
    """``final`` once the last year that the plan sets is over in the data, ``mid`` before."""
    last, day = _last_year(result), Labels(result, "zh").tense.data_day
    return "final" if last is not None and day is not None and day >= dt.date(last, 12, 31) else "mid"


def evaluation_document(result: Result, *, language: Language, stage: Stage | None = None) -> Document:
    """Progress of every target, achievements, problems with their causes, proposals, and room for the office's opinion.

    Parameters
    ----------
    result
        A result with a plan, of what stands: an evaluation knows no changes and no proposed actions.
    language
        Of the reader.
    stage
        By the year of the data when not given.

    Raises
    ------
    InputError
        If the result has no plan, or holds changes or proposed actions.
    """
    _refuse(result)
    labels = Labels(result, language)
    chosen: Stage = stage_of(result) if stage is None else stage
    writer = _Writer(result, labels, chosen)
    return Document(writer.head(), language, numbered(spoken(block, labels) for block in writer.blocks()))


def write_evaluation(result: Result, path: Path, *, language: Language, stage: Stage | None = None) -> Path:
    """Write the evaluation as ``.docx``, ``.html`` or ``.xlsx``, by the name's ending.

    Raises
    ------
    InputError
        If the ending is another, the result cannot be evaluated, or the file cannot be written.
    """
    from coverplan.report.files import FORMATS, write_documents

    form = path.suffix.lower().removeprefix(".")
    for known in FORMATS:
        if form == known:
            document = evaluation_document(result, language=language, stage=stage)
            return write_documents({known: document}, path.parent, name=path.stem)[0]
    raise InputError(
        [
            Problem(
                "an evaluation is written as another kind of file",
                path,
                value=path.suffix,
                expected=", ".join(f".{known}" for known in FORMATS),
                remedy="give --out a name with one of these endings",
                code="unknown_ending",
            )
        ]
    )


def _refuse(result: Result) -> None:
    if "gaps" not in result.tables:
        what, remedy, code = (
            "the result has no plan",
            "run a scenario with a `plan:` or a `ledger:`",
            "no_plan",
        )
    elif Labels(result, "zh").tense.moment in {"changed", "proposed"}:
        what = "an evaluation tells what is, and this result holds changes or proposed actions"
        remedy, code = "run the scenario without them, and evaluate that result", "not_what_stands"
    else:
        return
    raise InputError([Problem(what, value=str(result.summary["scenario"]["name"]), remedy=remedy, code=code)])


def _last_year(result: Result) -> int | None:
    return max((whole(row["target_year"]) or 0 for row in records(result, "gaps")), default=0) or None


class _Writer:
    """One evaluation in one language."""

    def __init__(self, result: Result, labels: Labels, stage: Stage) -> None:
        self.result, self.labels, self.stage = result, labels, stage
        self.rows = records(result, "gaps")
        self.progress = tables_gaps.evaluation(result, labels)
        self.short = tables_plan.shortfall_lists(result, labels)
        self.asked = replace(tables_plan.requests(result, labels), key=_ASKED)
        self.doubtful = tables_plan.conflicts(result, labels)
        shown = [table for table in (self.progress, self.short, self.asked, self.doubtful) if table.rows]
        self._numbers = {table.key: number for number, table in enumerate(shown, start=1)}
        self.outline = Outline(labels)

    def head(self) -> Head:
        """Title of the plan and what kind of evaluation it is."""
        plan = self.labels.title((self.result.summary.get("plan") or {}).get("names"))
        return replace(
            heading(self.result, language=self.labels.language),
            title=self._words(f"title_{self.stage}", plan=plan),
        )

    def blocks(self) -> Iterator[Any]:
        """Everything in reading order."""
        say = self.outline.say
        self.outline.section("progress", self._words("section.progress"))
        statement = self.labels.tense.statement(self.labels.words)
        if statement is not None:
            say(statement, "warning")
        last = _last_year(self.result)
        if self.stage == "final" and stage_of(self.result) == "mid" and last is not None:
            say(self._words("interim", year=last), "warning")
        say(self._overall(), "lead")
        self.outline.add(self.progress)
        self._list("achievements", self._achieved(), "none_achieved")
        self._list("problems", self._problems(), "no_problems")
        self.outline.add(self.short)
        self._list("proposals", self._proposals(), "no_proposals")
        self.outline.add(self.asked, self.doubtful)
        self.outline.section("opinion", self._words("section.opinion"), on_new_page=False)
        self.outline.add(Blank(self._words("opinion"), 6), Blank(self._words("signed"), 2))
        return iter(self.outline.blocks())

    def _list(self, key: str, told: list[str], nothing: str) -> None:
        self.outline.section(key, self._words(f"section.{key}"), on_new_page=False)
        if told:
            self.outline.add(Bullets(tuple(told)))
        else:
            self.outline.say(self._words(nothing))

    def _overall(self) -> str:
        counts = {name: sum(row["verdict"] == name for row in self.rows) for name in VERDICTS}
        parts = [
            self._words("counted", verdict=self.labels(f"verdict.{name}"), count=count)
            for name, count in counts.items()
            if count
        ]
        binding = [row for row in self.rows if row["attribute"] == "binding"]
        told = self._words(
            "overall", targets=len(self.rows), parts=self.labels.names(parts), where=self._table(_PROGRESS)
        )
        if binding:
            met = sum(row["verdict"] == "met" for row in binding)
            told += self._words("binding", targets=len(binding), met=met)
        return told

    def _achieved(self) -> list[str]:
        told = []
        for row in self._of("met", "on_track"):
            base = "" if absent(row["base"]) or row["base_suspect"] is True else self._since(row)
            told.append(
                self._words(
                    f"told_{row['verdict']}", **self._facts(row), base=base, where=self._row(_PROGRESS, row)
                )
            )
        return told

    def _since(self, row: Mapping[str, Any]) -> str:
        value, year = measured(row["base"], self.labels.words), whole(row["base_year"])
        return (
            self._words("since_base", value=value)
            if year is None
            else self._words("since_year", value=value, year=year)
        )

    def _problems(self) -> list[str]:
        told = []
        for row in self._of("not_met", "behind"):
            causes = [
                cause for cause in (self._lacking(row), self._unknown(row), self._to_come(row)) if cause
            ]
            told.append(
                self._words("told_short", **self._facts(row), where=self._row(_PROGRESS, row))
                + "".join(causes)
            )
        for row in self._of("cannot_be_judged"):
            why = tables_plan.reason(row, self.labels) or self._words("no_reason")
            told.append(
                self._words(
                    "told_open", name=name_of(row, self.labels), why=why, where=self._row(_PROGRESS, row)
                )
            )
        return told

    def _lacking(self, row: Mapping[str, Any]) -> str:
        if not row["short"]:
            return ""
        return self._words(
            "lacking",
            count=len(row["short"]),
            names=self.labels.some(row["short"], _MOST_NAMED) or "",
            where=self._row(_SHORT, row),
        )

    def _unknown(self, row: Mapping[str, Any]) -> str:
        count = whole(row["unknown"])
        return self._words("unknown", count=count) if count else ""

    def _to_come(self, row: Mapping[str, Any]) -> str:
        """What projects under way bring by the target's year, where that is still to come."""
        year = whole(row["target_year"])
        if year is None or year <= row["as_of"].year or absent(row["present"]):
            return ""
        for later in records(self.result, "trajectory"):
            if later["target_id"] == row["target_id"] and whole(later["year"]) == year:
                if absent(later["value"]) or later["value"] == row["present"]:
                    return self._words("nothing_to_come", year=year)
                return self._words(
                    "to_come",
                    year=year,
                    value=measured(later["value"], self.labels.words),
                    measure=self._measure(row),
                )
        return ""

    def _proposals(self) -> list[str]:
        told = []
        for row in self._of("not_met", "behind"):
            needed = still_needed(row, self.labels)
            if needed and row["short"]:
                names = self.labels.some(row["short"], _MOST_NAMED) or ""
                told.append(
                    self._words(
                        "do_units",
                        name=name_of(row, self.labels),
                        count=needed,
                        names=names,
                        where=self._row(_SHORT, row),
                    )
                )
            elif not absent(row["gap"]):
                told.append(self._words("do_gap", **self._facts(row), where=self._row(_PROGRESS, row)))
        if self.asked.rows:
            told.append(self._words("do_ask", count=len(self.asked.rows), where=self._table(_ASKED)))
        if self.doubtful.rows:
            told.append(self._words("do_settle", count=len(self.doubtful.rows), where=self._table(_DOUBTFUL)))
        return told

    def _facts(self, row: Mapping[str, Any]) -> dict[str, object]:
        gap = row["gap"]
        return {
            "name": name_of(row, self.labels),
            "value": measured(row["present"], self.labels.words),
            "measure": self._measure(row),
            "goal": goal(row, self.labels),
            "gap": ""
            if absent(gap)
            else self._words(
                "gap",
                gap=measured(gap, self.labels.words),
                measure=tables_gaps.difference(row["measure"], self.labels),
            ),
            "year": whole(row["target_year"]) or "",
        }

    def _measure(self, row: Mapping[str, Any]) -> str:
        return self.labels.measure(row["measure"])

    def _of(self, *verdicts: str) -> list[dict[str, Any]]:
        return [row for verdict in verdicts for row in self.rows if row["verdict"] == verdict]

    def _table(self, key: str) -> str:
        return self._words("in_table", table=self._numbers[key]) if key in self._numbers else ""

    def _row(self, key: str, row: Mapping[str, Any]) -> str:
        """Table and row in which the figures of a target stand."""
        table: Table = {_PROGRESS: self.progress, _SHORT: self.short}[key]
        ids = table.column("target_id")
        if row["target_id"] not in ids or key not in self._numbers:
            return ""
        return self._words("in_row", table=self._numbers[key], row=ids.index(row["target_id"]) + 1)

    def _words(self, key: str, **values: object) -> str:
        return self.labels.words(f"evaluation.{key}", **values)
