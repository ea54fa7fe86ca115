"""Numbers of formats: files without one are of the first, newer ones are told how to go on, the desk's ideas as well."""

from __future__ import annotations

import sqlite3

import pytest

from coverplan.batch.batch_file import BatchFile
from coverplan.candidates.parameter_sets import ParameterSet
from coverplan.desk.store.ideas import STORE_FORMAT, Store
from coverplan.errors import InputError, Problems
from coverplan.fetch.recipe import Recipe
from coverplan.plan.load import load_plan
from coverplan.plan.plain import plan_text
from coverplan.plan.schema import Plan
from coverplan.programme.actions.costs import CostFile
from coverplan.scenario.ledger_scenario import LedgerScenarioFile
from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.study_file import StudyFile
from coverplan.service.burial.figures import BurialSet
from coverplan.study.ledger import LedgerFile
from coverplan.text.problem_words import problem_text
from coverplan.text.words import Words
from coverplan.yamlfile import read_yaml_text, validate

FILES = (
    BatchFile, BurialSet, CostFile, LedgerFile, LedgerScenarioFile, ParameterSet, Plan, Recipe, ScenarioFile, StudyFile,
)  # fmt: skip
#: A scenario as 0.1.0 had them in its README: no number.
OF_0_1_0 = "name: 澄湾区\nstudy: study.yaml\nyear: 2025\nlanguage: zh\nstandards: [{layer: elder_care, minutes: 15, groups: [total]}]\n"


def read(text, model, tmp_path):
    problems = Problems()
    document = read_yaml_text(text, tmp_path / "a.yaml", problems)
    return validate(document, model, problems), list(problems.errors)


@pytest.mark.parametrize("model", FILES, ids=lambda model: model.__name__)
def test_every_file_refuses_a_newer_number_alone_and_says_the_way_out(model, tmp_path) -> None:
    found, problems = read("format: 2\nthen: something that this version does not know\n", model, tmp_path)
    assert found is None
    assert [(problem.code, problem.line, problem.value) for problem in problems] == [("newer_file", 1, 2)]
    assert "升级 coverplan" in problem_text(problems[0], Words("zh"))
    assert "update coverplan" in problem_text(problems[0], Words("en"))


@pytest.mark.parametrize("number", ["0", "-1", "'1'", "1.0", "true", "null", "[1]", "first"])
def test_what_is_no_number_of_a_format_is_told_what_to_write(number, tmp_path) -> None:
    found, problems = read(f"format: {number}\n{OF_0_1_0}", ScenarioFile, tmp_path)
    assert found is None
    assert [problem.code for problem in problems] == ["odd_format"]
    assert "format: 1" in problem_text(problems[0], Words("zh"))


def test_a_file_without_a_number_is_of_the_first_format(tmp_path) -> None:
    without, none = read(OF_0_1_0, ScenarioFile, tmp_path)
    said, no_more = read(f"format: 1\n{OF_0_1_0}", ScenarioFile, tmp_path)
    assert none == no_more == []
    assert without == said


def test_a_plan_without_a_number_is_read_and_written_with_it() -> None:
    plan = load_plan("huaibei-2025")
    text = plan_text(plan)
    assert text.startswith("format: 1\n")
    problems = Problems()
    document = read_yaml_text(text.removeprefix("format: 1\n"), "plan.yaml", problems)
    assert validate(document, Plan, problems) == plan


def test_ideas_of_the_first_desk_are_kept_and_get_their_number(tmp_path) -> None:
    file = tmp_path / "ideas.sqlite"
    first = Store(file)
    first.close()
    with sqlite3.connect(file) as base:  # as the desk wrote it before it had a number
        base.execute("PRAGMA user_version = 0")
    base.close()
    Store(file).close()
    base = sqlite3.connect(file)
    assert base.execute("PRAGMA user_version").fetchone() == (STORE_FORMAT,)
    base.execute(f"PRAGMA user_version = {STORE_FORMAT + 1}")
    base.close()
    with pytest.raises(InputError) as refused:
        Store(file)
    (problem,) = refused.value.problems
    assert problem.code == "newer_store"
    assert "升级 coverplan" in problem_text(problem, Words("zh"))
