"""The demo's question, asked of its vacant buildings alone: the scenario that comes out gives what was promised."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from coverplan import run
from makers.volume import gate_only

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("siting")
    scenario = yaml.safe_load((ROOT / "scenarios" / "demo-siting.yaml").read_text("utf-8"))
    demo = ROOT / "data" / "demo"
    scenario["study"], scenario["plan"] = str(demo / "study.yaml"), str(demo / "plan.yaml")
    scenario["uncertainty"] = {"draws": 10}  # of no matter here, and a quarter of the time
    siting = scenario["siting"]
    siting["robustness"] = siting["robustness"][:1]
    siting["time_limit_s"] = 3600.0  # proven on slow machines too
    siting["costs"] = str(demo / "costs.yaml")
    siting["candidates"] = [one for one in siting["candidates"] if one["kind"] == "layer"]
    for source in [*siting["candidates"], *siting["exclusions"]]:
        source["file"] = str(demo / Path(source["file"]).name)
    path = folder / "asked.yaml"
    path.write_text(yaml.safe_dump(scenario, allow_unicode=True), encoding="utf-8")
    return run(path, out=folder / "asked")


@pytest.fixture(scope="module")
def chosen(asked):
    return run(asked.folder / "chosen.yaml", out=asked.folder.parent / "chosen")


def test_the_chosen_scenario_gives_the_promised_numbers(asked, chosen):
    assert asked.coverage.equals(chosen.coverage)
    for name in ("gaps", "shortfall", "trajectory"):
        there, here = (result.folder / "tables" / f"{name}.csv" for result in (asked, chosen))
        assert there.read_bytes() == here.read_bytes(), name


def test_promised_verdicts_are_those_of_the_chosen_scenario(asked, chosen):
    promised = asked.tables["siting_targets"].set_index("target_id")
    last = promised[promised["due"] == 2030]
    assert len(last) > 3
    for target, row in last.iterrows():
        assert chosen.tables["gaps"].at[target, "verdict"] == row["verdict_promised"]
        assert chosen.tables["gaps"].at[target, "present"] == row["promised"]
    constraints = promised[promised["state"] == "constraint"]
    assert set(constraints["verdict_promised"]) == {"met"}
    assert set(constraints["verdict_without"]) <= {"not_met", "cannot_be_judged", "behind"}


def test_everything_that_was_asked_of_is_an_input(asked):
    manifest = json.loads((asked.folder / "manifest.json").read_text("utf-8"))
    names = {entry["file"].rsplit("/", 1)[-1] for entry in manifest["inputs"]}
    assert names >= {"costs.yaml", "candidates.gpkg", "exclusions.gpkg", "plan.yaml", "study.yaml"}


def test_money_and_people_add_up(asked):
    actions, years = asked.tables["actions"], asked.tables["siting_years"]
    assert actions["cost"].sum() == pytest.approx(asked.summary["siting"]["cost"]["total"])
    spent = actions.groupby("year")["cost"].sum().reindex(years["year"], fill_value=0.0)
    assert spent.to_numpy() == pytest.approx(years["spent"].to_numpy())
    assert (years["left"] >= -1e-6).all()
    last = asked.tables["siting_people"].query("year == 2030")
    whole = asked.coverage[asked.coverage["unit_code"] == ""].set_index(["standard", "group"])
    for row in last.to_dict("records"):
        counted = whole.loc[(row["standard"], row["group"])]
        assert row["covered_without"] == pytest.approx(counted["covered_before"], rel=1e-9)
        assert row["covered"] == pytest.approx(counted["covered"], rel=1e-9)


def test_every_action_says_whom_it_reaches_and_none_needs_more_than_it_reaches(asked):
    actions = asked.tables["actions"]
    assert actions["action_id"].is_unique
    assert (actions["people_needed"] <= actions["people_reached"] + 1e-9).all()
    needed = [
        set(targets) <= set(serves)
        for targets, serves in zip(actions["targets"], actions["serves"], strict=True)
    ]
    assert all(needed)
    exchanges = asked.tables["action_alternatives"]
    assert set(exchanges["action_id"]) == set(
        actions.loc[actions["action"].isin(["open", "share"]), "action_id"]
    )


def test_candidates_are_all_counted(asked):
    made = asked.summary["siting"]["candidates"]
    assert made["made"] == made["usable"] + sum(made["excluded"].values())
    counts = asked.tables["siting_candidates"]
    assert counts.loc[counts["source"] != "offers", "count"].sum() == made["made"]
    assert len(asked.layers["candidates"]) == made["made"]


def test_the_file_of_pairs_is_plain_arrays_that_fit_together(asked):
    with np.load(asked.folder / "siting.npz", allow_pickle=False) as arrays:
        sites = len(arrays["ids"])
        for number, _ in enumerate(asked.summary["siting"]["question"]["standards"]):
            assert len(arrays[f"indptr_{number}"]) == sites + 1
            assert arrays[f"indptr_{number}"][-1] == len(arrays[f"demand_{number}"])
            assert len(arrays[f"before_{number}"]) == len(asked.layers["demand"])
        assert arrays["open_site"].max() < sites


@pytest.fixture(scope="module")
def again(asked):
    return run(asked.folder.parent / "asked.yaml", write=False)


@gate_only
def test_the_same_question_gives_the_same_answer(asked, again):
    first, second = ({**result.summary, "run": None} for result in (asked, again))
    assert differences(first, second) == []
    assert asked.tables.keys() == again.tables.keys()
    for name, table in asked.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name], check_exact=True)


def differences(one, other, place=""):
    """Places at which two documents differ, with both values."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return [found for key in one for found in differences(one[key], other[key], f"{place}/{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return [found for at, (a, b) in pairs for found in differences(a, b, f"{place}/{at}")]
    return [] if one == other else [(place, one, other)]


def test_variants_and_prices_are_told(asked):
    stays = asked.tables["siting_robustness"]
    assert set(stays["variant"]) == {"slower"}
    assert len(stays) == len(asked.tables["actions"])
    assert 0 < stays["chosen"].sum() <= len(stays)
    prices = asked.tables["siting_frontier"].query("status != 'infeasible'")
    assert prices["value"].is_monotonic_increasing
    assert (prices["bound"] <= prices["cost"] + 1e-6).all()
    assert prices["bound"].diff().dropna().ge(-1e-6).all() or len(prices) < 2
