"""The fewest actions that meet targets, against every choice tried out; costs by the scenario's rates."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import pytest

from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API
from coverplan.desk.workbench import fewest as module
from coverplan.desk.workbench.bench import Workbench
from coverplan.desk.workbench.fewest import fewest
from coverplan.errors import InputError
from desk.desktown import Web, ended, opening, toy
from makers import toyfiles
from towns import toytown

RATES = {"currency": "万元", "types": {"day_care": {"open": 90, "upgrade": 5, "expand": 7, "per_bed": 2}}}


def priced_toy(folder):
    """The toy town with a question of targets and a cost file."""
    folder.mkdir(parents=True, exist_ok=True)
    toyfiles.write_yaml(folder / "costs.yaml", RATES)
    ask = {
        "targets": ["T1"],
        "years": [2025],
        "costs": "costs.yaml",
        "candidates": [{"name": "homes", "kind": "cells"}],
        "open": [{"layer": "elder_care", "type": "day_care", "offers": {"beds": 10}}],
    }
    return toy(folder, siting=ask)


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return Workbench.open(toy(tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    return Web(desk_app(Desk(priced_toy(tmp_path_factory.mktemp("priced")))))


def met(bench, idea) -> set[str]:
    answer = bench.ground.answer(idea)
    return {one.value.target_id for one in answer.targets if one.value.verdict.status == "met"}


def fewest_by_hand() -> int:
    """Places within three streets of the fewest nodes, the old corner among them, that are nine tenths of all."""
    nodes = list(product(range(toytown.SIDE), repeat=2))

    def near(one):
        return {at for at in nodes if abs(at[0] - one[0]) + abs(at[1] - one[1]) <= 3}

    for number in range(1, 4):
        for chosen in combinations(nodes, number):
            if len(near((0, 0)).union(*map(near, chosen))) >= 0.9 * len(nodes):
                return number
    raise AssertionError


def test_no_choice_of_fewer_places_meets_the_targets(bench, monkeypatch) -> None:
    monkeypatch.setattr(module, "SPACING_M", 50.0)  # every street corner of the town is a candidate
    found = fewest(bench.ground, bench.idea, ("T1", "T3"))
    assert len(found.changes) == fewest_by_hand()
    assert found.bound == pytest.approx(len(found.changes), abs=1e-6)
    assert (found.unmet, found.left_out, found.stopped, found.cost) == ((), (), None, None)
    assert not met(bench, bench.idea) & {"T1", "T3"}
    assert met(bench, replace(bench.idea, changes=found.changes)) >= {"T1", "T3"}
    # on top of an idea only what it lacks is asked for
    further = fewest(bench.ground, replace(bench.idea, changes=found.changes[:1]), ("T1", "T3"))
    assert len(further.changes) == len(found.changes) - 1


def test_targets_that_no_opening_meets_are_named(bench) -> None:
    beds = fewest(bench.ground, bench.idea, ("T2",))
    assert (beds.changes, beds.unmet, beds.bound) == ((), ("T2",), None)
    assert fewest(bench.ground, bench.idea, ("T5",)).left_out == ("T5",)
    with pytest.raises(InputError):
        fewest(bench.ground, bench.idea, ("nothing",))


def test_what_an_opening_costs_follows_the_rates(web) -> None:
    card = web.post(f"{API}/ideas", json={"name": "priced"}).json()

    def take(**edit):
        nonlocal card
        answer = web.post(f"{API}/ideas/{card['id']}/edits", json={"revision": card["revision"], **edit})
        assert answer.status_code == 200, answer.text
        card = answer.json()["card"]
        return answer.json()["numbers"]["cost"]

    assert take(add=opening("a", 4, 4, offers={"beds": 10})) == {"known": 110.0, "unknown": 0}
    assert take(add=opening("b", 2, 2, offers={"cost": 3})) == {"known": 113.0, "unknown": 0}
    # h0 has 10 beds: 20 more at 2 each, and 7 once for enlarging it
    larger = {"upgrade": {"layer": "elder_care", "id": "h0", "offers": {"beds": 30}}}
    assert take(add=larger) == {"known": 160.0, "unknown": 0}
    told = web.get(f"{API}/study").json()
    assert told["priced"] is True
    (layer,) = [one for one in told["layers"] if one["key"] == "elder_care"]
    costs = {one["key"]: one["cost"] for one in layer["types"]}
    # ninety once; of the other types the cost file says nothing
    assert costs.pop("day_care") == 90
    assert set(costs.values()) == {None}


def test_money_is_told_in_the_words_of_the_cost_file(tmp_path) -> None:
    def told(web, language: str) -> list[str]:
        study = web.get(f"{API}/study?lang={language}").json()
        offered = {one["key"]: one["name"] for one in study["offered"]}
        return [
            offered["cost"],
            *(study["words"][name] for name in ("cost_known", "meet_cost", "meet_bound_cost")),
        ]

    rates = {**RATES, "currency": {"zh": "亿第纳尔", "en": "crowns"}}
    scenario = priced_toy(tmp_path)
    toyfiles.write_yaml(tmp_path / "costs.yaml", rates)
    web = Web(desk_app(Desk(scenario)))
    assert all("亿第纳尔" in one for one in told(web, "zh"))
    assert all("crowns" in one for one in told(web, "en"))
    # without a cost file what people type is taken to be in the usual unit
    plain = Web(desk_app(Desk(toy(tmp_path / "plain"))))
    assert all("万元" in one for one in told(plain, "zh"))
    assert all("10,000 yuan" in one for one in told(plain, "en"))


def test_the_next_ones_are_priced_by_the_cost_file_of_a_question_of_people(tmp_path) -> None:
    toyfiles.write_yaml(tmp_path / "costs.yaml", RATES)
    ask = {"most_people": {"standard": "all", "new": 1, "type": "day_care"}, "costs": "costs.yaml"}
    desk = Desk(toy(tmp_path, siting=ask))
    assert desk.prices.of_opening("elder_care", "day_care") == 90
    assert desk.prices.of_opening("elder_care", "town_centre") is None


def test_the_idea_s_money_is_asked_about_instead_of_a_number(web) -> None:
    card = web.post(f"{API}/ideas", json={"name": "money"}).json()
    path = f"{API}/ideas/{card['id']}/proposals"
    asked = {"standard": "all", "budget": 200, "from_present": True}
    job = ended(web, web.post(path, json=asked).json())
    assert job["state"] == "done", job
    found = job["found"]
    # ninety each: two of them, and whoever is not reached yet lives around the far corner
    assert [place["type"] for place in found["places"]] == ["day_care", "day_care"]
    assert (found["budget"], found["total"], found["best"]["cost"]) == (200, 100, 180)
    assert [web.post(path, json={**asked, **wrong}).status_code for wrong in (
        {"type": "day_care", "new": 1}, {"type": "day_care"}, {"budget": None}, {"budget": 0},
    )] == [400] * 4  # fmt: skip
    for budget, code in ((1, "builds_nothing"), (1e9, "too_much_money")):
        job = ended(web, web.post(path, json={**asked, "budget": budget}).json())
        assert (job["state"], [one["code"] for one in job["problems"]]) == ("failed", [code])


def test_the_page_gets_actions_that_it_can_send_back(web) -> None:
    card = web.post(f"{API}/ideas", json={"name": "targets"}).json()
    asked = {"targets": ["T1"], "cheapest": True}
    job = ended(web, web.post(f"{API}/ideas/{card['id']}/target-proposals", json=asked).json())
    found = job["found"]
    assert job["state"] == "done", job
    assert (len(found["actions"]), found["cost"], found["bound"]) == (1, 110.0, pytest.approx(110.0))
    assert found["actions"][0]["near"]
    edit = {"revision": card["revision"], "add": found["actions"][0]["change"]}
    shown = web.post(f"{API}/ideas/{card['id']}/edits", json=edit).json()
    first = shown["numbers"]["targets"][0]
    assert (first["verdict_before"] == "met", first["verdict"]) == (False, "met")
