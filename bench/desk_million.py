"""The desk with a million cells on the generated network of a million street nodes: a step's server part and its memory.

    python bench/desk_million.py [--edits 20]

The network is that of the reach benchmark; the demo's facilities stand at nodes of it and its people are a cell beside every
node. The demo's walking standards and its plan are asked. CPU seconds of the answering thread stand beside wall seconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np

from desk import server_part

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench" / "reach"))

from instances import instance  # noqa: E402

from coverplan.answer.prepared import Prepared, prepare  # noqa: E402
from coverplan.desk.server.desk import Desk  # noqa: E402
from coverplan.desk.server.map_content import MapContents  # noqa: E402
from coverplan.desk.server.numbers import Teller  # noqa: E402
from coverplan.desk.server.places import Places  # noqa: E402
from coverplan.desk.workbench.ground import Ground  # noqa: E402
from coverplan.ground.demand import Demand  # noqa: E402

SCENARIO = ROOT / "scenarios" / "demo.yaml"


def million(scenario: Path) -> Prepared:
    """The demo's facilities, standards and plan on a million nodes, with as many cells."""
    ready, made = prepare(scenario), instance("1m")
    dice, study = np.random.default_rng(3), ready.study
    nodes = made.nodes
    people = dice.integers(0, 9, nodes).astype(float)
    ids = np.array([f"{at:07d}" for at in range(nodes)], dtype=object)
    demand = Demand(
        ids,
        made.x + 5.0,
        made.y + 3.0,
        {group: people if group == "total" else np.floor(people / 4) for group in study.demand.groups},
        dice.integers(0, len(study.units.codes), nodes).astype(np.int32),
        np.ones(nodes, dtype=bool),
        60.0,
    )
    table = study.facilities.table.copy()
    at = dice.choice(nodes, len(table), replace=False)
    table["geometry"] = gpd.points_from_xy(made.x[at], made.y[at], crs=table.crs)
    streets = replace(made.network(), crs=study.network.crs)
    study = replace(
        study, demand=demand, network=streets, facilities=study.facilities.with_table(table), barriers=None
    )
    scenario_file = ready.loaded.scenario
    walked = tuple(one for one in scenario_file.standards if "drive" not in one.key)
    loaded = replace(ready.loaded, scenario=scenario_file.model_copy(update={"standards": walked}))
    return replace(ready, study=study, loaded=loaded, plan=None)


def main() -> None:
    """A step's server part."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--edits", type=int, default=20)
    options = asked.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(SCENARIO, Path(folder))
        start = time.perf_counter()
        desk.ground = Ground(million(SCENARIO))
        desk.places, desk.maps = Places(desk.ground), MapContents(desk.ground)
        desk.teller = Teller(desk.ground, "million")
        print(f"prepared in {time.perf_counter() - start:.0f} s", flush=True)
        start = time.perf_counter()
        server_part(desk, options.edits)
        study = desk.ground.ready.study
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{study.demand.points:,} cells, {study.network.nodes:,} nodes; peak memory {memory:,.0f} MB")


if __name__ == "__main__":
    main()
