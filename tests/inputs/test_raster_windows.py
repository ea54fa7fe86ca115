"""Rasters cut into windows: cells, places and marks are those of the file, as rasterio reads them."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio
from affine import Affine

from coverplan.errors import Problems
from coverplan.inputs.rasters.windows import cut_raster

GRID = Affine(0.01, 0, 117.0, 0, -0.01, 31.0)
BOXES = [(117.021, 30.851, 117.049, 30.899), (116.0, 30.0, 117.005, 31.5)]


@pytest.mark.parametrize("mask", [False, True])
def test_windows_are_the_cells_of_the_file(tmp_path, mask):
    rng = np.random.default_rng(3)
    cells = rng.integers(0, 900, (2, 40, 30)).astype("int16")
    kind = {"dtype": "int16", "count": 2, "height": 40, "width": 30, "nodata": None if mask else 7}
    with (
        rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True),
        rasterio.open(
            tmp_path / "whole.tif", "w", driver="GTiff", crs="EPSG:4326", transform=GRID, **kind
        ) as file,
    ):
        file.write(cells)
        file.descriptions = ("total", "older")
        file.scales, file.offsets = (0.5, 2.0), (0.0, 1.0)
        if mask:
            file.write_mask(cells[0] > 100)
    targets = [tmp_path / f"{at}.tif" for at in range(2)]
    assert cut_raster(tmp_path / "whole.tif", BOXES, targets, Problems())
    with rasterio.open(tmp_path / "whole.tif") as whole:
        for box, target in zip(BOXES, targets, strict=True):
            with rasterio.open(target) as part:
                left, top = part.transform.c, part.transform.f
                column, row = round((left - 117.0) / 0.01), round((31.0 - top) / 0.01)
                same = ((row, row + part.height), (column, column + part.width))
                np.testing.assert_array_equal(part.read(), whole.read(window=same))
                np.testing.assert_array_equal(
                    part.read(masked=True).mask, whole.read(window=same, masked=True).mask
                )
                assert part.descriptions == whole.descriptions
                assert (part.scales, part.offsets, part.nodata) == (whole.scales, whole.offsets, whole.nodata)
                west, south, east, north = part.bounds
                assert west <= max(box[0], 117.0)
                assert south <= max(box[1], 30.6) + 1e-9
                assert east >= min(box[2], 117.3) - 1e-9
                assert north >= min(box[3], 31.0)
                assert part.width * part.height < 0.4 * whole.width * whole.height


def test_an_area_beyond_the_raster_is_named(tmp_path):
    with rasterio.open(
        tmp_path / "whole.tif", "w", driver="GTiff", crs="EPSG:4326", transform=GRID, dtype="int16", count=1, height=4, width=4
    ) as file:  # fmt: skip
        file.write(np.ones((1, 4, 4), dtype="int16"))
    problems = Problems()
    assert not cut_raster(tmp_path / "whole.tif", [(1, 1, 2, 2)], [tmp_path / "a.tif"], problems)
    assert [problem.code for problem in problems.errors] == ["no_overlap"]
