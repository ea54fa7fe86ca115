"""P-medians with capacities of OR-Library (Osman and Christofides 1994): answer, bound and seconds beside the published optimum.

    python bench/siting/capacitated.py FOLDER [--limit SECONDS] [--only NUMBER ...]

`FOLDER` holds one question a file, `cap1.txt` to `cap20.txt`: number and optimum; customers, sites and room; then number,
x, y and demand of every customer. Distances are straight lines, rounded down, and count once a customer.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from coverplan.siting import CapacitatedPMedian, Search


def question(path: Path) -> tuple[CapacitatedPMedian, int]:
    """Model of one file with its published optimum."""
    (_, optimum), (_, count, room), *rows = (
        line.split() for line in path.read_text().splitlines() if line.strip()
    )
    table = np.array(rows, dtype=float)
    places, demand = table[:, 1:3], table[:, 3]
    ways = np.floor(np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)))
    ids = [f"{k:03d}" for k in range(len(table))]
    costs = pd.DataFrame(
        ways / demand[:, None], index=ids, columns=ids
    )  # a customer's way counts once, not by demand
    model = CapacitatedPMedian.from_cost_matrix(
        costs,
        pd.Series(demand, index=ids),
        p_facilities=int(count),
        facility_capacities=pd.Series(float(room), index=ids),
    )
    return model, int(optimum)


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("folder", type=Path)
    reader.add_argument("--only", type=int, nargs="*", default=[])
    reader.add_argument("--limit", type=float, default=10.0)
    given = reader.parse_args()
    for number in given.only or range(1, 21):
        model, optimum = question(given.folder / f"cap{number}.txt")
        began, wall = time.process_time(), time.perf_counter()
        answer = model.solve(Search(time_limit_s=given.limit))
        used, seconds = time.process_time() - began, time.perf_counter() - wall
        print(
            f"{number:2d} published {optimum} found {answer.objective:.0f} bound {answer.solution.bound:.1f}"
            f" {answer.solution.status}, {seconds:.1f} s, {used:.1f} s of processor",
            flush=True,
        )


if __name__ == "__main__":
    main()
