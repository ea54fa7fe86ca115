"""What validators of ours say of values that do not fit, in the reader's language with its particulars."""

from __future__ import annotations

import re

import pytest

from coverplan.errors import Problems
from coverplan.plan.kinds import Amount, ShareMeetingStandard, UnitPresence
from coverplan.scenario.candidate_file import SitingPlaces
from coverplan.scenario.change_file import Change, Fields
from coverplan.scenario.scenario_file import ScenarioFile, Snapping
from coverplan.scenario.siting_file import Expansion
from coverplan.scenario.study_file import Cohorts, Condition, Growth, Projection, Source, StudyFile
from coverplan.text.problem_words import problem_text
from coverplan.text.words import Words
from coverplan.yamlfile import read_yaml, validate

COUNT = "file: a.csv, base: resident, year: {year}, groups: {{{groups}}}"
AGES = "file: a.csv, base: resident, year: {year}, ages: A..B"
TWO = "earlier: {{{one}}}\nlater: {{{two}}}\n"


def growth(one: int, two: int, groups: str = "total: t") -> str:
    earlier = COUNT.format(year=one, groups="total: t")
    return TWO.format(one=earlier, two=COUNT.format(year=two, groups=groups))


def inside(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")


CASES = [
    ("named_twice", ScenarioFile, "name: n\nstudy: s\nstandards: [{layer: a, minutes: 5}, {layer: a, minutes: 5}]", "名称重复：a-general-5min"),
    ("empty_name", StudyFile, "name: {}", "名称为空"),
    ("crs_names_file", Source, "{file: a.csv, crs: +proj=longlat +ellps=GRS80 +nadgrids=a.gsb}", "坐标参考系指向另一个文件"),
    ("a_number_not_yes", Snapping, "first_m: yes", "应填数字，不是“是”或“否”"),
    ("nursing_above_beds", Fields, "{beds: 1, nursing_beds: 2}", "护理型床位多于床位"),
    ("niches_left_above", Fields, "{niches: 1, niches_left: 2}", "剩余格位多于格位"),
    ("expands_nothing", Expansion, "layer: a\ntypes: [b]", "扩建没有写明扩大什么"),
    ("tests_nothing", Condition, "column: a", "筛选条件没有内容"),
    ("crs_and_datum", Source, "{file: a.csv, crs: EPSG:4326, datum: gcj02}", "crs 和 datum 同时填写"),
    ("no_such_datum", Source, "{file: a.csv, datum: mars}", "没有这种坐标基准：mars"),
    ("counts_in_order", Growth, growth(2020, 2010), "两次计数的年份没有先后：earlier为2020年，later为2010年"),
    ("groups_of_counts", Growth, growth(2010, 2020, "total: t, age_60_plus: o"), "两个年份的人群不同，或缺少 total"),
    ("counts_apart", Cohorts, TWO.format(one=AGES.format(year=2010), two=AGES.format(year=2017)), "两次计数相隔的年数不合：7年"),
    ("ways_to_year", Projection, "year: 2035", "规划年人口的推算方式应只写一种：现有0种"),
    ("plan_year_early", Projection, "year: 2015\ngrowth:\n" + inside(growth(2010, 2020)), "规划年不晚于后一次计数的年份：规划年2015，后一次计数2020年"),
    ("second_limit", Snapping, "{first_m: 300, second_m: 100}", "second_m 小于 first_m"),
    ("one_change", Change, "{year: 2030}", "一条变更应只写一件事：现有0件（—）"),
    ("no_source_of_candidates", SitingPlaces, "candidates: []", "没有写候选点的来源"),
    ("empty_list", UnitPresence, "{kind: unit_presence, units: a, facilities: []}", "列表为空"),
    ("amount_source", Amount, "{field: beds}", "数量的来源应只写一种"),
    ("register_field", Amount, "{register: a, field: beds}", "登记数（register）没有字段"),
    ("presence_universe", UnitPresence, "{kind: unit_presence, facilities: [{layer: a}]}", "有无类指标的范围应只写一种"),
    ("standard_side", ShareMeetingStandard, "{kind: share_meeting_standard, facilities: {layer: a}}", "达标条件应针对辖区或设施之一"),
    ("units_number", ShareMeetingStandard, "{kind: share_meeting_standard, facilities: {layer: a}, units: b}", "按辖区判定须有数值"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "model", "text", "said"), CASES, ids=[case[0] for case in CASES])
def test_a_value_that_does_not_fit_is_told_in_chinese_alone(tmp_path, code, model, text, said) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    document = read_yaml(path, problems)
    assert validate(document, model, problems) is None
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, list(problems)
    told = problem_text(found[0], Words("zh"))
    assert said in told.splitlines()[0]
    # names of keys and choices stand in Latin letters, sentences do not
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+", told), told
    assert "expected" not in found[0].what
    assert not re.search(r"[{}]", found[0].what + (found[0].expected or "") + (found[0].remedy or ""))


def test_a_type_of_two_layers_is_told_with_both(tmp_path) -> None:
    path = tmp_path / "a.yaml"
    layers = "[{layer: a, file: f.csv, type: t}, {layer: b, file: f.csv, type: t}]"
    path.write_text(f"facilities: {layers}", encoding="utf-8")
    problems = Problems()
    assert validate(read_yaml(path, problems), StudyFile, problems) is None
    told = [problem_text(one, Words("zh")) for one in problems if one.code == "type_of_two_layers"]
    assert "同一类型写在两个图层：t（a、b）" in told[0]


def test_yes_where_a_number_stands_in_a_list_of_models_is_told_with_its_place(tmp_path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("name: n\nstudy: s\nstandards:\n- {layer: a, minutes: yes}\n- {layer: b, minutes: 5}\n")
    problems = Problems()
    assert validate(read_yaml(path, problems), ScenarioFile, problems) is None
    assert [(one.code, one.field, one.line) for one in problems] == [
        ("a_number_not_yes", "standards.0.minutes", 4)
    ]


def test_yes_for_a_number_is_told_beside_what_else_does_not_fit(tmp_path) -> None:
    """As when it stands alone: where yes and no are asked for they stay, and what nobody asks for is told once."""
    path = tmp_path / "a.yaml"
    path.write_text(
        "name: n\nsped: {x: yes}\nstudy: s\nyear: no\nstandards:\n- {layer: a, minutes: yes, method: walk}\n"
        "- {layer: b, minutes: 5, name: yes}\nsiting: {preset: fewest, year: yes}\n"
    )
    problems = Problems()
    assert validate(read_yaml(path, problems), ScenarioFile, problems) is None
    yes = {one.field for one in problems if one.code == "a_number_not_yes"}
    assert {"standards.0.minutes"} <= yes <= {"standards.0.minutes", "siting.year", "year"}
    assert "sped.x" not in yes
    assert len({one.field for one in problems}) == len(list(problems))


def test_yes_among_columns_and_bands_is_told_beside_what_else_does_not_fit(tmp_path) -> None:
    path = tmp_path / "a.yaml"
    population = "{file: p.csv, base: all, groups: {total: yes}, cell_m: yes}"
    streets = "{file: a.gpkg, join_gaps: yes, beyond_m: no}"
    path.write_text(
        f"name: n\npopulation: {population}\nstreets: {streets}\nfacilities: [{{layer: a, file: f}}]\n"
    )
    problems = Problems()
    assert validate(read_yaml(path, problems), StudyFile, problems) is None
    assert {(one.field, one.code) for one in problems} == {
        ("population.base", "literal_error"),
        ("population.groups.total", "a_number_not_yes"),
        ("population.cell_m", "a_number_not_yes"),
        ("streets.beyond_m", "a_number_not_yes"),
    }
