#!/usr/bin/env bash
# Guess before running: a Shapefile with two columns of one name (heads of 10 bytes are easily cut alike) is read with both
# columns, each with its own values.
# Found: pyogrio asks GDAL for the field by its name, so both columns hold the values of the last one, without a word.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "geopandas==1.1.1" "pyogrio==0.11.1"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

print("geopandas", gpd.__version__, "pyogrio", pyogrio.__version__, "GDAL", pyogrio.__gdal_version_string__)
points = [shapely.Point(0, 0)]
gpd.GeoDataFrame({"abcdefghij": ["first"], "abcdefghik": ["second"]}, geometry=points, crs=4326).to_file("a.shp")
table = Path("a.dbf")
table.write_bytes(table.read_bytes().replace(b"abcdefghik", b"abcdefghij"))
rows = gpd.read_file("a.shp")
values = [rows.iloc[0, at] for at in range(2)]
print(list(rows.columns), "->", values)
sys.exit(0 if values == ["second", "second"] else 1)
PY
