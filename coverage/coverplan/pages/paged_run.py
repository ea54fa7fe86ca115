"""A run as users ask for it: the numbers, written to a folder, with the pages where they are wanted."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from coverplan.answer.study_runner import run as answer
from coverplan.text.progress import Progress

if TYPE_CHECKING:
    from coverplan.results.files import Extra
    from coverplan.results.result import Result
    from coverplan.text.words import Language


def run(
    scenario: str | Path,
    *,
    out: str | Path | None = None,
    pages: bool = False,
    language: Language | None = None,
    tiles: str | None = None,
    write: bool = True,
    internal: str | Path | None = None,
    progress: Progress | None = None,
) -> Result:
    """Answer a scenario and write the answer to a folder.

    The folder takes ``result.json``, ``coverage.csv``, ``layers.gpkg``, ``tables/`` and ``manifest.json``, with
    ``pages=True`` also maps, print maps, report and tables to hand in. It is written aside and put in place whole; an
    earlier result there is replaced, a folder that holds something else is refused.

    Parameters
    ----------
    scenario
        Path of a scenario file.
    out
        Folder for the result; when not given ``maps/<scenario>`` beside the folder ``scenarios`` that holds the file,
        else beside the file itself. `Result.folder` says which it was.
    pages
        Also makes the pages, which takes longer than the numbers.
    language
        Main language of the pages, ``zh`` or ``en``; the scenario's when not given. Pages in the languages of
        ``also_in`` stand in folders of their own.
    tiles
        Address of background tiles for the interactive map; none by default, so that it asks for nothing.
    write
        False writes nothing and keeps the result in memory.
    internal
        File for the whole chosen scenario of a siting question, with the places that are not public. Nothing else
        that a run gives or writes holds them.
    progress
        Told about each step, by its key and particulars.

    Returns
    -------
    Result
        People by standard, unit and group, tables, layers. Shares lie between 0 and 1, NaN where nobody lives; what is
        unknown is NaN or None, never 0.

    Raises
    ------
    InputError
        With everything that is wrong with the input, before anything is written.
    ValueError
        If pages are asked for and nothing shall be written.

    Examples
    --------
    >>> result = coverplan.run("scenarios/demo.yaml", out="answer", pages=True)  # doctest: +SKIP
    >>> result.share("elder_care-15min", "age_60_plus")  # doctest: +SKIP
    """
    if pages and not write:
        raise ValueError("pages=True makes pages in the folder of the result, write=False makes no folder")
    with ExitStack() as stack:
        extra = _pages(language, tiles, progress, stack) if pages else None
        return answer(scenario, out=out, progress=progress, write=write, extra=extra, internal=internal)


def _pages(
    language: Language | None, tiles: str | None, progress: Progress | None, stack: ExitStack
) -> Extra:
    """Writes the pages of the answer; a process that helps with them gets ready while the numbers are computed."""
    from coverplan.pages.outputs import write_outputs
    from coverplan.pages.page_worker import PageWorker

    worker = stack.enter_context(PageWorker())

    def pages(made: Result, folder: Path) -> None:
        asked = made.summary["scenario"]
        first: Language = language or asked["language"]
        others = [other for other in asked["also_in"] if other != first]
        write_outputs(made, folder, languages=[first, *others], tiles=tiles, progress=progress, worker=worker)

    return pages
