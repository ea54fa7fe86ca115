"""The client against a server on this machine: cut, slow, refused, moved, wrong and changed answers."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from coverplan.errors import InputError
from coverplan.fetch.range_file import RangeFile
from coverplan.fetch.web import USER_AGENT, Web
from fetch.farserver import Far, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
BIG = bytes(i * 7 % 251 for i in range(700_000))


@pytest.fixture
def far():
    with serving(Far({"/big": BIG, "/small": b'{"a": 1}', "/there": BIG})) as found:
        yield found


@pytest.fixture
def web():
    return Web(tries=4, pause_s=0.01, timeout_s=5)


@pytest.mark.parametrize(
    "faults", [[], ["503", "502"], ["wait"], ["cut"], ["cut", "cut"], ["short"], ["moved:/there"], ["slow"]]
)
def test_a_download_comes_whole_or_not_at_all(far, web, tmp_path, faults):
    far.faults["/big"] = list(faults)
    got = web.download(far.base + "/big", tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == BIG
    assert got.sha256 == hashlib.sha256(BIG).hexdigest()
    assert [path.name for path in tmp_path.iterdir()] == ["big"]
    assert far.agents == {USER_AGENT}
    assert got.address.endswith("/there" if "moved:/there" in faults else "/big")


def test_what_a_cut_left_is_not_fetched_again(far, web, tmp_path):
    far.faults["/big"] = ["cut"]
    web.download(far.base + "/big", tmp_path / "big")
    assert 0 <= far.sent - len(BIG) < 1 << 16


def test_a_download_that_failed_is_taken_up_by_the_next_call(far, tmp_path):
    far.faults["/big"] = ["cut", "503"]
    with pytest.raises(InputError):
        Web(tries=1, pause_s=0.01).download(far.base + "/big", tmp_path / "big")
    assert not (tmp_path / "big").exists()
    far.faults["/big"] = []
    Web(tries=1).download(far.base + "/big", tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == BIG
    assert 0 <= far.sent - len(BIG) < 1 << 16


def test_another_version_is_fetched_anew_and_never_sewn_on(far, web, tmp_path):
    far.faults["/big"] = ["cut"]
    with pytest.raises(InputError):
        Web(tries=1).download(far.base + "/big", tmp_path / "big")
    far.files["/big"], far.version = BIG[::-1], '"two"'
    web.download(far.base + "/big", tmp_path / "big")
    assert (tmp_path / "big").read_bytes() == BIG[::-1]


@pytest.mark.parametrize("faults", [["406"], ["404"], ["503"] * 9, ["short"] * 9])
def test_what_cannot_be_had_is_said_with_the_address(far, web, tmp_path, faults):
    far.faults["/big"] = list(faults)
    with pytest.raises(InputError, match="/big"):
        web.download(far.base + "/big", tmp_path / "big")
    assert not (tmp_path / "big").exists()
    # what is refused for good is asked once
    assert far.asked["/big"] == (1 if len(faults) == 1 else 4)


def test_a_service_that_asks_for_hours_is_not_waited_for(far, web, monkeypatch):
    monkeypatch.setattr("coverplan.fetch.web._asked_pause_s", lambda _: 86_400.0)
    far.faults["/small"] = ["wait"]
    with pytest.raises(InputError, match="429"):
        web.json(far.base + "/small")


def test_the_pause_that_a_service_asks_for_is_kept(far, web, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr("coverplan.fetch.web.time.sleep", waited.append)
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    far.faults["/small"] = ["later:7", f"later:{at}", "later:soon"]
    web.json(far.base + "/small")
    assert 7.0 in waited
    assert any(60 < pause <= 90 for pause in waited)
    assert far.asked["/small"] == 4


def test_a_proxy_of_the_environment_is_asked(far, web, monkeypatch):
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", far.base)
    said, _, got = web.json("http://far.invalid/small")  # nobody but the proxy knows this name
    assert (said, got.address) == ({"a": 1}, "http://far.invalid/small")


def test_nobody_there(web):
    with pytest.raises(InputError, match="http://127"):
        Web(tries=1).json("http://127.0.0.1:9/none")


def test_json_and_what_is_none(far, web):
    said, content, got = web.json(far.base + "/small")
    assert (said, content, got.bytes) == ({"a": 1}, b'{"a": 1}', 8)
    with pytest.raises(InputError, match="no JSON"):
        web.json(far.base + "/big")


def test_parts_of_a_file_are_those_of_the_whole(far, web):
    file = RangeFile(web, far.base + "/big")
    assert file.whole == len(BIG)
    for start, size in ((0, 10), (262_140, 20), (699_990, 50), (5, 0), (300_000, 300_000)):
        file.seek(start)
        assert file.read(size) == BIG[start : start + size]
    file.seek(-5, 2)
    assert file.read() == BIG[-5:]
    assert file.got().bytes == far.sent == len(BIG)


@pytest.mark.parametrize("faults", [["cut"], ["503"], ["wait"], ["slow"]])
def test_parts_are_asked_again(far, web, faults):
    far.faults["/big"] = list(faults)
    file = RangeFile(web, far.base + "/big")
    assert file.read(100) == BIG[:100]


@pytest.mark.parametrize(("faults", "words"), [(["whole"], "parts"), (["x", "other"], "changed")])
def test_without_parts_or_with_another_file_nothing_is_read(far, web, faults, words):
    far.faults["/big"] = list(faults)
    with pytest.raises(InputError, match=words):
        RangeFile(web, far.base + "/big").read()


def test_sizes_are_told_without_a_download(far, web):
    assert web.size(far.base + "/big") == len(BIG)
    assert far.sent == 0
