"""Lines of text as pictures of their letters, in the typeface of everything that is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from coverplan.text.typeface import font_file

#: Half the height of letters is measured with these: tall and Chinese ones stand at the same place.
TALL = "l国"
#: Lines that are kept: heads, names of units and classes stand on many pictures.
KEPT = 2_000


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters of a line of text.

    Parameters
    ----------
    cover
        How much of each pixel they cover, 0 to 1, shape (height, width).
    left, top
        Where the picture begins, in pixels from the start of the line and down from its base.
    width, ascent
        Width of the line, and height of tall letters above its base, in pixels.
    """

    cover: NDArray[np.float32]
    left: int
    top: int
    width: float
    ascent: float


@lru_cache(maxsize=KEPT)
def letters(text: str, size: float, rim: float) -> Letters:
    """Letters of a size in pixels, with a rim of their own colour that reaches so many pixels beyond them."""
    drawn_in = face(size)
    text = " ".join(text.splitlines())
    left, top, right, bottom = drawn_in.getbbox(text, anchor="ls", stroke_width=rim)
    corner = int(np.floor(left)), int(np.floor(top))
    room = max(1, int(np.ceil(right)) - corner[0]), max(1, int(np.ceil(bottom)) - corner[1])
    sheet = Image.new("L", room)
    start = -corner[0], -corner[1]
    ImageDraw.Draw(sheet).text(start, text, fill=255, font=drawn_in, anchor="ls", stroke_width=rim)
    cover = np.asarray(sheet, dtype=np.float32) / np.float32(255)
    return Letters(
        cover, *corner, width=drawn_in.getlength(text), ascent=-drawn_in.getbbox(TALL, anchor="ls")[1]
    )


@cache
def face(size: float) -> ImageFont.FreeTypeFont:
    """Noto Sans SC of the font package at a size in pixels: no machine shows empty boxes."""
    return ImageFont.truetype(str(font_file()), size, layout_engine=ImageFont.Layout.BASIC)
