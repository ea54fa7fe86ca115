"""A drawing as PNG for Word and Excel, with a Chinese typeface that comes with a dependency."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D
from PIL import Image

from coverplan.report.content import Figure
from coverplan.report.drawings.drawing import Area, Dots, Drawing, Label, Points, Shape
from coverplan.report.drawings.letters import letters

#: Enough for print; Word pages of many pictures stay small.
DPI = 160
POINTS_PER_INCH = 72.0
COLOURS = 128
#: Files are a twentieth larger than packed as usual, and made in two thirds of the time.
COMPRESSION = 4
#: Points by which a halo and the letters of a bold line reach beyond their outline: the face has one weight.
HALO_PT, BOLD_PT = 1.25, 0.25
#: Where a line of text starts, as a part of its width.
STARTS = {"start": 0.0, "middle": 0.5, "end": 1.0}


def png(drawing: Drawing, *, dpi: int = DPI) -> bytes:
    """PNG file of a drawing at its own size."""
    canvas = _Canvas(drawing, dpi)
    for shape in drawing.shapes:
        canvas.draw(shape)
    picture = Image.fromarray(canvas.pixels).convert("RGB")
    file = io.BytesIO()
    # few colours are drawn: a palette makes the file a quarter as large
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
    few.save(file, "png", dpi=(dpi, dpi), compress_level=COMPRESSION)
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
        else:
            # all lines of one look as one path: thousands of streets are drawn at once
            self._path(_outline(shape.paths, closed=False), None, shape.stroke, shape.width, shape.dash)

    def _path(
        self,
        outline: Outline,
        fill: str | None,
        stroke: str | None,
        width: float,
        dash: tuple[float, float] | None = None,
    ) -> None:
        look = self._renderer.new_gc()
        look.set_foreground(stroke or "black")
        look.set_linewidth(width if stroke else 0.0)
        look.set_joinstyle("miter")
        if dash is not None:
            look.set_dashes(0.0, dash)
        self._renderer.draw_path(look, outline, self._ground, None if fill is None else (*to_rgb(fill), 1.0))

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
    rings = [np.vstack([ring, ring[:1]]) for ring in rings] if closed else rings
    ends = np.cumsum([len(ring) for ring in rings])
    codes = np.full(ends[-1], Outline.LINETO, dtype=Outline.code_type)
    codes[np.r_[0, ends[:-1]]] = Outline.MOVETO
    if closed:
        codes[ends - 1] = Outline.CLOSEPOLY
    return Outline(np.concatenate(rings), codes)


def _circles(dots: Dots) -> Outline:
    """One path of all circles."""
    circle = Outline.unit_circle()
    vertices = dots.centres[:, None, :] + dots.radii[:, None, None] * np.asarray(circle.vertices)[None, :, :]
    return Outline(vertices.reshape(-1, 2), np.tile(np.asarray(circle.codes), len(dots.radii)))
