"""Everything that people look at and hand in, made from one result: maps, print maps, report, tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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

    The first language's files stand in `folder` itself, those of any other in a folder named after it, made in a
    process of its own where the machine has more than one processor.

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
    others = [(result, folder / language, language, tiles) for language in languages[1:]]
    if not others or (os.cpu_count() or 1) < 2:
        first = _in_language(result, folder, languages[0], tiles, told)
        return [*first, *(path for other in others for path in _in_language(*other, told))]
    with ProcessPoolExecutor(len(others), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(_in_language, *other) for other in others]
        paths = _in_language(result, folder, languages[0], tiles, told)
        return [*paths, *(path for one in waiting for path in one.result())]


def _in_language(
    result: Result, folder: Path, language: Language, tiles: str | None, told: Progress | None = None
) -> list[Path]:
    told = told or _silent
    folder.mkdir(exist_ok=True)
    told("step.maps", {"language": language})
    paths = [write_map(result, folder, language=language, tiles=tiles)]
    told("step.print_maps", {"language": language})
    for paper in ("A4", "A3"):
        paths += write_print_map(result, folder, language=language, paper=paper)
    told("step.report", {"language": language})
    paths += write_report(result, folder, language=language)
    paths += write_tables(result, folder, language=language)
    return paths


def _silent(step: str, details: dict[str, str]) -> None:
    """Tell nobody."""
