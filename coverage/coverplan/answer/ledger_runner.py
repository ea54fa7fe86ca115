"""From a ledger scenario to a result: a plan held against units and facilities without any map."""

from __future__ import annotations

import datetime as dt
import platform
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from coverplan.answer.named_plan import plan_file
from coverplan.answer.withheld import withheld_of
from coverplan.errors import Problems
from coverplan.indicators import IndicatorContext
from coverplan.judgement.study_evidence import plan_summary, plan_tables
from coverplan.plan.load import read_plan
from coverplan.plan.schema import Plan
from coverplan.programme.ledger_programme import LedgerProgramme
from coverplan.results.files import Extra, write_result
from coverplan.results.folders import default_folder
from coverplan.results.manifest import described_inputs, described_problem, sha256, versions
from coverplan.results.redaction import redacted
from coverplan.results.result import PEOPLE_COLUMNS, RESULT_FORMAT, Result
from coverplan.scenario.known_words import KnownWords
from coverplan.scenario.ledger_scenario import LedgerScenarioFile
from coverplan.scenario.report_head import report_head
from coverplan.study.ledger import read_ledger
from coverplan.study.stock import project_table, stock_by_unit
from coverplan.text.reading import Print, watching, whole_path
from coverplan.yamlfile import Document, read_yaml, validate


@dataclass(frozen=True, slots=True)
class PreparedLedger:
    """A ledger scenario whose files are read and checked.

    Parameters
    ----------
    document, asked
        The scenario file.
    plan, context
        What was promised, and what the ledger says of it.
    programme
        What the targets need, where the scenario asks for it; not solved yet.
    problems
        What was noticed and did not stop.
    """

    document: Document
    asked: LedgerScenarioFile
    plan: Plan
    context: IndicatorContext
    programme: LedgerProgramme | None
    problems: Problems


def run_ledger(
    scenario: str | Path, *, out: str | Path | None = None, write: bool = True, extra: Extra | None = None
) -> Result:
    """Answer a ledger scenario; arguments as in `coverplan.answer.study_runner.run`.

    Raises
    ------
    InputError
        With everything that is wrong with scenario, ledger and plan.
    """
    folder = default_folder(Path(scenario)) if out is None else Path(out)
    with watching() as opened:
        result = _answer(scenario, opened)
    return write_result(result, folder, extra) if write else result


def prepare_ledger(scenario: str | Path) -> PreparedLedger:
    """Read and check everything that a ledger scenario needs, without computing.

    Raises
    ------
    InputError
        With everything that is wrong with scenario, ledger and plan.
    """
    problems = Problems()
    document = read_yaml(Path(scenario), problems)
    asked = None if document is None else validate(document, LedgerScenarioFile, problems)
    found = None if document is None else _ledger_of(document, problems)
    if problems.errors and document is not None and isinstance(document.data.get("plan"), str):
        read_plan(plan_file(document, document.data["plan"].strip()), problems)
    problems.raise_if_errors()
    assert document is not None
    assert asked is not None
    assert found is not None
    plan, context = found
    if asked.plan is not None:
        plan, context = _judged(document, asked.plan, context, problems)
    programme = _programme(document, asked, plan, context, problems)
    return PreparedLedger(document, asked, plan, context, programme, problems)


def _answer(scenario: str | Path, opened: Mapping[Path, Print]) -> Result:
    started = time.perf_counter()
    ready = prepare_ledger(scenario)
    document, asked, problems = ready.document, ready.asked, ready.problems
    plan, context, programme = ready.plan, ready.context, ready.programme
    tables = _tables(plan, context) | ({} if programme is None else programme.tables())
    summary = _summary(document, asked, plan, context, tables)
    if programme is not None:
        summary["siting"] = programme.summary()
    summary["run"] = {
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - started, 3),
        "platform": platform.platform(),
    }
    manifest = _manifest(document, asked, opened, summary, problems=problems)
    whole = Result(summary, _no_coverage(), {}, manifest, tuple(problems), tables=tables)
    return redacted(whole, withheld_of([context.facilities], context.units, problems, plan=plan))


def _ledger_of(document: Document, problems: Problems) -> tuple[Plan, IndicatorContext] | None:
    """The ledger that a scenario names, also where something else of the scenario does not fit."""
    named = document.data.get("ledger")
    return read_ledger(document.resolve(named.strip()), problems) if isinstance(named, str) else None


def _judged(
    document: Document, named: str, context: IndicatorContext, problems: Problems
) -> tuple[Plan, IndicatorContext]:
    """The plan that the scenario names; figures that the ledger reports are of the targets of its own plan."""
    plan = read_plan(plan_file(document, named), problems)
    problems.raise_if_errors()
    assert plan is not None
    return plan, replace(context, reported={})


def _programme(
    document: Document, asked: LedgerScenarioFile, plan: Plan, context: IndicatorContext, problems: Problems
) -> LedgerProgramme | None:
    """What the targets need, where the scenario asks for it."""
    ask = asked.siting
    if ask is None:
        return None
    if not isinstance(ask.targets, str):
        known = KnownWords(document, problems)
        for at, name in enumerate(ask.targets):
            known.word(("siting", "targets", at), name, [target.id for target in plan.targets], "target")
    if ask.year < context.year:
        problems.add(
            document.problem(
                ("siting", "year"),
                "the year lies before what is known",
                value=ask.year,
                expected=f"{context.year} or later",
                remedy="take the year by whose end the targets shall hold",
                code="year_past",
            )
        )
    problems.raise_if_errors()
    return LedgerProgramme(plan, context, ask)


def _tables(plan: Plan, context: IndicatorContext) -> dict[str, pd.DataFrame]:
    tables = plan_tables(plan, context)
    tables["stock"] = stock_by_unit(context.facilities, context.units, year=context.year)
    tables["projects"] = project_table(context.facilities, context.units, year=context.year)
    return {name: table for name, table in tables.items() if len(table)}


def _summary(
    document: Document,
    asked: LedgerScenarioFile,
    plan: Plan,
    context: IndicatorContext,
    tables: dict[str, pd.DataFrame],
) -> dict[str, Any]:
    return {
        "format": RESULT_FORMAT,
        "scenario": {
            "file": document.path.name,
            "name": asked.name if isinstance(asked.name, str) else asked.name.model_dump(),
            "year": context.year,
            "language": asked.language,
            "also_in": list(asked.also_in),
            **report_head(asked.report),
        },
        "study": {
            "name": plan.area.model_dump(),
            "synthetic": plan.synthetic,
            "as_of": context.as_of.isoformat(),
            "crs": None,
            "crs_name": None,
            "population_base": context.population_base,
            "population_year": None,
            "units": len(context.units.codes),
            "demand_points": 0,
            "facilities": len(context.facilities.table),
            "streets": 0,
            "sources": [plan.source.title],
        },
        "warnings": [],
        "standards": [],
        "units": [
            {
                "code": str(code),
                "name": row["name"],
                "type": row["type"],
                "parent": row["parent"] if isinstance(row["parent"], str) else None,
                "households": None if pd.isna(row["households"]) else float(row["households"]),
                "coverage": {},
            }
            for code, row in context.units.table.iterrows()
        ],
        "reconciliation": {"people": {}, "partition": []},
        "plan": plan_summary(plan, tables["gaps"]),
    }


def _manifest(
    document: Document,
    asked: LedgerScenarioFile,
    opened: Mapping[Path, Print],
    summary: dict[str, Any],
    *,
    problems: Problems,
) -> dict[str, Any]:
    folder = whole_path(document.path).parent
    inputs = {path: one for path, one in opened.items() if path != whole_path(document.path)}
    return {
        "format": RESULT_FORMAT,
        "scenario": {"file": document.path.name, "sha256": sha256(document.path)},
        "parameters": {"scenario": asked.model_dump(mode="json"), "profiles": {}},
        "inputs": described_inputs(inputs, folder),
        "versions": versions(),
        "reconciliation": summary["reconciliation"],
        "problems": [described_problem(problem, folder) for problem in problems],
        "run": summary["run"],
    }


def _no_coverage() -> pd.DataFrame:
    words = ["standard", "unit_code", "unit_name", "unit_type", "group"]
    return pd.DataFrame(columns=[*words, *PEOPLE_COLUMNS, "share", "mean_minutes"])
