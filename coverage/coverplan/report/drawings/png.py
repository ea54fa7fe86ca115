"""A drawing as PNG for Word and Excel, with a Chinese typeface that comes with a dependency."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D

from coverplan.report.content import Figure
from coverplan.report.drawings.drawing import Area, Dots, Drawing, Label, Marks, Net, Points, Shape
from coverplan.report.drawings.letters import letters
from coverplan.report.drawings.palette import colours_of, with_palette
from coverplan.units import Int64Array

#: Enough for print; Word pages of many pictures stay small.
DPI = 160
POINTS_PER_INCH = 72.0
#: Runs of one colour are all that is looked for: most of a map's file is these, and it takes half of the time.
COMPRESSION = zlib.Z_RLE
#: Points by which a halo and the letters of a bold line reach beyond their outline: the face has one weight.
HALO_PT, BOLD_PT = 1.25, 0.25
#: Corners of circles: so many at least, and more for each point of the radius; they stay within a sixth of a pixel.
LEAST_CORNERS, CORNERS_A_POINT = 8, 2
#: Where a line of text starts, as a part of its width.
STARTS = {"start": 0.0, "middle": 0.5, "end": 1.0}


def png(drawing: Drawing, *, dpi: int = DPI) -> bytes:
    """PNG file of a drawing at its own size."""
    canvas = _Canvas(drawing, dpi)
    for shape in drawing.shapes:
        canvas.draw(shape)
    file = io.BytesIO()
    # few colours are drawn: a palette makes the file a quarter as large
    picture = with_palette(canvas.pixels, colours_of(drawing))
    picture.save(file, "png", dpi=(dpi, dpi), compress_type=COMPRESSION)
    return file.getvalue()


class Pictures:
    """PNG files of the figures of one document, each drawn once for all files that hold it.

    Parameters
    ----------
    drawn
        Pictures that are drawn already, by key of the figure; new ones are added.
    """

    def __init__(self, drawn: dict[str, bytes]) -> None:
        self._drawn = drawn

    def png(self, figure: Figure) -> bytes:
        """PNG file of a figure."""
        if figure.key not in self._drawn:
            self._drawn[figure.key] = png(figure.drawing)
        return self._drawn[figure.key]


class _Canvas:
    """Draws shape after shape on white paper: a figure's own artists would cost more than what they draw."""

    def __init__(self, drawing: Drawing, dpi: int) -> None:
        self._scale = dpi / POINTS_PER_INCH
        width, height = int(drawing.width * self._scale), int(drawing.height * self._scale)
        renderer: Any = RendererAgg  # without annotations
        self._renderer = renderer(width, height, dpi)
        #: Red, green, blue and opacity of every pixel, shape (height, width, 4).
        self.pixels = np.asarray(self._renderer.buffer_rgba())
        self.pixels[:] = 255
        # points from the upper left corner to pixels from the lower left one
        self._ground = Affine2D().scale(self._scale, -self._scale).translate(0, drawing.height * self._scale)

    def draw(self, shape: Shape) -> None:
        """Draw a shape over all that is there."""
        if isinstance(shape, Label):
            self._text(shape)
        elif isinstance(shape, Area):
            self._path(_outline(shape.rings), shape.fill, shape.stroke, shape.width)
        elif isinstance(shape, Dots):
            self._path(_circles(shape), shape.fill, shape.stroke, shape.width)
        elif isinstance(shape, Marks):
            self._marks(shape)
        elif isinstance(shape, Net):
            # all lines of one look as one path: thousands of streets are drawn at once
            self._path(_lines(shape.points, shape.starts), None, shape.stroke, shape.width)
        else:
            self._path(_outline(shape.paths, closed=False), None, shape.stroke, shape.width, shape.dash)

    def _marks(self, marks: Marks) -> None:
        """The same mark at every place, drawn once and copied: to a whole pixel, which nobody sees."""
        scale = Affine2D().scale(self._scale, -self._scale)
        look, fill = self._look(marks.stroke, marks.width), (*to_rgb(marks.fill), 1.0)
        ring, places = _outline((marks.ring,)), Outline(marks.places)
        self._renderer.draw_markers(look, ring, scale, places, self._ground, fill)

    def _path(
        self,
        outline: Outline,
        fill: str | None,
        stroke: str | None,
        width: float,
        dash: tuple[float, float] | None = None,
    ) -> None:
        look = self._look(stroke, width)
        if dash is not None:
            look.set_dashes(0.0, dash)
        self._renderer.draw_path(look, outline, self._ground, None if fill is None else (*to_rgb(fill), 1.0))

    def _look(self, stroke: str | None, width: float) -> Any:
        """How lines are drawn; not at all without a colour."""
        look = self._renderer.new_gc()
        look.set_foreground(stroke or "black")
        look.set_linewidth(width if stroke else 0.0)
        look.set_joinstyle("miter")
        return look

    def _text(self, label: Label) -> None:
        size = label.size * self._scale
        if label.halo:
            self._letters(label, "white", size, HALO_PT * self._scale)
        self._letters(label, label.fill, size, BOLD_PT * self._scale if label.bold else 0.0)

    def _letters(self, label: Label, colour: str, size: float, rim: float) -> None:
        """Put letters over the pixels; what reaches beyond the paper is cut."""
        written = letters(label.text, size, rim)
        left = round(label.x * self._scale - STARTS[label.anchor] * written.width) + written.left
        top = round(label.y * self._scale + written.ascent / 2) + written.top
        height, width = written.cover.shape
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + width, self.pixels.shape[1]), min(top + height, self.pixels.shape[0])
        if x0 >= x1 or y0 >= y1:
            return
        cover = written.cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
        paper = self.pixels[y0:y1, x0:x1, :3]
        ink = 255 * np.array(to_rgb(colour), dtype=np.float32)
        paper[:] = np.rint(paper + (ink - paper) * cover)


def _outline(rings: Sequence[Points], *, closed: bool = True) -> Outline:
    """One path of all rings, or of all lines; a ring that runs the other way round than its first is a hole."""
    if closed:
        rings = [points for ring in rings for points in (ring, ring[:1])]
    lengths = np.array([len(ring) for ring in rings])
    if closed:
        lengths = lengths[::2] + lengths[1::2]
    return _lines(np.concatenate(rings), np.cumsum(lengths) - lengths, closed=closed)


def _lines(points: Points, starts: Int64Array, *, closed: bool = False) -> Outline:
    """One path of all lines, or of rings that each end where they begin."""
    codes = np.full(len(points), Outline.LINETO, dtype=Outline.code_type)
    codes[starts] = Outline.MOVETO
    if closed:
        codes[starts[1:] - 1] = Outline.CLOSEPOLY
        codes[-1] = Outline.CLOSEPOLY
    return Outline(points, codes)


def _circles(dots: Dots) -> Outline:
    """One path of all circles, as rings of so many corners that nobody sees them."""
    corners = int(LEAST_CORNERS + CORNERS_A_POINT * dots.radii.max(initial=0.0))
    turn = np.linspace(0.0, 2 * np.pi, corners + 1)
    ring = np.column_stack([np.cos(turn), np.sin(turn)])
    points = dots.centres[:, None, :] + dots.radii[:, None, None] * ring
    starts = np.arange(0, (corners + 1) * len(dots.radii), corners + 1)
    return _lines(points.reshape(-1, 2), starts, closed=True)
