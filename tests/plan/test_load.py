"""Plan files: every mistake at once, each with its line (R12)."""

from typing import get_args

import pytest
import yaml

from coverplan.errors import InputError, Problems
from coverplan.plan import library_names, load_plan, read_plan
from coverplan.plan.attributes import ATTRIBUTES, NEVER_JUDGED
from coverplan.plan.schema import Attribute

GOOD = """\
format: 1
id: toy
names: {zh: 玩具规划, en: Toy plan}
area: {zh: 玩具县, en: Toy County}
level: district
horizon: [2021, 2025]
source: {title: none}
unit_sets:
  streets: {names: {zh: 街道, en: streets}, types: [street], printed: 6}
targets:
  - id: A
    names: {zh: 甲, en: A}
    measure: "%"
    attribute: binding
    indicator: {kind: unit_presence, units: streets, facilities: [{layer: elder_care, types: [town_centre]}]}
    rule: ">="
    base: {year: 2020, value: 43.5}
    goal: {year: 2025, year_basis: printed, value: 100}
    printed: 甲 100
"""


def found(tmp_path, text: str, **options) -> list:
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    read_plan(path, problems, **options)
    return list(problems)


def codes(tmp_path, old: str, new: str, **options) -> set:
    assert old in GOOD
    return {(p.code, p.line) for p in found(tmp_path, GOOD.replace(old, new), **options)}


def test_a_good_plan_has_no_problem_and_keeps_decimals_exact(tmp_path):
    assert found(tmp_path, GOOD) == []
    plan = load_plan(tmp_path / "plan.yaml")
    assert str(plan.target("A").base.value) == "43.5"
    with pytest.raises(KeyError):
        plan.target("B")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("units: streets", "units: stretes", ("unknown_unit_set", 15)),
        ("layer: elder_care", "layer: elder", ("unknown_layer", 15)),
        ("types: [town_centre]", "types: [columbarium]", ("unknown_type", 15)),
        ("types: [town_centre]", "at_least: {bets: 3}", ("unknown_field", 15)),
        ("types: [town_centre]", "within: towns", ("unknown_unit_set", 15)),
        ("year: 2025,", "year: 2020,", ("year_order", 18)),
        ("year: 2025,", "year: 2019,", ("year_order", 18)),
        ('rule: ">="', 'rule: ">"', ("share_out_of_range", 18)),
        ("value: 100}", "value: 101}", ("share_out_of_range", 18)),
        ("value: 100}", "value: 90, high: 100}", ("contradictory_rule", 18)),
        ('rule: ">="', 'rule: "inside"', ("range_needs_two_ends", 18)),
        ("value: 43.5", "printed: none", None),
        ("[2021, 2025]", "[2025, 2021]", ("range_order", 6)),
        ("printed: 甲 100", "printed: 甲\n    conflict: x", ("unknown_conflict", 20)),
        ("printed: 甲 100", "printed: 甲\n    findings: [x]", ("unknown_finding", 20)),
        ("types: [street],", 'types: [street], codes: ["1", "1"],', ("duplicate_code", 9)),
        ("printed: 甲 100", f"printed: {'长' * 31}", ("string_too_long", 19)),
        ("measure:", "mesure:", ("extra_forbidden", 13)),
    ],
)
def test_each_mistake_is_found_with_its_line(tmp_path, old, new, expected):
    problems = codes(tmp_path, old, new)
    assert expected in problems if expected else problems == set()


def test_a_range_the_wrong_way_round(tmp_path):
    text = GOOD.replace('">="', "inside").replace("value: 100}", "value: 40, high: 30}")
    assert [(p.code, p.line) for p in found(tmp_path, text)] == [("range_order", 18)]


def test_maintain_needs_a_base(tmp_path):
    text = GOOD.replace('">="', "maintain").replace("    base: {year: 2020, value: 43.5}\n", "")
    assert [p.code for p in found(tmp_path, text)] == ["maintain_without_base"]


def second(**changes) -> str:
    plan = yaml.safe_load(GOOD)
    plan["targets"].append(plan["targets"][0] | {"id": "B"} | changes)
    return yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)


def test_the_same_id_twice(tmp_path):
    assert [p.code for p in found(tmp_path, second(id="A"))] == ["duplicate_target"]


@pytest.mark.parametrize(
    "changes", [{"rule": ">", "goal": {"year": 2025, "year_basis": "printed", "value": 50}}, {"rule": "="}]
)
def test_two_statements_that_contradict_need_a_conflict_group(tmp_path, changes):
    assert [p.code for p in found(tmp_path, second(**changes))] == ["contradiction"]
    text = second(**changes, conflict="c")
    assert "contradiction" in [p.code for p in found(tmp_path, text)]
    plan = yaml.safe_load(text)
    plan["conflicts"] = {"c": {"zh": "矛盾", "en": "conflict"}}
    plan["targets"][0]["conflict"] = "c"
    assert found(tmp_path, yaml.safe_dump(plan, allow_unicode=True)) == []


def test_another_year_or_another_set_is_no_contradiction(tmp_path):
    assert found(tmp_path, second(goal={"year": 2023, "year_basis": "printed", "value": 80})) == []


def test_a_conflict_of_one_is_lonely(tmp_path):
    text = GOOD + "    conflict: c\nconflicts:\n  c: {zh: 矛盾, en: conflict}\n"
    assert [p.code for p in found(tmp_path, text)] == ["lonely_conflict"]


def test_everything_wrong_is_told_at_once(tmp_path):
    text = (
        GOOD.replace("units: streets", "units: roads")
        .replace("layer: elder_care", "layer: elderly")
        .replace("year: 2025,", "year: 2018,")
        .replace("value: 100}", "value: 120}")
    )
    assert {p.code for p in found(tmp_path, text)} == {
        "unknown_unit_set",
        "unknown_layer",
        "year_order",
        "share_out_of_range",
    }
    with pytest.raises(InputError) as caught:
        load_plan(tmp_path / "plan.yaml")
    assert len(caught.value.problems) == 4
    assert all(p.line and p.field and p.expected for p in caught.value.problems)


def test_an_amount_has_one_source(tmp_path):
    old = "{kind: unit_presence, units: streets, facilities: [{layer: elder_care, types: [town_centre]}]}"
    for amount, said in (
        ("{}", "amount_source"),
        ("{register: a, facilities: {layer: civic}}", "amount_source"),
        ("{register: a, field: beds}", "register_field"),
    ):
        problems = codes(tmp_path, old, f"{{kind: count, amount: {amount}}}")
        assert [code for code, _ in problems] == [said], amount


def test_a_study_may_add_types_and_groups(tmp_path):
    assert codes(tmp_path, "town_centre", "tea_house") == {("unknown_type", 15)}
    assert codes(tmp_path, "town_centre", "tea_house", own_types={"tea_house": "elder_care"}) == set()


def test_an_unknown_name_lists_the_library():
    problems = Problems()
    assert read_plan("huaibei-2026", problems) is None
    assert [p.code for p in problems] == ["unknown_plan"]
    assert all(name in problems.errors[0].expected for name in library_names())


def test_every_attribute_has_its_chinese_word():
    assert set(ATTRIBUTES) == set(get_args(Attribute))
    assert set(ATTRIBUTES) >= NEVER_JUDGED
    assert ATTRIBUTES["binding"] == "约束性"


@pytest.mark.parametrize("year", ["20300", "2147483648", "-1", "9" * 400])
@pytest.mark.parametrize(
    "old", ["horizon: [2021, 2025]", "base: {year: 2020, value: 43.5}", "goal: {year: 2025, year_basis: printed, value: 100}"]
)  # fmt: skip
def test_a_year_that_no_plan_has_is_refused_before_anything_is_counted_for_each_year(tmp_path, old, year):
    said = old.replace("2025", year) if "2025" in old else old.replace("2020", year)
    wrong = {code for code, _ in codes(tmp_path, old, said)}
    assert wrong & {"less_than_equal", "greater_than_equal"}
