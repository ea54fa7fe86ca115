"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

EXIT_INPUT = 1
EXIT_CHECK_FAILED = 3
EXIT_FAILURE = 4
EXIT_INTERRUPTED = 130


def example(arguments: str) -> str:
    """Last line of a command's help: the command as it may be typed."""
    return f"\b\n例 Example: coverplan {arguments}"  # \b: never broken into lines


class Language(StrEnum):
    """Languages of what people read."""

    ZH = "zh"
    EN = "en"


ScenarioPath = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")]
LanguageOption = Annotated[
    Language | None,
    typer.Option("--lang", help="Language of the output 语言; the scenario's when not given."),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
TilesOption = Annotated[
    str | None,
    typer.Option("--tiles", help="Address of background tiles {z}/{x}/{y} for the map; none by default."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON, nothing else.")]
