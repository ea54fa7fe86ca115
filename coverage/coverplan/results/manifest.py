"""Where every number comes from: inputs with sha256, parameters, versions (R13)."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from coverplan.errors import Problem
from coverplan.text.version import VERSION

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
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def described_inputs(paths: Iterable[Path], start: Path) -> list[dict[str, Any]]:
    """Name relative to `start`, bytes and sha256 of each input, in name order; sidecars of a Shapefile too."""
    parts = [part for path in paths for part in _parts(path)]
    found = [
        {"file": relative(part, start), "bytes": part.stat().st_size, "sha256": sha256(part)}
        for part in parts
    ]
    return sorted(found, key=lambda entry: str(entry["file"]))


def _parts(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.stem}.*")) if path.suffix.lower() == ".shp" else [path]


def relative(path: Path, start: Path) -> str:
    """Path as seen from a folder, with forward slashes; only the name when it lies on another drive."""
    path, start = path.resolve(), start.resolve()
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
