"""Random sequences of edits at the desk against `coverplan.run` of the scenario that it saves: every figure, to the digit.

    python bench/desk_same.py [SCENARIO] [--sequences 50] [--first 0]

The demo when no scenario is named. Each sequence has 3 to 14 steps of any kind: opening, closing, moving, enlarging, steps
back and forward, changes left out or put in the place of others, other years, minutes, profiles and ways of counting. Then
every column of every standard by group and unit, the minutes of every cell, who gets a place, how full each facility is,
every target's figure, gap and verdict, and the money are held against a run of the file that the desk writes.
"""

from __future__ import annotations

import argparse
import collections
import math
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyproj

import coverplan
from coverplan.desk.server.asked import Edit, NewIdea
from coverplan.desk.server.desk import Desk
from coverplan.desk.workbench.idea import Idea
from coverplan.errors import CoverplanError

DEMO = Path(__file__).resolve().parents[1] / "scenarios" / "demo.yaml"
AMOUNTS = ("beds", "places", "floor_area_m2", "niches", "cost")


class Dice:
    """Random edits, as a page sends them."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self._desk, self._random, self._made = desk, random.Random(seed), 0
        study, scenario = desk.ground.ready.study, desk.ground.ready.loaded.scenario
        self._demand = study.demand
        self._degrees = pyproj.Transformer.from_crs(study.area.crs, "EPSG:4326", always_xy=True)
        self._free = [one for one in scenario.standards if one.layer not in desk.places.by_unit]
        table = study.facilities.table
        self._layers = sorted(set(desk.ground.layers()) - desk.places.by_unit)
        open_ones = table[table["public"].astype(bool) & (table["status"] == "operating")]
        self._here = {
            layer: list(rows["id"]) for layer, rows in open_ones.groupby("layer") if layer in self._layers
        }
        self._types = {
            layer: sorted(set(rows["type"].dropna())) for layer, rows in open_ones.groupby("layer")
        }
        self._opened: list[dict[str, Any]] = []

    @property
    def steps(self) -> int:
        """How many steps this sequence has."""
        return self._random.randint(3, 14)

    def edit(self, changes: int, year: int | None) -> dict[str, Any]:
        """One more step of an idea with so many changes."""
        kinds = ["open"] * 3 + ["close", "move", "upgrade", "back", "forward", "drop", "swap", "standard"]
        kind = self._random.choice(kinds + ["year"] * (year is not None))
        if kind in {"back", "forward"}:
            return {"go": kind}
        if kind == "year":
            return {"year": self._random.choice([2023, 2025, 2026, 2030])}
        if kind == "standard":
            return {"standard": self._standard()}
        position = self._random.randrange(changes + 1)
        if kind == "drop":
            return {"drop": position}
        if kind == "swap":
            return {"swap": self._change("open"), "position": position}
        return {"add": self._change(kind)}

    def _change(self, kind: str) -> dict[str, Any]:
        dice = self._random
        at, (layer, ids) = self._somewhere(), dice.choice(sorted(self._here.items()))
        found: dict[str, Any] = {}
        if dice.random() < 0.25:
            found["year"] = dice.choice([2024, 2026, 2029])
        if kind == "open":
            self._made += 1
            offers = {"type": dice.choice(self._types[layer])} if self._types[layer] else {}
            place = {"layer": layer, "id": f"{dice.choice('aq')}desk-{self._made}"}
            self._opened.append(place)
            return {"open": {**place, **at, "offers": {**offers, **self._amounts()}}, **found}
        mine = [one for one in self._opened if one["layer"] == layer]
        place = (
            dict(dice.choice(mine))
            if mine and dice.random() < 0.3
            else {"layer": layer, "id": dice.choice(ids)}
        )
        if kind == "move":
            return {"move": {**place, **at}, **found}
        if kind == "upgrade":
            return {"upgrade": {**place, "offers": self._amounts() or {"beds": 12}}, **found}
        return {"close": place, **found}

    def _somewhere(self) -> dict[str, float]:
        at = self._random.randrange(self._demand.points)
        apart = self._random.choice([0.0, 3.0, 40.0, 900.0])
        x, y = self._degrees.transform(self._demand.x[at] + apart, self._demand.y[at] - apart)
        return {"x": round(x, 7), "y": round(y, 7)}

    def _amounts(self) -> dict[str, float]:
        return {name: self._random.randint(0, 90) for name in AMOUNTS if self._random.random() < 0.4}

    def _standard(self) -> dict[str, Any]:
        # a standard that counts protected places stays as the scenario has it
        dice, standard = self._random, self._random.choice(self._free)
        choices: list[dict[str, Any]] = [
            {"minutes": dice.choice([5, 7.5, standard.minutes])},
            {"count": dice.choice(["all", "own_unit"])},
            {"profile": dice.choice(["general", "older_adult", standard.profile])},
        ]
        return {"key": standard.key, **dice.choice(choices)}


class Unlike(Exception):
    """A figure differs."""


def same(mine: Any, theirs: Any, *what: object) -> int:
    """Count 1 where two figures are the same to the digit, or both missing; raise Unlike where they differ."""
    missing = [one is None or (isinstance(one, float) and math.isnan(one)) for one in (mine, theirs)]
    if missing[0] != missing[1] or not (missing[0] or mine == theirs):
        raise Unlike(f"{what}: {mine!r} at the desk, {theirs!r} by a run")
    return 1


def compared(desk: Desk, card: int, folder: Path) -> Iterator[int]:
    """Every figure of an idea against a run of what it saves."""
    file = folder / "scenario.yaml"
    idea = Idea.read(desk.store.said(card))
    from coverplan.desk.workbench.written import scenario_text

    file.write_text(scenario_text(desk.ground.ready, idea, folder, name="tried"), encoding="utf-8")
    result = coverplan.run(file, write=False)
    answer, shown = desk.ground.answer(idea), desk.show(card, show=None, language="zh")["numbers"]
    for one, told in zip(answer.standards, shown["standards"], strict=True):
        key = one.standard.key
        for (group, columns), page in zip(one.people.items(), told["groups"], strict=True):
            rows = result.of_standard(key, group)
            yield same(page["covered"], rows["covered"].iloc[0], key, group, "shown")
            for name, values in columns.items():
                for mine, theirs in zip(values.tolist(), rows[name].tolist(), strict=True):
                    yield same(mine, theirs, key, group, name)
        if not one.protected and "demand" in result.layers:
            theirs = result.layers["demand"][f"{key}|minutes"].to_numpy()
            # the layer says nothing of the surroundings
            mine = np.where(desk.ground.ready.study.demand.inside, one.coverage.minutes, np.nan)
            if not np.array_equal(mine, theirs, equal_nan=True):
                raise Unlike(f"{key}: minutes of cells")
            yield len(theirs)
    yield from of_supply(desk, idea, result)
    gaps = result.tables.get("gaps")
    for target, page in zip(answer.targets, shown["targets"], strict=True):
        row = gaps.loc[target.value.target_id]
        yield same(page["verdict"], row["verdict"], target.value.target_id, "verdict")
        yield same(target.value.value, row["present"], target.value.target_id, "present")
        yield same(target.gap, row["gap"], target.value.target_id, "gap")
        yield same(target.units_missing, row["units_missing"], target.value.target_id, "units_missing")
    # money is no figure of a run's tables but of its file: openings and upgrades, known and unknown apart
    import yaml

    said = yaml.safe_load(file.read_text(encoding="utf-8")).get("changes") or []
    costs = [
        (one.get("open") or one.get("upgrade"))["offers"].get("cost")
        for one in said
        if "open" in one or "upgrade" in one
    ]
    yield same(shown["cost"]["known"], float(sum(cost for cost in costs if cost is not None)), "cost")
    yield same(shown["cost"]["unknown"], costs.count(None), "unknown costs")


def of_supply(desk: Desk, idea: Idea, result: coverplan.Result) -> Iterator[int]:
    """Who gets a place, and how full every facility is."""
    for one in desk.ground.supply(idea):
        table = result.tables["supply"]
        rows = table[(table["standard"] == one.standard.key) & (table["group"] == one.group)]
        for name, values in one.people.items():
            for mine, theirs in zip(values.tolist(), rows[name].astype(float).tolist(), strict=True):
                yield same(mine, theirs, one.standard.key, "supply", name)
        used = result.tables["utilisation"]
        full = used[used["standard"] == one.standard.key].to_dict("records")
        for mine, theirs in zip(one.facilities, full, strict=True):
            for name in ("facility", "reached", "only_here", "capacity", "used", "wanted"):
                yield same(mine[name], theirs[name], one.standard.key, mine["facility"], name)


def sequence(desk: Desk, seed: int, kinds: collections.Counter[str]) -> int:
    """Take random steps and compare; returns how many figures were the same."""
    dice = Dice(desk, seed)
    card = desk.add(NewIdea(name=f"sequence {seed}"))
    numbers = desk.show(card["id"], show=None, language="zh")["numbers"]
    for _ in range(dice.steps):
        edit = dice.edit(len(numbers["changes"]), numbers["year"])
        kind = next(iter(edit))
        try:
            asked = Edit.model_validate({"revision": card["revision"], **edit})
            found = desk.edit(card["id"], asked, show=None, language="zh")
        except CoverplanError:  # closed twice, nothing to leave out, beyond the streets that were read
            kinds["refused"] += 1
            continue
        kinds[next(iter(edit[kind]), kind) if kind in {"add", "swap"} else kind] += 1
        card, numbers = found["card"], found["numbers"]
    with tempfile.TemporaryDirectory() as folder:
        return sum(compared(desk, card["id"], Path(folder)))


def main() -> None:
    """Every sequence in turn."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("scenario", nargs="?", type=Path, default=DEMO)
    asked.add_argument("--sequences", type=int, default=50)
    asked.add_argument("--first", type=int, default=0)
    options = asked.parse_args()
    kinds, figures, start = collections.Counter[str](), 0, time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(options.scenario, Path(folder))
        for seed in range(options.first, options.first + options.sequences):
            try:
                figures += sequence(desk, seed, kinds)
            except Unlike as problem:
                print(f"sequence {seed}: {problem}", flush=True)
        desk.store.close()
    said = ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
    print(f"{options.sequences} random sequences of {options.scenario.name} ({said}):")
    print(f"{figures:,} figures and verdicts compared; {time.process_time() - start:.0f} s of one processor")
    print(f"load of the machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
