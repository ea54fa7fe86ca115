"""Few colours for a drawing's picture, known before it is drawn: those of its shapes, and what lies between two of them."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np
from matplotlib.colors import to_rgb
from numpy.typing import NDArray
from PIL import Image

from coverplan.report.drawings.drawing import Drawing
from coverplan.units import Int64Array

#: What a picture with a palette may have.
MOST_COLOURS = 256
#: Colours between each two of a drawing, for the rims of its shapes.
BETWEEN = 3
#: Levels by which a colour between two must differ from all others, of 255.
LEAST_APART = 10
#: Steps of each of red, green and blue by which pixels find their colour.
STEPS = 16
PAPER = "#ffffff"
#: Palettes that are kept: hundreds of maps of one report have the same few.
KEPT = 64


def colours_of(drawing: Drawing) -> tuple[str, ...]:
    """Colours of the paper and of every shape, in their order."""
    named = (getattr(shape, side, None) for shape in drawing.shapes for side in ("fill", "stroke"))
    return tuple(sorted({PAPER, *filter(None, named)}))


def with_palette(pixels: NDArray[np.uint8], colours: tuple[str, ...]) -> Image.Image:
    """A picture of few colours.

    Parameters
    ----------
    pixels
        Red, green, blue and opacity, shape (height, width, 4); nothing shows through.
    colours
        Of what is drawn, each of which stays as it is; colours between two of them become one that is near.
    """
    place, palette = _palette(colours)
    picture = Image.fromarray(place.take(_steps(pixels)))
    picture.putpalette(palette)
    return picture


def _steps(pixels: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Step of every pixel's colour: red, green and blue as three digits of a number to the base of `STEPS`."""
    four = pixels.view("<u4")[..., 0] & np.uint32(0xF0F0F0)
    # brings the upper halves of red, green and blue side by side to the top
    four *= np.uint32(1 << 24 | 1 << 12 | 1)
    four >>= np.uint32(20)
    return four


@lru_cache(maxsize=KEPT)
def _palette(colours: tuple[str, ...]) -> tuple[NDArray[np.uint8], bytes]:
    """Place in the palette of every step, shape (STEPS ** 3,), and the palette as the file holds it."""
    own = np.rint(255 * np.array([to_rgb(colour) for colour in colours])).astype(np.int64)
    found = list(own[:MOST_COLOURS])
    parts = np.arange(1, BETWEEN + 1) / (BETWEEN + 1)
    for one, other in combinations(own, 2):
        for mixed in np.rint(one + np.outer(parts, other - one)).astype(np.int64):
            if len(found) < MOST_COLOURS and np.abs(found - mixed).max(axis=1).min() >= LEAST_APART:
                found.append(mixed)
    palette = np.array(found)
    steps = np.indices((STEPS,) * 3).reshape(3, -1).T
    width = 256 // STEPS
    place = _nearest(steps * width + width // 2, palette)
    # of two that share a step the first keeps it
    first = list(reversed(range(min(len(own), MOST_COLOURS))))
    place[(own[first] // width) @ (STEPS**2, STEPS, 1)] = first
    return place, palette.astype(np.uint8).tobytes()


def _nearest(colours: Int64Array, palette: Int64Array) -> NDArray[np.uint8]:
    """Place of the nearest of the palette to each colour."""
    squares = (palette**2).sum(axis=1) - 2 * (colours @ palette.T)
    return squares.argmin(axis=1).astype(np.uint8)
