#!/usr/bin/env bash
# Guess before running: a Shapefile that geopandas writes in UTF-8 is one that geopandas reads again.
# Found: a head of four Chinese characters (12 bytes) is cut to 10 bytes, within its fourth character, and reading the file
# raises UnicodeDecodeError. Two or three characters are fine. Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "geopandas==1.1.1" "pyogrio==0.11.1"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

import geopandas as gpd
import pyogrio
import shapely

warnings.simplefilter("ignore")
print("geopandas", gpd.__version__, "pyogrio", pyogrio.__version__, "GDAL", pyogrio.__gdal_version_string__)
answers = {}
for head in ("名称", "床位数", "机构名称"):
    gpd.GeoDataFrame({head: ["甲"]}, geometry=[shapely.Point(0, 0)], crs=4326).to_file("a.shp", encoding="utf-8")
    try:
        answers[head] = list(gpd.read_file("a.shp").columns)
    except UnicodeDecodeError as error:
        answers[head] = f"UnicodeDecodeError: {error}"
    print(head, "->", answers[head])
fine = answers["名称"][0] == "名称" and answers["床位数"][0] == "床位数"
sys.exit(0 if fine and "UnicodeDecodeError" in answers["机构名称"] else 1)
PY
