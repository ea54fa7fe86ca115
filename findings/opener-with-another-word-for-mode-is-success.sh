#!/usr/bin/env bash
# Guess before running: rasterio.open(..., opener=f) calls f with a path and a mode by place, as its help says ("calling opener
# with (fp, mode)"), so the second parameter may have any name; and what goes wrong within f is raised.
# Found: the mode is passed by the keyword `mode`. An opener that calls it otherwise is asked twice without it, to see whether
# the file is there, then fails out of sight: the error says that the file could not be opened, "Success".
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "rasterio==1.4.4" "numpy==2.3.4"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import io
import sys

import numpy as np
import rasterio

with rasterio.MemoryFile() as file:
    with file.open(driver="GTiff", width=4, height=3, count=1, dtype="uint8", crs="EPSG:4326",
                   transform=rasterio.Affine(1, 0, 0, 0, -1, 0)) as target:
        target.write(np.ones((1, 3, 4), dtype="uint8"))
    whole = file.read()


def by_place(path, how="rb"):
    return io.BytesIO(whole)


def by_name(path, mode="rb"):
    return io.BytesIO(whole)


print("rasterio", rasterio.__version__, "GDAL", rasterio.__gdal_version__)
with rasterio.open("far.tif", opener=by_name) as source:
    print("parameter called mode:", source.shape)
try:
    with rasterio.open("far.tif", opener=by_place) as source:
        said = str(source.shape)
except rasterio.errors.RasterioIOError as error:
    said = str(error).rpartition("/")[2]
print("parameter called how:", said)
sys.exit(0 if said == "far.tif: Success" else 1)
PY
