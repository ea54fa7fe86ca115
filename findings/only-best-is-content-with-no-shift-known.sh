#!/usr/bin/env bash
# Guess before running: pyproj's only_best=True ("error out if the best transformation cannot be used") refuses to take
# Xian 1980 (EPSG:4610) to WGS 84, two datums that lie about a hundred metres apart and for which PROJ knows no shift.
# Found: it is content, and so is TransformerGroup.best_available: the best of the operations that there are is the ballpark,
# so coordinates come back as they were, with an accuracy of -1. Only allow_ballpark=False refuses.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "pyproj==3.7.2"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys

import pyproj
from pyproj import Transformer
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

print("pyproj", pyproj.__version__, "PROJ", pyproj.proj_version_str)
place = (117.0, 33.9)
same = []
for code, name in {4610: "Xian 1980", 4555: "New Beijing", 4490: "CGCS2000"}.items():
    best = Transformer.from_crs(code, 4326, always_xy=True, only_best=True)
    available = TransformerGroup(code, 4326, always_xy=True).best_available
    print(name, best.description, "accuracy", best.accuracy, "best available", available, best.transform(*place))
    try:
        Transformer.from_crs(code, 4326, always_xy=True, allow_ballpark=False)
        refused = False
    except ProjError:
        refused = True
    same.append(best.transform(*place) == place and best.accuracy == -1 and available and refused)
sys.exit(0 if all(same) else 1)
PY
