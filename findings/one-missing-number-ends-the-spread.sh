#!/usr/bin/env bash
# Guess before running: tobler's area_interpolate takes a missing number of people for none, with a warning, as its help says.
# Found: so it does with pandas 2. pandas 3 lends a column for reading alone, tobler writes the zero into it, and one town whose
# people are unknown ends the whole call in "assignment destination is read-only". tobler 0.13.0 takes any pandas from 2.2 on.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
cd "$work"
cat >spread.py <<'PY'
import sys
import warnings

warnings.filterwarnings("ignore")
import geopandas
import numpy as np
import pandas
import shapely
import tobler
from tobler.area_weighted import area_interpolate

areas = [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)]
towns = geopandas.GeoDataFrame({"people": [100.0, np.nan]}, geometry=areas, crs=32650)
cells = geopandas.GeoDataFrame(geometry=[shapely.box(0, 0, 20, 10)], crs=32650)
try:
    told = area_interpolate(towns, cells, extensive_variables=["people"])["people"].tolist()
except ValueError as error:
    told = str(error)
print("tobler", tobler.__version__, "pandas", pandas.__version__, "->", told)
sys.exit(0 if told == {"2": [100.0], "3": "assignment destination is read-only"}[sys.argv[1]] else 1)
PY
"$work/venv/bin/python" -m pip install --quiet "tobler==0.13.0" "geopandas==1.1.1" "pandas==2.3.3"
"$work/venv/bin/python" spread.py 2
"$work/venv/bin/python" -m pip install --quiet "pandas==3.0.0"
"$work/venv/bin/python" spread.py 3
