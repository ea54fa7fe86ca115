"""Siting benchmark: the same question to this project and to its peers, every job in a process of its own.

    python bench/siting/run.py --prototype ../shared/bench/src            # everything, writes bench/RESULTS-siting.json
    python bench/siting/run.py --prototype ../shared/bench/src --must     # the prototype alone, about 4 minutes
    python bench/siting/run.py --prototype ../shared/bench/src --only real_250k_5k --asked 50

`--only others` asks for p-median and capacities. Ours and the prototype alternate in one process and are compared pair
by pair after one round to warm up: median of three, of nine when both take less than two seconds, once when they take
more than 25. Peers run once, capped at 60 s (a peer that is still building its model then is killed at 90 s). Every
objective is counted again from the raw pairs. What is measured replaces its entry in the file of results.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from instances import Instance, load

HERE = Path(__file__).parent
CAP_S, KILL_S, GAP = 60.0, 90.0, 1e-3
LONG_S = 25.0  # questions that take longer are asked once
#: instance, number of sites (or share of people), relative gap, seconds allowed, peers
QUESTIONS = [
    ("real_10k_300", 20, GAP, 60.0, ("highs_merged", "highs_direct", "scip_merged", "spopt")),
    ("real_10k_300", 20, 0.0, 60.0, ()),
    ("real_50k_1k", 50, GAP, 60.0, ("highs_merged", "highs_direct", "scip_merged")),
    ("cfl_100k_R5.5", 10, GAP, 60.0, ("highs_merged", "highs_direct", "scip_merged")),
    ("cfl_100k_R5.5", 10, 0.0, 60.0, ()),
    ("cfl_1000k_R5.5", 10, GAP, 60.0, ("highs_merged",)),
    ("cfl_1000k_R5.5", 10, 0.0, 60.0, ()),
    ("real_250k_5k", 500, GAP, 60.0, ()),
    ("real_250k_5k", 50, 3.7e-3, 60.0, ()),
    ("real_250k_5k", 50, 3e-3, 60.0, ()),
    ("real_250k_5k", 50, GAP, 15.0, ("spopt",)),
    ("real_250k_5k", 50, GAP, 60.0, ("highs_merged",)),
    ("real_1m_10k", 100, GAP, 30.0, ()),
    ("real_50k_1k", 0.9, 0.0, 60.0, ("highs_merged", "scip_merged")),
    ("real_250k_5k", 0.9, 0.0, 30.0, ()),
]

#: instance, number and gap of the questions that `--must` asks
MUST = {
    ("real_10k_300", 20, GAP),
    ("real_10k_300", 20, 0.0),
    ("real_50k_1k", 50, GAP),
    ("cfl_100k_R5.5", 10, 0.0),
    ("cfl_1000k_R5.5", 10, GAP),
    ("real_250k_5k", 500, GAP),
    ("real_250k_5k", 50, 3.7e-3),
    ("real_50k_1k", 0.9, 0.0),
}

#: p-median (way counted in decimetres, 6 km for whoever has none within 5 km) and capacities of 5,000 to 20,000 people
OTHERS = [("median", "real_50k_1k_far", 50, GAP, 60.0), ("capacity", "real_50k_1k", 50, GAP, 60.0)]


def problem_of(instance: Instance, asked: float):
    from coverplan.siting.limit import CoverageFloor, Number
    from coverplan.siting.objective import FewestSites, MostPeople
    from coverplan.siting.pairs import Pairs
    from coverplan.siting.points import make_points
    from coverplan.siting.problem import make_problem
    from coverplan.siting.sites import make_sites

    sites, points = len(instance.indptr) - 1, len(instance.weight)
    return make_problem(
        make_sites(tuple(f"{site:05d}" for site in range(sites))),
        make_points([f"{point:07d}" for point in range(points)], instance.weight.astype(float)),
        Pairs(instance.indptr, instance.demand, None, points),
        objectives=(MostPeople() if asked >= 1 else FewestSites(),),
        limits=(Number(int(asked), int(asked)) if asked >= 1 else CoverageFloor(asked),),
    )


def other_problem(kind: str, instance: Instance, count: int):
    from dataclasses import replace

    from coverplan.siting.limit import Capacity
    from coverplan.siting.objective import LeastPersonTime
    from coverplan.siting.problem import checked

    plain = problem_of(instance, count)
    if kind == "median":
        ways = replace(plain.pairs, cost=instance.distance_dm)
        return checked(replace(plain, pairs=ways, objectives=(LeastPersonTime(60_000.0),)))
    room = np.random.default_rng(21).integers(5_000, 20_001, plain.sites.count).astype(float)
    roomy = replace(plain, sites=replace(plain.sites, capacity=room))
    return roomy.with_limits(Capacity())


def other(kind: str, name: str, count: int, gap: float, limit_s: float) -> dict:
    """One p-median or capacitated question; the engine's own recount stands behind the numbers."""
    from coverplan.siting.solve import solve
    from coverplan.siting.solvers.search import Search

    problem = other_problem(kind, load(name), count)
    answer = solve(problem, Search(gap=gap, time_limit_s=limit_s, threads=2))
    return {
        "objective": answer.objective,
        "bound": answer.bound,
        "gap_percent": 100 * answer.gap,
        "seconds": answer.seconds,
        "status": answer.status,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def counted(instance: Instance, chosen) -> int:
    covered = np.zeros(len(instance.weight), dtype=bool)
    for site in chosen:
        covered[instance.demand[instance.indptr[site] : instance.indptr[site + 1]]] = True
    return int(instance.weight[covered].sum())


def told(instance: Instance, asked: float, chosen, bound) -> dict:
    if chosen is None:
        return {"objective": None, "bound": bound, "gap_percent": None}
    people = counted(instance, chosen)
    if asked < 1:
        return {"objective": len(chosen), "bound": bound, "people": people, "gap_percent": None}
    gap = None if bound is None else 100 * max(0.0, bound - people) / people
    return {"objective": people, "bound": bound, "gap_percent": gap}


def ours(instance: Instance, asked: float, gap: float, limit_s: float, problem) -> dict:
    from coverplan.siting.solve import solve
    from coverplan.siting.solvers.search import Search

    answer = solve(problem, Search(gap=gap, time_limit_s=limit_s, threads=2))
    return {**told(instance, asked, np.flatnonzero(answer.open_site), answer.bound),
            "seconds": answer.seconds, "status": answer.status}  # fmt: skip


def pair(name: str, asked: float, gap: float, limit_s: float, prototype: str | None) -> dict:
    """Ours cold and warm, and the prototype in turns with it."""
    import peers

    instance = load(name)
    problem = problem_of(instance, asked)
    cold = ours(instance, asked, gap, limit_s, problem)
    mine, theirs, last, answer = [], [], {}, cold

    def turn() -> None:
        nonlocal answer, last
        if cold["seconds"] < LONG_S:  # beyond that, reading compiled code counts for nothing
            answer = ours(instance, asked, gap, limit_s, problem)
        mine.append(answer["seconds"])
        if prototype and asked >= 1:
            found, seconds = peers.prototype(Path(prototype), instance, int(asked), gap, limit_s)
            theirs.append(seconds)
            last = told(instance, asked, *found)

    turn()
    both = sum(mine + theirs)
    rounds = 9 if both < 2 else 3 if both < LONG_S else 0
    if rounds:
        mine.clear()
        theirs.clear()
    for _ in range(rounds):
        turn()
    result = {"coverplan": {**answer, "seconds": float(np.median(mine)), "cold_seconds": cold["seconds"]}}
    result["coverplan"]["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if theirs:
        ratio = float(np.median(np.array(theirs) / np.array(mine)))
        result["prototype"] = {**last, "seconds": float(np.median(theirs)), "ratio": ratio}
    return result


def peer(kind: str, name: str, asked: float, gap: float) -> dict:
    """One peer once."""
    import peers

    instance = load(name)
    if kind == "ours_once":
        problem = problem_of(instance, asked)
        found = ours(instance, asked, gap, CAP_S, problem)
        return {**found, "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}
    started = time.perf_counter()
    count = int(asked) if asked >= 1 else 0
    target = np.ceil(asked * instance.weight.sum()) if asked < 1 else 0.0
    try:
        if kind == "spopt":
            found = peers.spopt(instance, count, gap, CAP_S)
        else:
            solver = peers.scip if kind.startswith("scip") else peers.highs
            cells = peers.merged_cells(instance) if kind.endswith("merged") else peers.all_cells(instance)
            left = CAP_S - (time.perf_counter() - started)
            found = solver(*cells, count, float(target), gap, left)
        result = told(instance, asked, *found)
    except MemoryError:
        result = {"status": "out of memory"}
    result["seconds"] = time.perf_counter() - started
    result["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return result


def in_own_process(task: list[str], kill_s: float) -> dict:
    try:
        done = subprocess.run(
            [sys.executable, __file__, *task], capture_output=True, text=True, timeout=kill_s, check=False
        )
    except subprocess.TimeoutExpired:
        return {"status": f"killed after {kill_s:.0f} s"}
    lines = done.stdout.strip().splitlines()
    return json.loads(lines[-1]) if lines and done.returncode == 0 else {"status": done.stderr[-200:]}


def question(entry: dict) -> tuple:
    return tuple(entry.get(name) for name in ("instance", "kind", "asked", "gap", "limit_s"))


def keep(entry: dict, out: Path | None) -> None:
    """Print what was measured and put it into the file of results, in the place of an older entry."""
    print(json.dumps(entry), flush=True)
    if out is None:
        return
    results = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    place = next((k for k, old in enumerate(results) if question(old) == question(entry)), len(results))
    results[place : place + 1] = [entry]
    out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    reader = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("--prototype", help="folder with the prototype's modules")
    reader.add_argument("--only", help="only questions on this instance")
    reader.add_argument(
        "--asked", type=float, help="only questions for this number of sites or share of people"
    )
    reader.add_argument(
        "--must", action="store_true", help="only the prototype's questions; prints, keeps nothing"
    )
    reader.add_argument("--out", default=str(HERE.parent / "RESULTS-siting.json"))
    reader.add_argument("--task", nargs="+", help=argparse.SUPPRESS)
    given = reader.parse_args()
    if given.task:
        kind, name, asked, gap, limit_s = given.task
        numbers = float(asked), float(gap)
        if kind in {"median", "capacity"}:
            print(json.dumps(other(kind, name, int(numbers[0]), numbers[1], float(limit_s))))
            return
        job = (
            pair(name, *numbers, float(limit_s), given.prototype)
            if kind == "pair"
            else peer(kind, name, *numbers)
        )
        print(json.dumps(job))
        return
    out = None if given.must else Path(given.out)
    others = OTHERS if given.only in {None, "others"} and not given.must else []
    for kind, name, asked, gap, limit_s in others:
        found = in_own_process(["--task", kind, name, str(asked), str(gap), str(limit_s)], 900.0)
        keep(
            {"instance": name, "kind": kind, "asked": asked, "load": os.getloadavg()[0], "coverplan": found},
            out,
        )
    for name, asked, gap, limit_s, names in QUESTIONS:
        if given.asked not in {None, asked}:
            continue
        if (given.only and given.only != name) or (given.must and (name, asked, gap) not in MUST):
            continue
        where = ["--prototype", given.prototype] if given.prototype else []
        base = [name, str(asked), str(gap), str(limit_s)]
        found = in_own_process([*where, "--task", "pair", *base], 900.0)
        for kind in () if given.must else names:
            found[kind] = in_own_process(["--task", kind, *base], KILL_S)
        entry = {
            "instance": name,
            "asked": asked,
            "gap": gap,
            "limit_s": limit_s,
            "load": os.getloadavg()[0],
            **found,
        }
        keep(entry, out)


if __name__ == "__main__":
    main()
