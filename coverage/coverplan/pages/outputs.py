"""Everything that people look at and hand in, made from one result: maps, print maps, report, tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TextIO, get_args

from coverplan.pages.page_worker import PageWorker
from coverplan.results.files import LAYERS_GPKG, read_result
from coverplan.results.result import Result
from coverplan.results.whole_people import in_whole_people
from coverplan.text.progress import Progress, tell_nobody
from coverplan.text.words import Language

#: ``pages`` are map on screen, report and tables of a language; print maps of all languages share their ground.
Part = Literal["pages", "print_maps"]
PARTS: tuple[Part, ...] = get_args(Part)
#: Languages with the folder that takes their files.
Targets = Sequence[tuple[Language, Path]]


def write_outputs(
    result: Result,
    folder: Path,
    *,
    languages: Sequence[Language],
    tiles: str | None = None,
    progress: Progress | None = None,
    worker: PageWorker | None = None,
) -> None:
    """Write maps, print maps, report and tables of a result.

    The first language's files stand in `folder` itself, those of any other in a folder named after it.

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
    worker
        A process that waits; it makes the print maps from the written result. Without it all is made here.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    from coverplan.maps.qgis import style_geopackage

    told = progress or tell_nobody
    if (folder / LAYERS_GPKG).is_file():
        style_geopackage(folder / LAYERS_GPKG, result, languages[0])
    targets = [(languages[0], folder), *((language, folder / language) for language in languages[1:])]
    if worker is not None:
        into = [[language, str(target)] for language, target in targets]
        worker.begin({"result": str(folder), "part": "print_maps", "targets": into, "tiles": tiles})
    write_part(result, "pages", targets, tiles=tiles, progress=progress)
    if worker is None:
        write_part(result, "print_maps", targets, tiles=tiles, progress=progress)
    else:
        told("step.other_pages", {})
        worker.finish()


def write_part(
    result: Result,
    part: Part,
    targets: Targets,
    *,
    tiles: str | None = None,
    progress: Progress | None = None,
) -> None:
    """Write one part of `write_outputs` in some languages; other arguments as there."""
    told = progress or tell_nobody
    for _, folder in targets:
        folder.mkdir(parents=True, exist_ok=True)
    if part == "pages":
        _write_pages(result, targets, tiles, told)
    elif result.layers:
        _write_print_maps(result, targets, told)


def _write_pages(result: Result, targets: Targets, tiles: str | None, told: Progress) -> None:
    from coverplan.maps.web.interactive import write_map
    from coverplan.maps.web.page_content import drawn_content
    from coverplan.report.files import write_report, write_tables

    whole = in_whole_people(result)  # once; what shows whole people sees that they are whole already
    drawn = drawn_content(whole) if result.layers else None
    for language, folder in targets:
        if drawn is not None:
            told("step.maps", {"language": language})
            write_map(whole, folder, language=language, tiles=tiles, drawn=drawn)
        told("step.report", {"language": language})
        write_report(whole, folder, language=language)
        write_tables(result, folder, language=language)


def _write_print_maps(result: Result, targets: Targets, told: Progress) -> None:
    from coverplan.maps.sheets.ground import Ground
    from coverplan.maps.sheets.paper import PAPERS
    from coverplan.maps.sheets.print_map import write_print_map

    ground = Ground(result)
    for language, folder in targets:
        told("step.print_maps", {"language": language})
        for paper in PAPERS:
            write_print_map(result, folder, language=language, paper=paper, ground=ground)


def do_job(stream: TextIO) -> None:
    """Do the job that comes as one line, as the process of a `PageWorker`; nothing where none comes.

    Raises
    ------
    InputError
        If a file cannot be written.
    """
    import coverplan.maps.sheets.standard_sheet  # noqa: F401  (what takes long to load is loaded while numbers are computed)

    line = stream.readline()
    if not line.strip():
        return
    job = json.loads(line)
    targets = [(language, Path(folder)) for language, folder in job["targets"]]
    write_part(read_result(Path(job["result"])), job["part"], targets, tiles=job["tiles"])
