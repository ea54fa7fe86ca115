"""PNG files against Pillow's reading of them."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from coverplan.maps.sheets.picture_file import png_file


@pytest.mark.parametrize(("shape", "dpi"), [((7, 11, 3), 200), ((1, 1, 3), None), ((40, 3, 3), 72.5)])
def test_the_file_holds_the_pixels_and_their_size_on_paper(
    shape: tuple[int, int, int], dpi: float | None
) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    with Image.open(io.BytesIO(png_file(pixels, dpi))) as read:
        assert (read.format, read.mode) == ("PNG", "RGB")
        np.testing.assert_array_equal(np.asarray(read), pixels)
        assert read.info.get("dpi") == (None if dpi is None else pytest.approx((dpi, dpi), abs=0.02))


def test_a_part_of_a_picture_can_be_written() -> None:
    pixels = np.random.default_rng(4).integers(0, 256, (6, 10, 4)).astype(np.uint8)
    seen = pixels[::-1, ::2, :3]
    with Image.open(io.BytesIO(png_file(seen))) as read:
        np.testing.assert_array_equal(np.asarray(read), seen)
