"""What one person may ask of the desk at a time: solves, seconds, changes."""

from __future__ import annotations

import json
from threading import Event

import pytest

from coverplan.desk.server import background
from coverplan.desk.server.app import desk_app
from coverplan.desk.server.asked import MAX_CHANGES
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API
from coverplan.desk.workbench import fewest, proposal
from coverplan.errors import InputError
from desk.desktown import Web, ended, opening, toy


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Web:
    return Web(desk_app(Desk(toy(tmp_path_factory.mktemp("limits")))))


def test_an_idea_has_one_solve_at_a_time(web, monkeypatch) -> None:
    go_on = Event()

    def search(*_, **__):
        go_on.wait(60)
        raise InputError([])

    monkeypatch.setattr(proposal, "propose", search)
    monkeypatch.setattr(fewest, "fewest", search)
    one, other = (web.post(f"{API}/ideas", json={"name": name}).json()["id"] for name in "ab")
    places, targets = {"standard": "all", "type": "day_care", "new": 1}, {"targets": ["T1"]}
    first = web.post(f"{API}/ideas/{one}/proposals", json=places)
    assert first.status_code == 200
    assert web.post(f"{API}/ideas/{one}/proposals", json=places).status_code == 429
    assert web.post(f"{API}/ideas/{one}/target-proposals", json=targets).status_code == 429
    assert web.post(f"{API}/ideas/{other}/target-proposals", json=targets).status_code == 200
    go_on.set()
    assert ended(web, first.json())["state"] != "running"
    assert web.post(f"{API}/ideas/{one}/target-proposals", json=targets).status_code == 200


@pytest.mark.parametrize(
    ("path", "asked", "where"),
    [
        ("proposals", {"standard": "all", "type": "day_care", "new": 1}, (proposal, "propose")),
        ("target-proposals", {"targets": ["T1"]}, (fewest, "fewest")),
    ],
)
def test_a_solve_ends_in_time_and_can_be_called_off(web, monkeypatch, path, asked, where) -> None:
    given = {}

    def search(*_, **told):
        given.update(told)
        raise InputError([])

    monkeypatch.setattr(*where, search)
    idea = web.post(f"{API}/ideas", json={"name": "t"}).json()["id"]
    job = web.post(f"{API}/ideas/{idea}/{path}", json=asked).json()
    assert ended(web, job)["state"] != "running"
    assert given["time_limit_s"] == background.PROPOSAL_S <= 60
    assert given["cancel"]() is False
    web.post(f"{API}/jobs/{job['id']}/cancel")
    assert given["cancel"]() is True


def test_an_idea_has_only_so_many_changes(web) -> None:
    changes = [opening(f"n{at}", at % 5, at // 5 % 5) for at in range(MAX_CHANGES + 1)]
    scenario = {
        "name": "i",
        "study": "study.yaml",
        "standards": [{"layer": "elder_care"}],
        "changes": changes,
    }
    answer = web.post(f"{API}/ideas", json={"name": "i", "scenario": json.dumps(scenario)})
    assert answer.status_code == 422
    assert [one["code"] for one in answer.json()["problems"]] == ["too_many_changes"]
