"""Command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from coverplan import __version__
from coverplan.cli.main import main
from makers import toyfiles
from towns import toytown


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


@pytest.fixture
def numbers_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs without the pages, which take seconds and of which the test says nothing."""
    monkeypatch.setattr("coverplan.pages.paged_run._pages", lambda *_: None)


def test_version_and_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version") == (0, f"coverplan {__version__}\n", "")
    code, out, _ = call(capsys, "--help")
    assert code == 0
    assert "十五分钟" in out
    assert {"run", "check", "demo"} <= set(out.split())


def test_usage_errors_are_2(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["nonsense"], ["run"], ["run", "a.yaml", "--lang", "fr"], ["run", "a.yaml", "--speed"]):
        code, _, err = call(capsys, *arguments)
        assert code == 2
        assert "Error" in err


def test_run_says_who_is_covered_in_the_language_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = toyfiles.write_town(tmp_path)
    code, out, _ = call(capsys, "run", str(path), "--out", str(tmp_path / "out"))
    assert code == 0
    assert "covered 150 people, 60.0 %; not covered 100; off network 0" in out
    assert "Synthetic data" in out
    # worst first: town B with 60 of 150 before town A with 90 of 100
    assert out.index("001002 Town B") < out.index("001001 Town A")
    _, out, _ = call(capsys, "run", str(path), "--out", str(tmp_path / "out"), "--lang", "zh")
    assert "已覆盖 150 人，占 60.0%" in out
    assert "虚构数据" in out


@pytest.mark.usefixtures("numbers_alone")
def test_quiet_prints_nothing_and_json_prints_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = toyfiles.write_town(tmp_path)
    assert call(capsys, "run", str(path), "--out", str(tmp_path / "out"), "--quiet") == (0, "", "")
    code, out, err = call(capsys, "run", str(path), "--out", str(tmp_path / "out"), "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["standards"][0]["people"]["total"]["covered"] == 150


def test_errors_speak_the_language_asked_for_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"standards": [{"layer": "elder_care", "minutes": -1}]})
    code, _, zh = call(capsys, "run", str(path), "--lang", "zh")
    assert code == 1
    assert "发现 1 处错误" in zh
    assert "standards.0.minutes: 数值过小\n" in zh
    assert "原值: -1" in zh
    for asked in (["--lang", "en"], ["--lang=en"]):
        code, _, en = call(capsys, "run", str(path), *asked)
        assert code == 1
        assert "error: " in en
        assert "value:    -1" in en
        assert "处" not in en


def test_wrong_input_is_1_and_one_block_on_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"standards": [{"layer": "elder_car", "profile": "x"}]})
    code, out, err = call(capsys, "run", str(path))
    assert (code, out) == (1, "")
    assert "did you mean elder_care?" in err
    assert "Traceback" not in err
    code, out, _ = call(capsys, "check", str(path), "--json")
    assert code == 1
    assert {problem["field"] for problem in json.loads(out)} == {"standards.0.layer", "standards.0.profile"}


@pytest.mark.usefixtures("numbers_alone")
def test_a_result_that_cannot_be_trusted_is_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = toyfiles.write_town(tmp_path, study={"units": None})
    x, y = toytown.xy(0, 0)
    far = pd.DataFrame([{"id": "far", "x": x, "y": y - 400, "residents": 40, "older": 0}])
    pd.concat([toyfiles.people(), far]).to_csv(tmp_path / "people.csv", index=False)
    code, out, _ = call(capsys, "run", str(path), "--out", str(tmp_path / "out"))
    assert code == 3
    assert "13.8 % of all residents are off network" in " ".join(out.split())


def test_check_says_what_was_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "check", str(toyfiles.write_town(tmp_path)), "--lang", "en")
    assert code == 0
    assert "Toy town: 3 units, 25 demand points, 1 facility" in out
    assert "40 edges, 25 nodes" in out


@pytest.mark.usefixtures("numbers_alone")
def test_names_cannot_paint_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = toyfiles.write_town(tmp_path, scenario={"name": "[bold red]x[/bold red] [link=http://a]y[/link]"})
    _, out, _ = call(capsys, "run", str(path), "--out", str(tmp_path / "out"))
    assert "[bold red]x[/bold red] [link=http://a]y[/link]" in out


LEDGER = Path(__file__).resolve().parents[2] / "scenarios" / "jiujiang.yaml"


def test_a_ledger_scenario_is_checked_as_it_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = call(capsys, "check", str(LEDGER), "--lang", "en")
    assert code == 0
    assert "12 targets of the plan" in " ".join(out.split())  # as the plan's file counts
    assert "no error" in out
    code, out, _ = call(capsys, "check", str(LEDGER), "--json")
    assert (code, json.loads(out)) == (0, [])
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: A\nledger: nowhere.yaml\nplan: nobodys\nstandards: []\n", encoding="utf-8")
    told = {}
    for command in (["check"], ["run", "--out", str(tmp_path / "answer")]):
        code, _, told[command[0]] = call(capsys, *command, str(wrong), "--lang", "en")
        assert code == 1
    assert told["check"] == told["run"]
    assert "nowhere.yaml" in told["check"]
    assert "standards: the key is unknown" in told["check"]
    assert "study" not in told["check"]
