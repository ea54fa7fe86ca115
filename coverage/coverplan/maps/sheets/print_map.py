"""Print maps as pdf and png: what is done, each standard (before and after where something is done), all side by side.

The smallest paper shows a changed standard as a pair alone; larger ones add the map of what is after it by itself.
"""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coverplan.maps import wording
from coverplan.maps.sheets.fonts import print_fonts
from coverplan.maps.sheets.paper import PAPERS, Paper
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

    from coverplan.maps.sheets.pdf_file import MapPages, Packed

    pdf, png = io.BytesIO(), b""
    packed = mpl.rc_context({"pdf.compression": PDF_COMPRESSION})
    shared = ground.kept("packed", Packed)
    with packed, MapPages(pdf, _metadata(ground.result, words), shared) as pages:
        for position, sheet in enumerate(sheets(ground, words, paper)):
            sheet.figure.savefig(pages, format="pdf", dpi=PDF_DPI)
            if position == 0:
                png = sheet.png(PNG_DPI)
    return pdf.getvalue(), png


def sheets(ground: Ground, words: Words, paper: Paper) -> Iterator[Sheet]:
    """Every sheet, one after the other; where something is done, what is done comes first."""
    made = _plans(ground, words, paper)
    for number, make in enumerate(made, start=1):
        yield make(words("map.page", page=number, pages=len(made)))


def _plans(ground: Ground, words: Words, paper: Paper) -> list[Callable[[str], Sheet]]:
    """What makes each sheet, given the words on which page it is."""
    from coverplan.maps.sheets.actions_sheet import actions_sheet, list_pages, list_sheet
    from coverplan.maps.sheets.multiples import panels_of, panels_sheet
    from coverplan.maps.sheets.pair_sheet import pair_sheet
    from coverplan.maps.sheets.standard_sheet import standard_sheet

    def plan(make: Callable[..., Sheet], *arguments: Any) -> Callable[[str], Sheet]:
        return lambda page: make(*arguments, page=page)

    standards = ground.result.summary["standards"]
    subjects = [Subject(ground.result, standard, words) for standard in standards]
    lists = list_pages(ground, paper)
    found = [plan(actions_sheet, ground, words, paper)] if lists else []
    for subject in subjects:
        if subject.has_before:
            found.append(plan(pair_sheet, subject, ground, paper))
        if not subject.has_before or paper != PAPERS[0]:
            found.append(plan(standard_sheet, subject, ground, paper))
    panels = panels_of(subjects)
    parts = [panels[i : i + MOST_PANELS] for i in range(0, len(panels), MOST_PANELS)]
    found += [plan(panels_sheet, part, ground, paper) for part in parts]
    return found + [plan(list_sheet, ground, listed, words, paper) for listed in lists]


def _metadata(result: Result, words: Words) -> dict[str, Any]:
    return {
        "Title": wording.full_title(result, words),
        "Creator": f"coverplan {VERSION}",
        "CreationDate": dt.datetime.fromisoformat(result.summary["run"]["finished"]),
    }
