"""Supply measured beside PySAL access in one run: E2SFCA, the flow of places, and draws of the demo.

Run by hand: ``python bench/supply/supply.py``. Processor seconds, so that a loaded machine tells the same.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.reach.matrix import Reach
from coverplan.service.supply.catchment import floating_catchment
from coverplan.service.supply.decays import Decay
from coverplan.service.supply.places import assign_places

LIMIT = 900_000
#: Turns of ours, of which the middle one counts; peers run once.
TURNS = 5
STEPS = ((5.0, 1.0), (10.0, 0.68), (15.0, 0.22))


def town(points: int, sites: int, each: float, seed: int = 1) -> Reach:
    """Points and sites at random, every site reaching about `each` points within fifteen minutes."""
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(seed)
    homes, doors = rng.random((points, 2)), rng.random((sites, 2))
    radius = np.sqrt(each / points / np.pi)
    lists = cKDTree(homes).query_ball_point(doors, radius, return_sorted=True)
    indptr = np.concatenate(([0], np.cumsum([len(one) for one in lists]))).astype(np.int64)
    demand = np.concatenate(lists).astype(np.int32)
    site = np.repeat(np.arange(sites), np.diff(indptr))
    far = np.hypot(*(homes[demand] - doors[site]).T)
    times = np.minimum(np.rint(far / radius * LIMIT), LIMIT).astype(np.int32)
    return Reach(
        tuple(f"s{i:05d}" for i in range(sites)),
        [str(i) for i in range(points)],
        indptr,
        demand,
        times,
        LIMIT,
    )


def seconds(work) -> tuple[float, object]:
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def catchments(points: int, sites: int, each: float) -> dict[str, float]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from access import fca, weights
    reach = town(points, sites, each)
    rng = np.random.default_rng(2)
    people, supply = rng.integers(1, 50, points).astype(float), rng.integers(1, 200, sites).astype(float)
    decay = Decay("stepped", LIMIT, steps=STEPS)
    turns = [
        seconds(lambda: floating_catchment(reach, people, supply, decay, method="e2sfca"))
        for _ in range(TURNS)
    ]
    ours, found = float(np.median([spent for spent, _ in turns])), turns[0][1]
    site = np.repeat(np.arange(sites), np.diff(reach.indptr))
    cost = pd.DataFrame({"origin": reach.demand, "dest": site, "cost": reach.times_ms / 60_000})
    demand, offered = pd.DataFrame({"demand": people}), pd.DataFrame({"supply": supply})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, other = seconds(
            lambda: fca.two_stage_fca(
                demand, offered, cost, max_cost=15, demand_index=True, supply_index=True,
                weight_fn=weights.step_fn(dict(STEPS)),
            )
        )  # fmt: skip
    assert np.allclose(found.per_person[other.index], other.to_numpy(), rtol=1e-9)
    return {"pairs": reach.pairs, "coverplan_s": ours, "pysal_access_s": theirs, "ratio": theirs / ours}


def flows(points: int, sites: int, each: float) -> list[dict[str, float]]:
    reach = town(points, sites, each)
    rng = np.random.default_rng(3)
    people = rng.gamma(1.0, 20.0, points)
    found = []
    for load in (0.3, 0.7, 1.0, 1.5):
        capacity = rng.gamma(2.0, 0.5, sites)
        capacity *= people.sum() * load / capacity.sum()
        spent, places = seconds(lambda capacity=capacity: assign_places(reach, people, capacity, LIMIT))
        found.append(
            {"capacity_over_people": load, "s": spent, "served": float(places.served.sum() / people.sum())}
        )
    return found


def draws() -> dict[str, float]:
    from coverplan.answer import computed, study_runner

    whole, inside = computed.uncertainty_tables, []

    def timed(*given):
        spent, tables = seconds(lambda: whole(*given))
        inside.append(spent)
        return tables

    computed.uncertainty_tables = timed
    try:
        scenario = Path(__file__).resolve().parents[2] / "scenarios" / "demo.yaml"
        run, _ = seconds(lambda: study_runner.run(scenario, write=False))
    finally:
        computed.uncertainty_tables = whole
    rest = run - inside[0]
    return {
        "draws_s": inside[0],
        "one_run_without_pages_s": rest,
        "runs_for_200_draws": 200 * rest / inside[0],
    }


def main() -> None:
    small, people, places = town(10, 2, 5), np.ones(10), np.ones(2)  # compile
    assign_places(small, people, places, LIMIT)
    floating_catchment(small, people, places, Decay("binary", LIMIT))
    found = {
        "e2sfca_1M_x_2000": catchments(1_000_000, 2_000, 2_500),
        "flow_100k_x_500": flows(100_000, 500, 2_000),
        "draws_demo": draws(),
    }
    json.dump(found, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
