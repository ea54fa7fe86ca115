"""Commands for getting data ready: propose a study file, check ledgers and send them back, empty ledgers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coverplan.cli.options import EXIT_INPUT, LanguageOption

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coverplan.errors import Problem
    from coverplan.text.words import Language

#: A line of a proposal that waits for an answer.
_TO_FILL_IN = re.compile(r"^.*(?:# \?|: \?[,}]).*$", re.MULTILINE)


def init(
    folder: Annotated[Path, typer.Argument(help="Folder that holds your files.")],
    lang: LanguageOption = None,
) -> None:
    """Look at a folder of files and write the study file and the scenario that they suggest.

    查看文件夹里的数据，写出建议的 study.yaml（附理由）和 scenario.yaml。
    """
    from coverplan.setup.proposal import init_folder
    from coverplan.text.words import Words

    language = _language(lang)
    written = init_folder(folder, language=language)
    typer.echo(f"{written.study}\n{written.scenario}")
    left = len(_TO_FILL_IN.findall(written.study.read_text(encoding="utf-8")))
    key = "setup.next_fill" if left else "setup.next_check"
    typer.echo(Words(language)(key, file=written.study, count=left))


def template(
    layer: Annotated[
        str, typer.Argument(help="Layer: elder_care, social_work, child_protection, ...; or plan.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; <layer>.xlsx when not given.")
    ] = None,
    lang: LanguageOption = None,
) -> None:
    """Write an empty ledger with checked columns, dropdowns and notes.

    写出空白台账：列有校验、下拉选项和填写说明。
    """
    from coverplan.setup.template import write_plan_template, write_template

    path = Path(f"{layer}.xlsx") if out is None else out
    if layer == "plan":
        typer.echo(str(write_plan_template(path, language=_language(lang))))
        return
    typer.echo(str(write_template(layer, path, language=_language(lang))))


def check_study_file(
    study: Path,
    mended: list[Path],
    out: Path | None,
    lang: LanguageOption,
    *,
    quiet: bool = False,
    as_json: bool = False,
) -> None:
    """Check a study file's ledgers, and write what is to be mended, street by street."""
    from coverplan.errors import InputError
    from coverplan.setup.check_files import summary_lines, write_check
    from coverplan.setup.study_check import check_study

    language = _language(lang)
    try:
        checked = check_study(study, mended=mended)
    except InputError as error:
        if not as_json:
            raise
        _tell_as_json(error.problems)
        raise typer.Exit(EXIT_INPUT) from error
    written = write_check(checked, study.parent / "check" if out is None else out, language=language)
    errors = [problem for problem in checked.problems if problem.severity == "error"]
    if as_json:
        _tell_as_json(checked.problems)
    elif not quiet:
        for line in (*summary_lines(checked, language), *map(str, written)):
            typer.echo(line)
    elif errors:
        raise InputError(errors)
    if errors:
        raise typer.Exit(EXIT_INPUT)


def _tell_as_json(problems: Iterable[Problem]) -> None:
    from coverplan.cli.terminal import problems_as_json

    typer.echo(problems_as_json(problems))


def _language(lang: LanguageOption) -> Language:
    return "zh" if lang is None or lang.value == "zh" else "en"
