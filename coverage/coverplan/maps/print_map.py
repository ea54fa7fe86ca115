"""Print maps: a sheet for each standard, one with all side by side, and those of where to build next, as pdf and png."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverplan import __version__
from coverplan.maps import wording
from coverplan.maps.files import replace_file
from coverplan.maps.fonts import print_fonts
from coverplan.maps.paper import Paper
from coverplan.maps.subject import Subject
from coverplan.results import Result
from coverplan.text.words import Language, Words

if TYPE_CHECKING:
    from coverplan.maps.sheet import Sheet

PDF_DPI = 250
PNG_DPI = 200
#: Small maps on one sheet.
MOST_PANELS = 12


def write_print_map(result: Result, folder: Path, *, language: Language, paper: Paper = "A4") -> list[Path]:
    """Write ``map.pdf`` (all sheets) and ``map.png`` (the first one); ``map-A3.pdf`` and so on for A3.

    Raises
    ------
    InputError
        If the folder cannot be written, or the font is missing.
    """
    name = "map" if paper == "A4" else f"map-{paper}"
    words = Words(language)
    with print_fonts(), warnings.catch_warnings():
        # letters that no font has, of a name in some rare script, are drawn as boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        pdf, png = _rendered(result, words, paper)
    return [replace_file(folder / f"{name}.pdf", pdf), replace_file(folder / f"{name}.png", png)]


def _rendered(result: Result, words: Words, paper: Paper) -> tuple[bytes, bytes]:
    from matplotlib.backends.backend_pdf import PdfPages

    pdf, png = io.BytesIO(), io.BytesIO()
    with PdfPages(pdf, metadata=_metadata(result, words)) as pages:
        for position, sheet in enumerate(sheets(result, words, paper)):
            sheet.figure.savefig(pages, format="pdf", dpi=PDF_DPI)
            if position == 0:
                sheet.figure.savefig(png, format="png", dpi=PNG_DPI, metadata={"Software": None})
    return pdf.getvalue(), png.getvalue()


def sheets(result: Result, words: Words, paper: Paper) -> Iterator[Sheet]:
    """Every sheet, one after the other."""
    from coverplan.maps.actions_sheet import actions_sheet, list_pages, list_sheet
    from coverplan.maps.multiples import panels_sheet
    from coverplan.maps.standard_sheet import standard_sheet

    subjects = [Subject(result, standard, words) for standard in result.summary["standards"]]
    parts = [subjects[i : i + MOST_PANELS] for i in range(0, len(subjects), MOST_PANELS)]
    parts = parts if len(subjects) > 1 else []
    lists = list_pages(result, paper)
    pages = len(subjects) + len(parts) + len(lists) + bool(lists)
    for number, subject in enumerate(subjects, start=1):
        yield standard_sheet(subject, paper, page=words("map.page", page=number, pages=pages))
    for number, part in enumerate(parts, start=len(subjects) + 1):
        yield panels_sheet(part, paper, page=words("map.page", page=number, pages=pages))
    if lists:
        number = pages - len(lists)
        yield actions_sheet(result, words, paper, page=words("map.page", page=number, pages=pages))
    for number, listed in enumerate(lists, start=pages - len(lists) + 1):
        yield list_sheet(result, listed, words, paper, page=words("map.page", page=number, pages=pages))


def _metadata(result: Result, words: Words) -> dict[str, Any]:
    return {
        "Title": f"{wording.place(result, words)} {wording.title(result, words)}",
        "Creator": f"coverplan {__version__}",
        "CreationDate": dt.datetime.fromisoformat(result.summary["run"]["finished"]),
    }
