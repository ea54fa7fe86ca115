"""The five plans of the library against the documents themselves and the table of statements beside them."""

import csv
import re
from decimal import Decimal

import pytest

from coverplan.indicators.registry import KINDS
from coverplan.judgement.gaps import units_needed
from coverplan.plan import library_names, load_plan

pytestmark = pytest.mark.truth

PLANS = {name: load_plan(name) for name in library_names()}
TARGETS = {target.id: (name, target) for name, plan in PLANS.items() for target in plan.targets}
#: Words that ask for every unit where a document prints no 100.
EVERY = ("所有", "每个", "全覆盖", "全市覆盖", "一县一", "一乡", "达到国家三级")
#: Year not printed at the statement itself (it stands for the plan's period), where the table says printed.
HORIZON = {
    *("HB-T17", "XW-T11", "XW-T12", "XW-T13", "SY-T06", "SY-T07", "SY-T11", "SY-T23", "SY-T24", "SY-T28"),
    *("SY-T29", "SY-T30", "SY-T31", "SY-T32", "SY-T33", "SY-T34", "SY-T35", "SY-T41", "SY-T42"),
}


@pytest.fixture(scope="module")
def statements(shared) -> dict[str, dict[str, str]]:
    with (shared / "plans" / "plan_targets.csv").open(encoding="utf-8", newline="") as file:
        return {row["target_id"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def documents(shared) -> dict[str, list[str]]:
    folder = shared / "plans" / "documents"
    return {
        name: (folder / plan.source.file).read_text(encoding="utf-8").split("\n")
        for name, plan in PLANS.items()
    }


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u3000\xa0]+", "", text)


def around(lines: list[str], line: int) -> str:
    """A line and the table cells that follow it, without white space."""
    return squeezed("".join(lines[line - 1 : line + 16]))


def numbers(text: str) -> set[Decimal]:
    return {Decimal(number) for number in re.findall(r"\d+(?:\.\d+)?", text)}


def test_every_statement_is_in_the_library_once(statements):
    assert len(statements) == 172
    assert set(TARGETS) == set(statements)
    assert sum(len(plan.targets) for plan in PLANS.values()) == 172


def test_kinds_and_rows_are_those_of_the_statements(statements):
    for identifier, (_, target) in TARGETS.items():
        row = statements[identifier]
        assert target.indicator.kind == row["kind"], identifier
        assert target.line == int(row["source_line"]), identifier
        assert str(target.row or "") == row["indicator_no"], identifier
        assert target.names.zh == row["name_zh"], identifier
        assert set(target.findings) == {i for i in row["issue_ref"].split(";") if i}, identifier


def test_rules_are_those_of_the_statements_save_where_the_document_says_more(statements):
    differing = {i for i, (_, t) in TARGETS.items() if t.rule != statements[i]["rule"]}
    assert differing == {"SY-T37"}  # 突破: more than
    differing = {i for i, (_, t) in TARGETS.items() if t.goal.year_basis != statements[i]["year_basis"]}
    assert differing == HORIZON


def test_attributes_are_those_of_the_statements(statements):
    words = {
        "binding": "约束性",
        "expected": "预期性",
        "promise": "文本承诺",
        "design_standard": "设计标准",
        "achieved": "既有成效",
        "history": "十三五指标",
        "forecast": "人口预测",
    }
    for identifier, (_, target) in TARGETS.items():
        assert statements[identifier]["attribute"].startswith(words[target.attribute]), identifier
    assert sum(target.attribute == "binding" for _, target in TARGETS.values()) == 18


def test_plain_numbers_of_the_statements_are_kept_to_the_digit(statements):
    plain = re.compile(r"-?\d+(\.\d+)?")
    for identifier, (_, target) in TARGETS.items():
        row = statements[identifier]
        pairs = [("target_value", target.goal.value), ("target_value_high", target.goal.high)]
        if identifier != "SY-T35":  # 8 registries are no percentage
            pairs.append(("baseline_value", target.base.value))
        for column, value in pairs:
            if plain.fullmatch(row[column]):
                assert value == Decimal(row[column]), (identifier, column)
        if re.fullmatch(r"\d{4}", row["target_year"]):
            assert target.goal.year == int(row["target_year"]), identifier


@pytest.mark.parametrize("identifier", sorted(TARGETS))
def test_the_printed_phrase_stands_in_the_document_at_its_line(documents, identifier):
    name, target = TARGETS[identifier]
    assert squeezed(target.printed) in around(documents[name], target.line)
    assert len(target.printed) <= 30


@pytest.mark.parametrize("identifier", sorted(TARGETS))
def test_the_target_s_number_is_printed_or_its_reading_is_told(identifier):
    target = TARGETS[identifier][1]
    seen = numbers(target.printed) | numbers(target.goal.printed or "")
    for value in (target.goal.value, target.goal.high):
        if value is None or value in seen:
            continue
        every = value == 100 and any(word in target.printed for word in EVERY)
        mended = target.repaired and str(value) in (target.goal.printed or "")
        counted = target.note is not None and value <= 100
        in_ten_thousands = Decimal(value) / 10_000 in seen
        assert every or mended or counted or in_ten_thousands, (target.printed, value)


def test_every_base_and_result_is_printed_where_it_is_said_to_be(documents):
    for name, target in TARGETS.values():
        for past in (target.base, target.result):
            if past is None or past.value is None:
                continue
            line = past.line or target.line
            assert past.value in numbers(" ".join(documents[name][line - 1 : line + 16])), target.id


def test_what_was_mended_is_shown_as_printed_and_no_other():
    mended = {i for i, (_, target) in TARGETS.items() if target.repaired}
    assert mended == {"HB-01", "XW-T05", "XW-T06", "SY-T15", "SY-T43"}
    for identifier in mended:
        target = TARGETS[identifier][1]
        assert target.goal.printed or target.base.printed, identifier


def test_a_range_is_mended_only_where_a_bound_proves_it_wrong():
    for identifier, low, high in (("XW-T05", 20, 30), ("XW-T06", 15, 20)):
        goal = TARGETS[identifier][1].goal
        assert (goal.value, goal.high) == (low, high)
        assert numbers(goal.printed) == {Decimal(f"{low}{high}")}
        assert Decimal(f"{low}{high}") > 100  # m2 for 100 households


def test_all_contradictions_are_carried(shared):
    with (shared / "plans" / "inconsistencies.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["issue_id"]: row for row in csv.DictReader(file)}
    carried = {key: finding for plan in PLANS.values() for key, finding in plan.findings.items()}
    assert set(carried) == set(rows)
    assert all(carried[key].severity == rows[key]["severity"] for key in rows)
    for key, row in rows.items():
        if key != "GEN-I01":
            assert set(carried[key].lines) == {int(n) for n in re.findall(r"\d+", row["source_lines"])}, key


def test_no_sentence_of_the_documents_is_copied(documents):
    """Own words: no text of a plan file but printed phrases and names has 15 signs in a row of a document."""
    for name, plan in PLANS.items():
        text = squeezed("".join(documents[name]))
        own = [finding.what.zh for finding in plan.findings.values()]
        own += [words.zh for words in plan.conflicts.values()]
        own += [target.note.zh for target in plan.targets if target.note]
        for sentence in map(squeezed, own):
            runs = [sentence[i : i + 15] for i in range(len(sentence) - 14)]
            assert not [run for run in runs if run in text], sentence


# printed counts and what follows from them ----------------------------------------------------------------


def test_printed_counts_stand_in_the_documents(documents):
    printed = {
        "huaibei-2025": [
            ("towns", 18, "18个镇"),
            ("streets", 15, "15个街道"),
            ("urban_communities", 165, "165个城市社区"),
        ],
        "xinwu-2025": [
            ("communities_and_villages", 105, "105个村(社区)"),
            ("communities", 98, "社区98个"),
            ("villages", 7, "村7个"),
            ("streets", 6, "街道级日间照料中心6个"),
        ],
        "shaoyang-2025": [
            ("towns", 167, "减少为167个"),
            ("communities", 468, "468个社区"),
            ("villages", 3235, "3235个"),
        ],
    }
    for name, sets in printed.items():
        text = squeezed("".join(documents[name]))
        for unit_set, count, phrase in sets:
            assert PLANS[name].unit_sets[unit_set].printed == count
            assert phrase in text
    counts = {name: {k: u.printed for k, u in plan.unit_sets.items()} for name, plan in PLANS.items()}
    assert counts["huaibei-2025"]["towns_and_streets"] == 18 + 15
    assert counts["shaoyang-2025"]["communities_and_villages"] == 468 + 3235
    assert counts["shaoyang-2025"]["streets"] is None  # the document does not say


@pytest.mark.parametrize(
    ("identifier", "units", "needed"),
    [("HB-08", 33, 20), ("HB-06", 33, 17), ("SY-13", 12, 11), ("SY-T12", 12, 10), ("HB-T10", 165, 149)],
)
def test_units_that_the_printed_shares_ask_for(identifier, units, needed):
    name, target = TARGETS[identifier]
    assert PLANS[name].unit_sets[target.indicator.units].printed == units
    assert units_needed(target.goal.value, units, target.rule) == needed


def test_more_than_half_needs_one_more_unit_than_half_where_it_divides():
    table, text = TARGETS["SY-11"][1], TARGETS["SY-T08"][1]
    assert (table.rule, text.rule, table.goal.value, text.goal.value) == (">", ">=", 50, 50)
    assert table.conflict == text.conflict
    assert (
        units_needed(table.goal.value, 206, table.rule) == units_needed(text.goal.value, 206, text.rule) + 1
    )
    assert units_needed(table.goal.value, 207, table.rule) == units_needed(text.goal.value, 207, text.rule)


def test_the_nested_targets_of_huaibei_are_twenty_units_of_which_fifteen_are_streets():
    both, streets = TARGETS["HB-08"][1], TARGETS["HB-T03"][1]
    assert both.indicator.facilities == streets.indicator.facilities
    assert (both.conflict, streets.conflict) == (None, None)


def test_about_a_hundred_targets_are_computed_and_none_sets_a_fifteen_minute_circle():
    computed = [t for _, t in TARGETS.values() if KINDS[t.indicator.kind].measure]
    assert len(computed) == 121
    circles = [t for t in computed if t.indicator.kind == "population_within"]
    assert {t.id for t in circles} == {"XW-T21", "JJ-T06"}
    assert all(t.attribute == "achieved" and t.goal.value is None for t in circles)
