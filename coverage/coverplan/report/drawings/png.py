"""A drawing as PNG for Word and Excel, with a Chinese typeface that comes with a dependency."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import Image

from coverplan.report.content import Figure
from coverplan.report.drawings.drawing import Area, Dots, Drawing, Label, Lines, Points, Shape
from coverplan.text.typeface import font_file

#: Enough for print; Word pages of many pictures stay small.
DPI = 160
POINTS_PER_INCH = 72.0
COLOURS = 128


def png(drawing: Drawing, *, dpi: int = DPI) -> bytes:
    """PNG file of a drawing at its own size."""
    figure = Canvas(figsize=(drawing.width / POINTS_PER_INCH, drawing.height / POINTS_PER_INCH), dpi=dpi)
    canvas: Any = FigureCanvasAgg(figure)  # its methods have no annotations
    # points from the upper left corner to pixels from the lower left one
    pixels = dpi / POINTS_PER_INCH
    ground = Affine2D().scale(pixels, -pixels).translate(0, drawing.height * pixels)
    for order, shape in enumerate(drawing.shapes):
        artist = _artist(shape)
        artist.set(transform=ground, zorder=order)
        figure.add_artist(artist)
    canvas.draw()
    picture = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    file = io.BytesIO()
    # few colours are drawn: a palette makes the file a quarter as large
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(file, "png", dpi=(dpi, dpi))
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


@cache
def typeface() -> FontProperties:
    """Noto Sans SC of the font package: no machine shows empty boxes."""
    return FontProperties(fname=str(font_file()))


def _artist(shape: Shape) -> Artist:
    if isinstance(shape, Area):
        return PathPatch(_outline(shape.rings), **_paint(shape.fill, shape.stroke, shape.width))
    if isinstance(shape, Lines):
        # all lines of one look as one path: thousands of streets are drawn at once
        style: Any = "solid" if shape.dash is None else (0, tuple(part / shape.width for part in shape.dash))
        paint = _paint(None, shape.stroke, shape.width)
        return PathPatch(_outline(shape.paths, closed=False), linestyle=style, **paint)
    if isinstance(shape, Dots):
        return PathPatch(_circles(shape), **_paint(shape.fill, shape.stroke, shape.width))
    return _text(shape)


def _text(label: Label) -> Text:
    alignment = {"start": "left", "middle": "center", "end": "right"}[label.anchor]
    # the face has one weight: bold letters get a thin outline of their own colour
    effects = [withStroke(linewidth=2.5, foreground="white")] if label.halo else []
    if label.bold:
        effects.append(withStroke(linewidth=0.5, foreground=label.fill))
    return Text(
        label.x,
        label.y,
        label.text,
        fontproperties=typeface(),
        fontsize=label.size,
        color=label.fill,
        ha=alignment,
        va="center_baseline",
        path_effects=effects or None,
        parse_math=False,
    )


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


def _paint(fill: str | None, stroke: str | None, width: float) -> dict[str, Any]:
    return {"facecolor": fill or "none", "edgecolor": stroke or "none", "linewidth": width if stroke else 0}
