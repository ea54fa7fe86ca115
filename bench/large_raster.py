"""A population raster of many peopled cells: how much memory a study takes that is read from it, by hand.

    python bench/large_raster.py [SIDE] [FOLDER]

SIDE x SIDE cells of 100 m, somebody in each, in degrees, with four units whose borders cut cells, read without
streets by the straight line. Prints processor seconds, the largest memory of the process before and after, and a
digest of every id, place, number and unit: two builds that print the same read the same.
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
import yaml

from coverplan.errors import Problems
from coverplan.scenario.load import load_study_file
from coverplan.study.load import load_study

STEP = 1 / 1200
WEST, NORTH = 118.0, 33.5


def write(folder: Path, side: int) -> Path:
    """Study of a raster and four units; nothing is written twice."""
    with rasterio.open(
        folder / "people.tif", "w", driver="GTiff", height=side, width=side, count=2, dtype="float32", crs="EPSG:4326",
        transform=rasterio.Affine(STEP, 0, WEST, 0, -STEP, NORTH), compress="deflate",
    ) as target:  # fmt: skip
        random = np.random.default_rng(7)
        for top in range(0, side, 500):
            rows = min(500, side - top)
            people = random.integers(1, 4_000, (rows, side)).astype(np.float32) / 16
            window = rasterio.windows.Window(0, top, side, rows)
            target.write(people, 1, window=window)
            target.write(people / 4, 2, window=window)
    middle, end = 0.4301 * side * STEP, side * STEP
    cuts = ((0, middle), (middle, end))
    shapes = [shapely.box(WEST + a, NORTH - d, WEST + b, NORTH - c) for a, b in cuts for c, d in cuts]
    units = gpd.GeoDataFrame(
        {"code": [f"3201{at}" for at in range(4)], "name": list("甲乙丙丁"), "type": "town"},
        geometry=shapes,
        crs=4326,
    )
    units.to_file(folder / "units.gpkg", engine="pyogrio")
    (folder / "homes.csv").write_text(
        f"id,name,x,y,beds\nh0,甲院,{WEST + middle},{NORTH - middle},10\n", "utf-8"
    )
    study = {
        "name": {"zh": "大", "en": "Large"}, "synthetic": True, "crs": "EPSG:32650", "units": {"file": "units.gpkg"},
        "population": {"file": "people.tif", "base": "resident", "groups": {"total": 1, "age_60_plus": 2}},
        "facilities": [{"layer": "elder_care", "file": "homes.csv", "crs": "EPSG:4326", "type": "institution"}],
    }  # fmt: skip
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study, allow_unicode=True), "utf-8")
    return path


def peak_gb() -> float:
    """Largest memory so far, in units of 10^9 bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def main() -> None:
    side = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    with tempfile.TemporaryDirectory() as made:
        path = write(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(made), side)
        before, used, problems = peak_gb(), time.process_time(), Problems()
        study = load_study(*load_study_file(path, problems), problems)
        used, after = time.process_time() - used, peak_gb()
        demand, digest = study.demand, hashlib.sha256()
        for first in range(0, demand.points, 100_000):
            part = slice(first, first + 100_000)
            digest.update("\n".join(demand.ids[part]).encode())
            for numbers in (demand.x, demand.y, demand.unit, demand.inside, *demand.people.values()):
                digest.update(np.ascontiguousarray(numbers[part]).tobytes())
    print(
        f"{side * side:,} cells, {demand.points:,} points: {used:.0f} s of processor, {before:.2f} GB before, "
        f"{after:.2f} GB at most; {sum(map(float, demand.people['total'])):.3f} people, {digest.hexdigest()[:16]}"
    )


if __name__ == "__main__":
    main()
