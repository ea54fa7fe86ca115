"""A scenario that judges a plan just read: what another scenario asks, with the new plan in the place of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml

from coverplan.errors import InputError, Problem, Problems
from coverplan.yamlfile import FORMAT, read_yaml

SCENARIO = "scenario.yaml"
#: What a scenario asks that has nothing to do with the targets of a plan and names no further file.
_KEPT = (
    "language", "also_in", "year", "profiles", "standards", "search_minutes", "snapping", "clusters",
    "uncertainty", "equity",
)  # fmt: skip


def hooked_text(scenario: Path, folder: Path, *, plan: str, title: dict[str, str]) -> str:
    """Text of a scenario file in `folder` that asks what `scenario` asks and judges the plan file `plan`.

    Changes, siting and reported figures stay behind: they name targets and places of another plan.

    Raises
    ------
    InputError
        When the scenario cannot be read, or names neither a study nor a ledger.
    """
    problems = Problems()
    document = read_yaml(scenario, problems)
    problems.raise_if_errors()
    assert document is not None
    data: dict[str, Any] = document.data
    named = next((key for key in ("ledger", "study") if isinstance(data.get(key), str)), None)
    if named is None:
        raise InputError(
            [
                Problem(
                    "the scenario names neither a study nor a ledger", scenario, expected="`study:` or `ledger:`",
                    remedy="give --scenario a file that `coverplan run` answers", code="no_study",
                )
            ]
        )  # fmt: skip
    source = document.resolve(data[named])
    made = {"format": FORMAT, "name": title, named: _way(source, folder), "plan": plan}
    kept = _KEPT if named == "study" else ("language", "also_in")
    made |= {key: data[key] for key in kept if key in data}
    return yaml.safe_dump(made, allow_unicode=True, sort_keys=False, width=120)


def _way(source: Path, folder: Path) -> str:
    """Path of a file from a folder on; whole where the two stand on different drives."""
    try:
        return Path(os.path.relpath(source, folder.resolve())).as_posix()
    except ValueError:
        return source.as_posix()
