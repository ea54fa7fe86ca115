#!/usr/bin/env bash
# Guess before running: with access's three_stage_fca(max_cost=15), rows of the cost table beyond 15 change nothing, as they
# change nothing in its two_stage_fca: nobody goes there.
# Found: the preference for each place is taken as its share among all rows, the far ones too, and only then are those cut. So
# the same question has another answer where the table of costs reaches further, by some 9 % here.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "access==1.1.10.post3"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
import warnings
from importlib.metadata import version

warnings.filterwarnings("ignore")
import pandas as pd
from access import Access, weights

people = pd.DataFrame({"id": [1, 2, 3], "people": [100, 200, 300]})
beds = pd.DataFrame({"id": [7, 8, 9], "beds": [10, 20, 30]})
minutes = [(1, 7, 5), (1, 8, 12), (1, 9, 25), (2, 7, 8), (2, 8, 14), (2, 9, 40), (3, 7, 14), (3, 8, 6), (3, 9, 16)]
table = pd.DataFrame(minutes, columns=["home", "place", "cost"]).astype({"cost": float})


def beds_per_person(model, costs):
    asked = Access(
        demand_df=people, demand_index="id", demand_value="people",
        supply_df=beds, supply_index="id", supply_value="beds",
        cost_df=costs.copy(), cost_origin="home", cost_dest="place", cost_name="cost",
    )  # fmt: skip
    found = getattr(asked, model)(name="found", max_cost=15, weight_fn=weights.gaussian(10))
    return found.iloc[:, 0].round(4).tolist()


print("access", version("access"))
pairs = {m: (beds_per_person(m, table), beds_per_person(m, table[table.cost <= 15])) for m in ("two_stage_fca", "three_stage_fca")}
for model, (whole, cut) in pairs.items():
    print(f"{model}: table to 40 minutes {whole}, table to 15 minutes {cut}")
two, three = pairs.values()
sys.exit(0 if two[0] == two[1] and three[0][1] > 1.05 * three[1][1] else 1)
PY
