"""How fast the desk answers a step: the server's part, many people at once, memory, 100,000 cells.

    python bench/desk.py [--edits 40] [--users 20] [--memory 2000]

The demo with all its standards and targets; whether its numbers are right is asked by ``bench/desk_same.py``, how fast the
page is by ``bench/desk_page.py``. CPU seconds of the answering thread stand beside wall seconds, since a loaded machine
stretches the latter.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyproj
from large_study import large

from coverplan.desk.server.asked import Edit, NewIdea
from coverplan.desk.server.background import written
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.workers import THREADS, workers
from coverplan.desk.workbench.bench import Workbench
from coverplan.desk.workbench.ground import Ground
from coverplan.scenario.change_file import Change

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "demo.yaml"
TYPES = {"elder_care": "community_station", "social_work": "village_point", "child_protection": "child_home"}


class Clicks:
    """Random places where people live, as a page sends them."""

    def __init__(self, ground: Ground, seed: int) -> None:
        self._random = random.Random(seed)
        self._demand = ground.ready.study.demand
        self._degrees = pyproj.Transformer.from_crs(ground.ready.study.area.crs, "EPSG:4326", always_xy=True)
        self._count = 0

    def change(self) -> dict:
        """A new site of one of the layers."""
        self._count += 1
        at = self._random.randrange(self._demand.points)
        x, y = self._degrees.transform(self._demand.x[at] + 7, self._demand.y[at] - 3)
        layer = self._random.choice(sorted(TYPES))
        place = {"layer": layer, "id": f"bench-{self._count}", "x": x, "y": y}
        return {"open": {**place, "offers": {"type": TYPES[layer], "beds": 20}}}


def quantiles(seconds: list[float]) -> str:
    """Median, ninetieth and ninety-fifth part in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20)
    return f"p50 {1e3 * cuts[9]:.0f} ms, p90 {1e3 * cuts[17]:.0f} ms, p95 {1e3 * cuts[18]:.0f} ms"


class Person:
    """Edits one idea of a desk."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self._desk, self._clicks = desk, Clicks(desk.ground, seed)
        self._card = desk.add(NewIdea(name=f"bench {seed}"))
        self._made = self._taken = 0
        # what a page sends is no part of what the desk takes
        self._changes = [self._clicks.change() for _ in range(64)]

    def edit(self, kept: int = 8) -> int:
        """Place a site, or take the last ones back where the idea has grown; returns the bytes of the answer."""
        if self._made >= kept:
            self._made -= 1
            edit = {"drop": 0}
        else:
            self._made += 1
            change = self._changes[self._taken % len(self._changes)]
            self._taken += 1
            edit = {"add": {"open": {**change["open"], "id": f"bench-{self._taken}"}}}
        asked = Edit.model_validate({"revision": self._card["revision"], **edit})
        answer = self._desk.edit(self._card["id"], asked, show="elder_care-15min", language="zh")
        self._card = answer["card"]
        return len(written(answer))


def server_part(desk: Desk, edits: int) -> None:
    """One person's edits, without the network."""
    person = Person(desk, 1)
    for _ in range(4):
        person.edit()
    wall, cpu, size = [], [], 0
    for _ in range(edits):
        start, used = time.perf_counter(), time.thread_time()
        size = person.edit()
        wall.append(time.perf_counter() - start)
        cpu.append(time.thread_time() - used)
    print(
        f"server part of a step, {edits} steps: {quantiles(wall)}; CPU {quantiles(cpu)}; answer {size / 1e3:.0f} kB"
    )


def by_running(desk: Desk) -> None:
    """The same edit by a whole run."""
    bench = Workbench(desk.ground)
    bench.apply(Change.model_validate(Clicks(desk.ground, 2).change()))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(bench.scenario_text(Path(folder)), encoding="utf-8")
        command = [
            sys.executable,
            "-m",
            "coverplan",
            "run",
            str(file),
            "--numbers-only",
            "-q",
            "-o",
            f"{folder}/out",
        ]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(command, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(
            f"the same edit by `coverplan run --numbers-only`: {time.perf_counter() - start:.1f} s, CPU {used:.1f} s"
        )


def many_people(desk: Desk, users: int) -> None:
    """People who edit their own ideas at the same time, each with a second to think."""
    people = [Person(desk, 100 + n) for n in range(users)]
    took: list[float] = []

    def work(person: Person, seed: int) -> None:
        pause = random.Random(seed)
        for _ in range(5):
            time.sleep(pause.uniform(0.5, 1.5))
            start = time.perf_counter()
            pool.submit(person.edit).result()
            took.append(time.perf_counter() - start)

    pool = workers(desk)
    list(pool.map(time.sleep, [0.2] * THREADS))  # every thread is there
    began = time.process_time()
    threads = [threading.Thread(target=work, args=(person, n)) for n, person in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used = time.process_time() - began
    print(f"CPU of the whole process: {1e3 * used / len(took):.0f} ms a step")
    print(f"{users} people at once, {len(took)} of {5 * users} steps answered: {quantiles(took)}")


def memory(desk: Desk, edits: int) -> None:
    """Resident memory, and processor of a step, while one person goes on and on."""
    person = Person(desk, 7)
    said, used = [], time.thread_time()
    for number in range(edits + 1):
        if number % max(1, edits // 4) == 0:
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            each = 1e3 * (time.thread_time() - used) / max(1, edits // 4)
            said.append(f"{number}: {pages * os.sysconf('SC_PAGE_SIZE') / 1e6:.0f} MB, {each:.0f} ms a step")
            used = time.thread_time()
        person.edit()
    print(f"memory over {edits} steps: {'; '.join(said)}")


def many_cells(edits: int) -> None:
    """The demo with 103,710 cells and over 40,000 streets."""
    ready = large(SCENARIO)
    ground = Ground(ready)
    bench, clicks = Workbench(ground), Clicks(ground, 3)
    bench.state()
    bench.apply(Change.model_validate(clicks.change()))
    wall, cpu = [], []
    for _ in range(edits):
        change = Change.model_validate(clicks.change())
        start, used = time.perf_counter(), time.thread_time()
        bench.apply(change)
        wall.append(time.perf_counter() - start)
        cpu.append(time.thread_time() - used)
        if len(bench.idea.changes) > 8:
            bench.drop(0)
    print(f"{ready.study.demand.points:,} cells, {edits} steps: {quantiles(wall)}; CPU {quantiles(cpu)}")


def main() -> None:
    """Everything that was asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--edits", type=int, default=40)
    asked.add_argument("--users", type=int, default=20)
    asked.add_argument("--memory", type=int, default=2000)
    options = asked.parse_args()
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(SCENARIO, Path(folder))
        desk.warm()
        gc.collect()
        gc.freeze()  # as the command does
        server_part(desk, options.edits)
        by_running(desk)
        many_people(desk, options.users)
        memory(desk, options.memory)
        desk.store.close()
    many_cells(options.edits)


if __name__ == "__main__":
    main()
