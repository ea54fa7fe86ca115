#!/usr/bin/env bash
# Guess before running: an area outside all areas with a known share has no share after tobler's area_interpolate, and one that
# lies half outside has the share of its known half.
# Found: the half-known one has that of its known half, but the area outside has 0 %, as if nobody there were served.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "tobler==0.13.0" "geopandas==1.1.1" "pandas==2.3.3"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

warnings.filterwarnings("ignore")
import geopandas
import shapely
import tobler
from tobler.area_weighted import area_interpolate

known = geopandas.GeoDataFrame({"served": [0.75]}, geometry=[shapely.box(0, 0, 10, 10)], crs=32650)
units = [shapely.box(0, 0, 10, 5), shapely.box(5, 0, 15, 10), shapely.box(50, 0, 60, 10)]
asked = geopandas.GeoDataFrame(geometry=units, crs=32650)
shares = area_interpolate(known, asked, intensive_variables=["served"])["served"].tolist()
print("tobler", tobler.__version__, "inside, half inside, outside:", shares)
sys.exit(0 if shares == [0.75, 0.75, 0.0] else 1)
PY
