"""Whatever is sent to the desk, it answers with words and never breaks; the command says what stops it."""

from __future__ import annotations

import builtins
import json
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.desk.server.app import desk_app
from coverplan.desk.server.desk import Desk
from coverplan.desk.server.openapi import API, openapi
from coverplan.desk.server.serve import serve
from coverplan.errors import InputError, MissingExtraError
from desk.desktown import Web, opening, toy

WORDS = st.sampled_from(
    [
        "elder_care",
        "h0",
        "all",
        "own",
        "total",
        "general",
        "day_care",
        "001",
        "001002",
        "",
        "=1+1",
        "<b>",
        "\u0000",
        "9" * 50,
    ]
)
NUMBERS = st.one_of(
    st.integers(-3, 3000), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none()
)
KEYS = st.sampled_from(
    [
        "revision",
        "add",
        "drop",
        "swap",
        "position",
        "year",
        "standard",
        "go",
        "unit_code",
        "change",
        "open",
        "close",
        "move",
        "upgrade",
        "layer",
        "id",
        "x",
        "y",
        "crs",
        "offers",
        "type",
        "beds",
        "public",
        "key",
        "minutes",
        "profile",
        "count",
        "name",
        "note",
        "author",
        "copy_of",
        "scenario",
        "new",
        "from_present",
    ]
)
JSON = st.recursive(
    st.one_of(WORDS, NUMBERS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=12,
)
ALLOWED = {200, 400, 404, 409, 422, 429}


@pytest.fixture(scope="module")
def web(tmp_path_factory) -> Web:
    web = Web(desk_app(Desk(toy(tmp_path_factory.mktemp("anything")))))
    web.post(f"{API}/ideas", json={"name": "one"})
    return web


def calls() -> list[tuple[str, str]]:
    """Every call of the description but those that start processes or read everything again."""
    left_out = ("/documents", "/reload", "/proposals")
    return [
        (method.upper(), path)
        for path, methods in openapi()["paths"].items()
        for method in methods
        if not path.endswith(left_out)
    ]


@settings(max_examples=80, deadline=None)
@given(call=st.sampled_from(calls()), body=JSON, number=st.sampled_from([1, 2, 99]), query=st.dictionaries(st.sampled_from(["lang", "show", "x", "y"]), WORDS | st.just("120.6"), max_size=4))  # fmt: skip
def test_nothing_breaks_it(web, call, body, number, query) -> None:
    method, path = call
    path = path.replace("{idea}", str(number)).replace("{job}", "nothing")
    headers = {"content-type": "application/json"}
    content = None if method == "GET" else json.dumps(body)
    answer = web.request(method, path, params=query, content=content, headers=headers)
    assert answer.status_code in ALLOWED, answer.text
    if answer.status_code != 200:
        assert answer.json()["problems"][0]["text"]


@settings(max_examples=40, deadline=None)
@given(x=st.floats(-180, 180), y=st.floats(-90, 90), beds=st.floats(0, 1e9), minutes=st.floats(0.5, 40))
def test_any_place_and_any_size_is_answered(web, x, y, beds, minutes) -> None:
    change = opening("far", 0, 0, offers={"beds": beds})
    change["open"] |= {"x": x, "y": y}
    tried = web.post(f"{API}/ideas/1/trial", json={"change": change})
    assert tried.status_code in ({200, 422} if beds <= 1e6 else {400}), tried.text
    spot = web.get(f"{API}/spot", params={"x": x, "y": y})
    assert spot.status_code in {200, 422}
    choice = {"revision": -1, "standard": {"key": "all", "minutes": minutes}}
    assert web.post(f"{API}/ideas/1/edits", json=choice).status_code in {409, 422}


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_a_port_that_is_taken_is_said(tmp_path) -> None:
    import pytest_socket

    pytest_socket.enable_socket()
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(InputError) as caught:
            serve(toy(tmp_path), port=other.getsockname()[1], browser=False)
    assert [problem.code for problem in caught.value.problems] == ["port_taken"]


class _CalledError(Exception):
    """Somebody came by the address."""


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_the_address_that_is_told_takes_callers_at_once(tmp_path) -> None:
    import pytest_socket

    pytest_socket.enable_socket()

    def call(address: str) -> None:
        assert address.startswith("http://127.0.0.1:")  # nobody else's machine, unless one is named
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2].strip("/"))), timeout=10):
            raise _CalledError

    with pytest.raises(_CalledError):
        serve(toy(tmp_path), browser=False, tell=call)


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch) -> None:
    found = builtins.__import__

    def without(name, *arguments, **more):
        if name == "uvicorn":
            raise ImportError(name, name="uvicorn")
        return found(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"coverplan\[desk\]"):
        serve(toy(tmp_path), browser=False)


def test_numbers_and_addresses_that_nothing_has_are_not_found(web) -> None:
    for number in (2**63 - 1, 2**63, 10**30, "null", "-1", "1.5"):
        for path, method in (("", "GET"), ("/supply", "GET"), ("/scenario", "GET"), ("/documents", "POST")):
            answer = web.request(method, f"{API}/ideas/{number}{path}")
            assert answer.status_code == 404, (number, path, answer.text)
            assert answer.json()["problems"][0]["code"] in {"UnknownIdeaError", "NotFoundError"}
    assert web.post(f"{API}/ideas", json={"name": "copy", "copy_of": 10**30}).status_code == 404
