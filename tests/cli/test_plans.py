"""Commands for plans and for getting data ready."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from coverplan.cli.main import main
from makers.volume import gate_only

ROOT = Path(__file__).resolve().parents[2]
LEDGERS = ("huaibei-2025", "xinwu-2025", "shaoyang-2025", "jiujiang", "yubei-2022")


def call(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return int(left.value.code or 0), out, err


def test_plans_are_listed_shown_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capsys, "plans", "list")
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == sorted(LEDGERS)
    assert sum(int(line.split("\t")[1]) for line in out.splitlines()) == 172
    _, out, _ = call(capsys, "plans", "show", "xinwu-2025", "--lang", "en")
    assert len(out.splitlines()) == 1 + 38
    assert call(capsys, "plans", "check", "yubei-2022")[0] == 0
    code, _, err = call(capsys, "plans", "check", "no-such-plan")
    assert code == 1
    assert "没有这个规划" in err


@pytest.mark.parametrize(
    "name", [*LEDGERS[:2], *(pytest.param(name, marks=gate_only) for name in LEDGERS[2:])]
)
def test_a_ledger_scenario_says_why_most_cannot_be_judged(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = call(
        capsys, "run", ROOT / "scenarios" / f"{name}.yaml", "--out", tmp_path / "out", "--numbers-only"
    )
    assert code == 0, err
    assert "无法判定" in out
    assert (tmp_path / "out" / "tables" / "gaps.csv").is_file()


def test_the_next_plan_starts_from_what_was_achieved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(
        capsys,
        "run",
        ROOT / "scenarios" / "xinwu-2025.yaml",
        "--out",
        tmp_path / "out",
        "--numbers-only",
        "-q",
    )
    draft = tmp_path / "next.yaml"
    arguments = (
        "plans",
        "new",
        "--from",
        "xinwu-2025",
        "--year",
        2030,
        "--result",
        tmp_path / "out",
        "-o",
        draft,
    )
    assert call(capsys, *arguments)[0] == 0
    plan = yaml.safe_load(draft.read_text("utf-8"))
    goals = [target["goal"] for target in plan["targets"]]
    assert goals
    assert all(goal["year"] == 2030 and goal["value"] is None for goal in goals)
    assert any(target.get("base", {}).get("value") is not None for target in plan["targets"])
    code, _, err = call(capsys, "plans", "new", "--from", "jiujiang", "--year", 2030)
    assert code == 1
    assert "--result" in err


def test_an_empty_ledger_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "elder.xlsx"
    assert call(capsys, "template", "elder_care", "--out", path) == (0, f"{path}\n", "")
    assert path.stat().st_size > 4_000
    assert call(capsys, "template", "elder_care", "--out", path)[0] == 1
    assert call(capsys, "template", "nothing", "--out", tmp_path / "n.xlsx")[0] == 1
