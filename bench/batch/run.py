"""Many areas: the single big run against split and batch, one and two workers, a growing province, processes that are killed.

Usage: ``python bench/batch/run.py FOLDER [equal|killed|growth|workers] [--areas N] [--kills K]``; everything stands under
FOLDER, and a line of figures is printed for each part. Measured are seconds by the clock and of the processor of a command
and all its children, and the largest memory of any worker. ``killed`` takes the undisturbed answers of ``equal`` where they
are there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

PARTS = ("equal", "killed", "growth", "workers")
KEY = "elder_care-general-15min"


def province(folder: Path, areas: int, *, row: bool) -> Path:
    """Counties of 4 km by 4 km, ten to a row, or all in one row."""
    from makers.province import write_province

    across = areas if row else min(areas, 10)
    return write_province(
        folder, across=across, down=-(-areas // across), wide_m=4_000, high_m=4_000, homes=5
    )


def timed(*arguments: str) -> dict[str, float]:
    """Run a command of coverplan and measure it; its exit code must be 0."""
    watch = Watch()
    return watch.run(*arguments)


def split(folder: Path, areas: int, *, row: bool = False) -> tuple[Path, Path, dict[str, float]]:
    shutil.rmtree(folder, ignore_errors=True)
    scenario = province(folder / "whole", areas, row=row)
    figures = timed("split", str(scenario), "--out", str(folder / "parts"))
    return scenario, folder / "parts" / "batch.yaml", figures


def persons(folder: Path) -> pd.DataFrame:
    import coverplan

    layer = coverplan.read_result(folder).layers["demand"]
    layer = layer[layer["inside"]]
    place = shapely.get_coordinates(layer.geometry.to_numpy()).round(3)
    columns = [
        "unit_code",
        "people|total",
        "people|age_60_plus",
        f"{KEY}|within",
        f"{KEY}|minutes",
        f"{KEY}|nearest",
    ]
    return pd.DataFrame(layer[columns]).assign(x=place[:, 0], y=place[:, 1])


def equal(folder: Path, areas: int) -> None:
    """Every person of the batch over the split has the answer of the single big run."""
    scenario, batch, splitting = split(folder / "equal", areas)
    parts = timed("batch", str(batch))
    whole = timed("run", str(scenario), "--out", str(folder / "equal" / "big"), "--numbers-only", "--quiet")
    order = ["x", "y"]
    alone = persons(folder / "equal" / "big").sort_values(order, ignore_index=True)
    results = sorted((batch.parent / "results" / "areas").iterdir())
    together = pd.concat(map(persons, results)).sort_values(order, ignore_index=True)
    assert len(results) == areas
    pd.testing.assert_frame_equal(together, alone, rtol=0, atol=1e-6, check_dtype=False)
    told("equal", areas=len(results), points=len(alone), people=round(float(alone["people|total"].sum())),
         split=splitting, big=whole, batch=parts)  # fmt: skip


def workers(folder: Path, areas: int) -> None:
    """One worker, then two, each from nothing."""
    _, batch, _ = split(folder / "workers", areas)
    timed("batch", str(batch), "--workers", "1")  # compiled code lies in the cache from here on
    walls = {}
    for count in (1, 2, 1, 2):
        shutil.rmtree(batch.parent / "results")
        walls.setdefault(count, []).append(timed("batch", str(batch), "--workers", str(count)))
    best = {count: min(one["wall_s"] for one in runs) for count, runs in walls.items()}
    told("workers", areas=areas, runs=walls, ratio=round(best[1] / best[2], 2))


def growth(folder: Path, areas: int) -> None:
    """A province that grows by counties that all have two neighbours; seconds an area, and the largest memory of a worker.

    In a block the first rows would have fewer neighbours than the later ones, and less around them to read.
    """
    _, batch, _ = split(folder / "growth", 2, row=True)
    timed("batch", str(batch))  # compiled code lies in the cache from here on
    for count in sorted({one for one in (10, 50) if one < areas} | {areas}):
        _, batch, splitting = split(folder / "growth", count, row=True)
        figures = timed("batch", str(batch), "--workers", "2")
        told("growth", areas=count, split=splitting, batch=figures,
             processor_s_an_area=round(figures["processor_s"] / count, 2))  # fmt: skip


class Watch:
    """A command and the largest memory of any process under it."""

    largest_mib = 0

    def run(self, *arguments: str) -> dict[str, float]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        process = started(*arguments)
        while process.poll() is None:
            for child in children(process.pid):
                try:
                    self.largest_mib = max(self.largest_mib, child.memory_info().rss // 2**20)
                except psutil.Error:
                    continue
            time.sleep(0.5)
        assert process.returncode == 0, f"{arguments} ended with {process.returncode}"
        wall = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return {
            "wall_s": round(wall, 1),
            "processor_s": round(used, 1),
            "load": round(os.getloadavg()[0], 1),
            "largest_worker_mib": self.largest_mib,
        }


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "coverplan", *arguments], stdout=subprocess.DEVNULL)


def children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def killed(folder: Path, areas: int, kills: int) -> None:
    """kill -9 of any worker at random moments and of the client once.

    No file of a finished folder changes afterwards, the rest is answered by later runs, and at the end every area has
    the answer of a batch that nobody disturbed.
    """
    rng = random.Random(24)
    batch = folder / "equal" / "parts" / "batch.yaml"
    if len(finished(batch)) != areas:
        _, batch, _ = split(folder / "equal", areas)
        timed("batch", str(batch))
    quiet = answers(batch)
    shutil.rmtree(batch.parent / "results")
    done: dict[str, dict[str, str]] = {}
    struck = client = runs = 0
    start = time.perf_counter()
    while struck < kills or not client or len(done) < areas:
        process, runs = started("batch", str(batch), "--workers", "2"), runs + 1
        while process.poll() is None:
            time.sleep(rng.uniform(1, 12))
            if struck >= kills // 2 and not client:
                below = children(process.pid)
                process.kill()
                client = 1
                psutil.wait_procs(below, timeout=120)  # they end by themselves
                assert not any(one.is_running() for one in below), "workers outlive their client"
            elif struck < kills:
                struck += struck_down(process.pid, rng)
        process.wait()
        now = finished(batch)
        changed = [name for name, files in done.items() if now.get(name) != files]
        assert not changed, f"{changed} changed"
        done = now
        if len(done) == areas and (struck < kills or not client):  # begin again until enough were killed
            assert answers(batch) == quiet
            shutil.rmtree(batch.parent / "results")
            done = {}
    assert answers(batch) == quiet
    told("killed", areas=areas, workers_killed=struck, clients_killed=client, runs=runs, folders=len(done), changed=0,
         wall_s=round(time.perf_counter() - start))  # fmt: skip


def struck_down(pid: int, rng: random.Random) -> int:
    """Kill one of the workers under a client, starting, busy or idle; 1 if there was one."""
    there = [one for one in children(pid) if is_worker(one)]
    if not there:
        return 0
    try:
        rng.choice(there).kill()
    except psutil.Error:
        return 0
    return 1


def is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def finished(batch: Path) -> dict[str, dict[str, str]]:
    """SHA-256 of every file of every finished folder."""
    results = batch.parent / "results" / "areas"
    return {
        file.parent.name: {
            one.relative_to(file.parent).as_posix(): hashlib.sha256(one.read_bytes()).hexdigest()
            for one in sorted(file.parent.rglob("*"))
            if one.is_file()
        }
        for file in results.glob("*/result.json")
    }


def answers(batch: Path) -> dict[str, object]:
    """What every area's result says, without the clock and the host of its run."""
    found = {}
    for file in (batch.parent / "results" / "areas").glob("*/result.json"):
        said = json.loads(file.read_text(encoding="utf-8"))
        said.pop("run")
        found[file.parent.name] = said
    return found


def told(part: str, **figures: object) -> None:
    print(json.dumps({"part": part, **figures}, ensure_ascii=False), flush=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("folder", type=Path)
    ask.add_argument("part", nargs="?", choices=PARTS)
    ask.add_argument("--areas", type=int, default=200)
    ask.add_argument("--kills", type=int, default=20)
    asked = ask.parse_args()
    np.seterr(all="raise", under="ignore")
    for part in PARTS:
        if asked.part in {None, part}:
            more = (asked.kills,) if part == "killed" else ()
            globals()[part](asked.folder, asked.areas, *more)


if __name__ == "__main__":
    main()
