"""Shapes of a map's ground as one thing that is drawn: matplotlib takes as long again for making each one ready.

What stands in a picture is drawn once for all languages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.colors import to_rgba
from matplotlib.transforms import Affine2D, Bbox
from numpy.typing import NDArray

from coverplan.maps.sheets.ground import Ground, Part

_Renderer: Any = RendererAgg  # has no annotations
#: Broken lines: lengths of strokes and gaps, in widths of the line.
_BROKEN = (5.0, 3.0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a part is drawn.

    Parameters
    ----------
    order
        What has less is drawn before.
    width_pt
        Width of the stroke in points; 0 without.
    stroke
        Colour of the stroke, that of the part when None.
    """

    order: float
    width_pt: float
    stroke: str | None = None


class Shapes(Artist):  # type: ignore[misc, unused-ignore]
    """Parts of a map's ground, all in one.

    Parameters
    ----------
    axes
        Where they are drawn, in its own coordinates.
    ground
        Keeps the pictures.
    """

    def __init__(self, axes: Axes, ground: Ground) -> None:
        super().__init__()
        self.set_zorder(1)
        self._on: Any = axes
        self._ground = ground
        self._shown: list[tuple[Part, Look]] = []
        self._picture_below = -math.inf
        axes.add_artist(self)

    def add(self, part: Part, look: Look) -> None:
        """Draw a part too."""
        self._shown.append((part, look))

    @property
    def vertices(self) -> int:
        """Vertices of all parts."""
        return sum(len(outline) for part, _ in self._shown for outline in part.outlines)

    def draw_as_picture(self, below: float) -> None:
        """Let all whose order is below a value stand in one picture, in files that hold shapes."""
        self._picture_below = below

    def draw(self, renderer: Any) -> None:  # matplotlib's renderers have no annotations
        """Draw them."""
        shown = sorted(self._shown, key=lambda each: each[1].order)
        look = renderer.new_gc()
        look.set_clip_rectangle(self._on.bbox)
        below = math.inf if renderer.flipy() else self._picture_below
        pictured = [each for each in shown if each[1].order < below]
        if pictured:
            self._draw_picture(renderer, look, pictured)
        for part, drawn in shown[len(pictured) :]:
            _paint(renderer, look, part, drawn, self._on.transData)
        look.restore()
        self.stale = False

    def _draw_picture(self, renderer: Any, look: Any, shown: list[tuple[Part, Look]]) -> None:
        """Draw a picture of parts, on the grid of pixels of the whole sheet."""
        own = self._on.figure.dpi
        dpi = own if renderer.flipy() else renderer.image_dpi
        edges = np.asarray(self._on.bbox.extents) * (dpi / own)
        west, south = (math.floor(edge) for edge in edges[:2])
        size = math.ceil(edges[2]) - west, math.ceil(edges[3]) - south
        data: Any = self._on.transData.frozen()
        place = data + Affine2D().scale(dpi / own).translate(-west, -south)
        parts = tuple((id(part), drawn) for part, drawn in shown)
        key = "picture", parts, tuple(place.to_values()), size, dpi, renderer.flipy()

        def made() -> tuple[NDArray[np.uint8], list[tuple[Part, Look]]]:
            picture = _picture(shown, place, size, dpi)
            return (picture if renderer.flipy() else np.ascontiguousarray(picture[..., :3])), shown

        picture, _ = self._ground.kept(key, made, size=4 * size[0] * size[1])
        renderer.draw_image(look, west * own / dpi, south * own / dpi, picture)


def _picture(
    shown: list[tuple[Part, Look]], place: Any, size: tuple[int, int], dpi: float
) -> NDArray[np.uint8]:
    """Pixels of parts on white, the lowest row first."""
    renderer = _Renderer(*size, dpi)
    pixels = np.asarray(renderer.buffer_rgba())
    pixels[...] = 255
    look = renderer.new_gc()
    look.set_clip_rectangle(Bbox([[0, 0], size]))
    for part, drawn in shown:
        _paint(renderer, look, part, drawn, place)
    return pixels[::-1]


def _paint(renderer: Any, look: Any, part: Part, drawn: Look, place: Any) -> None:
    stroke = drawn.stroke or part.stroke
    width = 0.0 if stroke is None else drawn.width_pt
    look.set_linewidth(width)
    look.set_foreground(to_rgba(stroke or "none"), isRGBA=True)
    look.set_capstyle("round")
    look.set_joinstyle("round")
    look.set_dashes(0, [width * length for length in _BROKEN] if part.dashed and width else None)
    fill = None if part.fill is None else to_rgba(part.fill)
    for outline in part.outlines:
        renderer.draw_path(look, outline, place, fill)
