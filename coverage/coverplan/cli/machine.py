"""What this machine brings: versions, programs, folders, space; nothing is installed or changed."""

from __future__ import annotations

import locale
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from coverplan.cache import study_cache
from coverplan.errors import InputError
from coverplan.report.documents.word_pages import office
from coverplan.text.typeface import font_file
from coverplan.text.version import VERSION

#: ``missing`` keeps something from working, ``without`` only narrows what can be done.
State = Literal["fine", "without", "missing"]
#: Free bytes below which a run may end on a full disk.
LEAST_FREE = 1024**3
#: Packages with compiled parts, which may be installed and still not start.
COMPILED = (
    "numpy",
    "scipy",
    "pandas",
    "shapely",
    "pyproj",
    "pyogrio",
    "rasterio",
    "osmium",
    "numba",
    "highspy",
    "matplotlib",
)
#: Extras that people use; the others are for those who change coverplan.
EXTRAS = ("desk", "batch", "fetch", "overture")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    what
        Key of its name among the words (``doctor.what``).
    state
        Whether all is well.
    value
        What was found: a version, a path, a size.
    remedy
        Key of what to do (``doctor.remedy``), None where nothing is to be done.
    package
        What the remedy installs, where it installs something.
    """

    what: str
    state: State
    value: str
    remedy: str | None = None
    package: str = ""


def examine(folder: Path | None = None, requirements: Iterable[str] | None = None) -> list[Finding]:
    """Look at the machine, the packages and the folders that coverplan uses.

    Parameters
    ----------
    folder
        Where results would be written; the current folder when not given.
    requirements
        Requirements to hold the installed packages against; those of the installed coverplan when not given.
    """
    asked = [Requirement(text) for text in (_own() if requirements is None else requirements)]
    return [
        Finding("coverplan", "fine", VERSION),
        Finding("python", "fine", f"{platform.python_version()} {sys.executable}"),
        Finding("machine", "fine", f"{platform.system()} {platform.release()} {platform.machine()}"),
        Finding(
            "encoding", "fine", f"{locale.getpreferredencoding(do_setlocale=False)} / {sys.stdout.encoding}"
        ),
        *_packages(one for one in asked if one.marker is None or one.marker.evaluate({"extra": ""})),
        *_starting(),
        *_extras(asked),
        _font(),
        _office(),
        _space("cache", study_cache().folder),
        _space("folder", Path.cwd() if folder is None else folder),
        _space("temporary", Path(tempfile.gettempdir())),
    ]


def _own() -> list[str]:
    try:
        return requires("coverplan") or []
    except PackageNotFoundError:  # read from a folder that was never installed
        return []


def _packages(asked: Iterable[Requirement]) -> Iterator[Finding]:
    """The required packages in one line, and each that is missing or too old."""
    found = 0
    for one in asked:
        installed = _version(one.name)
        if installed is not None and one.specifier.contains(installed, prereleases=True):
            found += 1
            continue
        value = f"{one.name}{one.specifier}" + ("" if installed is None else f" ({installed})")
        yield Finding("package", "missing", value, "install", str(one).split(";", maxsplit=1)[0].strip())
    yield Finding("packages", "fine", str(found))


def _starting() -> Iterator[Finding]:
    """Compiled packages that are there and do not start, as on a Windows machine without Microsoft's runtime."""
    fine = []
    for name in COMPILED:
        try:
            import_module(name)
        except Exception as error:  # noqa: BLE001 - a broken library raises what it likes
            yield Finding("compiled", "missing", f"{name}: {type(error).__name__}: {error}", "compiled", name)
        else:
            fine.append(f"{name} {_version(name) or ''}".strip())
    yield Finding("compiled", "fine", ", ".join(fine))


def _extras(asked: Iterable[Requirement]) -> Iterator[Finding]:
    wanted = list(asked)
    for extra in EXTRAS:
        needed = [one for one in wanted if one.marker is not None and one.marker.evaluate({"extra": extra})]
        missing = [one.name for one in needed if one.marker is not None and _version(one.name) is None]
        value = f"{extra}: {', '.join(missing)}" if missing else extra
        yield Finding(
            "extra",
            "without" if missing else "fine",
            value,
            "install" if missing else None,
            f"coverplan[{extra}]",
        )


def _font() -> Finding:
    try:
        return Finding("font", "fine", str(font_file()))
    except InputError:
        return Finding("font", "missing", "Noto Sans SC", "install", "pylopdf-fonts-zh-cn")


def _office() -> Finding:
    program = office()
    if program is None:
        return Finding("office", "without", "—", "office")
    return Finding("office", "fine", program)


def _space(what: str, folder: Path) -> Finding:
    """Whether a folder, or the one above it that is there, can be written to and has room."""
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    try:
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free
    except OSError as error:
        return Finding(what, "missing", f"{folder}: {type(error).__name__}", "writable")
    value = f"{folder} ({free / 1024**3:,.1f} GiB)"
    return Finding(what, "fine", value) if free >= LEAST_FREE else Finding(what, "missing", value, "space")


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
