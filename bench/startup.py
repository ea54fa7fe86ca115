"""What a command costs before it works, beside another build: python bench/startup.py /path/to/other/checkout [TURNS].

Both builds take turns on the demo with warm caches of their own, compiled Python as an installed package has it included. Three figures a command, medians of processor seconds and of
the clock: imports before the first file, the scenario, is read; every import of the command; the whole command.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
COMMANDS = {
    "--help": ["--help"],
    "check": ["check", "scenarios/demo.yaml"],
    "run --numbers-only": ["run", "scenarios/demo.yaml", "--numbers-only", "--quiet", "--out", "{out}"],
}
FIGURES = "before", "imports", "whole"
#: Reading scenario and study is the first work: what is imported until YAML is parsed is imported before it.
WATCH = """
import importlib._bootstrap as boot, json, sys, time
clocks = time.process_time, time.perf_counter
begun, inner, spent, before = [clock() for clock in clocks], 0, [0.0, 0.0], []
find = boot._find_and_load
def timed(name, load):
    global inner
    at, inner = [clock() for clock in clocks], inner + 1
    try:
        return find(name, load)
    finally:
        inner -= 1
        if not inner:
            spent[:] = [sum_ + clock() - start for sum_, clock, start in zip(spent, clocks, at)]
boot._find_and_load = timed
def opened(event, arguments):
    if event == "open" and not before and str(arguments[0]).endswith("demo.yaml"):
        before.extend(spent)
sys.addaudithook(opened)
into, sys.argv = sys.argv[1], ["coverplan", *sys.argv[2:]]
try:
    import runpy
    runpy.run_module("coverplan", run_name="__main__")
except SystemExit:
    pass
whole = [clock() - start for clock, start in zip(clocks, begun)]
json.dump({"before": before or spent, "imports": spent, "whole": whole}, open(into, "w"))
"""


def one_turn(build: Path, words: list[str], cache: Path) -> dict[str, list[float]]:
    """Seconds of processor and clock of a command of a build, by figure."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        subprocess.run(
            [sys.executable, "-c", WATCH, told, *(word.format(out=Path(folder) / "out") for word in words)],
            cwd=build,
            env={
                **os.environ,
                "PYTHONPATH": str(build / "coverage"),
                "COVERPLAN_CACHE": str(cache / "kept"),
                "PYTHONPYCACHEPREFIX": str(cache / "python"),
                "PYTHONDONTWRITEBYTECODE": "",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        return json.loads(told.read_text())


def main() -> None:
    """Print a row for each command and figure: the other build, this one, and how many times less."""
    other, turns = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as caches:
        for name, words in COMMANDS.items():
            found = {build: [] for build in (other, HERE)}
            for turn in range(turns + 1):
                for build in found:
                    told = one_turn(build, words, Path(caches) / ("other" if build == other else "this"))
                    found[build] += [told] if turn else []  # the first turn fills the caches
            for figure in FIGURES:
                cells = []
                for at in (0, 1):
                    theirs, ours = (
                        statistics.median(told[figure][at] for told in found[build])
                        for build in (other, HERE)
                    )
                    cells.append(f"{theirs:.2f} | {ours:.2f} | {theirs / ours:.2f}")
                print(f"| {name}, {figure} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
