"""Layers, types and kinds of units called as people call them stand for our codes, wherever a file asks for one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from coverplan.cli.main import app
from coverplan.errors import Problems
from coverplan.plan.load import LIBRARY, read_plan
from coverplan.programme.actions.costs import read_costs
from coverplan.scenario.load import load_scenario
from coverplan.setup.partial_study import load_partial_study
from coverplan.text.problem_words import problem_text
from coverplan.text.type_words import TYPE, in_codes, layer_of, near_word, type_of
from coverplan.text.words import LANGUAGES, Words
from coverplan.vocabulary import LAYER_TYPES
from makers import toyfiles
from towns import toytown


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("社区养老服务站", "community_station"),
        ("社區養老服務站", "community_station"),
        ("未保站", "protection_station"),
        (" 综合养老服务中心 ", "town_centre"),
        ("镇（街道）综合养老服务中心", "town_centre"),
        ("Day-care centre", "day_care"),
        ("day_care", "day_care"),
        ("自己的叫法", None),
    ],
)
def test_a_type_is_known_by_what_people_call_it(said, code):
    assert type_of(said) == code


def test_every_type_is_known_by_its_code_and_by_our_own_names():
    for layer, types in LAYER_TYPES.items():
        assert layer_of(layer) == layer
        for language in LANGUAGES:
            words = Words(language)
            assert layer_of(words.name_of("layer", layer)) == layer
            for name in types:
                assert type_of(words.name_of("type", name), layer) == name


def test_what_a_facility_is_called_stands_in_one_place():
    """A type or a status has one word on maps, in reports, comparisons and the terminal."""
    types = {name for known in LAYER_TYPES.values() for name in known}
    for language in LANGUAGES:
        keys = [key.rpartition(".") for key in sorted(Words(language).keys())]
        assert {family for family, _, name in keys if name in types and family.endswith("type")} == {"type"}
        assert [family for family, _, name in keys if name == "suspended"] == ["report.status"]


def test_no_word_stands_for_types_of_two_layers():
    seen: dict[str, str] = {}
    for layer, known in TYPE.items():
        for word in known:
            assert seen.setdefault(word, layer) == layer


@pytest.mark.parametrize(
    ("said", "code"), [("常住", "resident"), ("常住人口", "resident"), ("户籍", "registered")]
)
def test_who_is_counted_may_be_said_in_chinese(said, code):
    read = in_codes(
        {"population": {"base": said, "official": {"base": said}}, "base": {"water": {"file": "常住"}}}
    )
    assert read == {
        "population": {"base": code, "official": {"base": code}},
        "base": {"water": {"file": "常住"}},
    }


def test_a_study_file_in_chinese_words_is_checked_as_it_is_run(tmp_path):
    said = {**toyfiles.STUDY, "population": {**toyfiles.STUDY["population"], "base": "常住"}}
    said["facilities"] = [{**said["facilities"][0], "layer": "养老服务", "type": "日间照料中心"}]
    toyfiles.write_town(tmp_path, study=said)
    found = Problems()
    part = load_partial_study(tmp_path / "study.yaml", found)
    assert part is not None
    assert not found.errors
    assert (part.file.population.base, part.file.facilities[0].type) == ("resident", "day_care")


def test_codes_stand_for_names_and_everything_else_stays():
    said = {
        "name": {"zh": "养老"},
        "layer": "养老服务",
        "types": ["社区养老服务站", "自己的叫法"],
        "file": "未保站.csv",
        "open": [{"layer": "未保", "type": "未保站", "unit_level": ["街道"], "offers": {"name": "未保站"}}],
        "share": {"compatible": [["未保站", "社工站"]]},
        "unit_sets": {"all": {"types": ["社区", "行政村"]}},
    }
    assert in_codes(said) == {
        "name": {"zh": "养老"},
        "layer": "elder_care",
        "types": ["community_station", "自己的叫法"],
        "file": "未保站.csv",
        "open": [
            {
                "layer": "child_protection",
                "type": "protection_station",
                "unit_level": ["street"],
                "offers": {"name": "未保站"},
            }
        ],
        "share": {"compatible": [["protection_station", "station"]]},
        "unit_sets": {"all": {"types": ["community", "village"]}},
    }


def test_what_a_study_says_of_its_words_goes_before_what_is_known_of_them():
    assert in_codes({"type": "养老驿站"}, {"养老驿站": "day_care"}) == {"type": "day_care"}


def test_near_words_are_names_or_codes():
    types = frozenset(LAYER_TYPES["elder_care"])
    assert near_word("comunity_station", types) == "community_station"
    assert near_word("社区养老服务所", types) == "社区养老服务站 (community_station)"
    assert near_word("xyz", types) is None


def test_a_scenario_in_peoples_words_is_the_same_scenario(tmp_path):
    def standards(layer, kind):
        return {"standards": [{"layer": layer, "types": [kind], "groups": ["total"], "minutes": 4}]}

    x, y = toytown.xy(2, 2)

    def changes(layer, kind):
        here = {"layer": layer, "id": "new", "x": x, "y": y, "crs": toytown.CRS}
        return {"changes": [{"open": {**here, "offers": {"type": kind}}}]}

    read = []
    for name, layer, kind in (("a", "elder_care", "day_care"), ("b", "养老服务", "日间照料中心")):
        path = toyfiles.write_town(
            tmp_path / name,
            study={"facilities": [{**toyfiles.STUDY["facilities"][0], "layer": layer, "type": kind}]},
            scenario={**standards(layer, kind), **changes(layer, kind)},
        )
        problems = Problems()
        read.append(load_scenario(path, problems, presets={"general"}))
        assert not problems.errors
    assert read[0].scenario == read[1].scenario
    assert read[0].study == read[1].study


def test_a_plan_and_its_costs_in_peoples_words_are_the_same(tmp_path):
    source = LIBRARY / "shaoyang-2025.yaml"
    said = yaml.safe_load(source.read_text(encoding="utf-8"))
    words = Words("zh")

    def in_words(value):
        if isinstance(value, list):
            return [in_words(item) for item in value]
        if not isinstance(value, dict):
            return value
        changed = {key: in_words(item) for key, item in value.items()}
        if "layer" in changed:
            changed["types"] = [words.name_of("type", kind) for kind in changed.get("types", [])]
            changed["layer"] = words.name_of("layer", changed["layer"])
        return changed

    spoken = in_words(said)
    assert spoken != said
    path = tmp_path / "plan.yaml"
    path.write_text(yaml.safe_dump(spoken, allow_unicode=True), encoding="utf-8")
    problems = Problems()
    assert read_plan(path, problems) == read_plan("shaoyang-2025", problems)
    assert not problems.errors
    costs = tmp_path / "costs.yaml"
    costs.write_text("currency: 万元\ntypes: {未保站: {open: 36}, 社工站: {open: 40}}\n", encoding="utf-8")
    found = read_costs(costs, problems)
    assert found is not None
    assert set(found.types) == {"protection_station", "station"}


def test_a_word_nearly_right_is_answered_with_the_right_one(tmp_path):
    source = yaml.safe_load((LIBRARY / "shaoyang-2025.yaml").read_text(encoding="utf-8"))
    text = json.dumps(source, default=str, ensure_ascii=False).replace(
        '"protection_station"', '"未保护站"', 1
    )
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    read_plan(path, problems)
    (only,) = problems.errors
    assert only.remedy == "did you mean 未保站 (protection_station)?"
    assert "您是否要写“未保站 (protection_station)”" in problem_text(only, Words("zh"))


def test_a_template_may_be_asked_for_by_the_layers_name(tmp_path):
    done = CliRunner().invoke(app, ["template", "养老", "--out", str(tmp_path / "a.xlsx")])
    assert done.exit_code == 0, done.output
    assert Path(tmp_path / "a.xlsx").is_file()
