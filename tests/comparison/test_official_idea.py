"""The demo's scenario of an official's own three sites asks what the siting answer beside it asks."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from coverplan.answer.prepared import prepare

ROOT = Path(__file__).resolve().parents[2]


def test_three_sites_with_their_costs_and_the_same_standards() -> None:
    ready = prepare(ROOT / "scenarios" / "demo-official-idea.yaml")
    first = yaml.safe_load((ROOT / "scenarios" / "demo-siting.yaml").read_text("utf-8"))
    keys = [standard.key for standard in ready.loaded.scenario.standards]
    assert keys == [standard["name"] for standard in first["standards"]]
    assert ready.changed.applied == (0, 1, 2)
    assert not ready.problems.errors
    table = ready.changed.facilities.table.set_index("id")
    prices = yaml.safe_load((ROOT / "data" / "demo" / "costs.yaml").read_text("utf-8"))["types"]
    for facility in ("idea-1", "idea-2", "idea-3"):
        row = table.loc[facility]
        price = prices[row["type"]]
        assert row["cost"] == pytest.approx(price["open"] + price["per_m2"] * row["floor_area_m2"])
        # each lies in the community that it is named after
        assert row["unit"] == row["unit_code"]
        assert row["name"].startswith(ready.study.units.table.loc[row["unit"], "name"])
