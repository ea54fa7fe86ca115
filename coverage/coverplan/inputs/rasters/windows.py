"""A raster cut into many: the cells of each box as they are, never resampled."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from coverplan.errors import Problems
from coverplan.inputs.rasters.opening import (
    Bounds,
    affine_of,
    no_overlap,
    opened_raster,
    place_of,
    rasterio_window,
    window_of,
)

_CELLS_AT_ONCE = 4_000_000


def cut_raster(
    path: Path,
    boxes: Sequence[Bounds],
    targets: Sequence[Path],
    problems: Problems,
    *,
    crs: str | None = None,
    datum: str | None = None,
) -> bool:
    """Write for each box a GeoTIFF with the cells that it touches; every band, number and mark is that of the file.

    Parameters
    ----------
    path
        A raster in any CRS; it is opened once and read window by window, in strips.
    boxes
        West, south, east, north in degrees.
    targets
        Where each part is written, ``.tif``.
    problems
        Receives what is wrong: no such file, no CRS, a box beyond the raster.

    crs, datum
        What the study says of a raster that does not say its CRS.

    Returns
    -------
    bool
        False exactly if an error was written to `problems`.
    """
    import rasterio
    from rasterio.enums import MaskFlags

    before = len(problems.errors)
    with opened_raster(path, problems, crs=crs, datum=datum) as raster:
        if raster is None:
            return False
        source = raster.source
        for box, target in zip(boxes, targets, strict=True):
            window = window_of(raster, box)
            if window is None:
                problems.add(
                    no_overlap(path, f"the raster does not overlap the area of {target.parent.name}")
                )
                continue
            top, left, rows, columns = window
            a, b, _, d, e, _ = affine_of(source)
            x, y = place_of(affine_of(source), np.array([left]), np.array([top]))
            profile = {
                "driver": "GTiff", "crs": raster.crs, "dtype": source.dtypes[0], "count": source.count,
                "nodata": source.nodata, "height": rows, "width": columns, "compress": "deflate",
                "transform": rasterio.Affine(a, b, float(x[0]), d, e, float(y[0])),
            }  # fmt: skip
            masked = any(MaskFlags.per_dataset in flags for flags in source.mask_flag_enums)
            strip = max(1, _CELLS_AT_ONCE // (columns * source.count))
            with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(target, "w", **profile) as part:
                for first in range(0, rows, strip):
                    height = min(strip, rows - first)
                    read = rasterio_window((top + first, left, height, columns))
                    written = rasterio_window((first, 0, height, columns))
                    part.write(source.read(window=read), window=written)
                    if masked:
                        part.write_mask(source.dataset_mask(window=read), window=written)
                part.descriptions = source.descriptions
                part.scales, part.offsets = source.scales, source.offsets
    return len(problems.errors) == before
