"""All roads of a protected place: its name, id and digits are looked for in every file of every command, unpacked."""

from __future__ import annotations

import random
from pathlib import Path

from run import Slips
from typer.testing import CliRunner

from coverplan.cli.main import app
from towns import protectedtown as roads

#: Roads that share a town, drawn anew from the seed: one cannot hide behind the same others each time.
_TOGETHER = 4


def attack(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    """Every road of a protected place, a few in each town; six commands each."""
    del count
    tried, wanted = 0, roads.marks()
    drawn = random_.sample(list(roads.ROADS), len(roads.ROADS))
    for number in range(0, len(drawn), _TOGETHER):
        some, home = drawn[number : number + _TOGETHER], folder / f"town{number}"
        scenario = roads.write_roads(home, only=some)
        plain = roads.write_roads(home / "plain", only=some, changed=False)
        commands = {
            "run": ["run", scenario, "--out", home / "out", "--numbers-only"],
            "json": ["run", plain, "--out", home / "plain-out", "--numbers-only", "--json"],
            "pages": ["pages", home / "out", "--lang", "en", "--out", home / "pages"],
            "compare": ["compare", home / "plain-out", home / "out", "--out", home / "held"],
            "check": ["check", plain.parent / "study.yaml", "--out", home / "checked"],
            "check all": ["check", scenario],
        }
        for name, command in commands.items():
            tried += len(some)
            done = CliRunner().invoke(app, [str(word) for word in command])
            if done.exit_code not in {0, 3}:
                slips.add("refused", f"{some} {name}", str(done.exception) + done.output[-300:])
            # who asks for a check is to mend the cells, so that its screen quotes them
            if "check" not in command and any(mark.search(_flat(done.output)) for mark in wanted):
                slips.add("leak on the screen", f"{some} {name}")
        for filled in ("out", "plain-out", "pages", "held", "checked"):
            for leak in roads.leaks(home / filled, wanted, but=("check.xlsx",)):
                slips.add("leak", f"{some} {filled} {leak}")
    return tried


def _flat(text: str) -> bytes:
    """A text as it is and without the breaks of its lines."""
    return ("".join(text.split()) + text).encode()
