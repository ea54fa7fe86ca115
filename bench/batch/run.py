"""Many areas: the single big run against split and batch, one and two workers, a growing province, processes that are killed.

Usage: ``python bench/batch/run.py FOLDER [equal|workers|growth|killed] [--areas N] [--kills K]``; everything stands under
FOLDER, and a line of figures is printed for each part. Measured are seconds by the clock and of the processor of this
process and all its children, and the largest memory of any of them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import shapely

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

KEY = "elder_care-general-15min"


def province(folder: Path, areas: int) -> Path:
    """A block of counties of 4 km by 4 km, ten to a row."""
    from makers.province import write_province

    across = min(areas, 10)
    return write_province(
        folder, across=across, down=-(-areas // across), wide_m=4_000, high_m=4_000, homes=5
    )


def timed(*arguments: str) -> dict[str, float]:
    """Run a command of coverplan and measure it; its exit code must be 0."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "coverplan", *arguments], check=True, stdout=subprocess.DEVNULL)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"wall_s": round(wall, 1), "processor_s": round(used, 1), "load": round(os.getloadavg()[0], 1)}


def split(folder: Path, areas: int) -> tuple[Path, Path, dict[str, float]]:
    shutil.rmtree(folder, ignore_errors=True)
    scenario = province(folder / "whole", areas)
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
    whole = timed("run", str(scenario), "--out", str(folder / "equal" / "big"), "--numbers-only", "--quiet")
    parts = timed("batch", str(batch))
    order = ["x", "y"]
    alone = persons(folder / "equal" / "big").sort_values(order, ignore_index=True)
    results = sorted((batch.parent / "results" / "areas").iterdir())
    together = pd.concat(map(persons, results)).sort_values(order, ignore_index=True)
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
    """A province that grows; seconds an area by the batch, and the largest memory of a worker."""
    for count in sorted({10, 50, areas}):
        _, batch, splitting = split(folder / "growth", count)
        watch = Watch()
        figures = watch.run("batch", str(batch))
        told("growth", areas=count, split=splitting, batch=figures,
             wall_s_an_area=round(figures["wall_s"] / count, 2), largest_worker_mib=watch.largest_mib)  # fmt: skip


class Watch:
    """The largest memory of any process under a command."""

    largest_mib = 0

    def run(self, *arguments: str) -> dict[str, float]:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "coverplan", *arguments], stdout=subprocess.DEVNULL)
        while process.poll() is None:
            for child in children(process.pid):
                try:
                    self.largest_mib = max(self.largest_mib, child.memory_info().rss // 2**20)
                except psutil.Error:
                    continue
            time.sleep(0.5)
        assert process.returncode == 0
        return {"wall_s": round(time.perf_counter() - start, 1), "load": round(os.getloadavg()[0], 1)}


def children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []


def killed(folder: Path, areas: int, kills: int) -> None:
    """kill -9 of some worker at random moments and of the client once; whole folders stay as they are."""
    rng = random.Random(24)
    _, batch, _ = split(folder / "killed", areas)
    done: dict[str, bytes] = {}
    struck = client = 0
    while struck < kills or not client:
        process = subprocess.Popen(
            [sys.executable, "-m", "coverplan", "batch", str(batch), "--workers", "2"],
            stdout=subprocess.DEVNULL,
        )
        while process.poll() is None:
            time.sleep(rng.uniform(5, 20))  # a worker needs some seconds to come back
            busy = [one for one in children(process.pid) if is_worker(one)]
            if struck >= kills // 2 and not client:
                below = children(process.pid)
                process.kill()
                client = 1
                for one in below:  # they end by themselves; what is left after a minute is ours to end
                    one.wait(60)
            elif busy and struck < kills:
                rng.choice(busy).send_signal(signal.SIGKILL)
                struck += 1
        process.wait()
        now = finished(batch)
        for name, content in done.items():
            assert now.get(name) == content, f"{name} changed"
        done = now
        if len(done) == areas and struck < kills:  # begin again until enough were killed
            shutil.rmtree(batch.parent / "results")
            done = {}
    timed("batch", str(batch), "--workers", "2")
    now = finished(batch)
    assert len(now) == areas
    assert all(now[name] == content for name, content in done.items())
    told("killed", areas=areas, workers_killed=struck, clients_killed=client, folders=len(now), changed=0)


def is_worker(process: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(process.cmdline()) and process.memory_info().rss > 100 * 2**20
    except psutil.Error:
        return False


def finished(batch: Path) -> dict[str, bytes]:
    results = batch.parent / "results" / "areas"
    return {file.parent.name: file.read_bytes() for file in results.glob("*/result.json")}


def told(part: str, **figures: object) -> None:
    print(json.dumps({"part": part, **figures}, ensure_ascii=False), flush=True)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("folder", type=Path)
    ask.add_argument("part", nargs="?", choices=["equal", "workers", "growth", "killed"])
    ask.add_argument("--areas", type=int, default=200)
    ask.add_argument("--kills", type=int, default=20)
    asked = ask.parse_args()
    np.seterr(all="raise", under="ignore")
    for part in ("equal", "workers", "growth", "killed"):
        if asked.part in {None, part}:
            more = (asked.kills,) if part == "killed" else ()
            globals()[part](asked.folder, asked.areas, *more)


if __name__ == "__main__":
    main()
