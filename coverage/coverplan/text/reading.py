"""Which files an answer was made from: every reader says here what it opens, and one function fingerprints it (R13)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

#: What stands beside a file under its whole name and is read with it.
_AFTER_NAME = (".aux.xml", ".ovr", ".msk", "-wal", "-journal")
#: What stands beside a file in place of its ending and is read with it.
_BESIDE_SHAPES = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".idm", ".ind")
_BESIDE_RASTERS = (".tfw", ".tifw", ".tiffw", ".wld", ".aux", ".rpb", ".imd", "_rpc.txt", ".rrd", ".ovr")
_BESIDE = {
    ".shp": _BESIDE_SHAPES,
    ".tif": _BESIDE_RASTERS,
    ".tiff": _BESIDE_RASTERS,
    ".asc": (".prj", ".aux"),
    ".img": (".ige", ".rrd", ".aux"),
    ".tab": (".dat", ".map", ".id", ".ind"),
    ".mif": (".mid",),
}


@dataclass(frozen=True, slots=True)
class Print:
    """Size and sha256 of a file's content."""

    size: int
    sha256: str


_opened: ContextVar[dict[Path, Print] | None] = ContextVar("opened", default=None)


def fingerprint_of(path: Path) -> Print:
    """Size and sha256 of a file as it is now."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return Print(file.tell(), digest)


def whole_path(path: Path) -> Path:
    """A path from the root as it is written: a link stays one, so that it is seen when it points to something else."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - `resolve` follows links


def parts_of(path: Path) -> tuple[Path, ...]:
    """A file with everything beside it that is read with it, in name order; signs in names mean nothing.

    A folder that is one layer, such as a geodatabase, is all of its files.
    The pages of a database that another program has open count, an empty list of them does not.
    """
    if path.is_dir():
        return tuple(sorted(one for one in path.iterdir() if one.is_file()))
    name, stem = path.name.casefold(), path.name[: len(path.name) - len(path.suffix)].casefold()
    wanted = {name, *(name + end for end in _AFTER_NAME)}
    wanted |= {stem + end for end in _BESIDE.get(path.suffix.lower(), ())}
    try:
        found = [one for one in path.parent.iterdir() if one.name.casefold() in wanted and one.is_file()]
    except OSError:
        return (path,)
    return tuple(sorted(one for one in found if one.stat().st_size or one.name == path.name))


def note_opened(path: Path) -> None:
    """Write down, before it is read, that a file is opened with all its parts; nothing happens where nobody watches."""
    opened = _opened.get()
    if opened is None:
        return
    for part in parts_of(whole_path(path)):
        if part not in opened and part.is_file():
            opened[part] = fingerprint_of(part)


@contextmanager
def watching() -> Iterator[dict[Path, Print]]:
    """Fingerprints, as they were when they were opened first, of all files that are read meanwhile."""
    opened: dict[Path, Print] = {}
    token = _opened.set(opened)
    try:
        yield opened
    finally:
        _opened.reset(token)
