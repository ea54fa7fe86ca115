"""Word and Excel files of very many units: python bench/documents.py SCENARIO [--units N] [--base CHECKOUT].

The scenario's result is widened: its towns are copied with everything that tables say of them until there are N, and each
gets its page. With another checkout both builds take turns, each in a process of its own with the same scenario of its own
checkout; seconds are the processor's, without loading the libraries.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

HERE = Path(__file__).resolve().parent.parent
CODES = ("code", "unit_code")
FORMATS = ("docx", "xlsx")


def widened(result: Any, units: int) -> Any:
    """The result with copies of its towns under codes and names of their own."""
    towns = [unit for unit in result.summary["units"] if unit["type"] in {"street", "town", "township"}]
    rounds = range(1, -(-units // len(towns)))
    known = {unit["code"] for unit in towns}

    def more(frame: pd.DataFrame) -> pd.DataFrame:
        column = next((name for name in CODES if name in frame.columns), None)
        if column is None or not frame[column].isin(known).any():
            return frame
        own = frame[frame[column].isin(known)]
        copies = [own.assign(**{column: own[column].astype(str) + f"-{turn}"}) for turn in rounds]
        return pd.concat([frame, *copies], ignore_index=True)

    listed = [
        {**unit, "code": f"{unit['code']}-{turn}", "name": f"{unit['name']} {turn}"}
        for turn in rounds
        for unit in towns
    ]
    return replace(
        result,
        summary={**result.summary, "units": [*result.summary["units"], *listed]},
        coverage=more(result.coverage),
        layers={name: more(layer) if name == "units" else layer for name, layer in result.layers.items()},
        tables={name: more(table) for name, table in result.tables.items()},
    )


def write(folder: Path, units: int) -> None:
    """Write both files of the widened result with the build that is on the path, and print the seconds of each."""
    reader = next(
        name
        for name in ("coverplan.result_files", "coverplan.results.files")
        if importlib.util.find_spec(name)
    )
    from coverplan.report import unit_pages
    from coverplan.report.files import write_report

    unit_pages.MOST_PAGES = 10**6
    result = widened(importlib.import_module(reader).read_result(folder), units)
    with tempfile.TemporaryDirectory() as out:
        small = importlib.import_module(reader).read_result(folder)
        write_report(small, Path(out), language="zh")  # loads what takes long to load
        for form in FORMATS:
            started = time.process_time()
            write_report(result, Path(out), language="zh", formats=[form])
            size = (Path(out) / f"report.{form}").stat().st_size / 1e6
            print(f"{form} {time.process_time() - started:.1f} {size:.1f}", flush=True)


def child(checkout: Path, *words: str) -> str:
    """What a command of a checkout's build prints."""
    environment = dict(os.environ, PYTHONPATH=str(checkout / "coverage"), COVERPLAN_OFFICE="off")
    done = subprocess.run(
        [sys.executable, *words], env=environment, cwd=checkout, capture_output=True, text=True, check=False
    )
    if done.returncode not in {0, 3}:
        sys.exit(done.stderr)
    return done.stdout


def main() -> None:
    """Print seconds and megabytes of both files, and the ratio to the other build."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenario", type=Path, help="path inside a checkout, such as scenarios/demo.yaml")
    parser.add_argument("--units", type=int, default=456)
    parser.add_argument("--base", type=Path, help="another checkout of the project to compare with")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.write is not None:
        write(asked.write, asked.units)
        return
    found: list[dict[str, float]] = []
    for checkout in [each for each in (asked.base, HERE) if each is not None]:
        with tempfile.TemporaryDirectory() as folder:
            out = f"{folder}/result"
            child(
                checkout,
                "-m",
                "coverplan",
                "run",
                str(asked.scenario),
                "--numbers-only",
                "--quiet",
                "--out",
                out,
            )
            told = child(
                checkout,
                str(Path(__file__).resolve()),
                str(asked.scenario),
                "--units",
                str(asked.units),
                "--write",
                out,
            )
        print(f"{checkout.name}: load {os.getloadavg()[0]:.1f}\n{told}", flush=True)
        found.append({line.split()[0]: float(line.split()[1]) for line in told.splitlines()})
    if len(found) > 1:
        print("  ".join(f"{form} {found[0][form] / found[1][form]:.1f} times as quick" for form in FORMATS))


if __name__ == "__main__":
    main()
