"""An idea as a scenario file that ``coverplan run`` answers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from coverplan.answer.prepared import Prepared
from coverplan.desk.workbench.idea import Idea
from coverplan.text.words import Language


def scenario_text(
    ready: Prepared, idea: Idea, folder: Path, *, name: str | None = None, reader: Language | None = None
) -> str:
    """The scenario with an idea in it, as a file of a folder says it; its siting question is left out.

    Parameters
    ----------
    ready
        The scenario that was opened.
    idea
        What is tried.
    folder
        Folder of the file; study and plan are named from there.
    name
        Another title; the scenario's own by default.
    reader
        In whose language pages come first; in the scenario's own by default.
    """
    document = ready.loaded.scenario_document
    said: dict[str, Any] = {"format": ready.loaded.scenario.format}
    said |= {key: value for key, value in document.data.items() if key != "siting"}
    said["study"] = _from_folder(document.resolve(str(said["study"])), folder)
    plan = said.get("plan")
    if isinstance(plan, str) and document.resolve(plan).is_file():
        said["plan"] = _from_folder(document.resolve(plan), folder)
    if name is not None:
        said["name"] = name
    if reader is not None:
        said |= _read_in(reader, ready)
    said |= idea.written()
    said = {key: value for key, value in said.items() if value is not None and value != []}
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False)


def _read_in(reader: Language, ready: Prepared) -> dict[str, Any]:
    """Languages of pages: the reader's first; where the scenario asks for it beside its own, its own beside it."""
    scenario = ready.loaded.scenario
    if reader == scenario.language:
        return {}
    beside = [one for one in (scenario.language, *scenario.also_in) if one != reader]
    return {"language": reader, "also_in": beside if reader in scenario.also_in else []}


def _from_folder(path: Path, folder: Path) -> str:
    """Path as a file in a folder names it; the whole path where both have nothing in common."""
    try:
        return Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:
        return path.as_posix()
