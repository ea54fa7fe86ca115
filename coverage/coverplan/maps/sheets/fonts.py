"""Type for print: Noto Sans SC from its package, so that Chinese never depends on the machine."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from coverplan.text.typeface import font_file

#: Width of a letter in ems: full for Chinese, about half for the rest.
_WIDE_EM, _NARROW_EM = 1.0, 0.57
_OPENING = "（《“(["
_NEVER_FIRST = "，。；：、）》”？！,.;:)?!%"


@contextmanager
def print_fonts() -> Iterator[None]:
    """Draw with the font of the package; text stays text in pdf files, and no ``$`` starts a formula."""
    import matplotlib as mpl
    from matplotlib.font_manager import FontProperties, fontManager

    path = str(font_file())
    if not any(entry.fname == path for entry in fontManager.ttflist):
        fontManager.addfont(path)
    family = [FontProperties(fname=path).get_name(), "DejaVu Sans"]
    settings: dict[Any, Any] = {
        "font.family": family,
        "pdf.fonttype": 3,
        "text.parse_math": False,
        "text.usetex": False,
        "axes.unicode_minus": False,
    }
    with mpl.rc_context(settings):
        yield


def width_em(text: str) -> float:
    """Width of a line in ems, near enough to break lines."""
    wide = sum(unicodedata.east_asian_width(letter) in "WFA" for letter in text)
    return wide * _WIDE_EM + (len(text) - wide) * _NARROW_EM


def broken(text: str, most_em: float) -> list[str]:
    """Lines of at most a width in ems: between words in English, between any two letters in Chinese."""
    lines, line = [], ""
    for piece in _pieces(text):
        if line and width_em(line + piece.rstrip()) > most_em and piece[0] not in _NEVER_FIRST:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
        while width_em(line) > 1.5 * most_em:
            cut = max(1, int(len(line) * most_em / width_em(line)))
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def fitting(text: str, most_em: float) -> str:
    """Text cut with an ellipsis where it is wider than so many ems."""
    if width_em(text) <= most_em:
        return text
    while text and width_em(text + "…") > most_em:
        text = text[:-1]
    return text + "…"


def shortened(text: str, most: int) -> str:
    """Text of at most a number of letters, with an ellipsis where something was left out."""
    return text if len(text) <= most else text[: most - 1] + "…"


def _pieces(text: str) -> Iterator[str]:
    """Words with the blanks after them; Chinese letters one by one."""
    word = ""
    for letter in text:
        if letter in _OPENING:
            yield from [word] if word else []
            word = letter
        elif unicodedata.east_asian_width(letter) in "WF":
            if word and word not in _OPENING:
                yield word
                word = ""
            yield word + letter
            word = ""
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word
