"""All roads of a protected place: its name, id and digits are looked for in every file of every command, unpacked."""

from __future__ import annotations

import random
from pathlib import Path

from run import Slips, attempt
from typer.testing import CliRunner

from coverplan.cli.main import app
from coverplan.setup.study_check import check_study
from results.test_redaction import ROADS, leaks, marks, shelters, town


def attack(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    del random_, count
    tried = 0
    wanted = [*marks(), *marks(places=((509_107.3719, 3_500_131.6483), (509_181.4627, 3_500_203.7351)))]
    for road, (row, layer, changes) in ROADS.items():
        home = folder / road.replace(" ", "-").replace(",", "")
        scenario = town(home, shelters(**row), layer=layer, changes=changes, also_in=["en"])
        plain = town(home / "plain", shelters(**row), layer=layer)
        commands = {
            "run": ["run", str(scenario), "--out", str(home / "out")],
            "json": ["run", str(plain), "--out", str(home / "plain-out"), "--numbers-only", "--json"],
            "pages": ["pages", str(home / "out"), "--lang", "en", "--out", str(home / "pages")],
            "compare": ["compare", str(home / "plain-out"), str(home / "out"), "--out", str(home / "held")],
        }
        for name, command in commands.items():
            tried += 1
            done = CliRunner().invoke(app, command)
            if done.exit_code not in {0, 3}:
                slips.add("refused", f"{road} {name}", str(done.exception) + done.output[-300:])
            if any(mark.search(done.output.encode()) for mark in wanted):
                slips.add("leak on the screen", f"{road} {name}")
        # without its change the place of this road is public, and stands in the files of the plain town as it should
        shown = {"plain-out"} if road == "upgrade" else set()
        for filled in ("out", "plain-out", "pages", "held"):
            if filled not in shown and (home / filled).is_dir():
                for leak in leaks(home / filled, wanted):
                    slips.add("leak", f"{road} {filled} {leak}")
        attempt(lambda scenario=scenario: check_study(scenario.parent / "study.yaml"), slips, f"{road} check")
    return tried
