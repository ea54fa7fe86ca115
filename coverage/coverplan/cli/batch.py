"""The commands for many areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coverplan.cli.options import EXIT_CHECK_FAILED, LanguageOption, ScenarioPath

if TYPE_CHECKING:
    from coverplan.batch.job import Outcome


def batch(
    file: Annotated[
        Path, typer.Argument(metavar="BATCH", help="Batch file (YAML): areas and their scenarios.")
    ],
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", help="Address of a dask scheduler; processes on this machine by default."
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Most processes on this machine; as many as fit by default."),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Answer many areas, each into its own folder; a second run does only what is missing or changed.

    批量计算多个地区，各自成文件夹；再次运行只算缺少或有变化的地区，一处失败不影响其他。
    """
    from coverplan.batch.batch_file import load_batch
    from coverplan.batch.run_batch import run_batch
    from coverplan.text.words import Words

    words = Words("en" if lang is not None and lang.value == "en" else "zh")

    def ended(outcome: Outcome, count: int, whole: int) -> None:
        status = words(f"batch.status.{outcome.status}")
        typer.echo(words("batch.ended", count=count, all=whole, name=outcome.name, status=status))

    outcomes = run_batch(file, scheduler=scheduler, workers=workers, ended=ended)
    missing = [one for one in outcomes if one.status in {"input", "failed"}]
    typer.echo(words("batch.done", folder=load_batch(file).out, missing=len(missing)))
    if missing:
        raise typer.Exit(EXIT_CHECK_FAILED)


def split(
    scenario: ScenarioPath,
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the areas, new or empty.")],
    by: Annotated[str, typer.Option("--by", help="Kind of the units that become areas.")] = "county",
    beyond_m: Annotated[
        float | None,
        typer.Option(
            "--beyond-m",
            min=0,
            help="How far beyond its border an area keeps streets and facilities, in metres; as far as anybody "
            "can walk or drive in the scenario's minutes by default.",
        ),
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Cut the study of a province into one folder for each county, with what lies around it, and a batch file.

    把全省的数据按区县切分，各区县带上边界外的缓冲范围，并写出批量文件；分区计算的结果与全省一次计算相同。
    """
    from coverplan.batch.split.split_study import LEFT_OUT, split_study
    from coverplan.text.problem_words import problem_text
    from coverplan.text.words import Words

    words = Words("en" if lang is not None and lang.value == "en" else "zh")
    done = split_study(scenario, out, by=by, beyond_m=beyond_m)
    for problem in done.problems:
        typer.echo(problem_text(problem, words))
    if done.dropped:
        typer.echo(words("split.dropped", keys=", ".join(done.dropped)))
    if done.left_out:
        typer.echo(words("split.left_out", count=len(done.left_out), file=done.batch.parent / LEFT_OUT))
    typer.echo(words("split.done", count=len(done.areas), km=f"{done.beyond_m / 1000:.1f}", file=done.batch))
