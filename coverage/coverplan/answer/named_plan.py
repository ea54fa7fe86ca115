"""The plan that a scenario names, checked against the words of its study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from coverplan.errors import Problems
from coverplan.scenario.known_words import KnownWords
from coverplan.scenario.load import Loaded, own_type_words
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.study.load import Study
from coverplan.yamlfile import Document

if TYPE_CHECKING:
    from coverplan.plan.schema import Plan
    from coverplan.study.printed import PrintedEvidence


def named_plan(
    loaded: Loaded, study: Study, problems: Problems
) -> tuple[Plan | None, PrintedEvidence | None]:
    """The plan that the scenario names, checked against the words of the study, and what is printed beside them."""
    named = loaded.scenario.plan
    if named is None:
        return None, None
    from coverplan.judgement.verdict_date import date_of
    from coverplan.plan.load import read_plan
    from coverplan.study.printed import printed_evidence, types_of

    document = loaded.scenario_document
    try:
        date_of(study, loaded.scenario)
    except ValueError as error:
        problems.add(document.problem(("plan",), str(error), remedy="add `as_of:` or `year:`"))
    known = types_of(study.facilities)
    groups, words = tuple(study.demand.people), own_type_words(loaded.study)
    plan = read_plan(
        plan_file(document, named), problems, own_types=known, own_groups=groups, own_words=words
    )
    printed = printed_evidence(
        loaded.study, loaded.study_document, problems, codes=study.units.codes, own_types=known
    )
    if plan is not None:
        check_reported(loaded.scenario, document, plan, problems)
    return plan, printed


def check_reported(scenario: ScenarioFile, document: Document, plan: Plan, problems: Problems) -> None:
    """Note figures that are typed in for targets which the plan does not have."""
    words = KnownWords(document, problems)
    for target in scenario.reported:
        words.word(("reported", target), target, [one.id for one in plan.targets], "target")


def plan_file(document: Document, named: str) -> Path:
    """Path of the plan that a scenario file names."""
    from coverplan.plan.load import plan_path

    source = plan_path(named)
    return source if source.is_absolute() else document.resolve(source)
