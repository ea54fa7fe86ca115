"""Small inputs that failed once, as their own scripts build them, with the command line called inside this process."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from coverplan.cli.main import app
from coverplan.cli.options import EXIT_INPUT
from coverplan.errors import CoverplanError

#: What a script prints with every variant that it has tried.
_TOLD = "expected:"
_KITS = ("kit", "linekit", "rastkit", "bookkit")
_KEPT: list[Any] = []
#: Builds inputs only: the base study is copied, and of other lines those that write files are run.
_PYTHON = """#!/bin/sh
case "$1" in
  *base.py) mkdir -p "$2"; cp "$COVERPLAN_CASES_BASE"/* "$2" ;;
  -c) case "$2" in *to_file*) exec "$COVERPLAN_CASES_PYTHON" "$@" ;; esac ;;
esac
"""


@dataclass
class Said:
    """Exit code and text of the check and of the run of one folder."""

    folder: Path
    check: tuple[int, str]
    run: tuple[int, str]


@dataclass
class Case:
    """What a case's script came to: variants that are not as it expects, those that were tried, and what was said."""

    fails: list[str] = field(default_factory=list)
    tried: int = 0
    said: list[Said] = field(default_factory=list)


class _EnoughError(Exception):
    """The script has tried as many variants as it may."""


def call(folder: Path, *args: str) -> tuple[int, str]:
    """Exit code and text of a command in a folder."""
    with contextlib.chdir(folder):
        done = CliRunner().invoke(app, list(args))
    if isinstance(done.exception, CoverplanError):
        return EXIT_INPUT, f"{done.output}\n{done.exception}".strip()
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output.strip()


def check_and_run(folder: Path, ran: tuple[int, str] | None = None) -> Said:
    """Both commands on one folder, in English, the language of the places where problems are found."""
    checked = call(folder, "check", "study.yaml", "--lang", "en", "-o", "checked")
    if ran is None:
        ran = call(folder, "run", "scenario.yaml", "--numbers-only", "-o", "out", "-q", "--lang", "en")
    return Said(folder, checked, ran)


@contextlib.contextmanager
def _kit(folder: Path, root: Path) -> Iterator[Any]:
    """The builders of the cases, imported from a copy; what they have in common once, as its datum takes long to make."""
    before, said = list(sys.path), os.environ.get("COVERPLAN_ROOT")
    sys.path.insert(0, str(folder))
    os.environ["COVERPLAN_ROOT"] = str(root)
    if _KEPT:
        sys.modules["kit"] = _KEPT[0]
    kit = importlib.import_module("kit")
    _KEPT[:] = [kit]
    kit.FAILS.clear()
    own = kit.cp, kit.problems
    try:
        yield kit
    finally:
        kit.cp, kit.problems = own
        sys.path[:] = before
        os.environ.pop("COVERPLAN_ROOT")
        if said is not None:
            os.environ["COVERPLAN_ROOT"] = said
        for name in _KITS:
            sys.modules.pop(name, None)


def run_script(case: Path, work: Path, root: Path, *, most: int | None) -> Case:
    """Run a case's ``case.py`` on a copy, and with each run the check of the same study; `most` variants, or all."""
    for builder in case.parent.glob("*.py"):
        shutil.copy(builder, work)
    copy = work / case.name
    shutil.copytree(case, copy, ignore=shutil.ignore_patterns("inputs"))
    found = Case()

    def cp(*args: str, folder: Path | str = ".", tail: int = 60, show: bool = True) -> tuple[int, str]:
        if most is not None and told.getvalue().count(_TOLD) >= most:
            raise _EnoughError
        ran = call(Path(folder), *args)
        if args[0] == "run" and (Path(folder) / "study.yaml").is_file():
            found.said.append(check_and_run(Path(folder), ran))
        return ran

    with _kit(work, root) as kit, contextlib.redirect_stdout(io.StringIO()) as told:
        kit.cp, problems = cp, kit.problems
        # a study that is refused leaves no manifest, which scripts do not expect
        kit.problems = lambda f: problems(f) if (Path(f) / "out/manifest.json").is_file() else []
        with contextlib.suppress(_EnoughError):
            runpy.run_path(str(copy / "case.py"))
        found.fails = list(kit.FAILS)
    found.tried = told.getvalue().count(_TOLD)
    return found


def build_with_shell(case: Path, work: Path, base: Path) -> Path:
    """Let a case's ``run.sh`` build its inputs, without what it runs; the folder of its copy."""
    copy = work / case.name
    shutil.copytree(case, copy)
    tools = work / "tools"
    tools.mkdir()
    for name, text in (("python", _PYTHON), ("coverplan", "#!/bin/sh\n")):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    surroundings = {
        **os.environ,
        "PATH": f"{tools}:{os.environ['PATH']}",
        "COVERPLAN_CASES_BASE": str(base),
        "COVERPLAN_CASES_PYTHON": sys.executable,
    }
    subprocess.run(["bash", str(copy / "run.sh")], env=surroundings, check=False, capture_output=True)
    return copy
