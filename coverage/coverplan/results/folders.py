"""Folders that are replaced as a whole: an interruption anywhere leaves the old one or the new one, under its own name.

Beside a folder ``out`` stands, while it is written, a hidden part-folder ``.out-HOST-PID-TAG``. The old folder is moved
into one of its own before the new takes its name; whoever finds the name free and an old one set aside puts it back.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from coverplan.errors import InputError, Problem
from coverplan.text.part_names import may_be_alive, new_mark
from coverplan.text.writing import reason

#: Names of the files that we wrote into a folder; what else is there is the user's own.
OURS = ".written.json"
_OLD = "result"
#: Two writers may take a name from each other so often; each try moves one of them on.
_MOST_TRIES = 200
_LOOKS, _BETWEEN_LOOKS_S = 5, 0.01


def default_folder(scenario: Path) -> Path:
    """``maps/<scenario>`` beside the folder ``scenarios``, else beside the scenario file itself."""
    parent = scenario.resolve().parent
    home = parent.parent if parent.name == "scenarios" else parent
    return home / "maps" / scenario.stem


def replace_folder(folder: Path, fill: Callable[[Path], object], *, sign: str) -> Path:
    """Fill a new folder and put it in the place of an earlier one, only when all of it is written.

    An earlier folder is known by its file `sign`. Files in it that we did not write are kept. Returns the folder's full
    path.

    Raises
    ------
    InputError
        If the folder cannot be written, or holds files that are none of ours.
    """
    folder = folder.resolve()
    restore(folder)
    _refuse_foreign(folder, sign)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        aside = _part(folder)
    except OSError as error:
        raise InputError([_unwritable(folder, error)]) from error
    try:
        fill(aside)
        note_ours(aside)
        _keep_foreign(folder, aside)
        _swap(aside, folder)
    except OSError as error:
        raise InputError([_unwritable(folder, error)]) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def restore(folder: Path) -> None:
    """Put back a folder that was set aside by a writer who was interrupted before the new one took its name."""
    folder = folder.resolve()
    if folder.exists():
        return
    found = [part / _OLD for part in _parts(folder) if (part / _OLD).is_dir() and not _alive(part)]
    for old in sorted(found, key=_changed_ns, reverse=True):
        try:
            os.rename(old, folder)  # noqa: PTH104 - never over a folder that came meanwhile
        except OSError:
            continue
        shutil.rmtree(old.parent, ignore_errors=True)
        return


def _changed_ns(path: Path) -> int:
    """When a folder was last changed; 0 for one that its own writer has removed meanwhile."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def note_ours(folder: Path) -> None:
    """Write down that everything in a folder is ours, so that a later run may replace it."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / OURS).write_text(json.dumps([*names, OURS], ensure_ascii=False), encoding="utf-8")


def ours_in(folder: Path) -> set[str] | None:
    """Names, from the folder on, of the files that we wrote into it; None where nobody wrote that down."""
    try:
        names = json.loads((folder / OURS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return {str(name) for name in names} if isinstance(names, list) else None


def add_ours(folder: Path, before: set[str]) -> None:
    """Count files that came since `before` was listed by `files_in` among ours, where ours are known."""
    known = ours_in(folder)
    if known is not None:
        names = sorted(known | (files_in(folder) - before))
        (folder / OURS).write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")


def files_in(folder: Path) -> set[str]:
    """Names, from the folder on, of all files in it."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def _keep_foreign(folder: Path, aside: Path) -> None:
    """Bring the user's own files of an earlier folder into the new one; nothing that we write gives way to them."""
    for _ in range(_MOST_TRIES):
        known = ours_in(folder)
        if known is None:
            return
        try:
            for name in sorted(files_in(folder) - known):
                target = aside / name
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(folder / name, target)
        except FileNotFoundError:  # another writer took the folder away meanwhile
            continue
        return


def _swap(aside: Path, folder: Path) -> None:
    """Put the new folder in the place of the old one, also while others do the same."""
    for _ in range(_MOST_TRIES):
        try:
            os.rename(aside, folder)  # noqa: PTH104 - for folders os.replace does no more
        except OSError as error:
            if not _was_taken(error, folder):
                raise
        else:
            return
        if _changed_places(aside, folder):
            return
    raise OSError(errno.EBUSY, "another program writes it all the time", str(folder))


def _changed_places(aside: Path, folder: Path) -> bool:
    """Set the present folder aside and give its name to the new one; False where another writer was faster."""
    old = _part(folder)
    try:
        try:
            os.rename(folder, old / _OLD)  # noqa: PTH104
        except FileNotFoundError:
            return False
        try:
            _keep_foreign(old / _OLD, aside)  # what came since the last look
            os.rename(aside, folder)  # noqa: PTH104
        except OSError as error:
            if _was_taken(error, folder):
                return False
            os.rename(old / _OLD, folder)  # noqa: PTH104
            raise
        return True
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _was_taken(error: OSError, folder: Path) -> bool:
    """Whether a name could not be taken because another folder bore it, be it that this one has gone again since."""
    return error.errno in {errno.ENOTEMPTY, errno.EEXIST} or folder.is_dir()


def _part(folder: Path) -> Path:
    """A new hidden folder beside the one that is to be written, on the same disk so that it can be renamed."""
    part = folder.parent / f".{folder.name}-{new_mark()}"
    part.mkdir()
    return part


def _parts(folder: Path) -> Iterator[Path]:
    """Part-folders of a folder, whoever made them."""
    if not folder.parent.is_dir():
        return
    for path in folder.parent.iterdir():
        host_pid_tag = path.name.removeprefix(f".{folder.name}-").split("-")
        if path.name.startswith(f".{folder.name}-") and len(host_pid_tag) == 3 and path.is_dir():
            yield path


def _alive(part: Path) -> bool:
    """Whether the process that made a part-folder may still be at work on it."""
    host, pid, _ = part.name.rsplit("-", 3)[1:]
    return may_be_alive(part, host, pid)


def _clear(folder: Path) -> None:
    """Remove part-folders that interrupted writers left."""
    for part in list(_parts(folder)):
        if not _alive(part):
            shutil.rmtree(part, ignore_errors=True)


def _refuse_foreign(folder: Path, sign: str) -> None:
    """A folder of the user's own that is no result is never replaced."""
    if _is_foreign(folder, sign):
        raise InputError(
            [
                Problem(
                    "the output folder holds files and no result",
                    folder,
                    expected="an empty folder, a new one, or an earlier result",
                    remedy="name another folder with --out",
                    code="foreign_folder",
                )
            ]
        )
    if _is_other(folder):
        raise InputError(
            [Problem("the output folder is a file", folder, remedy="name another one with --out")]
        )


def _is_other(folder: Path) -> bool:
    """Whether something that is no folder bears the name; one look, as another writer may change it between two."""
    try:
        return not stat.S_ISDIR(folder.stat().st_mode)
    except OSError:
        return False


def _is_foreign(folder: Path, sign: str) -> bool:
    """Whether a folder holds files and no sign of ours, at every look: another writer may change it between two."""
    for _ in range(_LOOKS):
        try:
            names = os.listdir(folder)  # noqa: PTH208 - one look
        except OSError:
            return False
        if not names or sign in names:
            return False
        time.sleep(_BETWEEN_LOOKS_S)
    return True


def _unwritable(folder: Path, error: OSError) -> Problem:
    return Problem(
        f"the output folder cannot be written: {error.strerror or error}",
        folder,
        remedy="make room, name another folder (--out, of the demo --folder), or close the program that holds it open",
        code="unwritable",
        details={"why": reason(error)},
    )
