"""How long a run takes with everything that people look at: python bench/pages.py [--runs N] [--cold] scenario.yaml ...

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


def timed(scenario: Path, caches: Path) -> tuple[float, float]:
    """Seconds by the clock and of the processor, of the process and all that it started."""
    environment = dict(
        os.environ, NUMBA_CACHE_DIR=str(caches / "numba"), COVERPLAN_CACHE=str(caches / "study")
    )
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
        done = subprocess.run(command, check=False, env=environment)
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
    asked = parser.parse_args()
    for scenario in asked.scenarios:
        with tempfile.TemporaryDirectory() as folder:
            caches = Path(folder)
            if not asked.cold:
                timed(scenario, caches)
            found = []
            for _ in range(asked.runs):
                if asked.cold:
                    shutil.rmtree(caches)
                    caches.mkdir()
                load = os.getloadavg()[0]
                found.append((*timed(scenario, caches), load))
        walls, processors, loads = zip(*found, strict=True)
        print(
            f"{scenario}  {'cold' if asked.cold else 'warm'}  wall median {statistics.median(walls):.1f} s"
            f" ({min(walls):.1f} to {max(walls):.1f})  processor median {statistics.median(processors):.1f} s"
            f"  load before {min(loads):.1f} to {max(loads):.1f}"
        )


if __name__ == "__main__":
    main()
