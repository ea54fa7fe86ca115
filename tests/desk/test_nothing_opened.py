"""No file and no address that a request names is opened, wherever in it the name stands."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path

import pytest

from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API
from desk.desktown import Web, opening, toy

#: Where a scenario names something.
PLACES = ("study", "plan", "costs", "zone", "candidates", "crs", "profile", "type")
#: Names of everything that was opened while somebody listens; a hook of the interpreter cannot be taken away again.
_OPENED: list[str] = []
_LISTENING = False


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if _LISTENING and event in {"open", "os.listdir", "os.scandir", "socket.connect", "subprocess.Popen"}:
        _OPENED.append(f"{event} {arguments}")


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Web:
    sys.addaudithook(_hook)
    return Web(desk_app(Desk(toy(tmp_path_factory.mktemp("opened")))))


@pytest.fixture(scope="module")
def canary(tmp_path_factory) -> Path:
    """A file with the name of which a request may try its luck: settings, table and CRS in one."""
    file = tmp_path_factory.mktemp("elsewhere") / "canary.yaml"
    file.write_text("name: a", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def listener():
    """A server that nobody may call."""
    import pytest_socket

    pytest_socket.enable_socket()
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)
    yield server
    server.close()


def sent(web: Web, method: str, path: str, body: dict) -> int:
    """A request, while everything that is opened is written down."""
    global _LISTENING  # noqa: PLW0603 - the hook stays for good and must be silent afterwards
    _LISTENING = True
    try:
        return web.request(method, path, json=body).status_code
    finally:
        _LISTENING = False


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("at", "form"),
    [
        *((at, "{}") for at in PLACES),
        ("study", "/vsicurl/{}"),
        ("zone", "WFS:{}"),
        ("crs", "+proj=utm +zone=50 +nadgrids={}"),
    ],
)
def test_no_name_in_an_imported_scenario_is_opened(web, canary, listener, at, form) -> None:
    port = listener.getsockname()[1]
    _OPENED.clear()
    for name in (str(canary), canary.as_uri(), f"http://127.0.0.1:{port}/x.yaml", f"//127.0.0.1:{port}/x"):
        lure = form.format(name)
        change = opening("a", 2, 2)
        scenario: dict = {"name": "i", "study": "study.yaml", "standards": [{"layer": "elder_care"}]}
        if at in {"study", "plan"}:
            scenario[at] = lure
        elif at == "crs":
            change["open"]["crs"] = lure
        elif at == "type":
            change["open"]["offers"] = {"type": lure, "name": lure}
        elif at == "profile":
            scenario["standards"][0]["profile"] = lure
        else:
            zone = {"name": "z", "file": lure, "reason": "r"}
            part = (
                {"costs": lure}
                if at == "costs"
                else {"exclusions": [zone]}
                if at == "zone"
                else {"candidates": [lure]}
            )
            scenario["siting"] = {"most_people": {"standard": "elder_care", "new": 1}, **part}
        scenario["changes"] = [change]
        status = sent(web, "POST", f"{API}/ideas", {"name": "i", "scenario": json.dumps(scenario)})
        assert status in {200, 422}
    assert [one for one in _OPENED if "canary" in one or "127.0.0.1" in one] == []
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("at", ["crs", "type", "name", "layer", "id", "standard"])
def test_no_name_in_a_step_is_opened(web, canary, at) -> None:
    idea = web.post(f"{API}/ideas", json={"name": "t"}).json()
    _OPENED.clear()
    change = opening("a", 2, 2)
    if at in {"type", "name"}:
        change["open"]["offers"][at] = str(canary)
    elif at != "standard":
        change["open"][at] = str(canary)
    path = f"{API}/ideas/{idea['id']}"
    sent(web, "POST", f"{path}/trial?show={canary}", {"change": change})
    sent(web, "POST", f"{path}/edits?lang={canary}", {"revision": idea["revision"], "add": change})
    sent(web, "POST", f"{path}/proposals", {"standard": str(canary), "type": str(canary), "new": 1})
    sent(web, "POST", f"{path}/target-proposals", {"targets": [str(canary)]})
    assert [one for one in _OPENED if "canary" in one] == []


def test_what_is_opened_is_noticed(web, canary) -> None:
    """The look itself works: a file that is read, and a call, are written down."""
    _OPENED.clear()
    global _LISTENING  # noqa: PLW0603
    _LISTENING = True
    try:
        canary.read_text("utf-8")
    finally:
        _LISTENING = False
    assert any("canary" in one for one in _OPENED)
