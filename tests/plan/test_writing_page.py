"""The page on writing a plan: every block is run, every number is what the program gives, both languages show the same."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
import yaml

import coverplan
from coverplan.indicators import compute
from coverplan.indicators.registry import KINDS
from coverplan.plan.kinds import Indicator
from coverplan.plan.schema import Plan
from coverplan.study.ledger import load_ledger

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {"en": DOCS / "writing-plans.md", "zh": DOCS / "writing-plans.zh.md"}
TEXT = {language: page.read_text(encoding="utf-8") for language, page in PAGES.items()}
_FILE = re.compile(r"`(\w+\.(?:csv|yaml))`[^`\n]*(?:\n[^`\n]+)*\n\n```(?:csv|yaml)\n(.*?)```", re.DOTALL)
_KIND = re.compile(
    r"### `(\w+)`\n(.*?)```yaml\n(.*?)```\n\n\*(?:value|值)\*[ :：]*(\d+(?:\.\d+)?)", re.DOTALL
)
_ROW = re.compile(r"^\| (A-\d) \| ([\d.]*) ?\| (\w+) \|", re.MULTILINE)


def files(text: str) -> dict[str, str]:
    return dict(_FILE.findall(text))


def kinds(text: str) -> dict[str, tuple[str, str, str]]:
    return {kind: (told, block, value) for kind, told, block, value in _KIND.findall(text)}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("writing")
    found = files(TEXT["en"])
    assert set(found) == {
        "units.csv", "facilities.csv", "estates.csv", "ledger.yaml", "plan.yaml", "scenario.yaml",
    }  # fmt: skip
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("language", PAGES)
def test_the_six_targets_come_out_as_the_page_says(place, language):
    result = coverplan.run(place / "scenario.yaml", out=place / f"out-{language}")
    table = result.tables["gaps"]
    said = _ROW.findall(TEXT[language])
    assert [identifier for identifier, *_ in said] == list(table.index) == [f"A-{n}" for n in range(1, 7)]
    for identifier, value, verdict in said:
        row = table.loc[identifier]
        assert (row["verdict"], f"{row['present']:.1f}" if value else value) == (verdict, value)


def test_both_pages_show_the_same_files_and_blocks():
    assert files(TEXT["en"]) == files(TEXT["zh"])
    assert {kind: (block, value) for kind, (_, block, value) in kinds(TEXT["en"]).items()} == {
        kind: (block, value) for kind, (_, block, value) in kinds(TEXT["zh"]).items()
    }


@pytest.mark.parametrize("language", PAGES)
def test_every_kind_and_every_parameter_is_explained(language):
    told = kinds(TEXT[language])
    assert list(told) == list(KINDS)
    for model in get_args(get_args(Indicator)[0]):
        kind = get_args(model.model_fields["kind"].annotation)[0]
        words, _, _ = told[kind]
        missing = [name for name in model.model_fields if name != "kind" and f"`{name}" not in words]
        assert missing == [], kind


#: What a run would find along streets: people of each group within reach, and people with a place.
WITHIN = {
    "total": pd.DataFrame({"covered": [18e3, 20e3, 6e3], "total": [20e3, 25e3, 15e3]}),
    "age_60_plus": pd.DataFrame({"covered": [3800.0, 4500, 900], "total": [4000.0, 5000, 3000]}),
}
PLACES = pd.DataFrame({"served": [200.0, 0, 100], "unknown": [0.0] * 3, "total": [4000.0, 5000, 3000]})
STREETS = ["001001", "001002", "001003"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_number_of_every_kind_is_what_the_program_gives(place, kind):
    plan, context = load_ledger(place / "ledger.yaml")
    _, block, value = kinds(TEXT["en"])[kind]
    said = yaml.safe_load(block)
    target = {
        "id": "K-21",
        "names": {"zh": "指标", "en": "Indicator"},
        "measure": "%",
        "attribute": "binding",
        "printed": "-",
        **said,
        "goal": {"year": 2025, "year_basis": "printed", **said["goal"]},
    }
    whole = plan.model_dump(mode="json", by_alias=True, exclude_none=True) | {"targets": [target]}
    context = replace(
        context,
        reported={"K-21": Decimal(93)},
        coverage=lambda question: WITHIN[question.group].set_index(pd.Index(STREETS)),
        places=lambda _question: PLACES.set_index(pd.Index(STREETS)),
    )
    (found,) = compute(Plan.model_validate(whole), context)
    assert found.value is not None
    assert float(found.value) == pytest.approx(float(value), abs=5e-5)
