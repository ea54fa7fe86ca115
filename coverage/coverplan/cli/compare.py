"""Command for comparing: two or three results or scenarios, held against the first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coverplan.cli.options import JsonOption, LanguageOption, QuietOption

if TYPE_CHECKING:
    from coverplan.comparison.outcome import Comparison
    from coverplan.comparison.wording import Wording

ComparedPath = typer.Argument(help="Folder of a result, or a scenario file.")


def compare(
    a: Annotated[Path, ComparedPath],
    b: Annotated[Path, ComparedPath],
    c: Annotated[Path | None, ComparedPath] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the comparison; maps/compare-A-B when not given."),
    ] = None,
    money: Annotated[
        bool, typer.Option("--money", help="Also ask what the same money could have done; takes longer.")
    ] = False,
    lang: LanguageOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
    numbers_only: Annotated[
        bool, typer.Option("--numbers-only", help="Write compare.json and tables, no report.")
    ] = False,
) -> None:
    """Hold scenarios against a first one: who gains and loses, which targets turn, cost, distance from the best.

    比较方案：服务人口变化、判定改变的指标、投资，以及离同等投入下的最好结果多远。
    """
    from coverplan.cli.terminal import Screen
    from coverplan.comparison.compare import compare as hold

    language: Any = None if lang is None else lang.value
    with Screen(quiet=quiet or as_json).steps(language) as progress:
        found = hold(
            a, b, c, out=out, language=language, money=money, numbers_only=numbers_only, progress=progress
        )
    if as_json:
        typer.echo(json.dumps(found.summary(), ensure_ascii=False))
    elif not quiet:
        _tell(found, language or found.sides[0].summary["scenario"]["language"])


def _tell(found: Comparison, language: Any) -> None:
    """The sentences that a director reads first, what to mind, and where it was written."""
    from coverplan.comparison.sentences import between, no_regret, sentences
    from coverplan.comparison.wording import Wording

    wording = Wording(found, language)
    for line in (wording("terminal.title"), *map(wording.named, found.sides)):
        typer.echo(line)
    for other in found.others:
        typer.echo("")
        for sentence in sentences(found, other, wording):
            typer.echo(sentence)
    for sentence in between(found, wording):
        typer.echo("")
        typer.echo(sentence)
    _remarks(found, [*map(wording.remark, found.common.remarks), *no_regret(found, wording)], wording)


def _remarks(found: Comparison, remarks: list[str], wording: Wording) -> None:
    if remarks:
        typer.echo("\n" + wording("terminal.remarks"))
        for remark in remarks:
            typer.echo(f"  {remark}")
    if found.folder is not None:
        typer.echo("\n" + wording("terminal.written", folder=found.folder))
