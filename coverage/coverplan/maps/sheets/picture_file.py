"""PNG files of drawn maps, whose rows are packed as they are: a filter costs time, and makes areas of one colour larger."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

#: Runs of one colour are most of a map: looking harder for what is alike gains little.
LEVEL = 1
_MM_PER_INCH = 25.4


def png_file(pixels: NDArray[np.uint8], dpi: float | None = None) -> bytes:
    """PNG file of a picture.

    Parameters
    ----------
    pixels
        Red, green and blue of every pixel, shape (height, width, 3), the upper row first.
    dpi
        Pixels per inch on paper; left open when None.
    """
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each begins with its filter: 0 is none
    rows[:, 1:].reshape(height, width, 3)[...] = pixels
    chunks = [_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    if dpi is not None:
        per_metre = round(dpi * 1000 / _MM_PER_INCH)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)))
    packed = zlib.compress(rows.data, LEVEL)
    return b"".join([b"\x89PNG\r\n\x1a\n", *chunks, _chunk(b"IDAT", packed), _chunk(b"IEND", b"")])


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
