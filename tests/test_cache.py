"""The compiled study cache."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from dataclasses import fields, replace

import numpy as np
import pytest

from coverplan import cache as cache_module
from coverplan.cache import Cache, content_key, fingerprint
from coverplan.errors import Problem, Problems
from coverplan.reach.snapping.snap import snap
from coverplan.reach.speeds.profiles import PRESETS
from coverplan.study.kept_streets import cached_network, cached_snaps
from makers.walk_oracle import network_of
from towns import toytown

KEY = content_key(town="toy")


@pytest.fixture
def cache(tmp_path):
    return Cache(tmp_path / "cache")


def named_network():
    return replace(
        network_of([(0, 0), (90, 0), (90, 80)], [(0, 1), (1, 2)], one_way=[1]),
        name=np.array(["人民路", ""], dtype=object),
        kinds=("residential", "footway"),
        maxspeed_kmh=np.array([30.0, np.nan]),
    )


def never(*_):
    raise AssertionError("made again although it is in the cache")


def same(one, other):
    for item in fields(one):
        left, right = getattr(one, item.name), getattr(other, item.name)
        if item.name == "passages":
            assert left.keys() == right.keys()
            for mode in left:
                assert np.array_equal(left[mode].forward, right[mode].forward)
                assert np.array_equal(left[mode].backward, right[mode].backward)
        elif isinstance(left, np.ndarray):
            assert left.dtype == right.dtype, item.name
            assert np.array_equal(left, right, equal_nan=left.dtype.kind == "f"), item.name
        else:
            assert left == right


def test_network_comes_back_as_it_was_with_what_was_noticed(cache):
    warning = Problem("a street stands alone", line=3, value=1.5, severity="warning", code="alone")

    def read(problems):
        problems.add(warning)
        return named_network()

    first, again = Problems(), Problems()
    made = cached_network(cache, KEY, read, first)
    found = cached_network(cache, KEY, never, again)
    same(found, made)
    assert found.name.tolist() == ["人民路", ""]
    assert list(again) == list(first) == [warning]


def test_what_was_noticed_of_a_copy_names_the_copy(cache, tmp_path):
    here, there = tmp_path / "a" / "streets.gpkg", tmp_path / "b" / "streets.gpkg"

    def read(problems):
        problems.add(Problem("alone", file=here, severity="warning", code="alone"))
        problems.add(Problem("other", file=tmp_path / "other.csv", severity="warning", code="alone"))
        return named_network()

    cached_network(cache, KEY, read, Problems(), source=here)
    again = Problems()
    cached_network(cache, KEY, never, again, source=there)
    assert [problem.file for problem in again] == [there, tmp_path / "other.csv"]


def test_snaps_come_back_as_they_were(cache):
    x, y = np.array([toytown.xy(0.2, 0.5), toytown.xy(99, 99)]).T
    snaps = snap(toytown.network(), PRESETS["general"], x, y)
    rows = np.arange(snaps.points), snaps
    cached_snaps(cache, KEY, lambda: rows)
    same(cached_snaps(cache, KEY, never)[1], snaps)


def test_nothing_is_kept_of_what_has_errors(cache):
    def read(problems):
        problems.add(Problem("broken"))
        return named_network()

    cached_network(cache, KEY, read, Problems())
    assert cache.load(KEY) is None


def test_key_follows_content_and_parameters_and_nothing_else(tmp_path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"streets")
    two.write_bytes(b"streets")
    key = content_key([one], mode="walk")
    assert content_key([two], mode="walk") == key
    os.utime(one, (1, 1))
    assert content_key([one], mode="walk") == key
    assert content_key([one], mode="drive") != key
    assert content_key([one, two], mode="walk") != key
    two.write_bytes(b"Streets")
    assert content_key([two], mode="walk") != key


def test_the_order_in_which_parameters_are_said_is_no_matter():
    assert content_key(a=1, b={"c": 2, "d": 3}) == content_key(b={"d": 3, "c": 2}, a=1)


def test_another_version_of_a_library_is_another_key(monkeypatch):
    key = content_key(mode="walk")
    monkeypatch.setattr("coverplan.cache.version", lambda name: "2.0" if name == "numpy" else "1.0")
    cache_module._built_with.cache_clear()
    try:
        other = content_key(mode="walk")
    finally:
        cache_module._built_with.cache_clear()
    assert other != key


def test_parameter_that_is_no_plain_value_is_refused():
    with pytest.raises(TypeError):
        content_key(profile=object())


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "stranger"])
def test_damaged_entry_is_made_again(cache, damage):
    arrays = {"a": np.arange(5_000)}
    cache.keep(KEY, arrays)
    file = next(cache.folder.glob("*.npz"))
    content = bytearray(file.read_bytes())
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "flip":
        content[len(content) // 2] ^= 0xFF
        file.write_bytes(content)
    elif damage == "empty":
        file.write_bytes(b"")
    else:
        cache.keep(content_key(town="other"), arrays)
        (cache.folder / f"{content_key(town='other')}.npz").replace(file)
    assert cache.load(KEY) is None
    cache.keep(KEY, arrays)
    assert np.array_equal(cache.load(KEY)[0]["a"], arrays["a"])


def test_interruption_leaves_nothing_behind(cache, monkeypatch):
    def interrupted(stream, **_):
        stream.write(b"half an entry")
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "savez", interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.keep(KEY, {"a": np.zeros(3)})
    assert list(cache.folder.iterdir()) == []


def test_folder_that_cannot_be_made_costs_only_time(tmp_path, caplog):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    blocked = Cache(tmp_path / "file" / "cache")
    assert cached_network(blocked, KEY, lambda _: named_network(), Problems()) is not None
    assert "cannot be used" in caplog.text


def test_entries_lie_in_a_folder_that_is_made_and_hold_nothing_that_would_run(tmp_path):
    deep = Cache(tmp_path / "not" / "yet")
    for key in ("one", "two"):
        deep.keep(key, {"a": np.arange(3)}, key)
    assert [deep.load(key)[1] for key in ("one", "two")] == ["one", "two"]
    with pytest.raises(ValueError, match="allow_pickle"):
        deep.keep("three", {"a": np.array([{}], dtype=object)})
    assert sorted(path.name for path in deep.folder.iterdir()) == ["one.npz", "two.npz"]
    # nor is such an entry read that somebody else has put there
    with np.load(deep.folder / "one.npz") as entry:
        put = {**entry, "a": np.array([{}], dtype=object)}
    np.savez(deep.folder / "one.npz", allow_pickle=True, **put)
    assert deep.load("one") is None


def test_longest_unused_entries_go_first(tmp_path):
    cache = Cache(tmp_path, largest_bytes=30_000)
    for number in range(3):
        cache.keep(f"k{number}", {"a": np.zeros(1_000)})
        os.utime(tmp_path / f"k{number}.npz", (number, number))
    assert cache.load("k0") is not None  # used: now the youngest
    cache.keep("k3", {"a": np.zeros(1_000)})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["k0.npz", "k2.npz", "k3.npz"]


@pytest.mark.parametrize(("room_for", "left"), [(0, "c"), (1, "c"), (2, "bc"), (3, "abc")])
def test_what_has_no_room_goes_but_for_the_newest(tmp_path, room_for, left):
    one = Cache(tmp_path / "one")
    one.keep("a", {"x": np.zeros(9)})
    size = one._file("a").stat().st_size
    cache = Cache(tmp_path / "cache", largest_bytes=room_for * size)
    for age, key in enumerate("abc"):
        cache.keep(key, {"x": np.zeros(9)})
        os.utime(cache._file(key), (1000 + age,) * 2)
    cache.keep("c", {"x": np.zeros(9)})
    assert sorted(path.stem for path in cache.folder.iterdir()) == list(left)


def test_two_processes_at_once_leave_one_whole_entry(tmp_path):
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        import numpy as np
        from coverplan.cache import Cache
        cache = Cache(Path(sys.argv[1]))
        for turn in range(12):
            cache.keep("k", {"a": np.full(20_000, 7)})
            entry = cache.load("k")
            assert entry is not None and (entry[0]["a"] == 7).all()
        """
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = [subprocess.Popen(command, env=environment) for _ in range(2)]
    assert [process.wait(timeout=300) for process in running] == [0, 0]
    assert [file.name for file in tmp_path.iterdir()] == ["k.npz"]


@pytest.mark.parametrize("at", range(0, 60, 4))
def test_an_entry_with_any_byte_changed_is_made_again_or_whole(cache, at):
    cache.keep(KEY, {"a": np.arange(5)}, "value")
    (file,) = cache.folder.glob("*.npz")
    content = bytearray(file.read_bytes())
    content[-at - 1] ^= 0x45
    file.write_bytes(bytes(content))
    found = cache.load(KEY)
    assert found is None or (found[0]["a"].tolist() == [0, 1, 2, 3, 4] and found[1] == "value")


def test_where_the_cache_lies(monkeypatch, tmp_path):
    for name in ("COVERPLAN_CACHE", "LOCALAPPDATA", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_module.study_cache().folder == tmp_path / ".cache" / "coverplan"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "x"))
    assert cache_module.study_cache().folder == tmp_path / "x" / "coverplan"
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "l"))
    assert cache_module.study_cache().folder == tmp_path / "l" / "coverplan"
    monkeypatch.setenv("COVERPLAN_CACHE", str(tmp_path / "c"))
    assert cache_module.study_cache().folder == tmp_path / "c"
    assert cache_module.study_cache().largest_bytes == 4 * 1024**3


@pytest.mark.parametrize(("later_s", "left"), [(86_400.0, True), (86_400.5, False)])
def test_what_was_left_unfinished_goes_after_a_day(cache, monkeypatch, later_s, left):
    cache.folder.mkdir()
    half = cache.folder / "half.unfinished"
    half.touch()
    os.utime(half, (1_000_000, 1_000_000))
    monkeypatch.setattr(cache_module.time, "time", lambda: 1_000_000 + later_s)
    cache.keep(KEY, {"a": np.zeros(3)})
    assert half.exists() is left
    assert cache.load(KEY) is not None


def test_names_of_files_that_are_no_text_are_told_apart_and_kept(cache):
    """File systems give such names; they have no bytes in UTF-8."""
    odd = "\udcff.csv"
    assert content_key(name=odd) != content_key(name="\udcfe.csv")
    cache.keep(KEY, {}, odd)
    assert cache.load(KEY)[1] == odd


def test_fingerprints_of_arrays_tell_values_types_and_shapes_apart():
    one = np.arange(6, dtype=np.int32)
    assert fingerprint(one) == fingerprint(one.copy()) == fingerprint(np.repeat(one, 2)[::2])
    others = [one.astype(np.int64), one.reshape(2, 3), one[::-1], one.view(np.float32), one[:5]]
    assert len({fingerprint(each) for each in (one, *others)}) == len(others) + 1
    assert fingerprint(one, one) != fingerprint(one)


def test_a_change_anywhere_in_a_large_file_is_another_key(tmp_path):
    keys = set()
    for changed_at in (None, 0, 1 << 20, (1 << 20) + 1, (5 << 19) - 1):
        content = bytearray(5 << 19)
        if changed_at is not None:
            content[changed_at] = 1
        (tmp_path / "large").write_bytes(content)
        keys.add(content_key([tmp_path / "large"]))
    assert len(keys) == 5


def test_another_version_of_coverplan_is_another_key(monkeypatch):
    before = content_key(town="toy")
    monkeypatch.setattr(cache_module, "VERSION", "9.9.9")
    after = content_key(town="toy")
    monkeypatch.setattr(cache_module, "_FORMAT", 99)
    assert len({before, after, content_key(town="toy")}) == 3
