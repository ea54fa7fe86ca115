"""One sheet of a print map: a matplotlib figure that is addressed in millimetres from its top left corner."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from coverplan.maps.sheets.fonts import broken
from coverplan.maps.sheets.line import Line
from coverplan.maps.sheets.paper import Box, Layout
from coverplan.maps.sheets.picture_file import png_file
from coverplan.maps.symbols import Mark

MM_PER_INCH = 25.4
MM_PER_POINT = MM_PER_INCH / 72
LINE = 1.42
INK = "#1a1a1a"
SOFT = "#4d4d48"
#: What matplotlib calls each shape.
MARKERS = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "diamond": "D",
    "pentagon": "p",
    "inverted": "v",
    "star": "*",
    "cross": "P",
}


class Sheet:
    """A sheet.

    Parameters
    ----------
    layout
        Size and boxes.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.figure = Figure(
            figsize=(layout.width / MM_PER_INCH, layout.height / MM_PER_INCH), facecolor="white"
        )

    def png(self, dpi: int) -> bytes:
        """PNG file of the sheet."""
        canvas: Any = FigureCanvasAgg(self.figure)  # its methods have no annotations
        self.figure.set_dpi(dpi)
        canvas.draw()
        return png_file(np.asarray(canvas.buffer_rgba())[..., :3], dpi)

    def text(self, left: float, top: float, text: str, *, size: float = 7.5, **style: Any) -> None:
        """Write a line whose top left corner (or what ``ha``, ``va`` say) stands at a place."""
        options = {"ha": "left", "va": "top", "color": INK} | style
        place = left / self.layout.width, 1 - top / self.layout.height
        line = Line(*place, text, fontsize=size * self.layout.enlarged, **options)
        line.set_transform(self.figure.transFigure)
        line.set_figure(self.figure)
        self.figure.texts.append(line)

    def paragraph(self, box: Box, top: float, text: str, *, size: float = 7.5, **style: Any) -> float:
        """Write a paragraph broken at a box's width; gives the place below it."""
        size_mm = size * self.layout.enlarged * MM_PER_POINT
        for line in broken(text, box.width / size_mm):
            self.text(box.left, top, line, size=size, **style)
            top += size_mm * LINE
        return top

    def axes(self, box: Box) -> Axes:
        """Axes without ticks that fill a box."""
        axes = self.figure.add_axes(self._fractions(box))
        # not shown, instead of shown without ticks: matplotlib makes a tick with its lines and labels to see that none is
        axes.xaxis.set_visible(False)
        axes.yaxis.set_visible(False)
        for spine in axes.spines.values():
            spine.set_linewidth(0.8 * self.layout.enlarged)
            spine.set_color(INK)
        return axes

    def rectangle(self, box: Box, **style: Any) -> None:
        """Draw a rectangle."""
        left, bottom, width, height = self._fractions(box)
        self.figure.add_artist(
            Rectangle((left, bottom), width, height, transform=self.figure.transFigure, **style)
        )

    def mark(self, left: float, top: float, mark: Mark, *, filled: bool, size_pt: float) -> None:
        """Draw a mark whose middle stands at a place."""
        size = size_pt * self.layout.enlarged
        self.figure.add_artist(
            Line2D(
                [left / self.layout.width],
                [1 - top / self.layout.height],
                marker=MARKERS[mark.shape],
                markersize=size,
                markerfacecolor=mark.colour if filled else "white",
                markeredgecolor=INK if filled else mark.colour,
                markeredgewidth=size * (0.09 if filled else 0.22),
                transform=self.figure.transFigure,
            )
        )

    def _fractions(self, box: Box) -> tuple[float, float, float, float]:
        width, height = self.layout.width, self.layout.height
        return box.left / width, 1 - box.bottom / height, box.width / width, box.height / height
