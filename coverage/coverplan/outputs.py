"""Everything that people look at and hand in, made from one result: maps, print maps, report, tables."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from coverplan.errors import InputError, Problem
from coverplan.maps.interactive import write_map
from coverplan.maps.print_map import write_print_map
from coverplan.maps.qgis import style_geopackage
from coverplan.report.files import write_report, write_tables
from coverplan.result_files import LAYERS_GPKG
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
    process of its own at the same time.

    Parameters
    ----------
    result
        The answer of a run.
    folder
        Folder that holds the written result and takes the files.
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
    if (folder / LAYERS_GPKG).is_file():
        style_geopackage(folder / LAYERS_GPKG, result, languages[0])
    with ExitStack() as stack:
        others = [stack.enter_context(_elsewhere(folder, language, tiles)) for language in languages[1:]]
        paths = write_in(languages[0], result, folder, tiles=tiles, progress=progress)
        for process in others:
            told("step.other_languages", {})
            _finish(process)
    return [
        *paths,
        *(path for language in languages[1:] for path in sorted((folder / language).rglob("*.*"))),
    ]


def _elsewhere(folder: Path, language: Language, tiles: str | None) -> subprocess.Popen[str]:
    """A process that makes the pages of one more language from the written result, beside this one."""
    command = [sys.executable, "-P", "-m", "coverplan", "pages", str(folder), "--lang", language]
    command += ["--out", str(folder / language), "--quiet", *([] if tiles is None else ["--tiles", tiles])]
    return subprocess.Popen(  # noqa: S603  (our own interpreter and words of our own)
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )


def _finish(process: subprocess.Popen[str]) -> None:
    _, said = process.communicate()
    if process.returncode:
        raise InputError([Problem("the pages of a further language could not be made", value=said.strip())])


def write_in(
    language: Language,
    result: Result,
    folder: Path,
    *,
    tiles: str | None = None,
    progress: Progress | None = None,
) -> list[Path]:
    """Write maps, print maps, report and tables in one language; arguments as in `write_outputs`."""
    told = progress or _silent
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    if result.layers:
        told("step.maps", {"language": language})
        paths.append(write_map(result, folder, language=language, tiles=tiles))
        told("step.print_maps", {"language": language})
        for paper in ("A4", "A3"):
            paths += write_print_map(result, folder, language=language, paper=paper)
    told("step.report", {"language": language})
    paths += write_report(result, folder, language=language)
    paths += write_tables(result, folder, language=language)
    return paths


def _silent(step: str, details: dict[str, str]) -> None:
    """Tell nobody."""
