"""Help of every command, completion in three shells, the doctor, and the last lines of a run."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from rich.console import Console

from coverplan.cli import machine
from coverplan.cli.main import app, main
from coverplan.cli.terminal_notices import gravest, print_notices
from coverplan.errors import Problem
from coverplan.text.problem_words import notice_text
from coverplan.text.words import LANGUAGES, Words
from makers.volume import gate_only

CHECK_FAILED = 3


def commands(command, path=()):
    """Every command that people see, with the words that call it."""
    inner = getattr(command, "commands", {})
    if not inner or getattr(command, "invoke_without_command", False):
        yield path, command
    for name, one in inner.items():
        if not one.hidden:
            yield from commands(one, (*path, name))


WHOLE = typer.main.get_command(app)
EVERY = dict(commands(WHOLE))


def test_every_command_is_found():
    assert {("run",), ("check",), ("doctor",), ("plans", "read"), ("demo",), ("demo", "build")} <= set(EVERY)


@pytest.mark.parametrize("path", EVERY, ids=" ".join)
def test_help_ends_with_an_example_that_the_command_takes(path, capsys):
    with pytest.raises(SystemExit) as left:
        main([*path, "--help"])
    assert left.value.code == 0
    out = capsys.readouterr().out
    assert re.search("[\u4e00-\u9fff]", out), "in both languages"
    command = EVERY[path] if path else WHOLE
    assert "例 Example: coverplan" in out
    found = re.search(r"例 Example: coverplan (.*)$", command.epilog)
    assert found is not None
    assert found[0] in out, "whole, to be copied"
    words = shlex.split(found[1])
    assert tuple(words[: len(path)]) == path or path == ()
    # parsed as the command line would, without being run; usage errors are raised
    command.make_context(" ".join(path), words[len(path) :])


def complete(shell: str, line: str) -> str:
    """What a shell is answered when its user asks for completions of a line."""
    words = line.split(" ")
    asked = {
        "_COVERPLAN_COMPLETE": f"complete_{shell}",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1),
        "_TYPER_COMPLETE_ARGS": line,
        "_TYPER_COMPLETE_WORD_TO_COMPLETE": words[-1],
    }
    code = "import sys; sys.argv[0] = 'coverplan'; from coverplan.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done.stdout


@pytest.mark.parametrize(
    "shell", ["bash", *(pytest.param(shell, marks=gate_only) for shell in ("zsh", "powershell"))]
)
def test_shells_are_told_how_a_line_goes_on(shell):
    assert "compare" in complete(shell, "coverplan com")
    assert "--numbers-only" in complete(shell, "coverplan run --num")


def test_the_doctor_finds_this_machine_fit(capsys):
    found = {one.what: one for one in machine.examine()}
    assert found["compiled"].state == "fine"
    assert "numba" in found["compiled"].value
    assert found["python"].value.startswith(".".join(map(str, sys.version_info[:3])))
    with pytest.raises(SystemExit) as left:
        main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (left.value.code or 0) == (CHECK_FAILED if any(one["state"] == "missing" for one in told) else 0)
    assert {one["what"] for one in told} == set(found)


def test_the_doctor_names_what_is_missing_and_the_way_out(tmp_path, capsys, monkeypatch):
    needed = ["numpy>=2000", "no-such-package>=1", "rich>=1", 'also-not-there>=2; extra == "desk"']
    found = machine.examine(tmp_path / "not" / "yet", needed)
    bad = [one for one in found if one.what == "package"]
    assert [one.package for one in bad] == ["numpy>=2000", "no-such-package>=1"]
    assert next(one.value for one in found if one.what == "packages") == "1"
    assert next(one for one in found if one.what == "extra").value == "desk: also-not-there"
    monkeypatch.setattr(machine, "COMPILED", ("broken_library",))
    monkeypatch.setattr(machine, "office", lambda: None)
    monkeypatch.setattr(machine, "LEAST_FREE", 1 << 90)
    (tmp_path / "broken_library.py").write_text("raise OSError('DLL load failed')")
    monkeypatch.syspath_prepend(str(tmp_path))
    for language, way in (("zh", "运行库"), ("en", "runtime")):
        with pytest.raises(SystemExit) as left:
            main(["doctor", "--lang", language])
        assert left.value.code == CHECK_FAILED
        out = capsys.readouterr().out
        assert "✗" in out
        assert "broken_library: OSError: DLL load failed" in out
        assert way in out
        assert "COVERPLAN_OFFICE" in out


def notices(kinds: int) -> list[Problem]:
    several = [Problem(f"note {n}", Path("a.xlsx"), n, severity="note", code=f"n{n}") for n in range(kinds)]
    grave = [
        Problem("rows [set] aside", Path("b.xlsx"), row, severity="warning", code="aside")
        for row in (3, 4, 9)
    ]
    return [*several, *grave]


def test_last_lines_of_a_run_name_the_gravest_and_fold_what_is_alike(tmp_path):
    found = gravest(notices(2))
    assert [(problem.code, count) for problem, count in found] == [("aside", 3), ("n0", 1), ("n1", 1)]
    for language in LANGUAGES:
        console = Console(record=True, width=60, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
        print_notices(console, notices(9), Words(language), tmp_path)
        console.file.close()
        lines = console.export_text().splitlines()
        assert len(lines) == 7
        assert "b.xlsx:3" in lines[1]
        assert "rows [set] aside" in lines[1]
        assert "3" in lines[1].split("b.xlsx:3")[1]
        assert "12" in lines[-1]
        assert "manifest.json" in lines[-1]
        (tmp_path / "report.docx").touch()
        second = Console(width=60)
        with second.capture() as captured:
            print_notices(second, notices(9), Words(language), tmp_path)
        (tmp_path / "report.docx").unlink()
        assert "report.docx" in captured.get()
        assert Words(language)("report.table.notices") in captured.get()


def test_a_notice_has_one_language():
    noticed = Problem("3 words of the column are not known", code="unknown_words", severity="warning")
    assert notice_text(noticed, Words("zh")) == "警告: 有不认识的词"
    assert notice_text(noticed, Words("en")) == "warning: 3 words of the column are not known"
