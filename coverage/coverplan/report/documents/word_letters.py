"""Letters as wide as those of Times New Roman, for a LibreOffice that has none: else lines would break elsewhere than in Word.

The faces are those of matplotlib's STIXGeneral, drawn after Times; the few signs of other widths get those of Times from the
tables of widths beside them. They serve to lay a file out and stand in no file that anybody keeps.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

#: Name of the font, as a PDF file names it too.
NAME = "CoverplanSerif"
#: Faces of matplotlib, each with the widths of Times of its kind.
FACES = {
    "STIXGeneral": "ptmr8a",
    "STIXGeneralBol": "ptmb8a",
    "STIXGeneralItalic": "ptmri8a",
    "STIXGeneralBolIta": "ptmbi8a",
}
#: Codes that stand for other signs in the tables of widths than in a text.
OTHER_SIGNS = (39, 96)
#: Kinds of names in a font file: family, all of it, for PostScript, and family again.
NAMED = (1, 4, 6, 16)


def times_settings(folder: Path) -> dict[str, str]:
    """Write the font and settings for it into a folder; the environment of a program that takes them.

    Parameters
    ----------
    folder
        An empty one, kept while the program runs.

    Returns
    -------
    The variables to add: programs that find their fonts by fontconfig then set this font for Times New Roman.
    """
    for face, widths in FACES.items():
        _write_face(face, _widths(widths), folder / f"{face}.ttf")
    usual = os.environ.get("FONTCONFIG_FILE", "/etc/fonts/fonts.conf")
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">{escape(usual)}</include>'
        f"<dir>{escape(str(folder))}</dir><cachedir>{escape(str(folder / 'cache'))}</cachedir>"
        '<match target="pattern"><test name="family"><string>Times New Roman</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{NAME}</string></edit></match></fontconfig>',
        "utf-8",
    )
    return {"FONTCONFIG_FILE": str(settings)}


def bold_width(text: str, size: float) -> float:
    """Points that Latin letters take in Times New Roman Bold of a size; signs that are not in its table count as an em."""
    widths = _bold_widths()
    return sum(widths.get(ord(letter), 1000) for letter in text) * size / 1000


@cache
def _bold_widths() -> dict[int, int]:
    return _widths(FACES["STIXGeneralBol"])


def _data() -> Path:
    import matplotlib as mpl

    return Path(mpl.get_data_path()) / "fonts"


def _widths(table: str) -> dict[int, int]:
    """Width of each sign of ASCII in thousandths of its size, by its code."""
    lines = (_data() / "afm" / f"{table}.afm").read_text("ascii").splitlines()
    # such as: C 37 ; WX 833 ; N percent ; B 61 -13 772 676 ;
    parts = (line.split() for line in lines if line.startswith("C "))
    found = {int(part[1]): int(part[4]) for part in parts}
    return {code: width for code, width in found.items() if 32 <= code < 127 and code not in OTHER_SIGNS}


def _write_face(face: str, widths: dict[int, int], path: Path) -> None:
    from fontTools.ttLib import TTFont

    with TTFont(_data() / "ttf" / f"{face}.ttf", lazy=True) as font:
        size, glyphs, advances = font["head"].unitsPerEm, font.getBestCmap(), font["hmtx"]
        for code, width in widths.items():
            advances[glyphs[code]] = round(width * size / 1000), advances[glyphs[code]][1]
        for record in font["name"].names:
            if record.nameID in NAMED:
                record.string = NAME
        font.save(path)
