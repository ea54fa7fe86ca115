"""The San Francisco stores of spopt, answered by spopt and by coverplan, side by side.

    python bench/siting/sf_spopt.py FOLDER [--spopt]

FOLDER holds the two files that spopt's own notebooks use: the network distances from 205 census tracts to 16 stores and
the tracts' people. With `--spopt` spopt is asked as well (it is no dependency: run that in an environment that has it,
with coverplan beside it or without).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pandas as pd

RADIUS, STORES = 5000.0, 4


def tables(folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    """Distances by tract and store, and people by tract, in the order of the distances."""
    costs = pd.read_csv(
        folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv",
        dtype={"DestinationName": str},
    )
    wide = costs.pivot_table(index="DestinationName", columns="name", values="distance")
    people = pd.read_csv(folder / "SF_demand_205_centroid_uniform_weight.csv", dtype={"NAME": str})
    return wide, pd.Series(people["POP2000"].to_numpy(), index=people["NAME"])


def told(tool: str, model: str, value: float, seconds: float) -> None:
    print(f"{tool:10} {model:8} {value:18,.4f} {seconds:8.2f} s")


def by_coverplan(costs: pd.DataFrame, people: pd.Series) -> None:
    from coverplan.siting import LSCP, MCLP, PCenter, PMedian

    for name, model in (
        ("LSCP", LSCP.from_cost_matrix(costs, RADIUS)),
        ("MCLP", MCLP.from_cost_matrix(costs, people, RADIUS, STORES)),
        ("PMedian", PMedian.from_cost_matrix(costs, people, STORES)),
        ("PCenter", PCenter.from_cost_matrix(costs, STORES)),
    ):
        started = time.perf_counter()
        answer = model.solve()
        told("coverplan", name, answer.objective, time.perf_counter() - started)
        print("          ", answer.solution.status, answer.selected)


def by_spopt(costs: pd.DataFrame, people: pd.Series) -> None:
    import pulp
    from spopt.locate import LSCP, MCLP, PCenter, PMedian

    array, weights = costs.to_numpy(), people.loc[costs.index].to_numpy()  # by row: the caller has to sort
    solver = pulp.PULP_CBC_CMD(msg=False)
    for name, model in (
        ("LSCP", LSCP.from_cost_matrix(array, RADIUS)),
        ("MCLP", MCLP.from_cost_matrix(array, weights, RADIUS, STORES)),
        ("PMedian", PMedian.from_cost_matrix(array, weights, STORES)),
        ("PCenter", PCenter.from_cost_matrix(array, STORES)),
    ):
        started = time.perf_counter()
        value = model.solve(solver).problem.objective.value()
        told("spopt", name, value, time.perf_counter() - started)


if __name__ == "__main__":
    read = tables(Path(sys.argv[1]))
    if "--spopt" in sys.argv:
        by_spopt(*read)
    else:
        by_coverplan(*read)
