"""Table of the siting benchmark as Markdown from its JSON: python bench/siting/table.py results.json ..."""

from __future__ import annotations

import json
import sys
from pathlib import Path

NAMES = {
    "coverplan": "**coverplan**",
    "prototype": "prototype",
    "highs_merged": "HiGHS, merged demand",
    "highs_direct": "HiGHS, as it stands",
    "scip_merged": "SCIP, merged demand",
    "spopt": "spopt + HiGHS",
}


def shown(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)


def question(entry: dict) -> str:
    asked = entry["asked"]
    kind = {"median": "p-median, p=", "capacity": "capacities, p="}.get(entry.get("kind", ""), "p=")
    goal = f"{kind}{asked}" if asked >= 1 else f"fewest for {100 * asked:.0f} %"
    if "gap" not in entry:
        return f"{entry['instance']} {goal}"
    aim = "optimum" if entry["gap"] == 0 else f"{100 * entry['gap']:g} %"
    return f"{entry['instance']} {goal}, to {aim}, at most {entry['limit_s']:.0f} s"


def rows(entry: dict) -> list[str]:
    ours = entry["coverplan"].get("seconds")
    lines = []
    for name, label in NAMES.items():
        found = entry.get(name)
        if found is None:
            continue
        seconds = found.get("seconds")
        ratio = found.get("ratio") or (seconds / ours if seconds and ours and name != "coverplan" else None)
        gap = found.get("gap_percent")
        bound = found.get("bound")
        note = found.get("status", "")
        if entry["asked"] < 1 and bound is not None and found.get("objective") is not None:
            note = f"{note} bound {bound:g} sites".strip()
        cold = found.get("cold_seconds")
        note = f"{note}, cold {cold:.1f} s" if cold else note
        cells = (
            question(entry) if name == "coverplan" else "",
            label,
            shown(seconds, ".3g" if seconds and seconds < 100 else ".0f"),
            shown(ratio, ".2g" if ratio and ratio < 10 else ".0f"),
            shown(found.get("objective"), ",.0f"),
            shown(gap, ".4f"),
            shown(found.get("rss_mb"), "d"),
            note,
        )
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def main() -> None:
    print("| question | method | seconds | times ours | answer | proven gap % | peak MB | |")
    print("|---|---|---|---|---|---|---|---|")
    for path in sys.argv[1:]:
        for entry in json.loads(Path(path).read_text(encoding="utf-8")):
            print("\n".join(rows(entry)))


if __name__ == "__main__":
    main()
