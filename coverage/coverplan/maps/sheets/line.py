"""One line of text on paper, laid out from the widths of its letters: matplotlib lays a line out three times as long."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.transforms import Affine2D
from PIL import ImageFont

from coverplan.maps.sheets.pdf_file import MapFile
from coverplan.text.typeface import font_file

#: Letters are measured at this size, which is larger than any on paper.
MEASURED_AT = 1000
#: Lines whose measures are kept: both languages of both papers write the same names.
KEPT = 5_000
#: No line stands higher or lower than one of these letters asks, so that lines beside each other share their base.
LEAST = "lp"


@dataclass(frozen=True, slots=True)
class Extent:
    """Width of a line, and how far its letters reach above and below its base, in ems."""

    width: float
    above: float
    below: float


@lru_cache(maxsize=KEPT)
def extent_of(text: str) -> Extent:
    """Extent of a line of text in the face of print maps."""
    own, least = (_face().getbbox(letters, anchor="ls") for letters in (text, LEAST))
    return Extent(
        _face().getlength(text) / MEASURED_AT,
        -min(own[1], least[1]) / MEASURED_AT,
        max(own[3], least[3]) / MEASURED_AT,
    )


@cache
def _face() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(font_file()), MEASURED_AT, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=KEPT)
def _font(family: tuple[str, ...], size: float) -> FontProperties:
    return FontProperties(family=list(family), size=size)


class Line(Text):
    """A line of text; its place, size, colour and alignment are those of matplotlib's own.

    Parameters
    ----------
    back
        Colour and opacity of a patch beneath the letters, and points that it reaches beyond them; None without.
    """

    def __init__(
        self,
        x: float,
        y: float,
        text: str,
        *,
        fontsize: float,
        color: str = "black",
        ha: Literal["left", "center", "right"] = "left",
        va: Literal["bottom", "baseline", "center", "center_baseline", "top"] = "baseline",
        back: tuple[str, float, float] | None = None,
        **style: Any,
    ) -> None:
        # each by its own name: matplotlib sets what comes as style twice, first as it would be without
        super().__init__(
            x,
            y,
            text,
            color=color,
            horizontalalignment=ha,
            verticalalignment=va,
            fontproperties=_font(tuple(mpl.rcParams["font.family"]), fontsize),
            usetex=False,
            parse_math=False,
        )
        self.set(**style)
        self._back = back

    def draw(self, renderer: Any) -> None:  # matplotlib's renderers have no annotations
        """Draw it."""
        text = self.get_text()
        if not text or not self.get_visible():
            return
        extent, em = extent_of(text), renderer.points_to_pixels(self.get_fontsize())
        x, y = self.get_transform().transform(self.get_position())
        x -= {"left": 0.0, "center": 0.5, "right": 1.0}[self.get_horizontalalignment()] * extent.width * em
        y -= em * self._rise(extent)
        look = renderer.new_gc()
        look.set_clip_rectangle(self.get_clip_box() if self.get_clip_on() else None)
        if self._back is not None:
            colour, opacity, pad = self._back
            beyond = renderer.points_to_pixels(pad)
            width, height = extent.width * em + 2 * beyond, (extent.above + extent.below) * em + 2 * beyond
            patch = Affine2D().scale(width, height).translate(x - beyond, y - extent.below * em - beyond)
            look.set_linewidth(0.0)
            renderer.draw_path(look, Outline.unit_rectangle(), patch, to_rgba(colour, opacity))
        look.set_foreground(self.get_color())
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        font, file = self.get_fontproperties(), getattr(renderer, "file", None)
        if isinstance(file, MapFile):
            file.line(renderer, look, (x, y), text, font)
        else:
            renderer.draw_text(look, x, y, text, font, 0, ismath=False)
        look.restore()
        self.stale = False

    def _rise(self, extent: Extent) -> float:
        """How far the base stands below the place, in ems."""
        return {
            "top": extent.above,
            "center": (extent.above - extent.below) / 2,
            "center_baseline": extent.above / 2,
            "baseline": 0.0,
            "bottom": -extent.below,
        }[self.get_verticalalignment()]
