"""All roads of a protected place: its name, id and digits are looked for in every file of every command, unpacked."""

from __future__ import annotations

import random
from pathlib import Path

from run import Slips, attempt
from typer.testing import CliRunner

from coverplan.cli.main import app
from coverplan.setup.study_check import check_study
from towns import protectedtown as roads


def attack(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    """Every road in a town of its own, so that none can hide behind another; six commands each."""
    del random_, count
    tried, wanted = 0, roads.marks()
    for road in roads.ROADS:
        home = folder / road.replace(" ", "-").replace(",", "")
        scenario = roads.write_roads(home, only=[road], also_in=["en"])
        plain = roads.write_roads(home / "plain", only=[road], changed=False)
        commands = {
            "run": ["run", scenario, "--out", home / "out"],
            "json": ["run", plain, "--out", home / "plain-out", "--numbers-only", "--json"],
            "pages": ["pages", home / "out", "--lang", "en", "--out", home / "pages"],
            "compare": ["compare", home / "plain-out", home / "out", "--out", home / "held"],
            "evaluate": ["plans", "evaluate", home / "plain-out", "--out", home / "held" / "form.html"],
        }
        for name, command in commands.items():
            tried += 1
            done = CliRunner().invoke(app, [str(word) for word in command])
            if done.exit_code not in ({0, 1, 3} if name == "evaluate" else {0, 3}):
                slips.add("refused", f"{road} {name}", str(done.exception) + done.output[-300:])
            flat = ("".join(done.output.split()) + done.output).encode()
            if any(mark.search(flat) for mark in wanted):
                slips.add("leak on the screen", f"{road} {name}")
        for filled in ("out", "plain-out", "pages", "held"):
            for leak in roads.leaks(home / filled, wanted) if (home / filled).is_dir() else ():
                slips.add("leak", f"{road} {filled} {leak}")
        tried += 1
        attempt(lambda scenario=scenario: check_study(scenario.parent / "study.yaml"), slips, f"{road} check")
    return tried
