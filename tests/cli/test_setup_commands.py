"""Commands that get data and plans ready, on the toy town: what they write, print and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

import coverplan
from coverplan.cli.main import main
from coverplan.plan.load import load_plan
from makers import toyfiles, toyreport


@pytest.fixture(scope="module")
def town(tmp_path_factory) -> Path:
    """A study, a scenario with a plan, and its result in ``out``."""
    folder = tmp_path_factory.mktemp("town")
    toyfiles.write_yaml(folder / "plan.yaml", toyreport.plan())
    wanted = {"plan": "plan.yaml", "year": 2025, "reported": {"T3": 87.5}}
    coverplan.run(toyfiles.write_town(folder, scenario=wanted), out=folder / "out")
    return folder


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_a_folder_is_looked_at_and_checked(tmp_path, capsys) -> None:
    toyfiles.write_town(tmp_path)
    (tmp_path / "study.yaml").rename(tmp_path / "kept.txt")
    (tmp_path / "scenario.yaml").unlink()
    code, out, _ = call(capsys, "init", tmp_path, "--lang", "en")
    assert code == 0
    study, scenario, following = out.splitlines()
    assert [study, scenario] == [str(tmp_path / "study.yaml"), str(tmp_path / "scenario.yaml")]
    marks = (tmp_path / "study.yaml").read_text(encoding="utf-8").count("# ?")
    assert marks
    assert f"({marks})" in following
    assert f"coverplan check {tmp_path / 'study.yaml'}" in following
    (tmp_path / "kept.txt").replace(tmp_path / "study.yaml")
    code, out, _ = call(capsys, "check", tmp_path / "study.yaml", "--lang", "en")
    assert code == 0
    assert str(tmp_path / "check" / "check.xlsx") in out
    assert load_workbook(tmp_path / "check" / "check.xlsx").sheetnames
    (tmp_path / "homes.csv").write_text("id,name,x,y\nh0,Home,here,there\n")
    code, out, _ = call(capsys, "check", tmp_path / "study.yaml", "-o", tmp_path / "again")
    assert (tmp_path / "again" / "check.xlsx").is_file()
    (tmp_path / "people.csv").write_text("id\n1\n")
    assert call(capsys, "check", tmp_path / "study.yaml", "-o", tmp_path / "again")[0] == 1


def test_scripts_get_json_or_errors_alone_of_a_study(tmp_path, capsys) -> None:
    toyfiles.write_town(tmp_path)
    study = tmp_path / "study.yaml"
    assert call(capsys, "check", study, "--quiet")[:2] == (0, "")
    (tmp_path / "homes.csv").unlink()
    code, out, err = call(capsys, "check", study, "--quiet", "--lang", "en")
    assert (code, out) == (1, "")
    assert "homes.csv" in err
    code, out, _ = call(capsys, "check", study, "--json")
    assert code == 1
    assert any("homes.csv" in one["file"] for one in json.loads(out) if one["severity"] == "error")
    study.write_text("name: x\npopulation: 3\n", encoding="utf-8")
    code, out, _ = call(capsys, "check", study, "--json")
    assert code == 1
    assert "error" in {one["severity"] for one in json.loads(out)}


def test_an_empty_plan_and_an_empty_ledger_are_written(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call(capsys, "template", "plan")[:2] == (0, "plan.xlsx\n")
    assert call(capsys, "template", "cemetery", "--lang", "en")[:2] == (0, "cemetery.xlsx\n")
    assert {path.name for path in tmp_path.iterdir()} == {"plan.xlsx", "cemetery.xlsx"}


def test_a_plan_goes_into_a_workbook_and_back(town, tmp_path, capsys) -> None:
    book, again = tmp_path / "plan.xlsx", tmp_path / "again.yaml"
    assert call(capsys, "plans", "convert", town / "plan.yaml", book, "--lang", "en")[:2] == (0, f"{book}\n")
    assert call(capsys, "plans", "convert", book, again)[:2] == (0, f"{again}\n")
    assert load_plan(again).targets == load_plan(town / "plan.yaml").targets


def test_a_plan_is_drafted_from_a_document(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.txt").write_text("云溪区民政规划\n到2025年，护理型床位占比达到60%以上。\n", encoding="utf-8")
    code, out, _ = call(capsys, "plans", "read", "plan.txt", "--lang", "en")
    assert code == 0
    named = [Path(line) for line in out.splitlines()[1:]]
    assert {path.name for path in named} >= {"plan.yaml", "review.html"}
    assert all(path.is_file() and path.parent == Path("plan") for path in named)
    assert len(yaml.safe_load(Path("plan/plan.yaml").read_text("utf-8"))["targets"]) == 1
    assert "1" in out.splitlines()[0]
    code, out, _ = call(capsys, "plans", "read", "plan.txt", "-o", "other")
    assert (code, Path("other/plan.yaml").is_file()) == (0, True)


def test_values_for_the_next_plan_are_printed_or_written(town, tmp_path, capsys) -> None:
    given = ("plans", "targets", town / "scenario.yaml", "--result", town / "out")
    code, printed, _ = call(capsys, *given, "--lang", "en")
    assert code == 0
    assert "T2" in printed
    _, computed, _ = call(capsys, "plans", "targets", town / "scenario.yaml", "--lang", "en")
    assert computed == printed
    table = tmp_path / "next.csv"
    assert call(capsys, *given, "-o", table)[:2] == (0, f"{table}\n")
    assert "T2" in table.read_text("utf-8-sig")


def test_a_next_plan_is_printed_and_needs_a_result_of_its_own(town, tmp_path, capsys) -> None:
    code, out, _ = call(capsys, "plans", "new", "--from", town / "plan.yaml", "--year", 2030)
    assert code == 0
    assert {target["goal"]["year"] for target in yaml.safe_load(out)["targets"]} == {2030}
    code, _, err = call(
        capsys, "plans", "new", "--from", "xinwu-2025", "--year", 2030, "--result", town / "out"
    )
    assert code == 1
    assert str(town / "out") in err


def test_an_evaluation_is_written_into_the_result_and_counted_as_ours(town, tmp_path, capsys) -> None:
    code, out, _ = call(capsys, "plans", "evaluate", town / "out", "--lang", "en")
    assert code == 0
    assert str(town / "out" / "evaluation.docx") in out
    assert "evaluation.docx" in (town / "out" / ".written.json").read_text("utf-8")
    page = tmp_path / "mid.html"
    assert call(capsys, "plans", "evaluate", town / "out", "-o", page, "--stage", "mid")[0] == 0
    assert "玩具规划" in page.read_text("utf-8") or "Toy plan" in page.read_text("utf-8")


def test_gaps_are_printed_and_nothing_is_written(town, tmp_path, capsys) -> None:
    before = sorted(town.rglob("*"))
    code, out, _ = call(capsys, "gaps", town / "scenario.yaml", "--lang", "en")
    assert code == 0
    assert "T2" in out or "Indicator T2" in out
    assert sorted(town.rglob("*")) == before
    bare = toyfiles.write_town(tmp_path)
    code, _, err = call(capsys, "gaps", bare)
    assert code == 1
    assert str(bare) in err


def test_targets_are_shown_in_both_languages_and_those_never_judged_are_named(town, capsys) -> None:
    code, out, _ = call(capsys, "plans", "check", town / "plan.yaml", "--lang", "en")
    assert (code, out.count("\n") >= 1) == (0, True)
    shown = {
        lang: call(capsys, "plans", "show", town / "plan.yaml", "--lang", lang)[1] for lang in ("zh", "en")
    }
    assert ("玩具规划" in shown["zh"], "Toy plan" in shown["en"]) == (True, True)
    assert ("指标T1" in shown["zh"], "Indicator T1" in shown["en"]) == (True, True)
