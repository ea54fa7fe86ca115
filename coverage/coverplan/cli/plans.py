"""Commands for plans: list, show, check, draft the next one; gaps of a scenario."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from coverplan.cli.options import LanguageOption, ScenarioPath, example

if TYPE_CHECKING:
    from coverplan.plan import Plan

plans_app = typer.Typer(
    rich_markup_mode=None,
    help="Plan files: what was promised 规划目标.",
    no_args_is_help=True,
    epilog=example("plans list"),
)
PlanName = Annotated[str, typer.Argument(metavar="PLAN", help="Name of a plan that comes along, or a path.")]


class StageOption(StrEnum):
    """Which evaluation of a plan."""

    MID = "mid"
    FINAL = "final"


@plans_app.command("list", epilog=example("plans list"))
def list_plans() -> None:
    """List the plans that come with coverplan.

    列出随附的规划。
    """
    from coverplan.plan import library_names, load_plan

    for name in library_names():
        plan = load_plan(name)
        typer.echo(f"{name}\t{len(plan.targets)}\t{plan.names.zh}\t{plan.names.en}")


@plans_app.command("show", epilog=example("plans show xinwu-2025 --lang en"))
def show_plan(plan: PlanName, lang: LanguageOption = None) -> None:
    """Print every target of a plan: id, indicator, rule, base, target, year, attribute.

    逐条列出规划目标。
    """
    from coverplan.plan import load_plan
    from coverplan.plan.table import plan_table

    loaded = load_plan(plan)
    english = lang is not None and lang.value == "en"
    typer.echo(loaded.names.en if english else loaded.names.zh)
    for target, row in plan_table(loaded).to_dict("index").items():
        name = row["name_en" if english else "name_zh"]
        cells = (target, name, row["rule"], row["base"], row["target"], row["target_year"], row["attribute"])
        typer.echo("\t".join("" if cell is None else str(cell) for cell in cells))


@plans_app.command("check", epilog=example("plans check plan.yaml"))
def check_plan(plan: PlanName, lang: LanguageOption = None) -> None:
    """Check a plan file; everything that is wrong is said at once, and which targets nobody can ever judge.

    检查规划文件，一次列出所有问题及行号；并列出无论有何数据都不能判定的目标及原因。
    """
    from coverplan.plan import load_plan
    from coverplan.plan.judgeable import never_judged
    from coverplan.text.words import Words

    loaded = load_plan(plan)
    words = Words("en" if lang is not None and lang.value == "en" else "zh")
    found = list(never_judged(loaded))
    typer.echo(words("plan_table.checked", plan=loaded.id, targets=len(loaded.targets), never=len(found)))
    for target, reason in found:
        key, _, what = reason.partition(":")
        name = target.names.en if words.language == "en" else target.names.zh
        typer.echo(f"{target.id}\t{name}\t{words(f'report.reason.{key}', what=what)}")


@plans_app.command("read", epilog=example("plans read plan.docx --out plan"))
def read_plan_document(
    document: Annotated[
        Path, typer.Argument(metavar="DOCUMENT", help="The plan: docx, pdf with text, html or txt.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder to write; the document's name when not given.")
    ] = None,
    scenario: Annotated[
        Path | None,
        typer.Option(
            "--scenario",
            "-s",
            help="Scenario whose study or ledger the plan is held against; writes scenario.yaml.",
        ),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Draft a plan file from the text of a plan document, with a page on which every target is checked.

    读取规划文本，起草规划文件（plan.yaml）和核对页（review.html）；存疑之处逐条注明。
    """
    from coverplan.setup.plan_reader.files import read_plan_files
    from coverplan.text.words import Words

    english = lang is not None and lang.value == "en"
    drafted, written = read_plan_files(
        document,
        Path(document.stem) if out is None else out,
        language="en" if english else "zh",
        scenario=scenario,
    )
    words = Words("en" if english else "zh")
    typer.echo(
        words(
            "plan_reader.done",
            targets=len(drafted.plan["targets"]),
            doubts=len(drafted.doubts),
            left=len(drafted.left_out),
        )
    )
    for path in written:
        typer.echo(str(path))


@plans_app.command("convert", epilog=example("plans convert plan.xlsx plan.yaml"))
def convert_plan(
    plan: PlanName,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write: .xlsx or .yaml.")],
    lang: LanguageOption = None,
) -> None:
    """Write a plan as a workbook with one row a target, or a workbook as the YAML file; nothing is lost either way.

    规划文件与表格（xlsx）互换，内容不丢失。
    """
    from coverplan.plan import load_plan
    from coverplan.plan.plain import plan_text
    from coverplan.plan.sheet import write_sheet
    from coverplan.plan.sheet_columns import ENDING
    from coverplan.text.writing import write_whole

    loaded = load_plan(plan)
    if out.suffix.lower() == ENDING:
        write_sheet(loaded, out, language="en" if lang is not None and lang.value == "en" else "zh")
    else:
        write_whole(out, lambda path: path.write_text(plan_text(loaded), encoding="utf-8", newline="\n"))
    typer.echo(str(out))


@plans_app.command("new", epilog=example("plans new --from xinwu-2025 --result maps/xinwu-2025 --year 2030"))
def new_plan(
    year: Annotated[int, typer.Option("--year", help="Last year of the next period.")],
    base: Annotated[str, typer.Option("--from", help="Plan of the period that ends: a name or a path.")],
    result: Annotated[
        Path | None, typer.Option("--result", help="Folder of a result that says what was achieved.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; printed when not given.")
    ] = None,
) -> None:
    """Draft the plan of the next period: achieved values as bases, every target left to be set.

    起草下一期规划：以实现值为基期，目标值留待填写。
    """
    from coverplan.plan import load_plan
    from coverplan.plan.draft import draft_next
    from coverplan.text.writing import write_whole

    plan = load_plan(base)
    achieved, base_year = _achieved(plan, result)
    text = draft_next(plan, achieved, base_year=base_year, year=year)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, lambda part: part.write_text(text, encoding="utf-8", newline="\n"))
        typer.echo(str(out))


@plans_app.command(
    "targets", epilog=example("plans targets scenarios/demo-siting.yaml --result maps/demo-siting")
)
def targets(
    scenario: ScenarioPath,
    year: Annotated[int, typer.Option("--year", help="Last year of the next period.")] = 2030,
    result: Annotated[
        Path | None,
        typer.Option("--result", help="Folder of the scenario's result; computed when not given."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Table to write, .csv or .xlsx; printed when not given."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Propose values for the next plan: what projects bring, what the programme reaches at what cost, what is asked above.

    为下一期规划逐项给出可选目标值：在建项目可达、布点方案可达及其投资、国家参考值。
    """
    from coverplan.answer.study_runner import run
    from coverplan.results.files import read_result
    from coverplan.setup.next_targets import next_targets, plan_of
    from coverplan.setup.next_targets_files import table_text, write_next_targets
    from coverplan.text.words import Language

    language: Language = "en" if lang is not None and lang.value == "en" else "zh"
    plan = plan_of(scenario)
    found = run(scenario, write=False) if result is None else read_result(result)
    table = next_targets(found, plan, year=year, language=language)
    if out is None:
        typer.echo(table_text(table, language))
    else:
        typer.echo(str(write_next_targets(table, out, language)))


@plans_app.command("evaluate", epilog=example("plans evaluate maps/demo"))
def evaluate(
    result: Annotated[Path, typer.Argument(metavar="RESULT", help="Folder that `coverplan run` wrote.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", help="File: .docx, .html or .xlsx; evaluation.docx in the folder by default."
        ),
    ] = None,
    stage: Annotated[
        StageOption | None,
        typer.Option("--stage", help="mid or final 中期或终期; by the data's year when not given."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Write a plan's mid-term or final evaluation in the form of the offices; every figure names its row.

    按机关格式写规划中期或终期评估：指标进展、成效、问题及原因、建议，每个数字注明所在表行。
    """
    from coverplan.report.evaluation_form import write_evaluation
    from coverplan.results.files import read_result
    from coverplan.results.folders import add_ours, files_in
    from coverplan.text.words import Words

    found = read_result(result)
    language = str(found.summary["scenario"]["language"]) if lang is None else lang.value
    known: Literal["zh", "en"] = "en" if language == "en" else "zh"
    before = files_in(result)
    path = write_evaluation(
        found,
        result / "evaluation.docx" if out is None else out,
        language=known,
        stage=None if stage is None else stage.value,
    )
    add_ours(result, before)
    typer.echo(Words(known)("evaluation.written", path=str(path)))


def gaps(scenario: ScenarioPath, lang: LanguageOption = None) -> None:
    """Print the plan's targets, gaps and verdicts of a scenario, writing nothing.

    只打印规划目标、差距与判定，不写文件。
    """
    from coverplan.answer.study_runner import run
    from coverplan.cli.terminal import Screen
    from coverplan.errors import InputError, Problem

    screen = Screen(quiet=False)
    with screen.steps(None if lang is None else lang.value) as progress:
        result = run(scenario, progress=progress, write=False)
    if "gaps" not in result.tables:
        raise InputError(
            [
                Problem(
                    "the scenario names no plan",
                    scenario,
                    expected="a `plan:` or a `ledger:`",
                    code="no_plan",
                )
            ]
        )
    screen.gaps(result, str(result.summary["scenario"]["language"]) if lang is None else lang.value)


def _achieved(plan: Plan, result: Path | None) -> tuple[dict[str, Decimal | None], int]:
    """Achieved values by target id and their year; none without a result."""
    from coverplan.errors import InputError, Problem
    from coverplan.results.files import read_result

    if result is None:
        if plan.horizon[1] is None:
            raise InputError(
                [
                    Problem(
                        "the plan names no last year, so the base year of the next one is not known",
                        value=plan.id,
                        remedy="give a result with --result: its date is the base year",
                        code="no_base_year",
                    )
                ]
            )
        return {}, plan.horizon[1]
    gaps_table = read_result(result).tables.get("gaps")
    if gaps_table is None or not set(gaps_table.index) & {target.id for target in plan.targets}:
        raise InputError([Problem("the result judges no target of this plan", result, value=plan.id)])
    values = {str(target): row["present"] for target, row in gaps_table.to_dict("index").items()}
    return values, int(gaps_table["as_of"].iloc[0].year)
