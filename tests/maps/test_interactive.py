"""The page holds the result's numbers, carries everything it needs and runs nothing that a file says."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import html
import json
import re
from pathlib import Path

import pytest

from coverplan.errors import InputError
from coverplan.maps.web.assets import modules, page_script
from coverplan.maps.web.interactive import as_script_data, map_page, write_map
from coverplan.maps.web.page_content import page_content
from coverplan.text.words import Words
from towns import maptown

DATA = re.compile(r'<script type="application/json" id="coverplan-data">(.*?)</script>', re.DOTALL)
SHOWN = (
    "people", "covered", "uncovered", "off_network", "share", "mean_minutes", "outside_units", "covered_before",
)  # fmt: skip


def data_of(page: str) -> dict:
    return json.loads(DATA.search(page).group(1))


def test_the_numbers_are_those_of_the_result() -> None:
    result = maptown.town()
    content = data_of(map_page(result, language="zh"))
    for unit in result.summary["units"]:
        at = content["units"]["codes"].index(unit["code"])
        shown = content["units"]["coverage"][at]
        assert set(shown) == set(unit["coverage"])
        for standard, groups in unit["coverage"].items():
            for group, people in groups.items():
                assert shown[standard][group] == [people.get(name) for name in SHOWN]
    for standard, shown in zip(result.summary["standards"], content["standards"], strict=True):
        assert [group["key"] for group in shown["groups"]] == standard["groups"]
        for group in shown["groups"]:
            assert group["numbers"] == standard["people"][group["key"]]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_says_what_was_measured_and_that_it_is_synthetic(language) -> None:
    words = Words(language)
    content = data_of(map_page(maptown.town(), language=language))
    measured = content["standards"][0]["groups"][1]["measured"]
    for part in (words.name_of("group", "age_60_plus"), words.name_of("profile", "general"), "1.2", "2"):
        assert part in measured
    assert words("method.network_walk") in measured
    assert words("method.euclidean") in content["standards"][1]["groups"][0]["measured"]
    assert content["synthetic"] == words("map.synthetic")
    assert content["internal"] == words("map.internal")
    assert len(content["sources"]) == 2


def test_the_page_names_no_place_outside_itself() -> None:
    page = map_page(maptown.town(), language="zh")
    tags = re.findall(r"<(?:script|link|img|iframe|object|embed|source)\b[^>]*>", DATA.sub("", page))
    assert all("src=" not in tag and "http" not in tag for tag in tags)
    assert not re.findall(r"url\((?!data:|#)[^)]*\)|@import|sourceMappingURL=\S", DATA.sub("", page))


def test_only_the_scripts_of_the_page_may_run() -> None:
    page = map_page(maptown.town(), language="zh")
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1))
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    found = {base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in scripts}
    assert found == allowed
    assert len(re.findall(r"<script", page)) == len(scripts) + 1
    assert "default-src 'none'" in policy
    assert "img-src data:;" in policy
    assert "connect-src" not in policy


@pytest.mark.parametrize("name", maptown.HOSTILE)
def test_hostile_names_stay_text(name) -> None:
    page = map_page(maptown.town(), language="zh")
    content = data_of(page)
    shown = [shown.removeprefix("'") for shown in content["facilities"]["name"]]
    assert name in shown
    if any(letter in name for letter in "<>"):
        assert name not in page


def test_a_hostile_title_stays_text() -> None:
    result = maptown.town()
    summary = {**result.summary, "scenario": {**result.summary["scenario"], "name": maptown.HOSTILE[3]}}
    page = map_page(dataclasses.replace(result, summary=summary), language="en")
    assert "<script>alert(1)" not in page
    assert data_of(page)["title"] == maptown.HOSTILE[3]


def test_script_data_cannot_end_its_script() -> None:
    data = as_script_data({"name": "</script><!--&\u2028"})
    assert not set("<>&\u2028") & set(data)
    assert json.loads(data) == {"name": "</script><!--&\u2028"}


def test_protected_places_appear_by_unit_only() -> None:
    page = map_page(maptown.town(), language="zh")
    assert maptown.HIDDEN not in page
    assert maptown.HIDDEN_ID not in page
    content = data_of(page)
    assert (
        set(content["cells"]["class"])
        == set(content["cells"]["minutes"])
        == {
            maptown.CARE,
            maptown.STRAIGHT,
        }
    )
    assert maptown.SHELTER in content["units"]["coverage"][0]


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_map(maptown.town(), tmp_path / "a", language="zh").read_bytes()
    assert write_map(maptown.town(), tmp_path / "b", language="zh").read_bytes() == first
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["map.html"]


def test_tiles_only_when_asked_and_only_from_there() -> None:
    tiles = "http://tiles.bureau.example:8080/{z}/{x}/{y}.png"
    page = map_page(maptown.town(), language="zh", tiles=tiles)
    assert "img-src data: http://tiles.bureau.example:8080;" in html.unescape(page)
    assert tiles in page
    assert "tiles.bureau" not in map_page(maptown.town(), language="zh")


@pytest.mark.parametrize(
    "tiles", ["nowhere", "file:///etc/{z}.png", "javascript:alert(1)//{z}", "http://host/a.png"]
)
def test_an_address_that_is_none_is_refused(tiles) -> None:
    with pytest.raises(InputError) as caught:
        map_page(maptown.town(), language="zh", tiles=tiles)
    assert caught.value.problems[0].code == "tiles"


@pytest.mark.parametrize(
    "gone",
    [
        ("streets",),
        ("units",),
        ("demand",),
        ("facilities",),
        ("units", "streets", "facilities"),
        ("demand", "units"),
    ],
)
def test_a_study_without_some_layers_is_drawn(gone) -> None:
    content = page_content(maptown.without(maptown.town(), *gone), Words("zh"))
    assert json.loads(as_script_data(content))["title"] == content["title"]


def test_forty_layers_fit_on_a_page() -> None:
    content = page_content(maptown.with_standards(maptown.town(), 40), Words("en"))
    assert len(content["facilities"]["layers"]) == 40
    assert len({(layer["key"], layer["colour"]) for layer in content["facilities"]["layers"]}) == 40
    assert len({standard["name"] for standard in content["standards"]}) == 40


def test_nothing_to_draw_is_said() -> None:
    nothing = dataclasses.replace(maptown.town(), layers={})
    with pytest.raises(InputError) as caught:
        map_page(nothing, language="zh")
    assert caught.value.problems[0].code == "nothing_to_draw"


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(InputError) as caught:
        write_map(maptown.town(), blocked / "maps", language="zh")
    assert caught.value.problems[0].code == "unwritable"
    assert blocked.read_text() == "in the way"


def test_modules_and_script_are_the_same_code() -> None:
    texts = modules()
    names = re.findall(r"^(?:export )?(?:function|const|let) (\w+)", "\n".join(texts.values()), re.MULTILINE)
    assert len(set(names)) == len(names)
    script = page_script()
    assert not re.findall(r"^(?:import|export)\b", script, re.MULTILINE)
    assert all(f" {name}" in script for name in names)
    imported = {name for text in texts.values() for name in re.findall(r'from "\./([^"]+)"', text)}
    assert imported | {"main.js"} == set(texts)


def exchanged(content: dict) -> dict:
    """The content in its other language, as the page's own script makes it."""
    for path, value in content["other"]["changes"]:
        at = content
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
    return content


def test_the_other_language_stands_in_the_file_as_changes() -> None:
    result = maptown.changed()
    zh, en = (data_of(map_page(result, language=language)) for language in ("zh", "en"))
    there = exchanged(json.loads(json.dumps(zh)))
    del there["other"], en["other"]
    assert there == en
    # texts alone: places and numbers at them stand there once
    assert len(json.dumps(zh["other"])) < 40_000
    assert {path[0] for path, _ in zh["other"]["changes"]}.isdisjoint(
        {"cells", "streets", "areas", "clusters"}
    )


def test_people_spread_evenly_scaled_or_projected_are_said_so() -> None:
    result = maptown.town()
    manifest = json.loads(json.dumps(result.manifest))
    manifest["parameters"]["study"]["population"]["spread"] = "uniform"
    scalings = [{"kind": "official", "year": 2024}, {"kind": "growth", "year": 2030}]
    summary = {**result.summary, "study": {**result.summary["study"], "population_scalings": scalings}}
    spread = dataclasses.replace(result, manifest=manifest, summary=summary)
    words = Words("en")
    expected = [
        words("map.people_note.uniform"),
        words("map.people_note.scaled_year", year=2024),
        words("map.people_note.projected_year", year=2030),
    ]
    content = page_content(spread, words)
    assert content["people_notes"] == expected
    assert set(expected) <= set(content["facts"])
    assert page_content(result, words)["people_notes"] == []


def test_people_between_units_are_said_on_the_page() -> None:
    result = maptown.town()
    summary = {**result.summary, "study": {**result.summary["study"], "people_between_units": 1234.4}}
    content = page_content(dataclasses.replace(result, summary=summary), Words("zh"))
    (note,) = content["people_notes"]
    assert "1,234人" in note
    assert note in content["facts"]
