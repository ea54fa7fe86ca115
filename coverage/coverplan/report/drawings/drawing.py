"""A picture as a list of shapes, in points (1/72 inch) from its upper left corner.

Charts and small maps are laid out once as shapes; the web page writes them as SVG, Word and Excel get a PNG.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coverplan.units import Int64Array

#: Width of a letter that is not Chinese, and texts whose width is known: cells of tables say the same again and again.
NARROW_EM, KEPT_WIDTHS = 0.56, 20_000

#: Points from line to line of a label.
LINE = 9.5

Points = NDArray[np.float64]
Anchor = Literal["start", "middle", "end"]
#: What a line may end with: a word or number with the Chinese letter after it, its closing signs and its blank.
_PARTS_OF_LINES = re.compile(r"[^\s\u2e80-\uffef]*（?[\u2e80-\uffef]?[，、）；：。]*\s*")

#: Colours told apart with any colour vision and in grey print (after Okabe and Ito, 2008).
INK, SOFT, FAINT, PAPER = "#1a1a1a", "#5f6368", "#c9cdd2", "#ffffff"
BLUE, ORANGE, GREEN, SKY, VERMILION = "#0072b2", "#e69f00", "#009e73", "#56b4e9", "#d55e00"


@dataclass(frozen=True, slots=True)
class Area:
    """Filled rings (each of shape (n, 2)); a ring inside another is a hole."""

    rings: tuple[Points, ...]
    fill: str | None
    stroke: str | None = None
    width: float = 0.5


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one look, each of shape (n, 2)."""

    paths: tuple[Points, ...]
    stroke: str = INK
    width: float = 0.75
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Net:
    """Very many lines of one look: their points in one array of shape (n, 2), and where each line begins in it."""

    points: Points
    starts: Int64Array
    stroke: str = INK
    width: float = 0.75

    @property
    def paths(self) -> tuple[Points, ...]:
        """Each line for itself."""
        return tuple(np.split(self.points, self.starts[1:]))


@dataclass(frozen=True, slots=True)
class Marks:
    """The same small area at many places: its ring about (0, 0), and the places, shape (n, 2)."""

    ring: Points
    places: Points
    fill: str
    stroke: str
    width: float = 0.5


@dataclass(frozen=True, slots=True)
class Dots:
    """Circles of one look: centres of shape (n, 2), one radius each."""

    centres: Points
    radii: Points
    fill: str | None
    stroke: str | None = None
    width: float = 0.5


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text; ``y`` is the middle of its letters."""

    x: float
    y: float
    text: str
    size: float = 8.0
    anchor: Anchor = "start"
    fill: str = INK
    bold: bool = False
    halo: bool = False


Shape = Area | Lines | Net | Marks | Dots | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of a size in points."""

    width: float
    height: float
    shapes: tuple[Shape, ...]

    def texts(self) -> tuple[str, ...]:
        """Everything that is written in it."""
        return tuple(shape.text for shape in self.shapes if isinstance(shape, Label))


def box(x: float, y: float, width: float, height: float) -> Points:
    """Ring of an upright rectangle."""
    return np.array([[x, y], [x + width, y], [x + width, y + height], [x, y + height]], dtype=np.float64)


def line(*places: tuple[float, float]) -> Points:
    """Path through places."""
    return np.array(places, dtype=np.float64)


def text_width(text: str, size: float) -> float:
    """Width of a line of text in points, about: a Chinese letter is one em wide, a Latin one 0.56."""
    return size * _ems(text)


@lru_cache(maxsize=KEPT_WIDTHS)
def _ems(text: str) -> float:
    if text.isascii():
        return NARROW_EM * len(text)
    return sum(1.0 if unicodedata.east_asian_width(c) in "WF" else NARROW_EM for c in text)


def wrapped(text: str, size: float, width: float) -> tuple[str, ...]:
    """The text in lines of at most `width` points, broken at blanks and between Chinese letters; nothing is cut.

    A word that is wider than a line is broken where the line ends.
    """
    lines, line = [], ""
    for part in _PARTS_OF_LINES.findall(text):
        for piece in (part,) if text_width(part.rstrip(), size) <= width else part:
            if line and text_width((line + piece).rstrip(), size) > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
    return (*lines, line.rstrip()) if line.strip() or not lines else tuple(lines)


def label_lines(lines: Sequence[str], x: float, middle: float, size: float, anchor: Anchor) -> list[Shape]:
    """Lines of a label around their middle, `LINE` points apart."""
    first = middle - LINE * (len(lines) - 1) / 2
    return [Label(x, first + LINE * at, text, size, anchor) for at, text in enumerate(lines)]
