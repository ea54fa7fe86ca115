"""On which page each heading of a Word file stands, as LibreOffice lays it out.

A Word file has no pages until a program lays it out, and Word does so for a list of contents only after it has asked. Where
LibreOffice is installed it takes a few seconds for the usual report; without it the contents have no page numbers. Where it
would set the letters in a font of other widths, it is lent one (`word_letters`); contents have no page numbers where it sets
them otherwise all the same: lines, and at last pages, would break elsewhere than in Word. Chinese letters are as wide as they are high in every font, and every style has lines of its own height.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from coverplan.report.documents.word_letters import NAME, times_settings

#: Names the program, or says ``off``: then nothing is laid out, as is wise where many reports are written.
SETTING = "COVERPLAN_OFFICE"
#: Folder of programs that a system of packages installs.
SYSTEM = Path("/usr/lib")
#: Seconds after which the contents go without page numbers.
LONGEST_S = 45.0
#: Headings of a report that is laid out; one with more would take minutes.
MOST_HEADINGS = 150
#: Fonts whose letters are as wide as those of Times New Roman, as a PDF file names them.
AS_WIDE = (
    "timesnewroman",
    "times-roman",
    "liberationserif",
    "tinos",
    "nimbusroman",
    "texgyretermes",
    NAME.lower(),
)


def office() -> str | None:
    """The program that lays Word files out, where there is one and it may be used."""
    named = os.environ.get(SETTING, "").strip()
    if named.lower() == "off":
        return None
    return shutil.which(named) if named else shutil.which("soffice") or shutil.which("libreoffice")


def lacks_font(program: str) -> bool:
    """Whether it is known without a layout that the letters would be set in a font of other widths.

    Programs of the system take the fonts of fontconfig; others may bring their own, and only their PDF file tells.
    """
    teller = shutil.which("fc-match")
    if teller is None or not Path(program).resolve().is_relative_to(SYSTEM):
        return False
    asked = [teller, "--format", "%{family}", "Times New Roman"]
    try:
        found = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return False
    return found.returncode == 0 and not _as_wide([found.stdout])


def _as_wide(fonts: Iterable[str]) -> bool:
    names = "\n".join(fonts).lower().replace(" ", "")
    return any(name in names for name in AS_WIDE)


def pages_of(path: Path, headings: Sequence[str], program: str) -> list[int] | None:
    """Page of each heading, counted from 1, or None where that cannot be told.

    Parameters
    ----------
    path
        A Word file.
    headings
        Text of all its headings, in reading order.
    program
        What `office` found.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / "report.docx"
        shutil.copyfile(path, source)
        # a profile of its own: two that share one wait for each other, and the user's may be open
        profile = (folder / "profile").as_uri()
        asked = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", "pdf", "--outdir", name]
        letters = folder / "letters"
        letters.mkdir()
        lent = times_settings(letters) if lacks_font(program) else {}
        if not _finished([program, *asked, str(source)], lent):
            return None
        return _read(source.with_suffix(".pdf"), headings)


def _finished(command: Sequence[str], variables: Mapping[str, str]) -> bool:
    """Whether a program ended in time; one that did not is ended with all that it started."""
    nowhere = subprocess.DEVNULL
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own program and a file that we wrote
            command,
            stdin=nowhere,
            stdout=nowhere,
            stderr=nowhere,
            start_new_session=True,
            env={**os.environ, **variables},
        )
    except OSError:
        return False
    try:
        return process.wait(LONGEST_S) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _read(pdf: Path, headings: Sequence[str]) -> list[int] | None:
    """Pages from the bookmarks of a PDF file, where they are these headings and no others, in letters as wide as Word's."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(pdf)
        marks = list(_flat(reader.outline))
        pages = [reader.get_destination_page_number(mark) for mark in marks]
        as_wide = _as_wide(_fonts(reader))
    except (OSError, PyPdfError, ValueError):
        return None
    if not as_wide or [_plain(str(mark.title)) for mark in marks] != [_plain(text) for text in headings]:
        return None
    found = [page + 1 for page in pages if page is not None]
    return found if len(found) == len(headings) else None


def _fonts(reader: Any) -> Iterator[str]:
    """Names of the fonts of a PDF file."""
    for page in reader.pages:
        fonts = page.get("/Resources", {}).get("/Font", {})
        yield from (str(font.get_object().get("/BaseFont")) for font in fonts.values())


def _flat(marks: Sequence[Any]) -> Iterator[Any]:
    for mark in marks:
        if isinstance(mark, list):
            yield from _flat(mark)
        else:
            yield mark


def _plain(text: str) -> str:
    return "".join(text.split()).replace("\u2011", "-")
