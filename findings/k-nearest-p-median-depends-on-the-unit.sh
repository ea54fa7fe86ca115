#!/usr/bin/env bash
# spopt 0.7.0: KNearestPMedian answers differently in metres and in kilometres, and in kilometres not with the best sites.
#
# Guess before looking: it adds neighbours until nobody uses the stand-in for "further than the k nearest", so it ends at
# the optimum of the p-median from any k and in any unit. What happens: the stand-in costs weight x distance of the k-th
# site *plus one*, in the unit of the map. Where the next site is less than one unit further, staying among the k nearest
# looks cheaper than it is, other sites are opened, nobody uses the stand-in, and the loop ends. Metres hide it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q spopt==0.7.0 pulp==3.3.2 2>/dev/null
"$folder/venv/bin/python" - <<'PY'
import itertools
import sys
import warnings

warnings.filterwarnings("ignore")
import geopandas
import numpy as np
import pulp
import shapely
import spopt
from spopt.locate import KNearestPMedian

rng = np.random.default_rng(2)
clients_km, sites_km = rng.uniform(0, 10, (6, 2)), rng.uniform(0, 10, (5, 2))
distance = np.hypot(*(clients_km[:, None] - sites_km[None]).transpose(2, 0, 1))
best = min(distance[:, list(two)].min(axis=1).sum() for two in itertools.combinations(range(5), 2))


def answer(unit: float) -> float:
    """Sum of ways to two sites, in kilometres, beginning with the one nearest site of everybody."""
    clients = geopandas.GeoDataFrame({"geometry": shapely.points(clients_km * unit), "people": 1}, crs="EPSG:32633")
    sites = geopandas.GeoDataFrame({"geometry": shapely.points(sites_km * unit)}, crs="EPSG:32633")
    model = KNearestPMedian.from_geodataframe(
        clients, sites, "geometry", "geometry", "people", 2, k_array=np.ones(6, dtype=int)
    )
    return model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective.value() / unit


metres, kilometres = answer(1000.0), answer(1.0)
print(f"spopt {spopt.__version__}: best of every pair {best:.3f} km; in metres {metres:.3f}; in kilometres {kilometres:.3f}")
sys.exit(0 if abs(metres - best) < 1e-6 and kilometres > best + 0.1 else 1)
PY
