"""Command that looks at the machine: what is there, what is missing, what to do."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from coverplan.cli.options import EXIT_CHECK_FAILED, JsonOption, LanguageOption

if TYPE_CHECKING:
    from coverplan.cli.machine import Finding
    from coverplan.text.words import Words

_MARKS = {"fine": "✓", "without": "·", "missing": "✗"}


def doctor(lang: LanguageOption = None, as_json: JsonOption = False) -> None:
    """Look at this machine: versions, packages, font, LibreOffice, cache, free space, and what is missing for which extra.

    检查本机环境：版本、依赖包、字体、LibreOffice、缓存、磁盘空间，以及各扩展缺什么。
    """
    from coverplan.cli.machine import examine
    from coverplan.cli.terminal import words_of

    words = words_of(None if lang is None else lang.value)
    found = examine()
    if as_json:
        told = [{**asdict(one), "remedy": _remedy(one, words) or None} for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        for one in found:
            typer.echo(f"{_MARKS[one.state]} {words(f'doctor.what.{one.what}')}: {one.value}")
            if remedy := _remedy(one, words):
                typer.echo(f"    → {remedy}")
        missing = sum(one.state == "missing" for one in found)
        typer.echo(words("doctor.missing", count=missing) if missing else words("doctor.fine"))
    if any(one.state == "missing" for one in found):
        raise typer.Exit(EXIT_CHECK_FAILED)


def _remedy(one: Finding, words: Words) -> str:
    return "" if one.remedy is None else words(f"doctor.remedy.{one.remedy}", package=one.package)
