"""Everything that people look at and hand in, made from one result: maps, print maps, report, tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from coverplan.maps.interactive import write_map
from coverplan.maps.print_map import write_print_map
from coverplan.report.files import write_report, write_tables
from coverplan.results import Result
from coverplan.text.words import Language

#: Called with the key of a step (in the words of ``text``) and its details as it begins.
Progress = Callable[[str, dict[str, str]], None]


def write_outputs(
    result: Result,
    folder: Path,
    *,
    languages: Sequence[Language],
    tiles: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write maps, print maps, report and tables of a result.

    The first language's files stand in `folder` itself, those of any other in a folder named after it.

    Parameters
    ----------
    result
        The answer of a run.
    folder
        Folder that takes the files.
    languages
        Languages to write, the main one first.
    tiles
        Address of background tiles for the interactive map; none by default, so that it asks for nothing.
    progress
        Told about each step.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    told = progress or _silent
    paths: list[Path] = []
    for position, language in enumerate(languages):
        target = folder if position == 0 else folder / language
        target.mkdir(exist_ok=True)
        told("step.maps", {"language": language})
        paths.append(write_map(result, target, language=language, tiles=tiles))
        told("step.print_maps", {"language": language})
        for paper in ("A4", "A3"):
            paths += write_print_map(result, target, language=language, paper=paper)
        told("step.report", {"language": language})
        paths += write_report(result, target, language=language)
        paths += write_tables(result, target, language=language)
    return paths


def _silent(step: str, details: dict[str, str]) -> None:
    """Tell nobody."""
