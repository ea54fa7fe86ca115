"""Five real plans on what their documents state, and on invented rows for the same units, counted by hand.

``expected_verdicts.csv`` was written by hand: for every computable target the verdict and reason on the honest ledger
(``data/ledgers``), and numerator, denominator, verdict and reason on the filled one (``filled``, synthetic, R14).
"""

import csv
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from coverplan.indicators import compute
from coverplan.indicators.registry import KINDS
from coverplan.judgement.gaps import gap_table, trajectory
from coverplan.judgement.projects import project_effect
from coverplan.plan import library_names
from coverplan.study.ledger import load_ledger

HERE = Path(__file__).parent
LEDGERS = HERE.parents[1] / "data" / "ledgers"
with (HERE / "expected_verdicts.csv").open(encoding="utf-8", newline="") as file:
    EXPECTED = {row["target_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def honest():
    return {name: load_ledger(LEDGERS / name / "ledger.yaml") for name in library_names()}


@pytest.fixture(scope="module")
def honest_values(honest):
    return {value.target_id: value for plan, context in honest.values() for value in compute(plan, context)}


@pytest.fixture(scope="module")
def filled_values():
    ledgers = [load_ledger(HERE / "filled" / name / "ledger.yaml") for name in library_names()]
    return {value.target_id: value for plan, context in ledgers for value in compute(plan, context)}


def test_every_computable_target_has_its_expectation(honest):
    computable = {
        t.id for plan, _ in honest.values() for t in plan.targets if KINDS[t.indicator.kind].measure
    }
    assert set(EXPECTED) == computable


@pytest.mark.parametrize("identifier", list(EXPECTED))
def test_on_what_the_document_states(honest_values, identifier):
    verdict = honest_values[identifier].verdict
    row = EXPECTED[identifier]
    assert (verdict.status, verdict.reason or "") == (row["honest_status"], row["honest_reason"])


@pytest.mark.parametrize("identifier", list(EXPECTED))
def test_on_a_filled_ledger(filled_values, identifier):
    value = filled_values[identifier]
    row = EXPECTED[identifier]
    numerator, denominator = (Decimal(row[f"filled_{part}"]) if row[f"filled_{part}"] else None
                              for part in ("numerator", "denominator"))  # fmt: skip
    assert (value.numerator, value.denominator) == (numerator, denominator)
    assert (value.verdict.status, value.verdict.reason or "") == (row["filled_status"], row["filled_reason"])


def test_the_filled_ledgers_reach_every_kind_of_verdict_after_the_target_year():
    found = Counter(row["filled_status"] for row in EXPECTED.values())
    assert set(found) == {"met", "not_met", "cannot_be_judged", "report_only"}
    assert found["met"] > 60
    assert found["not_met"] > 20


def test_nothing_is_met_on_the_honest_ledger_but_what_a_document_says_of_every_unit(honest_values):
    met = {i for i, value in honest_values.items() if value.verdict.status == "met"}
    assert met == {"XW-14", "XW-15", "JJ-T07"}


# figures that the documents themselves let one check ------------------------------------------------------


def test_certified_social_workers_of_xinwu(honest_values):
    value = honest_values["XW-09"]
    assert (value.numerator, value.denominator) == (1042, 720200)
    assert round(value.value, 2) == Decimal("14.47")


def test_beds_of_shaoyang_are_38_9_against_the_printed_38_6(honest, honest_values):
    value = honest_values["SY-135-1"]
    assert round(value.value, 1) == Decimal("38.9")
    assert honest["shaoyang-2025"][0].target("SY-135-1").result.value == Decimal("38.6")


def projects() -> list[dict[str, str]]:
    with (LEDGERS / "shaoyang-2025" / "facilities.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["project"]]


def total(column: str, rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0))


def test_the_projects_of_shaoyang_add_up_to_the_printed_totals(shared):
    rows = projects()
    assert len({row["project"] for row in rows}) == 36
    assert total("invest_total_yi", rows) == Decimal("94.01")
    assert total("invest_period_yi", rows) == Decimal("88.48")
    assert total("beds", rows) == 30630
    assert total("places", rows) == 3000
    document = (
        (shared / "plans" / "documents" / "002_5b0c45aaaa7bb4b5.txt").read_text(encoding="utf-8").split("\n")
    )
    assert {document[598].strip(), *(line.strip() for line in document[590:606])} >= {"94.01", "88.48"}


def test_half_of_the_beds_of_shaoyang_arrive_in_the_last_year(honest):
    plan, context = honest["shaoyang-2025"]
    alone = plan.model_copy(update={"targets": (plan.target("SY-135-1"),)})
    beds = trajectory(alone, context, range(2020, 2026)).set_index("year")
    # 53,000 of 2020; 11,260 by 2023, 16,760 by 2024 and 33,630 by 2025, of which 3,000 are places, not beds
    people = {2020: 1_361_000, 2023: 1_418_000, 2024: 1_437_000, 2025: 1_456_000}
    for year, stated in ((2020, 53_000), (2023, 64_260), (2024, 69_760), (2025, 83_630)):
        assert beds.at[year, "value"] == Decimal(stated) * 1000 / people[year]
    assert round(beds.at[2025, "value"], 1) == Decimal("57.4")
    last = 83_630 - 69_760 + 3_000
    assert last / 33_630 > 0.5
    # homes without a stated number of beds are counted as unknown: P05, P18, P28, P29 and, by places, P13
    assert list(beds["unknown"]) == [0, 0, 1, 2, 4, 5]


def test_a_gap_table_of_every_plan(honest, honest_values):
    for plan, context in honest.values():
        values = [honest_values[target.id] for target in plan.targets]
        table = gap_table(plan, values, context.units)
        assert list(table.index) == [target.id for target in plan.targets]
        assert table["verdict"].notna().all()
        assert table.loc[table["verdict"] == "cannot_be_judged", "reason"].notna().all()


def test_sixteen_towns_of_shaoyang_have_money_for_a_cemetery(honest):
    plan, context = honest["shaoyang-2025"]
    alone = plan.model_copy(update={"targets": (plan.target("SY-T30"),)})
    effect = project_effect(alone, context, 2025).loc["SY-T30"]
    towns = len(context.units.of_types(["town", "township"]))
    assert towns == 166
    assert effect["funded"] == Decimal(1600) / towns
    assert (
        effect["verdict_funded"] == "cannot_be_judged"
    )  # the ledger does not list the other towns' cemeteries
