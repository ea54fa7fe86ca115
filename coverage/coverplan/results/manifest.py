"""Where every number comes from: inputs with sha256, parameters, versions (R13)."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from coverplan.errors import Problem
from coverplan.text.reading import Print, fingerprint_of, parts_of, whole_path
from coverplan.text.version import VERSION

_PACKAGE = Path(__file__).resolve().parents[1]

#: Packages whose version can change a number.
PACKAGES = (
    "numpy",
    "scipy",
    "pandas",
    "geopandas",
    "shapely",
    "pyproj",
    "pyogrio",
    "rasterio",
    "numba",
    "osmium",
    "scikit-learn",
    "highspy",
)


def sha256(path: Path) -> str:
    """Fingerprint of a file's content."""
    return fingerprint_of(path).sha256


def described_inputs(opened: Mapping[Path, Print], start: Path) -> list[dict[str, Any]]:
    """Name relative to `start`, bytes and sha256 of each file that was opened, in name order.

    Files of the package itself are left out but for plans: the version stands for them.
    """
    found = [
        {"file": relative(path, start), "bytes": one.size, "sha256": one.sha256}
        for path, one in opened.items()
        if _PACKAGE not in path.resolve().parents or path.resolve().parent == _PACKAGE / "plan" / "library"
    ]
    return sorted(found, key=lambda entry: str(entry["file"]))


def inputs_unchanged(entries: Iterable[Mapping[str, Any]], start: Path) -> bool:
    """Whether every file of `described_inputs` is as it was, and nothing that is read with one came to stand beside it."""
    known = {whole_path(start / str(entry["file"])): entry for entry in entries}
    for path, entry in known.items():
        if not path.is_file() or path.stat().st_size != entry["bytes"]:
            return False
        if fingerprint_of(path).sha256 != entry["sha256"] or not known.keys() >= set(parts_of(path)):
            return False
    return True


def relative(path: Path, start: Path) -> str:
    """Path as seen from a folder, with forward slashes; only the name when it lies on another drive."""
    path, start = whole_path(path), whole_path(start)
    shared = 0
    for one, other in zip(path.parts, start.parts, strict=False):
        if one != other:
            break
        shared += 1
    if shared == 0:
        return path.name
    return "/".join([".."] * (len(start.parts) - shared) + list(path.parts[shared:]))


def versions() -> dict[str, str]:
    """Versions of coverplan, Python and every package that can change a number."""
    return dict(_versions())


@cache  # each is a file to be read and parsed, and none changes while a process runs
def _versions() -> Mapping[str, str]:
    found = {"coverplan": VERSION, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def described_problem(problem: Problem, start: Path) -> Mapping[str, Any]:
    """A problem as plain values."""
    return {
        "severity": problem.severity,
        "code": problem.code,
        "what": problem.what,
        "file": None if problem.file is None else relative(problem.file, start),
        "line": problem.line,
        "field": problem.field,
        "value": None if problem.value is None else str(problem.value),
        "expected": problem.expected,
        "remedy": problem.remedy,
    }
