"""Values among which the next plan may choose: from tables made by hand, and the national figures with their dates."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml
from openpyxl import load_workbook

from coverplan.errors import InputError
from coverplan.plan.draft import draft_next
from coverplan.plan.load import load_plan
from coverplan.plan.reference import reference_of, references
from coverplan.setup.next_targets import next_targets
from coverplan.setup.next_targets_files import table_text, write_next_targets

PLAN = load_plan("xinwu-2025")
NURSING, CENTRES = "XW-T03", "XW-03"


def result_of(**tables):
    return SimpleNamespace(tables={name: pd.DataFrame(rows) for name, rows in tables.items()})


GAPS = [{"target_id": NURSING, "present": Decimal("74.47")}, {"target_id": CENTRES, "present": None}]


def test_what_projects_bring_in_the_last_year_that_is_known():
    years = [
        {"target_id": NURSING, "year": 2028, "value": 80.0, "unknown": 0},
        {"target_id": NURSING, "year": 2029, "value": 82.5, "unknown": 0},
        {"target_id": NURSING, "year": 2030, "value": 10.0, "unknown": 3},  # not known, so not said
        {"target_id": NURSING, "year": 2031, "value": 99.0, "unknown": 0},
    ]
    row = next_targets(result_of(gaps=GAPS, trajectory=years), PLAN, year=2030).loc[NURSING]
    assert (row["present"], row["pipeline"], row["pipeline_year"]) == (74.47, 82.5, 2029)
    assert np.isnan(row["programme"])
    assert (row["reference"], row["reference_year"]) == (73, 2030)


def test_what_the_programme_reaches_and_costs():
    acted = [
        {
            "target_id": CENTRES,
            "state": "constraint",
            "due": 2030,
            "present": 50.0,
            "without": 66.7,
            "promised": 100.0,
        },
        {
            "target_id": NURSING,
            "state": "met_anyway",
            "due": 2030,
            "present": 74.5,
            "without": 76.0,
            "promised": 76.0,
        },
    ]
    frontier = [
        {"target_id": CENTRES, "value": 85.0, "cost": 432.0},
        {"target_id": CENTRES, "value": 95.0, "cost": np.nan},
    ]
    found = result_of(
        gaps=GAPS, siting_targets=acted, siting_frontier=frontier, actions=[{"cost": 200.0}, {"cost": 300.0}]
    )
    table = next_targets(found, PLAN, year=2030, language="en")
    row = table.loc[CENTRES]
    assert (row["present"], row["pipeline"], row["programme"], row["programme_cost"]) == (
        50.0,
        66.7,
        100.0,
        500.0,
    )
    assert row["frontier"] == "85 for 432"
    assert np.isnan(table.loc[NURSING, "programme"])  # met anyway: nothing has to be done for it
    unknown = result_of(gaps=GAPS, siting_targets=acted, actions=[{"cost": 200.0}, {"cost": None}])
    assert np.isnan(next_targets(unknown, PLAN, year=2030).loc[CENTRES, "programme_cost"])


def test_nothing_is_made_up():
    row = next_targets(result_of(gaps=GAPS), PLAN, year=2030).loc[CENTRES]
    assert row[["present", "pipeline", "programme", "reference"]].isna().all()
    with pytest.raises(InputError):
        next_targets(result_of(gaps=[{"target_id": "other", "present": 1}]), PLAN, year=2030)


def test_national_figures_carry_date_and_evidence():
    share = reference_of(PLAN.target(NURSING), PLAN)
    assert share is not None
    assert share.due(2025) == (2025, 68)
    assert share.due(2030) == (2030, 73)
    assert share.due(2024) is None
    assert reference_of(PLAN.target(CENTRES), PLAN) is None  # streets are no villages
    assert all(one.secondary and one.source.zh and one.source.en for one in references())


def test_the_next_plan_names_them_and_leaves_the_choice_open():
    text = draft_next(PLAN, {}, base_year=2025, year=2030)
    assert text.count("# 国家参考") == sum(
        reference_of(target, PLAN) is not None for target in PLAN.targets if target.attribute != "achieved"
    )
    assert "secondary source" in text
    assert all(target["goal"]["value"] is None for target in yaml.safe_load(text)["targets"])


def test_tables_are_written_in_words(tmp_path):
    table = next_targets(result_of(gaps=GAPS), PLAN, year=2030)
    assert "国家参考值" in table_text(table, "zh").splitlines()[0]
    book = load_workbook(write_next_targets(table, tmp_path / "next.xlsx", "en"))
    assert book.active["A1"].value == "target"
    assert (
        write_next_targets(table, tmp_path / "next.csv", "zh")
        .read_text(encoding="utf-8-sig")
        .startswith("编号")
    )
    with pytest.raises(InputError):
        write_next_targets(table, tmp_path / "next.doc", "zh")
