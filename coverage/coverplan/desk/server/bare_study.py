"""A study file opened without a scenario: the usual standards are asked of it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from coverplan.errors import Problems
from coverplan.setup.scenario_proposal import proposed_scenario
from coverplan.text.words import Words
from coverplan.yamlfile import read_yaml


def scenario_of(file: Path, folder: Path | None) -> Path:
    """The file itself where it is a scenario; for a study file a scenario with the usual standards.

    Parameters
    ----------
    file
        What the desk was asked to open; one that cannot be read is left to who opens it.
    folder
        Where the desk keeps things; a folder ``desk`` beside the study when not given. A scenario that stands there
        already is used as it is, so that it may be changed by hand.
    """
    document = read_yaml(file, Problems())
    if document is None or "study" in document.data or "facilities" not in document.data:
        return file
    kept = file.parent / "desk" if folder is None else folder
    path = kept / "scenario.yaml"
    if not path.exists():
        kept.mkdir(parents=True, exist_ok=True)
        path.write_text(_proposed(document.data, _from(file, kept)), encoding="utf-8")
    return path


def _proposed(said: dict[str, Any], study: str) -> str:
    facilities, people = said["facilities"], said.get("population")
    ledgers = facilities if isinstance(facilities, list) else []
    layers = [one.get("layer") for one in ledgers if isinstance(one, dict)]
    groups = people.get("groups") if isinstance(people, dict) else None
    return proposed_scenario(
        said.get("name", "study"),
        study,
        layers=sorted({layer for layer in layers if isinstance(layer, str)}),
        groups=groups if isinstance(groups, dict) else (),
        streets="streets" in said,
        words=Words("zh"),
    )


def _from(file: Path, folder: Path) -> str:
    """Path of a file as a folder names it; the whole path where both have nothing in common."""
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:
        return file.resolve().as_posix()
