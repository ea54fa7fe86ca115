"""Interrupted anywhere, a folder holds the old content or the new, under its name; the user's own files stay."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import coverplan
from coverplan.demo import user_folder
from coverplan.errors import InputError
from coverplan.results import folders
from coverplan.results.files import read_result
from coverplan.text.part_names import host_mark
from coverplan.text.writing import write_whole
from makers import toyfiles


def write(folder: Path, text: str, *more: str) -> Path:
    def fill(aside: Path) -> None:
        for name in ("sign", "a.txt", *more):
            (aside / name).parent.mkdir(exist_ok=True)
            (aside / name).write_text(text)

    return folders.replace_folder(folder, fill, sign="sign")


def hidden(folder: Path) -> list[str]:
    return [path.name for path in folder.parent.iterdir() if path.name.startswith(".")]


def dead_pid() -> int:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        child.wait()
    return child.pid


def test_the_next_command_puts_back_what_an_interrupted_one_set_aside(tmp_path):
    out = tmp_path / "out"
    path = toyfiles.write_town(tmp_path / "town")
    coverplan.run(path, out=out)
    killed = tmp_path / f".out-{host_mark()}-{dead_pid()}-abc"
    killed.mkdir()
    out.rename(killed / "result")
    (tmp_path / f".out-{host_mark()}-{dead_pid()}-abd").mkdir()
    assert read_result(out).share("elder_care-general-4min") == 0.6
    write_again = coverplan.run(path, out=out)
    assert write_again.folder == out
    assert hidden(out) == []


def test_what_a_living_or_distant_process_writes_is_left_alone(tmp_path):
    out = tmp_path / "out"
    mine = tmp_path / f".out-{host_mark()}-{os.getpid()}-abc"
    theirs = tmp_path / ".out-ffffff-1-abc"
    other = tmp_path / ".out-of-something"
    for part in (mine, theirs, other):
        (part / "result").mkdir(parents=True)
    write(out, "one")
    assert (out / "a.txt").read_text() == "one"
    assert {mine.name, theirs.name, other.name} == set(hidden(out))
    os.utime(theirs, (1, 1))
    write(out, "two")
    assert theirs.name not in hidden(out)


def test_the_users_own_files_stay_and_ours_of_before_go(tmp_path):
    out = tmp_path / "out"
    write(out, "one", "deep/old.txt")
    (out / "remarks.docx").write_text("mine")
    (out / "deep" / "mine.txt").write_text("mine")
    (out / "own" / "deeper").mkdir(parents=True)
    (out / "own" / "deeper" / "mine.txt").write_text("mine")
    write(out, "two")
    assert {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} == {
        "sign", "a.txt", "remarks.docx", "deep/mine.txt", "own/deeper/mine.txt", folders.OURS,
    }  # fmt: skip
    assert (out / "a.txt").read_text() == "two"
    before = folders.files_in(out)
    (out / "page.html").write_text("ours")
    folders.add_ours(out, before)
    write(out, "three")
    assert not (out / "page.html").exists()
    assert (out / "remarks.docx").read_text() == "mine"


def test_a_swap_that_fails_halfway_gives_the_old_folder_its_name_back(tmp_path, monkeypatch):
    out = write(tmp_path / "out", "one")
    real, calls = os.rename, []

    def fails(old, new):
        calls.append(new)
        if Path(new) == out and len(calls) > 1 and Path(old).name != "result":
            raise PermissionError(13, "held open")
        real(old, new)

    monkeypatch.setattr(folders.os, "rename", fails)
    with pytest.raises(InputError):
        write(out, "two")
    assert (out / "a.txt").read_text() == "one"
    assert hidden(out) == []


LOOP = """
import sys
from pathlib import Path
from coverplan.results.folders import replace_folder
from coverplan.text.writing import write_whole
def fill(aside):
    for name in ("sign", "a.txt", "b.txt"):
        (aside / name).write_text(sys.argv[2])
for turn in range(20_000):
    replace_folder(Path(sys.argv[1]), fill, sign="sign")
    write_whole(Path(sys.argv[1] + ".txt"), lambda part: part.write_text(sys.argv[2] * 2000))
    if turn >= 59 and Path(sys.argv[1] + ".seen").exists():
        break
"""
#: Whole contents that the reader must have seen before the writers may stop.
ENOUGH = 5


def test_two_processes_that_write_one_folder_never_fail_nor_mix(tmp_path):
    out = tmp_path / "out"
    writers = [
        subprocess.Popen([sys.executable, "-c", LOOP, str(out), mark], stderr=subprocess.PIPE)
        for mark in "xy"
    ]
    seen = 0
    while any(writer.poll() is None for writer in writers):
        try:
            handle = os.open(out, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            texts = []
            for name in ("a.txt", "b.txt"):
                with os.fdopen(os.open(name, os.O_RDONLY, dir_fd=handle)) as file:
                    texts.append(file.read())
            seen += 1
            assert texts[0] == texts[1]
            if seen == ENOUGH:
                (tmp_path / "out.seen").touch()
        except FileNotFoundError:  # an old folder that is being cleared
            pass
        finally:
            os.close(handle)
    told = [writer.communicate()[1].decode() for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], told
    assert seen >= ENOUGH
    assert (out / "a.txt").read_text() == (out / "b.txt").read_text()
    assert set((tmp_path / "out.txt").read_text()) in ({"x"}, {"y"})
    assert hidden(out) == []


def test_what_its_own_writer_removes_at_the_last_moment_is_no_fault(tmp_path, monkeypatch):
    """Seen as set aside, and gone before it is looked at again: its writer had ended its work."""
    out = tmp_path / "out"
    (tmp_path / f".out-{host_mark()}-{os.getpid()}-abc" / "result").mkdir(parents=True)

    def ends(part):
        shutil.rmtree(part)
        return False

    monkeypatch.setattr(folders, "_alive", ends)
    folders.restore(out)
    assert not out.exists()
    assert folders._changed_ns(out) == 0


def test_a_folder_that_goes_while_its_name_is_taken_is_no_fault(tmp_path, monkeypatch):
    out, real = write(tmp_path / "out", "one"), os.rename

    def takes(source, target):
        monkeypatch.setattr(folders.os, "rename", real)
        shutil.rmtree(out)
        raise OSError(errno.ENOTEMPTY, "Directory not empty", str(source), None, str(target))

    monkeypatch.setattr(folders.os, "rename", takes)
    write(out, "two")
    assert (out / "a.txt").read_text() == "two"
    assert hidden(out) == []


def test_a_folder_that_goes_between_two_looks_is_no_file(tmp_path, monkeypatch):
    out = write(tmp_path / "out", "one")
    real, looks = type(out).exists, []

    def goes(path, **more):
        found = real(path, **more)
        looks.append(path)
        if looks.count(out) == 2:  # the first look is that for what an interrupted writer set aside
            shutil.rmtree(out, ignore_errors=True)
        return found

    monkeypatch.setattr(type(out), "exists", goes)
    write(out, "two")
    assert (out / "a.txt").read_text() == "two"


def test_a_file_of_the_users_that_comes_at_the_last_moment_stays(tmp_path, monkeypatch):
    out, real = write(tmp_path / "out", "one"), os.rename

    def comes(source, target):
        (out / "mine.txt").write_text("mine")
        monkeypatch.setattr(folders.os, "rename", real)
        return real(source, target)

    monkeypatch.setattr(folders.os, "rename", comes)
    write(out, "two")
    assert {name: (out / name).read_text() for name in ("a.txt", "mine.txt")} == {
        "a.txt": "two",
        "mine.txt": "mine",
    }
    write(out, "three")
    assert (out / "mine.txt").read_text() == "mine"


def test_a_demo_that_was_killed_while_it_was_copied_heals(tmp_path, monkeypatch):
    source = tmp_path / "source"
    for name in ("a.gpkg", "ledgers/b.xlsx", "study.yaml", "z.tif"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(name)
    monkeypatch.setattr(user_folder, "CHECKOUT_STUDY", source)
    study = tmp_path / "demo" / "data" / "demo"
    real, copied = user_folder.write_whole, []

    def dies(path, write):
        if len(copied) == 3 and "demo" in path.parts:
            raise KeyboardInterrupt
        copied.append(path.name)
        return real(path, write)

    monkeypatch.setattr(user_folder, "write_whole", dies)
    with pytest.raises(KeyboardInterrupt):
        user_folder.make_demo_folder(tmp_path / "demo")
    assert not (study / "study.yaml").exists()
    monkeypatch.setattr(user_folder, "write_whole", real)
    user_folder.make_demo_folder(tmp_path / "demo")
    assert {p.relative_to(study).as_posix() for p in study.rglob("*") if p.is_file()} >= {
        "a.gpkg", "ledgers/b.xlsx", "study.yaml", "z.tif",
    }  # fmt: skip
    (study / "study.yaml").write_text("changed by the user")
    user_folder.make_demo_folder(tmp_path / "demo")
    assert (study / "study.yaml").read_text() == "changed by the user"


def test_parts_of_a_file_whose_writer_was_killed_go_with_the_next_writing(tmp_path):
    file, tag = tmp_path / "streets.gpkg", "0123456789ab"
    gone = [f".streets-{host_mark()}-{dead_pid()}-{tag}.gpkg{end}" for end in ("", "-journal")]
    left = [
        f".streets-{host_mark()}-{os.getpid()}-{tag}.gpkg",  # at work
        f".streets-ffffff-1-{tag}.gpkg",  # of another machine
        f".streets-of-{host_mark()}-{dead_pid()}-{tag}.gpkg",  # of another file
        ".streets-note.gpkg",
    ]
    for name in gone + left:
        (tmp_path / name).write_text("part")
    write_whole(file, lambda part: part.write_text("whole"))
    assert {path.name for path in tmp_path.iterdir()} == {file.name, *left}


def test_a_folder_of_other_files_is_refused_and_left_as_it_is(tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "letter.txt").write_text("mine")
    with pytest.raises(InputError) as refused:
        write(own, "new")
    assert [problem.code for problem in refused.value.problems] == ["foreign_folder"]
    assert [(path.name, path.read_text()) for path in own.iterdir()] == [("letter.txt", "mine")]
    assert hidden(own) == []
    with pytest.raises(InputError, match="is a file"):
        write(own / "letter.txt", "new")


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "empty").mkdir()
    assert (write(tmp_path / "empty", "new") / "a.txt").read_text() == "new"


def test_what_a_process_of_somebody_else_writes_is_left_alone(tmp_path, monkeypatch):
    theirs = tmp_path / f".out-{host_mark()}-{dead_pid()}-abc"
    theirs.mkdir()

    def not_ours(*_):
        raise PermissionError

    monkeypatch.setattr(folders.os, "kill", not_ours)
    write(tmp_path / "out", "one")
    assert hidden(tmp_path / "out") == [theirs.name]


def set_aside(folder: Path, text: str, tag: str, *, changed: float) -> Path:
    """What a writer who was killed had set aside, in its hidden folder."""
    part = folder.parent / f".{folder.name}-{host_mark()}-{dead_pid()}-{tag}"
    (part / "result").mkdir(parents=True)
    (part / "result" / "sign").write_text(text)
    os.utime(part / "result", (changed, changed))
    return part


def test_of_several_that_were_set_aside_the_latest_comes_back_under_any_name(tmp_path):
    out = tmp_path / "my-town-2030"
    now = out.parent.stat().st_mtime
    for tag, back in (("abc", 30), ("abd", 10), ("abe", 20)):
        set_aside(out, tag, tag, changed=now - back)
    folders.restore(out)
    assert (out / "sign").read_text() == "abd"
    folders.restore(out)  # it is there: the others are left to the next writer
    assert (out / "sign").read_text() == "abd"
    write(out, "new")
    assert hidden(out) == []


def test_part_folders_bear_host_process_and_a_tag(tmp_path):
    """Another version, or another machine on the same disk, has to know them."""
    part = folders._part(tmp_path / "out")
    assert re.fullmatch(rf"\.out-[0-9a-f]{{6}}-{os.getpid()}-[0-9a-f]{{12}}", part.name)
    assert part.is_dir()


@pytest.mark.parametrize(("later_s", "left"), [(86_400.0, True), (86_400.5, False)])
def test_what_another_machine_writes_is_left_for_a_day(tmp_path, monkeypatch, later_s, left):
    theirs = tmp_path / ".out-ffffff-1-abc"
    theirs.mkdir()
    os.utime(theirs, (1_000_000, 1_000_000))
    monkeypatch.setattr(folders.time, "time", lambda: 1_000_000 + later_s)
    write(tmp_path / "out", "one")
    assert theirs.exists() is left


def test_a_folder_in_folders_that_are_not_there_yet(tmp_path):
    out = write(tmp_path / "new" / "newer" / "out", "one")
    assert (out / "a.txt").read_text() == "one"


def test_names_of_files_are_told_as_people_write_them(tmp_path):
    out = write(tmp_path / "out", "one", "说明.txt")
    assert "说明.txt" in (out / folders.OURS).read_text("utf-8")
    folders.add_ours(out, folders.files_in(out))
    assert "说明.txt" in (out / folders.OURS).read_text("utf-8")


@pytest.mark.parametrize("said", ['{"sign": 1}', "[", "null"])
def test_where_nobody_wrote_down_what_is_ours_everything_gives_way(tmp_path, said):
    out = write(tmp_path / "out", "one")
    (out / "mine.txt").write_text("mine")
    (out / folders.OURS).write_text(said)
    assert folders.ours_in(out) is None
    folders.add_ours(out, set())
    assert (out / folders.OURS).read_text() == said
    write(out, "two")
    assert not (out / "mine.txt").exists()


def test_foreign_files_are_looked_at_again_for_a_moment(tmp_path, monkeypatch):
    """Another writer may be between two steps; but nobody waits long to be told."""
    out, waits = tmp_path / "out", []
    out.mkdir()
    (out / "letter.txt").write_text("mine")
    monkeypatch.setattr(folders.time, "sleep", waits.append)
    assert folders._is_foreign(out, "sign")
    assert sum(waits) == pytest.approx(0.05)
    monkeypatch.setattr(folders.time, "sleep", lambda _: (out / "sign").touch())
    assert not folders._is_foreign(out, "sign")


def test_a_name_that_others_take_all_the_time_is_said_after_two_hundred_tries(tmp_path, monkeypatch):
    out, real, tries = write(tmp_path / "out", "one"), os.rename, []

    def taken(source, target):
        if Path(target) == out:
            tries.append(source)
            raise OSError(errno.ENOTEMPTY, "Directory not empty", str(source), None, str(target))
        real(source, target)

    monkeypatch.setattr(folders.os, "rename", taken)
    with pytest.raises(InputError, match="another program writes it all the time") as refused:
        write(out, "two")
    assert [problem.code for problem in refused.value.problems] == ["unwritable"]
    # once more where the old folder could be set aside
    assert len(tries) == 200 + 1
    assert hidden(out) == []


def test_two_who_clear_the_same_folder_do_not_fail(tmp_path, monkeypatch):
    """What one looks at another may have removed already, whatever it is: leftovers, and what was just set aside."""
    out, real = tmp_path / "out", os.rename
    (tmp_path / f".out-{host_mark()}-{os.getpid()}-abc").mkdir()
    part = set_aside(out, "old", "abd", changed=1_000_000)

    def gone(source, target):
        real(source, target)
        if Path(target) == out:
            for other in out.parent.glob(".out-*"):
                shutil.rmtree(other)

    monkeypatch.setattr(folders.os, "rename", gone)
    folders.restore(out)
    assert (out / "sign").read_text() == "old"
    assert not part.exists()
    write(out, "one")
    monkeypatch.setattr(folders.os, "rename", real)
    (tmp_path / ".out-ffffff-1-abc").mkdir()
    monkeypatch.setattr(folders, "_alive", shutil.rmtree)
    write(out, "two")
    assert (out / "a.txt").read_text() == "two"


def test_what_we_write_under_a_name_of_the_users_own_is_ours(tmp_path):
    out = write(tmp_path / "out", "one")
    (out / "b.txt").write_text("the user's")
    (out / "notes.txt").write_text("kept")
    write(out, "two", "b.txt")
    assert (out / "b.txt").read_text() == "two"
    assert (out / "notes.txt").read_text() == "kept"
    assert "notes.txt" not in folders.ours_in(out)
