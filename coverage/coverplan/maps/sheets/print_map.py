"""Print maps: a sheet for each standard, one with all side by side, and those of where to build next, as pdf and png."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverplan.maps import wording
from coverplan.maps.sheets.fonts import print_fonts
from coverplan.maps.sheets.paper import Paper
from coverplan.maps.subject import Subject
from coverplan.results.result import Result
from coverplan.text.version import VERSION
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole

if TYPE_CHECKING:
    from coverplan.maps.sheets.ground import Ground
    from coverplan.maps.sheets.sheet import Sheet

PDF_DPI = 250
PNG_DPI = 200
#: Files are a tenth larger than packed as hard as possible, and made in two thirds of the time.
PDF_COMPRESSION = 2
#: Small maps on one sheet.
MOST_PANELS = 12


def write_print_map(
    result: Result, folder: Path, *, language: Language, paper: Paper = "A4", ground: Ground | None = None
) -> list[Path]:
    """Write ``map.pdf`` (all sheets) and ``map.png`` (the first one); ``map-A3.pdf`` and so on for A3.

    A `ground` that several calls share is made ready once for all papers and languages.

    Raises
    ------
    InputError
        If the folder cannot be written, or the font is missing.
    """
    name = "map" if paper == "A4" else f"map-{paper}"
    words = Words(language)
    from coverplan.maps.sheets.ground import Ground

    with print_fonts(), warnings.catch_warnings():
        # letters that no font has, of a name in some rare script, are drawn as boxes
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        pdf, png = _rendered(Ground(result) if ground is None else ground, words, paper)
    return [
        write_whole(folder / f"{name}.pdf", lambda part: part.write_bytes(pdf)),
        write_whole(folder / f"{name}.png", lambda part: part.write_bytes(png)),
    ]


def _rendered(ground: Ground, words: Words, paper: Paper) -> tuple[bytes, bytes]:
    import matplotlib as mpl
    from matplotlib.backends.backend_pdf import PdfPages

    pdf, png = io.BytesIO(), b""
    packed = mpl.rc_context({"pdf.compression": PDF_COMPRESSION})
    with packed, PdfPages(pdf, metadata=_metadata(ground.result, words)) as pages:
        for position, sheet in enumerate(sheets(ground, words, paper)):
            sheet.figure.savefig(pages, format="pdf", dpi=PDF_DPI)
            if position == 0:
                png = sheet.png(PNG_DPI)
    return pdf.getvalue(), png


def sheets(ground: Ground, words: Words, paper: Paper) -> Iterator[Sheet]:
    """Every sheet, one after the other."""
    from coverplan.maps.sheets.actions_sheet import actions_sheet, list_pages, list_sheet
    from coverplan.maps.sheets.multiples import panels_sheet
    from coverplan.maps.sheets.standard_sheet import standard_sheet

    standards = ground.result.summary["standards"]
    subjects = [Subject(ground.result, standard, words) for standard in standards]
    parts = [subjects[i : i + MOST_PANELS] for i in range(0, len(subjects), MOST_PANELS)]
    parts = parts if len(subjects) > 1 else []
    lists = list_pages(ground, paper)
    pages = len(subjects) + len(parts) + len(lists) + bool(lists)
    for number, subject in enumerate(subjects, start=1):
        yield standard_sheet(subject, ground, paper, page=words("map.page", page=number, pages=pages))
    for number, part in enumerate(parts, start=len(subjects) + 1):
        yield panels_sheet(part, ground, paper, page=words("map.page", page=number, pages=pages))
    if lists:
        number = pages - len(lists)
        yield actions_sheet(ground, words, paper, page=words("map.page", page=number, pages=pages))
    for number, listed in enumerate(lists, start=pages - len(lists) + 1):
        yield list_sheet(ground, listed, words, paper, page=words("map.page", page=number, pages=pages))


def _metadata(result: Result, words: Words) -> dict[str, Any]:
    return {
        "Title": wording.full_title(result, words),
        "Creator": f"coverplan {VERSION}",
        "CreationDate": dt.datetime.fromisoformat(result.summary["run"]["finished"]),
    }
