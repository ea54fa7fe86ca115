"""Small questions by chance, asked of spopt and of coverplan with the same arguments in the same order.

    python bench/siting/spopt_by_chance.py [QUESTIONS]

Needs spopt and PuLP beside coverplan. Prints what differs and how many questions were asked; exits with 1 if something did.
"""

from __future__ import annotations

import sys

import geopandas as gpd
import numpy as np
import pulp
import shapely
from spopt import locate
from spopt.locate.base import SpecificationError

from coverplan import siting


def questions(seed: int) -> list[tuple[str, str, tuple]]:
    """Name of the model, of the way to make it, and the arguments that both tools are given."""
    rng = np.random.default_rng(seed)
    costs = rng.integers(1, 30, (6, 4)).astype(float)
    people, room = rng.integers(1, 9, 6).astype(float), rng.integers(6, 30, 4).astype(float)
    number, must = int(rng.integers(1, 4)), (np.arange(4) == rng.integers(4)).astype(int)
    places = rng.uniform(0, 900, (7, 2))
    apart = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    demand = gpd.GeoDataFrame(
        {"n": rng.integers(1, 9, 6)}, geometry=shapely.points(rng.uniform(0, 900, (6, 2))), crs=32650
    )
    sites = gpd.GeoDataFrame(
        {"must": must, "room": room}, geometry=shapely.points(rng.uniform(0, 900, (4, 2))), crs=32650
    )
    layers = (demand, sites, "geometry", "geometry")
    return [
        ("LSCP", "from_cost_matrix", (costs, 15, must)),
        ("LSCP", "from_cost_matrix", (costs, 20, None, people, room)),
        ("MCLP", "from_cost_matrix", (costs, people, 12, number, must)),
        ("PMedian", "from_cost_matrix", (costs, people, number, must)),
        ("PMedian", "from_cost_matrix", (costs, people, number, None, room)),
        ("PCenter", "from_cost_matrix", (costs, number, must)),
        ("PDispersion", "from_cost_matrix", (apart, int(rng.integers(2, 5)), (np.arange(7) == rng.integers(7)).astype(int))),
        ("LSCP", "from_geodataframe", (*layers, 500, "must")),
        ("MCLP", "from_geodataframe", (*layers, "n", 300, number, "must")),
        ("PMedian", "from_geodataframe", (*layers, "n", number, None, "must")),
        ("PMedian", "from_geodataframe", (*layers, "n", number, "room")),
        ("PCenter", "from_geodataframe", (*layers, number, "must")),
        ("PDispersion", "from_geodataframe", (sites, "geometry", 2, "must")),
    ]  # fmt: skip


def theirs(name: str, way: str, given: tuple) -> float | None:
    """Objective of spopt; None where it finds no plan."""
    try:
        model = getattr(getattr(locate, name), way)(*given)
        return float(model.solve(pulp.PULP_CBC_CMD(msg=False)).problem.objective.value())
    except (RuntimeError, SpecificationError):
        return None


def main() -> int:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    asked = differ = seed = 0
    while asked < most:
        for name, way, given in questions(seed):
            one = theirs(name, way, given)
            answer = getattr(getattr(siting, name), way)(*given).solve()
            asked += 1
            same = (one is None) == (answer.objective is None)
            if not same or (one is not None and abs(one - answer.objective) > 1e-6 * max(1.0, abs(one))):
                differ += 1
                print(f"seed {seed}: {name}.{way}: spopt {one}, coverplan {answer.objective}")
        seed += 1
    print(f"{asked} questions, {differ} differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
