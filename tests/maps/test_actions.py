"""Chosen actions and candidates on the page, on paper, in GIS and in the terminal."""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from rich.console import Console

from coverplan.cli.terminal_siting import print_siting
from coverplan.maps.actions import MARKS, STATES, page_siting
from coverplan.maps.extent import crs_of, extent
from coverplan.maps.packing import Frame
from coverplan.maps.qgis import style_geopackage
from coverplan.maps.sheets.actions_sheet import actions_sheet, list_pages, list_sheet
from coverplan.maps.sheets.ground import Ground
from coverplan.maps.sheets.paper import Paper
from coverplan.maps.sheets.print_map import sheets
from coverplan.maps.web.interactive import map_page
from coverplan.text.words import LANGUAGES, Words
from towns import maptown, toysiting

FACTS = ("people", "needed", "cost")


@pytest.fixture(scope="module")
def sited():
    return maptown.sited()


def content(result):
    return page_siting(result, Frame.around(extent(result), crs_of(result)), Words("en"))


def test_a_run_without_siting_shows_nothing_of_it() -> None:
    assert content(maptown.town()) is None
    assert list_pages(Ground(maptown.town()), "A4") == []


def test_every_action_carries_the_numbers_of_the_result(sited) -> None:
    shown = content(sited)["actions"]
    columns = {"people": "people_reached", "needed": "people_needed", "cost": "cost"}
    for action, row in zip(shown, sited.tables["actions"].to_dict("records"), strict=True):
        assert (action["id"], action["year"]) == (row["action_id"], row["year"])
        facts = {key: number for key, _, _, number in action["facts"]}
        for fact in FACTS:
            value = row[columns[fact]]
            assert facts[fact] is None if np.isnan(value) else facts[fact] == value


def test_places_are_those_of_the_layer_and_a_move_knows_where_it_came_from(sited) -> None:
    frame = Frame.around(extent(sited), crs_of(sited))
    shown = {action["id"]: action for action in content(sited)["actions"]}
    layer = sited.layers["actions"]
    for row in layer.itertuples():
        there = frame.steps(np.array([[row.geometry.x, row.geometry.y]]))[0]
        assert shown[row.action_id]["xy"] == there.tolist()
    moves = [action for action in shown.values() if action["mark"] == "move"]
    assert moves
    assert all(action["from"] for action in moves)
    assert not [action for action in shown.values() if action["mark"] != "move" and action["from"]]


def test_the_layer_says_how_an_action_is_marked(sited) -> None:
    layer = sited.layers["actions"].copy()
    layer.loc[layer.index[0], "mark"] = "share"
    other = dataclasses.replace(sited, layers={**sited.layers, "actions": layer})
    assert content(sited)["actions"][0]["mark"] == "new"
    assert content(other)["actions"][0]["mark"] == "share"


def test_a_protected_action_has_no_place_name_or_site(sited) -> None:
    table = sited.tables["actions"].copy()
    table.loc[table.index[-1], ["facility", "name", "site", "shared_with"]] = [
        "F-77",
        "Hidden",
        "S-77",
        "H-77",
    ]
    hidden = dataclasses.replace(sited, tables={**sited.tables, "actions": table})
    last = content(hidden)["actions"][-1]
    assert last["xy"] is None
    page = map_page(hidden, language="en")
    assert not [word for word in ("F-77", "Hidden", "S-77", "H-77") if word in page]
    sheet = list_sheet(Ground(hidden), list_pages(Ground(hidden), "A4")[0], Words("en"), "A4", page="")
    texts = {text.get_text() for text in sheet.figure.texts}
    assert not [word for word in ("F-77", "Hidden") if any(word in text for text in texts)]


def test_candidates_are_packed_with_state_source_and_reason(sited) -> None:
    layer, packed = sited.layers["candidates"], content(sited)["candidates"]
    states = np.frombuffer(base64.b64decode(packed["state"]), dtype=np.uint8)
    reasons = np.frombuffer(base64.b64decode(packed["reason"]), dtype=np.uint8)
    assert [STATES[state] for state in states] == list(layer["state"])
    assert packed["counts"] == [int((layer["state"] == state).sum()) for state in STATES]
    for code, reason in zip(reasons, layer["reason"], strict=True):
        assert (packed["reasons"][code] == "") == (reason == "")
    assert "in an exclusion zone or too near to it (water)" in packed["reasons"]


def test_ten_thousand_candidates_stay_small(sited) -> None:
    many = maptown.sited(candidates=10_000)
    more = len(json.dumps(content(many))) - len(json.dumps(content(sited)))
    assert more < 350_000


@pytest.mark.parametrize("paper", ["A4", "A3"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheets_show_every_number_and_row(sited, paper: Paper, language) -> None:
    words = Words(language)
    found = list(sheets(Ground(sited), words, paper))
    assert len(found) == len(list(sheets(Ground(maptown.town()), words, paper))) + 2
    on_map, listed = (
        {t.get_text() for t in sheet.figure.findobj(lambda o: hasattr(o, "get_text"))}
        for sheet in (found[0], found[-1])
    )
    actions = sited.tables["actions"]
    public = actions[actions["public"]]
    assert {str(int(identifier[1:])) for identifier in public["action_id"]} <= on_map
    assert words("map.numbers_note", number="1", id="A01") in on_map
    assert set(actions["action_id"]) <= listed
    assert {words.number(people) for people in actions["people_reached"]} <= listed
    for mark in set(sited.layers["actions"]["mark"]):
        assert words(f"siting_mark.{mark}") in on_map
    assert words("map.page", page=len(found), pages=len(found)) in listed
    assert words("map.internal") in on_map & listed


def test_a_long_list_takes_several_sheets() -> None:
    result = maptown.sited(count=80)
    pages = list_pages(Ground(result), "A4")
    assert len(pages) > 1
    assert [action.action_id for page in pages for action in page] == list(
        result.tables["actions"]["action_id"]
    )
    sheet = actions_sheet(Ground(result), Words("en"), "A4", page="")
    assert any("more: see the sheet with the list" in text.get_text() for text in sheet.figure.texts)


def test_signs_are_told_by_shape_as_well_as_by_colour() -> None:
    from coverplan.maps.actions import MARK_SHAPES

    assert len(set(MARK_SHAPES.values())) == len(MARKS)


def test_the_geopackage_has_a_rule_for_every_mark_and_state(sited, tmp_path) -> None:
    path = tmp_path / "layers.gpkg"
    for name in ("actions", "candidates"):
        sited.layers[name].to_file(path, layer=name)
    style_geopackage(path, sited, "en")
    with closing(sqlite3.connect(path)) as package:
        styles = dict(package.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall())
    assert all(f"\"mark\" = '{mark}'".replace('"', "&quot;") in styles["actions"] for mark in MARKS)
    assert all(f"\"state\" = '{state}'".replace('"', "&quot;") in styles["candidates"] for state in STATES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_terminal_tells_status_actions_cost_and_where_the_choice_is(sited, tmp_path, language) -> None:
    out = io.StringIO()
    words = Words(language)
    result = dataclasses.replace(sited, folder=tmp_path)
    print_siting(Console(file=out, width=250), result, words)
    text = out.getvalue()
    siting = sited.summary["siting"]
    assert words("siting_status.within_gap", gap=words.share(0.0049, 2)) in text
    assert words.number(siting["cost"]["total"], 1) in text
    for action_id in sited.tables["actions"]["action_id"]:
        assert action_id in text
    # the unit of money stands in the head of the list, in the total, and with both figures of the step
    assert text.count(siting["question"]["currency"][language]) == 4
    assert "chosen.yaml" in text
    asked = sited.tables["siting_targets"]["state"].eq("constraint").sum()
    assert words("siting_page.met", asked=asked, met=asked) in text
    assert maptown.HOSTILE[0] in text  # as text, not as markup


@pytest.mark.parametrize("status", ["infeasible", "nothing_to_do"])
def test_an_answer_without_actions_says_why(sited, status) -> None:
    out = io.StringIO()
    result = toysiting.answered(sited, status)
    print_siting(Console(file=out, width=200), result, Words("en"))
    assert Words("en")(f"siting_status.{status}", gap="") in out.getvalue()
    assert "chosen.yaml" not in out.getvalue()
    shown = content(result)
    assert shown["actions"] == []
    assert shown["marks"] == []
    assert list_pages(Ground(result), "A4") == []
