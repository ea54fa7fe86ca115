"""Command line: thin; every command calls what Python users call.

Exit codes: 0 fine; 1 something in the user's input is wrong; 2 wrong usage; 3 finished, but a check failed; 4 a fault of
coverplan itself.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import sys
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coverplan.cli.batch import batch, split
from coverplan.cli.compare import compare
from coverplan.cli.desk import desk
from coverplan.cli.doctor import doctor
from coverplan.cli.fetch import fetch
from coverplan.cli.lean_numba import lean_numba
from coverplan.cli.options import (
    EXIT_CHECK_FAILED,
    EXIT_FAILURE,
    EXIT_INPUT,
    EXIT_INTERRUPTED,
    JsonOption,
    LanguageOption,
    QuietOption,
    ScenarioPath,
    TilesOption,
    example,
)
from coverplan.cli.plans import gaps, plans_app
from coverplan.cli.setup import check_study_file, init, template
from coverplan.text.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coverplan.errors import CoverplanError

#: New objects after which a command looks for circles to throw away: almost all that it makes lives to its end, as what
#: it imports does, and the parts of a sheet until it is written.
_OBJECTS_BEFORE_COLLECTING = 200_000

app = typer.Typer(
    name="coverplan",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help opens in half the time
    help="""Who is served within fifteen minutes, how far a district is from its plan, where next.

    谁在十五分钟服务圈内、离规划目标还差多少、下一处设施该建在哪里。

    A study file says what is on the ground; a scenario file asks a question about it.
    Begin with coverplan run scenarios/....yaml; the answer is a folder under maps/.
    """,
    epilog="Exit codes 退出码: 0 fine 正常, 1 your input 输入有误, 2 usage 用法有误, 3 finished but a check failed 已完成但有检查未通过, "
    "4 our fault 程序故障, 130 interrupted 被中断.\n\n" + example("run scenarios/demo.yaml"),
)


demo_app = typer.Typer(rich_markup_mode=None, help="An invented district to learn with 演示区.")
app.add_typer(demo_app, name="demo")
app.add_typer(plans_app, name="plans")
app.command(epilog=example("init my-folder"))(init)
app.command(epilog=example("template elder_care --out elder.xlsx"))(template)
app.command(epilog=example("gaps scenarios/demo.yaml"))(gaps)
app.command(epilog=example("compare scenarios/demo-siting.yaml scenarios/demo-official-idea.yaml"))(compare)
app.command(epilog=example("desk scenarios/demo.yaml"))(desk)
app.command(epilog=example("doctor --lang en"))(doctor)
app.command(epilog=example("batch batch.yaml --workers 2"))(batch)
app.command(epilog=example("fetch Stirling --geofabrik europe/united-kingdom/scotland --out stirling"))(fetch)
app.command(epilog=example("split province.yaml --out areas --by county"))(split)


@app.callback(invoke_without_command=True)
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        typer.echo(f"coverplan {VERSION}")
        raise typer.Exit


@app.command(epilog=example("run scenarios/demo.yaml --out answer"))
def run(
    scenario: ScenarioPath,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the result; maps/<scenario> when not given."),
    ] = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    numbers_only: Annotated[
        bool, typer.Option("--numbers-only", help="Write numbers and layers, no maps and reports.")
    ] = False,
    tiles: TilesOption = None,
    internal: Annotated[
        Path | None,
        typer.Option("--internal", help="File for the whole chosen scenario, protected places included."),
    ] = None,
) -> None:
    """Answer a scenario: who is covered, by group and unit, written to a folder.

    计算方案：各类人群、各辖区的覆盖情况，结果写入文件夹。
    """
    from coverplan.cli.terminal import Screen
    from coverplan.pages.paged_run import run as answer

    screen = Screen(quiet=quiet or as_json)
    with screen.steps(None if lang is None else lang.value) as progress:
        result = answer(
            scenario,
            out=out,
            pages=not numbers_only,
            language=None if lang is None else lang.value,
            tiles=tiles,
            internal=internal,
            progress=progress,
        )
    language = lang.value if lang is not None else str(result.summary["scenario"]["language"])
    if as_json:
        typer.echo(json.dumps(result.summary, ensure_ascii=False))
    else:
        screen.summary(result, language)
    if result.summary["warnings"]:
        raise typer.Exit(EXIT_CHECK_FAILED)


@demo_app.callback(invoke_without_command=True, epilog=example("demo --folder my-demo"))
def demo(
    context: typer.Context,
    folder: Annotated[
        Path, typer.Option("--folder", "-f", help="Where to put the demo; kept if it is there already.")
    ] = Path("coverplan-demo"),
    lang: LanguageOption = None,
    quiet: QuietOption = False,
) -> None:
    """Put an invented district into a folder of yours and answer its first scenario.

    把虚构的演示区放进你的文件夹，并计算第一个方案。
    """
    if context.invoked_subcommand is not None:
        return
    from coverplan.demo.user_folder import make_demo_folder

    run(make_demo_folder(folder), lang=lang, quiet=quiet)


@demo_app.command("build", epilog=example("demo build data/demo"))
def demo_build(
    folder: Annotated[Path, typer.Argument(help="Folder for the study.")] = Path("data/demo"),
) -> None:
    """Make the invented district anew from its seed.

    由固定种子重新生成虚构的演示区。
    """
    from coverplan.demo.user_folder import build_study

    build_study(folder)
    typer.echo(str(folder))


@app.command(epilog=example("pages maps/demo --lang en"))
def pages(
    folder: Annotated[Path, typer.Argument(metavar="RESULT", help="Folder of a result.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the pages; the result's own when not given."),
    ] = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    tiles: TilesOption = None,
) -> None:
    """Make maps, report and tables again from a result, without computing.

    由已有结果重新生成地图、报告和表格，不重新计算。
    """
    from coverplan.cli.terminal import Screen
    from coverplan.pages.outputs import PARTS, write_part
    from coverplan.results.files import of_result, read_result
    from coverplan.results.folders import add_ours, files_in

    result = read_result(folder)
    target = out or folder
    before = files_in(target)
    with of_result(folder):
        language: Any = result.summary["scenario"]["language"] if lang is None else lang.value
    with Screen(quiet=quiet).steps(language) as progress, of_result(folder):
        for part in PARTS:
            write_part(result, part, [(language, target)], tiles=tiles, progress=progress)
    add_ours(target, before)


@app.command("page-worker", hidden=True)
def page_worker() -> None:
    """Make pages that another process asks for on its line.

    由主进程调用，制作部分页面。
    """
    from coverplan.pages.outputs import do_job

    do_job(sys.stdin)


@app.command(epilog=example("check my-folder/study.yaml --with mended.xlsx"))
def check(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Scenario or study file (YAML).")],
    mended: Annotated[
        list[Path] | None, typer.Option("--with", help="Study files: a mended sheet to be read again.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Study files: folder for check.xlsx and check.html.")
    ] = None,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read everything a scenario or study needs and say what is wrong with it, without computing.

    检查方案或研究区所需的全部数据，一次列出所有问题，不做计算；对 study.yaml 还写出按街道退回修改的清单。
    """
    from coverplan.answer.prepared import prepare
    from coverplan.cli.terminal import Screen, problems_as_json
    from coverplan.errors import InputError, Problems
    from coverplan.yamlfile import read_yaml

    document = read_yaml(path, Problems())
    parts = {"facilities", "population", "units"}
    if document is not None and parts & set(document.data) and "study" not in document.data:
        check_study_file(path, mended or [], out, lang, quiet=quiet, as_json=as_json)
        return
    screen = Screen(quiet=quiet or as_json)
    show: Callable[[str], None]
    try:
        with screen.steps(None if lang is None else lang.value) as progress:
            progress("step.read", {})
            if document is not None and "ledger" in document.data and "study" not in document.data:
                from coverplan.answer.ledger_runner import prepare_ledger

                ledger = prepare_ledger(path)
                problems, language, show = (
                    ledger.problems,
                    ledger.asked.language,
                    partial(screen.checked_ledger, ledger),
                )
            else:
                ready = prepare(path, every_file=True)
                problems, language = ready.problems, ready.loaded.scenario.language
                show = partial(screen.checked, ready)
    except InputError as error:
        if not as_json:
            raise
        typer.echo(problems_as_json(error.problems))
        raise typer.Exit(EXIT_INPUT) from error
    if as_json:
        typer.echo(problems_as_json(tuple(problems)))
    else:
        show(language if lang is None else lang.value)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; an error of the user's input is one clear block on stderr, never a traceback."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTING, *gc.get_threshold()[1:])
    # else a process that ends looks for circles among all that it made, which takes as long as drawing a map
    atexit.register(gc.freeze)
    # else pydantic reads the entry points of every package that is installed, and none of them is for our schemas
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    _speak_utf8()
    try:
        with lean_numba():
            outcome: Any = app(args=arguments, standalone_mode=False)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except Exception as error:  # noqa: BLE001  (told apart in one place)
        given = sys.argv[1:] if arguments is None else arguments
        sys.exit(_exit_code(error, _asked_language(given), given))
    sys.exit(outcome if isinstance(outcome, int) else 0)


def _asked_language(arguments: Sequence[str]) -> str | None:
    """What ``--lang`` says, else the first language of a scenario that is named, for errors that stop a command early."""
    for option, value in pairwise((*arguments, "")):
        if option == "--lang":
            return value
        if option.startswith("--lang="):
            return option.removeprefix("--lang=")
    return next((said for name in arguments if (said := _language_of_file(name)) is not None), None)


def _language_of_file(name: str) -> str | None:
    """The ``language:`` that a YAML file says, None where it is none or says nothing."""
    path = Path(name)
    if path.suffix.lower() not in {".yaml", ".yml"} or not path.is_file():
        return None
    from coverplan.errors import Problems
    from coverplan.yamlfile import read_yaml

    document = read_yaml(path, Problems())
    said = None if document is None else document.data.get("language")
    return said if said in {"zh", "en"} else None


def _exit_code(error: Exception, language: str | None, arguments: Sequence[str]) -> int:
    from coverplan.errors import CoverplanError

    if isinstance(error, CoverplanError):
        _tell(error, language)
        return EXIT_INPUT
    if hasattr(error, "exit_code") and hasattr(error, "show"):  # a usage error of the command line library
        error.show()
        return int(error.exit_code)
    if type(error).__name__ == "Abort":
        return EXIT_INTERRUPTED
    from coverplan.cli.failure import outside_problem, write_failure

    known = outside_problem(error)
    if known is not None:
        _tell(known, language)
        return EXIT_INPUT
    from coverplan.cli.terminal import words_of

    path = write_failure(error, arguments)
    words = words_of(language)
    where = words("failure.nowhere") if path is None else words("failure.file", file=str(path))
    typer.echo(f"{words('failure.sentence', kind=type(error).__name__)} {where}", err=True)
    return EXIT_FAILURE


def _tell(error: CoverplanError, language: str | None) -> None:
    from coverplan.cli.terminal import Screen

    Screen(quiet=False).error(error, language)


def _speak_utf8() -> None:
    """Let a Chinese sentence pass through a terminal or pipe that was opened in another encoding."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.encoding or "").lower().replace("-", "") != "utf8":
            reconfigure(encoding="utf-8", errors="replace")
