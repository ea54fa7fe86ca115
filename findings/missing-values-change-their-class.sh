#!/usr/bin/env bash
# Guess before running: mapclassify gives a missing value no class, and the same one whether it was there when the classes
# were made or is looked up in them later (the map before and the map after an idea, in one legend).
# Found: classified, a missing value is in the lowest class and counted there; looked up by find_bin, it is in the highest.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "mapclassify==2.10.0"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
import warnings

warnings.filterwarnings("ignore")
import mapclassify
import numpy as np

print("mapclassify", mapclassify.__version__)
minutes = np.array([4.0, 9.0, np.nan, 14.0])
classes = mapclassify.UserDefined(minutes, bins=[5, 10, 15])
before, after = classes.yb.tolist(), classes.find_bin(minutes).tolist()
print("classified", before, "of counts", classes.counts.tolist(), "- looked up", after)
sys.exit(0 if before == [0, 1, 0, 2] and after == [0, 1, 2, 2] and classes.counts.tolist() == [2, 1, 1] else 1)
PY
