"""Ledger studies: evidence without geometry, and every mistake at once (R12)."""

from decimal import Decimal
from pathlib import Path

import pytest

import coverplan
from coverplan.errors import InputError, Problems
from coverplan.indicators import compute
from coverplan.study.ledger import load_ledger, read_ledger

UNITS = """\
code,name,type,parent
1,Toy County,county,
101,North,street,1
102,South,street,1
102001,Pond,community,102
102002,Hill,community,102
"""
PLAN = """\
format: 1
id: toy
names: {zh: 玩具规划, en: Toy plan}
area: {zh: 玩具县, en: Toy County}
level: district
horizon: [2021, 2025]
source: {title: none}
unit_sets:
  streets: {names: {zh: 街道, en: streets}, types: [street]}
  communities: {names: {zh: 社区, en: communities}, types: [community]}
targets:
  - id: A
    names: {zh: 甲, en: A}
    measure: "%"
    attribute: binding
    indicator: {kind: unit_presence, units: streets, facilities: [{layer: civic, types: [community_centre]}]}
    rule: ">="
    goal: {year: 2025, year_basis: printed, value: 100}
    printed: 甲 100
  - id: B
    names: {zh: 乙, en: B}
    measure: 平方米/百户
    attribute: binding
    indicator: {kind: area_per_100_households, facilities: {layer: civic, types: [community_centre]}}
    rule: ">="
    goal: {year: 2025, year_basis: printed, value: 30}
    printed: 乙 30
"""
LEDGER = """\
format: 1
plan: plan.yaml
as_of: 2025-12-31
units: units.csv
facilities: [facilities.csv]
households: {community: 500}
registers:
  workers: {value: 12, line: 3}
everywhere:
  - {id: hall, units: communities, layer: civic, type: community_centre, numbers: {floor_area_m2: 150}, but: [102002]}
"""
FACILITIES = """\
id,layer,type,name,functions,status,unit_code,serves_units,floor_area_m2,funded,remark
c1,civic,community_centre,North hall,meals;counselling,operating,101,,150,yes,kept
"""


def folder(tmp_path: Path, **files: str) -> Path:
    texts = {"units.csv": UNITS, "plan.yaml": PLAN, "ledger.yaml": LEDGER, "facilities.csv": FACILITIES}
    for name, text in texts.items():
        (tmp_path / name).write_text(files.get(name.split(".")[0], text), encoding="utf-8")
    return tmp_path / "ledger.yaml"


def codes(path: Path) -> set[tuple[str, int | None]]:
    problems = Problems()
    assert read_ledger(path, problems) is None
    return {(problem.code, problem.line) for problem in problems}


def test_tables_and_words_become_evidence(tmp_path):
    plan, context = load_ledger(folder(tmp_path))
    table = context.facilities.table
    assert list(table["id"]) == ["c1", "hall:102001"]
    assert table.at[0, "functions"] == frozenset({"meals", "counselling"})
    assert (table.at[0, "own:remark"], table.at[0, "funded"]) == ("kept", True)
    assert table.at[1, "floor_area_m2"] == 150
    assert context.registers == {"workers": Decimal(12)}
    presence, area = compute(plan, context)
    assert (presence.numerator, presence.verdict.status) == (2, "met")  # South through its community Pond
    # 300 m2 over 1,000 households, which are known of the two communities alone: North's are not
    assert area.reason == "missing_attribute:households"


def test_households_of_the_parts_are_those_of_the_whole(tmp_path):
    text = LEDGER.replace("{community: 500}", "{community: 500, 101: 0}")
    plan, context = load_ledger(folder(tmp_path, ledger=text))
    area = compute(plan, context)[1]
    assert (area.numerator, area.denominator, area.value) == (300, 1000, 30)


def test_indicators_and_gaps_are_plain_tables(tmp_path):
    folder(tmp_path)
    plan = coverplan.load_plan(tmp_path / "plan.yaml")
    _, context = load_ledger(tmp_path / "ledger.yaml")
    table = coverplan.compute_indicators(plan, context)
    assert list(table.index) == [target.id for target in plan.targets]
    assert (table["numerator"].iloc[0], table["verdict"].iloc[0]) == (2, "met")
    assert table["because"].iloc[1] == "missing_attribute:households"
    gaps = coverplan.gap_table(plan, compute(plan, context), context.units)
    assert list(gaps["verdict"]) == list(table["verdict"])


def test_reach_cannot_be_asked_of_a_ledger(tmp_path):
    _, context = load_ledger(folder(tmp_path))
    assert context.coverage is None


def test_a_roster_with_a_code_twice_is_refused_with_its_row(tmp_path):
    assert ("duplicate_code", 7) in codes(folder(tmp_path, units=UNITS + "101,Again,street,1\n"))


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("101,,150", "109,,150", "bad_unit_code", 2),
        ("civic,community_centre", "civics,community_centre", "bad_layer", 2),
        ("civic,community_centre", "civic,columbarium", "bad_type", 2),
        ("operating", "open", "bad_status", 2),
        ("101,,150", "101,101;109,150", "bad_serves_units", 2),
        ("150,yes", "many,yes", "not_a_number", 2),
        ("c1,civic", ",civic", "bad_id", 2),
    ],
)
def test_bad_cells_are_named_by_row(tmp_path, old, new, code, line):
    assert old in FACILITIES
    assert (code, line) in codes(folder(tmp_path, facilities=FACILITIES.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("units: communities", "units: villages", "unknown_unit_set", 10),
        ("type: community_centre", "type: tea_house", "unknown_type", 10),
        ("floor_area_m2: 150", "floor_area: 150", "unknown_field", 10),
        ("{community: 500}", "{109: 500}", "unknown_unit", 6),
        ("as_of:", "asof:", "extra_forbidden", 3),
        ("units.csv", "unit.csv", "missing_file", None),
        (
            "workers: {value: 12, line: 3}",
            f"workers: {{value: 12, printed: {'长' * 31}}}",
            "string_too_long",
            8,
        ),
    ],
)
def test_bad_words_are_named_by_line(tmp_path, old, new, code, line):
    assert old in LEDGER
    assert (code, line) in codes(folder(tmp_path, ledger=LEDGER.replace(old, new, 1)))


def test_an_id_twice(tmp_path):
    twice = FACILITIES + FACILITIES.splitlines()[1] + "\n"
    assert "duplicate_id" in {code for code, _ in codes(folder(tmp_path, facilities=twice))}


def test_everything_wrong_is_told_at_once(tmp_path):
    path = folder(
        tmp_path,
        ledger=LEDGER.replace("units: communities", "units: villages"),
        facilities=FACILITIES.replace("101,,150", "109,,150"),
    )
    with pytest.raises(InputError) as caught:
        load_ledger(path)
    assert {problem.code for problem in caught.value.problems} == {"unknown_unit_set", "bad_unit_code"}


def test_scenario_roster_plan_and_facilities_that_are_wrong_together_are_told_in_one_go(tmp_path):
    """A roster that cannot be read makes no unit of a facility unknown."""
    path = folder(
        tmp_path,
        units=UNITS.replace("102001,", "102,"),
        plan=PLAN.replace("2025]", "20250]"),
        facilities=FACILITIES.replace("civic,community_centre", "civic,castle"),
    )
    assert {code for code, _ in codes(path)} == {
        "duplicate_code",
        "circular_units",
        "less_than_equal",
        "bad_type",
    }
    own = PLAN.replace("level: district", "level: castle")
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    for wrong, told in (("speed: 3", {"extra_forbidden"}), ("year: yes", {"extra_forbidden"}), ("", set())):
        text = f"name: n\nledger: ledger.yaml\nplan: own.yaml\n{wrong}\n"
        (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(InputError) as caught:
            coverplan.run(tmp_path / "scenario.yaml", write=False)
        found = {problem.code for problem in caught.value.problems}
        assert (
            found
            == {"duplicate_code", "circular_units", "less_than_equal", "bad_type", "literal_error"} | told
        )
