"""What a page asks for first is there before the workbench is, and is what the workbench says."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Timer

import pytest

from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API
from coverplan.desk.server.serve import serve
from coverplan.desk.server.workers import workers
from coverplan.errors import InputError, Problem
from desk.desktown import Web, opening, toy

CALLS = ("/ideas", "/study?lang=en", "/map?lang=en", "/ideas/1?lang=en&show=all")


def answers(web: Web) -> list:
    found = [web.get(f"{API}{call}") for call in CALLS]
    assert [one.status_code for one in found] == [200] * len(CALLS)
    return [one.json() for one in found]


@pytest.fixture
def scenario(tmp_path) -> Path:
    return toy(tmp_path)


@pytest.fixture
def kept(scenario) -> list:
    """Answers of a first start, with a step kept."""
    desk = Desk(scenario)
    web = Web(desk_app(desk))
    (card,) = web.get(f"{API}/ideas").json()["ideas"]
    step = {"revision": card["revision"], "add": opening("new", 4, 4)}
    assert web.post(f"{API}/ideas/1/edits", json=step).status_code == 200
    found = answers(web)
    desk.close()
    return found


def test_what_was_asked_before_is_answered_before_anything_is_reckoned(scenario, kept, monkeypatch) -> None:
    desk = Desk(scenario)

    def reckoned(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(desk.ground, "answer", reckoned)
    # nobody lets the threads of the pool begin
    pool = workers()
    pool.shutdown()
    assert answers(Web(desk_app(desk, None, pool, Event()))) == kept


@pytest.mark.parametrize("changed", ["file", "idea"])
def test_what_was_not_asked_before_waits_for_the_workbench(scenario, kept, changed) -> None:
    desk = Desk(scenario)
    if changed == "idea":
        desk.store.take(1, kept[-1]["card"]["revision"], {**desk.store.said(1), "changes": []})
    else:
        desk.close()
        with scenario.open("a", encoding="utf-8") as file:
            file.write("\n# read again\n")
        desk = Desk(scenario)
    assert desk.opened_before(1, show="all", language="en") is None
    assert (desk.map_before("en") is None) == (changed == "file")
    warmed = Event()
    web = Web(desk_app(desk, None, workers(desk, after=warmed), warmed))
    Timer(0.05, warmed.set).start()
    found = web.get(f"{API}{CALLS[-1]}").json()
    assert found["numbers"] == desk.show(1, show="all", language="en")["numbers"]
    assert (found["numbers"] == kept[-1]["numbers"]) == (changed == "file")


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_desk_that_can_answer_nothing_ends_with_the_reason(scenario, monkeypatch) -> None:
    import pytest_socket

    def fails(_: Desk) -> None:
        raise InputError([Problem("the study fell apart", code="for_the_test")])

    pytest_socket.enable_socket()
    monkeypatch.setattr(Desk, "warm", fails)
    with pytest.raises(InputError) as caught:
        serve(scenario, browser=False)
    assert [problem.code for problem in caught.value.problems] == ["for_the_test"]
