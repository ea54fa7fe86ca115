#!/usr/bin/env bash
# Guess before running: pandana's impedances are numbers of any unit, so a walk of thirty pieces of half a minute is 15 minutes
# long whether its pieces are given in seconds, minutes or hours.
# Found: every piece is cut to whole thousandths of its unit before paths are sought. In hours (1/120 each) the walk takes 0.24
# instead of 0.25, so that what is 15.6 minutes away is within 15; a piece below a thousandth counts as one (in days: 43 minutes).
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "pandana==0.8" "pandas==2.3.3" "numpy==2.3.4"
cd "$work"
cat >walk.py <<'PY'
import sys

import pandana
import pandas as pd

nodes = pd.DataFrame({"x": [36.0 * at for at in range(31)], "y": 0.0})
minutes = {}
for unit, per_minute in (("seconds", 60), ("minutes", 1), ("hours", 1 / 60), ("days", 1 / 1440)):
    pieces = pd.DataFrame({unit: [0.5 * per_minute] * 30})
    net = pandana.Network(nodes.x, nodes.y, pd.Series(range(30)), pd.Series(range(1, 31)), pieces)
    minutes[unit] = round(net.shortest_path_length(0, 30) / per_minute, 3)
print("pandana", pandana.__version__, "- the same walk in minutes:", minutes, file=sys.stderr)
sys.exit(0 if minutes == {"seconds": 15.0, "minutes": 15.0, "hours": 14.4, "days": 43.2} else 1)
PY
"$work/venv/bin/python" walk.py >/dev/null
