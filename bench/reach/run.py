"""Everything of the reach benchmark in one go, and the rows of its tables in RESULTS.md.

    python bench/reach/run.py

Under six minutes on an idle machine, peers included. Install pandana by hand for its rows; it is no dependency.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = ("ours", "ours_one_thread", "ours_two_threads", "prototype", "scipy", "networkx", "pandana")

Row = dict[str, object]


def measured() -> tuple[dict[str, str], list[Row]]:
    """Run both scripts, each in a process of its own; what they say is shown as they say it."""
    with tempfile.TemporaryDirectory() as folder:
        files = Path(folder) / "start.json", Path(folder) / "compare.json"
        subprocess.run([sys.executable, HERE / "start.py", files[0]], check=True)
        subprocess.run([sys.executable, HERE / "compare.py", "--out", files[1]], check=True)
        compared = json.loads(files[1].read_text(encoding="utf-8"))
        return compared["about"], json.loads(files[0].read_text(encoding="utf-8")) + compared["rows"]


def table(rows: list[Row], time: str) -> list[str]:
    """Markdown: a line for every task, a column for every tool, then how many times as long others take."""
    lines = [
        f"| task | {' | '.join(TOOLS)} | prototype : ours | scipy : ours | networkx : ours | pandana : ours |",
        "|" + "---|" * (len(TOOLS) + 5),
    ]
    for task in dict.fromkeys(str(row["task"]) for row in rows):
        spent = {str(row["tool"]): row for row in rows if row["task"] == task}
        shown = [_shown(spent.get(tool), time) for tool in TOOLS]
        ratios = [_ratio(spent, tool, time) for tool in ("prototype", "scipy", "networkx", "pandana")]
        lines.append(f"| {task} | {' | '.join(shown + ratios)} |")
    return lines


def tenfold(rows: list[Row], time: str) -> list[str]:
    """Markdown: how much longer sets take on a network ten times as large, for about as many pairs."""
    spent = {str(row["task"]): float(str(row[time])) for row in rows if row["tool"] == "ours" and time in row}
    return [
        f"| {task} to 1m nodes | {spent[large] / taken:.2f} |"
        for task, taken in spent.items()
        if task.endswith("100k nodes")
        and " sets of " in task
        and (large := task.replace("100k", "1m")) in spent
    ]


def _shown(row: Row | None, time: str) -> str:
    if row is None or time not in row:
        return ""
    sampled = " x" if str(row["note"]).startswith("from") else ""
    return f"{float(str(row[time])):.3g}{sampled}"


def _ratio(spent: dict[str, Row], tool: str, time: str) -> str:
    if tool not in spent or "ours" not in spent:
        return ""
    return f"{float(str(spent[tool][time])) / float(str(spent['ours'][time])):.3g}"


def main() -> None:
    """Measure and print the tables, in wall seconds and in seconds of processor."""
    about, rows = measured()
    print("\n" + ", ".join(f"{name} {what}" for name, what in about.items()))
    for time, title in (("wall_s", "wall seconds"), ("busy_s", "seconds of processor")):
        print("\n".join([f"\n### In {title}; x: from a sample of sources\n", *table(rows, time)]))
        print("\n".join(["\n| ten times the network | times as long |", "|---|---|", *tenfold(rows, time)]))
    for row in rows:
        if row["note"]:
            print(f"* {row['task']}, {row['tool']}: {row['note']}")


if __name__ == "__main__":
    main()
