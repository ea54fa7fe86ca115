"""The command for many areas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coverplan.cli.options import EXIT_CHECK_FAILED, LanguageOption

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
