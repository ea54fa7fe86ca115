"""The map of a study with 100,000 peopled cells and 20,000 streets: python bench/large_page.py RESULT_FOLDER OUT_FOLDER.

The people and streets of a result stand several times side by side. ``bench/page_ready.py OUT_FOLDER/map.html`` then
measures how long a browser takes.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from coverplan.maps.web.interactive import write_map
from coverplan.results.files import read_result

CELLS, STREETS = 100_000, 20_000


def beside(layer: gpd.GeoDataFrame, copies: int, size_m: np.ndarray) -> gpd.GeoDataFrame:
    """The layer several times, three in a row."""
    parts = [layer.set_geometry(layer.geometry.translate(*(size_m * (i % 3, i // 3)))) for i in range(copies)]
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=layer.crs)


def main(folder: Path, out: Path) -> None:
    """Write the map and print how large it is."""
    result = read_result(folder)
    demand, streets = result.layers["demand"], result.layers["streets"]
    west, south, east, north = demand.total_bounds
    # whole cells apart, so that the grid stays one grid
    size_m = np.ceil(np.array([east - west, north - south]) / 1000) * 1000 + 1000
    large = {
        "demand": beside(demand, math.ceil(CELLS / len(demand)), size_m),
        "streets": beside(streets, math.ceil(STREETS / len(streets)), size_m),
    }
    out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    write_map(replace(result, layers={**result.layers, **large}), out, language="zh")
    size_mb = (out / "map.html").stat().st_size / 1e6
    print(
        f"{len(large['demand']):,} cells, {len(large['streets']):,} streets: "
        f"{size_mb:.2f} MB in {time.perf_counter() - started:.1f} s"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
