"""Answers of the toy town in folders, to be held against each other."""

from __future__ import annotations

import json
import shutil
from copy import copy
from pathlib import Path

import numpy as np
import pandas as pd

import coverplan
from makers import toyfiles, toyreport
from towns import toytown

KEY = "elder_care-general-4min"


def opening(row: float, column: float, identifier: str = "new", **offers) -> dict:
    """A change that opens a day-care centre at a place of the grid."""
    x, y = toytown.xy(row, column)
    place = {"layer": "elder_care", "id": identifier, "x": x, "y": y, "crs": toytown.CRS}
    return {"open": {**place, "offers": {"type": "day_care", **offers}}}


def moving(row: float, column: float) -> dict:
    """A change that moves the only home."""
    x, y = toytown.xy(row, column)
    return {"move": {"layer": "elder_care", "id": "h0", "x": x, "y": y, "crs": toytown.CRS}}


class Town:
    """Scenarios of one study, answered into folders beside each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        toyfiles.write_town(folder)

    def copied(self, folder: Path) -> Town:
        """The same town with all its answers in another folder, to be changed there."""
        other = copy(self)
        other.folder = folder
        shutil.copytree(self.folder, folder)
        return other

    def write(self, stem: str, **scenario) -> Path:
        content = {**toyfiles.SCENARIO, "name": f"Case {stem}", **scenario}
        return toyfiles.write_yaml(self.folder / f"{stem}.yaml", content)

    def answer(self, stem: str, **scenario) -> Path:
        out = self.folder / "maps" / stem
        coverplan.run(self.write(stem, **scenario), out=out)
        return out

    def plan(self) -> None:
        toyfiles.write_yaml(self.folder / "plan.yaml", toyreport.plan())

    def sited(self, folder: Path, minutes: int, *, cost: float = 10.0, **arrays) -> Path:
        """Give a result the candidates of a siting run: every node, reached in a minute a street."""
        layer = coverplan.read_result(folder).layers["demand"]
        node = [(int(i[1]), int(i[2])) for i in layer["id"]]
        reach = [
            [p for p, (r, c) in enumerate(node) if abs(r - row) + abs(c - column) <= minutes]
            for row, column in node
        ]
        found = {
            "ids": np.array([f"c{r}{c}" for r, c in node]),
            "x": layer.geometry.x.to_numpy(),
            "y": layer.geometry.y.to_numpy(),
            "unit": layer["unit_code"].to_numpy(dtype=str),
            "indptr_0": np.concatenate(([0], np.cumsum([len(r) for r in reach]))),
            "demand_0": np.concatenate(reach),
            "open_site": np.arange(25),
            "open_type": np.repeat("day_care", 25),
            "open_layer": np.repeat("elder_care", 25),
            "open_cost": np.full(25, cost),
        }
        np.savez(folder / "siting.npz", **(found | arrays))
        path = folder / "result.json"
        summary = json.loads(path.read_text("utf-8"))
        keys = [standard["key"] for standard in summary["standards"]]
        summary["siting"] = {"question": {"standards": keys, "currency": None}}
        path.write_text(json.dumps(summary), "utf-8")
        return folder

    def chosen(self, folder: Path, facility: str, site: str, cost: float) -> None:
        """Write the table of actions as siting would."""
        row = {
            "action_id": "A01",
            "year": 2025,
            "action": "open",
            "layer": "elder_care",
            "type": "day_care",
            "facility": facility,
            "name": "sited",
            "site": site,
            "unit_code": "001002",
            "cost": cost,
            "public": True,
        }
        (folder / "tables").mkdir(exist_ok=True)
        pd.DataFrame([row]).to_csv(folder / "tables" / "actions.csv", index=False)
