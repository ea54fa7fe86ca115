"""The scenario with the chosen changes and without its siting question: it runs as it is and gives the promised numbers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from coverplan.programme.solving.choose import Programme
from coverplan.scenario.base import Bilingual
from coverplan.scenario.change_file import Change


def chosen_scenario(programme: Programme, folder: Path) -> str:
    """Text of a scenario file that stands in `folder`.

    Paths are relative to the folder where both lie on one drive. The file names no clock and no machine, so that the
    same answer gives the same text (R11).
    """
    scenario, document = programme.ground.scenario, programme.ground.document
    said = scenario.model_dump(mode="json", exclude={"siting", "changes"}, exclude_unset=True)
    data: dict[str, Any] = {"format": scenario.format, **said}
    data["name"] = _title(scenario.name)
    data["study"] = _relative(document.resolve(scenario.study), folder)
    plan = document.resolve(scenario.plan) if scenario.plan is not None else None
    if plan is not None and plan.is_file():
        data["plan"] = _relative(plan, folder)
    data["changes"] = [_said(change, programme) for change in (*scenario.changes, *programme.changes)]
    return str(yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=110))


def _said(change: Change, programme: Programme) -> dict[str, Any]:
    """A change as a file says it, by the name that it has in the tables where nobody gave another one."""
    said = change.model_dump(mode="json", exclude_unset=True, exclude_none=True)
    new = change.open
    if new is not None and not new.offers.name:
        name = programme.names.get((new.layer, new.id))
        if name is not None and name != new.id:
            said["open"].setdefault("offers", {})["name"] = name
    return said


def _title(title: str | Bilingual) -> Any:
    return title if isinstance(title, str) else title.model_dump(exclude_none=True)


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return path.resolve().as_posix()
