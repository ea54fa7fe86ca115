"""How long a run takes with everything that people look at: python bench/pages.py [--runs N] [--cold] scenario.yaml ...

With ``--base CHECKOUT`` another checkout takes turns with this one, each with its own scenario of that path and its own
caches, and the ratio of processor seconds is printed.

Wall clock means something on an idle machine only; seconds of the processor count all processes and also show how busy
the machine was: the load before each run stands beside them. ``--cold`` starts every run without compiled code and
without the cache of studies, the first run of a newly installed package.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def timed(scenario: Path, caches: Path, checkout: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of the process of a checkout's build and all that it started."""
    environment = dict(
        os.environ,
        NUMBA_CACHE_DIR=str(caches / "numba"),
        COVERPLAN_CACHE=str(caches / "study"),
        COVERPLAN_OFFICE="off",
        PYTHONPATH=str(checkout / "coverage"),
        PYTHONPYCACHEPREFIX=str(caches / "bytecode"),
    )
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # whoever runs it twice has its bytecode
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as out:
        command = [
            sys.executable,
            "-m",
            "coverplan",
            "run",
            str(scenario),
            "--out",
            f"{out}/result",
            "--quiet",
        ]
        done = subprocess.run(command, check=False, env=environment, cwd=checkout)
        if done.returncode not in {0, 3}:
            sys.exit(done.returncode)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the median and the range for each scenario; a warm series begins with a run that is not counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--base", type=Path, help="another checkout of the project to compare with")
    asked = parser.parse_args()
    checkouts = [HERE] if asked.base is None else [asked.base.resolve(), HERE]
    for scenario in asked.scenarios:
        series: list[list[tuple[float, float, float]]] = [[] for _ in checkouts]
        with tempfile.TemporaryDirectory() as folder:
            caches = [Path(folder) / str(number) for number in range(len(checkouts))]
            for turn in range(asked.runs + (not asked.cold)):
                for checkout, cache, found in zip(checkouts, caches, series, strict=True):
                    if asked.cold:
                        shutil.rmtree(cache, ignore_errors=True)
                    load = os.getloadavg()[0]
                    taken = timed(scenario, cache, checkout)
                    if turn or asked.cold:
                        found.append((*taken, load))
        for checkout, found in zip(checkouts, series, strict=True):
            _print(f"{checkout.name}/{scenario}  {'cold' if asked.cold else 'warm'}", found)
        if asked.base is not None:
            pairs = [base[1] / own[1] for base, own in zip(*series, strict=True)]
            print(
                f"processor: {statistics.median(pairs):.2f} times as quick ({min(pairs):.2f} to {max(pairs):.2f})"
            )


def _print(name: str, found: list[tuple[float, float, float]]) -> None:
    walls, processors, loads = zip(*found, strict=True)
    print(
        f"{name}  wall median {statistics.median(walls):.1f} s ({min(walls):.1f} to {max(walls):.1f})"
        f"  processor median {statistics.median(processors):.1f} s  load before {min(loads):.1f} to {max(loads):.1f}"
    )


if __name__ == "__main__":
    main()
