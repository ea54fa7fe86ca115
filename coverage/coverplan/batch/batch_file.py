"""What a batch file says: which areas, which scenario for each, where the results go."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from coverplan.batch.job import Job
from coverplan.errors import Problems
from coverplan.scenario.base import Model, Numbered, Title
from coverplan.yamlfile import Document, read_yaml, validate

SUFFIXES = (".yaml", ".yml")
_UNFIT = re.compile(r"[^\w.-]+")


class Area(Model):
    """One area: a scenario of its own."""

    name: str = Field(min_length=1)
    """Name under which its results stand."""
    scenario: str = Field(min_length=1)
    """Scenario file, from the batch file's folder."""


class BatchFile(Numbered):
    """Many scenarios, answered one by one and looked at together."""

    title: Title
    """Title of the overview, in one language or both."""
    areas: tuple[Area, ...] = ()
    """Areas by name."""
    scenarios: tuple[str, ...] = ()
    """Patterns of scenario files such as ``areas/*/scenario.yaml``; each is an area named after its folder."""
    out: str = "batch"
    """Folder for the results, from the batch file's folder."""
    pages: bool = False
    """Also write the maps and reports of every area."""
    tries: Annotated[int, Field(ge=1, le=3)] = 3
    """How often an area is tried whose worker ends or fails in a way that is no fault of its input."""
    memory_gib: Annotated[float, Field(gt=0)] = 2.0
    """Memory that a worker may take; as many run beside each other as fit."""


class Batch(Model):
    """A batch file with its jobs in name order."""

    file: BatchFile
    out: Path
    jobs: tuple[Job, ...]


def load_batch(path: Path) -> Batch:
    """Read a batch file and find its scenarios.

    Raises
    ------
    InputError
        With everything that is wrong: schema, missing scenarios, names that stand twice, nothing to do.
    """
    problems = Problems()
    document = read_yaml(path, problems)
    file = None if document is None else validate(document, BatchFile, problems)
    problems.raise_if_errors()
    assert document is not None
    assert file is not None
    areas = _areas(file, document, problems)
    if not areas and not problems.errors:
        problems.add(
            document.problem(
                ("areas",), "the batch names no area", expected="areas or patterns of scenarios that find some",
                remedy="list the areas, or check the pattern", code="empty_batch",
            )
        )  # fmt: skip
    problems.raise_if_errors()
    out = document.resolve(file.out)
    jobs = [
        Job(name, str(scenario), str(out / "areas" / folder), file.pages)
        for (name, scenario), folder in zip(areas, folders_of([name for name, _ in areas]), strict=True)
    ]
    return Batch(file=file, out=out, jobs=tuple(jobs))


def folders_of(names: Sequence[str]) -> list[str]:
    """A folder name for each area that every system takes; names that would meet get a number."""
    found: list[str] = []
    seen: dict[str, int] = {}
    for name in names:
        folder = _UNFIT.sub("_", name).strip("._") or "area"
        times = seen[folder.casefold()] = seen.get(folder.casefold(), 0) + 1
        found.append(folder if times == 1 else f"{folder}_{times}")
    return found


def _areas(file: BatchFile, document: Document, problems: Problems) -> list[tuple[str, Path]]:
    found: dict[str, Path] = {}
    for position, area in enumerate(file.areas):
        scenario = document.resolve(area.scenario)
        if area.name in found:
            problems.add(
                document.problem(
                    ("areas", position, "name"),
                    "the area stands twice",
                    value=area.name,
                    code="duplicate_area",
                )
            )
        if not scenario.is_file():
            problems.add(
                document.problem(
                    ("areas", position, "scenario"), "the file does not exist", value=area.scenario, code="missing_file",
                    remedy="check the name; paths start at the batch file",
                )
            )  # fmt: skip
        found[area.name] = scenario
    folder = document.path.parent
    for position, pattern in enumerate(file.scenarios):
        matches = _matches(folder, pattern)
        if matches is None or not matches:
            problems.add(
                document.problem(
                    ("scenarios", position), "the pattern finds no scenario", value=pattern, code="empty_pattern",
                    expected="files below the batch file's folder, such as areas/*/scenario.yaml",
                )
            )  # fmt: skip
        for scenario in matches or ():
            found.setdefault(_named(scenario, folder / _fixed(pattern)), scenario)
    return sorted(found.items())


def _matches(folder: Path, pattern: str) -> list[Path] | None:
    try:
        return sorted(
            path.resolve() for path in folder.glob(pattern) if path.suffix in SUFFIXES and path.is_file()
        )
    except (ValueError, NotImplementedError):  # an absolute or empty pattern
        return None


def _fixed(pattern: str) -> str:
    """The folders at the head of a pattern that hold no sign of a pattern."""
    parts = []
    for part in pattern.split("/")[:-1]:
        if any(sign in part for sign in "*?["):
            break
        parts.append(part)
    return "/".join(parts)


def _named(scenario: Path, folder: Path) -> str:
    """Name of an area whose scenario was found: its folder, with the file where a folder holds several."""
    relative = scenario.relative_to(folder.resolve()) if folder.resolve() in scenario.parents else scenario
    parent = relative.parent.as_posix()
    alone = sum(one.suffix in SUFFIXES for one in scenario.parent.glob("*scenario*.y*ml")) <= 1
    return scenario.stem if parent == "." else parent if alone else f"{parent}/{scenario.stem}"
